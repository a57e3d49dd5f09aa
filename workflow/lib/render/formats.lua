-- What a format leaves out, as in Quarto: blocks and spans with .content-visible or .content-hidden and
-- when-format="html" or unless-format="html".

local PAGE = { html = true, html5 = true }

local function is_this(format)
  return format == FORMAT or (PAGE[format] and PAGE[FORMAT] or false)
end

local function kept(element)
  local visible = element.classes:includes("content-visible")
  if not (visible or element.classes:includes("content-hidden")) then return nil end
  local when, unless = element.attributes["when-format"], element.attributes["unless-format"]
  local holds = true
  if when then holds = is_this(when) elseif unless then holds = not is_this(unless) end
  return holds == visible and element.content or {}
end

return { { Div = kept, Span = kept } }
