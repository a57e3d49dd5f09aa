"""Estimators of the between-study variance tau2, and their standard errors.

All see the data through a model, `InterceptModel` or `LinearModel`: k, p, df, vi, the sums of a
weighted fit at a given tau2 (`at`, `q_at`), of a fit with fixed weights (`quadratic`), the
likelihood and the unweighted sums of squares, all in O(k).
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaincinv

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.intercept import Moments, QuadraticForm
from workflow.lib.stats.roots import root_above
from workflow.lib.stats.weighted_chisq import GeneralisedQ

TOLERANCE = 1e-12  # of the last step, relative to tau2 + min(vi): the same answer on any scale
MAX_STEPS = 200


def estimate_tau2(model, method: str, *, fixed=None) -> tuple[float, float | None]:
    """Return tau2 and its standard error by `method`; the error is None for EE and FE.

    With `fixed` (at or above 0) tau2 is that value, and the error is what the method has there;
    None if there are no more studies than coefficients.

    Raises
    ------
    InputError
        For an unknown method, GENQ or GENQM without user weights, a fixed tau2 below 0.
    NotEstimable
        If tau2 is not fixed and there are not more studies than coefficients.
    ConvergenceError
        If an iteration did not end.
    """
    check_method(method, model.weights is not None)
    if fixed is not None and not 0.0 <= fixed < np.inf:
        raise InputError([f"tau2 {fixed}: must be finite and not below 0"])
    if method not in EQUAL and model.df <= 0:
        if fixed is None:
            raise NotEstimable(f"tau2 needs more than {model.p} studies, there are {model.k}")
        return float(fixed), None
    return (ESTIMATORS.get(method) or WEIGHTED[method])(model, fixed)


def check_method(method: str, has_weights: bool) -> None:
    """Refuse methods that do not exist or that lack their weights.

    Raises
    ------
    InputError
        Names the admissible methods.
    """
    if method not in ESTIMATORS and method not in WEIGHTED:
        raise InputError(
            [f"method {method!r}: admissible are {', '.join((*ESTIMATORS, *WEIGHTED))}"]
        )
    if method in WEIGHTED and not has_weights:
        raise InputError([f"method {method} needs user weights: give weights to the model"])


def solve_q(model, target: float, *, start: float = 0.0) -> float:
    """Return the tau2 at which Q(tau2) = `target`; 0 if Q is below it everywhere.

    Raises
    ------
    ConvergenceError
        If no step was small enough.

    Notes
    -----
    Newton's method on 1/Q, which rises and is concave in tau2: from the left every step
    falls short of the root, so it needs no bracket.
    """
    tau2, floor, before = start, model.least, None
    for _ in range(MAX_STEPS):
        Q, yPPy = model.q_at(tau2)
        excess = Q / target - 1.0
        if excess <= 0.0:
            return tau2
        step = Q * excess / yPPy
        tau2 += step
        if _left_after(step, before) <= TOLERANCE * (tau2 + floor):
            return tau2
        before = step
    raise ConvergenceError(f"Q(tau2) = {target:.4g}: last step {step:.2g}; check yi and vi")


def _left_after(step: float, before: float | None) -> float:
    """Size of Newton's next step: the number of digits doubles, so that it need not be taken."""
    return step if before is None else step * min(1.0, (step / before) ** 2)


def _none(model, fixed) -> tuple[float, None]:
    """Equal effects: tau2 is 0 by assumption, or what is assumed instead."""
    return fixed or 0.0, None


def _or(fixed, estimate: float) -> float:
    """The fixed tau2 if there is one, else the estimate cut at 0."""
    return max(0.0, estimate) if fixed is None else fixed


def _spread_of_quadratic(m: Moments, df: int, shift: float) -> float:
    """Standard deviation of y'Py when the total variance is 1/w + `shift`."""
    return float(np.sqrt(2.0 * (df + 2.0 * shift * m.trP + shift**2 * m.trPP)))


def _dl(model, fixed) -> tuple[float, float]:
    """Moment estimator (DerSimonian & Laird 1986); error as in Biggerstaff & Tweedie (1997)."""
    m = model.at(0.0)
    tau2 = _or(fixed, (m.Q - model.df) / m.trP)
    return tau2, _spread_of_quadratic(m, model.df, tau2) / m.trP


def _hs(model, fixed) -> tuple[float, float]:
    """Estimator of Hunter & Schmidt (1990)."""
    m = model.at(0.0)
    tau2 = _or(fixed, (m.Q - model.k) / m.sum_w)
    return tau2, _spread_of_quadratic(m, model.df, tau2) / m.sum_w


def _hsk(model, fixed) -> tuple[float, float]:
    """Hunter-Schmidt estimator with the small-sample factor k / (k - p) (Brannick et al. 2019)."""
    m, factor = model.at(0.0), model.k / model.df
    tau2 = _or(fixed, (factor * m.Q - model.k) / m.sum_w)
    return tau2, factor * _spread_of_quadratic(m, model.df, tau2) / m.sum_w


def _he(model, fixed) -> tuple[float, float]:
    """Unweighted moment estimator of Hedges: all weights of the generalised Q are 1."""
    return _moment(model.quadratic(np.ones(model.k)), fixed)


def _genq(model, fixed) -> tuple[float, float]:
    """Moment estimator of the generalised Q with the user's weights (DerSimonian & Kacker 2007)."""
    return _moment(model.quadratic(model.weights), fixed)


def _genqm(model, fixed) -> tuple[float, float]:
    """Generalised Q with the user's weights equal to its median (Viechtbauer 2021)."""
    q = model.quadratic(model.weights)
    return _moment(q, solve_probability(model, model.weights, q, 0.5) if fixed is None else fixed)


