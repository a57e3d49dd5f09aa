"""Confidence intervals of tau2, and of tau, I2 and H2 with it, for any linear model.

Q-profile (QP) and generalised Q (GENQ) are exact if the sampling variances are known; profile
likelihood (PL) and the three Wald forms need many studies; HT is the test-based interval of H.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

from scipy.special import gammaincinv

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.heterogeneity import qp_interval
from workflow.lib.stats.regression.fit import Regression
from workflow.lib.stats.regression.fit_statistics import log_likelihood
from workflow.lib.stats.regression.model import LinearModel
from workflow.lib.stats.roots import root_above
from workflow.lib.stats.student import check_test, quantile
from workflow.lib.stats.tau2 import solve_probability

FLAT = "tau2 is 0, where this form has no upper bound: use QP or PL"


@dataclass(frozen=True, slots=True)
class HeterogeneityInterval:
    """Interval of tau2 and of the statistics that rise with it."""

    type: str  # QP PL GENQ HT Wald Wald.log Wald.sqrt
    method: str  # of the fit
    level: float  # percent
    tau2_lb: float  # squared unit of yi, cut at 0
    tau2_ub: float | None
    tau_lb: float
    tau_ub: float | None
    I2_lb: float  # percent
    I2_ub: float | None
    H2_lb: float
    H2_ub: float | None
    lb_sign: str  # "<" if the bound lies below what is printed
    ub_sign: str
    ci_null: bool  # no tau2 at or above 0 agrees with the data: the bounds are given as 0
    tag: str
    reasons: dict[str, str]  # why a field is None, or the set empty


def tau2_interval(
    model: LinearModel, fit: Regression, *, type="QP", level=None
) -> HeterogeneityInterval:
    """Return the `HeterogeneityInterval` of a `fit` of `model` at `level` percent.

    `level` is that of the fit if not given. `type` is one of

    QP:   Q-profile (Viechtbauer 2007);
    GENQ: generalised Q with the user's weights, or those of DL and HE (Jackson 2013);
    PL:   profile likelihood, restricted unless the fit is ML (Hardy & Thompson 1996);
    HT:   from the test-based interval of H (Higgins & Thompson 2002);
    Wald, Wald.log, Wald.sqrt: estimate and standard error, on three scales.

    Raises
    ------
    InputError
        For an unknown type or a level outside (0, 100).
    NotEstimable
        If there are no residual degrees of freedom, or the fit has not what the type needs.
    """
    level = fit.level if level is None else level
    check_test("z", level)
    if type not in TYPES:
        raise InputError([f"type {type!r}: admissible are {', '.join(TYPES)}"])
    if model.df <= 0:
        raise NotEstimable(f"tau2 needs more than {model.p} studies, there are {model.k}")
    lower, upper, empty = TYPES[type](model, fit, level)
    return _in_all_units(model, (lower, upper), empty, fit=fit, options=(type, level))


def _q_profile(model, fit, level):
    """Q(tau2) equal to the two chi-square quantiles."""
    return qp_interval(model, level)


def _generalised_q(model, fit, level):
    """Tail probabilities of the observed generalised Q equal to half of 1 - level."""
    a = _weights_of_q(model, fit)
    q, tail = model.quadratic(a), 0.5 - level / 200.0
    upper = solve_probability(model, a, q, 1.0 - tail)
    if upper == 0.0:
        return 0.0, 0.0, True
    return solve_probability(model, a, q, tail), upper, False


def _weights_of_q(model, fit):
    """Fixed weights of the Q statistic that the fit rests on."""
    if model.weights is not None:
        return model.weights
    if fit.method == "DL":
        return 1.0 / model.vi
    if fit.method == "HE":
        return model.vi * 0.0 + 1.0
    raise NotEstimable(f"type GENQ needs method GENQ, GENQM, DL or HE, not {fit.method}")


def _profile_likelihood(model, fit, level):
    """Where the likelihood has fallen by half a chi-square quantile below that of the fit."""
    if fit.method not in ("ML", "REML"):
        raise NotEstimable(f"type PL needs method ML or REML, not {fit.method}")
    restricted = fit.method == "REML"
    best = log_likelihood(model, fit.tau2, restricted=restricted)
    allowed = float(gammaincinv(0.5, level / 100.0))

    def lost(tau2):
        return best - log_likelihood(model, tau2, restricted=restricted) - allowed

    scale = model.least
    upper = root_above(lost, fit.tau2, scale=scale)
    if fit.tau2 == 0.0 or lost(0.0) <= 0.0:
        return 0.0, upper, False
    lower = fit.tau2 - root_above(
        lambda below: lost(max(0.0, fit.tau2 - below)), 0.0, scale=min(scale, fit.tau2)
    )
    return lower, upper, False


def _test_based(model, fit, level):
    """Interval of log H with the standard error of Higgins & Thompson (2002), table 1."""
    Q, df = model.at(0.0).Q, model.df
    if df < 2:
        raise NotEstimable(f"type HT needs at least {model.p + 2} studies, there are {model.k}")
    if df + 1.0 < Q:
        se = 0.5 * (log(Q) - log(df)) / (sqrt(2.0 * Q) - sqrt(2.0 * df - 1.0))
    else:
        se = sqrt(0.5 / (df - 1.0) * (1.0 - 1.0 / (3.0 * (df - 1.0) ** 2)))
    H2, half = max(1.0, Q / df), quantile(level) * se
    typical = df / model.at(0.0).trP
    bounds = [max(0.0, H2 * exp(sign * 2.0 * half) - 1.0) * typical for sign in (-1.0, 1.0)]
    return (*bounds, False)


def _wald(model, fit, level):
    """Estimate and standard error on the scale of tau2."""
    half = _half(fit, level)
    return max(0.0, fit.tau2 - half), fit.tau2 + half, False


def _wald_log(model, fit, level):
    """The same on the scale of log tau2."""
    half = _half(fit, level)
    if fit.tau2 == 0.0:
        return 0.0, None, False
    return fit.tau2 * exp(-half / fit.tau2), fit.tau2 * exp(half / fit.tau2), False


def _wald_sqrt(model, fit, level):
    """The same on the scale of tau."""
    half, tau = _half(fit, level), sqrt(fit.tau2)
    if tau == 0.0:
        return 0.0, None, False
    return max(0.0, tau - 0.5 * half / tau) ** 2, (tau + 0.5 * half / tau) ** 2, False


def _half(fit, level) -> float:
    """Half the width on the scale of tau2."""
    if fit.se_tau2 is None:
        raise NotEstimable(f"{fit.method} takes the true effects as equal: tau2 is not estimated")
    return quantile(level) * fit.se_tau2


def _in_all_units(model, bounds, empty, *, fit, options) -> HeterogeneityInterval:
    """The interval with those of tau, I2 and H2 from the typical sampling variance."""
    typical, (lower, upper) = model.df / model.at(0.0).trP, bounds
    fields = {}
    for end, tau2 in (("lb", lower), ("ub", upper)):
        missing = tau2 is None
        fields[f"tau2_{end}"] = tau2
        fields[f"tau_{end}"] = None if missing else sqrt(tau2)
        fields[f"I2_{end}"] = None if missing else 100.0 * tau2 / (tau2 + typical)
        fields[f"H2_{end}"] = None if missing else 1.0 + tau2 / typical
    reasons = {name: FLAT for name, value in fields.items() if value is None}
    if empty:
        reasons["ci_null"] = "the effects agree better than chance: no tau2 >= 0 is in the interval"
    kind, level = options
    return HeterogeneityInterval(
        **{"type": kind, "method": fit.method, "level": level},
        **fields,
        **{"lb_sign": "<" if empty else "", "ub_sign": "<" if empty else "", "ci_null": empty},
        tag=f"tau2 by {fit.method}, interval {kind} at {level:g} percent",
        reasons=reasons,
    )


TYPES = {
    "QP": _q_profile,
    "GENQ": _generalised_q,
    "PL": _profile_likelihood,
    "HT": _test_based,
    "Wald": _wald,
    "Wald.log": _wald_log,
    "Wald.sqrt": _wald_sqrt,
}
