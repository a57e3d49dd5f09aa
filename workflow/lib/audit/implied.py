"""What a printed estimate with its interval implies: SE, z, p, and the same under t.

Rounding-aware: each result is a range that follows from every value the printed digits stand for.
Bland and Altman 2011 for SE and p from an interval; Knapp and Hartung 2003 for t with k - 1 df.
Ratios are analysed as logarithms: their SE is that of the logarithm, middles and limits are ratios.
"""

from dataclasses import dataclass
from math import copysign, inf

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from workflow.lib.audit.scales import scale_of


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
    df: float | None  # k - 1, None if k is not known
    t_p: float | None  # p if the same interval were a t interval
    t_p_lb: float | None
    t_p_ub: float | None
    hk_lb: float | None  # interval if a Knapp-Hartung SE were equal to the Wald SE
    hk_ub: float | None
    hk_pval: float | None
    hk_se_max: float | None  # largest Knapp-Hartung SE whose interval excludes zero


def implied(estimate, ci_lb, ci_ub, *, level, k=None, scale="plain"):
    """Implied quantities of printed numbers (rounding.Printed); `level` in percent, `k` studies.

    They are on the scale of the analysis: with `scale` log, logarithms of printed ratios.
    """
    tail = 0.5 + level / 200.0
    z = float(ndtri(tail))
    se = (ci_ub.value - ci_lb.value) / (2 * z)
    widths = max(ci_ub.low - ci_lb.high, 0.0), ci_ub.high - ci_lb.low
    ends = statistic_range((estimate.low, estimate.high), widths, 2 * z)
    df = k - 1 if k is not None and k >= 2 else None
    back = scale_of(scale).printed
    return Implied(
        *(se, widths[0] / (2 * z), widths[1] / (2 * z)),
        *ends,
        *p_range(ends),
        *(back((ci_lb.low + ci_ub.low) / 2), back((ci_lb.high + ci_ub.high) / 2)),
        *_under_t(estimate, (se, widths), (df, tail), back),
    )


def statistic_range(estimate, errors, times=1):
    """(lowest, highest) estimate over SE, for (least, most) of each; errors are SEs `times` times."""
    ends = [_ratio(value * times, error) for value in estimate for error in errors]
    return min(ends), max(ends)


def _ratio(value, se):
    """value / se; without an SE infinite, with the sign of the value."""
    return value / se if se > 0 else copysign(inf, value)


def p_range(ends, df=None):
    """(lowest, highest) two-sided p between two ends of a statistic: z, or t with df."""
    low, high = sorted(_two_sided(end, df) for end in ends)
    return low, 1.0 if ends[0] < 0 < ends[1] else high


def _two_sided(statistic, df):
    """Two-sided p of z, or of t with df."""
    below = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    return float(2 * below)


def _under_t(estimate, spread, law, back):
    """The fields of Implied that need t; all None where k is not known."""
    (se, widths), (df, tail) = spread, law
    if df is None:
        return (None,) * 8
    t, z, middle = float(stdtrit(df, tail)), float(ndtri(tail)), estimate.value
    low, high = p_range(statistic_range((estimate.low, estimate.high), widths, 2 * t), df)
    t_p, hk_p = (_two_sided(one, df) for one in (_ratio(middle * t, se * z), _ratio(middle, se)))
    limits = back(middle - t * se), back(middle + t * se)
    return df, t_p, low, high, *limits, hk_p, abs(middle) / t
