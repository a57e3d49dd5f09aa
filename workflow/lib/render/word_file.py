"""The last touches to the Word file that pandoc makes: turned pages, whole rows, fixed dates."""

import io
import re
import zipfile

DOCUMENT = "word/document.xml"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can tell
UPRIGHT, TURNED = '<w:sectPr w:rsidR="upright"/>', '<w:sectPr w:rsidR="turned"/>'
LAST_SECTION = re.compile(
    r"<w:sectPr(?: [^>]*)?>(?P<content>(?:(?!<w:sectPr).)*?)</w:sectPr>\s*</w:body>", re.DOTALL
)
SIZE = re.compile(r"<w:pgSz [^>]*>")
SIDE = re.compile(r'w:([wh])="(\d+)"')
CAPTION = re.compile(r'(?<=<w:tblCaption w:val=")[: ]+')  # what pandoc leaves of "Table 1: "
WHOLE_ROW = "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>"


def finished(content: bytes) -> bytes:
    """The Word file `content` with the marks of documents.lua carried out; equal text, equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as new:
        for name in given.namelist():
            part = given.read(name)
            if name == DOCUMENT:
                part = _document(part.decode("utf-8")).encode("utf-8")
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            new.writestr(entry, part, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def _document(text):
    """The main part: sections like the last one, upright or turned, and captions as they are printed."""
    text = CAPTION.sub("", text).replace("<w:tr><w:tc>", WHOLE_ROW)
    last = LAST_SECTION.search(text)
    section = last["content"] if last else ""
    return text.replace(UPRIGHT, f"<w:sectPr>{section}</w:sectPr>").replace(
        TURNED, f"<w:sectPr>{SIZE.sub(_turned, section)}</w:sectPr>"
    )


def _turned(size):
    side = dict(SIDE.findall(size[0]))
    return f'<w:pgSz w:w="{side["h"]}" w:h="{side["w"]}" w:orient="landscape"/>'
