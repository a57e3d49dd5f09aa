"""Sealing raw tables: what has changed since the last seal, cell by cell, and the new sums."""

import subprocess
from collections import Counter
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import (
    SUMS,
    raw_sums,
    seal_problems,
    seal_text,
    sealed_sums,
)
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.tables import write_text

COMMITS = 200  # how far back the sealed version of a table is looked for


def seal(folder):
    """Lines that tell what was sealed; SHA256SUMS in `folder` is rewritten if anything differs."""
    folder = Path(folder)
    if not seal_problems(folder):
        return [f"{folder}: nothing has changed since the last seal"]
    sealed, found = sealed_sums(folder), raw_sums(folder)
    lines = [f"{name}: gone" for name in sealed if name not in found]
    for name, total in found.items():
        if sealed.get(name) != total:
            lines += _changes(folder / name, sealed.get(name), name)
    write_text(seal_text(folder), folder / SUMS)
    return [*lines, f"{folder / SUMS}: rewritten; commit it together with the tables"]


def _changes(path, total, name):
    """Differences between a file and its sealed version, one line each."""
    if total is None:
        return [f"{name}: new"]
    old = _sealed_version(path, total)
    if old is None:
        return [f"{name}: changed; the sealed version is not in git, so no cells can be shown"]
    if name != path.name:  # an export, which is no table of ours
        return [f"{name}: changed; {_lines(old, path.read_bytes())}"]
    try:
        return cell_diff(_read(old, path.name), read_raw_table(path)) or [
            f"{path.name}: changed in its bytes only (line ends, quotes, separators)"
        ]
    except InputError as error:
        return [f"{path.name}: changed; no cells can be shown: {error}"]


def _lines(old, new):
    """How many lines of a file came and went."""
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    return f"{(after - before).total()} new lines, {(before - after).total()} gone"


def _sealed_version(path, total):
    """The bytes of the file in git whose sum is `total`; None if there is no such version."""
    log = _git(path.parent, "log", f"-{COMMITS}", "--format=%H", "--", path.name)
    for commit in (log or b"").decode().split():
        content = _git(path.parent, "show", f"{commit}:./{path.name}")
        if content is not None and sha256(content).hexdigest() == total:
            return content
    return None


def _git(folder, *words):
    """Output of a git command in `folder`; None if git is missing or refuses."""
    try:
        run = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return run.stdout if run.returncode == 0 else None


def _read(content, name):
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_raw_table(path)


def cell_diff(old, new):
    """One line for each row that came or went and each cell that differs between two raw tables.

    Rows are matched by their first column.
    """
    key = new.columns[0]
    before = {row.get(key, ""): row for row in old.rows}
    after = {row[key]: row for row in new.rows}
    lines = [f"{new.name}, column {name}: new" for name in new.columns if name not in old.columns]
    lines += [f"{new.name}, column {name}: gone" for name in old.columns if name not in new.columns]
    lines += [f"{new.name}, {name}: row gone" for name in before if name not in after]
    lines += [f"{new.name}, {name}: new row" for name in after if name not in before]
    for name in (name for name in after if name in before):
        for column in (column for column in new.columns if column in old.columns):
            was, now = before[name][column], after[name][column]
            if was != now:
                lines.append(
                    f"{new.name}, {name}, {column}: '{was}' -> '{now}'{_warning(was, now)}"
                )
    return lines


def _warning(was, now):
    """A remark where a spreadsheet may have dropped decimals: 2.0 and 2 round differently."""
    try:
        same = float(was) == float(now)
    except ValueError:
        return ""
    return "  (same number, other decimals: this changes what rounding allows)" if same else ""
