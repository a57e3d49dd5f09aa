"""What a paper prints, converted to what an analysis needs: means, standard deviations, errors.

All functions take and return plain numbers, in the units of the outcome. Impossible input is an
InputError that names the value; what these data cannot give is NotEstimable. Those of medians,
quartiles and ranges stand in `order_statistics` and are offered here too.
"""

from itertools import product
from math import sqrt

from scipy.special import ndtri, stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import check_finite
from workflow.lib.stats.order_statistics import (
    Skewness,
    mean_from_five_numbers,
    mean_from_quartiles,
    mean_from_range,
    sd_from_five_numbers,
    sd_from_quartiles,
    sd_from_range,
    skewness_test,
    skewness_test_five_numbers,
    skewness_test_range,
)

__all__ = [
    "Skewness",
    "mean_from_five_numbers",
    "mean_from_quartiles",
    "mean_from_range",
    "r_from_sd_change",
    "r_range",
    "sd_change_from_r",
    "sd_from_ci",
    "sd_from_five_numbers",
    "sd_from_quartiles",
    "sd_from_range",
    "sd_from_se",
    "se_from_ci",
    "se_from_p",
    "skewness_test",
    "skewness_test_five_numbers",
    "skewness_test_range",
]


def sd_from_se(se: float, n: float) -> float:
    """Return the standard deviation behind a standard error of a mean of n persons.

    Cochrane Handbook 6.5.2.2 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, an error below 0, or n below 1.
    """
    check_finite(se=se, n=n)
    _at_least(se, 0.0, "a standard error")
    return se * sqrt(_at_least(n, 1.0))


def se_from_ci(ci_lb: float, ci_ub: float, *, level: float = 95.0, df: float | None = None):
    """Return the standard error behind a symmetric interval; `df` None means a normal one.

    For a ratio give the logarithms of its bounds. `level` is in percent. Cochrane Handbook 6.3.1
    (Higgins et al. 2024). Raises InputError for bounds, level or df that cannot be; NotEstimable
    for an interval without width.
    """
    check_finite(ci_lb=ci_lb, ci_ub=ci_ub)
    if ci_lb > ci_ub:
        raise InputError([f"ci_lb {ci_lb} is above ci_ub {ci_ub}: swap the bounds"])
    if ci_lb == ci_ub:
        raise NotEstimable(f"both bounds are printed as {ci_lb}: the interval has no width")
    if not 0.0 < level < 100.0:
        raise InputError([f"level {level}: must lie between 0 and 100 percent"])
    return (ci_ub - ci_lb) / (2.0 * _upper_quantile(0.5 - level / 200.0, df))


def sd_from_ci(ci_lb: float, ci_ub: float, n: float, *, level: float = 95.0) -> float:
    """Return the standard deviation behind an interval of one group's mean, t with n - 1 df.

    Cochrane Handbook 6.5.2.2 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, bounds in the wrong order, n below 2, a level
        outside (0, 100).
    NotEstimable
        For an interval without width.
    """
    check_finite(n=n)
    _at_least(n, 2.0)
    return sd_from_se(se_from_ci(ci_lb, ci_ub, level=level, df=n - 1), n)


def se_from_p(estimate: float, p: float, *, df: float | None = None) -> float:
    """Return the standard error behind a two-sided p-value of z, or of t with `df`.

    Cochrane Handbook 6.5.2.3 (Higgins et al. 2024).

    Raises
    ------
    InputError
        For a value that is not a finite number, p outside (0, 1], or df that are not above 0.
    NotEstimable
        For an estimate of 0, or p = 1.
    """
    check_finite(estimate=estimate, p=p)
    if not 0.0 < p <= 1.0:
        raise InputError([f"p {p}: must be above 0 and at most 1; '< 0.001' is no value"])
    if p == 1.0 or estimate == 0.0:
        raise NotEstimable("an estimate of 0, or p = 1, says nothing about the standard error")
    return abs(estimate) / _upper_quantile(p / 2.0, df)


