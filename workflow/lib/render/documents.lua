-- What the report uses of Quarto, for Word and for Typst: callouts, tabsets and grids as plain parts of a page.
-- Nothing that a cell of data says is ever raw: raw parts of the source are dropped before ours are made.

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local crossrefs = dofile(pandoc.path.join({ here, "crossrefs.lua" }))
local parts = dofile(pandoc.path.join({ here, "parts.lua" }))
local cells = parts.cells -- images side by side stand one below the other
local WORD = FORMAT == "docx"
local WIDE = 110 -- characters of a typical row; more do not fit an upright page
local MANY = 6 -- columns from which a table is set smaller
local LONG = 12 -- rows from which a wide table has pages of its own
local TYPICAL = 40 -- characters of a cell that make a row wide, because a longer one wraps
local MOST = 100 -- and that make its column wide
local WORD_MOST = 16 -- and of a word
local LOW = 400 -- and of a cell whose row stays on one page
local GAP = 3 -- characters between two columns
local FITS = 80 -- characters of a table that need no widths
local ROOM = { upright = 96, narrow = 112, turned = 168 } -- characters across a page
local SMALL = { absent = "Remark", ["grade-notes"] = "Remark", ["figure-data"] = "Remark" } -- class -> style
local STRONG = { verdict = true, grade = true, ["grade-open"] = true, answer = true }
local bookmark = 100000 -- above those that pandoc counts

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local function styled(style, blocks)
  if WORD then return pandoc.Div(blocks, { ["custom-style"] = style }) end
  local found = pandoc.Blocks({ pandoc.RawBlock("typst", "#" .. style:lower():gsub(" ", "-") .. "[") })
  found:extend(blocks)
  found:insert(pandoc.RawBlock("typst", "]"))
  return found
end

-- Fields of Word: a caption counts itself, and a reference asks the caption ------------

local function field(code, text)
  local function mark(kind) return '<w:r><w:fldChar w:fldCharType="' .. kind .. '"/></w:r>' end
  return mark("begin") .. '<w:r><w:instrText xml:space="preserve"> ' .. code .. " </w:instrText></w:r>" ..
    mark("separate") .. '<w:r><w:t xml:space="preserve">' .. parts.escape(text) .. "</w:t></w:r>" .. mark("end")
end

local function mark_of(identifier) -- a name that Word admits: letters, digits, _, at most 40
  local name = "ref_" .. identifier:gsub("[^%w]", "_")
  return #name <= 40 and name or "ref_" .. pandoc.utils.sha1(identifier):sub(1, 30)
end

