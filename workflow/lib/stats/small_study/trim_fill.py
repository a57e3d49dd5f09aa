"""Trim and fill: how many studies one side of the funnel lacks, and the mean with them put back.

Duval & Tweedie (2000a, 2000b).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.pooling import Pooled, random_effects
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.small_study.estimation import REML, Estimation, interpretable
from workflow.lib.stats.small_study.predictors import check_slope
from workflow.lib.stats.student import check_test
from workflow.lib.stats.tau2 import estimate_tau2

ESTIMATORS = ("L0", "R0", "Q0")
SIDES = ("auto", "left", "right")
MAX_STEPS = 100


@dataclass(frozen=True, slots=True)
class TrimFill:
    """Missing studies, the fit that includes their filled-in mirror images, and its parts."""

    k: int  # studies observed
    estimator: str  # L0, R0 or Q0
    side: str  # where studies are missing: left or right
    k0: int  # studies missing, estimated
    se_k0: float | None
    p_k0: float | None  # of "none is missing", R0 only
    filled_yi: tuple[float, ...]
    filled_vi: tuple[float, ...]
    fit: Pooled  # of the k + k0 studies
    iterations: int
    interpretable: bool  # enough studies for a judgement
    reason: str  # why it is not interpretable, else ""
    tag: str
    reasons: dict[str, str]  # why a field is None, by its name


def trim_fill(
    yi, vi, *, estimator="L0", side="auto", estimation: Estimation = REML, insist=False
) -> TrimFill:
    """Return the trim-and-fill analysis of Duval & Tweedie (2000a, 2000b).

    `yi` and `vi` have shape (k,). `side` auto takes the side that the slope of the effects on sei
    speaks for: right if it is negative, else left. `estimation` holds for all fits on the way.

    Raises
    ------
    InputError
        For bad rows or unknown options.
    NotEstimable
        Without studies; if Q0 has no real root, or if an estimate leaves no study.
    ConvergenceError
        If k0 still changes after 100 steps.
    """
    check_test(estimation.test, estimation.level)
    _check(estimator, side)
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    chosen = _steeper_side(yi, vi, estimation.method) if side == "auto" else side
    sign = -1.0 if chosen == "right" else 1.0
    order = np.argsort(sign * yi, kind="stable")
    y, v = sign * yi[order], vi[order]
    trim = _trim(y, v, estimator, estimation)
    start = len(y) - trim.k0
    filled = (2.0 * trim.centre - y[start:]) * sign, v[start:]
    fit = _fit(np.append(yi, filled[0]), np.append(vi, filled[1]), estimation)
    enough, reason = interpretable(len(yi), insist)
    spread, p, reasons = _uncertainty(trim, len(yi), estimator)
    return TrimFill(
        **{"k": len(yi), "estimator": estimator, "side": chosen, "k0": trim.k0},
        **{"se_k0": spread, "p_k0": p, "fit": fit, "iterations": trim.iterations},
        filled_yi=tuple(filled[0].tolist()),
        filled_vi=tuple(filled[1].tolist()),
        **{"interpretable": enough, "reason": reason, "reasons": reasons},
        tag=f"trim and fill, {estimator}, {chosen} side ({side}), {fit.tag}",
    )


@dataclass(frozen=True, slots=True)
class _Trimmed:
    """Where the iteration ended."""

    k0: int
    raw: float  # before rounding; may be negative
    centre: float  # mean of the studies that were kept
    iterations: int


def _check(estimator: str, side: str) -> None:
    """Refuse options that do not exist, all at once."""
    problems = []
    if estimator not in ESTIMATORS:
        problems.append(f"estimator {estimator!r}: admissible are {', '.join(ESTIMATORS)}")
    if side not in SIDES:
        problems.append(f"side {side!r}: admissible are {', '.join(SIDES)}")
    if problems:
        raise InputError(problems)


def _fit(yi, vi, estimation: Estimation) -> Pooled:
    """Pooled effect by the options of the analysis."""
    return random_effects(
        yi, vi, method=estimation.method, test=estimation.test, level=estimation.level
    )


def _steeper_side(yi, vi, method: str) -> str:
    """Side from which studies seem to be missing, by the slope of the effects on sei."""
    sei = np.sqrt(vi)
    try:
        check_slope(sei)
    except NotEstimable as reason:
        raise NotEstimable(f"side auto: {reason}; choose left or right") from None
    model = linear_model(yi, vi, np.column_stack([np.ones_like(sei), sei]))
    tau2, _ = estimate_tau2(model, method)
    return "right" if model.solution_at(tau2).beta[1] < 0.0 else "left"


def _trim(y, v, estimator: str, estimation: Estimation) -> _Trimmed:
    """Trim the largest of the sorted effects `y` until the estimate of k0 is the number trimmed."""
    k, k0 = len(y), 0
    for step in range(1, MAX_STEPS + 1):
        centre = _fit(y[: k - k0], v[: k - k0], estimation).beta
        raw = _missing(y - centre, estimator)
        estimate = max(0, round(raw))
        if estimate >= k:
            raise NotEstimable(f"{estimator} trims all {k} studies: take another estimator")
        if estimate == k0:
            return _Trimmed(k0, raw, centre, step)
        k0 = estimate
    raise ConvergenceError(f"k0 still changes after {MAX_STEPS} steps; take another estimator")


def _missing(distance: np.ndarray, estimator: str) -> float:
    """Estimate of k0 from the ranks of the distances to the centre, before rounding."""
    k = len(distance)
    rank = np.empty(k, dtype=int)
    rank[np.argsort(np.abs(distance), kind="stable")] = np.arange(1, k + 1)
    right = distance > 0.0
    if estimator == "R0":
        return float(k - rank[~right].max(initial=0) - 1)
    S = int(rank[right].sum())  # Wilcoxon's statistic
    if estimator == "L0":
        return (4.0 * S - k * (k + 1)) / (2.0 * k - 1.0)
    under_root = 2.0 * k**2 - 4.0 * S + 0.25
    if under_root < 0.0:
        raise NotEstimable("Q0 has no real value: the effects lie too far on one side; take L0")
    return k - 0.5 - sqrt(under_root)


def _uncertainty(trim: _Trimmed, k: int, estimator: str):
    """(se, p, reasons) of k0; the error of L0 and Q0 is that of Wilcoxon's statistic."""
    only_r0 = {"p_k0": "only R0 has a test of k0"}
    if estimator == "R0":
        return sqrt(2.0 * trim.k0 + 2.0), 0.5 ** (trim.k0 + 1), {}
    n = trim.raw
    cubic = 10.0 * n**3 + 27.0 * n**2 + 17.0 * n - 18.0 * k * n**2 - 18.0 * k * n + 6.0 * k**2 * n
    variance = (k * (k + 1) * (2 * k + 1) + cubic) / 24.0
    base = k - 0.5 if estimator == "L0" else 1.0
    free = 1.0 if estimator == "L0" else (k - 0.5) ** 2 - n * (2.0 * k - n - 1.0)
    if variance < 0.0 or free <= 0.0:
        reason = f"its variance formula fails for an estimate of {n:.3g} before rounding"
        return None, None, only_r0 | {"se_k0": reason}
    return 2.0 * sqrt(variance / free) / base, None, only_r0
