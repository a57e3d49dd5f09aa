"""Estimates of a selection model with their errors, tests and intervals."""

from dataclasses import dataclass, replace
from math import log

import numpy as np

from workflow.lib.stats.small_study.selection_likelihood import Likelihood
from workflow.lib.stats.small_study.selection_search import Maximum
from workflow.lib.stats.student import above_chi2, quantile, two_sided

FIRST = "the first interval's weight is 1 by definition"
FLAT = "the observed information is not positive definite: no standard error"


@dataclass(frozen=True, slots=True)
class Selection:
    """How studies were selected: the form of the weights, and the test behind the p values."""

    type: str = "stepfun"  # stepfun, beta, halfnorm, negexp, logistic or power
    steps: tuple[float, ...] = (0.025,)  # of p, for stepfun; 1 is added
    alternative: str = "greater"  # the direction that is favoured


@dataclass(frozen=True, slots=True)
class SelectionModel:
    """Maximum-likelihood estimates of the effects and of the selection.

    Tuples of effects run over the p coefficients, tuples of delta over the parameters of the
    weights; the first delta of stepfun is 1 by definition.
    """

    selection: Selection
    method: str  # ML, or EE for equal effects
    level: float  # of all intervals, percent
    k: int
    p: int
    beta: tuple[float, ...]
    se: tuple[float | None, ...]
    stat: tuple[float | None, ...]  # z
    pval: tuple[float | None, ...]  # two-sided
    ci_lb: tuple[float | None, ...]
    ci_ub: tuple[float | None, ...]
    tau2: float
    se_tau2: float | None
    delta: tuple[float, ...]
    se_delta: tuple[float | None, ...]
    delta_lb: tuple[float | None, ...]
    delta_ub: tuple[float | None, ...]
    counts: tuple[int, ...] | None  # studies in each interval of p, stepfun only
    ll: float  # log-likelihood
    ll0: float  # without selection
    LRT: float  # twice their difference
    LRTdf: int
    LRTp: float
    iterations: int
    tag: str  # "selection model, stepfun (0.025, 1), greater, ML"
    reasons: dict[str, str]  # why a field, or a member of it, is None


def in_units(top: Maximum, unit: float) -> Maximum:
    """Return the maximum for effects that were divided by `unit`, in the units of the effects."""
    p, m = len(top.beta), len(top.delta)
    scale = np.concatenate([np.full(p, unit), [unit**2], np.ones(m)])
    at = top.likelihood
    likelihood = Likelihood(
        at.value - top.k * log(abs(unit)), at.gradient / scale, at.hessian / scale / scale[:, None]
    )
    tau2 = top.tau2 * unit**2
    return replace(top, beta=top.beta * unit, tau2=tau2, likelihood=likelihood)


def estimates(selection: Selection, options, data, top: Maximum, ll0: float) -> SelectionModel:
    """Return the complete result; `options` are (method, level), `data` (k, counts)."""
    (method, level), (k, counts), p = options, data, len(top.beta)
    errors, step = errors_of(top), selection.type == "stepfun"
    beta, delta = tuple(top.beta.tolist()), (1.0,) * step + tuple(top.delta.tolist())
    se, se_delta = errors[:p], (None,) * step + errors[p + 1 :]
    stat = tuple(b / e if e else None for b, e in zip(beta, se, strict=True))
    ci_lb, ci_ub = _interval(beta, se, level)
    delta_lb, delta_ub = _interval(delta, se_delta, level)
    ll = top.likelihood.value
    # all on the bound is no selection, but for beta: there a delta of 0 is the strongest
    selected = top.free[p + 1 :].any() or selection.type == "beta"
    LRT = max(0.0, 2.0 * (ll - ll0)) if selected else 0.0
    return SelectionModel(
        **{"selection": selection, "method": method, "level": level, "k": k, "p": p},
        **{"beta": beta, "se": se, "stat": stat, "ci_lb": ci_lb, "ci_ub": ci_ub},
        pval=tuple(None if z is None else float(two_sided(z)) for z in stat),
        **{"tau2": top.tau2, "se_tau2": errors[p], "delta": delta, "se_delta": se_delta},
        delta_lb=tuple(None if x is None else max(0.0, x) for x in delta_lb),
        **{"delta_ub": delta_ub, "counts": counts, "ll": ll, "ll0": ll0},
        **{"LRT": LRT, "LRTdf": len(top.delta), "LRTp": above_chi2(LRT, len(top.delta))},
        **{"iterations": top.steps, "tag": _tag(selection, method)},
        reasons=_reasons(top, (selection, method), errors),
    )


def errors_of(top: Maximum) -> tuple[float | None, ...]:
    """Standard errors from the observed information; None on a bound."""
    errors: list[float | None] = [None] * len(top.free)
    information = -top.likelihood.hessian[np.ix_(top.free, top.free)]
    scale = np.sqrt(np.abs(np.diag(information)))
    if not scale.all():
        return tuple(errors)
    values = np.linalg.eigvalsh(information / scale / scale[:, None])
    if values[0] <= 1e-12:
        return tuple(errors)
    variances = np.diag(np.linalg.inv(information / scale / scale[:, None])) / scale**2
    for i, variance in zip(np.flatnonzero(top.free), variances.tolist(), strict=True):
        errors[i] = variance**0.5
    return tuple(errors)


def _interval(values, errors, level: float):
    """Wald bounds, None where there is no error."""
    half = quantile(level)
    pairs = list(zip(values, errors, strict=True))
    lower = tuple(None if e is None else x - half * e for x, e in pairs)
    return lower, tuple(None if e is None else x + half * e for x, e in pairs)


def _tag(selection: Selection, method: str) -> str:
    """What was done, in words."""
    steps = ", ".join(f"{a:g}" for a in sorted({*selection.steps, 1.0}))
    form = f"stepfun ({steps})" if selection.type == "stepfun" else selection.type
    return f"selection model, {form}, {selection.alternative}, {method}"


def _reasons(top: Maximum, options, errors) -> dict[str, str]:
    """Why errors and what rests on them are missing."""
    (selection, method), p, reasons = options, len(top.beta), {}
    step = selection.type == "stepfun"
    if not step:
        reasons["counts"] = "only stepfun has intervals"
    if not top.free[p]:
        bound = "tau2 is 0, on its bound: no standard error"
        reasons["se_tau2"] = bound if method == "ML" else f"{method} takes tau2 as 0"
    if step:
        reasons["se_delta[0]"] = FIRST
    if not top.free[p + 1 :].all():
        means = "the strongest selection" if selection.type == "beta" else "no selection"
        reasons["se_delta"] = f"delta is 0, on its bound, which is {means}: no standard error"
    if any(e is None for e, free in zip(errors, top.free, strict=True) if free):
        reasons |= dict.fromkeys(("se", "se_delta"), FLAT)
        if top.free[p]:
            reasons["se_tau2"] = FLAT
    return reasons
