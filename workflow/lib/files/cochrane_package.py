"""Reading the data package of a Cochrane review: CSV files as the Cochrane Library offers them."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.lib.errors import InputError
from workflow.lib.files.cochrane_outcomes import (
    DATA_COLUMNS,
    NEEDED,
    SUBTOTAL_COLUMNS,
    outcome_of,
)
from workflow.lib.files.cochrane_settings import SETTINGS
from workflow.lib.files.containers import member_of, open_zip
from workflow.lib.files.foreign import Foreign, Study, repeated
from workflow.lib.files.raw_tables import read_raw_table

ROWS, OVERALL = "-data-rows.csv", "-overall-estimates-and-settings.csv"
SUBTOTALS = "-subgroup-estimates.csv"
NOT_THERE = ("", "#N/A", "NA")
LAYOUT = f"a data package has files that end in {ROWS} and {OVERALL}"


@dataclass(slots=True)
class Package:
    """The tables of a package, and what is found on the way."""

    name: str
    rows: list
    overall: list
    subtotals: list  # empty where the package has no such file
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def rows_of(self, key):
        """(row number, row) of the data of one analysis."""
        return _of(self.rows, key)

    def subtotals_of(self, key):
        """(row number, row) of the stored estimates of its subgroups."""
        return _of(self.subtotals, key)


def _of(rows, key):
    """The rows of one analysis with their numbers in the file."""
    return [(number, row) for number, row in enumerate(rows, 2) if _key(row) == key]


def _key(row):
    return row["Analysis group"], row["Analysis number"]


def read_cochrane_package(path) -> Foreign:
    """The review in a data package: a zip file, a folder, or one of the CSV files in a folder.

    Raises
    ------
    InputError
        If a file or a column is missing or a number cannot be read; every problem is listed with
        its file, row and column.
    """
    package = _package(Path(path))
    studies, outcomes = _studies(package), []
    for number, settings in enumerate(package.overall, 2):
        outcomes += outcome_of(settings, number, package)
    known = set(map(_key, package.overall))
    for rows, file in ((package.rows, ROWS), (package.subtotals, SUBTOTALS)):
        first = {_key(row): number for number, row in reversed(list(enumerate(rows, 2)))}
        package.problems += [
            f"{file[1:]}, row {number}, Analysis number: analysis {'.'.join(key)} has no row in "
            f"{OVERALL[1:]}"
            for key, number in sorted(first.items(), key=lambda item: item[1])
            if key not in known
        ]
    package.problems += repeated(outcomes)
    if not outcomes and not package.problems:
        package.problems += ["no analysis with data in it; nothing to import", *package.notes]
    if package.problems:
        raise InputError([f"{package.name}: {problem}" for problem in package.problems])
    return Foreign(
        *(package.name, "Cochrane data package", f"Cochrane review {package.name}", package.name),
        *(studies, tuple(outcomes), tuple(package.notes)),
    )


def _package(path):
    """The tables of the package, wherever they lie."""
    if path.is_dir():
        return _read(sorted(path.rglob("*.csv")), path.name)
    if not path.is_file():
        raise InputError([f"{path}: there is no such file or folder; FILE= names it"])
    if path.suffix.lower() == ".csv":
        return _read(sorted(path.parent.glob("*.csv")), path.name)
    archive = open_zip(path)
    wanted = [name for name in archive.namelist() if name.endswith((ROWS, OVERALL, SUBTOTALS))]
    with TemporaryDirectory() as folder:
        for name in wanted:
            content = member_of(archive, name, file=path.name)
            (Path(folder) / Path(name).name).write_bytes(content)
        return _read(sorted(Path(folder).glob("*.csv")), path.name)


def _read(files, name):
    """The tables among `files`, as lists of dicts of text."""
    ends = {ROWS: DATA_COLUMNS, OVERALL: SETTINGS, SUBTOTALS: SUBTOTAL_COLUMNS}
    found = {end: [file for file in files if file.name.endswith(end)] for end in ends}
    problems = [
        f"{name}: {len(own)} files end in {end}; {LAYOUT}, one of each"
        for end, own in found.items()
        if len(own) != 1 and (own or end != SUBTOTALS)
    ]
    if problems:
        raise InputError(problems)
    tables = {end: read_raw_table(own[0]) for end, own in found.items() if own}
    for end, table in tables.items():
        needed = NEEDED[ends[end]] or (SUBTOTAL_COLUMNS[:3] if table.rows else ())
        missing = [column for column in needed if column not in table.columns]
        problems += [f"{found[end][0].name}: column '{column}' is missing" for column in missing]
    if problems:
        raise InputError(problems)
    review = found[ROWS][0].name.removesuffix(ROWS)
    rows = [_plain(tables[end].rows) if end in tables else [] for end in ends]
    package = Package(review, *rows)
    for end, table in tables.items():
        unknown = [column for column in table.columns if column not in ends[end]]
        if unknown:
            package.notes.append(
                f"{found[end][0].name}: columns unknown to this reader, not imported: "
                f"{', '.join(unknown)}"
            )
    return package


def _plain(rows):
    """Rows in which what is not available is empty."""
    return [{name: "" if text in NOT_THERE else text for name, text in row.items()} for row in rows]


def _studies(package):
    """The studies of all rows; a study is its name, and its year where it has one."""
    found = {}
    for row in package.rows:
        year = row.get("Study year", "")
        year = year[:4] if year[4:5] in ("", "/", "-") else ""  # 2022/1/10 in packages of 2026
        number = int(year) if year.isdecimal() and 1800 <= int(year) <= 2200 else None
        if row["Study"]:
            found.setdefault(row["Study"], Study(row["Study"], row["Study"], number, True))
    return tuple(found.values())
