"""Writing a review directory: whole, checked and sealed beside its place, then moved there in one step."""

import csv
import io
import shutil
from pathlib import Path
from tempfile import mkdtemp

import yaml

from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.fingerprint import SUMS, file_sha256, seal_text
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.schemas import load_schema
from workflow.lib.files.seal import cell_diff
from workflow.lib.files.tables import FORMULA, is_number, write_text

RAW = "data/raw"
REFUSED = (
    "{}: nothing was written: the cells above of {} would change; add REPLACE=1 if that is intended"
)


def write_review(folder, tables, *, config, head, check):
    """Write config.yaml and data/raw into the new `folder`.

    `tables` maps a table's name to its rows of text; `config` is a dict; `head` begins config.yaml;
    `check(raw folder, config)` raises what is wrong. Nothing is left behind if anything is.

    Raises
    ------
    InputError
        If the folder is there and not empty, cannot be written, or its content does not pass `check`.
    """
    folder = Path(folder).resolve()
    require_new(folder)

    def fill(place):
        raw = place / RAW
        for name, rows in tables.items():
            write_raw(rows, raw / f"{name}.csv", name)
        write_text(seal_text(raw), raw / SUMS)
        text = yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=110)
        write_text(f"{head}{text}", place / "config.yaml")
        check(raw, config)

    write_whole(folder, fill)


def write_whole(folder, fill):
    """Make the new `folder`: `fill` writes into one beside it, which is then moved to its place.

    Raises
    ------
    InputError
        If it cannot be written, or `fill` raises: then nothing is left behind.
    """
    folder = Path(folder).resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {error.strerror}"]) from None
    try:
        fill(place)
        place.chmod(0o755)
        if folder.is_dir():
            folder.rmdir()
        place.rename(folder)
    except ReviewError as error:
        raise InputError([f"{folder}: nothing was written, because", str(error)]) from None
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {error.strerror}"]) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def require_new(folder):
    """Nothing, if a review can be written to `folder` without losing anything.

    Raises
    ------
    InputError
        If there is something in it.
    """
    folder = Path(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(
            [
                f"{folder}: is there and not empty; name a new folder with REVIEW=, or move that one "
                "away"
            ]
        )


def _swap(raw, new, old):
    """Put the new folder in the place of the raw tables, or leave these where they are."""
    there = raw.is_dir()
    if there:
        raw.rename(old)
    try:
        new.rename(raw)
    except OSError:
        if there:
            old.rename(raw)
        raise


def replace_tables(folder, tables, *, replace, config):
    """Lines that tell what changed in data/raw of the review `folder`, whose tables are replaced.

    Tables that are not in `tables` stay. A review that has no config.yaml gets a copy of `config`, a
    path. Nothing is changed where a table is there with other cells and `replace` is false.

    Raises
    ------
    InputError
        If tables would be lost without `replace`, or the folder cannot be written.
    """
    folder = Path(folder).resolve()
    raw = folder / RAW
    try:
        raw.parent.mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(prefix=".raw-", dir=raw.parent))
        try:
            new, lines, lost = place / "raw", [], []
            if raw.is_dir():
                shutil.copytree(raw, new)
            for name, rows in tables.items():
                changes, is_lost = _put(rows, new / f"{name}.csv", name)
                lines += changes
                lost += [name] if is_lost else []
            if lost and not replace:
                raise InputError([*lines, REFUSED.format(folder, ", ".join(lost))])
            write_text(seal_text(new), new / SUMS)
            _swap(raw, new, place / "old")
        finally:
            shutil.rmtree(place, ignore_errors=True)
        if not (folder / "config.yaml").exists():
            shutil.copyfile(config, folder / "config.yaml")
            lines.append(
                f"{folder / 'config.yaml'}: a copy of the project's; make it your review's"
            )
    except OSError as error:
        raise InputError([f"{folder}: cannot be written: {error.strerror}"]) from None
    return lines or [f"{folder}: nothing has changed"]


def _put(rows, path, name):
    """(lines that tell what changed, whether cells were there that are no more as they were)."""
    old = read_raw_table(path) if path.is_file() else None
    write_raw(rows, path, name)
    if old is None:
        return [f"{path.name}: {len(rows)} rows, new"], False
    changes = cell_diff(old, read_raw_table(path))
    return changes, bool(changes)


def write_raw(rows, path, name):
    """Write rows of text as a raw table, its columns in the order of its schema, then its own.

    Text that a spreadsheet program would take for a formula gets an apostrophe.
    """
    lines = io.StringIO()
    known = load_schema(name)["properties"]
    columns = list(dict.fromkeys([*known, *(column for row in rows for column in row)]))
    writer = csv.DictWriter(lines, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: _safe(row.get(column) or "") for column in columns} for row in rows)
    write_text(lines.getvalue(), path)


def _safe(text):
    return f"'{text}" if FORMULA.match(text) and not is_number(text) else text


def source_words(path, program):
    """How a cell names the file that it comes from: 'x.rm5 (RevMan 5.4, SHA-256 0123456789ab)'."""
    path = Path(path)
    total = f", SHA-256 {file_sha256(path)[:12]}" if path.is_file() else ""
    return f"{path.name} ({program}{total})"
