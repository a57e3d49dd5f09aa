"""Reading the data package of a Cochrane review: CSV files as the Cochrane Library offers them."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.lib.errors import InputError
from workflow.lib.files.cochrane_outcomes import DATA_COLUMNS, NEEDED, SETTINGS, outcome_of
from workflow.lib.files.containers import member_of, open_zip
from workflow.lib.files.foreign import Foreign, Study, repeated
from workflow.lib.files.raw_tables import read_raw_table

ROWS, OVERALL = "-data-rows.csv", "-overall-estimates-and-settings.csv"
SUBTOTALS = "-subgroup-estimates.csv"
NOT_THERE = ("", "#N/A", "NA")
LAYOUT = f"a data package has files that end in {ROWS} and {OVERALL}"


@dataclass(slots=True)
class Package:
    """The two tables of a package, and what is found on the way."""

    name: str
    rows: list
    overall: list
    columns: tuple[str, ...]  # of both tables
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def read_cochrane_package(path) -> Foreign:
    """The review in a data package: a zip file, a folder, or one of the CSV files in a folder.

    Raises
    ------
    InputError
        If a file or a column is missing or a number cannot be read; every problem is listed with
        its file, row and column.
    """
    package = _package(Path(path))
    studies = _studies(package)
    grouped = {}
    for number, row in enumerate(package.rows, 2):
        grouped.setdefault((row["Analysis group"], row["Analysis number"]), []).append(
            (number, row)
        )
    outcomes = []
    for number, settings in enumerate(package.overall, 2):
        key = (settings["Analysis group"], settings["Analysis number"])
        own = grouped.pop(key, [])
        outcomes += outcome_of(settings, own, number, package)
    for (group, analysis), own in grouped.items():
        package.problems.append(
            f"{ROWS[1:]}, row {own[0][0]}, Analysis number: analysis {group}.{analysis} has no "
            f"row in {OVERALL[1:]}"
        )
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
    """The two tables among `files`, as lists of dicts of text."""
    found = {end: [file for file in files if file.name.endswith(end)] for end in (ROWS, OVERALL)}
    problems = [
        f"{name}: {len(own)} files end in {end}; {LAYOUT}, one of each"
        for end, own in found.items()
        if len(own) != 1
    ]
    if problems:
        raise InputError(problems)
    tables = {end: read_raw_table(own[0]) for end, own in found.items()}
    for end, needed in ((ROWS, DATA_COLUMNS), (OVERALL, SETTINGS)):
        missing = [column for column in NEEDED[needed] if column not in tables[end].columns]
        problems += [f"{found[end][0].name}: column '{column}' is missing" for column in missing]
    if problems:
        raise InputError(problems)
    review = found[ROWS][0].name.removesuffix(ROWS)
    package = Package(
        *(review, *(_plain(tables[end].rows) for end in (ROWS, OVERALL))),
        tables[ROWS].columns + tables[OVERALL].columns,
    )
    for end, known in ((ROWS, DATA_COLUMNS), (OVERALL, SETTINGS)):
        unknown = [column for column in tables[end].columns if column not in known]
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
        number = int(year) if year.isdecimal() and 1800 <= int(year) <= 2200 else None
        if row["Study"]:
            found.setdefault(row["Study"], Study(row["Study"], row["Study"], number, True))
    return tuple(found.values())
