-- What must not part at the end of a line: p = 0.03, 95% CI 0.1, 12 studies. Blanks between them do not break.

local HOLD = "\u{a0}"
local UNITS = {}
local words = "points standard units percent studies study trials trial persons patients patient claims " ..
  "days weeks months years"
for word in words:gmatch("%a+") do
  UNITS[word] = true
end

local function is_number(inline, text)
  if inline.t == "Span" and inline.classes:includes("num") then return true end
  return text:match("^[%(%[]?[-\u{2212}<]*%d[%d.,]*%%?$") ~= nil
end

local function held(before, after)
  local left, right = pandoc.utils.stringify(before), pandoc.utils.stringify(after)
  if left == "=" or right == "=" then return true end
  if left:match("^[%(%[]?p$") and right:match("^<") then return true end
  if left:match("%%$") and right:match("^CI") then return true end
  local number = is_number(before, left)
  return left:match("^[%(%[]?CI$") and is_number(after, right) or number and UNITS[right:match("^%a+")]
end

local function Inlines(inlines)
  for place = 2, #inlines - 1 do
    local kind = inlines[place].t
    if (kind == "Space" or kind == "SoftBreak") and held(inlines[place - 1], inlines[place + 1]) then
      inlines[place] = pandoc.Str(HOLD)
    end
  end
  return inlines
end

-- The title stays as it is: a window shows it, too.
local function Pandoc(doc)
  doc.blocks = doc.blocks:walk({ Inlines = Inlines })
  return doc
end

return { { Pandoc = Pandoc } }
