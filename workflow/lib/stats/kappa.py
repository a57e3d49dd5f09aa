"""Agreement of two raters on categories: Cohen's kappa with its interval, PABAK, percent agreement.

Cohen (1960); Byrt, Bishop & Carlin (1993).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_numbers

NO_ITEMS = "not estimable: no item was rated by both"
ONE_CATEGORY = "not estimable: both raters put every item into the same category"
ROUNDING = 1e-14
NO_WIDTH = "not estimable: the large-sample standard error is zero"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree; a missing figure has its reason."""

    n: int  # items rated by both
    agreed: int  # items in the same category
    percent: float | None  # agreed of n, percent
    kappa: float | None  # agreement beyond chance (Cohen 1960)
    se: float | None  # large-sample standard error (Fleiss, Cohen & Everitt 1969)
    ci_lb: float | None
    ci_ub: float | None
    pabak: float | None  # prevalence- and bias-adjusted kappa (Byrt, Bishop & Carlin 1993)
    level: float  # of the interval, percent
    reason: str  # why kappa or its interval is missing


def cohen_kappa(table, *, level=95.0):
    """Agreement in a square table of counts: rows are categories of one rater, columns of the other.

    Cohen (1960); the standard error is that of Fleiss, Cohen & Everitt (1969).

    Parameters
    ----------
    table
        k x k counts, the categories in the same order on both sides.
    level
        Of the Wald interval of kappa, percent; its limits stay within -1 and 1.

    Raises
    ------
    InputError
        For a table that is not square, or what is no count at or above 0, by row and column.

    Notes
    -----
    Where the standard error is zero (perfect agreement, or a rater who used one category only), an
    interval without width would claim certainty, so there is none.
    """
    counts = counts_of(table)
    n, agreed = int(counts.sum()), int(np.trace(counts))
    if n == 0:
        return Agreement(0, 0, None, None, None, None, None, None, level, NO_ITEMS)
    shares, k = counts / n, len(counts)
    observed, expected = np.trace(shares), float(shares.sum(1) @ shares.sum(0))
    shown = (n, agreed, 100.0 * agreed / n)
    pabak = float((k * observed - 1) / (k - 1))
    if math.isclose(expected, 1.0):
        return Agreement(*shown, None, None, None, None, pabak, level, ONE_CATEGORY)
    kappa = float((observed - expected) / (1 - expected))
    se = math.sqrt(_variance(shares, kappa, expected) / n)
    if math.isclose(se, 0.0, abs_tol=1e-9):
        return Agreement(*shown, kappa, 0.0, None, None, pabak, level, NO_WIDTH)
    half = float(norm.ppf(0.5 + level / 200)) * se
    limits = max(-1.0, kappa - half), min(1.0, kappa + half)
    return Agreement(*shown, kappa, se, *limits, pabak, level, "")


def counts_of(table) -> np.ndarray:
    """Return a square table of counts as floats, (k, k).

    Raises
    ------
    InputError
        Names every row with what is no count at or above 0; refuses a table that is not square.
    """
    counts = as_numbers("count", table)
    counts = counts.reshape(0, 0) if counts.size == 0 else counts
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise InputError(
            [f"the table must be square, one row and column per category: {counts.shape}"]
        )
    bad = [
        f"row {i}, column {j}: count is {counts[i, j]}, not finite and at least 0"
        for i, j in np.argwhere(~((counts >= 0.0) & np.isfinite(counts)))
    ]
    if bad:
        raise InputError(bad)
    return counts


def _variance(shares, kappa, expected):
    """n times the sampling variance of kappa (Fleiss, Cohen & Everitt 1969, unweighted)."""
    rows, columns = shares.sum(1), shares.sum(0)
    diagonal = np.diag(shares) @ (1 - (rows + columns) * (1 - kappa)) ** 2
    sums = (columns[:, None] + rows[None, :]) ** 2  # of cell i, j: column sum i, row sum j
    beside = (1 - kappa) ** 2 * ((shares * sums).sum() - np.diag(shares) @ np.diag(sums))
    total = diagonal + beside - (kappa - expected * (1 - kappa)) ** 2
    if total <= ROUNDING:  # a difference of numbers near 1: zero, but for rounding
        return 0.0
    return float(total) / (1 - expected) ** 2
