"""Agreement of raters on numbers: the intraclass correlation of absolute agreement, single ratings."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_numbers

TAG = "ICC(A,1) = ICC(2,1), two-way random, absolute agreement, single rating"
TOO_FEW = "not estimable: fewer than two items have a number from both"
NO_SPREAD = "not estimable: all numbers are the same"
NO_WIDTH = "not estimable: the raters agree on every item"
NO_INTERVAL = "not estimable: the items vary no more than the raters do"


@dataclass(frozen=True, slots=True)
class Intraclass:
    """How far raters agree on numbers; a missing figure has its reason."""

    n: int  # items that all rated
    raters: int
    icc: float | None
    ci_lb: float | None
    ci_ub: float | None
    level: float  # of the interval, percent
    tag: str
    reason: str  # why icc or its interval is missing


def icc_agreement(ratings, *, level=95.0) -> Intraclass:
    """Return ICC(A,1) of McGraw & Wong (1996), which Shrout & Fleiss (1979) call ICC(2,1).

    `ratings` has shape (n, k): n items, each with a number from each of k raters; `level` in percent.

    Raises
    ------
    InputError
        For ratings that are no table of finite numbers, by row and column.

    Notes
    -----
    From the mean squares of a two-way table, rows MSR, raters MSC, rest MSE:
    (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n). Its interval is that of McGraw & Wong (1996,
    table 7), with degrees of freedom by Satterthwaite. Where all agree on every item, an interval
    without width would claim certainty, so there is none.
    """
    x = _numbers_of(ratings)
    n, k = x.shape
    common = {"n": n, "raters": k, "level": level, "tag": TAG}
    if n < 2 or k < 2:
        return Intraclass(icc=None, ci_lb=None, ci_ub=None, reason=TOO_FEW, **common)
    msr, msc, mse = _mean_squares(_scaled(x))
    below = msr + (k - 1) * mse + k * (msc - mse) / n
    if not below > 0.0:
        return Intraclass(icc=None, ci_lb=None, ci_ub=None, reason=NO_SPREAD, **common)
    icc = float((msr - mse) / below)
    if icc >= 1.0 or not np.ptp(x, axis=1).any():
        return Intraclass(icc=1.0, ci_lb=None, ci_ub=None, reason=NO_WIDTH, **common)
    low, high = _interval((msr, msc, mse), (n, k), icc, level)
    if low is None:
        return Intraclass(icc=icc, ci_lb=None, ci_ub=None, reason=NO_INTERVAL, **common)
    return Intraclass(icc=icc, ci_lb=low, ci_ub=high, reason="", **common)


def _numbers_of(ratings) -> np.ndarray:
    """Ratings as floats (n, k), none missing."""
    x = as_numbers("rating", ratings)
    x = np.empty((0, 2)) if x.size == 0 else x
    if x.ndim != 2:
        raise InputError([f"ratings need a row per item and a column per rater: {x.shape}"])
    bad = np.argwhere(~np.isfinite(x))
    if len(bad):
        raise InputError([f"row {i}, column {j}: rating is {x[i, j]}, not finite" for i, j in bad])
    return x


def _scaled(x):
    """The ratings in a unit, a power of two, in which no square overflows; the ICC has no unit."""
    return np.ldexp(x, -int(np.frexp(np.abs(x).max())[1]))


def _mean_squares(x):
    """(MSR, MSC, MSE) of a two-way table without replication."""
    n, k = x.shape
    centred = x - x.mean()
    rows, raters = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - rows[:, None] - raters[None, :]
    msr = k * float(rows @ rows) / (n - 1)
    msc = n * float(raters @ raters) / (k - 1)
    return msr, msc, float((rest**2).sum()) / ((n - 1) * (k - 1))


def _interval(squares, sizes, icc, level):
    """(lower, upper) limit; None for both where the mean squares give none."""
    (msr, msc, mse), (n, k) = squares, sizes
    share = k * icc / (n * (1.0 - icc))
    of_raters, of_rest = share * msc, (1.0 + share * (n - 1)) * mse
    below = of_raters**2 / (k - 1) + of_rest**2 / ((n - 1) * (k - 1))
    if not below > 0.0 or not msr > 0.0:
        return None, None
    v = (of_raters + of_rest) ** 2 / below
    if not v > 0.0:
        return None, None
    tail = 0.5 + level / 200.0
    over, under = f_distribution.ppf(tail, n - 1, v), f_distribution.ppf(tail, v, n - 1)
    other = k * msc + (k * n - k - n) * mse
    with np.errstate(over="ignore", invalid="ignore"):  # with v near 0 a quantile has no end
        low = n * (msr - over * mse) / (over * other + n * msr)
        high = n * (under * msr - mse) / (other + n * under * msr)
    return (float(low), float(high)) if low <= icc <= high else (None, None)
