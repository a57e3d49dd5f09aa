"""The tables of an .ods file, from its content.xml: what cells show, formulas and dates refused.

Read with defusedxml, because what matters here, formulas and shown decimals, is what the packages that
read .ods leave out.
"""

import re
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from workflow.lib.errors import InputError
from workflow.lib.files.containers import member_of
from workflow.lib.files.foreign import PERCENT_CURE, decimals_of, number_text

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MANIFEST = "META-INF/manifest.xml"
MOST_COLUMNS, MOST_ROWS = 1_000, 200_000
LAST_DIGITS = re.compile(r"[.,]([0-9]+)[^0-9]*$")  # of '1.234,50 EUR': 50
DATES = ("date", "time")


def read_ods(archive, file, wanted):
    """([(sheet, rows of (number, texts))], problems) of an open .ods archive."""
    names = archive.namelist()
    if MANIFEST in names and b"encryption-data" in member_of(archive, MANIFEST, file=file):
        raise InputError([f"{file}: protected by a password; save it without one"])
    try:
        root = fromstring(member_of(archive, "content.xml", file=file))
    except DefusedXmlException as error:
        what = type(error).__name__
        raise InputError(
            [f"{file}: declares XML entities or outside files ({what}); these are never read"]
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise InputError([f"{file}: its content is not well-formed XML ({error})"]) from None
    tables, problems = [], []
    for table in root.iter(f"{TABLE}table"):
        name = table.get(f"{TABLE}name", "")
        rows, wrong = _rows(table) if name.strip().lower() in wanted else ([], [])
        tables.append((name, rows))
        problems += [f"sheet {name}, {text}" for text in wrong]
    return tables, problems


def _rows(table):
    """(rows of (number, texts), problems) of one table; repeated rows are counted, and kept if filled."""
    rows, problems, number = [], [], 0
    for row in table.iter(f"{TABLE}table-row"):
        texts, wrong = _cells(row)
        times = _times(row, "number-rows-repeated")
        problems += [f"row {number + 1}, column {place}: {text}" for place, text in wrong]
        if any(texts):
            if number + times > MOST_ROWS:
                return rows, [*problems, f"more than {MOST_ROWS} rows; split the sheet"]
            rows += [(number + step, texts) for step in range(1, times + 1)]
        number += times
    return rows, problems


def _cells(row):
    """(texts, [(column, problem)]) of one row, without empty cells at its end."""
    texts, problems = [], []
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        text, problem = _text(cell)
        if problem:
            problems.append((len(texts) + 1, problem))
        times = _times(cell, "number-columns-repeated")
        room = max(0, MOST_COLUMNS - len(texts))
        texts += [text] * min(times, room)
        if text and times > room:
            problems.append((MOST_COLUMNS, f"more than {MOST_COLUMNS} columns"))
    while texts and not texts[-1]:
        texts.pop()
    return texts, problems


def _times(element, name):
    """How often a row or a cell stands there."""
    text = element.get(f"{TABLE}{name}", "1")
    return int(text) if text.isdecimal() and 0 < len(text) < 9 else 1


def _text(cell):
    """(what the cell shows, what is wrong with it)."""
    shown = " ".join(
        " ".join("".join(part.itertext()).split()) for part in cell.iterfind(f"{TEXT}p")
    ).strip()
    formula = cell.get(f"{TABLE}formula")
    if formula is not None:
        return "", f"'{formula[:60]}' is a formula; type the value, or paste it as a value"
    kind = cell.get(f"{OFFICE}value-type", "string" if shown else "")
    if kind in DATES:
        return "", (
            f"'{shown}' is a {kind}; the spreadsheet may have turned a number into one: format the "
            "column as text and type it again"
        )
    value = cell.get(f"{OFFICE}value")
    if kind == "percentage":
        return "", f"'{shown}' is {PERCENT_CURE}"
    if kind in ("float", "currency") and value is not None:
        return _number(value, shown)
    return shown, ""


def _number(value, shown):
    """The number with the decimals that it is shown with, where these leave out nothing."""
    try:
        number = float(value)
    except ValueError:
        return "", f"'{value[:60]}' is not a number"
    text = number_text(number)
    decimals = _shown_decimals(number, shown)
    if decimals_of(text) > decimals:
        return text, ""
    return f"{number:.{decimals}f}", ""


def _shown_decimals(number, shown):
    """How many decimals are shown: as many as give the number the digits that stand there (1,234 has none)."""
    digits = "".join(filter(str.isdecimal, shown)).lstrip("0")
    last = LAST_DIGITS.search(shown)
    decimals = len(last[1]) if last else 0
    same = f"{abs(number):.{decimals}f}".replace(".", "").lstrip("0") == digits
    return decimals if same else 0
