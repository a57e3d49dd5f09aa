"""Fit statistics of a meta-regression: log-likelihoods and information criteria."""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from workflow.lib.stats.regression.fit import Regression
from workflow.lib.stats.regression.model import LinearModel
from workflow.lib.stats.tau2 import EQUAL


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """Likelihood of one kind at a fit, and what is derived from it."""

    kind: str  # ML or REML
    ll: float  # log-likelihood with all constants
    dev: float  # ML: -2 (ll - that of one mean for each study); REML: -2 ll
    AIC: float
    BIC: float
    AICc: float
    parms: int  # coefficients, and tau2 where it is estimated


def fit_statistics(model: LinearModel, fit: Regression) -> dict[str, FitStatistics]:
    """Return the statistics by kind, ML and REML, of a `fit` of `model`.

    A fixed tau2 is no parameter. With user weights the likelihoods are those at the weighted
    coefficients. Without residual degrees of freedom REML is left out and the deviance is 0, also
    at a fixed tau2: the model is that of one mean for each study.

    Notes
    -----
    The restricted likelihood contains log |X'X| / 2 (Harville 1974): it does not depend on the
    unit of the moderators. Its sample size is k - p. AICc takes at least parms + 2 studies
    (Burnham & Anderson 2002, kept positive).
    """
    parms = model.p + (fit.method not in EQUAL and not fit.fixed)
    ml = log_likelihood(model, fit.tau2, restricted=False)
    saturated = -0.5 * float(np.log(2.0 * pi * model.vi).sum())
    dev = -2.0 * (ml - saturated) if model.df > 0 else 0.0
    found = {"ML": _criteria("ML", ml, dev, model.k, parms)}
    if model.df > 0:
        reml = log_likelihood(model, fit.tau2, restricted=True)
        found["REML"] = _criteria("REML", reml, -2.0 * reml, model.df, parms)
    return found


def log_likelihood(model: LinearModel, tau2: float, *, restricted: bool) -> float:
    """Return the (restricted) log-likelihood at `tau2` and its coefficients, with all constants."""
    total = model.vi + tau2
    residuals = model.solution_at(tau2).residuals
    rss = float((residuals**2 / total).sum())
    n, design = model.k, 0.0
    if restricted:
        n = model.df
        unweighted, weighted = (
            model.projection(a).log_det() for a in (np.ones(model.k), 1 / total)
        )
        design = unweighted - weighted
    return -0.5 * (n * log(2.0 * pi) + float(np.log(total).sum()) - design + rss)


def _criteria(kind: str, ll: float, dev: float, n: int, parms: int) -> FitStatistics:
    """Information criteria of a log-likelihood from `n` observations."""
    enough = max(n, parms + 2)
    return FitStatistics(
        kind=kind,
        ll=ll,
        dev=dev,
        AIC=-2.0 * ll + 2.0 * parms,
        BIC=-2.0 * ll + parms * log(n),
        AICc=-2.0 * ll + 2.0 * parms * enough / (enough - parms - 1),
        parms=parms,
    )
