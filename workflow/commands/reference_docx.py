"""python -m workflow.commands.reference_docx: make report/reference.docx, the styles of the Word file."""

import io
import subprocess
import sys
from pathlib import Path

import docx
import pypandoc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from workflow.lib.render.word_file import finished

PLACE = Path(__file__).parents[2] / "report/reference.docx"
FONT, CODE, SIZE = "Calibri", "Consolas", 10.5
BLACK, GREY, ACCENT = RGBColor(0, 0, 0), RGBColor(0x59, 0x59, 0x59), RGBColor(0x1F, 0x4E, 0x79)
TEXTS = {  # style -> (points, before, after, colour, bold, italic)
    "Body Text": (None, 3, 5, None, None, None),  # without a size, so that a table sets its own
    "First Paragraph": (None, 6, 6, None, None, None),
    "Compact": (None, 1.5, 1.5, None, None, None),
    "Title": (20, 0, 6, ACCENT, True, False),
    "Subtitle": (11, 0, 12, GREY, False, False),
    "Author": (10.5, 0, 6, BLACK, False, False),
    "Heading 1": (14, 18, 6, ACCENT, True, False),
    "Heading 2": (12, 14, 4, ACCENT, True, False),
    "Heading 3": (10.5, 10, 4, ACCENT, True, False),
    "Heading 4": (10.5, 8, 4, ACCENT, False, True),
    "Table Caption": (9.5, 10, 4, BLACK, False, False),
    "Image Caption": (9.5, 4, 10, BLACK, False, False),
    "Bibliography": (9.5, 0, 4, BLACK, False, False),
    "Callout Title": (10.5, 8, 0, ACCENT, True, False),
    "Callout": (None, 0, 6, None, None, None),
    "Remark": (9, 0, 6, GREY, False, False),
}
OWN = ("Callout Title", "Callout", "Remark")
KEPT = ("Heading 1", "Heading 2", "Heading 3", "Heading 4", "Table Caption", "Callout Title")
LEFT = ("Title", "Subtitle", "Author")
BORDERS = (
    '<w:tblBorders {ns}><w:top w:val="single" w:sz="8" w:color="000000"/>'
    '<w:bottom w:val="single" w:sz="6" w:color="000000"/>'
    '<w:insideH w:val="single" w:sz="2" w:color="CFCFCF"/></w:tblBorders>'
)
MARGINS = '<w:tblCellMar {ns}><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
HEAD = (
    '<w:tblStylePr w:type="firstRow" {ns}><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
    '<w:bottom w:val="single" w:sz="6" w:color="000000"/></w:tcBorders></w:tcPr></w:tblStylePr>'
)
SHADE = '<w:shd {ns} w:val="clear" w:color="auto" w:fill="F3F6FA"/>'
EDGE = '<w:pBdr {ns}><w:left w:val="single" w:sz="18" w:space="6" w:color="1F4E79"/></w:pBdr>'
FIELD = (
    '<w:fldSimple {ns} w:instr=" {code} "><w:r><w:rPr><w:color w:val="595959"/><w:sz w:val="17"/></w:rPr>'
    "<w:t>1</w:t></w:r></w:fldSimple>"
)


def reference_docx() -> bytes:
    """The reference document: pandoc's own with the page, the fonts and the table of this report."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    given = subprocess.run(command, capture_output=True, check=True).stdout
    document = docx.Document(io.BytesIO(given))
    for name in OWN:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Body Text"]
    _set_defaults(document.styles)
    for name, look in TEXTS.items():
        _set_text(document.styles[name], look)
    for name in ("Callout Title", "Callout"):
        properties = document.styles[name].element.get_or_add_pPr()
        properties.append(_xml(EDGE))
        properties.append(_xml(SHADE))
    code = document.styles["Verbatim Char"].font
    code.name, code.size = CODE, Pt(8.5)
    _set_table(document.styles["Table"])
    _set_page(document.sections[0])
    made = io.BytesIO()
    document.save(made)
    return finished(made.getvalue())


def _set_text(style, look):
    size, before, after, colour, bold, italic = look
    if size is not None:
        style.font.size, style.font.color.rgb = Pt(size), colour
        style.font.bold, style.font.italic = bold, italic
        _set_font(style.element.get_or_add_rPr())
    space = style.paragraph_format
    space.space_before, space.space_after = Pt(before), Pt(after)
    if style.name in KEPT:
        space.keep_with_next = True
    if style.name in LEFT:
        space.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _set_font(properties):
    """One font for every script, in place of those of a theme."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    names = " ".join(f'w:{name}="{FONT}"' for name in ("ascii", "hAnsi", "eastAsia", "cs"))
    properties.insert(0, _xml(f"<w:rFonts {{ns}} {names}/>"))


def _set_defaults(styles):
    """Font and size of what no style says otherwise."""
    properties = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_font(properties)
    for name in ("w:sz", "w:szCs"):
        properties.find(qn(name)).set(qn("w:val"), str(int(2 * SIZE)))


def _set_table(style):
    """Lines above, below and under the head; small type; the head in bold."""
    element = style.element
    for old in element.findall(qn("w:tblStylePr")):
        element.remove(old)
    properties = element.find(qn("w:tblPr"))
    for name in ("w:tblBorders", "w:tblCellMar"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    properties.append(_xml(BORDERS))
    properties.append(_xml(MARGINS))
    style.font.size = Pt(8.5)
    element.append(_xml(HEAD))


def _set_page(section):
    """A4, margins, and the number of the page and of the pages at its foot."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(23)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for code in ("PAGE", "NUMPAGES"):
        foot._p.append(_xml(FIELD, code=code))
        if code == "PAGE":
            foot.add_run(" / ")


def _xml(text, **words):
    return parse_xml(text.format(ns=nsdecls("w"), **words))


if __name__ == "__main__":
    PLACE.write_bytes(reference_docx())
    sys.stdout.write(f"{PLACE.name}: {PLACE.stat().st_size // 1024} kB\n")
