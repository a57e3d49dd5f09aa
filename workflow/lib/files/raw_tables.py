"""Raw tables as people save them: BOM, semicolons, tabs, CRLF and decimal commas, met or refused."""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.text import decoded

DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+$")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+$")
DASHES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-"})
NUMBER_WITH_DASH = re.compile(r"[\u2212\u2013\u2012][0-9]+([.,][0-9]+)?$")
SAVE_AS = "save the table as 'CSV UTF-8' and try again"
EMPTY = "the file is empty; it needs at least its header row"
TYPED_BY_HAND = ("value", "printed", "year", "level")  # columns in which a cell is a number
csv.field_size_limit(2**27)  # a longer cell than Python's 131,072 characters is no sign of damage


@dataclass(frozen=True, slots=True)
class RawTable:
    """The cells of one raw file as text, and what was accepted on the way."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    notes: tuple[str, ...] = field(default=())


def read_raw_table(path) -> RawTable:
    """Cells of the CSV file `path`, stripped, as text.

    Raises
    ------
    InputError
        If the file is missing, empty, not UTF-8, cut off in the middle of a quoted cell, or has
        rows that do not have one cell per column, or blank rows between rows; every problem is
        listed.
    """
    path = Path(path)
    text, notes = _decode(path)
    if "\r" in text:
        notes.append(f"{path.name}: Windows line ends (CRLF) accepted")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    if delimiter != ",":
        word = {";": "semicolons", "\t": "tabs"}[delimiter]
        notes.append(f"{path.name}: columns separated by {word} accepted")
    columns, cells = _cells(path.name, _split(path.name, text, delimiter), notes)
    rows = tuple(dict(zip(columns, row, strict=True)) for row in cells)
    rows = tuple(_tidy_numbers(path.name, number, row, notes) for number, row in enumerate(rows, 2))
    return RawTable(path.name, columns, rows, tuple(notes))


def _decode(path):
    """Text of the file and the notes so far; UTF-8 with or without BOM, nothing else."""
    if not path.is_file():
        raise InputError([f"{path}: the file is missing; restore it or see data/raw/README.md"])
    content, notes = path.read_bytes(), []
    if content.startswith(b"PK\x03\x04"):
        raise InputError([f"{path.name}: a spreadsheet workbook, not CSV; {SAVE_AS}"])
    if content.startswith(b"\xef\xbb\xbf"):
        notes.append(f"{path.name}: byte order mark (BOM) accepted")
    text = decoded(content, path.name, SAVE_AS)
    if "\x00" in text:
        raise InputError([f"{path.name}: contains zero bytes, so it is not CSV text; {SAVE_AS}"])
    if not text.strip():
        raise InputError([f"{path.name}: {EMPTY}"])
    return text, notes


def _delimiter(text):
    """The separator of the header row: the one that is most frequent there."""
    header = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=header.count)


def _split(name, text, delimiter):
    """Rows of stripped cells, header first; blank rows at the end are dropped."""
    table = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            table.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise InputError(
            [
                f"{name}, row {len(table) + 1}: {error}; a quote is not closed or the file is cut "
                "off there; restore it"
            ]
        ) from None
    while table and not any(table[-1]):
        table.pop()
    if not table:
        raise InputError([f"{name}: {EMPTY}"])
    blank = [
        f"{name}, row {number}: blank; delete the row, so that row numbers stay what they are"
        for number, row in enumerate(table, 1)
        if not any(row)
    ]
    if blank:
        raise InputError(blank)
    return table


def _cells(name, table, notes):
    """(columns, rows of cells), one cell per column; unnamed columns without a cell are dropped."""
    columns, rows = table[0], table[1:]
    width = len(columns)
    while columns and not columns[-1] and not any(any(row[len(columns) - 1 :]) for row in rows):
        columns = columns[:-1]
    if len(columns) < width:
        notes.append(f"{name}: {width - len(columns)} empty columns at the right dropped")
        rows = [row[: len(columns)] if len(row) == width else row for row in rows]
    problems = _header_problems(name, columns) + _width_problems(name, len(columns), rows)
    if problems:
        raise InputError(problems)
    return tuple(columns), rows


def _header_problems(name, columns):
    return [
        f"{name}, row 1: column {place} has no name; name it or delete it"
        for place, column in enumerate(columns, 1)
        if not column
    ] + [
        f"{name}, row 1: column '{column}' stands {columns.count(column)} times in the header; "
        "delete all but one"
        for column in sorted(set(columns))
        if column and columns.count(column) > 1
    ]


def _width_problems(name, width, rows):
    """One sentence for each wrong number of cells, with all rows that have it."""
    numbers = {}
    for number, row in enumerate(rows, 2):
        numbers.setdefault(len(row), []).append(number)
    cures = {
        True: "put quotes around a cell that contains the separator, or name the column in row 1",
        False: "a cell is missing or the file is cut off there; restore it",
    }
    return [
        f"{name}, row{'s' if len(found) > 1 else ''} {_runs(found)}: {count} cells where the header "
        f"has {width}; {cures[count > width]}"
        for count, found in numbers.items()
        if count != width
    ]


def _runs(numbers):
    """'2-5, 8' for rows 2, 3, 4, 5 and 8."""
    runs = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def _tidy_numbers(name, number, row, notes):
    """The row with decimal commas and typographic minus signs of its number cells made plain."""
    row = dict(row)
    for column in TYPED_BY_HAND:
        cell = row.get(column, "")
        plain = cell
        if NUMBER_WITH_DASH.match(cell):
            plain = cell.translate(DASHES)
        if DECIMAL_COMMA.match(plain) and not THOUSANDS.match(plain):
            plain = plain.replace(",", ".")
        if plain != cell:
            notes.append(f"{name}, row {number}, {column}: '{cell}' read as {plain}")
            row[column] = plain
    return row
