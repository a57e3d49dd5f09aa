"""What callers hand over as arrays of numbers; a text in it is named by its row."""

from math import isfinite

import numpy as np

from workflow.lib.errors import InputError

NO_NUMBERS = "cmMV"  # kinds of arrays that numpy would turn into floats without a word


def as_numbers(name: str, values) -> np.ndarray:
    """Return `values`, of any shape, as floats; None becomes NaN.

    Raises
    ------
    InputError
        Names every row (and column) that holds what is no number; rows are counted from 0.
    """
    return as_columns(**{name: values})[0]


def as_columns(**named) -> list[np.ndarray]:
    """Return several lists of numbers as floats, in the order given, each as `as_numbers` does.

    Raises
    ------
    InputError
        For what is no number, in all of them at once.
    """
    found, problems = [], []
    for name, values in named.items():
        array = _floats(values)
        if array is None:
            problems += _not_numbers(name, values)
        found.append(array)
    if problems:
        raise InputError(problems)
    return found


def as_list(name: str, values) -> np.ndarray:
    """Return `values` as one list of floats, (n,); a single number is a list of one.

    Raises
    ------
    InputError
        For what is no number, by row, and for what is no list.
    """
    array = np.atleast_1d(as_numbers(name, values))
    if array.ndim != 1:
        raise InputError([f"{name} must be one list of numbers, not of shape {array.shape}"])
    return array


def check_finite(**values) -> None:
    """Refuse single numbers that are none, or not finite, all at once.

    Raises
    ------
    InputError
        Names every such argument.
    """
    bad = []
    for name, x in values.items():
        if x is None or _is_none(x) or isinstance(x, str):
            bad.append(f"{name} is {x!r}, not a number")
        elif not isfinite(x):
            bad.append(f"{name} is {x}, not finite")
    if bad:
        raise InputError(bad)


def _floats(values) -> np.ndarray | None:
    """Values as floats; None if they are not all numbers."""
    if getattr(getattr(values, "dtype", None), "kind", "f") in NO_NUMBERS:
        return None
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return None


def _not_numbers(name: str, values) -> list[str]:
    """Where the values are no numbers; one sentence if they are nothing of the kind."""
    if np.ndim(values) == 0 if isinstance(values, np.ndarray) else _single(values):
        return [f"{name} is {values!r}, not a number"]
    rows = list(values)
    widths = {len(row) for row in rows if isinstance(row, (list, tuple, np.ndarray))}
    table = len(widths) == 1 and all(isinstance(row, (list, tuple, np.ndarray)) for row in rows)
    cells = (
        [(f"row {i}, column {j}", x) for i, row in enumerate(rows) for j, x in enumerate(row)]
        if table
        else [(f"row {i}", x) for i, x in enumerate(rows)]
    )
    bad = [f"{place}: {name} is {x!r}, not a number" for place, x in cells if _is_none(x)]
    return bad or [f"{name} must be a list of numbers"]


def _single(values) -> bool:
    """Whether `values` is one thing, not a list of things."""
    return isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__len__")


def _is_none(value) -> bool:
    """Whether a cell is no number; None is a missing one."""
    if np.ndim(value) or isinstance(value, (complex, np.datetime64, np.timedelta64)):
        return True
    try:
        float(np.nan if value is None else value)
    except (TypeError, ValueError):
        return True
    return False


def as_labels(name: str, values) -> np.ndarray:
    """Return the labels of n rows (numbers or texts), (n,); none may be missing.

    Raises
    ------
    InputError
        Names every row whose label is None, NaN or an empty text, and refuses what is no list.
    """
    array = values if isinstance(values, np.ndarray) else None
    if array is not None and array.ndim == 1 and _complete(array):
        return array
    rows = None if isinstance(values, (str, bytes, dict, set)) else _listed(values)
    if rows is None:
        raise InputError([f"{name} must be a list of labels, one for each row"])
    bad = [f"row {i}: {name} is missing" for i, x in enumerate(rows) if _is_missing(x)]
    bad += [f"row {i}: {name} is {x!r}, not one label" for i, x in enumerate(rows) if _is_list(x)]
    if bad:
        raise InputError(bad)
    return np.asarray(rows) if rows else np.asarray(rows, dtype=int)


def _complete(labels: np.ndarray) -> bool:
    """Whether an array of whole numbers or of texts has no empty one."""
    return labels.dtype.kind in "iub" or (labels.dtype.kind == "U" and bool((labels != "").all()))


def _listed(values) -> list | None:
    """Rows as a list of plain values; None if there are no rows."""
    if not hasattr(values, "__len__") or np.ndim(getattr(values, "dtype", None) and values) > 1:
        return None
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _is_missing(value) -> bool:
    """Whether a label says nothing; NaN alone is not itself."""
    return value is None or value == "" or (isinstance(value, float) and value != value)


def _is_list(value) -> bool:
    """Whether a label is itself several things."""
    return isinstance(value, (list, tuple, dict, set, np.ndarray, complex))
