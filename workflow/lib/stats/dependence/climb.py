"""The variances that maximise a likelihood: average-information Newton with step halving."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.dependence.likelihood import Evaluation, Likelihood

TOLERANCE = 1e-11  # of the last step, relative to the variance + min(vi)
ROUNDING = 1e-13  # of ll per estimate: smaller differences are noise
NEAR = 0.02  # relative step below which the true curvature replaces the average information
PATIENCE = 12  # steps after which it does so anywhere
MAX_STEPS = 300


@dataclass(frozen=True, slots=True)
class Task:
    """What to maximise, and which variances are given."""

    likelihood: Likelihood
    fixed: tuple  # a value, or None where the variance is to be estimated
    floor: float  # smallest sampling variance

    @property
    def free(self) -> list[int]:
        """Numbers of the variances to be estimated."""
        return [i for i, value in enumerate(self.fixed) if value is None]


def maximise(task: Task, starts) -> Evaluation:
    """Return the highest maximum that the climbs from `starts` reach.

    Raises
    ------
    ConvergenceError
        If no climb comes to rest.
    """
    best, last = None, None
    for start in starts:
        try:
            found = climb(task, start)
        except ConvergenceError as problem:
            last = problem
            continue
        if best is None or found.ll > best.ll + ROUNDING * len(found.Py):
            best = found
    if best is None:
        raise last
    return best


def climb(task: Task, start) -> Evaluation:
    """Return the maximum that leads up from `start`; a variance may end at 0.

    A variance at 0 whose slope is not upward is left out of the step; a step that would lower
    the likelihood is halved.

    Raises
    ------
    ConvergenceError
        If no maximum is found.
    """
    point = np.array([s if f is None else f for s, f in zip(start, task.fixed, strict=True)])
    here, near = task.likelihood.at(point, task.free), False
    for count in range(MAX_STEPS):
        active = [i for i in task.free if here.parameters[i] > 0.0 or here.slope[i] > 0.0]
        if not active:
            return here
        exact = near or count >= PATIENCE
        here, moved = _accepted(task, here, _step(task, here, active, exact=exact))
        distance = float((np.abs(moved) / (here.parameters + task.floor)).max())
        if distance <= TOLERANCE:
            return here
        near = distance <= NEAR
    raise ConvergenceError(
        f"likelihood: variances still at {here.parameters.tolist()} after {MAX_STEPS} steps; "
        "check yi and V, or fix a variance"
    )


def _step(task: Task, here: Evaluation, active: list[int], *, exact: bool) -> np.ndarray:
    """Newton step in the variances that may move, damped where the information is singular."""
    information = here.information[np.ix_(active, active)]
    if exact:
        curvature = _curvature(task, here, active)
        if np.linalg.eigvalsh(curvature)[0] > 0.0:
            information = curvature
    # where all effects are equal the average information is 0: no step is infinite
    widest = float(task.likelihood.model.V.diagonal().max() + here.parameters.max())
    scale = np.maximum(np.sqrt(np.diag(information)), 1e-8 / widest)
    relative = information / np.outer(scale, scale) + 1e-12 * np.eye(len(active))
    step = np.zeros(len(here.parameters))
    step[active] = np.linalg.lstsq(relative, here.slope[active] / scale, rcond=1e-14)[0] / scale
    return step


def _curvature(task: Task, here: Evaluation, active: list[int]) -> np.ndarray:
    """Negative second derivatives of ll, from differences of its slope."""
    found = np.empty((len(active), len(active)))
    for column, i in enumerate(active):
        point = here.parameters.copy()
        point[i] += 1e-5 * (point[i] + task.floor)
        slope = task.likelihood.at(point, active).slope
        found[:, column] = (here.slope - slope)[active] / (point[i] - here.parameters[i])
    return 0.5 * (found + found.T)


def _accepted(task: Task, here: Evaluation, step: np.ndarray):
    """First point on the halved, clipped step that does not lower the likelihood."""
    noise = ROUNDING * max(len(here.Py), abs(here.ll))
    for _ in range(60):
        point = np.maximum(here.parameters + step, 0.0)
        moved = point - here.parameters
        following = task.likelihood.at(point, task.free)
        if following.ll >= here.ll - noise:
            return following, moved
        step = 0.5 * step
    return here, np.zeros_like(here.parameters)
