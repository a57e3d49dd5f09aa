"""Fail-safe N of a random-effects mean: null results that spread as much as the observed ones.

Rosenthal's (1979) question, asked of a random-effects model.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.fail_safe import smallest
from workflow.lib.stats.student import two_sided
from workflow.lib.stats.tau2 import EQUAL


@dataclass(frozen=True, slots=True)
class Diluted:
    """Random-effects mean after null results were added."""

    n: int  # studies added
    est: float
    tau2: float
    pval: float  # two-sided, z


@dataclass(frozen=True, slots=True)
class GeneralFailSafe:
    """Number of null results, and the fit without and with them."""

    type: str  # General
    method: str  # estimator of tau2
    k: int
    fsnum: int  # smallest number of added studies that does it
    est: float
    tau2: float
    pval: float
    alpha: float | None
    target: float | None  # with the sign of est
    diluted: Diluted  # with fsnum studies added
    tag: str
    reasons: dict[str, str]  # why a field is None, by its name


def general(
    yi, vi, *, method="REML", alpha: float = 0.05, target: float | None = None
) -> GeneralFailSafe:
    """Return how many null results lift the random-effects p to `alpha`, or bring est to `target`.

    `yi` and `vi` have shape (k,); the test is z. Given a target, alpha is not used.

    Raises
    ------
    InputError
        For bad rows or options.
    NotEstimable
        Without studies, or if no number is enough.
    """
    problems = [] if 0.0 < alpha < 1.0 else [f"alpha {alpha}: must lie between 0 and 1"]
    if target is not None and not 0.0 < abs(target) < np.inf:
        problems.append(f"target {target}: must be finite and not 0")
    if problems:
        raise InputError(problems)
    diluted = _diluter(yi, vi, method)
    observed = diluted(0)
    aim = None if target is None else abs(target) * float(np.sign(observed.est) or 1.0)

    def enough(n: int) -> bool:
        found = diluted(n)
        return found.pval >= alpha if aim is None else abs(found.est) <= abs(aim)

    fsnum = smallest(enough)
    unused = {"target": "the aim is a p value"}
    if aim is not None:
        unused = {"alpha": "the aim is a mean, not a p value"}
    return GeneralFailSafe(
        **{"type": "General", "method": method, "k": len(np.atleast_1d(yi)), "fsnum": fsnum},
        **{"est": observed.est, "tau2": observed.tau2, "pval": observed.pval},
        **{"alpha": alpha if aim is None else None, "target": aim},
        diluted=diluted(fsnum),
        tag=f"General, {method}, z, {'p value' if aim is None else 'mean'}, null results spread by tau2",
        reasons=unused,
    )


def dilute(yi, vi, n: int, *, method="REML") -> Diluted:
    """Return the random-effects fit after `n` null results, without making them up.

    They have mean 0, the harmonic mean of vi as their variance, and true effects as variable as
    the observed ones. Then tau2 of all is the pooled variance within both sets plus the variance
    between their means; for equal effects it stays 0. `yi` and `vi` have shape (k,).
    """
    return _diluter(yi, vi, method)(n)


def _diluter(yi, vi, method: str):
    """Function of the number of null results; the observed studies are fitted once."""
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    k, fit = len(yi), random_effects(yi, vi, method=method)
    within, typical = fit.tau2 or 0.0, k / float((1.0 / vi).sum())  # one study has no tau2

    def diluted(n: int) -> Diluted:
        tau2 = within
        if n and method not in EQUAL:
            between = k * n / (k + n) * fit.beta**2
            tau2 = ((k - 1 + n - 1) * within + between) / (k + n - 1)
        w = 1.0 / (vi + tau2)
        sum_w = float(w.sum()) + n / (typical + tau2)
        est = float(w @ yi) / sum_w
        return Diluted(n, est, tau2, float(two_sided(est * sqrt(sum_w))))

    return diluted
