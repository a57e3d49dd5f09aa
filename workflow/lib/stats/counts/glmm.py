"""Pooling of raw counts by generalised linear mixed models: binomial-normal and Poisson-normal."""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.counts.estimates import own_estimates
from workflow.lib.stats.counts.glmm_likelihood import CountModel
from workflow.lib.stats.counts.glmm_maximum import Maximum, maximise
from workflow.lib.stats.counts.glmm_models import MODELS, check, count_model, saturated, start
from workflow.lib.stats.counts.result import chi2_tail, quantile, wald
from workflow.lib.stats.counts.tables import OneGroup, PersonTime, Zeros

BOUNDARY = 1e-6  # a standard deviation below it is 0, on the log odds or log rate scale
EQUAL = "the true effects are taken as equal: tau2 is not estimated"
AT_ZERO = "tau2 is estimated as 0, at the edge of its range"


@dataclass(frozen=True, slots=True)
class GlmmFit:
    """Pooled effect of k tables of counts; a field that is None has its reason in `reasons`."""

    measure: str  # OR, IRR, PLO or IRLN
    model: str  # UM.FS, UM.RS, CM.EL, CM.AL or one group
    method: str  # ML or EE
    test: str  # always z
    level: float  # of the intervals, percent
    nAGQ: int | None  # nodes of the quadrature; 1 is Laplace; None: exact integral, or none
    k: int  # studies that say something about the effect
    p: int  # coefficients of the effect
    beta: float  # log odds (ratio) or log rate (ratio)
    se: float
    stat: float  # z
    pval: float
    ci_lb: float
    ci_ub: float
    pi_lb: float | None  # of the true effect in a new setting
    pi_ub: float | None
    tau2: float
    se_tau2: float | None
    sigma2: float | None  # variance of the studies' baselines, UM.RS only
    I2: float  # percent; against the typical variance of the studies' own estimates
    H2: float
    QE_Wld: float | None  # Wald test of equal effects
    QEp_Wld: float | None
    QE_LRT: float | None  # likelihood ratio test of equal effects
    QEp_LRT: float | None
    QE_df: int | None
    ll: float  # log likelihood, marginal, all constants included
    ll_conditional: float | None  # given the modes of the random effects; see Notes of glmm
    dev: float  # twice the distance of ll from the saturated model's
    AIC: float
    BIC: float
    AICc: float
    npar: int  # estimated parameters
    tag: str
    reasons: dict[str, str]  # field -> why it is None


def glmm(tables, measure="OR", *, model=None, method="ML", nAGQ=7, level=95.0) -> GlmmFit:
    """Return the mean of the distribution of true effects behind counts, by maximum likelihood.

    `tables` comes from `two_by_two` (OR), `person_time` (IRR) or `one_group` (PLO, IRLN).
    Models of a ratio (Jackson et al. 2018; Stijnen et al. 2010): UM.FS (the default) has a free baseline for
    each study, UM.RS normal baselines, CM.EL conditions on the events of both groups (OR:
    noncentral hypergeometric; IRR: binomial), CM.AL is its binomial approximation for rare
    events. `method` is ML, or EE for equal effects. `nAGQ` nodes are used for each integral;
    UM.RS with its two random effects has one (Laplace), CM.EL of OR is integrated to rounding.

    Raises
    ------
    InputError
        For a measure, model, method or level that does not exist or does not fit the counts.
    NotEstimable
        If no study says anything about the effect, if it is infinite, or if method is ML and
        there is one study only.
    ConvergenceError
        If the likelihood's maximum is not found.

    Notes
    -----
    Empty cells stay empty. Studies in which one outcome never occurs say nothing about a ratio
    and are left out. `ll_conditional` is what lme4 1.1 calls the log likelihood when nAGQ > 1;
    it cannot be compared among models.
    """
    model = model or MODELS.get(measure, (None, (None,)))[1][0]
    check(tables, measure, model, nAGQ)
    if method not in ("ML", "EE"):
        raise InputError([f"method {method!r}: admissible are ML, EE"])
    used = tables if isinstance(tables, OneGroup) else tables.rows(~tables.is_empty)
    _refuse_infinite(used, method)
    yi, vi = own_estimates(tables, measure, Zeros())
    random, scale = method == "ML", _first_scale(yi, vi)
    inner = 1 if model == "UM.RS" and random else nAGQ
    equal = maximise(count_model(used, model, inner, random=False), *start(used, model, scale))
    full = saturated(used, model, inner, equal)
    fit, likelihood = equal, None
    if random:
        likelihood = count_model(used, model, nAGQ, random=True)
        fit = _with_random_effects(likelihood, equal, scale, model)
    estimates, why = _estimates(fit, model, method, level)
    tests, why_not = _tests(used.k, equal, full)
    return GlmmFit(
        **{"measure": measure, "model": model, "method": method, "test": "z", "level": level},
        **{"nAGQ": _nodes(likelihood, model, inner), "k": used.k, "p": 1},
        **(estimates | _typical(estimates["tau2"], vi) | tests),
        **_criteria(used, fit, full.ll, model, random),
        ll_conditional=_conditional(likelihood, fit),
        tag=_tag(measure, model, method, _nodes(likelihood, model, inner)),
        reasons=why | why_not | _why_no_conditional(likelihood),
    )


def _refuse_infinite(t, method) -> None:
    """Refuse counts from which no finite effect follows, and ML of a single study."""
    if t.k == 0:
        raise NotEstimable("no study in which both outcomes occur")
    if isinstance(t, OneGroup):
        low, high = t.xi == 0, (t.xi == t.size) & (not t.person_time)
    elif isinstance(t, PersonTime):
        low, high = t.x1i == 0, t.x2i == 0
    else:
        low, high = (t.ai == 0) | (t.di == 0), (t.bi == 0) | (t.ci == 0)
    if low.all() or high.all():
        raise NotEstimable("the effect is infinite: an outcome is missing on one side throughout")
    if method == "ML" and t.k == 1:
        raise NotEstimable("tau2 needs at least two studies; use method EE")


