"""Raw tables as people save them: BOM, semicolons, tabs, CRLF and decimal commas, met or refused."""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from workflow.lib.errors import InputError

DECIMAL_COMMA = re.compile(r"-?\d+,\d+$")
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+$")
DASHES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-"})
NUMBER_WITH_DASH = re.compile(r"[\u2212\u2013\u2012]\d+([.,]\d+)?$")
TYPED_BY_HAND = ("value", "printed", "year", "level")  # columns in which a cell is a number


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
        rows that do not have one cell per column; every problem is listed.
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
    columns, cells = _split(path.name, text, delimiter)
    rows = tuple(dict(zip(columns, row, strict=True)) for row in cells)
    rows = tuple(_tidy_numbers(path.name, number, row, notes) for number, row in enumerate(rows, 2))
    return RawTable(path.name, columns, rows, tuple(notes))


def _decode(path):
    """Text of the file and the notes so far; UTF-8 with or without BOM, nothing else."""
    if not path.is_file():
        raise InputError([f"{path}: the file is missing; restore it or see data/raw/README.md"])
    content, notes = path.read_bytes(), []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError([f"{path.name}: UTF-16 text; save the table as 'CSV UTF-8' and try again"])
    if content.startswith(b"\xef\xbb\xbf"):
        notes.append(f"{path.name}: byte order mark (BOM) accepted")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise InputError(
            [
                f"{path.name}, row {row}: byte {content[error.start]:#04x} is not UTF-8; "
                "save the table as 'CSV UTF-8' and try again"
            ]
        ) from None
    if "\x00" in text:
        raise InputError([f"{path.name}: contains zero bytes; it is not a CSV file"])
    if not text.strip():
        raise InputError([f"{path.name}: the file is empty; it needs at least its header row"])
    return text, notes


def _delimiter(text):
    """The separator of the header row: the one that is most frequent there."""
    header = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=header.count)


def _split(name, text, delimiter):
    """Header and rows of cells; blank lines are skipped."""
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(
            [f"{name}: {error}; the file seems to be cut off or badly quoted"]
        ) from None
    columns = tuple(cell.strip() for cell in table[0])
    problems = [
        f"{name}: column '{column}' stands {columns.count(column)} times in the header"
        for column in sorted(set(columns))
        if columns.count(column) > 1
    ]
    cells = []
    for number, row in enumerate(table[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            problems.append(
                f"{name}, row {number}: {len(row)} cells where the header has {len(columns)}; "
                "put quotes around a cell that contains the separator"
            )
        cells.append([cell.strip() for cell in row])
    if problems:
        raise InputError(problems)
    return columns, cells


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
