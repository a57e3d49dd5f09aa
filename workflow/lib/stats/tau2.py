"""Estimators of the between-study variance tau2, and their standard errors.

All see the data through a model such as `InterceptModel`, which offers k, p, df and the sums of
a weighted fit at a given tau2 in O(k). A model with moderators can offer the same members later.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaincinv

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.moments import Moments

TOLERANCE = 1e-12  # of the last step, relative to tau2 + min(vi): the same answer on any scale
MAX_STEPS = 200


def estimate_tau2(model, method: str) -> tuple[float, float | None]:
    """Return tau2 and its standard error by `method`; the error is None for EE and FE."""
    if method not in ESTIMATORS:
        raise InputError([f"method {method!r}: admissible are {', '.join(ESTIMATORS)}"])
    if model.k <= model.p:
        raise NotEstimable(f"tau2 needs more than {model.p} studies, there are {model.k}")
    return ESTIMATORS[method](model)


def solve_q(model, target: float, *, start: float = 0.0) -> float:
    """Return the tau2 at which Q(tau2) = `target`; 0 if Q is below it everywhere.

    Notes
    -----
    Newton's method on 1/Q, which rises and is concave in tau2: from the left every step
    falls short of the root, so it needs no bracket.
    """
    tau2, floor = start, float(model.vi.min())
    for _ in range(MAX_STEPS):
        Q, yPPy = model.q_at(tau2)
        excess = Q / target - 1.0
        if excess <= 0.0:
            return tau2
        step = Q * excess / yPPy
        tau2 += step
        if step <= TOLERANCE * (tau2 + floor):
            return tau2
    raise ConvergenceError(f"Q(tau2) = {target:.4g}: last step {step:.2g}; check yi and vi")


def _none(model) -> tuple[float, None]:
    """Equal effects: tau2 is 0 by assumption."""
    return 0.0, None


def _spread_of_quadratic(m: Moments, df: int, shift: float) -> float:
    """Standard deviation of y'Py when the total variance is 1/w + `shift`."""
    return float(np.sqrt(2.0 * (df + 2.0 * shift * m.trP + shift**2 * m.trPP)))


def _dl(model) -> tuple[float, float]:
    """Moment estimator (DerSimonian & Laird 1986); error as in Biggerstaff & Tweedie (1997)."""
    m = model.at(0.0)
    tau2 = max(0.0, (m.Q - model.df) / m.trP)
    return tau2, _spread_of_quadratic(m, model.df, tau2) / m.trP


def _hs(model) -> tuple[float, float]:
    """Estimator of Hunter & Schmidt (1990)."""
    m = model.at(0.0)
    tau2 = max(0.0, (m.Q - model.k) / m.sum_w)
    return tau2, _spread_of_quadratic(m, model.df, tau2) / m.sum_w


def _hsk(model) -> tuple[float, float]:
    """Hunter-Schmidt estimator with the small-sample factor k / (k - p) (Brannick et al. 2019)."""
    m, factor = model.at(0.0), model.k / model.df
    tau2 = max(0.0, (factor * m.Q - model.k) / m.sum_w)
    return tau2, factor * _spread_of_quadratic(m, model.df, tau2) / m.sum_w


def _he_untruncated(model) -> float:
    """Unweighted moment estimator, possibly negative (Hedges & Olkin 1985)."""
    return (model.spread() - float(model.vi.sum()) * (1.0 - 1.0 / model.k)) / model.df


def _he(model) -> tuple[float, float]:
    """Unweighted moment estimator of Hedges; its error from the variance of y'Py."""
    v, k, tau2 = model.vi, model.k, max(0.0, _he_untruncated(model))
    trPVPV = float(v @ v) * (1.0 - 2.0 / k) + (float(v.sum()) / k) ** 2
    trPV = float(v.sum()) * (1.0 - 1.0 / k)
    spread = np.sqrt(2.0 * (trPVPV + 2.0 * tau2 * trPV + tau2**2 * model.df))
    return tau2, float(spread) / model.df


def _sj(model) -> tuple[float, float]:
    """Model error variance estimator (Sidik & Jonkman 2005); positive unless all yi are equal."""
    start = model.spread() / model.k
    if start == 0.0:
        return 0.0, 0.0
    m, factor = model.at(start), start / model.df
    tau2 = factor * m.Q
    return tau2, factor * _spread_of_quadratic(m, model.df, tau2 - start)


