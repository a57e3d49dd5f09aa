"""The k fits without one study each: tau2 estimated anew, coefficients and their variances."""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.diagnostics.deleted_moments import Without
from workflow.lib.stats.diagnostics.many_tau2 import ESTIMATORS, tau2_of_many
from workflow.lib.stats.regression.model import LinearModel, linear_model
from workflow.lib.stats.tau2 import estimate_tau2

DOMINANT = 0.1  # share of its own weight that a study must leave to the others, 1 - h
ALONE = 1e-6  # share of Q that must remain without a study


@dataclass(frozen=True, slots=True)
class Deletions:
    """Fits without study j, j = 0 to k - 1; NaN in all arrays where `reasons` says why."""

    method: str
    test: str
    df: int  # residual degrees of freedom without a study
    tau2: np.ndarray  # (k,)
    beta: np.ndarray  # (k, p)
    change: np.ndarray  # (k, p) beta of all studies minus this beta
    resid: np.ndarray  # (k,) effect of the study minus its value predicted by the others
    vb: np.ndarray  # (k, p, p) variances of beta, with the Knapp-Hartung scale
    scale: np.ndarray  # (k,) that scale, 1 for z and t
    full_vb: np.ndarray  # (k, p, p) variances in the fit of all studies at tau2[j], unscaled
    QE: np.ndarray  # (k,)
    trP: np.ndarray  # (k,) trace of the projection matrix at tau2 = 0
    reasons: dict[int, str]  # by the row of the study


@dataclass(frozen=True, slots=True)
class _Fits:
    """Arrays of `Deletions` while they are filled.

    `beta` is that of the model's contrasts: what is small beside the effects keeps its digits.
    Q is the sum of squares weighted by 1 / (vi + tau2), also where the user gives other weights.
    """

    tau2: np.ndarray
    beta: np.ndarray
    resid: np.ndarray
    vb: np.ndarray
    full_vb: np.ndarray
    QE: np.ndarray
    trP: np.ndarray
    Q: np.ndarray


def delete_each(model: LinearModel, tau2: float, *, method: str, test: str) -> Deletions:
    """Return the k fits without one study each; `tau2` is that of all studies.

    Deletions follow from the sums of all studies in O(k p^2). Fitted directly are: studies that
    nearly determine a coefficient or make up nearly all of Q (a handful at most), models with
    user weights (GENQ, GENQM among them), and models of p + 1 studies.
    """
    k, p = model.k, model.p
    fits = _Fits(*(np.full((k, *shape), np.nan) for shape in _shapes(p)))
    direct = np.arange(k)
    if model.weights is None and method in ESTIMATORS and model.df > 1:
        direct = _fill_from_all(model, tau2, method, fits)
    reasons = {}
    for j in direct.tolist():
        try:
            _fill_directly(model, j, method, fits)
        except (NotEstimable, InputError, ConvergenceError) as error:
            reasons[j] = f"without this study: {error}"
    scale = _scale(fits.Q, model.df - 1, test)
    beta = -model.back @ model.solution_at(tau2).residuals[model.lead]
    return Deletions(
        **{"method": method, "test": test, "df": model.df - 1, "tau2": fits.tau2},
        **{"beta": model.back @ model.yi[model.lead] + fits.beta, "change": beta - fits.beta},
        **{"resid": fits.resid, "vb": fits.vb * scale[:, None, None], "scale": scale},
        **{"full_vb": fits.full_vb, "QE": fits.QE, "trP": fits.trP, "reasons": reasons},
    )


def _shapes(p: int) -> tuple[tuple[int, ...], ...]:
    """Shapes of one row of the members of `_Fits`."""
    return (), (p,), (), (p, p), (p, p), (), (), ()


def _fill_from_all(model, tau2: float, method: str, fits: _Fits) -> np.ndarray:
    """Fill `fits` from the sums of all studies; return the rows that must be fitted directly."""
    without = Without(model)
    free = np.minimum(model.solution_at(tau2).one_minus_hat, without.free_unweighted)
    at_zero = model.projection(1.0 / model.vi)
    residual = at_zero.residual(model.contrast)
    share = residual**2 / model.vi / np.where(at_zero.free > 0.0, at_zero.free, 1.0)
    left = 1.0 - share / max(float((residual**2 / model.vi).sum()), np.finfo(float).tiny)
    shared = (np.minimum(free, at_zero.free) > DOMINANT) & (left > ALONE)
    rows = np.flatnonzero(shared)
    if len(rows):
        estimates = tau2_of_many(without, rows, method)
        shared[rows[np.isnan(estimates)]] = False
        rows, estimates = rows[~np.isnan(estimates)], estimates[~np.isnan(estimates)]
        _store(without, rows, estimates, fits)
    return np.flatnonzero(~shared)


