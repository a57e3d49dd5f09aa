"""Reading one export: its encoding, its format and its records, or every problem that refuses it."""

import re
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.exports import bibtex, endnote_xml, pubmed_xml, tables, tags
from workflow.lib.files.exports.encoding import decode
from workflow.lib.files.exports.record import Record, Report, finished

READERS = {
    "PubMed (nbib)": tags.read_nbib,
    "PubMed (XML)": pubmed_xml.read_pubmed_xml,
    "RIS": tags.read_ris,
    "Web of Science (plain text)": tags.read_wos,
    "table (CSV)": tables.read_table,
    "BibTeX": bibtex.read_bibtex,
    "EndNote (XML)": endnote_xml.read_endnote_xml,
}
STARTS = (  # how a text begins -> its format
    (re.compile(r"\s*PMID ?- "), "PubMed (nbib)"),
    (re.compile(r"\s*FN [^\n]*\n"), "Web of Science (plain text)"),
    (re.compile(r"\s*TY {1,2}-"), "RIS"),
    (re.compile(r"\s*(?:%[^\n]*\n\s*)*@\s*\w+\s*[{(]"), "BibTeX"),
)
NOT_READ = (  # how a text begins -> what it is, and what to choose instead
    (re.compile(r"<\d+\. ?>\s*\n"), "Ovid's own list of fields, which is not read; export as RIS"),
    (
        re.compile(r"%[0A-Z] "),
        "EndNote's list of fields (.enw), which is not read; export as RIS or XML",
    ),
    (
        re.compile(r"PT\t"),
        "Web of Science's tab delimited file, which is not read; export as plain text",
    ),
)
ELEMENT = re.compile(
    r"<([A-Za-z][\w.:-]*)"
)  # the first is the root: declarations begin with ? or !
ROOTS = {
    "PubmedArticleSet": "PubMed (XML)",
    "PubmedBookArticleSet": "PubMed (XML)",
    "PubmedArticle": "PubMed (XML)",
    "PubmedBookArticle": "PubMed (XML)",
    "xml": "EndNote (XML)",
    "records": "EndNote (XML)",
}
MOST_TOLD = 20  # problems, or remarks, on one file that are told one by one
FOUND = (
    "PubMed nbib or XML, RIS, Web of Science plain text, CSV of Embase, Cochrane, PubMed, Scopus or Zotero, "
    "BibTeX, EndNote XML"
)


@dataclass(frozen=True, slots=True)
class Export:
    """The records of one file and how they were read."""

    format: str
    encoding: str
    records: tuple[Record, ...]
    notes: tuple[str, ...]


def read_export(path, *, name=None) -> Export:
    """The export in `path`; `name` is what messages call it.

    Raises
    ------
    InputError
        If the file is missing, of no known format or encoding, cut off or damaged; lists what is
        wrong with file, line, field and what was expected.
    """
    path = Path(path)
    name = name or path.name
    if not path.is_file():
        raise InputError([f"{name}: the file is missing; put the export there"])
    return read_bytes(path.read_bytes(), name)


def read_bytes(content, name) -> Export:
    """The same, of the bytes of a file."""
    text, encoding = decode(content, name)
    kind = format_of(text, name)
    report = Report(name)
    report.drafts = READERS[kind](text, report)
    records = finished(report)
    if not records and not report.problems:
        report.problem(0, "records", f"none found, though it looks like {kind}; export it again")
    if report.problems:
        raise InputError(few(name, report.problems, "problems"))
    notes = few(name, report.unknown_notes() + report.notes, "remarks")
    return Export(kind, encoding, records, tuple(notes))


def format_of(text, name):
    """The format of a text, by how it begins.

    Raises
    ------
    InputError
        If it begins like none.
    """
    start = _without_headings(text[:20_000])
    for pattern, kind in STARTS:
        if pattern.match(start):
            return kind
    root = ELEMENT.search(start) if start.lstrip().startswith("<") else None
    if root and root[1] in ROOTS:
        return ROOTS[root[1]]
    rows = tables.split_rows(text[: text.find("\n", 20_000) + 1 or None], Report(name))
    cells = [row for _, row in rows]
    if cells and (tables.is_vertical(cells) or tables.is_export(cells[0])):
        return "table (CSV)"
    line = text.strip().partition("\n")[0]
    for pattern, kind in NOT_READ:
        if pattern.match(text.lstrip()):
            raise InputError([f"{name}, line 1: is {kind}"])
    raise InputError(
        [f"{name}, line 1: begins like no export that is read: '{line[:60]}'; expected: {FOUND}"]
    )


def _without_headings(text):
    """The text from its first line on that is neither blank nor printed above a record."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip() and not tags.HEADING.fullmatch(line):
            return "\n".join(lines[number:])
    return ""


def few(name, messages, word):
    """The first of the messages on a file, and how many more there are."""
    more = len(messages) - MOST_TOLD
    return messages[:MOST_TOLD] + [f"{name}: and {more} more {word} like these"] * (more > 0)
