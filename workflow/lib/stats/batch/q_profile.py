"""Equations Q(tau2) = target for many groups at once: Paule-Mandel, and Q-profile intervals."""

from dataclasses import dataclass

import numpy as np

MAX_STEPS = 200
# The last step s of Newton on 1/Q leaves less than s^2 / (tau2 + min vi): about 1e-11 of that
LAST_STEP = 3e-6


@dataclass(frozen=True, slots=True)
class Roots:
    """Solutions, one per group."""

    tau2: np.ndarray  # (m,)
    stuck: np.ndarray  # (m,), bool: not solved within the allowed steps
    evaluations: int  # of Q, over all groups


@dataclass(frozen=True, slots=True)
class Known:
    """Q and y'PPy that were computed before, at `tau2`."""

    tau2: np.ndarray | float
    Q: np.ndarray
    yPPy: np.ndarray


def solve_q(problems, target: np.ndarray, known: tuple[Known, ...], start=0.0) -> Roots:
    """Return the tau2 at which Q(tau2) = `target` (m,); 0 where Q is below it everywhere.

    `known` holds values of Q, the first of them at tau2 = 0; `start` is a tau2 below the root.

    Notes
    -----
    1/Q rises and is concave in tau2: Newton steps from the left of the root fall short of it,
    so the largest of several such steps is the best. For the same reason 0 <= -f''/f' <=
    2 / (tau2 + min vi) for f = 1/Q, which bounds what a step leaves.
    """
    running = np.flatnonzero(target < known[0].Q)
    tau2 = np.zeros(len(target))
    best = np.broadcast_to(start, tau2.shape)
    for one in known:
        best = np.maximum(best, _reach(one, target))
    if not len(running):
        return Roots(tau2, np.zeros(len(target), dtype=bool), 0)
    tau2[running] = best[running]
    evaluations, problems, target = 0, problems.take(running), target[running]
    for _ in range(MAX_STEPS):
        t = tau2[running]
        evaluations += len(t)
        step = _step(Known(t, *problems.q_at(t)), target)
        tau2[running] = t + step
        left = np.flatnonzero(step > LAST_STEP * (t + step + problems.floor))
        if not len(left):
            running = running[:0]
            break
        if len(left) < len(running):
            running, problems, target = running[left], problems.take(left), target[left]
    stuck = np.zeros(len(tau2), dtype=bool)
    stuck[running] = True
    return Roots(tau2, stuck, evaluations)


def _reach(known: Known, target: np.ndarray) -> np.ndarray:
    """Where a step from a known point leads; 0 if that point is not below the root."""
    return np.where(target < known.Q, known.tau2 + _step(known, target), 0.0)


def _step(known: Known, target: np.ndarray) -> np.ndarray:
    """Newton step on 1/Q; 0 if the point is not below the root."""
    excess = np.maximum(known.Q / target - 1.0, 0.0)
    return known.Q * excess / np.where(excess > 0.0, known.yPPy, 1.0)


def profile_bounds(problems, quantiles, at_zero: Known, at_tau2: Known) -> tuple[Roots, Roots]:
    """Return the Q-profile bounds of tau2 (Viechtbauer 2007).

    `quantiles` are the upper and the lower quantile (m,) of chi-square. A bound whose equation
    has no solution above 0 is 0.
    """
    high, low = quantiles
    known = (at_zero, at_tau2)
    lower = solve_q(problems, high, known)
    return lower, solve_q(problems, low, known, start=lower.tau2)
