"""What a reader sees of a Word file and of a PDF: their text, and a few of their properties."""

import html
import re
import zipfile

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from pypdf import PdfReader

NO_BREAK, BREAK_HERE = "\u00a0", "\u200b"  # the second is where a long word may break
HYPHEN = qn("w:noBreakHyphen")
HIDDEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)


def words(text):
    """`text` with single blanks, and without marks that only say where a line may break."""
    return " ".join(text.replace(NO_BREAK, " ").replace(BREAK_HERE, "").split())


def word_text(path):
    """The text of a Word file, paragraph by paragraph, those of tables and footnotes included."""
    lines = []
    for name in ("document", "footnotes"):
        root = parse_xml(part(path, f"word/{name}.xml").encode("utf-8"))
        for paragraph in root.iter(qn("w:p")):
            own = paragraph.iter(qn("w:t"), qn("w:noBreakHyphen"))
            lines.append("".join("-" if one.tag == HYPHEN else one.text or "" for one in own))
    return words("\n".join(lines))


def pdf_text(path):
    """The text of a PDF, page after page."""
    return words("\n".join(page.extract_text() for page in PdfReader(path).pages))


def page_text(path):
    """The text of an HTML page, without scripts and styles."""
    bare = re.sub(r"<[^>]+>", " ", HIDDEN.sub(" ", path.read_text(encoding="utf-8")))
    return words(html.unescape(bare))


def squeezed(text):
    """`text` without blanks, and without hyphens between letters: narrow columns break words with them."""
    return re.sub(r"(?<=[^\W\d])[-\u00ad](?=[^\W\d])", "", re.sub(r"\s+", "", text))


def part(path, name):
    """One part of a Word file as text."""
    with zipfile.ZipFile(path) as file:
        return file.read(name).decode("utf-8")
