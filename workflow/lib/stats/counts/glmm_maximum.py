"""Maximum of a count model's likelihood: shared coefficients, scales, and one effect per study."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.counts.glmm_likelihood import CountModel

TOLERANCE = 1e-9  # of the last Newton step, on the log odds or log rate scale
MAX_STEPS = 200
TINY = 1e-10  # information of a parameter that the counts say nothing about
LONGEST = 2.0  # step of a parameter, on the same scale


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihood is largest."""

    ll: float
    shared: np.ndarray  # fixed coefficients, then scales
    own: np.ndarray  # (k,); empty if the studies have none of their own
    information: np.ndarray  # of the shared parameters, own ones profiled out
    own_information: np.ndarray  # (k,), of each own parameter, all others held
    cross_information: np.ndarray  # (k, shared), between own and shared
    shared_information: np.ndarray  # of the shared parameters, own ones held


def maximise(model: CountModel, shared, own=None) -> Maximum:
    """Return the maximum of `model`'s likelihood, from a start at `shared` and `own`.

    Raises
    ------
    ConvergenceError
        If the last step is still too long after MAX_STEPS steps.

    Notes
    -----
    Newton's method; the own parameters are eliminated study by study, so a step costs O(k).
    Steps that do not rise are halved.
    """
    shared = np.asarray(shared, dtype=float)
    own = np.zeros(0) if own is None else np.asarray(own, dtype=float)
    ll = _value(model, shared, own)
    for _ in range(MAX_STEPS):
        gradient, parts = _derivatives(model, shared, own)
        move, own_move = _step(gradient, parts, own.size > 0)
        longest = max(np.abs(move).max(initial=0.0), np.abs(own_move).max(initial=0.0))
        factor = min(1.0, LONGEST / longest) if longest > 0.0 else 1.0
        factor, ll = _rise(model, (shared, own), (move, own_move), factor, ll)
        shared, own = shared + factor * move, own + factor * own_move
        if longest < TOLERANCE:
            return _maximum(ll, shared, own, parts)
    raise ConvergenceError(
        f"likelihood of the counts: last step {longest:.2g} after {MAX_STEPS} steps; "
        "try method EE or a model with fewer parameters"
    )


def _value(model, shared, own) -> float:
    """Log likelihood of all studies."""
    return float(model.loglik(_parameters(model, shared, own)).sum())


def _parameters(model, shared, own) -> np.ndarray:
    """One row per study: own, shared."""
    rows = np.broadcast_to(shared, (model.offset.shape[0], shared.size))
    return np.column_stack([own, rows]) if own.size else rows.copy()


def _derivatives(model, shared, own):
    """Gradient (own, shared) and minus the second derivatives (own, cross, shared)."""
    parameters = _parameters(model, shared, own)
    gradient, bend = model.gradient(parameters), -model.hessian(parameters)
    if not own.size:
        none = np.zeros((0, shared.size))
        return (np.zeros(0), gradient.sum(axis=0)), (np.zeros(0), none, bend.sum(axis=0))
    parts = (bend[:, 0, 0], bend[:, 0, 1:], bend[:, 1:, 1:].sum(axis=0))
    return (gradient[:, 0], gradient[:, 1:].sum(axis=0)), parts


def _step(gradient, parts, has_own):
    """Newton step of the shared and of the own parameters, uphill in any case."""
    (g_own, g_shared), (own, cross, shared) = gradient, parts
    own = np.maximum(np.abs(own), TINY)
    profile = shared - (cross.T / own) @ cross if has_own else shared
    values, vectors = np.linalg.eigh(profile)
    values = np.maximum(np.abs(values), TINY * max(1.0, np.abs(values).max()))
    push = g_shared - cross.T @ (g_own / own) if has_own else g_shared
    move = vectors @ ((vectors.T @ push) / values)
    return move, (g_own - cross @ move) / own


def _rise(model, at, moves, factor, ll):
    """Share of the step that does not lower the likelihood, and the likelihood there."""
    slack = 1e-11 * (1.0 + abs(ll))  # rounding of the sum near the top
    for _ in range(40):
        value = _value(model, *(x + factor * step for x, step in zip(at, moves, strict=True)))
        if value >= ll - slack:
            return factor, value
        factor *= 0.5
    return 0.0, ll


def _maximum(ll, shared, own, parts) -> Maximum:
    """Complete the record."""
    own_information, cross, shared_information = parts
    information = shared_information
    if own.size:
        information = information - (cross.T / np.maximum(own_information, TINY)) @ cross
    return Maximum(ll, shared, own, information, own_information, cross, shared_information)
