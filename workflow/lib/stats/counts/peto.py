"""Peto's one-step odds ratio: pooling of rare events."""

import numpy as np

from workflow.lib.stats.counts.homogeneity import observed_less_expected
from workflow.lib.stats.counts.result import (
    CountPool,
    LeftOut,
    heterogeneity,
    interval_roots,
    wald,
    why_missing,
    without_each,
)
from workflow.lib.stats.counts.tables import TwoByTwo, Zeros

EMPTY = "one of the two outcomes never occurs in any table"
TOO_FEW = "needs at least two tables in which both outcomes occur"
_ESTIMATES = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub")
_SPREAD = ("QE", "QE_df", "QEp", "I2", "H2")
_OTHERS = ("MH", "MHp", "TA", "TAp", "BD", "BDp", "TA_df")


def peto(tables: TwoByTwo, *, zeros=None, level=95.0) -> CountPool:
    """Return the common log odds ratio of `tables` (from `two_by_two`) by Peto's method.

    `zeros` says what is done about empty cells: by default nothing for the pool, and tables in
    which one outcome never occurs do not count among the degrees of freedom; `level` in percent.

    Raises
    ------
    InputError
        For a level outside (0, 100).

    Notes
    -----
    Yusuf et al. (1985): sum of (observed - expected events in group 1) over the sum of their
    hypergeometric variances. QE is the spread of the tables' one-step estimates around it.
    """
    zeros = zeros or Zeros()
    excess, variance = _parts(tables, zeros)
    k_yi = int(_counted(tables, zeros).sum())
    k_pos = int((variance > 0.0).sum())
    found, reasons = dict.fromkeys(_ESTIMATES), dict.fromkeys(_ESTIMATES, EMPTY)
    spread, why = dict.fromkeys(_SPREAD), dict.fromkeys(_SPREAD, EMPTY)
    total = float(variance.sum())
    if total > 0.0:
        found, reasons = wald(float(excess.sum()) / total, total**-0.5, level), {}
        why = dict.fromkeys(_SPREAD, TOO_FEW)
    if total > 0.0 and k_yi > 1:
        spread, why = heterogeneity(_spread(excess, variance, found["beta"]), k_yi), {}
    return CountPool(
        **{"method": "PETO", "test": "z", "measure": "OR", "level": level},
        **{"k": tables.k, "k_yi": k_yi, "k_pos": k_pos},
        **(found | spread | dict.fromkeys(_OTHERS)),
        weights=tuple((100.0 * variance / total).tolist()) if total > 0.0 else (),
        tag=_tag(zeros),
        reasons=reasons | why | dict.fromkeys(_OTHERS, "not part of Peto's method"),
    )


def leave_one_out(tables: TwoByTwo, *, zeros=None, level=95.0) -> LeftOut:
    """Return the k pools of k - 1 tables each; see `peto` for the arguments.

    Yusuf et al. (1985).

    Raises
    ------
    InputError
        As `peto`.
    """
    zeros = zeros or Zeros()
    excess, variance = _parts(tables, zeros)
    with np.errstate(divide="ignore", invalid="ignore"):  # nan marks what cannot be pooled
        own = np.where(variance > 0.0, excess**2 / np.where(variance > 0.0, variance, 1.0), 0.0)
        O_E, V, squares = without_each(np.array([excess, variance, own]))
        beta = np.where(V > 0.0, O_E / V, np.nan)
        se = np.where(V > 0.0, V**-0.5, np.nan)
    low, high = interval_roots(beta, se, level)
    counted = _counted(tables, zeros)
    QE = np.maximum(0.0, squares - beta**2 * V)
    QE = np.where(counted.sum() - counted > 1, QE, np.nan)
    reason = why_missing(beta, QE, EMPTY, TOO_FEW)
    return LeftOut(beta, se, low, high, QE, level, f"leave-one-out; {_tag(zeros)}", reason)


def _counted(tables, zeros) -> np.ndarray:
    """Which tables count among the degrees of freedom, (k,)."""
    return ~tables.is_empty if zeros.drop00[0] else np.ones(tables.k, dtype=bool)


def _parts(tables, zeros) -> tuple[np.ndarray, np.ndarray]:
    """Observed less expected events and their variance, (k,); 0 for tables that are left out."""
    keep = ~tables.is_empty if zeros.drop00[1] else np.ones(tables.k, dtype=bool)
    pooled = Zeros(zeros.add, zeros.to, (False, False)).for_pool(tables)
    excess, variance = observed_less_expected(pooled)
    return np.where(keep, excess, 0.0), np.where(keep, variance, 0.0)


def _spread(excess, variance, beta) -> float:
    """Sum of squares of the one-step estimates around the common one."""
    used = variance > 0.0
    return float((variance[used] * (excess[used] / variance[used] - beta) ** 2).sum())


def _tag(zeros) -> str:
    """What was done, in words."""
    add, to = zeros.add[1], zeros.to[1]
    done = "nothing added" if to == "none" or add == 0.0 else f"add {add:g} to {to}"
    return f"Peto one-step OR (Yusuf 1985), z; pool: {done}"
