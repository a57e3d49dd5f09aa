"""Estimates of tau2 of many problems at once; formulas and sources as in `workflow.lib.stats.tau2`.

A collection of problems (`Without`) offers, for the problems `rows` and one tau2 each,
the members of `Moments` (`at`) and the log-likelihood, and as arrays over all problems k, df,
floor (smallest vi) and the unweighted sums of squares.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

TOLERANCE = 1e-10  # of the last step, relative to tau2 + min(vi); the next one would be its square
MAX_STEPS = 60
NOISE = 1e-12  # of a difference of log-likelihoods, relative: below it the root stands


@dataclass(frozen=True, slots=True)
class ManyMoments:
    """Members of `Moments`, one for each of n problems; arrays (n,)."""

    sum_w: np.ndarray
    sum_ww: np.ndarray
    trP: np.ndarray
    trPP: np.ndarray
    Q: np.ndarray
    yPPy: np.ndarray
    yPPPy: np.ndarray
    free: np.ndarray  # 1 - h of a deleted study in the fit of all; 1 where none is deleted


def tau2_of_many(problems, rows: np.ndarray, method: str) -> np.ndarray:
    """Return tau2 of each of the problems `rows` (n,) by `method`, as `estimate_tau2` would.

    All problems must have residual degrees of freedom. NaN where the last step was too large.
    """
    return ESTIMATORS[method](problems, rows)


def _zeros(problems, rows) -> np.ndarray:
    return np.zeros(len(rows))


def _dl(problems, rows) -> np.ndarray:
    m = problems.at(rows, np.zeros(len(rows)))
    return np.maximum(0.0, (m.Q - problems.df[rows]) / m.trP)


def _hs(problems, rows) -> np.ndarray:
    m = problems.at(rows, np.zeros(len(rows)))
    return np.maximum(0.0, (m.Q - problems.k[rows]) / m.sum_w)


def _hsk(problems, rows) -> np.ndarray:
    m, factor = problems.at(rows, np.zeros(len(rows))), problems.k[rows] / problems.df[rows]
    return np.maximum(0.0, (factor * m.Q - problems.k[rows]) / m.sum_w)


def _he(problems, rows) -> np.ndarray:
    excess = problems.spread[rows] - problems.expected_spread[rows]
    return np.maximum(0.0, excess / problems.df[rows])


def _sj(problems, rows) -> np.ndarray:
    start = problems.total_spread[rows] / problems.k[rows]
    return start * problems.at(rows, start).Q / problems.df[rows]


def _pm(problems, rows) -> np.ndarray:
    return _solve_q(problems, rows, problems.df[rows])


def _pmm(problems, rows) -> np.ndarray:
    return _solve_q(problems, rows, 2.0 * gammaincinv(problems.df[rows] / 2.0, 0.5))


def _reml(problems, rows) -> np.ndarray:
    return _maximise(problems, rows, restricted=True)


def _ml(problems, rows) -> np.ndarray:
    return _maximise(problems, rows, restricted=False)


def _solve_q(problems, rows, target: np.ndarray) -> np.ndarray:
    """Newton's method on 1/Q from the left, which needs no bracket."""
    tau2, open_ = np.zeros(len(rows)), np.arange(len(rows))
    for _ in range(MAX_STEPS):
        m = problems.at(rows[open_], tau2[open_])
        excess = m.Q / target[open_] - 1.0
        step = np.where(excess > 0.0, m.Q * excess / np.where(m.yPPy > 0.0, m.yPPy, 1.0), 0.0)
        tau2[open_] += step
        open_ = open_[step > TOLERANCE * (tau2[open_] + problems.floor[rows[open_]])]
        if not len(open_):
            return tau2
    tau2[open_] = np.nan
    return tau2


def _maximise(problems, rows, *, restricted: bool) -> np.ndarray:
    """The maximum that the HE estimate leads to, or 0 if the likelihood is larger there."""
    zeros = np.zeros(len(rows))
    at_zero = problems.at(rows, zeros)
    slope = _slope(at_zero, restricted)
    start = _he(problems, rows)
    inside = (problems.spread[rows] > 0.0) & ((start > 0.0) | (slope > 0.0))
    tau2 = np.where(inside, start, 0.0)
    open_ = np.flatnonzero(inside)
    tau2[open_] = _climb(problems, rows[open_], start[open_], slope[open_] > 0.0, restricted)
    above = np.flatnonzero(tau2 > 0.0)
    if len(above):
        at_root = problems.at(rows[above], tau2[above])
        root, origin = (
            problems.loglik(rows[above], t, m, restricted=restricted)
            for t, m in ((tau2[above], at_root), (zeros[above], _take(at_zero, above)))
        )
        tau2[above[origin > root + NOISE * (1.0 + np.abs(root))]] = 0.0
    return tau2


def _take(m, rows):
    """The moments of some of the problems."""
    return type(m)(*(getattr(m, name)[rows] for name in m.__slots__))


def _slope(m, restricted: bool) -> np.ndarray:
    """Twice the derivative of each log-likelihood with respect to tau2."""
    return m.yPPy - (m.trP if restricted else m.sum_w)


def _climb(problems, rows, start, rises_at_zero, restricted: bool) -> np.ndarray:
    """Roots of the scores, each kept in a bracket from 0 to its sum of squares of yi."""
    tau2, low, high = start.copy(), np.zeros(len(rows)), problems.spread[rows]
    open_, floor = np.arange(len(rows)), problems.floor[rows]
    for _ in range(MAX_STEPS):
        if not len(open_):
            return tau2
        here = tau2[open_]
        m = problems.at(rows[open_], here)
        rising = _slope(m, restricted) > 0.0
        low[open_[rising]], high[open_[~rising]] = here[rising], here[~rising]
        sunk = (high[open_] < 1e-3 * floor[open_]) & ~rises_at_zero[open_]
        following = _propose(m, here, (low[open_], high[open_]), restricted)
        tau2[open_] = np.where(sunk, 0.0, following)
        done = np.abs(following - here) <= TOLERANCE * (following + floor[open_])
        open_ = open_[~(done | sunk)]
    tau2[open_] = np.nan
    return tau2


def _propose(m, tau2, bracket, restricted: bool) -> np.ndarray:
    """Next tau2: Newton on B / A - 1, else average information, else the bracket's middle."""
    B, dB = (m.trP, -m.trPP) if restricted else (m.sum_w, -m.sum_ww)
    low, high = bracket
    slope = m.yPPy - B
    bend = dB * m.yPPy + 2.0 * B * m.yPPPy
    following = 0.5 * (low + high)
    for numerator, denominator in ((slope, m.yPPPy), (slope * m.yPPy, bend)):
        step = numerator / np.where(denominator > 0.0, denominator, np.inf)
        inside = (denominator > 0.0) & (tau2 + step >= low) & (tau2 + step <= high)
        following = np.where(inside, tau2 + step, following)
    return following


ESTIMATORS: dict[str, Callable] = {
    "EE": _zeros,
    "FE": _zeros,
    "DL": _dl,
    "HE": _he,
    "HS": _hs,
    "HSk": _hsk,
    "SJ": _sj,
    "ML": _ml,
    "REML": _reml,
    "EB": _pm,
    "PM": _pm,
    "PMM": _pmm,
    "DLIT": _pm,
    "SJIT": _pm,
}
