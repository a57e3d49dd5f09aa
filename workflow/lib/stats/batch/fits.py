"""Pooled effects of the groups of one block: estimate, test, intervals and heterogeneity."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.estimators import ESTIMATORS, Estimate, known_of
from workflow.lib.stats.batch.q_profile import profile_bounds
from workflow.lib.stats.batch.sums import Sums
from workflow.lib.stats.batch.tails import above_chi2, chi2_quantiles, quantile, two_sided

TESTS = ("z", "t", "knha", "adhoc")
ANSWERED, NO_STUDY, ONE_STUDY, NO_WIDTH, STUCK = range(5)
REASONS = np.array(
    [
        "",
        "no study",
        "one study: needs at least two",
        "the Knapp-Hartung scale is 0, all effects are equal: use test adhoc",
        "the iteration for tau2 or its interval did not end: try method DL",
    ],
    dtype=object,
)


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for, the same for every group."""

    method: str
    test: str
    level: float

    def __post_init__(self):
        """Refuse options that do not exist, all at once."""
        problems = []
        if self.method not in ESTIMATORS:
            problems.append(f"method {self.method!r}: admissible are {', '.join(ESTIMATORS)}")
        if self.test not in TESTS:
            problems.append(f"test {self.test!r}: admissible are {', '.join(TESTS)}")
        if not 0.0 < self.level < 100.0:
            problems.append(f"level {self.level}: must lie between 0 and 100 percent")
        if problems:
            raise InputError(problems)


@dataclass(frozen=True, slots=True)
class Fits:
    """Answers for m groups, arrays of shape (m,) by name; what is missing there is NaN."""

    values: dict[str, np.ndarray]
    reasons: np.ndarray | int  # places in REASONS
    evaluations_tau2: int
    evaluations_profile: int


def fit_all(problems, centre: np.ndarray, options: Options) -> Fits:
    """Return the fits of groups of two or more studies; `centre` was taken off the effects."""
    m0 = problems.at(0.0)
    found = ESTIMATORS[options.method](problems, m0)
    df = problems.df
    distribution_df = None if options.test == "z" else df
    m = found.at_tau2
    se = np.sqrt(_scale(m.Q, df, options.test) / m.sum_w)
    values = mean(centre + m.mu, se, distribution_df, options.level)
    values |= _heterogeneity(found, m0, df)
    values["df"] = np.full(len(se), np.nan) if distribution_df is None else df
    stuck, evaluations = found.stuck, 0
    if found.se_tau2 is not None:
        half = quantile(options.level, distribution_df) * np.sqrt(found.tau2 + se**2)
        values |= {"pi_lb": values["beta"] - half, "pi_ub": values["beta"] + half}
        bounds = profile_bounds(
            problems,
            chi2_quantiles(options.level, df),
            known_of(0.0, m0),
            known_of(found.tau2, m),
        )
        values |= {"tau2_lb": bounds[0].tau2, "tau2_ub": bounds[1].tau2}
        evaluations = sum(one.evaluations for one in bounds)
        stuck = bounds[0].stuck | bounds[1].stuck | (False if stuck is None else stuck)
    reasons = _reasons(values, se, stuck)
    return Fits(values, reasons, found.evaluations, evaluations)


def fit_single(yi: np.ndarray, vi: np.ndarray, options: Options) -> Fits:
    """Return the fits of groups of one study: the study itself with its Wald interval."""
    values = mean(yi, np.sqrt(vi), None, options.level)
    return Fits(values, ONE_STUDY, 0, 0)


def mean(beta, se, df, level: float) -> dict[str, np.ndarray]:
    """Estimate, test and confidence interval; a se of 0 has no test statistic."""
    half = quantile(level, df) * se
    stat = beta / np.where(se > 0.0, se, np.nan)
    return {
        "beta": beta,
        "se": se,
        "stat": stat,
        "pval": two_sided(stat, df),
        "ci_lb": beta - half,
        "ci_ub": beta + half,
    }


def _scale(Q, df, test: str) -> np.ndarray:
    """Factor of the variance of the mean."""
    if test in ("z", "t"):
        return np.ones_like(Q)
    return Q / df if test == "knha" else np.maximum(1.0, Q / df)


def _heterogeneity(found: Estimate, m0: Sums, df) -> dict[str, np.ndarray]:
    """Tau2 with its error, Q, I2 and H2 (Higgins & Thompson 2002, eq. 9)."""
    QE, typical = m0.Q, df / m0.trP
    I2_Q = 100.0 * np.maximum(0.0, 1.0 - df / np.where(QE > 0.0, QE, df))
    values = {"tau2": found.tau2, "QE": QE, "QEp": above_chi2(QE, df), "I2_Q": I2_Q}
    if found.se_tau2 is None:
        return values | {"I2": I2_Q, "H2": QE / df}
    values["se_tau2"] = found.se_tau2
    values["I2"] = 100.0 * found.tau2 / (found.tau2 + typical)
    values["H2"] = 1.0 + found.tau2 / typical
    if found.several is not None:
        values["several_maxima"] = found.several
    return values


def _reasons(values: dict[str, np.ndarray], se, stuck) -> np.ndarray:
    """Why a group has no answer; a group that is stuck keeps nothing that rests on tau2."""
    reasons = np.where(se == 0.0, NO_WIDTH, ANSWERED)
    if stuck is not None and stuck.any():
        for name in values.keys() - {"QE", "QEp", "I2_Q", "several_maxima", "df"}:
            values[name][stuck] = np.nan
        reasons[stuck] = STUCK
    return reasons
