"""Mean, standard deviation and skewness behind medians, quartiles and ranges of one group.

All functions take and return plain numbers, in the units of the outcome. Impossible input is an
InputError that names the value; what these data cannot give is NotEstimable.
"""

from dataclasses import dataclass
from math import log, sqrt

from scipy.special import ndtri

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import check_finite


@dataclass(frozen=True, slots=True)
class Skewness:
    """Test of whether summary statistics could come from a symmetric distribution."""

    stat: float
    critical: float  # at the 5 percent level
    skewed: bool


def mean_from_quartiles(q1: float, median: float, q3: float, n: float) -> float:
    """Return the mean of a symmetric sample from its quartiles (Luo et al. 2018).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    """
    _check_summary((q1, median, q3), n)
    weight = 0.7 + 0.39 / n
    return median + weight * ((q1 + q3) / 2.0 - median)  # the median itself, if symmetric


def mean_from_range(minimum: float, median: float, maximum: float, n: float) -> float:
    """Return the mean of a symmetric sample from median and range (Luo et al. 2018).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    """
    _check_summary((minimum, median, maximum), n)
    weight = 4.0 / (4.0 + n**0.75)
    return median + weight * ((minimum + maximum) / 2.0 - median)


def mean_from_five_numbers(five: tuple[float, float, float, float, float], n: float) -> float:
    """Return the mean from minimum, q1, median, q3, maximum (Luo et al. 2018).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    """
    _check_summary(five, n)
    minimum, q1, median, q3, maximum = five
    ends, quartiles = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    middle = (1.0 - ends - quartiles) * median
    return ends * (minimum + maximum) / 2.0 + quartiles * (q1 + q3) / 2.0 + middle


def sd_from_quartiles(q1: float, q3: float, n: float) -> float:
    """Return the standard deviation of a normal sample (Wan et al. 2014).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    """
    _check_summary((q1, q3), n)
    return (q3 - q1) / (2.0 * _quartile_score(n))


def sd_from_range(minimum: float, maximum: float, n: float) -> float:
    """Return the standard deviation of a normal sample (Wan et al. 2014).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    """
    _check_summary((minimum, maximum), n)
    return (maximum - minimum) / (2.0 * _range_score(n))


def sd_from_five_numbers(
    five: tuple[float, float, float, float, float], n: float, *, source: str = "Shi"
) -> float:
    """Return the standard deviation from minimum, q1, median, q3, maximum.

    `source` is Shi (Shi et al. 2020, optimal weights) or Wan (Wan et al. 2014, the mean
    of the two estimates).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, n below 2, an unknown
        source.
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
    """Test the symmetry of a sample by its quartiles (Shi et al. 2023, scenario 2).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    NotEstimable
        If both ends are equal.
    """
    _check_summary((q1, median, q3), n)
    return _skewness(_asymmetry(q1, median, q3), 2.65 / sqrt(n) - 6.0 / n**2)


def skewness_test_range(minimum: float, median: float, maximum: float, n: float) -> Skewness:
    """Test the symmetry of a sample by median and range (Shi et al. 2023, scenario 1).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    NotEstimable
        If both ends are equal.
    """
    _check_summary((minimum, median, maximum), n)
    return _skewness(_asymmetry(minimum, median, maximum), 1.0 / log(n + 9.0) + 2.5 / (n + 1.0))


def skewness_test_five_numbers(
    five: tuple[float, float, float, float, float], n: float
) -> Skewness:
    """Test the symmetry of a sample by all five numbers (Shi et al. 2023, scenario 3).

    Raises
    ------
    InputError
        For a value that is not a finite number, values that decrease, or n below 2.
    NotEstimable
        If both ends are equal.
    """
    _check_summary(five, n)
    minimum, q1, median, q3, maximum = five
    ends = 2.65 * log(0.6 * n) / sqrt(n) * _asymmetry(minimum, median, maximum)
    stat = max(ends, _asymmetry(q1, median, q3))
    return _skewness(stat, 3.0 / sqrt(n) - 40.0 / n**3)


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


def _check_summary(values: tuple[float, ...], n: float) -> None:
    """Refuse order statistics that are not in order, and samples they cannot come from."""
    check_finite(**{f"value {i + 1}": value for i, value in enumerate(values)}, n=n)
    if list(values) != sorted(values):
        raise InputError([f"{values}: minimum, quartiles and maximum must not decrease"])
    if n < 2.0:
        raise InputError([f"n is {n}: must be at least 2"])
