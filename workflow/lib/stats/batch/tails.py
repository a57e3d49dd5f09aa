"""Tails and quantiles of the reference distributions for many groups at once."""

import numpy as np
from scipy.special import chdtrc, erfc, gammainccinv, gammaincinv, ndtr, ndtri, stdtr, stdtrit

_LONGEST = 60  # degrees of freedom up to which the finite sum is the faster way


def above_chi2(x: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Return the probability that chi-square with `df` (m,), whole numbers, exceeds `x` (m,).

    A finite sum for whole df (Abramowitz & Stegun 1964, 26.4.4 and 26.4.5): all its terms are
    positive, so it keeps its digits far in the tail.
    """
    found = np.empty(len(x))
    long = df > _LONGEST
    found[long] = chdtrc(df[long], x[long])
    for odd in (0.0, 1.0):
        here = np.flatnonzero(~long & (df % 2.0 == odd))
        if len(here):
            found[here] = _finite_sum(0.5 * x[here], df[here], odd)
    return found


def _finite_sum(half: np.ndarray, df: np.ndarray, odd: float) -> np.ndarray:
    """Tail at 2 `half` for even or odd df: exp(-half) times powers of half over gammas."""
    terms = (df - odd) / 2.0
    term = np.exp(-half)
    total = np.zeros(len(half))
    if odd:
        root = np.sqrt(half)
        total = erfc(root)
        term = term * root * (2.0 / np.sqrt(np.pi))  # half^(1/2) / gamma(3/2)
    for number in range(int(terms.max())):
        total += np.where(number < terms, term, 0.0)
        term = term * half / (number + 1.0 + 0.5 * odd)
    return total


def chi2_quantiles(level: float, df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the upper and lower quantiles of chi-square(df) that enclose `level` percent."""
    alpha = 1.0 - level / 100.0
    distinct, place = np.unique(df, return_inverse=True)
    high = 2.0 * gammainccinv(distinct / 2.0, alpha / 2.0)
    return high[place], (2.0 * gammaincinv(distinct / 2.0, alpha / 2.0))[place]


def chi2_median(df: np.ndarray) -> np.ndarray:
    """Return the median of chi-square(df)."""
    distinct, place = np.unique(df, return_inverse=True)
    return (2.0 * gammaincinv(distinct / 2.0, 0.5))[place]


def quantile(level: float, df: np.ndarray | None) -> np.ndarray | float:
    """Return the upper quantile of z (`df` None) or t(df) that bounds the middle `level` percent."""
    lower = 0.5 - level / 200.0
    if df is None:
        return -float(ndtri(lower))
    distinct, place = np.unique(df, return_inverse=True)
    return -stdtrit(distinct, lower)[place]


def two_sided(stat: np.ndarray, df: np.ndarray | None) -> np.ndarray:
    """Return the two-sided p value of z (`df` None) or t(df)."""
    distance = -np.abs(stat)
    return 2.0 * (ndtr(distance) if df is None else stdtr(df, distance))
