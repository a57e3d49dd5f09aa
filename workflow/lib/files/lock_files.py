"""numbers.lock.csv and numbers.lock.json on disk: read, or refused with the row; written whole or not at all."""

import csv
import hashlib
import io
import json
import platform
from pathlib import Path

from workflow.lib.errors import InputError, TableError
from workflow.lib.files.fingerprint import file_sha256, raw_files
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.schemas import load_schema, record_problems
from workflow.lib.files.tables import read_rows, write_json, write_rows, write_text
from workflow.lib.files.together import replace_together

LOCK, MADE_FROM, CHANGELOG = "numbers.lock.csv", "numbers.lock.json", "CHANGELOG.md"
HISTORY = "history.csv"  # of a living review; see lib/files/history.py
CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
SHORT = 12  # hex digits of a sum that only has to tell two versions apart
CURE = "nothing was written; restore the file from git, or delete it and run `make accept`"
# folders of the workflow that no number is made from: they come after results/numbers.json
NOT_NUMBERS = {"commands", "figures", "render", "__pycache__"}


def read_lock(folder):
    """id -> row of the lock in `folder`; empty if there is none.

    Raises
    ------
    InputError
        If it is no lock: every problem with its row, which is also the line of the file.
    """
    rows = kept_rows(Path(folder) / LOCK, "lock", CURE, merged="take one side, then `make accept`")
    return {row["id"]: row for row in rows}


def kept_rows(path, schema, cure, *, merged=None, check=lambda rows: []):
    """Rows of a table that a command writes and git keeps; none if there is no file.

    `cure` says what to do about a table that is refused, `merged` about one with marks of a merge
    (None: the same); `check(rows)` gives what the schema cannot say.

    Raises
    ------
    InputError
        If it is no such table: every problem with its row, which is also the line of the file.
    """
    if not path.exists():
        return []
    columns = list(load_schema(schema)["properties"])
    problems = _form_problems(_text(path, cure), path.name, columns, merged or cure)
    if not problems:
        try:
            rows = read_rows(path, schema)
            problems = check(rows)
        except TableError as error:
            problems = [line.replace(f"{path}", path.name, 1) for line in str(error).split("\n")]
    if problems:
        raise InputError([f"{path}: cannot be used; {cure}", *problems])
    return rows


def _text(path, cure=CURE):
    """The text of a file; an InputError names the row where it is no UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise InputError([f"{path.name}, row {row}: is not UTF-8 text; {cure}"]) from None


def _form_problems(text, name, columns, cure):
    """Lines of the table called `name` that are no rows, one sentence each.

    Marks of a merge, broken quotes, another header, cells too few or too many.
    """
    marks = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith(CONFLICT)]
    if marks:
        rows = ", ".join(map(str, marks))
        return [f"{name}, row {rows}: a merge was not finished; {cure}"]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        return [f"{name}, row {reader.line_num}: {error}"]
    if not table or table[0][1] != columns:
        found = ",".join(table[0][1]) if table else ""
        return [f"{name}, row 1: '{found[:60]}' is not the header '{','.join(columns)}'"]
    return [
        f"{name}, row {number}: {len(row)} cells instead of {len(columns)}"
        for number, row in table
        if len(row) != len(columns)
    ]


def read_made_from(folder):
    """The record of what the lock was made from; None if there is none.

    Raises
    ------
    InputError
        If the file is not such a record, with the line or the key.
    """
    path = Path(folder) / MADE_FROM
    if not path.exists():
        return None
    try:
        record = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise InputError([f"{MADE_FROM}, line {error.lineno}: {error.msg}; {CURE}"]) from None
    problems = record_problems(MADE_FROM, "made_from", record)
    if problems:
        raise InputError([f"{path}: cannot be used; {CURE}", *problems])
    return record


def belong_together(folder, record):
    """Whether the lock in `folder` is the one that `record` was written with."""
    return record["numbers"] == file_sha256(Path(folder) / LOCK)


def made_from(review, project, manifest):
    """What the numbers of one build were made from; `manifest` is the record of that build.

    `review` is the folder with data/raw, `project` the one with the workflow.
    """
    raw = Path(review) / "data/raw"
    return {
        "data": {
            path.relative_to(raw).as_posix(): {
                "sha256": file_sha256(path),
                "rows": _row_sums(path) if path.parent == raw else _whole(path),
            }
            for path in raw_files(raw)
        },
        "config": dict(_leaves(manifest["config"])),
        "code": _code_sums(Path(project)),
        "environment": {
            **manifest["software"],
            "platform": manifest["platform"],
            "machine": platform.machine(),
        },
    }


def _row_sums(path):
    """First cell -> sum of the filled cells of the rows that begin with it, whatever their order of columns."""
    try:
        rows = read_raw_table(path).rows
    except InputError:  # a table that no rule reads: it counts as one row
        return _whole(path)
    found = {}
    for row in rows:
        filled = {column: cell for column, cell in row.items() if cell}
        found.setdefault(next(iter(row.values())), []).append(filled)
    return {name: _sum(json.dumps(cells, sort_keys=True)) for name, cells in found.items()}


def _whole(path):
    """A file that counts as one row."""
    return {"(whole table)": file_sha256(path)[:SHORT]}


def _leaves(config, path=""):
    """(path, value) of every key of the configuration that holds no further keys."""
    for key, value in config.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, dict) and value:
            yield from _leaves(value, name)
        else:
            yield name, value


def _code_sums(project):
    """Folder of the workflow -> sum of the names and contents of its files."""
    found = {}
    for path in sorted([project / "Snakefile", *(project / "workflow").rglob("*")]):
        place = path.relative_to(project)
        if path.is_file() and not NOT_NUMBERS & set(place.parts):
            name = place.parent.as_posix() if len(place.parts) > 1 else place.name
            found.setdefault(name, []).append(f"{place.name} {file_sha256(path)}")
    return {name: _sum("\n".join(lines)) for name, lines in found.items()}


def _sum(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:SHORT]


def read_changelog(folder):
    """The text of the changelog of a review; empty if there is none."""
    path = Path(folder) / CHANGELOG
    return _text(path) if path.exists() else ""


def write_lock(folder, rows, sources, changelog=None, history=None):
    """Write the lock, what it was made from and, if given, the changelog and the history, or nothing.

    `history` is a function: sum of the new lock -> rows of history.csv. After a kill the folder has
    the old files, or `finish` (lib/files/together.py) gives it the new ones.
    """

    def fill(staged):
        whole = [{**row, "value": _plain(row["value"])} for row in rows]
        write_rows(whole, staged / LOCK, "lock")
        total = file_sha256(staged / LOCK)
        write_json({**sources, "numbers": total}, staged / MADE_FROM)
        if changelog is not None:
            write_text(changelog, staged / CHANGELOG)
        if history is not None:
            write_rows(history(total), staged / HISTORY, "history")

    replace_together(folder, fill)


def _plain(value):
    """A whole number without its '.0', so that a lock that is read and written keeps its bytes."""
    return int(value) if value is not None and float(value).is_integer() else value
