"""Standard deviations and standardized differences of two groups from t, F, p or an interval.

All functions take and return plain numbers; whole columns go through rows.by_row. Differences are
group 1 minus group 2. Impossible input is an InputError that names the value.
"""

from math import copysign, sqrt

from scipy.special import stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.conversions import se_from_ci, se_from_p
from workflow.lib.stats.numbers import check_finite


def d_from_t(t: float, n1: float, n2: float) -> float:
    """Return Cohen's d behind the t of two independent groups (Rosenthal 1994).

    Raises
    ------
    InputError
        For a value that is not a finite number, or a group below 1 or
        fewer than 3 persons in all.
    """
    check_finite(t=t)
    return t * _root_of_inverse_sizes(n1, n2)


def d_from_f(F: float, n1: float, n2: float, *, sign: float) -> float:
    """Return Cohen's d behind the F (1 and n1 + n2 - 2 df) of two groups; `sign` is 1 or -1.

    Rosenthal (1994).

    Raises
    ------
    InputError
        For a value that is not a finite number, F below 0, a group below 1 or
        fewer than 3 persons in all,
        or another sign.
    """
    check_finite(F=F)
    if F < 0.0:
        raise InputError([f"F {F}: must be at least 0"])
    return d_from_t(copysign(sqrt(F), _sign(sign)), n1, n2)


def d_from_p(p: float, n1: float, n2: float, *, sign: float) -> float:
    """Return Cohen's d behind the two-sided p of a t test of two groups; `sign` is 1 or -1.

    Rosenthal (1994).

    Raises
    ------
    InputError
        For a value that is not a finite number, p outside (0, 1], a group below 1 or
        fewer than 3 persons in all, or another sign.
    """
    _root_of_inverse_sizes(n1, n2)
    return d_from_t(t_from_p(p, n1 + n2 - 2.0, sign=sign), n1, n2)


def t_from_p(p: float, df: float, *, sign: float) -> float:
    """Return t behind its two-sided p; `sign` is 1 or -1.

    Cochrane Handbook 6.5.2.3 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, p outside (0, 1], df that are not above 0, or
        another sign.
    """
    check_finite(p=p, df=df)
    if not 0.0 < p <= 1.0:
        raise InputError([f"p {p}: must be above 0 and at most 1; '< 0.001' is no value"])
    if not df > 0.0:
        raise InputError([f"df {df}: must be above 0"])
    return copysign(-float(stdtrit(df, p / 2.0)), _sign(sign))


def sd_from_t(difference: float, t: float, n1: float, n2: float) -> float:
    """Return the common standard deviation from a difference of means and its t.

    Cochrane Handbook 6.5.2.3 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, signs that differ, a group below 1 or
        fewer than 3 persons in all.
    NotEstimable
        For a difference or t of 0.
    """
    check_finite(difference=difference, t=t)
    if difference == 0.0 or t == 0.0:
        raise NotEstimable("a difference or t of 0 says nothing about the standard deviation")
    if difference * t < 0.0:
        raise InputError([f"difference {difference} and t {t} have opposite signs"])
    return difference / t / _root_of_inverse_sizes(n1, n2)


def sd_from_p(difference: float, p: float, n1: float, n2: float) -> float:
    """Return the common standard deviation from a difference of means and its t test's p.

    Cochrane Handbook 6.5.2.3 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, p outside (0, 1], a group below 1 or
        fewer than 3 persons in all.
    NotEstimable
        For a difference of 0, or p = 1.
    """
    root = _root_of_inverse_sizes(n1, n2)
    return se_from_p(difference, p, df=n1 + n2 - 2.0) / root


def sd_from_difference_ci(
    ci_lb: float, ci_ub: float, n1: float, n2: float, *, level: float = 95.0
) -> float:
    """Return the common standard deviation from the interval of a difference, t(n1 + n2 - 2).

    Cochrane Handbook 6.5.2.3 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, bounds in the wrong order, a level outside (0,
        100), a group below 1 or
        fewer than 3 persons in all.
    NotEstimable
        For an interval without width.
    """
    root = _root_of_inverse_sizes(n1, n2)
    return se_from_ci(ci_lb, ci_ub, level=level, df=n1 + n2 - 2.0) / root


def pooled_sd(sd1: float, n1: float, sd2: float, n2: float) -> float:
    """Return the common standard deviation of two groups from their own.

    Borenstein et al. (2009), ch. 4.

    Raises
    ------
    InputError
        For a value that is not a finite number, a standard deviation below 0, groups of less
        than 1, or 3 in all.
    """
    check_finite(sd1=sd1, sd2=sd2)
    _root_of_inverse_sizes(n1, n2)
    if min(sd1, sd2) < 0.0:
        raise InputError([f"sd1 {sd1}, sd2 {sd2}: a standard deviation is at least 0"])
    return sqrt(((n1 - 1.0) * sd1**2 + (n2 - 1.0) * sd2**2) / (n1 + n2 - 2.0))


def combined_groups(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Return n, mean and SD of two groups taken as one; each argument is (n, mean, sd).

    Cochrane Handbook 6.5.2.10 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, a standard deviation below 0, groups of less
        than 1, or 3 in all.
    """
    (n1, mean1, sd1), (n2, mean2, sd2) = first, second
    within = pooled_sd(sd1, n1, sd2, n2) ** 2 * (n1 + n2 - 2.0)
    check_finite(mean1=mean1, mean2=mean2)
    n = n1 + n2
    between = n1 * n2 / n * (mean1 - mean2) ** 2
    return n, mean1 + n2 / n * (mean2 - mean1), sqrt((within + between) / (n - 1.0))


def _root_of_inverse_sizes(n1: float, n2: float) -> float:
    """sqrt(1/n1 + 1/n2)."""
    check_finite(n1=n1, n2=n2)
    if min(n1, n2) < 1.0 or n1 + n2 <= 2.0:
        raise InputError([f"n1 {n1}, n2 {n2}: two groups of at least 1, and 3 persons in all"])
    return sqrt(1.0 / n1 + 1.0 / n2)


def _sign(sign: float) -> float:
    """The direction of an effect, which F and p do not tell."""
    if sign not in (1, -1):
        raise InputError([f"sign {sign}: give 1 or -1, the direction is not in p or F"])
    return float(sign)