def sd_change_from_r(sd_pre: float, sd_post: float, r: float) -> float:
    """Return the standard deviation of change (Cochrane Handbook 6.5.2.8).

    Raises
    ------
    InputError
        For a value that is not a finite number, a standard deviation below 0, or r outside [-1,
        1].
    """
    check_finite(sd_pre=sd_pre, sd_post=sd_post, r=r)
    if not -1.0 <= r <= 1.0:
        raise InputError([f"r {r}: a correlation lies between -1 and 1"])
    _at_least(min(sd_pre, sd_post), 0.0, "a standard deviation")
    # the same as sd_pre^2 + sd_post^2 - 2 r sd_pre sd_post, without cancellation at r = 1
    return sqrt((sd_pre - sd_post) ** 2 + 2.0 * (1.0 - r) * sd_pre * sd_post)


def r_from_sd_change(sd_pre: float, sd_post: float, sd_change: float) -> float:
    """Return the pre-post correlation that the three standard deviations imply.

    Cochrane Handbook 6.5.2.8 (Higgins et al. 2024).

    Raises
    ------
    InputError
        If the three cannot belong to one sample: |r| would be above 1.
    """
    check_finite(sd_pre=sd_pre, sd_post=sd_post, sd_change=sd_change)
    _at_least(sd_change, 0.0, "a standard deviation")
    r = _implied_r(sd_pre, sd_post, sd_change)
    if abs(r) > 1.0 + 1e-12:  # the allowance is for rounding in the last digit only
        raise InputError(
            [f"sd_pre {sd_pre}, sd_post {sd_post} and sd_change {sd_change} imply r = {r:.3f}"]
        )
    return max(-1.0, min(1.0, r))


def r_range(
    sd_pre: tuple[float, float], sd_post: tuple[float, float], sd_change: tuple[float, float]
) -> tuple[float, float]:
    """Return the lowest and highest r that the rounding of the three printed SDs allows.

    Each argument is the (low, high) of what was printed: 1.5 stands for (1.45, 1.55).
    Cochrane Handbook 6.5.2.8 (Higgins et al. 2024).

    Raises
    ------
    InputError
        If no r between -1 and 1 fits.

    Notes
    -----
    r = (a^2 + b^2 - c^2) / (2ab) falls with c. In a, for given b and c, it has a minimum at
    a^2 = b^2 - c^2 if that is inside the box, and likewise in b; both at once would need c = 0.
    So corners and these points on the edges hold the extremes.
    """
    for name, (low, high) in {"sd_pre": sd_pre, "sd_post": sd_post, "sd_change": sd_change}.items():
        check_finite(**{name: low}, high=high)
        if not 0.0 <= low <= high:
            raise InputError([f"{name} ({low}, {high}): not a range of standard deviations"])
    points = list(product(sd_pre, sd_post, sd_change))
    for change in sd_change:
        points += [(a, b, change) for b in sd_post for a in _turning_point(b, change, sd_pre)]
        points += [(a, b, change) for a in sd_pre for b in _turning_point(a, change, sd_post)]
    found = [_implied_r(*point) for point in points]
    low, high = min(found), max(found)
    if low > 1.0 or high < -1.0:
        raise InputError([f"sd_pre, sd_post and sd_change imply r in [{low:.3f}, {high:.3f}]"])
    return max(-1.0, low), min(1.0, high)


def _turning_point(other: float, change: float, bounds: tuple[float, float]) -> list[float]:
    """Where r is stationary in one standard deviation, if that lies within its bounds."""
    square = other**2 - change**2
    return [sqrt(square)] if square > 0.0 and bounds[0] < sqrt(square) < bounds[1] else []


def _implied_r(sd_pre: float, sd_post: float, sd_change: float) -> float:
    """Correlation without a check of its bounds."""
    if min(sd_pre, sd_post) <= 0.0:
        raise NotEstimable(f"sd_pre {sd_pre}, sd_post {sd_post}: r needs both above 0")
    return (sd_pre**2 + sd_post**2 - sd_change**2) / (2.0 * sd_pre * sd_post)


def _upper_quantile(tail: float, df: float | None) -> float:
    """Quantile of z or t(df) that leaves `tail` above it."""
    if df is not None and not df > 0:
        raise InputError([f"df {df}: must be above 0"])
    return -float(ndtri(tail) if df is None else stdtrit(df, tail))


def _at_least(value: float, bound: float, what: str = "n") -> float:
    """`value`, refused if below `bound`."""
    if value < bound:
        raise InputError([f"{what} is {value}: must be at least {bound:g}"])
    return value
