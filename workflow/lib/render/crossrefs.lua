-- Cross references as Quarto has them: what a label is called, its number, and what a reference prints.
-- Every problem is a pandoc warning; the caller runs pandoc with --fail-if-warnings.

local KINDS = { fig = "Figure", tbl = "Table", sec = "Section" }
local crossrefs = { labels = {}, counts = { fig = 0, tbl = 0 } } -- id -> { kind, number or title }
local labels, counts = crossrefs.labels, crossrefs.counts

-- "fig", "tbl" or "sec" of an identifier such as fig-forest, else nil.
function crossrefs.kind_of(identifier)
  local kind = identifier:lower():match("^(%a+)%-")
  return KINDS[kind] and kind
end

-- Inlines without links: what may stand in a heading or a reference.
function crossrefs.unlinked(inlines)
  return inlines:walk({ Link = function(link) return link.content end })
end

-- Numbers all labelled figures and tables in the order in which they are read.
function crossrefs.count(blocks)
  local function number(element)
    local identifier = element.identifier
    local kind = crossrefs.kind_of(identifier)
    if not kind then return nil end
    if labels[identifier] then pandoc.log.warn("two elements are called @" .. identifier) end
    counts[kind] = counts[kind] + 1
    labels[identifier] = { kind = kind, number = tostring(counts[kind]) }
  end
  blocks:walk({ traverse = "topdown", Figure = number, Table = number })
end

-- The word and the number of a figure or table, or nil if it is not labelled.
function crossrefs.numbered(identifier)
  local kind = crossrefs.kind_of(identifier)
  if kind then return KINDS[kind], labels[identifier].number end
end

-- Gives every section that is labelled sec-x its number, or its title where sections have none.
function crossrefs.label_sections(blocks)
  local numbered = PANDOC_WRITER_OPTIONS.number_sections
  local sections = pandoc.Blocks(pandoc.structure.make_sections(blocks, { number_sections = true }))
  sections:walk({ Div = function(section)
    local header = section.content[1]
    if crossrefs.kind_of(section.identifier) == "sec" and header and header.t == "Header" then
      labels[section.identifier] = { kind = "sec", title = crossrefs.unlinked(header.content),
                                     number = numbered and header.attributes.number or nil }
    end
  end })
end

local function reference(citation, link)
  local id = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
  local label = labels[id]
  if not label then
    pandoc.log.warn("unresolved reference @" .. citation.id)
    return pandoc.Inlines("?@" .. citation.id)
  end
  local text = pandoc.Inlines(label.number or label.title)
  if citation.mode ~= "SuppressAuthor" and label.number then
    local prefix = #citation.prefix > 0 and citation.prefix or pandoc.Inlines(KINDS[label.kind])
    text = prefix .. pandoc.Inlines("\u{a0}") .. text
  end
  return pandoc.Inlines(link(id, text)) .. citation.suffix
end

-- A filter for citations that resolves references; `link` makes a link of an id and its text.
function crossrefs.resolver(link)
  return function(element)
    local found = pandoc.Inlines({})
    for _, citation in ipairs(element.citations) do
      if not crossrefs.kind_of(citation.id) then return nil end
      if #found > 0 then found:extend({ pandoc.Str(","), pandoc.Space() }) end
      found:extend(reference(citation, link))
    end
    return found
  end
end

return crossrefs