local function caption_of(identifier, inlines)
  local word, number = crossrefs.numbered(identifier)
  if not word then return inlines end
  local label
  if WORD then
    bookmark = bookmark + 1
    label = pandoc.Inlines({ pandoc.RawInline("openxml",
      '<w:bookmarkStart w:id="' .. bookmark .. '" w:name="' .. mark_of(identifier) .. '"/>' ..
      '<w:r><w:t xml:space="preserve">' .. word .. "\u{a0}</w:t></w:r>" ..
      field("SEQ " .. word .. " \\* ARABIC", number) ..
      '<w:bookmarkEnd w:id="' .. bookmark .. '"/>') })
    if #inlines > 0 then label:insert(pandoc.Str(":")) end
  else
    label = pandoc.Inlines({ pandoc.Strong(word .. "\u{a0}" .. number .. (#inlines > 0 and ":" or "")) })
  end
  if #inlines > 0 then label:insert(pandoc.Space()) end
  label:extend(inlines)
  return label
end

local function link(id, text)
  if WORD and crossrefs.labels[id].kind ~= "sec" then
    local shown = pandoc.utils.stringify(text)
    return { pandoc.RawInline("openxml", field("REF " .. mark_of(id) .. " \\h", shown)) }
  end
  return { pandoc.Link(text, "#" .. id) }
end

-- Callouts, tabsets, grids ------------------------------------------------------------

local function callout(div)
  local title = div.content[1] and div.content[1].t == "Header" and div.content:remove(1).content
  if div.attributes.collapse then return div.content end -- a page of paper has nothing to unfold
  if div.attributes.title then title = pandoc.Inlines(div.attributes.title) end
  local blocks = pandoc.Blocks({})
  if title then
    blocks:extend(pandoc.Blocks(styled("Callout Title", { pandoc.Para(crossrefs.unlinked(title)) })))
  end
  blocks:extend(pandoc.Blocks(WORD and { styled("Callout", div.content) } or div.content))
  return WORD and blocks or styled("Callout", blocks)
end

local function is_figure(block) return block.t == "Figure" end

local function captioned(div)
  local inlines = parts.take_caption(div)
  local blocks = cells(div.content)
  local only = #blocks == 1 and blocks[1]
  if only and only.t == "Table" then
    only.identifier, only.caption.long = div.identifier, { pandoc.Plain(inlines) }
    return only
  end
  if #blocks:filter(is_figure) > 0 then -- figures of their own: the caption of the group follows them
    local label = pandoc.Div({ pandoc.Para(caption_of(div.identifier, inlines)) }, { id = div.identifier })
    blocks:insert(label)
    return blocks
  end
  return pandoc.Figure(blocks, { pandoc.Plain(inlines) }, { id = div.identifier })
end

local function div(element)
  local kind = crossrefs.kind_of(element.identifier)
  for _, class in ipairs(element.classes) do
    if class:match("^callout%-") then return callout(element) end
    if SMALL[class] then return styled(SMALL[class], element.content) end
  end
  if kind == "fig" or kind == "tbl" then return captioned(element) end
  if element.attributes["layout-ncol"] then return cells(element.content) end
  if element.identifier ~= "refs" then return element.content end
end

-- Figures and tables --------------------------------------------------------------------

local function words_for(image)
  return image.attributes["fig-alt"] or image.attributes.alt or pandoc.utils.stringify(image.caption)
end

-- Typst gets the words through its own call; Word reads them from the image's description.
local function image(element)
  local words = words_for(element)
  if not WORD then
    return pandoc.RawInline("typst", "#drawn(" .. typst_string(element.src) .. ", " .. typst_string(words) .. ")")
  end
  element.src = element.src:gsub("%.svg$", ".png") -- every figure is drawn as both
  element.caption, element.title, element.attributes = pandoc.Inlines(words), "", {}
  return element
end

local function figure(element)
  local inlines = pandoc.utils.blocks_to_inlines(element.caption.long)
  element.caption.long = { pandoc.Plain(caption_of(element.identifier, inlines)) }
  return element
end

-- Characters of a cell and of its longest word, both cut: what is longer wraps or breaks anyway.
local function lengths_of(cell)
  local text, word = pandoc.utils.stringify(cell.contents), 0
  for one in text:gmatch("%S+") do word = math.max(word, utf8.len(one) or #one) end
  return math.min(MOST, utf8.len(text) or #text), math.min(WORD_MOST, word)
end

-- Rows of a table, the characters of its widest one, by column those of the widest cell and word, and
-- whether no row is so high that it has to break over pages.
local function size_of(element)
  local rows, widest, cell_most, word_most, low = 0, 0, {}, {}, true
  local function measure(row)
    local sum = 0
    for place, cell in ipairs(row.cells) do
      local length, word = lengths_of(cell)
      low = low and #pandoc.utils.stringify(cell.contents) <= LOW
      sum = sum + math.min(TYPICAL, length)
      cell_most[place] = math.max(cell_most[place] or 0, length)
      word_most[place] = math.max(word_most[place] or 0, word)
    end
    rows, widest = rows + 1, math.max(widest, sum)
  end
  for _, row in ipairs(element.head.rows) do measure(row) end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do measure(row) end
  end
  return rows, widest, cell_most, word_most, low
end

-- Widths by what the columns hold: room for its longest word first, the rest by the longest cells.
local function set_widths(element, room, cell_most, word_most)
  local needed, more, whole = 0, 0, 0
  for place, word in ipairs(word_most) do
    needed, more = needed + word + GAP, more + cell_most[place] - word
  end
  if needed + more <= FITS then -- a small table keeps the widths of its cells
    element.colspecs = element.colspecs:map(function(spec) return { spec[1], nil } end)
    return
  end
  local share = math.max(0, math.min(1, (room - needed) / more))
  local widths = {}
  for place, word in ipairs(word_most) do
    widths[place] = word + GAP + share * (cell_most[place] - word)
    whole = whole + widths[place]
  end
  element.colspecs = element.colspecs:map(function(spec, place)
    return { spec[1], widths[place] / whole } end)
end

local function turned(content)
  local blocks = pandoc.Blocks(content)
  local open, close = "#turned[", "]"
  if WORD then
    open, close = '<w:p><w:pPr><w:sectPr w:rsidR="upright"/></w:pPr></w:p>',
      '<w:p><w:pPr><w:sectPr w:rsidR="turned"/></w:pPr></w:p>'
  end
  local format = WORD and "openxml" or "typst"
  blocks:insert(1, pandoc.RawBlock(format, open))
  blocks:insert(pandoc.RawBlock(format, close))
  return blocks
end

local function boxed_table(element)
  local inlines = pandoc.utils.blocks_to_inlines(element.caption.long)
  local caption = caption_of(element.identifier, inlines)
  element.caption.long = #caption > 0 and { pandoc.Plain(caption) } or {}
  element.attributes["tbl-colwidths"] = nil
  local rows, width, cell_most, word_most, low = size_of(element)
  local many = #element.colspecs >= MANY
  local aside = many and rows >= LONG and width > WIDE
  set_widths(element, aside and ROOM.turned or many and ROOM.narrow or ROOM.upright, cell_most, word_most)
  local blocks = pandoc.Blocks({ element })
  if low and not WORD then blocks = styled("Whole", blocks) end
  if aside then return turned(blocks) end
  return many and not WORD and styled("Narrow", blocks) or blocks
end

-- Links and marks -------------------------------------------------------------------------

local function span(element)
  for _, class in ipairs(element.classes) do
    if STRONG[class] then return pandoc.Strong(element.content) end
  end
  return element.content
end

local function raw(element)
  if element.format ~= "html" then pandoc.log.warn("raw " .. element.format .. " is not printed") end
  return {}
end

-- The highest heading of the report is of the first level; on a page that may be the title alone.
local function raised(doc)
  local highest = 6
  doc:walk({ Header = function(header) highest = math.min(highest, header.level) end })
  return doc:walk({ Header = function(header)
    header.level = header.level - highest + 1
    return header
  end })
end

local function headings_of(doc)
  local found = {}
  doc:walk({ Header = function(header) found[header.identifier] = true end })
  return found
end

-- A link stays one where its target is a heading or an address; rows, numbers and files have none on paper.
local function reachable_links(doc)
  local headings = headings_of(doc)
  return doc:walk({ Link = function(element)
    local inner = element.target:match("^#(.*)$")
    local reached = inner and headings[inner] or element.target:match("^%a+:")
    if not reached then return element.content end
  end })
end

-- A mark below a heading, []{#sec-x}, is the heading's own: tabs of a page need it apart.
local function marked_headings(blocks)
  local found = pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local last, only = found[#found], block.t == "Para" and #block.content == 1 and block.content[1]
    if only and only.t == "Span" and #only.content == 0 and last and last.t == "Header" then
      last.identifier = only.identifier
    else
      found:insert(block)
    end
  end
  return found
end

-- Typst reads "-5" as a minus sign, "--" as a dash, and so on; a printed text keeps its own characters.
local function exact(element)
  if element.text:match("%-[%d%-?]") or element.text:match("%.%.%.") then
    return pandoc.RawInline("typst", "#" .. typst_string(element.text) .. ";")
  end
end

-- A tagged PDF wants words for a formula; its own source says what it is.
local function formula(element)
  local shown = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ element }) }), "typst"):gsub("%s+$", "")
  return pandoc.RawInline("typst",
    "#[#set math.equation(alt: " .. typst_string(element.text) .. ");" .. shown .. "]")
end

function Pandoc(doc)
  doc = doc:walk({ RawBlock = raw, RawInline = raw })
  doc = raised(reachable_links(doc:walk({ Blocks = marked_headings }))):walk({ Span = span })
  doc.blocks = doc.blocks:walk({ Div = div })
  crossrefs.count(doc.blocks)
  doc.blocks = doc.blocks:walk({ Image = image })
  doc.blocks = doc.blocks:walk({ Figure = figure })
  doc.blocks = doc.blocks:walk({ Table = boxed_table })
  crossrefs.label_sections(doc.blocks)
  doc = doc:walk({ Cite = crossrefs.resolver(link) })
  return WORD and doc or doc:walk({ Str = exact, Math = formula })
end
