"""Weighted kappa: agreement of two raters on ordered categories, with its large-sample interval."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from workflow.lib.stats.kappa import counts_of

NOTHING = "not estimable: nothing was rated by both"
ONE_CATEGORY = "not estimable: both raters used one category only"
NO_WIDTH = "not estimable: the large-sample standard error is zero"


@dataclass(frozen=True, slots=True)
class WeightedKappa:
    """How far two raters agree; a missing figure has its reason."""

    n: int  # pairs of ratings
    percent: float | None  # pairs in the same category, percent
    kappa: float | None  # weighted agreement beyond chance (Cohen 1968)
    se: float | None  # large-sample standard error (Fleiss, Cohen & Everitt 1969)
    ci_lb: float | None
    ci_ub: float | None
    level: float  # of the interval, percent
    tag: str
    reason: str


def weighted_kappa(table, *, ordered=None, level=95.0) -> WeightedKappa:
    """Weighted kappa of a square table of counts: rows are categories of one rater, columns of the other.

    Cohen (1968); the standard error is that of Fleiss, Cohen & Everitt (1969).

    Parameters
    ----------
    table
        k x k counts, the categories in the same order on both sides.
    ordered
        How many categories, from the first, are ordered (all of them without it): between these an
        error counts by its distance (linear weights), with any other category it counts in full.
    level
        Of the Wald interval, percent; its limits stay within -1 and 1.

    Raises
    ------
    InputError
        As `kappa.cohen_kappa`.

    Notes
    -----
    With ordered 0 this is Cohen's kappa. With a standard error of zero an interval without width
    would claim certainty, so there is none.
    """
    counts = counts_of(table)
    k, n = len(counts), int(counts.sum())
    ordered = k if ordered is None else ordered
    tag = f"{'linearly weighted' if ordered > 2 else 'unweighted'} kappa, Wald interval"
    if n == 0:
        return WeightedKappa(0, None, None, None, None, None, level, tag, NOTHING)
    shares, w = counts / n, _weights(k, ordered)
    rows, columns = shares.sum(1), shares.sum(0)
    observed, expected = float((w * shares).sum()), float(rows @ w @ columns)
    percent = 100.0 * float(np.trace(shares))
    if math.isclose(expected, 1.0):
        return WeightedKappa(n, percent, None, None, None, None, level, tag, ONE_CATEGORY)
    kappa = (observed - expected) / (1 - expected)
    mean = (w @ columns)[:, None] + (rows @ w)[None, :]  # mean weight of each row, of each column
    spread = float((shares * (w - mean * (1 - kappa)) ** 2).sum())
    variance = spread - (kappa - expected * (1 - kappa)) ** 2
    se = math.sqrt(max(0.0, variance) / n) / (1 - expected)
    if math.isclose(se, 0.0, abs_tol=1e-9):
        return WeightedKappa(n, percent, kappa, 0.0, None, None, level, tag, NO_WIDTH)
    half = float(norm.ppf(0.5 + level / 200)) * se
    limits = max(-1.0, kappa - half), min(1.0, kappa + half)
    return WeightedKappa(n, percent, kappa, se, *limits, level, tag, "")


def _weights(k, ordered):
    """Agreement weights: 1 on the diagonal, linear among the ordered categories, else 0."""
    places = np.arange(ordered)
    w = np.eye(k)
    if ordered > 1:
        w[:ordered, :ordered] = 1 - abs(places[:, None] - places) / (ordered - 1)
    return w
