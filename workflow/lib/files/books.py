"""The optional books of a review: what opens each, what it draws, what the report calls it.

The rule of a book writes `results/books/<book>.json`, numbers that join the registry, and
`results/books/<book>.md`, its section of the report; collect_numbers and write_sentences take them
from there, so that another book is an entry here, its rule, and one line of the report. A book that
is not kept has no section and no heading: one sentence names them all, each with its anchor.
"""

from dataclasses import dataclass
from pathlib import Path

from workflow.lib.files.fingerprint import files_in, prose_texts

ABSENT = """\
### Not available {{#sec-absent}}

::: {{.absent}}
This review does not keep the following, so nothing is said of it: {}.
:::
"""
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
    title: str = ""  # of its section; empty where the report is never without it
    anchor: str = ""  # of its section
    level: int = 0  # of the heading of its section; 0 where something else heads it

    @property
    def heading(self):
        """The heading of its section in Markdown, empty where something else heads it."""
        return f"{'#' * self.level} {self.title} {{#{self.anchor}}}" if self.level else ""

    @property
    def told(self):
        """Its title and where it would be kept, for a report without it; links to it lead here."""
        raw = [f"`data/raw/{name}`" for name in (*self.tables[:1], *self.files)]
        places = [*raw, *([f"`{self.key}` in `config.yaml`"] if self.key else [])]
        return f"[{self.title}]{{#{self.anchor}}} ({', '.join(places)})"


BOOKS: dict[str, Book] = {
    "records": Book(
        tables=("sources.csv", "duplicates.csv"),
        folders=("records",),
        **{"title": "Search records", "anchor": "sec-records", "level": 3},
    ),
    "screening": Book(
        tables=("screening.csv",),
        **{"title": "Screening", "anchor": "sec-screening", "level": 3},
    ),
    "multiverse": Book(
        key="multiverse",
        figures=("multiverse",),
        **{"title": "What the answer rests on", "anchor": "sec-multiverse", "level": 2},
    ),
    "correlation": Book(
        key="r_tipping",
        figures=("tipping",),
        **{"title": "The correlation before and after", "anchor": "sec-correlation", "level": 3},
    ),
    "double_extraction": Book(
        tables=("extraction_a.csv", "extraction_b.csv", "adjudication.csv"),
        **{"title": "Two extractors", "anchor": "sec-double-extraction", "level": 3},
    ),
    "risk_of_bias": Book(
        tables=("risk_of_bias.csv",),
        folders=("instruments",),
        figures=("risk_of_bias", "risk_of_bias_summary"),
        **{"title": "Risk of bias", "anchor": "sec-risk-of-bias", "level": 3},
    ),
    "certainty": Book(tables=("certainty.csv",), always=True),
    "retractions": Book(  # its warning stands beside the answer, its section in the checklist
        files=("retraction_watch.csv",),
        key="retractions",
        **{"title": "Retractions", "anchor": "sec-retractions"},
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


def report_texts():
    """The prose of the report and the headings of the books' sections: every heading there can be."""
    return [*prose_texts(), *filter(None, (book.heading for book in BOOKS.values()))]


def sections(paths):
    """Book -> its section of the report under its heading, empty where it is not kept.

    `absent` is the sentence that names those, empty if there are none; `paths` are SECTION files.
    """
    written = {Path(path).stem: Path(path).read_text(encoding="utf-8") for path in paths}
    missing = [book.told for name, book in BOOKS.items() if book.title and name not in written]
    headed = {
        name: "\n\n".join(filter(None, (book.heading, written[name]))) if name in written else ""
        for name, book in BOOKS.items()
    }
    return headed | {"absent": ABSENT.format("; ".join(missing)) if missing else ""}


def exists_below(place, path):
    """Whether a file of the review is there; `place` is the folder of the review."""
    return (Path(place) / path).exists()