def _first_scale(yi, vi) -> float:
    """Starting value of tau: DerSimonian and Laird's, not too near 0."""
    if yi.size < 2:
        return 0.5
    w = 1.0 / vi
    Q = float((w * (yi - (w @ yi) / w.sum()) ** 2).sum())
    tau2 = (Q - yi.size + 1) / (w.sum() - (w @ w) / w.sum())
    return min(3.0, max(0.3, sqrt(max(0.0, tau2))))


def _with_random_effects(likelihood, equal: Maximum, scale, model) -> Maximum:
    """The maximum with tau2, or that of equal effects where tau2 is 0 or no better."""
    own = equal.own if equal.own.size else None
    fit = maximise(likelihood, [*equal.shared, scale], own)
    if model == "UM.RS":  # equal effects were integrated with other nodes
        return fit
    return fit if abs(fit.shared[-1]) >= BOUNDARY and fit.ll >= equal.ll else equal


def _estimates(fit: Maximum, model, method, level) -> tuple[dict, dict]:
    """The effect with its test and intervals and the variances; why some are missing."""
    at, count = (1, 3) if model == "UM.RS" else (0, 1)
    tau = abs(float(fit.shared[count])) if fit.shared.size > count else 0.0
    tau, free = (tau, count + 1) if tau >= BOUNDARY else (0.0, count)
    covariance = np.linalg.inv(fit.information[:free, :free])
    found = wald(float(fit.shared[at]), sqrt(covariance[at, at]), level)
    found |= {"tau2": tau**2, "se_tau2": None, "sigma2": None, "pi_lb": None, "pi_ub": None}
    why = {"sigma2": "only UM.RS has random baselines"}
    if model == "UM.RS":
        found["sigma2"], why = float(fit.shared[2]) ** 2, {}
    if tau > 0.0:
        found["se_tau2"] = 2.0 * tau * sqrt(covariance[-1, -1])
    else:
        why["se_tau2"] = EQUAL if method == "EE" else AT_ZERO
    if method == "EE":
        return found, why | dict.fromkeys(("pi_lb", "pi_ub"), EQUAL)
    half = quantile(level) * sqrt(tau**2 + found["se"] ** 2)
    found |= {"pi_lb": found["beta"] - half, "pi_ub": found["beta"] + half}
    return found, why


def _typical(tau2, vi) -> dict[str, float]:
    """I2 and H2 against the typical sampling variance (Higgins & Thompson 2002)."""
    if tau2 == 0.0 or vi.size < 2:
        return {"I2": 0.0, "H2": 1.0}
    w = 1.0 / vi
    typical = (w.size - 1) * w.sum() / (w.sum() ** 2 - w @ w)
    return {"I2": 100.0 * tau2 / (tau2 + typical), "H2": 1.0 + tau2 / typical}


def _tests(k, equal: Maximum, full) -> tuple[dict, dict]:
    """Wald and likelihood ratio tests of equal effects, or why not."""
    names = ("QE_Wld", "QEp_Wld", "QE_LRT", "QEp_LRT", "QE_df")
    if k < 2:
        return dict.fromkeys(names), dict.fromkeys(names, "one study: needs at least two")
    stats = (full.QE_Wld, max(0.0, 2.0 * (full.ll - equal.ll)))
    pairs = [x for stat in stats for x in (stat, chi2_tail(stat, k - 1))]
    return dict(zip(names, (*pairs, k - 1), strict=True)), {}


def _criteria(used, fit: Maximum, full_ll, model, random) -> dict[str, float | int]:
    """Log likelihood and what is derived from it; rows of both groups count as observations."""
    npar = fit.own.size + {"UM.RS": 3}.get(model, 1) + random
    n = used.k * (2 if model.startswith("UM") else 1)
    many, ll = max(n, npar + 2), fit.ll
    return {
        **{"ll": ll, "npar": npar, "dev": 2.0 * (full_ll - ll)},
        **{"AIC": 2.0 * npar - 2.0 * ll, "BIC": npar * log(n) - 2.0 * ll},
        "AICc": 2.0 * npar * many / (many - npar - 1.0) - 2.0 * ll,
    }


def _conditional(likelihood, fit: Maximum) -> float | None:
    """Log probability of the counts at the modes of the random effects."""
    if not isinstance(likelihood, CountModel):
        return None
    missing = likelihood.width - (fit.own.size > 0) - fit.shared.size  # tau2 = 0: no scale
    shared = np.append(fit.shared, np.zeros(missing))
    rows = np.broadcast_to(shared, (likelihood.offset.shape[0], shared.size))
    return likelihood.conditional(np.column_stack([fit.own, rows]) if fit.own.size else rows)


def _why_no_conditional(likelihood) -> dict[str, str]:
    """Why there is no conditional log likelihood."""
    if isinstance(likelihood, CountModel):
        return {}
    return {"ll_conditional": EQUAL if likelihood is None else "the integral is not by modes"}


def _nodes(likelihood, model, inner) -> int | None:
    """Nodes of the quadrature of the fit; None if there is no integral or it is exact."""
    if isinstance(likelihood, CountModel) or model == "UM.RS":
        return inner
    return None


def _tag(measure, model, method, nodes) -> str:
    """What was done, in words."""
    integral = {None: "", 1: ", Laplace"}.get(nodes, f", {nodes} quadrature nodes")
    if model == "CM.EL" and measure == "OR" and method == "ML":
        integral = ", exact integral"
    return f"{measure}, {model}, {method}, z{integral}"
