"""The record of a pool of raw counts, and what all such pools share: tests and intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, ndtr, ndtri

from workflow.lib.errors import InputError


@dataclass(frozen=True, slots=True)
class CountPool:
    """Common effect of k tables of counts; a field that is None has its reason in `reasons`."""

    method: str  # "MH" or "PETO"
    test: str  # always z
    measure: str  # OR, RR, RD, IRR or IRD
    level: float  # of the interval, percent
    k: int  # tables
    k_yi: int  # tables with an estimate of their own, which enter QE
    k_pos: int | None  # tables with an expected count, which enter MH, TA and BD
    beta: float | None  # log scale for OR, RR and IRR
    se: float | None
    stat: float | None  # z
    pval: float | None  # two-sided
    ci_lb: float | None
    ci_ub: float | None
    QE: float | None
    QE_df: int | None
    QEp: float | None
    I2: float | None  # percent, from QE
    H2: float | None
    MH: float | None  # Cochran-Mantel-Haenszel chi-square, 1 df
    MHp: float | None
    TA: float | None  # Tarone's chi-square for homogeneity of the odds ratios, TA_df
    TAp: float | None
    BD: float | None  # Breslow and Day's, TA_df
    BDp: float | None
    TA_df: int | None
    weights: tuple[float, ...]  # percent, in the order of the tables; () if they cannot be given
    tag: str
    reasons: dict[str, str]  # field -> why it is None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Pools of k - 1 tables, arrays of shape (k,); nan where the rest cannot be pooled."""

    beta: np.ndarray
    se: np.ndarray
    ci_lb: np.ndarray
    ci_ub: np.ndarray
    QE: np.ndarray  # nan also where fewer than two estimates are left
    level: float
    tag: str
    reason: str  # why there are nan; empty if there are none


def quantile(level: float) -> float:
    """Return the upper normal quantile of a central interval of `level` percent.

    Raises
    ------
    InputError
        For a level outside (0, 100).
    """
    if not 0.0 < level < 100.0:
        raise InputError([f"level {level}: must lie between 0 and 100 percent"])
    return -float(ndtri(0.5 - level / 200.0))


def chi2_tail(stat: float, df: int) -> float:
    """Return the upper tail of chi-square with `df` degrees of freedom."""
    return float(gammaincc(df / 2.0, stat / 2.0))


def wald(beta: float, se: float, level: float) -> dict[str, float | None]:
    """Return estimate, z test and interval; no test if the standard error is 0."""
    half = quantile(level) * se
    stat = beta / se if se > 0.0 else None
    pval = None if stat is None else 2.0 * float(ndtr(-abs(stat)))
    found = {"beta": beta, "se": se, "stat": stat, "pval": pval}
    return found | {"ci_lb": beta - half, "ci_ub": beta + half}


def heterogeneity(QE: float, k_yi: int) -> dict[str, float | int]:
    """Return QE with its test, I2 and H2 for `k_yi` (two or more) studies."""
    df = k_yi - 1
    I2 = max(0.0, 100.0 * (1.0 - df / QE)) if QE > 0.0 else 0.0
    return {"QE": QE, "QE_df": df, "QEp": chi2_tail(QE, df), "I2": I2, "H2": QE / df}


def spread_around(beta: float, yi: np.ndarray, vi: np.ndarray) -> float:
    """Return the weighted sum of squares of `yi` around `beta`."""
    return float(((yi - beta) ** 2 / vi).sum())


def without_each(terms: np.ndarray) -> np.ndarray:
    """Return, for terms of shape (t, k), the sums over all columns but one, shape (t, k).

    Running sums from both ends: nothing is subtracted, so one dominant table costs no digits.
    """
    ahead, behind = np.zeros_like(terms), np.zeros_like(terms)
    np.cumsum(terms[:, :-1], axis=1, out=ahead[:, 1:])
    behind[:, :-1] = np.cumsum(terms[:, :0:-1], axis=1)[:, ::-1]
    return ahead + behind


def interval_roots(beta, se, level) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper bounds of normal intervals, elementwise."""
    half = quantile(level) * se
    return beta - half, beta + half


def why_missing(beta, QE, no_pool: str, no_spread: str) -> str:
    """Return the reason for the nan of pools without one table each; empty if there are none."""
    if np.isnan(beta).any():
        return no_pool
    return f"QE {no_spread}" if np.isnan(QE).any() else ""
