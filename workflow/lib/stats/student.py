"""Quantiles and probabilities of the reference distributions: z (df None) and t."""

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from workflow.lib.errors import InputError

TESTS = ("z", "t", "knha", "adhoc")


def check_test(test: str, level: float) -> None:
    """Refuse a test that does not exist and a level that is no percentage, both at once.

    Raises
    ------
    InputError
        Lists both problems.
    """
    problems = []
    if test not in TESTS:
        problems.append(f"test {test!r}: admissible are {', '.join(TESTS)}")
    if not 0.0 < level < 100.0:
        problems.append(f"level {level}: must lie between 0 and 100 percent")
    if problems:
        raise InputError(problems)


def quantile(level: float, df=None) -> float:
    """Upper quantile of z or t(df) that leaves `level` percent between it and its mirror."""
    lower = 0.5 - level / 200.0
    return -float(ndtri(lower) if df is None else stdtrit(df, lower))


def below(x, df=None):
    """Distribution function of z or t(df) at `x`, a number or an array."""
    return ndtr(x) if df is None else stdtr(df, x)


def two_sided(stat, df=None):
    """Two-sided p value of `stat`, a number or an array."""
    return 2.0 * below(-np.abs(stat), df)


def above_chi2(x: float, df1: float) -> float:
    """Probability that a chi-square variable with `df1` degrees of freedom exceeds `x`."""
    return float(chdtrc(df1, x))


def above_f(x: float, df1: float, df2: float) -> float:
    """Probability that an F variable exceeds `x`."""
    return float(fdtrc(df1, df2, x))
