"""Reading raw tables: whole and checked against their schemas, or refused with every problem."""

from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import SUMS, file_sha256, seal_problems, sealed_sums
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.schemas import load_schema, parse_cell, table_problems, type_cure

TABLES = ("extraction", "studies", "flow", "claims")
OPTIONAL = ("screening",)


def read_raw(path, schema_name):
    """Rows of a raw table as dicts, numbers parsed where the schema wants them; checked.

    Raises
    ------
    InputError
        If the table cannot be read or does not fit its schema.
    """
    table = read_raw_table(path)
    rows, problems = _parsed(table, schema_name)
    if problems:
        raise InputError(problems)
    return rows


def require_tables(folder):
    """Nothing, if every raw table is there.

    Raises
    ------
    InputError
        With the name of each file that is missing.
    """
    names = [*(f"{name}.csv" for name in TABLES), SUMS]
    missing = [name for name in names if not (Path(folder) / name).is_file()]
    if missing:
        cure = "restore it, or see data/raw/README.md; `make seal` writes SHA256SUMS"
        raise InputError([f"{folder}/{name}: the file is missing; {cure}" for name in missing])


def _parsed(table, schema_name):
    """(rows, problems) of a raw table."""
    rules = load_schema(schema_name)["properties"]
    rows = [
        {name: parse_cell(cell, rules.get(name, {})) for name, cell in row.items()}
        for row in table.rows
    ]
    return rows, table_problems(table.name, schema_name, table.columns, rows)


def check_raw_tables(folder, checks):
    """The record of accepted raw tables: their sums and the remarks on how they were read.

    `checks` are functions (tables, cure) -> problems, called where all tables can be read and have
    their columns; `cure(text)` says what to do about a cell that is no number.

    Raises
    ------
    InputError
        With every problem of every table.
    """
    folder = Path(folder)
    tables, notes, problems = {}, [], _seal(folder)
    names = [*TABLES, *(name for name in OPTIONAL if (folder / f"{name}.csv").is_file())]
    for name in names:
        try:
            raw = read_raw_table(folder / f"{name}.csv")
        except InputError as error:
            problems += error.problems
            continue
        rows, found = _parsed(raw, name)
        notes += raw.notes
        problems += found
        tables[name] = rows
    if len(tables) == len(names) and _whole(tables):
        for check in checks:
            problems += check(tables, _cure)
    if problems:
        raise InputError(_heading(folder, problems))
    return {
        "files": {f"{name}.csv": file_sha256(folder / f"{name}.csv") for name in names},
        "notes": notes,
    }


def _whole(tables):
    """Whether every row has every column that the cross-checks read."""
    return all(
        set(load_schema(name)["required"]) <= set(row)
        for name, rows in tables.items()
        for row in rows
    )


def _cure(text):
    return type_cure(text, "number")


def _seal(folder):
    """Differences from the sums."""
    if not sealed_sums(folder):
        return [f"{SUMS}: missing or empty; `make seal` writes the sums of the raw tables"]
    return seal_problems(folder)


def _heading(folder, problems):
    many = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    return [
        f"{folder.as_posix()}: {many}; nothing was run, the last report stays as it was.",
        *problems,
    ]
