"""Columns of k-long results: numbers, or None where a number does not exist."""

import numpy as np

NO_VARIANCE = "some rows: a variance is 0, the other effects lie on their fit exactly"


def column(values) -> tuple:
    """Return an array (k,) as a tuple of floats; None where it is NaN."""
    values = np.asarray(values, dtype=float)
    if not np.isnan(values).any():
        return tuple(values.tolist())
    return tuple(None if value != value else value for value in values.tolist())


def rows_of(matrix) -> tuple[tuple, ...]:
    """Return an array (k, p) as k tuples of p floats; None where it is NaN."""
    matrix = np.asarray(matrix, dtype=float)
    if not np.isnan(matrix).any():
        return tuple(map(tuple, matrix.tolist()))
    return tuple(column(row) for row in matrix)


def ratio(numerator, denominator) -> np.ndarray:
    """Return the quotient of two arrays; NaN where the denominator is not above 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    found = np.full(numerator.shape, np.nan)
    return np.divide(numerator, denominator, out=found, where=denominator > 0.0)


def explain(reasons: dict[int, str], columns: dict[str, tuple]) -> dict[str, str]:
    """Return `reasons` by row under the names "row 3", and one for each column that lacks more."""
    found = {f"row {j}": reason for j, reason in reasons.items()}
    for name, values in columns.items():
        lacking = [j for j, x in enumerate(values) if _lacks(x)] if _any_lacks(values) else []
        if any(j not in reasons for j in lacking):
            found[name] = NO_VARIANCE
    return found


def _lacks(value) -> bool:
    return value is None or (isinstance(value, tuple) and None in value)


def _any_lacks(values: tuple) -> bool:
    return None in values or (len(values) > 0 and isinstance(values[0], tuple) and _some(values))


def _some(values: tuple) -> bool:
    return any(None in value for value in values)
