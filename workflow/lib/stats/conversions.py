"""What a paper prints, converted to what an analysis needs: means, standard deviations, errors.

All functions take and return plain numbers, in the units of the outcome. Impossible input is an
InputError that names the value; what these data cannot give is NotEstimable.
"""

from dataclasses import dataclass
from itertools import product
from math import log, sqrt

from scipy.special import ndtri, stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import check_finite


@dataclass(frozen=True, slots=True)
class Skewness:
    """Test of whether summary statistics could come from a symmetric distribution."""

    stat: float
    critical: float  # at the 5 percent level
    skewed: bool


def sd_from_se(se: float, n: float) -> float:
    """Return the standard deviation behind a standard error of a mean of n persons."""
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
    """
    check_finite(n=n)
    _at_least(n, 2.0)
    return sd_from_se(se_from_ci(ci_lb, ci_ub, level=level, df=n - 1), n)


def se_from_p(estimate: float, p: float, *, df: float | None = None) -> float:
    """Return the standard error behind a two-sided p-value of z, or of t with `df`.

    Cochrane Handbook 6.5.2.3 (Higgins et al. 2024).
    """
    check_finite(estimate=estimate, p=p)
    if not 0.0 < p <= 1.0:
        raise InputError([f"p {p}: must be above 0 and at most 1; '< 0.001' is no value"])
    if p == 1.0 or estimate == 0.0:
        raise NotEstimable("an estimate of 0, or p = 1, says nothing about the standard error")
    return abs(estimate) / _upper_quantile(p / 2.0, df)


def mean_from_quartiles(q1: float, median: float, q3: float, n: float) -> float:
    """Return the mean of a symmetric sample from its quartiles (Luo et al. 2018)."""
    _check_summary((q1, median, q3), n)
    weight = 0.7 + 0.39 / n
    return median + weight * ((q1 + q3) / 2.0 - median)  # the median itself, if symmetric


def mean_from_range(minimum: float, median: float, maximum: float, n: float) -> float:
    """Return the mean of a symmetric sample from median and range (Luo et al. 2018)."""
    _check_summary((minimum, median, maximum), n)
    weight = 4.0 / (4.0 + n**0.75)
    return median + weight * ((minimum + maximum) / 2.0 - median)


def mean_from_five_numbers(five: tuple[float, float, float, float, float], n: float) -> float:
    """Return the mean from minimum, q1, median, q3, maximum (Luo et al. 2018)."""
    _check_summary(five, n)
    minimum, q1, median, q3, maximum = five
    ends, quartiles = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    middle = (1.0 - ends - quartiles) * median
    return ends * (minimum + maximum) / 2.0 + quartiles * (q1 + q3) / 2.0 + middle


def sd_from_quartiles(q1: float, q3: float, n: float) -> float:
    """Return the standard deviation of a normal sample (Wan et al. 2014)."""
    _check_summary((q1, q3), n)
    return (q3 - q1) / (2.0 * _quartile_score(n))


def sd_from_range(minimum: float, maximum: float, n: float) -> float:
    """Return the standard deviation of a normal sample (Wan et al. 2014)."""
    _check_summary((minimum, maximum), n)
    return (maximum - minimum) / (2.0 * _range_score(n))


def sd_from_five_numbers(
    five: tuple[float, float, float, float, float], n: float, *, source: str = "Shi"
) -> float:
    """Return the standard deviation from minimum, q1, median, q3, maximum.

    `source` is Shi (Shi et al. 2020, optimal weights) or Wan (Wan et al. 2014, the mean
    of the two estimates).
    """
    _check_summary(five, n)
    minimum, q1, _, q3, maximum = five
    if source == "Wan":
        return (sd_from_range(minimum, maximum, n) + sd_from_quartiles(q1, q3, n)) / 2.0
    if source != "Shi":
        raise InputError([f"source {source!r}: admissible are Shi, Wan"])
    ends = (2.0 + 0.14 * n**0.6) * _range_score(n)
    quartiles = (2.0 + 2.0 / (0.07 * n**0.6)) * _quartile_score(n)
    return (maximum - minimum) / ends + (q3 - q1) / quartiles


def skewness_test(q1: float, median: float, q3: float, n: float) -> Skewness:
    """Test the symmetry of a sample by its quartiles (Shi et al. 2023, scenario 2)."""
    _check_summary((q1, median, q3), n)
    return _skewness(_asymmetry(q1, median, q3), 2.65 / sqrt(n) - 6.0 / n**2)


def skewness_test_range(minimum: float, median: float, maximum: float, n: float) -> Skewness:
    """Test the symmetry of a sample by median and range (Shi et al. 2023, scenario 1)."""
    _check_summary((minimum, median, maximum), n)
    return _skewness(_asymmetry(minimum, median, maximum), 1.0 / log(n + 9.0) + 2.5 / (n + 1.0))


def skewness_test_five_numbers(
    five: tuple[float, float, float, float, float], n: float
) -> Skewness:
    """Test the symmetry of a sample by all five numbers (Shi et al. 2023, scenario 3)."""
    _check_summary(five, n)
    minimum, q1, median, q3, maximum = five
    ends = 2.65 * log(0.6 * n) / sqrt(n) * _asymmetry(minimum, median, maximum)
    stat = max(ends, _asymmetry(q1, median, q3))
    return _skewness(stat, 3.0 / sqrt(n) - 40.0 / n**3)


def sd_change_from_r(sd_pre: float, sd_post: float, r: float) -> float:
    """Return the standard deviation of change (Cochrane Handbook 6.5.2.8)."""
    check_finite(sd_pre=sd_pre, sd_post=sd_post, r=r)
    if not -1.0 <= r <= 1.0:
        raise InputError([f"r {r}: a correlation lies between -1 and 1"])
    _at_least(min(sd_pre, sd_post), 0.0, "a standard deviation")
    # the same as sd_pre^2 + sd_post^2 - 2 r sd_pre sd_post, without cancellation at r = 1
    return sqrt((sd_pre - sd_post) ** 2 + 2.0 * (1.0 - r) * sd_pre * sd_post)


def r_from_sd_change(sd_pre: float, sd_post: float, sd_change: float) -> float:
    """Return the pre-post correlation that the three standard deviations imply.

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


