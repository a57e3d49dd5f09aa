"""Tests on stratified counts: association (Cochran-Mantel-Haenszel) and homogeneity of the OR."""

import numpy as np

from workflow.lib.stats.counts.result import chi2_tail
from workflow.lib.stats.counts.tables import PersonTime, TwoByTwo

CORRECTION = 0.5  # of |observed - expected|, summed over the tables


def observed_less_expected(tables) -> tuple[np.ndarray, np.ndarray]:
    """Return events of group 1 less their expectation, and the variance, (k,) each.

    The margins are fixed: hypergeometric for two-by-two tables, binomial for person-time. Tables
    in which nothing can vary have variance 0.
    """
    if isinstance(tables, PersonTime):
        events, share = tables.x1i + tables.x2i, tables.t1i / (tables.t1i + tables.t2i)
        return tables.x1i - events * share, events * share * (1.0 - share)
    (n1, n2), m1, m2 = tables.sizes, tables.ai + tables.ci, tables.bi + tables.di
    N = n1 + n2
    variance = n1 * n2 * m1 * m2 / (N**2 * np.maximum(N - 1.0, 1.0))
    return tables.ai - n1 * m1 / N, np.where(N > 1.0, variance, 0.0)


def association(tables, correct: bool) -> tuple[dict, dict]:
    """Return (MH and MHp, reasons): the test that the common odds or rate ratio is 1.

    Notes
    -----
    Mantel & Haenszel (1959); with `correct`, 1/2 is taken from |observed - expected|.
    """
    excess, variance = (x.sum() for x in observed_less_expected(tables))
    if not variance > 0.0:
        why = "no table has events in it that could fall into either group"
        return {"MH": None, "MHp": None}, {"MH": why, "MHp": why}
    stat = float((abs(excess) - (CORRECTION if correct else 0.0)) ** 2 / variance)
    return {"MH": stat, "MHp": chi2_tail(stat, 1)}, {}


def homogeneity(tables: TwoByTwo, beta: float | None) -> tuple[dict, dict]:
    """Return (TA, BD, their p and df, k_pos; reasons): tests that all odds ratios are exp(beta).

    Notes
    -----
    Breslow & Day (1980) with the correction of Tarone (1985), which takes the estimation of the
    common odds ratio into account. Tables in which one outcome never occurs do not take part.
    """
    used = tables.rows(~tables.is_empty)
    names = ("TA", "TAp", "BD", "BDp", "TA_df")
    if beta is None or used.k < 2:
        why = "there is no common odds ratio" if beta is None else "needs at least two tables"
        return dict.fromkeys(names) | {"k_pos": used.k}, dict.fromkeys(names, why)
    a = expected_events(used, float(np.exp(beta)))
    variance = _variance(used, a)
    excess, df = used.ai - a, used.k - 1
    BD = float((excess**2 / variance).sum())
    TA = max(0.0, BD - float(excess.sum() ** 2 / variance.sum()))
    found = {"TA": TA, "TAp": chi2_tail(TA, df), "BD": BD, "BDp": chi2_tail(BD, df)}
    return found | {"TA_df": df, "k_pos": used.k}, {}


def expected_events(t: TwoByTwo, odds_ratio: float) -> np.ndarray:
    """Return the events in group 1 that the margins and `odds_ratio` imply, (k,).

    Notes
    -----
    The root of a (n2 - m1 + a) = odds_ratio (n1 - a) (m1 - a) inside the admissible range,
    written so that it stays exact when the odds ratio is close to 1.
    """
    (n1, n2), m1 = t.sizes, t.ai + t.ci
    A = 1.0 - odds_ratio
    B = n2 - m1 + odds_ratio * (n1 + m1)
    C = odds_ratio * n1 * m1
    return 2.0 * C / (B + np.sqrt(B**2 + 4.0 * A * C))


def _variance(t: TwoByTwo, a: np.ndarray) -> np.ndarray:
    """Asymptotic variance of the events in group 1 at the expected table."""
    (n1, n2), m1 = t.sizes, t.ai + t.ci
    with np.errstate(divide="ignore"):  # an expected cell of 0 has variance 0
        return 1.0 / (1.0 / a + 1.0 / (n1 - a) + 1.0 / (m1 - a) + 1.0 / (n2 - m1 + a))
