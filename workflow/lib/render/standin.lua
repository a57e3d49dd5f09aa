-- What the report uses of Quarto, for pandoc: callouts, tabsets, grids, cross references.
-- Every problem is a pandoc warning; the caller runs pandoc with --fail-if-warnings.

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local crossrefs = dofile(pandoc.path.join({ here, "crossrefs.lua" }))
local parts = dofile(pandoc.path.join({ here, "parts.lua" }))
local escape, cells = parts.escape, parts.cells
local kind_of, unlinked = crossrefs.kind_of, crossrefs.unlinked
local CALLOUTS = { note = "Note", tip = "Tip", warning = "Warning",
                   important = "Important", caution = "Caution" }
local tabsets = 0

local function raw(html) return pandoc.RawBlock("html", html) end

local function identity(element)
  return element.identifier ~= "" and ' id="' .. escape(element.identifier) .. '"' or ""
end

local function is_remote(target) return target:match("^%a+://") or target:match("^//") end

-- Nothing is loaded from elsewhere ------------------------------------------------

local function refuse_remote_image(image)
  if is_remote(image.src) then
    pandoc.log.warn("image " .. image.src .. " is not a file of this report")
  end
end

local function refuse_remote_html(element)
  for tag in element.text:gmatch("<%a[^>]*>") do
    local name = tag:match("^<(%a+)"):lower()
    local target = tag:match("[%s\"']src%s*=%s*[\"']?([^\"'%s>]+)") or
      (name == "link" and tag:match("href%s*=%s*[\"']?([^\"'%s>]+)"))
    if target and is_remote(target) then
      pandoc.log.warn("HTML loads " .. target .. " from elsewhere")
    end
  end
end

-- Callouts --------------------------------------------------------------------------

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if CALLOUTS[kind] then return kind end
  end
end

local function callout_title(div, kind)
  if div.attributes.title then
    return pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, "markdown").blocks)
  end
  if div.content[1] and div.content[1].t == "Header" then
    return unlinked(div.content:remove(1).content)
  end
  return pandoc.Inlines(CALLOUTS[kind])
end

local function callout(div, kind)
  local title = callout_title(div, kind)
  local class = ' class="callout callout-' .. kind .. '"' .. identity(div)
  local open, middle, close
  if div.attributes.collapse then
    local state = div.attributes.collapse == "false" and " open" or ""
    open, middle = "<details" .. class .. state .. '><summary class="callout-title">', "</summary>"
    close = "</div></details>"
  else
    open, middle = '<div role="note"' .. class .. '><div class="callout-title">', "</div>"
    close = "</div></div>"
  end
  local blocks = pandoc.Blocks({ raw(open), pandoc.Plain(title),
                                 raw(middle .. '<div class="callout-body">') })
  blocks:extend(div.content)
  blocks:insert(raw(close))
  return blocks
end

-- Tabsets: radio buttons, so they need no script and work from the keyboard ---------