def _store(without: Without, rows, tau2, fits: _Fits) -> None:
    """Fill `fits` with what the deletions of `rows` give at `tau2`."""
    back = without.model.back
    fits.tau2[rows] = tau2
    b, vb, full_vb, fits.resid[rows] = without.fits(rows, tau2)
    fits.beta[rows] = b @ back.T
    fits.vb[rows], fits.full_vb[rows] = back @ vb @ back.T, back @ full_vb @ back.T
    fits.Q[rows] = without.at(rows, tau2).Q
    at_zero = without.at(rows, np.zeros(len(rows)))
    fits.QE[rows], fits.trP[rows] = at_zero.Q, at_zero.trP


def _fill_directly(model, j: int, method: str, fits: _Fits) -> None:
    """Fill row `j` of `fits` by fitting the other studies."""
    keep = np.arange(model.k) != j
    rest = subset(model, keep)
    fits.tau2[j], _, fits.QE[j], fits.trP[j] = _fit(rest, method)
    contrasts = subset(replace(model, yi=model.contrast), keep)
    solution = contrasts.solution_at(float(fits.tau2[j]))
    fits.beta[j], fits.vb[j] = solution.beta, solution.vb
    fits.resid[j] = model.contrast[j] - model.X[j] @ solution.beta
    fits.full_vb[j] = model.solution_at(fits.tau2[j]).vb
    fits.Q[j] = contrasts.q_at(float(fits.tau2[j]))[0]


def _fit(model: LinearModel, method: str) -> tuple:
    """tau2, the solution there, QE and trace of P at 0; a single study has tau2 = 0."""
    tau2 = 0.0 if model.k == 1 else estimate_tau2(model, method)[0]
    at_zero = model.at(0.0) if model.df > 0 else None
    QE, trP = (at_zero.Q, at_zero.trP) if at_zero else (0.0, 0.0)
    return tau2, model.solution_at(tau2), QE, trP


def fit_rows(model: LinearModel, method: str, test: str) -> tuple:
    """Return tau2, beta (p,), its standard errors (p,), QE and the trace of P at tau2 = 0.

    Raises
    ------
    NotEstimable
        If there are not enough studies for `method`; a single one has tau2 = 0.
    ConvergenceError
        If tau2 cannot be found.
    """
    tau2, solution, QE, trP = _fit(model, method)
    scale = scale_of(model, tau2, test)
    return tau2, solution.beta, np.sqrt(scale * np.diag(solution.vb)), QE, trP


def scale_of(model: LinearModel, tau2: float, test: str) -> float:
    """Return the factor of the variances of a fit: 1 but for knha and adhoc.

    It is that of the inverse variances also where the user gives other weights, as in `fit_linear`.
    """
    return float(_scale(np.array([model.q_at(tau2)[0]]), model.df, test)[0])


def variances_of_fitted(X: np.ndarray, vb: np.ndarray) -> np.ndarray:
    """Return x' vb x of every row of `X` (k, p) with its own `vb` (k, p, p)."""
    return np.einsum("ij,ij->i", np.einsum("ijl,il->ij", vb, X), X)


def subset(model: LinearModel, keep: np.ndarray) -> LinearModel:
    """Return the model of the studies in `keep` (k,), a mask.

    Raises
    ------
    NotEstimable
        If no study is left, or if they do not determine all coefficients.
    """
    weights = None if model.weights is None else model.weights[keep]
    if not keep.any():
        raise NotEstimable("no study is left")
    options = {"names": model.names, "weights": weights}
    try:
        return linear_model(model.yi[keep], model.vi[keep], model.X[keep], **options)
    except InputError as error:
        raise NotEstimable(f"the coefficients are not determined ({error})") from error


def _scale(Q: np.ndarray, df: int, test: str) -> np.ndarray:
    """Factor of the variances; 1 where no degree of freedom is left, as metafor has it."""
    if test in ("z", "t") or df == 0:
        return np.ones(len(Q))
    return Q / df if test == "knha" else np.maximum(1.0, Q / df)