def solve_probability(model, a, q: QuadraticForm, target: float) -> float:
    """Return the tau2 at which Q with weights `a` exceeds its observed value with `target`.

    The probability rises with tau2; 0 if it is above `target` everywhere. `q` is
    `model.quadratic(a)`.
    """

    def excess(tau2):
        return GeneralisedQ.of(model, a, tau2, q).above(q.Q) - target

    if q.Q <= 0.0 or excess(0.0) >= 0.0:
        return 0.0
    return root_above(excess, 0.0, scale=model.least)


def _moment(q: QuadraticForm, fixed) -> tuple[float, float]:
    """Q equal to its expectation; the error is the standard deviation of Q (Jackson 2013)."""
    tau2 = _or(fixed, (q.Q - q.trPV) / q.trP)
    variance = 2.0 * (q.trPVPV + 2.0 * tau2 * q.trPVP + tau2**2 * q.trPP)
    return tau2, float(np.sqrt(variance)) / q.trP


def _sj(model, fixed) -> tuple[float, float]:
    """Model error variance estimator (Sidik & Jonkman 2005); positive unless all yi are equal."""
    start = model.total_spread() / model.k
    if start == 0.0:
        return _or(fixed, 0.0), 0.0
    m, factor = model.at(start), start / model.df
    tau2 = _or(fixed, factor * m.Q)
    return tau2, factor * _spread_of_quadratic(m, model.df, tau2 - start)


def _pm(model, fixed, target: float | None = None) -> tuple[float, float]:
    """Generalised Q equal to its expectation (Paule & Mandel 1982).

    Empirical Bayes and the iterated forms of DL and SJ have the same root.
    """
    tau2 = fixed
    if fixed is None:
        tau2 = solve_q(model, model.df if target is None else target)
    error = np.sqrt(2.0 * model.k**2 / model.df) / model.at(tau2).sum_w
    return tau2, float(error)


def _pmm(model, fixed) -> tuple[float, float]:
    """Generalised Q equal to its median (Viechtbauer 2021)."""
    return _pm(model, fixed, 2.0 * float(gammaincinv(model.df / 2.0, 0.5)))


def _ml(model, fixed) -> tuple[float, float]:
    """Maximum likelihood; the error from the expected information (Viechtbauer 2005)."""
    tau2 = maximise_likelihood(model, restricted=False) if fixed is None else fixed
    return tau2, float(np.sqrt(2.0 / model.at(tau2).sum_ww))


def _reml(model, fixed) -> tuple[float, float]:
    """Restricted maximum likelihood; error from the expected information (Viechtbauer 2005)."""
    tau2 = maximise_likelihood(model, restricted=True) if fixed is None else fixed
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
    spread = model.spread()
    start = max(0.0, (spread - model.expected_spread()) / model.df)
    at_zero = _slope(model.at(0.0), restricted=restricted)
    if spread == 0.0 or (start == 0.0 and at_zero <= 0.0):
        return 0.0
    tau2 = _climb(model, start, spread, restricted=restricted, max_steps=max_steps)
    at_root, at_origin = (model.loglik(t, restricted=restricted) for t in (tau2, 0.0))
    return 0.0 if at_origin > at_root else tau2


def _slope(m: Moments, *, restricted: bool) -> float:
    """Twice the derivative of the log-likelihood with respect to tau2."""
    return m.yPPy - (m.trP if restricted else m.sum_w)


def _climb(model, tau2, high, *, restricted: bool, max_steps: int) -> float:
    """Root of the score, kept in a bracket that starts as 0 and the sum of squares of yi."""
    low, floor, before = 0.0, model.least, None
    rises_at_zero = _slope(model.at(0.0), restricted=restricted) > 0.0
    for _ in range(max_steps):
        m = model.at(tau2)
        slope = _slope(m, restricted=restricted)
        low, high = (tau2, high) if slope > 0.0 else (low, tau2)
        if high < 1e-3 * floor and not rises_at_zero:
            return 0.0  # the likelihood has no structure on a scale so far below min(vi)
        step, newton = _propose(m, slope, (low - tau2, high - tau2), restricted=restricted)
        left = abs(_left_after(step, before if newton else None))
        tau2, before = max(0.0, tau2 + step), step
        if left <= TOLERANCE * (tau2 + floor):
            return tau2
    raise ConvergenceError(
        f"likelihood: tau2 still in [{low:.4g}, {high:.4g}] after {max_steps} steps; try method DL"
    )


def _propose(m: Moments, slope, bracket, *, restricted: bool) -> tuple[float, bool]:
    """Step and whether it is Newton's, on B / A - 1; else average information or the middle.

    A = y'PPy and B = trace(P) (or of W) are the score's two parts; their ratio is a straight
    line in tau2 if all vi are equal. `bracket` holds the ends as seen from tau2.
    """
    B, dB = (m.trP, -m.trPP) if restricted else (m.sum_w, -m.sum_ww)
    low, high = bracket
    bend = dB * m.yPPy + 2.0 * B * m.yPPPy
    if bend > 0.0 and low <= slope * m.yPPy / bend <= high:
        return slope * m.yPPy / bend, True
    if m.yPPPy > 0.0 and low <= slope / m.yPPPy <= high:
        return slope / m.yPPPy, False
    return 0.5 * (low + high), False


EQUAL = ("EE", "FE")  # methods that take the true effects as equal
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
    "DLIT": _pm,
    "SJIT": _pm,
}
WEIGHTED: dict[str, Callable] = {"GENQ": _genq, "GENQM": _genqm}  # those that need user weights