def _asymmetry(low: float, median: float, high: float) -> float:
    """Distance of the median from the middle, as a share of half the width."""
    if low == high:
        raise NotEstimable(f"both ends are {low}: no width to judge symmetry by")
    return abs(low + high - 2.0 * median) / (high - low)


def _skewness(stat: float, critical: float) -> Skewness:
    """Compare with the critical value."""
    return Skewness(stat, critical, stat >= critical)


def _range_score(n: float) -> float:
    """Expected largest of n standard normal values (Blom's approximation)."""
    return float(ndtri((n - 0.375) / (n + 0.25)))


def _quartile_score(n: float) -> float:
    """Expected upper quartile of n standard normal values."""
    return float(ndtri((0.75 * n - 0.125) / (n + 0.25)))


def _upper_quantile(tail: float, df: float | None) -> float:
    """Quantile of z or t(df) that leaves `tail` above it."""
    if df is not None and not df > 0:
        raise InputError([f"df {df}: must be above 0"])
    return -float(ndtri(tail) if df is None else stdtrit(df, tail))


def _check_summary(values: tuple[float, ...], n: float) -> None:
    """Refuse order statistics that are not in order, and samples they cannot come from."""
    check_finite(**{f"value {i + 1}": value for i, value in enumerate(values)}, n=n)
    if list(values) != sorted(values):
        raise InputError([f"{values}: minimum, quartiles and maximum must not decrease"])
    _at_least(n, 2.0)


def _at_least(value: float, bound: float, what: str = "n") -> float:
    """`value`, refused if below `bound`."""
    if value < bound:
        raise InputError([f"{what} is {value}: must be at least {bound:g}"])
    return value
