"""The last touches to the Word file that pandoc makes: turned pages, whole rows, signs at numbers, fixed dates."""

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
HEAD = re.compile(r"(<w:tr><w:trPr>)(<w:tblHeader [^>]*/></w:trPr>.*?</w:tr>)", re.DOTALL)
STYLE = re.compile(r"<w:pStyle [^>]*/>")
TEXT = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)")
SIGN = re.compile(r"(?<![\w.)-])-(?=\d)")  # Word would end a line between it and its number
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
    text = TEXT.sub(_signed, HEAD.sub(_kept, text))
    last = LAST_SECTION.search(text)
    section = last["content"] if last else ""
    return text.replace(UPRIGHT, f"<w:sectPr>{section}</w:sectPr>").replace(
        TURNED, f"<w:sectPr>{SIZE.sub(_turned, section)}</w:sectPr>"
    )


def _kept(head):
    """The head of a table: whole, and on the page of the row below it."""
    return f"{head[1]}<w:cantSplit/>{STYLE.sub(lambda style: f'{style[0]}<w:keepNext/>', head[2])}"


def _signed(text):
    """A text whose signs stay with their numbers: Word's own hyphen that does not break."""
    opened, words, closed = text.groups()
    kept = '<w:t xml:space="preserve">'
    return opened + SIGN.sub(f"{closed}<w:noBreakHyphen/>{kept}", words) + closed


def _turned(size):
    side = dict(SIDE.findall(size[0]))
    return f'<w:pgSz w:w="{side["h"]}" w:h="{side["w"]}" w:orient="landscape"/>'
