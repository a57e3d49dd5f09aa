"""What a printed estimate with its interval implies: SE, z, p, and the same under t.

Rounding-aware: each result is a range that follows from every value the printed digits stand for.
Bland and Altman 2011 for SE and p from an interval; Knapp and Hartung 2003 for t with k - 1 df.
"""

from dataclasses import dataclass
from math import copysign, inf

from scipy.special import ndtr, ndtri, stdtr, stdtrit


@dataclass(frozen=True, slots=True)
class Implied:
    """Wald quantities behind an estimate and its interval, and their t counterparts for k studies."""

    se: float  # from the printed digits as they stand
    se_lb: float  # smallest that rounding allows
    se_ub: float
    stat_lb: float  # z; infinite if rounding allows an interval without width
    stat_ub: float
    p_lb: float
    p_ub: float
    mid_lb: float  # middle of the interval
    mid_ub: float
    df: int | None  # k - 1, None if k is not known
    t_p: float | None  # p if the same interval were a t interval
    t_p_lb: float | None
    t_p_ub: float | None
    hk_lb: float | None  # interval if a Knapp-Hartung SE were equal to the Wald SE
    hk_ub: float | None
    hk_pval: float | None
    hk_se_max: float | None  # largest Knapp-Hartung SE whose interval excludes zero


def implied(estimate, ci_lb, ci_ub, *, level, k=None):
    """Implied quantities of printed numbers (rounding.Printed); `level` in percent, `k` studies."""
    tail = 0.5 + level / 200.0
    z = float(ndtri(tail))
    se = (ci_ub.value - ci_lb.value) / (2 * z)
    widths = max(ci_ub.low - ci_lb.high, 0.0), ci_ub.high - ci_lb.low
    ends = _statistic(estimate, widths, z)
    df = k - 1 if k is not None and k >= 2 else None
    return Implied(
        *(se, widths[0] / (2 * z), widths[1] / (2 * z)),
        *ends,
        *_p_range(ends, lambda stat: float(2 * ndtr(-abs(stat)))),
        *((ci_lb.low + ci_ub.low) / 2, (ci_lb.high + ci_ub.high) / 2),
        *_under_t(estimate, se, widths, df, tail),
    )


def _statistic(estimate, widths, quantile):
    """(lowest, highest) estimate over SE, for an interval of quantile times SE to each side."""
    ends = [
        _ratio(value * 2 * quantile, width)
        for value in (estimate.low, estimate.high)
        for width in widths
    ]
    return min(ends), max(ends)


def _ratio(value, width):
    """value / width; without width infinite, with the sign of the value."""
    return value / width if width > 0 else copysign(inf, value)


def _p_range(ends, p):
    """(lowest, highest) p between two ends of a statistic; 1 where it may be 0."""
    low, high = sorted(p(end) for end in ends)
    return low, 1.0 if ends[0] < 0 < ends[1] else high


def _under_t(estimate, se, widths, df, tail):
    """The fields of Implied that need t; all None where k is not known."""
    if df is None:
        return (None,) * 8
    t, z = float(stdtrit(df, tail)), float(ndtri(tail))

    def p(stat):
        return float(2 * stdtr(df, -abs(stat)))

    low, high = _p_range(_statistic(estimate, widths, t), p)
    middle = estimate.value
    t_p, hk_p = p(_ratio(middle * t, se * z)), p(_ratio(middle, se))
    return df, t_p, low, high, middle - t * se, middle + t * se, hk_p, abs(middle) / t
