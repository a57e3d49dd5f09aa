"""Means and standard deviations of symmetric samples from order statistics, method by method.

Each function takes a Summary that `check` has passed, of a case for which it is listed.
Sources stand in the functions: Hozo 2005 to Shi 2020.
"""

from functools import lru_cache
from math import sqrt

import numpy as np
from scipy.special import ndtr

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats import conversions as conv
from workflow.lib.stats.reported.summary import FIVE, QUARTILES, RANGE, Summary

DEFAULT = "luo/wan/shi"


def mean_luo(s: Summary) -> float:
    """Return the optimally weighted mean (Luo et al. 2018, equations 7, 11 and 15).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    if s.case == RANGE:
        return conv.mean_from_range(*s.used, s.n)
    if s.case == QUARTILES:
        return conv.mean_from_quartiles(*s.used, s.n)
    return conv.mean_from_five_numbers(s.used, s.n)


def mean_wan(s: Summary) -> float:
    """Return the mean with fixed weights (Wan et al. 2014; case 3 after Bland 2015).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    if s.case == RANGE:
        return (s.min + 2.0 * s.median + s.max) / 4.0
    if s.case == QUARTILES:
        return (s.q1 + s.median + s.q3) / 3.0
    return (s.min + 2.0 * (s.q1 + s.median + s.q3) + s.max) / 8.0


def mean_hozo(s: Summary) -> float:
    """Return the mean from median and range; beyond 25 persons the median (Hozo et al. 2005).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    return mean_wan(s) if s.n <= 25 else s.median


def mean_walter(s: Summary) -> float:
    """Return the median (Walter & Yao 2007, who estimate the spread alone).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    return s.median


def sd_wan(s: Summary) -> float:
    """Return the standard deviation from range, quartiles or the mean of both (Wan et al. 2014).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    if s.case == RANGE:
        return conv.sd_from_range(s.min, s.max, s.n)
    if s.case == QUARTILES:
        return conv.sd_from_quartiles(s.q1, s.q3, s.n)
    return (conv.sd_from_range(s.min, s.max, s.n) + conv.sd_from_quartiles(s.q1, s.q3, s.n)) / 2.0


def sd_shi(s: Summary) -> float:
    """Return the standard deviation from range and quartiles (Shi et al. 2020, equation 10).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    middle = s.q1 if s.median is None else s.median  # the formula does not use it
    return conv.sd_from_five_numbers((s.min, s.q1, middle, s.q3, s.max), s.n, source="Shi")


def sd_hozo(s: Summary) -> float:
    """Return the standard deviation by its rule for the size of the group (Hozo et al. 2005).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    width = s.max - s.min
    if s.n > 15:
        return width / (4.0 if s.n <= 70 else 6.0)
    return sqrt(((s.min - 2.0 * s.median + s.max) ** 2 / 4.0 + width**2) / 12.0)


def sd_bland(s: Summary) -> float:
    """Return the standard deviation of uniform quarters (Bland 2015).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    a, q1, m, q3, b = s.used
    squares = (a**2 + 2.0 * (q1**2 + m**2 + q3**2) + b**2) / 16.0
    products = (a * q1 + q1 * m + m * q3 + q3 * b) / 8.0
    return sqrt(max(0.0, squares + products - (a + 2.0 * (q1 + m + q3) + b) ** 2 / 64.0))


def sd_walter(s: Summary) -> float:
    """Return range over the expected range of n standard normal values (Walter & Yao 2007).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    return (s.max - s.min) / expected_range(round(s.n))


@lru_cache(maxsize=1024)
def expected_range(n: int) -> float:
    """Return the expected range of n independent standard normal values (Tippett 1925).

    The integral of 1 - F^n - (1 - F)^n; the integrand and all its derivatives vanish at the ends,
    so that the trapezoidal rule is exact to rounding.
    """
    x, h = np.linspace(-12.0, 12.0, 961, retstep=True)
    below, above = np.log(ndtr(x)), np.log(ndtr(-x))
    return float(h * (1.0 - np.exp(n * below) - np.exp(n * above)).sum())


MEANS = {
    "luo2016": (mean_luo, (RANGE, QUARTILES, FIVE)),
    "wan2014": (mean_wan, (RANGE, QUARTILES, FIVE)),
    "hozo2005": (mean_hozo, (RANGE,)),
    "bland2015": (mean_wan, (FIVE,)),
    "walter2007": (mean_walter, (RANGE,)),
}
SDS = {
    "wan2014": (sd_wan, (RANGE, QUARTILES, FIVE)),
    "shi2020": (sd_shi, (FIVE,)),
    "hozo2005": (sd_hozo, (RANGE,)),
    "bland2015": (sd_bland, (FIVE,)),
    "walter2007": (sd_walter, (RANGE,)),
}
NEEDS_MEDIAN = ("hozo2005", "bland2015")  # for the standard deviation too


def mean_of(s: Summary, method: str) -> float:
    """Return the mean by `method`, NotEstimable where it has no formula for the case.

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    function = _function(MEANS, "luo2016" if method == DEFAULT else method, s, "mean")
    if s.median is None:
        raise NotEstimable("median is missing: no mean")
    return function(s)


def sd_of(s: Summary, method: str) -> float:
    """Return the standard deviation by `method`, NotEstimable where it has none for the case.

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    if method == DEFAULT:
        method = "shi2020" if s.case == FIVE else "wan2014"
    function = _function(SDS, method, s, "standard deviation")
    if s.median is None and method in NEEDS_MEDIAN:
        raise NotEstimable(f"median is missing: {method} needs it")
    return function(s)


def _function(table: dict, method: str, s: Summary, what: str):
    """Formula of a method for the case of `s`."""
    if method not in table:
        raise InputError(
            [f"method {method!r}: for the {what} admissible are {DEFAULT}, {', '.join(table)}"]
        )
    function, cases = table[method]
    if s.case not in cases:
        known = {RANGE: "median and range", QUARTILES: "quartiles", FIVE: "all five numbers"}
        raise NotEstimable(f"{method} gives no {what} from {known[s.case]}")
    return function