local function tabs_of(div)
  local before, tabs, level = pandoc.Blocks({}), {}, nil
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      table.insert(tabs, { title = unlinked(block.content), content = pandoc.Blocks({}) })
    else
      (#tabs > 0 and tabs[#tabs].content or before):insert(block)
    end
  end
  return before, tabs
end

local function tabset(div)
  tabsets = tabsets + 1
  local group = "tabset-" .. tabsets
  local blocks, tabs = tabs_of(div)
  blocks:insert(raw("<div" .. identity(div) .. ' class="tabset" role="group">'))
  for number, tab in ipairs(tabs) do
    local id = group .. "-" .. number
    local checked = number == 1 and " checked" or ""
    blocks:insert(raw('<input type="radio" class="tab-button" name="' .. group .. '" id="' .. id ..
                      '"' .. checked .. '><label class="tab-label" for="' .. id .. '">'))
    blocks:insert(pandoc.Plain(tab.title))
    blocks:insert(raw('</label><div class="tab-panel">'))
    blocks:extend(tab.content)
    blocks:insert(raw("</div>"))
  end
  blocks:insert(raw("</div>"))
  return blocks
end

-- Figures, tables, grids --------------------------------------------------------------

local function grid(div)
  local columns = tonumber(div.attributes["layout-ncol"])
  div.attributes["layout-ncol"] = nil
  div.attributes.style = "--columns: " .. (columns or 1)
  div.classes:insert("layout-grid")
  div.content = cells(div.content)
  return div
end

local function captioned(div, kind)
  local caption = parts.take_caption(div)
  local inner = div.attributes["layout-ncol"] and grid(pandoc.Div(div.content, div.attr)) or nil
  if inner then inner.identifier = "" end
  local class = kind == "tbl" and { "table-figure" } or {}
  return pandoc.Figure(inner and { inner } or div.content,
                       { pandoc.Plain(caption) },
                       pandoc.Attr(div.identifier, class))
end

local function div(element)
  local callout_name, kind = callout_kind(element), kind_of(element.identifier)
  for _, name in ipairs({ "layout", "layout-nrow" }) do
    if element.attributes[name] then
      pandoc.log.warn("`" .. name .. "=` is not supported; use layout-ncol")
    end
  end
  if callout_name then return callout(element, callout_name) end
  if element.classes:includes("panel-tabset") then return tabset(element) end
  if kind == "fig" or kind == "tbl" then return captioned(element, kind) end
  if element.attributes["layout-ncol"] then return grid(element) end
end

local function caption_with_label(identifier, inlines)
  local word, number = crossrefs.numbered(identifier)
  if not word then return inlines end
  local text = word .. "\u{a0}" .. number .. (#inlines > 0 and ":" or "")
  local label = pandoc.Inlines({ pandoc.Span(text, { class = "caption-label" }) })
  if #inlines > 0 then label:insert(pandoc.Space()) end
  label:extend(inlines)
  return label
end

local function figure(element)
  local inlines = pandoc.utils.blocks_to_inlines(element.caption.long)
  element.caption.long = { pandoc.Plain(caption_with_label(element.identifier, inlines)) }
  if not element.classes:includes("table-figure") then
    element.content = { pandoc.Div(element.content, { class = "figure-scroll" }) }
  end
  return element
end

local function image(element)
  element.attributes.alt = element.attributes["fig-alt"] or element.attributes.alt
  for _, name in ipairs({ "fig-alt", "fig-align", "fig-scap" }) do
    element.attributes[name] = nil
  end
  return element
end

local function set_widths(element)
  local widths, total = {}, 0
  for width in (element.attributes["tbl-colwidths"] or ""):gmatch("[%d.]+") do
    table.insert(widths, tonumber(width))
    total = total + tonumber(width)
  end
  element.attributes["tbl-colwidths"] = nil
  if #widths ~= #element.colspecs then return end
  element.colspecs = element.colspecs:map(function(spec, i)
    return { spec[1], widths[i] / total } end)
end

-- The caption stands outside the box that scrolls.
local function boxed_table(element)
  set_widths(element)
  local inlines = pandoc.utils.blocks_to_inlines(element.caption.long)
  local caption = caption_with_label(element.identifier, inlines)
  local id = identity(element)
  element.identifier, element.caption.long = "", {}
  if #caption == 0 then
    return { raw("<div" .. id .. ' class="table-scroll">'), element, raw("</div>") }
  end
  return { raw("<figure" .. id .. ' class="table-figure"><figcaption>'), pandoc.Plain(caption),
           raw('</figcaption><div class="table-scroll">'), element, raw("</div></figure>") }
end

local function link(id, text)
  return { pandoc.Link(text, "#" .. id, "", { class = "xref" }) }
end

function Pandoc(doc)
  doc:walk({ Image = refuse_remote_image, RawBlock = refuse_remote_html,
             RawInline = refuse_remote_html })
  doc.blocks = doc.blocks:walk({ Div = div })
  crossrefs.count(doc.blocks)
  doc.blocks = doc.blocks:walk({ Image = image })
  doc.blocks = doc.blocks:walk({ Figure = figure })
  doc.blocks = doc.blocks:walk({ Table = boxed_table })
  crossrefs.label_sections(doc.blocks)
  if doc.meta.bibliography and not doc.meta["reference-section-title"] then
    doc.meta["reference-section-title"] = "References"
  end
  return doc:walk({ Cite = crossrefs.resolver(link) })
end
