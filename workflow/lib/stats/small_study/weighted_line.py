"""Weighted least-squares line through the effects, with a residual variance estimated from them."""

from dataclasses import dataclass
from math import sqrt

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.small_study.predictors import check_slope
from workflow.lib.stats.student import quantile, two_sided

EXACT = "the effects lie on the line exactly: the residual variance is 0"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient of the line with its t test and interval."""

    beta: float
    se: float
    stat: float | None  # t; None if se is 0
    pval: float | None  # two-sided
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class Line:
    """Intercept and slope of a weighted line; t with k - 2 degrees of freedom."""

    intercept: Coefficient
    slope: Coefficient
    df: int
    scale: float  # residual variance as a multiple of vi


def weighted_line(yi, vi, x, *, level: float = 95.0) -> Line:
    """Return the line of `yi` on `x`, weights 1 / vi, errors times the root of the residual variance.

    All (k,) and finite; vi above 0. `scale` is the multiplicative dispersion of Thompson & Sharp
    (1999, model 1b): it may be below 1.

    Raises
    ------
    NotEstimable
        For fewer than three studies, or if all studies have the same `x`.
    """
    k, w = len(yi), 1.0 / vi
    if k < 3:
        raise NotEstimable(f"a line needs at least 3 studies, there are {k}")
    check_slope(x)
    start, sum_w = float(yi[0]), float(w.sum())  # equal effects become exact zeros
    centre_x, centre_y = float(w @ x) / sum_w, float(w @ (yi - start)) / sum_w
    from_x = x - centre_x
    Sxx = float(w @ from_x**2)
    slope = float((w * from_x) @ (yi - start)) / Sxx
    residuals = yi - start - centre_y - slope * from_x
    scale = float(w @ residuals**2) / (k - 2)
    at_zero = start + centre_y - slope * centre_x
    errors = sqrt(scale * (1.0 / sum_w + centre_x**2 / Sxx)), sqrt(scale / Sxx)
    intercept, incline = (
        _coefficient(beta, se, k - 2, level)
        for beta, se in zip((at_zero, slope), errors, strict=True)
    )
    return Line(intercept, incline, k - 2, scale)


def _coefficient(beta: float, se: float, df: int, level: float) -> Coefficient:
    """Estimate with t test and interval; a se of 0 has no test."""
    half = quantile(level, df) * se
    stat = beta / se if se > 0.0 else None
    pval = float(two_sided(stat, df)) if stat is not None else None
    return Coefficient(beta, se, stat, pval, beta - half, beta + half)
