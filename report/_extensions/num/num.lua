-- {{< num ID >}} prints the number ID of numbers.json, linked to its provenance.
-- The registry is the file numbers.json in the project's folder; an unknown ID stops the render.

local numbers -- id -> { text, ... }; read once per render

local function decode(text)
  if quarto.json and quarto.json.decode then return quarto.json.decode(text) end
  return pandoc.json.decode(text, false)
end

local function folder()
  if quarto.project and quarto.project.directory then return quarto.project.directory end
  return pandoc.path.directory(quarto.doc.input_file)
end

local function registry()
  if numbers then return numbers end
  local path = pandoc.path.join({ folder(), "numbers.json" })
  local file = io.open(path, "r") or error("num: no registry at " .. path, 0)
  numbers = decode(file:read("a"))
  file:close()
  return numbers
end

local function num(args, _, _, _, context)
  if #args ~= 1 then error("num: write {{< num ID >}} with one ID", 0) end
  local id = pandoc.utils.stringify(args[1])
  local number = registry()[id] or error("num: no number called " .. id .. " in numbers.json", 0)
  local text = pandoc.Str(number.text)
  if context == "text" or not quarto.doc.is_format("html") then return text end
  local link = pandoc.Link({ text }, "#provenance-" .. id)
  return pandoc.Span({ link }, pandoc.Attr("", { "num" }, { ["data-id"] = id }))
end

return { ["num"] = num }
