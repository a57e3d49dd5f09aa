"""The mean with weights that heterogeneity does not change, and what such an estimate carries.

Doi et al. (2015); Bonett (2009).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.intercept import InterceptModel
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.student import check_test, quantile, two_sided
from workflow.lib.stats.tau2 import estimate_tau2


@dataclass(frozen=True, slots=True)
class RobustMean:
    """Mean of k studies with fixed weights; its variance allows for heterogeneity."""

    estimator: str  # Henmi-Copas, IVhet or unweighted
    method: str  # estimator of tau2
    level: float  # percent
    k: int
    beta: float  # analysis scale
    se: float
    critical: float  # half the interval's width over se
    ci_lb: float
    ci_ub: float
    pval: float | None  # two-sided, of beta / se under z
    tau2: float  # squared unit of yi
    QE: float
    weights: tuple[float, ...]  # percent, in the order of the studies
    tag: str
    reasons: dict[str, str]  # why a field is None


def ivhet(yi, vi, *, level=95.0) -> RobustMean:
    """Return the inverse-variance mean with a variance that allows for heterogeneity.

    The IVhet model of Doi, Barendregt, Khan, Thalib & Williams (2015): weights 1 / vi, variance
    sum of (w_i / sum w)^2 (vi + tau2) with tau2 by DL. `yi` and `vi` have shape (k,). Errors as
    `unweighted`.

    Raises
    ------
    InputError
        As `moments.effects_and_variances`; a level outside (0, 100).
    NotEstimable
        With fewer than two studies.
    """
    model = checked_model(yi, vi, level)
    return fixed_weights_mean(model, 1.0 / model.vi, method="DL", level=level, name="IVhet")


def unweighted(yi, vi, *, method="REML", level=95.0) -> RobustMean:
    """Return the plain mean of the effects; its variance is the mean of vi + tau2 over k.

    Its expectation is the mean of the true effects also where these go with the precision of the
    studies (Shuster 2010). `yi` and `vi` have shape (k,).

    Raises
    ------
    InputError
        For bad rows, an unknown method, a level outside (0, 100).
    NotEstimable
        With fewer than two studies.
    ConvergenceError
        If tau2 cannot be found.
    """
    model = checked_model(yi, vi, level)
    return fixed_weights_mean(
        model, np.ones(model.k), method=method, level=level, name="unweighted"
    )


def checked_model(yi, vi, level: float) -> InterceptModel:
    """Return the model of at least two studies; refuses fewer, and a level that is none.

    Raises
    ------
    InputError
        As `moments.effects_and_variances`; a level outside (0, 100).
    NotEstimable
        With fewer than two studies.
    """
    check_test("z", level)
    model = intercept_model(yi, vi)
    if model.k < 2:
        raise NotEstimable(f"heterogeneity needs at least two studies, there are {model.k}")
    return model


def fixed_weights_mean(model, a, *, method: str, level: float, name: str) -> RobustMean:
    """Return the mean with the weights `a` (k,) and a Wald interval.

    Raises
    ------
    InputError
        For an unknown method or level, a yi or vi that no analysis can use.
    NotEstimable
        If there are fewer than two studies.
    """
    tau2, _ = estimate_tau2(model, method)
    share = a / a.sum()
    beta, se = model.centre + float(share @ model.yi), sqrt(float(share**2 @ (model.vi + tau2)))
    half = quantile(level) * se
    return RobustMean(
        **{"estimator": name, "method": method, "level": level, "k": model.k},
        **{"beta": beta, "se": se, "critical": quantile(level)},
        **{"ci_lb": beta - half, "ci_ub": beta + half, "pval": float(two_sided(beta / se))},
        **{"tau2": tau2, "QE": model.q_at(0.0)[0]},
        weights=tuple((100.0 * share).tolist()),
        tag=f"{name}, tau2 by {method}, z",
        reasons={},
    )
