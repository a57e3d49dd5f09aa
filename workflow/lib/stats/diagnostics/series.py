"""A series of fits of one model to parts of its data, as columns: tests, intervals, heterogeneity."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from workflow.lib.stats.diagnostics.columns import column, explain, ratio, rows_of
from workflow.lib.stats.tau2 import EQUAL

Z_ONLY = "z has no degrees of freedom"


@dataclass(frozen=True, slots=True)
class FitSeries:
    """Fits to n parts of the data; every column has n entries, those of coefficients p in each."""

    what: str  # "leave-one-out" or "cumulative"
    method: str
    test: str
    level: float  # percent
    names: tuple[str, ...]  # of the coefficients
    label: tuple  # of the part: the study or cluster left out, or the key of the step
    k: tuple[int, ...]  # studies in the fit
    beta: tuple[tuple[float | None, ...], ...]
    se: tuple[tuple[float | None, ...], ...]
    stat: tuple[tuple[float | None, ...], ...]  # None if the standard error is 0
    df: tuple[float | None, ...]  # of t; None for z
    pval: tuple[tuple[float | None, ...], ...]
    ci_lb: tuple[tuple[float | None, ...], ...]
    ci_ub: tuple[tuple[float | None, ...], ...]
    QE: tuple[float | None, ...]
    QEp: tuple[float | None, ...]
    tau2: tuple[float | None, ...]  # squared unit of yi
    I2: tuple[float | None, ...]  # percent, from tau2 (from QE for equal effects)
    H2: tuple[float | None, ...]
    tag: str
    reasons: dict[str, str]  # why a number is None, by "row 3" or by the column


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the fits themselves give; arrays over the n fits, NaN where `reasons` says why."""

    k: np.ndarray  # (n,)
    df: np.ndarray  # (n,) residual
    tau2: np.ndarray  # (n,)
    beta: np.ndarray  # (n, p)
    se: np.ndarray  # (n, p) with the Knapp-Hartung scale
    QE: np.ndarray  # (n,)
    I2: np.ndarray  # (n,)
    H2: np.ndarray  # (n,)
    reasons: dict[int, str] = field(default_factory=dict)


def series_of(estimates: Estimates, labels, names, *, what, options) -> FitSeries:
    """Return the columns of a series of fits; `options` are method, test and level.

    A fit without residual degrees of freedom is one of equal effects tested by z: tau2 = 0,
    QE = 0, QEp = 1, I2 = 0, H2 = 1, as metafor has it for a single study.
    """
    method, test, level = options["method"], options["test"], options["level"]
    law = np.where((estimates.df > 0) & (test != "z"), estimates.df, np.inf)[:, None]
    half = _quantile(level, law) * estimates.se
    stat = ratio(estimates.beta, estimates.se)
    columns = {
        "beta": rows_of(estimates.beta),
        "se": rows_of(estimates.se),
        "stat": rows_of(stat),
        "pval": rows_of(2.0 * _below(-np.abs(stat), law)),
        "ci_lb": rows_of(estimates.beta - half),
        "ci_ub": rows_of(estimates.beta + half),
        "QEp": column(_above_chi2(estimates.QE, estimates.df)),
        **{name: column(getattr(estimates, name)) for name in ("QE", "tau2", "I2", "H2")},
    }
    reasons = explain(estimates.reasons, columns)
    if (alone := (estimates.df == 0) & ~np.isnan(estimates.tau2)).any():
        rows = ", ".join(map(str, np.flatnonzero(alone).tolist()))
        reasons["no degrees of freedom"] = f"rows {rows}: tau2 is taken as 0, the test is z"
    return FitSeries(
        **{"what": what, **options, "names": names, "label": tuple(labels)},
        **{
            "k": tuple(estimates.k.tolist()),
            "df": column(np.where(law < np.inf, law, np.nan)[:, 0]),
        },
        **columns,
        tag=f"{what}, {method}, {test}",
        reasons=reasons | ({"df": Z_ONLY} if (law == np.inf).any() else {}),
    )


def heterogeneity(method: str, df, tau2, QE, trP) -> dict[str, np.ndarray]:
    """Return QE, I2 and H2 of fits with the trace `trP` of the projection matrix at tau2 = 0.

    I2 and H2 rest on the typical sampling variance (Higgins & Thompson 2002, eq. 9), under equal
    effects on QE; without degrees of freedom they are 0 and 1.
    """
    if method in EQUAL:
        I2 = 100.0 * np.maximum(0.0, 1.0 - df / np.where(QE > 0.0, QE, np.maximum(df, 1)))
        H2 = QE / np.maximum(df, 1)
    else:
        typical = ratio(df, trP)
        I2, H2 = 100.0 * tau2 / (tau2 + typical), 1.0 + tau2 / typical
    some = (df > 0) | np.isnan(QE)
    return {"QE": QE, "I2": np.where(some, I2, 0.0), "H2": np.where(some, H2, 1.0)}


def _above_chi2(QE: np.ndarray, df: np.ndarray) -> np.ndarray:
    """p value of each QE; 1 without degrees of freedom."""
    return np.where((df > 0) | np.isnan(QE), chdtrc(np.maximum(df, 1), QE), 1.0)


def _quantile(level: float, law: np.ndarray) -> np.ndarray:
    """Two-sided quantiles of t with `law` degrees of freedom; infinite ones are z."""
    lower = 0.5 - level / 200.0
    finite = np.where(law < np.inf, law, 1.0)
    return -np.where(law < np.inf, stdtrit(finite, lower), ndtri(lower))


def _below(x: np.ndarray, law: np.ndarray) -> np.ndarray:
    """Distribution function of t with `law` degrees of freedom; infinite ones are z."""
    finite = np.where(law < np.inf, law, 1.0)
    return np.where(law < np.inf, stdtr(finite, x), ndtr(x))
