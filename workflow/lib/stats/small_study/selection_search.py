"""The maximum of a selection model's likelihood: Newton's method with bounds, from several starts."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from workflow.lib.errors import ConvergenceError, NotEstimable
from workflow.lib.stats.small_study.selection_likelihood import Likelihood, SelectionProblem

TOLERANCE = 1e-9  # of the last step, in standard errors; the step after it is taken, too
MAX_STEPS = 200
FAR = 1e6  # effects in units of the smallest sei, or variances: beyond it there is no maximum
STEEP = 12.0  # log delta: weights that differ by more than 160,000 to 1 are no estimate


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the search ended."""

    beta: np.ndarray  # (p,)
    tau2: float
    delta: np.ndarray  # (m,)
    likelihood: Likelihood
    k: int  # studies
    free: np.ndarray  # (p + 1 + m,) parameters that are not on a bound
    steps: int


def maximise(problem: SelectionProblem, beta, tau2: float, *, equal: bool) -> Maximum:
    """Return the highest of the maxima reached from several starts; `equal` keeps tau2 at 0.

    A likelihood may have one maximum at a tau2 of 0 and a higher one far from it: the searches
    start from several deltas, each with tau2, and with the spread of the effects in its place, there
    also from a mean two of its roots lower, where selection may have hidden most studies. A
    delta that starts at 0, the end of its range, stays there while the likelihood falls away from it.

    `beta` (p,) and `tau2` are those without selection. The problem's effects should be in units of
    their smallest standard error.

    Raises
    ------
    NotEstimable
        If the likelihood rises without end from every start.
    ConvergenceError
        If a search did not end.
    """
    found, failures = [], []
    places = [(beta, tau2)]
    if not equal:
        spread = float(np.var(problem.yi - problem.X @ beta))
        down = np.linalg.lstsq(problem.X, np.ones(len(problem.yi)), rcond=None)[0]
        places += [(beta, spread), (beta - 2.0 * np.sqrt(spread) * down, spread)]
    for start, place in product(problem.weights.starts, places):
        delta = np.broadcast_to(np.asarray(start, dtype=float), (problem.weights.m,))
        try:
            found.append(_climb(problem, (*place, delta), equal))
        except (NotEstimable, ConvergenceError) as error:
            failures.append(error)
    if not found:
        raise failures[0]
    return max(found, key=lambda maximum: maximum.likelihood.value)


@dataclass(slots=True)
class _Point:
    """Parameters in the search's own coordinates: delta, or its logarithm if `logs`."""

    problem: SelectionProblem
    x: np.ndarray
    logs: bool
    likelihood: Likelihood
    gradient: np.ndarray
    hessian: np.ndarray


def _parts(problem, x, logs: bool):
    """(beta, tau2, delta) of a point."""
    p = problem.X.shape[1]
    delta = x[p + 1 :]
    return x[:p], float(x[p]), np.exp(delta) if logs else delta


def _point(problem, x, logs: bool) -> _Point:
    """Evaluate, with derivatives by the search's coordinates."""
    parts = _parts(problem, x, logs)
    at = problem.at(*parts)
    gradient, hessian = at.gradient.copy(), at.hessian.copy()
    if logs:
        slope = np.ones(len(x))
        slope[problem.X.shape[1] + 1 :] = parts[2]
        gradient = gradient * slope
        hessian = hessian * slope * slope[:, None]
        own = np.arange(problem.X.shape[1] + 1, len(x))
        hessian[own, own] += gradient[own]
    return _Point(problem, x, logs, at, gradient, hessian)


def _climb(problem, start, equal: bool) -> Maximum:
    """One search; of a delta without a floor on the scale of its logarithm, unless it starts at 0."""
    beta, tau2, delta = start
    logs = problem.weights.floor is None and bool((delta > 0.0).all())
    x = np.concatenate([beta, [0.0 if equal else tau2], np.log(delta) if logs else delta])
    lower = np.full(len(x), -np.inf)
    lower[len(beta)] = 0.0
    if not logs:
        lower[len(beta) + 1 :] = problem.weights.floor or 0.0
    fixed = np.zeros(len(x), dtype=bool)
    fixed[len(beta)] = equal
    here = _point(problem, x, logs)
    for step in range(1, MAX_STEPS + 1):
        free = ~fixed & ~((here.x <= lower) & (here.gradient <= 0.0))
        move, size = _newton(here, free)
        there = _line_search(here, move, lower, size)
        if size < TOLERANCE:
            parts = _parts(problem, there.x, logs)
            return Maximum(*parts, there.likelihood, len(problem.yi), free, step)
        _refuse_runaway(there)
        here = there
    raise ConvergenceError(
        f"selection model: last step {size:.2g} after {MAX_STEPS}; take fewer steps or another type"
    )


def _newton(here: _Point, free: np.ndarray) -> tuple[np.ndarray, float]:
    """Step uphill, and its length in standard errors: curvatures that are not negative are turned."""
    move = np.zeros(len(here.x))
    gradient, information = here.gradient[free], -here.hessian[np.ix_(free, free)]
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    values, vectors = np.linalg.eigh(information * scale * scale[:, None])
    values = np.maximum(np.abs(values), 1e-8)
    along = vectors.T @ (scale * gradient)
    move[free] = scale * (vectors @ (along / values))
    return move, float(np.sqrt((along**2 / values).sum()))


def _line_search(here: _Point, move, lower, size: float) -> _Point:
    """First point along the step, halved as often as needed, at which the likelihood is higher."""
    own = here.problem.X.shape[1] + 1
    steepest = np.abs(move[own:]).max(initial=0.0) if here.logs else 0.0
    share = min(1.0, 2.0 / steepest) if steepest > 0.0 else 1.0
    for _ in range(60):
        x = np.maximum(here.x + share * move, lower)
        with np.errstate(all="ignore"):  # far off a weight may vanish: that point is refused
            there = _point(here.problem, x, here.logs)
        fine = np.isfinite(there.likelihood.value) and np.isfinite(there.hessian).all()
        rise = there.likelihood.value - here.likelihood.value
        rounding = 1e-12 * max(1.0, abs(here.likelihood.value))
        if fine and (rise > 0.0 or (size < 1e-5 and rise > -rounding)):
            return there
        share *= 0.5
    raise ConvergenceError("selection model: no step uphill; take fewer steps or another type")


def _refuse_runaway(there: _Point) -> None:
    """Stop a search that leaves the range in which an estimate means anything."""
    p = there.problem.X.shape[1]
    _, tau2, delta = _parts(there.problem, there.x, there.logs)
    mean = np.abs(there.problem.X @ there.x[:p]).max()
    if mean > FAR + 100.0 * np.abs(there.problem.yi).max() or tau2 > FAR**2:
        raise NotEstimable("the likelihood rises without end in the mean: no estimate")
    if there.logs and np.abs(np.log(np.maximum(delta, 1e-300))).max(initial=0.0) > STEEP:
        raise NotEstimable(
            "the likelihood rises without end in delta: no estimate; take another type"
        )
    if not there.logs and delta.max(initial=0.0) > np.exp(STEEP):
        raise NotEstimable("the likelihood rises without end in delta: no estimate")
