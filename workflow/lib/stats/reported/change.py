"""Standard deviation of a change, and the pre-post correlation, from a paired test or interval.

All functions take and return plain numbers, in the units of the outcome; whole columns go through
rows.by_row. Cochrane Handbook 6.5.2.8 (Higgins et al. 2024).
"""

from math import sqrt

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.conversions import r_from_sd_change, sd_from_ci, sd_from_se, se_from_p
from workflow.lib.stats.numbers import check_finite


def sd_change_from_t(mean_change: float, t: float, n: float) -> float:
    """Return the SD of change behind a paired t, n - 1 df.

    Raises
    ------
    InputError
        For a value that is not a finite number, n below 2, or a change and t of opposite signs.
    NotEstimable
        For a change or t of 0.
    """
    _check_sample(n, mean_change=mean_change, t=t)
    if mean_change == 0.0 or t == 0.0:
        raise NotEstimable("a change or t of 0 says nothing about the SD of change")
    if mean_change * t < 0.0:
        raise InputError([f"mean_change {mean_change} and t {t} have opposite signs"])
    return sd_from_se(mean_change / t, n)


def sd_change_from_p(mean_change: float, p: float, n: float) -> float:
    """Return the SD of change behind the two-sided p of a paired t test.

    Raises
    ------
    InputError
        For a value that is not a finite number, n below 2, or p outside (0, 1].
    NotEstimable
        For a change of 0, or p = 1.
    """
    _check_sample(n, mean_change=mean_change)
    return sd_from_se(se_from_p(mean_change, p, df=n - 1.0), n)


def sd_change_from_ci(ci_lb: float, ci_ub: float, n: float, *, level: float = 95.0) -> float:
    """Return the SD of change behind the interval of a mean change, t(n - 1).

    Raises
    ------
    InputError
        For a value that is not a finite number, bounds in the wrong order, n below 2, a level
        outside (0, 100).
    NotEstimable
        For an interval without width.
    """
    return sd_from_ci(ci_lb, ci_ub, n, level=level)


def r_from_t(sds: tuple[float, float], mean_change: float, t: float, n: float) -> float:
    """Return the pre-post correlation that (sd_pre, sd_post) and a paired t imply.

    Raises
    ------
    InputError
        If no correlation joins them: |r| would be above 1.
    """
    return r_from_sd_change(*sds, sd_change_from_t(mean_change, t, n))


def r_from_p(sds: tuple[float, float], mean_change: float, p: float, n: float) -> float:
    """Return the pre-post correlation that (sd_pre, sd_post) and a paired p imply.

    Raises
    ------
    InputError
        As `sd_change_from_p`, and if |r| would be above 1.
    NotEstimable
        For a change of 0, p = 1, or a standard deviation of 0.
    """
    return r_from_sd_change(*sds, sd_change_from_p(mean_change, p, n))


def r_from_ci(
    sds: tuple[float, float], interval: tuple[float, float], n: float, *, level: float = 95.0
) -> float:
    """Return the pre-post correlation that (sd_pre, sd_post) and (ci_lb, ci_ub) imply.

    Raises
    ------
    InputError
        As `sd_change_from_ci`, and if |r| would be above 1.
    NotEstimable
        For an interval without width, or a standard deviation of 0.
    """
    return r_from_sd_change(*sds, sd_change_from_ci(*interval, n, level=level))


def t_from_change(mean_change: float, sd_change: float, n: float) -> float:
    """Return the paired t of a mean change.

    Raises
    ------
    InputError
        For a value that is not a finite number, n below 2, or an sd_change below 0.
    NotEstimable
        For an sd_change of 0.
    """
    _check_sample(n, mean_change=mean_change, sd_change=sd_change)
    if sd_change < 0.0:
        raise InputError([f"sd_change {sd_change}: a standard deviation is at least 0"])
    if sd_change == 0.0:
        raise NotEstimable("sd_change is 0: t is not defined")
    return mean_change * sqrt(n) / sd_change


def _check_sample(n: float, **values: float) -> None:
    """Refuse what is not finite, and samples without a spread."""
    check_finite(**values, n=n)
    if n < 2.0:
        raise InputError([f"n is {n}: must be at least 2"])
