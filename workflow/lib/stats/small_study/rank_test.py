"""Rank correlation test for funnel-plot asymmetry (Begg & Mazumdar 1994)."""

from bisect import bisect_right, insort
from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.small_study.estimation import interpretable
from workflow.lib.stats.student import two_sided

LARGEST_EXACT = 170  # studies; beyond it R's own exact distribution leaves the range of a double


@dataclass(frozen=True, slots=True)
class RankTest:
    """Kendall's tau-b between the standardised effects and their variances."""

    k: int
    tau: float
    S: int  # concordant minus discordant pairs
    z: float | None  # of the normal approximation; None if the test is exact
    pval: float | None  # two-sided
    exact: bool
    interpretable: bool  # enough studies for a judgement
    reason: str  # why it is not interpretable, else ""
    tag: str
    reasons: dict[str, str]  # why a field is None, by its name


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Counts of pairs of two rankings, and the sizes of their groups of ties."""

    k: int
    S: int
    ties_x: np.ndarray
    ties_y: np.ndarray


def rank_test(yi, vi, *, exact: bool = True, insist: bool = False) -> RankTest:
    """Return the rank correlation of the effects' standardised deviates with `vi`.

    `yi` and `vi` have shape (k,). The test is exact if there are no ties and at most 170 studies,
    unless `exact` is False; else it is the normal approximation with the variance for ties
    (Kendall 1970), without a continuity correction.

    Raises
    ------
    InputError
        Lists the bad rows.
    NotEstimable
        For fewer than two studies, or if all deviates or all variances are equal.
    """
    model = intercept_model(yi, vi)
    if model.k < 2:
        raise NotEstimable(f"a rank correlation needs at least 2 studies, there are {model.k}")
    pairs = _pairs(_deviates(model), model.vi)
    tau = pairs.S / _largest(pairs)
    untied = not (len(pairs.ties_x) or len(pairs.ties_y))
    use_exact = exact and untied and pairs.k <= LARGEST_EXACT
    z = None if use_exact or pairs.k < 3 else pairs.S / sqrt(_variance(pairs))
    pval = _exact(pairs.S, pairs.k) if use_exact else z if z is None else float(two_sided(z))
    few = "the normal approximation needs at least 3 studies"
    reasons = (
        {"z": "the test is exact"} if use_exact else {"z": few, "pval": few} if z is None else {}
    )
    enough, reason = interpretable(pairs.k, insist)
    ties = "no ties" if untied else "ties"
    tag = f"rank correlation test, {'exact' if use_exact else 'normal approximation'}, {ties}"
    return RankTest(pairs.k, tau, pairs.S, z, pval, use_exact, enough, reason, tag, reasons)


def _deviates(model) -> np.ndarray:
    """Effects minus their weighted mean, over the standard error of that difference."""
    m = model.at(0.0)
    free = 1.0 - 1.0 / (model.vi * m.sum_w)
    free[model.lead] = float(np.delete(1.0 / model.vi, model.lead).sum()) / m.sum_w
    return (model.yi - m.mu) / np.sqrt(model.vi * free)


def _pairs(x: np.ndarray, y: np.ndarray) -> _Pairs:
    """Concordant minus discordant pairs by counting inversions: k log k comparisons."""
    order = np.lexsort((y, x))
    seen: list[float] = []
    discordant = 0
    for value in y[order].tolist():
        discordant += len(seen) - bisect_right(seen, value)
        insort(seen, value)
    both = np.unique(np.column_stack([x, y]), axis=0, return_counts=True)[1]
    ties_x, ties_y = (np.unique(a, return_counts=True)[1] for a in (x, y))
    all_pairs, in_x, in_y, in_both = (
        int((n * (n - 1)).sum()) // 2 for n in (np.array([len(x)]), ties_x, ties_y, both)
    )
    S = all_pairs - in_x - in_y + in_both - 2 * discordant
    return _Pairs(len(x), S, ties_x[ties_x > 1], ties_y[ties_y > 1])


def _largest(pairs: _Pairs) -> float:
    """Largest S that the ties allow."""
    n = pairs.k * (pairs.k - 1) / 2.0
    free = [n - float((t * (t - 1)).sum()) / 2.0 for t in (pairs.ties_x, pairs.ties_y)]
    if min(free) == 0.0:
        what = "standardised effects" if free[0] == 0.0 else "variances"
        raise NotEstimable(f"all {what} are equal: no ranks to correlate")
    return sqrt(free[0] * free[1])


def _variance(pairs: _Pairs) -> float:
    """Variance of S under independence, with ties (Kendall 1970, ch. 4)."""
    k, t, u = pairs.k, pairs.ties_x.astype(float), pairs.ties_y.astype(float)
    single = k * (k - 1) * (2 * k + 5) - sum(
        float((n * (n - 1) * (2 * n + 5)).sum()) for n in (t, u)
    )
    twos = float((t * (t - 1)).sum()) * float((u * (u - 1)).sum())
    threes = float((t * (t - 1) * (t - 2)).sum()) * float((u * (u - 1) * (u - 2)).sum())
    return single / 18.0 + twos / (2.0 * k * (k - 1)) + threes / (9.0 * k * (k - 1) * (k - 2))


def _exact(S: int, k: int) -> float:
    """Two-sided p of S among all k! orders: the number of inversions is a sum of uniforms."""
    shares = np.ones(1)
    for n in range(2, k + 1):
        steps = np.concatenate([np.zeros(1), np.cumsum(np.pad(shares, (0, n - 1)))])
        upper = np.arange(1, len(steps))
        shares = (steps[upper] - steps[np.maximum(upper - n, 0)]) / n
    fewest = (k * (k - 1) // 2 - abs(S)) // 2  # inversions of the order as far out as this one
    return min(1.0, 2.0 * float(shares[: fewest + 1].sum()))
