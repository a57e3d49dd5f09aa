"""Fits by R metafor, run as a program of its own: numbers out as files, numbers back as files.

R sees effects, variances and the codes of methods; no name of a study or an analysis reaches it.
"""

import csv
import math
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

R_CODE = Path(__file__).with_name("metafor.R")
TIMEOUT = 300  # seconds, for all fits together
NO_METAFOR = 3  # exit status of metafor.R
CURE = (
    "apt-get install r-cran-metafor on Debian, or the conda environment workflow/envs/metafor.yaml"
)
MOST_WORDS = 300  # characters of what R says when it fails


@dataclass(frozen=True, slots=True)
class Task:
    """One fit that is asked for."""

    yi: tuple[float, ...]
    vi: tuple[float, ...]
    method: str
    test: str
    level: float  # percent


@dataclass(frozen=True, slots=True)
class Fits:
    """What metafor found, in the order of the tasks."""

    values: tuple[dict[str, float], ...] = ()  # quantity -> value; empty where there is none
    reasons: tuple[str, ...] = ()  # why a fit is not there; empty where it is
    versions: dict[str, str] = field(default_factory=dict)  # metafor and R


def with_metafor(tasks, *, command="Rscript", timeout=TIMEOUT) -> Fits:
    """Return the fits of `tasks` by R metafor, or the reason why there are none.

    It never raises for what is outside: without R, without metafor, after `timeout` seconds or
    where R fails, each task has that reason.
    """
    program = shutil.which(command)
    if program is None:
        return _nothing(tasks, f"{command} is not on the PATH: {CURE}")
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, tasks)
        words = [program, "--no-save", "--no-restore", "--no-init-file", str(R_CODE), name]
        try:
            run = subprocess.run(
                words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                timeout=timeout,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return _nothing(tasks, f"R did not finish within {timeout:g} s")
        if run.returncode == NO_METAFOR:
            return _nothing(tasks, f"R has no package metafor: {CURE}")
        if run.returncode:
            said = run.stderr.decode(errors="replace").split()
            return _nothing(tasks, f"R failed: {' '.join(said)[-MOST_WORDS:]}")
        return _read(folder, tasks)


def _nothing(tasks, reason):
    """The same reason for every task."""
    return Fits(({},) * len(tasks), (reason,) * len(tasks))


def _write(folder, tasks):
    """The files that metafor.R reads."""
    rows = [(place, task.method, task.test, task.level) for place, task in enumerate(tasks, 1)]
    _table(folder / "tasks.csv", ("place", "method", "test", "level"), rows)
    for place, task in enumerate(tasks, 1):
        _table(folder / f"{place}.csv", ("yi", "vi"), zip(task.yi, task.vi, strict=True))


def _table(path, header, rows):
    """A CSV file; floats keep every digit."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _read(folder, tasks):
    """The Fits in the files that metafor.R wrote."""
    values, reasons = [{} for _ in tasks], [""] * len(tasks)
    for place, quantity, text in _rows(folder / "fits.csv"):
        value = float("nan") if text == "NA" else float(text)
        if math.isfinite(value):
            values[int(place) - 1][quantity] = value
    for place, reason in _rows(folder / "reasons.csv"):
        reasons[int(place) - 1] = f"metafor: {' '.join(reason.split())[:MOST_WORDS]}"
    return Fits(tuple(values), tuple(reasons), dict(_rows(folder / "versions.csv")))


def _rows(path):
    """Rows of a CSV file below its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
