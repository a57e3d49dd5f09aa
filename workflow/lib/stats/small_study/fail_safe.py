"""Fail-safe N: how many unseen null results would change what the studies say.

Rosenthal (1979), Orwin (1983), Rosenberg (2005).
"""

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np
from scipy.special import bdtrc, chdtrc, log_ndtr, ndtr, ndtri

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.numbers import as_numbers

LARGEST = 10**9  # studies; a search beyond it says that no number is enough
SMALL = 1e-9  # studies; rounding errors below it do not add a study


@dataclass(frozen=True, slots=True)
class FailSafe:
    """Number of null results, and what was measured with and without them."""

    type: str  # Rosenthal, Binomial, Orwin, Rosenberg or General
    k: int
    fsnum: int  # smallest number of added studies that does it
    est: float | None  # mean of the observed studies
    pval: float | None  # of the observed studies
    alpha: float | None
    target: float | None  # with the sign of est
    tag: str
    reasons: dict[str, str]  # why a field is None, by its name


def rosenthal(yi, vi, *, alpha: float = 0.05, pool: str = "stouffer") -> FailSafe:
    """Return how many studies with z = 0 lift the combined one-sided p to `alpha`.

    `yi` and `vi` have shape (k,). `pool` stouffer adds the z values (Rosenthal 1979), its p is in
    the direction of their sum; fisher adds -2 log p, each p in its own study's direction, and a
    null result has p = 0.5.

    Raises
    ------
    InputError
        For bad rows, an alpha outside (0, 0.5), an unknown pool.
    NotEstimable
        Without studies.
    """
    problems = _alpha_problem(alpha)
    if pool not in ("stouffer", "fisher"):
        problems.append(f"pool {pool!r}: admissible are stouffer, fisher")
    yi, vi = _checked(yi, vi, problems)
    z, k = yi / np.sqrt(vi), len(yi)
    if pool == "stouffer":
        total = abs(float(z.sum()))
        pval, fsnum = float(ndtr(-total / sqrt(k))), _up((total / ndtri(alpha)) ** 2 - k)
    else:
        total = -2.0 * float(log_ndtr(-np.abs(z)).sum())
        pval = float(chdtrc(2 * k, total))
        fsnum = smallest(lambda n: float(chdtrc(2 * (k + n), total - 2.0 * n * log(0.5))) >= alpha)
    return _p_based("Rosenthal", k, fsnum, pval, alpha, f"Rosenthal, {pool}, one-sided")


def binomial(yi, *, alpha: float = 0.05) -> FailSafe:
    """Return how many studies, half above and half below 0, lift the two-sided sign test to `alpha`.

    `yi` has shape (k,); an effect of exactly 0 counts as not positive.

    Sign test: Conover (1999).

    Raises
    ------
    InputError
        For bad rows, an alpha outside (0, 0.5).
    NotEstimable
        Without studies.
    """
    yi, _ = _checked(yi, np.ones_like(as_numbers("yi", yi)), _alpha_problem(alpha))
    k, above = len(yi), int((yi > 0.0).sum())

    def pval(pairs: int) -> float:
        n, more = k + 2 * pairs, max(above, k - above) + pairs
        return min(1.0, 2.0 * float(bdtrc(more - 1, n, 0.5)))

    fsnum = 2 * smallest(lambda pairs: pval(pairs) >= alpha)
    return _p_based("Binomial", k, fsnum, pval(0), alpha, "sign test, two-sided, pairs added")


def rosenberg(yi, vi, *, alpha: float = 0.05) -> FailSafe:
    """Return how many null results of average weight lift the weighted mean's p to `alpha`.

    `yi` and `vi` have shape (k,); equal-effects model, two-sided (Rosenberg 2005).

    Raises
    ------
    InputError
        For bad rows, an alpha outside (0, 0.5).
    NotEstimable
        Without studies.
    """
    yi, vi = _checked(yi, vi, _alpha_problem(alpha))
    k, (est, sum_w) = len(yi), _mean(yi, vi)
    z = est * sqrt(sum_w)
    fsnum = _up(k * ((z / float(ndtri(alpha / 2.0))) ** 2 - 1.0))
    pval = 2.0 * float(ndtr(-abs(z)))
    return FailSafe(
        **{"type": "Rosenberg", "k": k, "fsnum": fsnum, "est": est, "pval": pval, "alpha": alpha},
        **{"target": None, "tag": "Rosenberg, equal effects, two-sided"},
        reasons={"target": "the aim is a p value"},
    )


def orwin(yi, vi=None, *, target: float | None = None) -> FailSafe:
    """Return how many null results bring the mean to `target` (Orwin 1983).

    `yi` has shape (k,). With `vi` the mean is weighted by 1 / vi and null results have the average
    weight; without, all weigh the same. `target` takes the sign of the mean; None is half the mean.

    Raises
    ------
    InputError
        For bad rows, a target of 0 or one that is not finite.
    NotEstimable
        Without studies, or if the mean is 0 and no target is given.
    """
    problems = [] if target is None or 0.0 < abs(target) < np.inf else [f"target {target}: not 0"]
    weighted = vi is not None
    vi = vi if weighted else np.ones_like(as_numbers("yi", yi))
    yi, vi = _checked(yi, vi, problems)
    k, est = len(yi), _mean(yi, vi)[0]
    if est == 0.0 and target is None:
        raise NotEstimable("the mean is 0: no target below it")
    aim = est / 2.0 if target is None else abs(target) * (1.0 if est > 0.0 else -1.0)
    return FailSafe(
        **{"type": "Orwin", "k": k, "fsnum": _up(k * (est / aim - 1.0)), "est": est},
        **{"pval": None, "alpha": None, "target": float(aim)},
        tag=f"Orwin, {'weighted' if weighted else 'unweighted'} mean",
        reasons=dict.fromkeys(("pval", "alpha"), "the aim is a mean, not a p value"),
    )


def _p_based(kind: str, k: int, fsnum: int, pval: float, alpha: float, tag: str) -> FailSafe:
    """Result of a method that combines p values: no mean, no target."""
    reasons = {"est": "p values are combined, not effects", "target": "the aim is a p value"}
    return FailSafe(kind, k, fsnum, None, pval, alpha, None, tag, reasons)


def _mean(yi, vi) -> tuple[float, float]:
    """Weighted mean of equal effects, and the sum of the weights."""
    w = 1.0 / vi
    return float(w @ yi) / float(w.sum()), float(w.sum())


def _checked(yi, vi, problems: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances; refuses bad options and bad rows, and nothing at all."""
    if problems:
        raise InputError(problems)
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    return yi, vi


def _alpha_problem(alpha: float) -> list[str]:
    """What is wrong with the level of significance; nothing if the list is empty."""
    return [] if 0.0 < alpha < 0.5 else [f"alpha {alpha}: must lie between 0 and 0.5"]


def _up(number: float) -> int:
    """Smallest whole number at or above `number`, at least 0."""
    return max(0, ceil(number - SMALL * max(1.0, abs(number))))


def smallest(enough) -> int:
    """Smallest n >= 0 for which `enough(n)` holds, if it holds from some n on: by bisection.

    Raises
    ------
    NotEstimable
        If not even the largest number is enough.
    """
    if enough(0):
        return 0
    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
        if high > LARGEST:
            raise NotEstimable(f"not even {LARGEST:g} null results are enough")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
