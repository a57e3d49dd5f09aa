"""Reading extraction sheets from .xlsx and .ods: what the cells show, nothing executed, no link followed.

A cell with a formula is refused: what it shows is the memory of a program, not something that a
source prints. A number keeps the decimals that its cell shows; a date where a number was typed is told.
"""

import re
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

from defusedxml import DefusedXmlException

from workflow.lib.errors import InputError
from workflow.lib.files.containers import open_zip
from workflow.lib.files.foreign import PERCENT_CURE, content_of, decimals_of, number_text

MOST_ROWS = 200_000  # of one sheet
LITERAL = re.compile(r'"[^"]*"|\\.')  # letters that a format prints as they are
DRESS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].|[ $\u20ac\u00a3]')  # colours, currencies, blanks
FIXED = re.compile(r"[#,0]*0(?:\.(0*))?")
MACROS = "has macros; they are never run: save it as .xlsx without them"
DATE_CURE = (
    "is a date; the spreadsheet may have turned a number into one: format the column as text and "
    "type it again"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet as text: header and rows, without blank rows at the end."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # (number of the row in the sheet, cells)


def read_sheets(path, wanted) -> tuple[list[Sheet], list[str]]:
    """The sheets of a workbook whose names are among `wanted`, and the names of the others.

    Names count whatever their capitals; no cell of another sheet is looked at.

    Raises
    ------
    InputError
        If the file is not a whole .xlsx or .ods file, is protected by a password, or has cells
        that are no values: formulas, dates, errors; each is named with its sheet, row and column.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind in (".xlsm", ".xltm", ".xlsb", ".xls"):
        raise InputError([f"{path.name}: a {kind} file {MACROS if 'm' in kind else 'is not read'}"])
    archive = open_zip(path)
    names = set(archive.namelist())
    if "content.xml" in names:
        from workflow.lib.files.opendocument import read_ods

        tables, problems = read_ods(archive, path.name, wanted)
    elif "xl/workbook.xml" in names:
        tables, problems = _read_xlsx(path, names, wanted)
    else:
        raise InputError([f"{path.name}: neither an .xlsx nor an .ods workbook"])
    if problems:
        raise InputError([f"{path.name}, {problem}" for problem in problems])
    own = [table for table in tables if table[0].strip().lower() in wanted]
    others = [name for name, _ in tables if name.strip().lower() not in wanted]
    return [sheet for name, rows in own if (sheet := _sheet(path.name, name, rows))], others


def read_first_sheet(path) -> Sheet:
    """The first sheet with cells of an .xlsx file that a program wrote; its times as ISO text.

    Raises
    ------
    InputError
        As `read_sheets`; and if there are no cells, or a second sheet has some.
    """
    path = Path(path)
    names = set(open_zip(path).namelist())
    if "xl/workbook.xml" not in names:
        raise InputError([f"{path.name}: a zip file, but not an .xlsx workbook; unpack it"])
    tables, problems = _read_xlsx(path, names, None)
    if problems:
        raise InputError([f"{path.name}, {problem}" for problem in problems])
    sheets = [sheet for name, rows in tables if (sheet := _sheet(path.name, name, rows))]
    if len(sheets) != 1:
        told = ", ".join(sheet.name for sheet in sheets) or "none"
        raise InputError([f"{path.name}: sheets with cells: {told}; one is expected"])
    return sheets[0]


def _read_xlsx(path, names, wanted):
    """([(sheet, rows of (number, texts))], problems) of an .xlsx file."""
    import openpyxl

    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise InputError([f"{path.name}: {MACROS}"])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of openpyxl on styles and drop-downs that it does not keep
            book = openpyxl.load_workbook(
                BytesIO(content_of(path)), read_only=True, data_only=False, keep_links=False
            )
            return _tables_of(book, wanted)
    except InputError:
        raise
    except Exception as error:  # a damaged part can fail anywhere in the library
        raise InputError([f"{path.name}: {_what_failed(error)}"]) from None


def _what_failed(error):
    """The failure of the library in words: its first cause."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    if isinstance(error, DefusedXmlException):
        return "declares XML entities or outside files; these are never read"
    what = f"{type(error).__name__}: {str(error)[:200]}"
    return f"cannot be read as .xlsx ({what}); open and save it again"


def _tables_of(book, wanted):
    """The sheets of an open workbook; all of them, times and all, where `wanted` is None."""
    tables, problems = [], []
    for sheet in book.worksheets:
        rows = []
        if wanted is not None and sheet.title.strip().lower() not in wanted:
            tables.append((sheet.title, rows))
            continue
        sheet.reset_dimensions()  # what a sheet claims of its size may be wrong
        for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1), 1):
            texts = []
            for place, cell in enumerate(cells, 1):
                text, problem = _text(cell, times=wanted is None)
                texts.append(text)
                if problem:
                    problems.append(f"sheet {sheet.title}, row {number}, column {place}: {problem}")
            rows.append((number, texts))
        if len(rows) > MOST_ROWS:
            problems.append(f"sheet {sheet.title}: more than {MOST_ROWS} rows; split it")
        tables.append((sheet.title, rows))
    return tables, problems


def _text(cell, *, times=False):
    """(what the cell shows, what is wrong with it); with `times`, days and times are no fault."""
    value = cell.value
    if value is None:
        return "", ""
    if cell.data_type == "f":
        shown = str(getattr(value, "text", value))[:60]
        return "", f"'{shown}' is a formula; type the value, or paste it as a value"
    if cell.data_type == "e":
        return "", f"'{value}' is an error of the spreadsheet; type the value"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE", ""
    if times and isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat(), ""
    if isinstance(value, datetime | date | time | timedelta):
        return "", f"'{value}' {DATE_CURE}"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return str(value).strip(), ""


def _number(value, form):
    """(the digits that the format shows, what is wrong); a percentage is kept as 0.5 and shown as 50%."""
    if "%" in LITERAL.sub("", form):
        return "", f"'{value * 100:g}%' is {PERCENT_CURE}"
    return shown_number(value, form), ""


def shown_number(value, form) -> str:
    """The digits of a number as its format shows them: 2 as 0.0 is '2.0'; in full where there is none."""
    fixed = FIXED.fullmatch(DRESS.sub("", form or "").partition(";")[0])
    decimals = len(fixed[1] or "") if fixed else None
    text = number_text(value)
    if decimals is None or decimals_of(text) > decimals:
        return text
    return f"{value:.{decimals}f}"


def _sheet(file, name, rows):
    """The sheet with its header; None if there is nothing in it."""
    rows = [(number, tuple(cells)) for number, cells in rows]
    while rows and not any(rows[-1][1]):
        rows.pop()
    if not rows:
        return None
    header = list(rows[0][1])
    while header and not header[-1]:
        header.pop()
    width = len(header)
    problems = [
        f"{file}, sheet {name}, row {number}: a cell to the right of the header; name its column"
        for number, cells in rows[1:]
        if any(cells[width:])
    ]
    problems += [
        f"{file}, sheet {name}, row 1: column {place} has no name; name it or delete it"
        for place, text in enumerate(header, 1)
        if not text
    ]
    problems += [
        f"{file}, sheet {name}, row 1: column '{text}' stands there twice; delete one"
        for text in sorted({one for one in header if one and header.count(one) > 1})
    ]
    if problems:
        raise InputError(problems)
    kept = tuple(
        (number, (cells + ("",) * width)[:width]) for number, cells in rows[1:] if any(cells)
    )
    return Sheet(name, tuple(header), kept)
