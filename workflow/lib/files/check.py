"""Reading raw tables: whole and checked against their schemas, or refused with every problem."""

import re
from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.exports.sources import read_sources
from workflow.lib.files.fingerprint import SUMS, file_sha256, seal_problems, sealed_sums
from workflow.lib.files.instruments import read_instruments
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.schemas import load_schema, parse_cell, table_problems, type_cure
from workflow.lib.files.settings import read_settings

TABLES = ("extraction", "studies", "flow", "claims")
OPTIONAL = (
    *("screening", "extraction_a", "extraction_b", "adjudication"),
    *("sources", "duplicates", "risk_of_bias"),
    *("certainty", "checklist", "protocol", "deviations"),
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


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


def require_tables(folder, checks):
    """Nothing, if every raw table is there; Snakemake would tell of a missing one in its own way.

    Raises
    ------
    InputError
        If one is missing: with every problem of every table, as check_raw_tables has them.
    """
    names = [*(f"{name}.csv" for name in TABLES), SUMS]
    if not all((Path(folder) / name).is_file() for name in names):
        check_raw_tables(folder, checks)


def require_config(
    config,
    path="config.yaml",
    words="begin a review with `make new NAME=...`, or name the folder of one with --directory",
    *,
    given=(),
    own=True,
):
    """Nothing, if there is a configuration; Snakemake would not say what is wrong with it, nor where.

    `given` are the files of --configfile, which are read alike; `own` is false where another workflow
    uses this one as a module and brings the configuration itself.

    Raises
    ------
    InputError
        If none was given on the command line and the file is missing (`words` say what to do) or
        cannot be read.
    """
    for file in given if own else ():
        read_settings(file)
    if config and not (own and Path(path).is_file()):
        return
    if not Path(path).is_file():
        raise InputError([f"{Path(path).resolve()}: the file is missing; {words}"])
    read_settings(path)


def _parsed(table, schema_name):
    """(rows, problems) of a raw table."""
    rules = load_schema(schema_name)["properties"]
    rows = [
        {name: parse_cell(cell, rules.get(name, {})) for name, cell in row.items()}
        for row in table.rows
    ]
    problems = table_problems(table.name, schema_name, table.columns, rows)
    return rows, problems + _control_problems(table)


def _control_problems(table):
    """Cells with characters that no one can see and that no page or figure can hold."""
    return [
        f"{table.name}, row {number}, {column}: {row[column][:40]!r} has a control character; delete it"
        for number, row in enumerate(table.rows, 2)
        for column in table.columns
        if CONTROL.search(row[column])
    ]


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
        if "sources" in tables:
            exports, found = read_sources(folder, tables["sources"])
            notes += [note for export in exports.values() for note in export.notes]
            problems += found
            tables["records"] = {} if found else exports
        if "risk_of_bias" in tables:
            tables["instruments"], found = _instruments(folder)
            problems += found
        for check in checks:
            problems += check(tables, _cure)
    if problems:
        raise InputError(_heading(folder, problems))
    return {
        "files": {f"{name}.csv": file_sha256(folder / f"{name}.csv") for name in names},
        "notes": notes,
    }


def _instruments(folder):
    """(instruments or None, problems) where judgements of risk of bias are kept."""
    try:
        return read_instruments(folder), []
    except InputError as error:
        return None, list(error.problems)


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
    """Differences from the sums; a table that is not there is told where it is read."""
    if not sealed_sums(folder):
        return [f"{SUMS}: missing or no sums in it; `make seal` writes the sums of the raw tables"]
    absent = {f"{name}.csv" for name in TABLES if not (folder / f"{name}.csv").is_file()}
    return [problem for problem in seal_problems(folder) if problem.partition(":")[0] not in absent]


def _heading(folder, problems):
    many = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    return [
        f"{folder.as_posix()}: {many}; nothing was run, the last report stays as it was.",
        *problems,
    ]
