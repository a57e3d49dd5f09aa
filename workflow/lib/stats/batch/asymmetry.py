"""Egger's test and the largest weight of many meta-analyses at once, each as the single functions have it."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.batch.tails import two_sided
from workflow.lib.stats.small_study.estimation import ENOUGH
from workflow.lib.stats.small_study.predictors import SAME

FEW, SAME_SIZE, EXACT = "fewer than {} studies", "all standard errors are equal", "exact line"


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """Test of the slope of the effects on their standard errors, (groups,) each; NaN where none."""

    slope: np.ndarray
    se: np.ndarray
    stat: np.ndarray  # t with k - 2 degrees of freedom
    pval: np.ndarray  # two-sided
    reason: np.ndarray  # texts; empty where there is a test


def egger_groups(yi, vi, starts, *, least: int = ENOUGH) -> Asymmetry:
    """Return `small_study.regression_test.egger_test` of every group of `least` or more studies.

    `yi` and `vi` (n,) are checked, groups one after the other; `starts` (groups,) are their first
    rows. Egger et al. (1997) in the form of Sterne & Egger (2005); no test among fewer than ten
    studies (Cochrane Handbook 13.3.5.4). No errors: a group without a
    test has its reason instead.

    Notes
    -----
    The predictor and the effects are centred on their weighted means before squares are summed, so
    that no digits cancel however far from 0 they lie.
    """
    least = max(least, 3)  # a line through two points leaves nothing to estimate an error from
    k, x = np.diff(starts, append=len(yi)), np.sqrt(vi)
    reason = np.where(k < least, FEW.format(least), "").astype(object)
    found = {name: np.full(len(starts), np.nan) for name in ("slope", "se", "stat", "pval")}
    chosen = np.flatnonzero(k >= least)
    if len(chosen):
        rows = np.repeat(k >= least, k)
        sizes = k[chosen]
        answers, flat, exact = _lines(yi[rows], x[rows], sizes)
        reason[chosen[flat]], reason[chosen[exact]] = SAME_SIZE, EXACT
        for name, values in answers.items():
            found[name][chosen] = np.where(flat, np.nan, values)
    return Asymmetry(**found, reason=reason)


def _lines(yi, x, sizes):
    """Slopes of the weighted lines, which groups have one predictor only, and which lie on a line."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    w = 1.0 / x**2

    def total(values):
        return np.add.reduceat(values, starts)

    def spread(values):
        return np.repeat(values, sizes)

    sum_w, from_first = total(w), yi - spread(yi[starts])
    from_x = x - spread(total(w * x) / sum_w)
    from_y = from_first - spread(total(w * from_first) / sum_w)
    most, least = np.maximum.reduceat(x, starts), np.minimum.reduceat(x, starts)
    flat = most - least <= SAME * most
    Sxx = np.where(flat, np.nan, total(w * from_x**2))
    slope = total(w * from_x * from_y) / Sxx
    residuals = from_y - spread(slope) * from_x
    scale = total(w * residuals**2) / (sizes - 2)
    se = np.sqrt(scale / Sxx)
    exact = se == 0.0
    stat = slope / np.where(exact, np.nan, se)
    df = (sizes - 2).astype(float)
    return {"slope": slope, "se": se, "stat": stat, "pval": two_sided(stat, df)}, flat, exact


def largest_weights(vi, tau2, starts) -> np.ndarray:
    """Return the largest weight of each group in percent, weights 1 / (vi + tau2); NaN tau2 counts as 0.

    `vi` (n,), groups one after the other; `tau2` and `starts` (groups,).
    """
    k = np.diff(starts, append=len(vi))
    w = 1.0 / (vi + np.repeat(np.nan_to_num(tau2, nan=0.0), k))
    return 100.0 * (np.maximum.reduceat(w, starts) / np.add.reduceat(w, starts))
