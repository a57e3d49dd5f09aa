"""Exports of screening tools as they come: CSV, a workbook, or RIS whose notes hold the decisions."""

import re
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.exports.encoding import decode
from workflow.lib.files.exports.read import few
from workflow.lib.files.exports.record import Report, finished
from workflow.lib.files.exports.tagged import read_tagged
from workflow.lib.files.exports.tags import RIS, from_ris
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.workbook import read_first_sheet

RIS_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*TY {1,2}-")
RIS_NAMES = (".ris", ".txt")
NOTES = "N1"
TEXTS = {"TI", "T1", "AB", "N2", "AU", "A1", "KW", NOTES}  # where no tool puts its own number
USED = {"TY", "TI", "T1", "PY", "Y1", "DA", "DO", "DI", "ID", "AN", NOTES}


@dataclass(frozen=True, slots=True)
class Reference:
    """One record of a RIS export: who it is, and all that was noted about it."""

    line: int
    title: str
    year: str
    doi: str
    pmid: str
    notes: tuple[str, ...]  # each N1 by itself
    ids: tuple[str, ...]  # values of the tags that may hold a number of the tool
    sum: str  # of its content: names it where nothing else does


@dataclass(frozen=True, slots=True)
class ScreeningTable:
    """One export: a table with a header, or references without one."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]  # with their numbers in the file
    references: tuple[Reference, ...]
    notes: tuple[str, ...]


def read_screening_table(path) -> ScreeningTable:
    """The export `path`; its content, not its name, says what it is.

    Raises
    ------
    InputError
        If the file is missing, damaged or cut off; with file, row or line, field and what was
        expected.
    """
    path = Path(path)
    start = path.read_bytes()[:4096] if path.is_file() else b""
    if start.startswith(b"PK\x03\x04"):
        sheet = read_first_sheet(path)
        rows = tuple((n, dict(zip(sheet.columns, cells, strict=True))) for n, cells in sheet.rows)
        return ScreeningTable(path.name, sheet.columns, rows, (), ())
    if start and (RIS_START.match(start) or path.suffix.lower() in RIS_NAMES):
        return _read_ris(path)
    table = read_raw_table(path)
    rows = tuple(enumerate(table.rows, 2))
    return ScreeningTable(path.name, table.columns, rows, (), table.notes)


def _read_ris(path):
    """The references of a RIS file; every tag that is not read is listed."""
    text, _ = decode(path.read_bytes(), path.name)
    report = Report(path.name)
    tagged = read_tagged(text, RIS, report)
    report.drafts = [from_ris(one, report) for one in tagged]
    records = finished(report)
    if not records and not report.problems:
        report.problem(0, "records", "none found; export the references as RIS again")
    if report.problems:
        raise InputError(few(path.name, report.problems, "problems"))
    found = tuple(map(_reference, tagged, records))
    tags = sorted({tag for one in tagged for tag in one.values} - USED - set(report.unknown))
    unread = [f"{path.name}: not read: {', '.join(tags)}"] if tags else []
    notes = (*unread, *few(path.name, report.unknown_notes() + report.notes, "remarks"))
    return ScreeningTable(path.name, (), (), found, notes)


def _reference(tagged, record):
    return Reference(
        line=tagged.line,
        title=record.title,
        year="" if record.year is None else str(record.year),
        doi=record.doi,
        pmid=record.pmid,
        notes=tuple(tagged.values.get(NOTES, ())),
        ids=tuple(one for tag in tagged.values if tag not in TEXTS for one in tagged.values[tag]),
        sum=record.sum(),
    )