def _pm(model, target: float | None = None) -> tuple[float, float]:
    """Generalised Q equal to its expectation (Paule & Mandel 1982); the same root as EB."""
    tau2 = solve_q(model, model.df if target is None else target)
    error = np.sqrt(2.0 * model.k**2 / model.df) / model.at(tau2).sum_w
    return tau2, float(error)


def _pmm(model) -> tuple[float, float]:
    """Generalised Q equal to its median (Viechtbauer 2021)."""
    return _pm(model, 2.0 * float(gammaincinv(model.df / 2.0, 0.5)))


def _ml(model) -> tuple[float, float]:
    """Maximum likelihood; the error from the expected information (Viechtbauer 2005)."""
    tau2 = maximise_likelihood(model, restricted=False)
    return tau2, float(np.sqrt(2.0 / model.at(tau2).sum_ww))


def _reml(model) -> tuple[float, float]:
    """Restricted maximum likelihood; error from the expected information (Viechtbauer 2005)."""
    tau2 = maximise_likelihood(model, restricted=True)
    return tau2, float(np.sqrt(2.0 / model.at(tau2).trPP))


def maximise_likelihood(model, *, restricted: bool, max_steps: int = MAX_STEPS) -> float:
    """Return the tau2 of the (restricted) likelihood's maximum that the HE estimate leads to.

    The likelihood may have several maxima. The answer is defined as metafor defines it: the
    one reached from HE, or 0 if the likelihood is larger there.

    Raises
    ------
    ConvergenceError
        If no step was small enough, relative to tau2 + min(vi).
    """
    start = max(0.0, _he_untruncated(model))
    at_zero = _slope(model.at(0.0), restricted=restricted)
    if model.spread() == 0.0 or (start == 0.0 and at_zero <= 0.0):
        return 0.0
    tau2 = _climb(model, start, at_zero > 0.0, restricted=restricted, max_steps=max_steps)
    at_root, at_origin = (model.loglik(t, restricted=restricted) for t in (tau2, 0.0))
    return 0.0 if at_origin > at_root else tau2


def _slope(m: Moments, *, restricted: bool) -> float:
    """Twice the derivative of the log-likelihood with respect to tau2."""
    return m.yPPy - (m.trP if restricted else m.sum_w)


def _climb(model, tau2, rises_at_zero, *, restricted: bool, max_steps: int) -> float:
    """Root of the score, kept in a bracket that starts as 0 and the sum of squares of yi."""
    low, high, floor = 0.0, model.spread(), float(model.vi.min())
    for _ in range(max_steps):
        m = model.at(tau2)
        slope = _slope(m, restricted=restricted)
        low, high = (tau2, high) if slope > 0.0 else (low, tau2)
        if high < 1e-3 * floor and not rises_at_zero:
            return 0.0  # the likelihood has no structure on a scale so far below min(vi)
        following = _propose(m, tau2, slope, (low, high), restricted=restricted)
        if abs(following - tau2) <= TOLERANCE * (following + floor):
            return following
        tau2 = following
    raise ConvergenceError(
        f"likelihood: tau2 still in [{low:.4g}, {high:.4g}] after {max_steps} steps; try method DL"
    )


def _propose(m: Moments, tau2, slope, bracket, *, restricted: bool) -> float:
    """Next tau2: Newton on B / A - 1, else average information, else the bracket's middle.

    A = y'PPy and B = trace(P) (or of W) are the score's two parts; their ratio is a straight
    line in tau2 if all vi are equal.
    """
    B, dB = (m.trP, -m.trPP) if restricted else (m.sum_w, -m.sum_ww)
    low, high = bracket
    bend = dB * m.yPPy + 2.0 * B * m.yPPPy
    steps = [slope * m.yPPy / bend] if bend > 0.0 else []
    steps += [slope / m.yPPPy] if m.yPPPy > 0.0 else []
    inside = [tau2 + step for step in steps if low <= tau2 + step <= high]
    return inside[0] if inside else 0.5 * (low + high)


ESTIMATORS: dict[str, Callable] = {
    "REML": _reml,
    "DL": _dl,
    "PM": _pm,
    "EE": _none,
    "FE": _none,
    "ML": _ml,
    "EB": _pm,
    "PMM": _pmm,
    "HE": _he,
    "HS": _hs,
    "HSk": _hsk,
    "SJ": _sj,
}
