"""Estimators of tau2 for many groups at once; the formulas are those of `stats.tau2`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.batch.likelihood import maximise_likelihood
from workflow.lib.stats.batch.q_profile import Known, solve_q
from workflow.lib.stats.batch.sums import Sums
from workflow.lib.stats.batch.tails import chi2_median


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tau2 of each group and what was seen on the way, arrays of shape (m,)."""

    tau2: np.ndarray
    se_tau2: np.ndarray | None  # None for equal effects: tau2 is not estimated
    at_tau2: Sums
    several: np.ndarray | None = None  # bool: several local maxima; None for other methods
    stuck: np.ndarray | None = None  # bool: not found; None where nothing is iterated
    evaluations: int = 0


def known_of(tau2, m: Sums) -> Known:
    """What an equation in Q can use of sums at `tau2`."""
    return Known(tau2, m.Q, m.yPPy)


def _none(problems, m0: Sums) -> Estimate:
    """Equal effects: tau2 is 0 by assumption."""
    return Estimate(np.zeros(len(problems.k)), None, m0)


def _moment(problems, m: Sums, expected, trace) -> Estimate:
    """Root of a weighted Q statistic minus its expectation, cut at 0."""
    tau2 = np.maximum(0.0, (m.Q - expected) / trace)
    se = _spread_of_quadratic(m, problems.df, tau2) / trace
    return Estimate(tau2, se, problems.at(tau2))


def _spread_of_quadratic(m: Sums, df, shift) -> np.ndarray:
    """Standard deviation of y'Py when the total variance is 1/w + `shift`."""
    return np.sqrt(2.0 * (df + 2.0 * shift * m.trP + shift**2 * m.trPP))


def _dl(problems, m0: Sums) -> Estimate:
    return _moment(problems, m0, problems.df, m0.trP)


def _hs(problems, m0: Sums) -> Estimate:
    return _moment(problems, m0, problems.k, m0.sum_w)


def _hsk(problems, m0: Sums) -> Estimate:
    return _moment(problems, m0, problems.df, m0.sum_w * problems.df / problems.k)


def _he(problems, m0: Sums) -> Estimate:
    plain, k, df = problems.plain(), problems.k, problems.df
    trPV = plain.v * (1.0 - 1.0 / k)
    tau2 = np.maximum(0.0, (plain.spread - trPV) / df)
    trPVPV = plain.vv * (1.0 - 2.0 / k) + (plain.v / k) ** 2
    se = np.sqrt(2.0 * (trPVPV + 2.0 * tau2 * trPV + tau2**2 * df)) / df
    return Estimate(tau2, se, problems.at(tau2))


def _sj(problems, m0: Sums) -> Estimate:
    start = problems.plain().spread / problems.k
    m, factor = problems.at(start), start / problems.df
    tau2 = factor * m.Q
    se = factor * _spread_of_quadratic(m, problems.df, tau2 - start)
    return Estimate(tau2, se, problems.at(tau2))


def _pm(problems, m0: Sums, target=None) -> Estimate:
    roots = solve_q(problems, problems.df if target is None else target, (known_of(0.0, m0),))
    m = problems.at(roots.tau2)
    se = np.sqrt(2.0 * problems.k**2 / problems.df) / m.sum_w
    return Estimate(roots.tau2, se, m, stuck=roots.stuck, evaluations=roots.evaluations)


def _pmm(problems, m0: Sums) -> Estimate:
    return _pm(problems, m0, chi2_median(problems.df))


def _likelihood(problems, m0: Sums, *, restricted: bool) -> Estimate:
    found = maximise_likelihood(problems, m0, restricted=restricted)
    m = problems.at(found.tau2)
    se = np.sqrt(2.0 / (m.trPP if restricted else m.sum_ww))
    return Estimate(found.tau2, se, m, found.several, found.stuck, found.evaluations)


def _ml(problems, m0: Sums) -> Estimate:
    return _likelihood(problems, m0, restricted=False)


def _reml(problems, m0: Sums) -> Estimate:
    return _likelihood(problems, m0, restricted=True)


ESTIMATORS: dict[str, Callable[..., Estimate]] = {
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
