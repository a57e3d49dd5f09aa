"""The optional books of a review: what opens each, what it draws, what the report says without it.

The rule of a book writes `results/books/<book>.json`, numbers that join the registry, and
`results/books/<book>.md`, its section of the report; collect_numbers and write_sentences take them
from there, so that another book is an entry here, its rule, and one line of the report.
"""

from dataclasses import dataclass
from pathlib import Path

from workflow.lib.files.fingerprint import files_in

ABSENT = "::: {{.absent}}\n{}\n:::\n"  # so that the page can print it small
NUMBERS, SECTION = "results/books/{}.json", "results/books/{}.md"


@dataclass(frozen=True, slots=True)
class Book:
    """One optional part of a review; without tables and key it is always kept."""

    tables: tuple[
        str, ...
    ] = ()  # files of data/raw; the book is kept if the first of them is there
    folders: tuple[str, ...] = ()  # folders of data/raw whose files belong to it
    files: tuple[str, ...] = ()  # other files of data/raw, which are no tables of the review's own
    key: str = ""  # the key of config.yaml that opens it
    always: bool = False  # kept without its tables too
    figures: tuple[str, ...] = ()  # names below results/figures
    absent: str = ""  # one line of the report where it is not kept


BOOKS: dict[str, Book] = {
    "records": Book(
        tables=("sources.csv", "duplicates.csv"),
        folders=("records",),
        absent="Search records: not available; data/raw/sources.csv is not there.",
    ),
    "screening": Book(
        tables=("screening.csv",),
        absent="Screening: not available; data/raw/screening.csv is not there.",
    ),
    "multiverse": Book(
        key="multiverse",
        figures=("multiverse",),
        absent="Choices: no multiverse is declared in `config.yaml`.",
    ),
    "correlation": Book(
        key="r_tipping",
        figures=("tipping",),
        absent="Correlation before and after: `config.yaml` declares no `r_tipping`.",
    ),
    "double_extraction": Book(
        tables=("extraction_a.csv", "extraction_b.csv", "adjudication.csv"),
        absent="Double extraction: not available; data/raw/extraction_a.csv is not there.",
    ),
    "risk_of_bias": Book(
        tables=("risk_of_bias.csv",),
        folders=("instruments",),
        figures=("risk_of_bias", "risk_of_bias_summary"),
        absent="Risk of bias: not available; `data/raw/risk_of_bias.csv` is not there.",
    ),
    "certainty": Book(tables=("certainty.csv",), always=True),
    "retractions": Book(  # the checklist says where it is not kept
        files=("retraction_watch.csv",), key="retractions"
    ),
    "checklist": Book(tables=("checklist.csv", "protocol.csv", "deviations.csv"), always=True),
}


def kept_books(folder, config):
    """Names of the books that this review keeps, in the order of BOOKS; `folder` is data/raw."""
    return [
        name
        for name, book in BOOKS.items()
        if (not book.key or config.get(book.key))
        and (book.always or all((Path(folder) / table).exists() for table in book.tables[:1]))
    ]


def numbers_of(names):
    """Paths of the numbers of these books."""
    return [NUMBERS.format(name) for name in names]


def sections_of(names):
    """Paths of the sections of these books."""
    return [SECTION.format(name) for name in names]


def book_figures(names):
    """Names of the figures of these books."""
    return [figure for name in names for figure in BOOKS[name].figures]


def book_tables(folder, names):
    """Paths of the raw tables (CSV) that these books are kept in, each once, where they are there."""
    tables = dict.fromkeys(table for name in names for table in BOOKS[name].tables)
    paths = [Path(folder) / table for table in tables if table.endswith(".csv")]
    return [path.as_posix() for path in paths if path.is_file()]


def book_files(folder, names):
    """Paths of all raw files that these books are kept in: their tables, and what lies in their folders."""
    others = [Path(folder) / file for name in names for file in BOOKS[name].files]
    there = [path.as_posix() for path in others if path.is_file()]
    return book_tables(folder, names) + folder_files(folder, names) + there


def folder_files(folder, names):
    """Paths of what lies in the folders of these books, hidden files left out."""
    folders = dict.fromkeys(one for name in names for one in BOOKS[name].folders)
    return [path.as_posix() for one in folders for path in files_in(Path(folder) / one)]


def sections(paths):
    """Book -> its section of the report, or the line that it is not kept; `paths` are SECTION files."""
    written = {Path(path).stem: Path(path).read_text(encoding="utf-8") for path in paths}
    absent = {
        name: ABSENT.format(book.absent) if book.absent else "" for name, book in BOOKS.items()
    }
    return absent | written
