"""Likelihood of a linear model whose between-study variance differs between studies."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi

import numpy as np

from workflow.lib.errors import ConvergenceError

TOLERANCE = 1e-12  # of the last step, relative to the parameters and their scale
MAX_STEPS = 100
HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Point:
    """(Restricted) log-likelihood and its derivatives at one set of parameters."""

    value: float
    score: np.ndarray  # (q,)
    observed: np.ndarray  # (q, q) information
    expected: np.ndarray  # (q, q) information


def likelihood_at(model, tau2, slopes, *, restricted: bool, bends=None) -> Point:
    """Return the log-likelihood of a `LinearModel` at the between-study variances `tau2` (k,).

    `slopes` (k, q) are their derivatives with respect to the parameters; `bends` (k, q, q) the
    second ones, None if they are 0. The constants are those of metafor.

    Notes
    -----
    With P the projection matrix the score is half the slopes times (Py)^2 - diag(P), or
    - w for ML (Harville 1977); sums over pairs of studies are taken over coefficients instead.
    """
    total = model.vi + tau2
    w = 1.0 / total
    P = model.projection(w)
    residual = P.residual(model.contrast)
    Py, weighted = w * residual, slopes * (w * w)[:, None]
    trace = w * P.free if restricted else w
    excess = Py * Py - trace
    own = w * w * (2.0 * P.free - 1.0) if restricted else w * w
    squares = slopes.T @ (slopes * own[:, None])
    if restricted:
        shares = np.stack([P.inverse @ P.gram(column) for column in weighted.T])
        squares += np.einsum("aij,bji->ab", shares, shares)
    pulled = slopes * Py[:, None]
    across = model.basis.T @ (pulled * w[:, None])
    quadratic = pulled.T @ (pulled * w[:, None]) - across.T @ P.inverse @ across
    observed = quadratic - 0.5 * squares
    if bends is not None:
        observed = observed - 0.5 * np.einsum("k,kab->ab", excess, bends)
    value = _value(model, total, P, float(Py @ residual), restricted)
    return Point(value, 0.5 * slopes.T @ excess, observed, 0.5 * squares)


def _value(model, total, P, Q: float, restricted: bool) -> float:
    """Log-likelihood with its constants."""
    terms = model.k * log(2.0 * pi) + float(np.log(total).sum()) + Q
    if restricted:
        gram = np.linalg.slogdet(P.gram(np.ones(model.k)))[1]
        terms += P.log_det() - float(gram) - model.p * log(2.0 * pi)
    return -0.5 * terms


def climb(function: Callable, start, *, lower, scale) -> tuple[np.ndarray, Point]:
    """Return the maximum of a likelihood that `start` (q,) leads to, and the point there.

    Newton's method on the parameters that are above `lower` or want to be, with the expected
    information where the observed one is not positive definite; steps are halved until the
    likelihood does not fall. `scale` is added to the parameters in the stopping rule.

    Raises
    ------
    ConvergenceError
        If the last step is not small.
    """
    here, point = np.asarray(start, dtype=float), function(start)
    for _ in range(MAX_STEPS):
        step = _newton(point, (here > lower) | (point.score > 0.0))
        for _ in range(HALVINGS):
            following = np.maximum(here + step, lower)
            there = function(following)
            if there.value >= point.value - 1e-13 * abs(point.value):
                break
            step = 0.5 * step
        done = np.abs(following - here) <= TOLERANCE * (np.abs(following) + scale)
        here, point = following, there
        if done.all():
            return here, point
    raise ConvergenceError(
        "heteroscedastic likelihood: no maximum in the inside; tau2 of some studies goes to 0"
    )


def _newton(point: Point, free: np.ndarray) -> np.ndarray:
    """Step of the free parameters; the others stay."""
    step = np.zeros(len(free))
    rows = np.flatnonzero(free)
    if not len(rows):
        return step
    for information in (point.observed, point.expected):
        part = information[np.ix_(rows, rows)]
        diagonal = np.diag(part)
        if not (diagonal > 0.0).all():
            continue
        root = np.sqrt(diagonal)
        unit = part / np.outer(root, root)
        if np.linalg.eigvalsh(unit)[0] > 1e-10:
            step[rows] = np.linalg.solve(unit, point.score[rows] / root) / root
            return step
    raise ConvergenceError("heteroscedastic likelihood: flat; use fewer groups or scale columns")
