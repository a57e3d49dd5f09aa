-- Word shows pixels: every figure of the report is drawn as SVG and as PNG, and the Word file takes the PNG.

function Image(image)
  image.src = image.src:gsub("^(figures/.+)%.svg$", "%1.png")
  return image
end
