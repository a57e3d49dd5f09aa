"""Where the true effect of each study lies: empirical Bayes predictions and random effects."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from workflow.lib.stats.regression.fit import fit_linear


@dataclass(frozen=True, slots=True)
class Blups:
    """One prediction for each of the k studies, in the order of the studies."""

    method: str  # estimator of tau2
    test: str
    level: float  # of the intervals, percent
    k: int
    tau2: float  # squared unit of yi
    df: float | None  # of the t distribution; None for z
    pred: tuple[float, ...]  # unit of yi
    se: tuple[float, ...]
    pi_lb: tuple[float, ...]
    pi_ub: tuple[float, ...]
    tag: str  # "BLUP, REML, z"


def blup(model, *, method="REML", test="z", level=95.0, tau2=None) -> Blups:
    """Return the predicted true effect of each study: its effect shrunk towards its fitted value.

    `model` is a `LinearModel` of k studies; `tau2` (squared unit of yi) is estimated by `method`
    if it is None. Under equal effects the prediction is the fitted value.

    Raises
    ------
    InputError
        For an unknown method or test, or a level outside (0, 100).
    NotEstimable
        If the model cannot be fitted.

    Notes
    -----
    Best linear unbiased predictions given tau2 (Raudenbush & Bryk 1985): with
    lambda = tau2 / (tau2 + vi) the prediction is lambda yi + (1 - lambda) x'beta, its variance
    lambda vi + (1 - lambda)^2 x'Var(beta)x. The uncertainty of tau2 itself is not in it.
    """
    fit = fit_linear(model, method=method, test=test, level=level, tau2=tau2)
    share = fit.tau2 / (fit.tau2 + model.vi)
    fitted = model.X @ np.asarray(fit.beta)
    pred = fitted + share * (model.yi - fitted)
    variance = share * model.vi + (1.0 - share) ** 2 * _variance_of_fitted(model, fit)
    return _blups(fit, pred, variance, "BLUP")


def ranef(model, *, method="REML", test="z", level=95.0, tau2=None) -> Blups:
    """Return the predicted random effect of each study: how far its true effect is off x'beta.

    Arguments, errors and sources as in `blup`; the prediction is lambda (yi - x'beta), its
    variance lambda vi + lambda^2 x'Var(beta)x. Under equal effects all are exactly 0.

    Raudenbush & Bryk (1985).

    Raises
    ------
    InputError
        As `blup`.
    NotEstimable
        As `blup`.
    """
    fit = fit_linear(model, method=method, test=test, level=level, tau2=tau2)
    share = fit.tau2 / (fit.tau2 + model.vi)
    pred = share * (model.yi - model.X @ np.asarray(fit.beta))
    variance = share * model.vi + share**2 * _variance_of_fitted(model, fit)
    return _blups(fit, pred, variance, "random effects")


def _variance_of_fitted(model, fit) -> np.ndarray:
    """x'Var(beta)x of each study, (k,)."""
    return np.einsum("ij,jl,il->i", model.X, np.asarray(fit.vb), model.X)


def _blups(fit, pred, variance, what) -> Blups:
    """Predictions with their intervals from the reference distribution of the test."""
    lower, df = 0.5 - fit.level / 200.0, fit.df
    quantile = -float(ndtri(lower) if df is None else stdtrit(df, lower))
    se = np.sqrt(variance)
    law = "z" if df is None else f"t({df:g})"
    return Blups(
        **{"method": fit.method, "test": fit.test, "level": fit.level, "k": fit.k},
        **{"tau2": fit.tau2, "df": df},
        pred=tuple(pred.tolist()),
        se=tuple(se.tolist()),
        pi_lb=tuple((pred - quantile * se).tolist()),
        pi_ub=tuple((pred + quantile * se).tolist()),
        tag=", ".join(dict.fromkeys((what, fit.method, fit.test, law))),
    )
