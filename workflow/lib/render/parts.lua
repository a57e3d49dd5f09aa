-- What the filters of the page and of the documents do alike with parts of the report.

local parts = {}

-- Text that may stand in HTML and in XML.
function parts.escape(text)
  local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
  return (text:gsub('[&<>"]', entities))
end

local function figure_of(image)
  local figure = pandoc.Figure({ pandoc.Plain({ image }) }, { pandoc.Plain(image.caption) },
                               { id = image.identifier })
  image.identifier = ""
  return figure
end

-- A paragraph of images alone is one figure per image, as in Quarto.
function parts.cells(content)
  local found = pandoc.Blocks({})
  for _, block in ipairs(content) do
    local images = block.t == "Para" and block.content:filter(function(inline)
      return inline.t ~= "SoftBreak" and inline.t ~= "Space" end)
    if images and #images == #images:filter(function(inline) return inline.t == "Image" end) then
      for _, image in ipairs(images) do found:insert(figure_of(image)) end
    else
      found:insert(block)
    end
  end
  return found
end

-- Takes the last paragraph of ::: {#fig-x} or {#tbl-x}, its caption, out of it; inlines.
function parts.take_caption(div)
  local last = div.content[#div.content]
  local caption = last and last.t == "Para" and div.content:remove(#div.content)
  return caption and caption.content or pandoc.Inlines({})
end

return parts
