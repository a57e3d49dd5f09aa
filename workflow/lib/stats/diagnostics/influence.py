"""What each study does to the fit: the deletion diagnostics of Viechtbauer & Cheung (2010)."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import gammainc

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.diagnostics.columns import column, explain, ratio, rows_of
from workflow.lib.stats.diagnostics.deletions import (
    Deletions,
    delete_each,
    variances_of_fitted,
)
from workflow.lib.stats.diagnostics.residuals import deleted_residuals
from workflow.lib.stats.regression.fit import Regression, fit_linear

COLUMNS = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "QE_del", "hat", "weight")


@dataclass(frozen=True, slots=True)
class Influence:
    """Diagnostics of the k studies, in their order; every deletion estimates tau2 anew."""

    method: str
    test: str
    k: int
    p: int
    names: tuple[str, ...]  # of the coefficients, columns of dfbs
    tau2: float  # of all studies, squared unit of yi
    rstudent: tuple[float | None, ...]  # deleted residual over its standard error
    dffits: tuple[float | None, ...]  # change of the fitted value, in standard errors
    cook_d: tuple[float | None, ...]  # squared distance of the two sets of coefficients
    cov_r: tuple[float | None, ...]  # determinant of their variances, without over with
    tau2_del: tuple[float | None, ...]  # without the study
    QE_del: tuple[float | None, ...]  # without the study
    hat: tuple[float, ...]
    weight: tuple[float, ...]  # percent
    dfbs: tuple[tuple[float | None, ...], ...]  # k rows of p: change of each coefficient
    is_infl: tuple[bool | None, ...]
    cutoffs: dict[str, float]  # of |dffits|, cook_d, hat and |dfbs|
    tag: str  # "influence, REML, knha"
    reasons: dict[str, str]  # why a number is None, by "row 3" or by the column


def influence(model, *, method="REML", test="z") -> Influence:
    """Return the influence diagnostics of the k studies of a `LinearModel`.

    `is_infl` is true if |dffits| > 3 sqrt(p / (k - p)), if the chi-square distribution with p
    degrees of freedom has more than half of its mass below cook_d, if hat > 3 p / k, or if any
    |dfbs| > 1. Where no more than that can be said without a missing number it is None.

    Raises
    ------
    InputError
        For an unknown method or test.
    NotEstimable
        If there are not more than p studies, or only one.

    Notes
    -----
    dffits and dfbs use tau2 and, for knha and adhoc, the scale of the fit without the study. The
    spread of a fitted value is h (vi + tau2), with user weights its sandwich variance.
    With every method but GENQ and GENQM, and without user weights, all deletions follow from
    the sums of all studies; else each is a refit.
    """
    if model.df < 1:
        raise NotEstimable(f"influence needs more than {model.p} studies, there are {model.k}")
    fit = fit_linear(model, method=method, test=test)
    deletions = delete_each(model, fit.tau2, method=method, test=test)
    numbers = _numbers(model, fit, deletions)
    dfbs = numbers.pop("dfbs")
    columns = {name: column(values) for name, values in numbers.items()} | {"dfbs": rows_of(dfbs)}
    cutoffs = _cutoffs(model.k, model.p)
    columns["is_infl"] = _flags(numbers, dfbs, cutoffs)
    return Influence(
        **{"method": method, "test": test, "k": model.k, "p": model.p, "names": model.names},
        **{"tau2": fit.tau2, "cutoffs": cutoffs, "tag": f"influence, {method}, {test}"},
        **columns,
        reasons=explain(deletions.reasons, columns),
    )


def _numbers(model, fit: Regression, deletions: Deletions) -> dict[str, np.ndarray]:
    """All columns as arrays; NaN where a deletion has no fit or a variance is 0."""
    resid, se = deleted_residuals(model, deletions)
    solution = model.solution_at(fit.tau2)
    change = deletions.change
    shift = np.einsum("ij,ij->i", model.X, change)
    spread = deletions.scale * _spread_of_fitted(model, solution, deletions)
    own = deletions.scale[:, None] * np.einsum("ijj->ij", deletions.full_vb)
    vb = np.asarray(fit.vb)
    return {
        "rstudent": ratio(resid, se),
        "dffits": ratio(shift, np.sqrt(spread)),
        "cook_d": _distance(change, vb),
        "cov_r": _determinant_ratio(deletions.vb, vb),
        "tau2_del": deletions.tau2,
        "QE_del": deletions.QE,
        "hat": solution.hat,
        "weight": np.asarray(fit.weights),
        "dfbs": ratio(change, np.sqrt(own)),
    }


def _spread_of_fitted(model, solution, deletions: Deletions) -> np.ndarray:
    """Variances of the fitted values, (k,), if tau2 is that without the study; unscaled."""
    if model.weights is None:
        return solution.hat * (model.vi + deletions.tau2)
    return variances_of_fitted(model.X, deletions.full_vb)


def _distance(change: np.ndarray, vb: np.ndarray) -> np.ndarray:
    """change' vb^-1 change for every row of `change` (k, p)."""
    scale = np.sqrt(np.diag(vb))
    if not (scale > 0.0).all():
        return np.full(len(change), np.nan)
    scaled = change / scale
    return np.einsum("ij,ij->i", scaled @ np.linalg.inv(vb / np.outer(scale, scale)), scaled)


def _determinant_ratio(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Determinants of `one` (k, p, p) over that of `other` (p, p), both on the scale of `other`."""
    scale = np.sqrt(np.diag(other))
    if not (scale > 0.0).all():
        return np.full(len(one), np.nan)
    unit = np.outer(scale, scale)
    known = ~np.isnan(one[:, 0, 0])
    found = np.full(len(one), np.nan)
    found[known] = np.linalg.det(one[known] / unit) / np.linalg.det(other / unit)
    return found


def _cutoffs(k: int, p: int) -> dict[str, float]:
    """What makes a study influential."""
    limits = {"dffits": 3.0 * sqrt(p / (k - p)), "hat": 3.0 * p / k, "dfbs": 1.0}
    return limits | {"chi2_below_cook_d": 0.5}


def _flags(numbers, dfbs, cutoffs) -> tuple[bool | None, ...]:
    """Whether each study is influential; None if that hangs on a missing number."""
    p = dfbs.shape[1]
    below = gammainc(0.5 * p, 0.5 * np.maximum(numbers["cook_d"], 0.0))
    influential = np.abs(numbers["dffits"]) > cutoffs["dffits"]
    influential |= below > cutoffs["chi2_below_cook_d"]
    influential |= numbers["hat"] > cutoffs["hat"]
    influential |= (np.abs(dfbs) > cutoffs["dfbs"]).any(axis=1)
    unknown = np.isnan(numbers["dffits"] + numbers["cook_d"] + dfbs.sum(axis=1)) & ~influential
    flags = influential.tolist()
    for j in np.flatnonzero(unknown).tolist():
        flags[j] = None
    return tuple(flags)
