"""history.csv of a living review on disk: read whole, or refused with every row, column and value."""

from datetime import date
from pathlib import Path

from workflow.lib.files.lock_files import HISTORY, kept_rows

CURE = f"nothing was written; restore {HISTORY} from git, or mend the row, and run again"


def read_history(folder):
    """Rows of the history in `folder`, the oldest first; none if there is no history.

    Raises
    ------
    InputError
        If it is no history: every problem with its row, which is also the line of the file.
    """
    return kept_rows(Path(folder) / HISTORY, "history", CURE, check=row_problems)


def row_problems(rows):
    """What no schema can say: days that there are, in order; intervals around their estimate."""
    problems, latest = [], ""
    for number, row in enumerate(rows, 2):
        where = f"{HISTORY}, row {number}"
        problems += _day_problems(row["date"], latest, where) + _interval_problems(row, where)
        latest = max(latest, row["date"])
    return problems


def _day_problems(day, latest, where):
    try:
        date.fromisoformat(day)
    except ValueError:
        return [f"{where}, date: '{day}' is no day of the calendar; correct it"]
    if day < latest:
        return [f"{where}, date: '{day}' comes after {latest}; entries go by date"]
    return []


def _interval_problems(row, where):
    lower, estimate, upper = (row[name] for name in ("ci_lb", "estimate", "ci_ub"))
    if (lower is None) != (upper is None):
        missing = "ci_lb" if lower is None else "ci_ub"
        return [f"{where}, {missing}: is empty; an interval has two ends, or none"]
    if lower is not None and estimate is None:
        return [f"{where}, estimate: is empty beside an interval; correct it"]
    if lower is not None and not lower <= estimate <= upper:
        words = f"{estimate} does not lie between ci_lb {lower} and ci_ub {upper}"
        return [f"{where}, estimate: {words}; correct it"]
    return []
