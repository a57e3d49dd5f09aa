"""Tables and records of `results/`: checked against their schema at every read and write."""

import csv
import json
import math
import os
import re
import tempfile
from dataclasses import asdict, is_dataclass
from pathlib import Path
from types import SimpleNamespace

from workflow.lib.errors import TableError
from workflow.lib.files.schemas import (
    load_schema,
    parse_cell,
    record_problems,
    require,
    table_problems,
    types_of,
)

# what a spreadsheet would run, its full-width forms too, or what we have guarded
FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
csv.field_size_limit(2**27)  # one cell holds the ids of all rows behind a pool, however many


def write_bytes(content, path):
    """Write `content` to `path` whole or not at all: a temporary file, then one rename."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_text(text, path):
    """Write `text` as UTF-8, whole or not at all."""
    write_bytes(text.encode("utf-8"), path)


def read_rows(path, schema_name):
    """Rows of a table as dicts of parsed cells, in file order.

    Raises
    ------
    TableError
        If the table does not fit its schema; lists every problem.
    """
    path, rules = Path(path), load_schema(schema_name)["properties"]
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path}: cannot be read: {error}") from error
    if not table:
        raise TableError(f"{path}: is empty; delete it and run again")
    columns = table[0]
    short = [number for number, row in enumerate(table, 1) if len(row) != len(columns)]
    require(
        [f"{path}, row {number}: a cell is missing; delete it and run again" for number in short]
    )
    rows = [
        {
            name: parse_cell(_unguard(cell), rules.get(name, {}))
            for name, cell in zip(columns, row, strict=True)
        }
        for row in table[1:]
    ]
    require(table_problems(str(path), schema_name, columns, rows))
    return rows


def read_table(path, schema_name):
    """The table as a DataFrame: text as object, numbers as float64, empty numbers as NaN."""
    import pandas as pd  # here, so that scripts which need only rows do not pay for it

    rows, rules = read_rows(path, schema_name), load_schema(schema_name)["properties"]
    columns = {}
    for name, rule in rules.items():
        cells = [row.get(name) for row in rows]
        numeric = types_of(rule) & {"number", "integer"} and not types_of(rule) & {"string"}
        columns[name] = pd.Series(
            [math.nan if numeric and cell is None else cell for cell in cells],
            dtype="float64" if numeric else "object",
        )
    return pd.DataFrame(columns)


def write_rows(rows, path, schema_name):
    """Write dicts as a table with its columns in schema order, after checking them."""
    rules = load_schema(schema_name)["properties"]
    rows = [
        {name: _plain(row.get(name), rule) for name, rule in rules.items()} | _unknown(row, rules)
        for row in rows
    ]
    columns = list(dict.fromkeys([*rules, *(key for row in rows for key in row)]))
    require(table_problems(str(path), schema_name, columns, rows))
    lines = []
    writer = csv.writer(SimpleNamespace(write=lines.append))  # it quotes CR and LF, its line end
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    write_text("".join(line.removesuffix("\r\n") + "\n" for line in lines), path)


def write_table(frame, path, schema_name):
    """Write a DataFrame as `write_rows` does."""
    write_rows(frame.to_dict("records"), path, schema_name)


def write_record(record, path, schema_name):
    """Write a dataclass or dict as JSON (sorted keys, no NaN) after checking it."""
    record = asdict(record) if is_dataclass(record) else record
    record = json.loads(_json(record, path, indent=None))  # tuples become lists, as on disk
    require(record_problems(str(path), schema_name, record))
    write_json(record, path)


def write_json(record, path):
    """Write any JSON value, sorted and readable."""
    write_text(_json(record, path) + "\n", path)


def _json(record, path, indent=1):
    try:
        return json.dumps(
            record, indent=indent, sort_keys=True, ensure_ascii=False, allow_nan=False
        )
    except ValueError as error:
        raise TableError(f"{path}: {error}; a missing number is null with a reason") from error


def read_json(path):
    """The JSON value in `path`.

    Raises
    ------
    TableError
        If the file is missing or cut off.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: cannot be read ({error}); delete it and run again") from error


def read_record(path, schema_name):
    """The JSON record in `path`, checked."""
    record = read_json(path)
    require(record_problems(str(path), schema_name, record))
    return record


def _unknown(row, rules):
    return {key: value for key, value in row.items() if key not in rules}


def _plain(value, rule):
    """The value without numpy's types: NaN is None, and a whole number that pandas made a float is whole."""
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    whole = "integer" in types_of(rule) and "number" not in types_of(rule) and value.is_integer()
    return int(value) if whole else value


def _cell(value):
    """The text of one cell: full precision, empty for missing, formulas defused by an apostrophe."""
    if isinstance(value, str):
        return "'" + value if FORMULA.match(value) and not is_number(value) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _unguard(cell):
    return (
        cell[1:]
        if cell.startswith("'") and FORMULA.match(cell[1:]) and not is_number(cell[1:])
        else cell
    )


def is_number(text):
    """Whether a text is a number for Python."""
    try:
        float(text)
    except ValueError:
        return False
    return True
