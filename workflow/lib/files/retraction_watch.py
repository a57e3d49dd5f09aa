"""A snapshot of the Retraction Watch database, read row by row: 60,000 rows, of which a few are kept."""

import csv
from pathlib import Path

from workflow.lib.errors import InputError

NAME = "retraction_watch.csv"
NEEDED = (
    *("Record ID", "OriginalPaperDOI", "OriginalPaperPubMedID"),
    *("RetractionNature", "RetractionDate", "Reason"),
)
RESTORE = "the file is cut off or damaged there; download it again"
CHUNK = 2**20  # bytes
SOME = 5  # rows that are named when many are wrong


def read_notices(path, dois, pmids):
    """Rows of the snapshot about one of these papers, as dicts of the NEEDED columns.

    `dois` are lower-case. A paper is found by its DOI or by its PubMed id.

    Raises
    ------
    InputError
        If the file is missing, not in this layout, or cut off; lists every problem.
    """
    path, found, short = Path(path), [], []
    with _open(path) as file:
        rows = csv.reader(file, strict=True)
        try:
            header = next(rows, [])
            places = _places(path.name, header)
            doi_at, pmid_at = places["OriginalPaperDOI"], places["OriginalPaperPubMedID"]
            for number, row in enumerate(rows, 2):
                if len(row) != len(header):
                    short.append((number, len(row)))
                elif row[doi_at].strip().lower() in dois or row[pmid_at].strip() in pmids:
                    found.append({name: _text(row[at]) for name, at in places.items()})
        except csv.Error as error:
            where = f"{path.name}, line {rows.line_num}"
            raise InputError([f"{where}: {error}; {RESTORE}"]) from None
        if not rows.line_num > 1:
            raise InputError([f"{path.name}: no row below the header; {RESTORE}"])
    if short:
        raise InputError(_width_problems(path.name, len(header), short))
    return found


def snapshot_problems(folder, config):
    """Every reason why the snapshot in `folder` cannot be used; none where neither it nor a key is there."""
    path = Path(folder) / NAME
    if "retractions" not in config:
        if not path.is_file():
            return []
        return [f"{NAME}: is there, but config.yaml does not say its day; add retractions.snapshot"]
    try:
        read_notices(path, (), ())
    except InputError as error:
        return list(error.problems)
    return []


def _open(path):
    """The file as text; bytes that are not UTF-8 are kept as they are, since ids have none."""
    if not path.is_file():
        raise InputError([f"{path.name}: not in {path.parent}, though config.yaml names its day"])
    with path.open("rb") as file:
        if any(b"\0" in part for part in iter(lambda: file.read(CHUNK), b"")):
            words = "contains zero bytes, so it is not CSV text"
            raise InputError([f"{path.name}: {words}; {RESTORE}"])
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _text(cell):
    """A kept cell as text: bytes that were not UTF-8 are read as Latin-1."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        cell = cell.encode("utf-8", "surrogateescape").decode("latin-1")
    return cell.strip()


def _places(name, header):
    """Column -> its place; only the columns that are used need to be there."""
    missing = [column for column in NEEDED if column not in header]
    if missing:
        shown = ", ".join(header)[:200]
        raise InputError(
            [
                f"{name}, row 1: column '{column}' is missing; found: {shown}; use the file as "
                "Retraction Watch gives it"
                for column in missing
            ]
        )
    return {column: header.index(column) for column in NEEDED}


def _width_problems(name, width, short):
    shown = [
        f"{name}, row {number}: {count} cells where the header has {width}; {RESTORE}"
        for number, count in short[:SOME]
    ]
    more = len(short) - SOME
    return shown + ([f"{name}: {more} more rows with another number of cells"] if more > 0 else [])
