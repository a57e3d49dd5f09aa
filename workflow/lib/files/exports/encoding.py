"""The text of an export and the encoding it was found in; what is no text of an export is refused."""

import codecs
import re

from workflow.lib.errors import InputError

BOMS = (  # UTF-32 before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OTHER = (  # how files begin that no importer reads
    (b"PK\x03\x04", "a zip file or workbook"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"{\\rtf", "rich text"),
)
AGAIN = "export the records again as UTF-8"
MARC = re.compile(rb"[\x1d\x1e\x1f]")  # separators of records, fields and subfields in ISO 2709
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1c\x7f]")
C1 = re.compile(rb"[\x80-\x9f]")  # letters in Windows-1252, control characters in Latin-1
SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
ASCII = bytes(range(128))
MOST_FOREIGN = 0.3  # share of bytes above 127 in a text of Latin letters


def decode(content, name):
    """(text with plain line ends, encoding) of the bytes of an export.

    UTF-8, UTF-16 and UTF-32 with their marks, UTF-16 without one, else Windows-1252 or Latin-1.

    Raises
    ------
    InputError
        If the file is empty, of another kind, cut off inside a character, or of no such encoding.
    """
    if not content.strip():
        raise InputError([f"{name}: the file is empty; export the records again"])
    for start, kind in OTHER:
        if content.startswith(start):
            raise InputError([f"{name}: {kind}, not an export as text; {AGAIN}"])
    encoding = _encoding(content, name)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            [
                f"{name}, line {line}: byte {content[error.start]:#04x} does not fit {encoding}, the "
                f"encoding of the rest, or the file is cut off there; {AGAIN}"
            ]
        ) from None
    text = text.replace("\ufeff", "")  # one stands before each file of several put together
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError([f"{name}: the file is empty; export the records again"])
    return text, encoding.removesuffix("-sig")


def _encoding(content, name):
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return encoding
    if wide := _wide(content):
        return wide
    if MARC.search(content):
        raise InputError(
            [f"{name}: has the separators of a MARC file (ISO 2709), which is not read; {AGAIN}"]
        )
    if found := CONTROL.search(content):
        line = content[: found.start()].count(b"\n") + 1
        raise InputError([f"{name}, line {line}: byte {found[0][0]:#04x} is no text; {AGAIN}"])
    return _eight_bits(content, name)


def _wide(content):
    """UTF-16 without its mark: of mostly Latin text every other byte is zero."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    if odd > 0.3 * len(content) / 2 and even < 0.01 * len(content):
        return "utf-16-le"
    if even > 0.3 * len(content) / 2 and odd < 0.01 * len(content):
        return "utf-16-be"
    return ""


def _eight_bits(content, name):
    """UTF-8 where it fits or nearly fits, else Windows-1252 or Latin-1."""
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    high = len(content.translate(None, ASCII))
    proper = sum(len(one) for one in SEQUENCE.findall(content))
    if proper > high / 2:
        return "utf-8"  # with an error, which is told with its line
    if high > MOST_FOREIGN * len(content):
        raise InputError(
            [f"{name}: {high} of {len(content)} bytes are of no known encoding; {AGAIN}"]
        )
    return "cp1252" if C1.search(content) else "latin-1"
