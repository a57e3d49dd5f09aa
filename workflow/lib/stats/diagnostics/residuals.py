"""How far each study lies from its fitted value: raw, standardised, deleted and Pearson."""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.stats.diagnostics.columns import column, explain, ratio
from workflow.lib.stats.diagnostics.deletions import Deletions, delete_each, variances_of_fitted
from workflow.lib.stats.regression.fit import fit_linear

DETERMINED = 1e-12  # 1 - h at or below which a study determines its own fitted value


@dataclass(frozen=True, slots=True)
class Residuals:
    """One residual for each of the k studies, in the order of the studies."""

    kind: str  # raw, standardised, deleted or Pearson
    method: str  # estimator of tau2
    test: str
    k: int
    tau2: float  # of all studies, squared unit of yi
    resid: tuple[float | None, ...]  # unit of yi
    se: tuple[float | None, ...]
    z: tuple[float | None, ...]  # resid / se
    tag: str  # "deleted residuals, REML, knha"
    reasons: dict[str, str]  # why a number is None, by "row 3" or by the field


def raw_residuals(model, *, method="REML", test="z", tau2=None) -> Residuals:
    """Return yi - x'beta of each study, with the standard deviation sqrt(vi + tau2) of yi.

    `model` is a `LinearModel`; `tau2` is estimated by `method` if it is None. With
    z = resid / sqrt(vi + tau2) these are also the Pearson residuals and, as the effects are
    independent, the residuals decorrelated by the Cholesky factor of their variances.

    Viechtbauer & Cheung (2010).

    Raises
    ------
    InputError
        For an unknown method or test, or a tau2 below 0.
    NotEstimable
        If the model cannot be fitted.
    """
    fit = fit_linear(model, method=method, test=test, tau2=tau2)
    solution = model.solution_at(fit.tau2)
    return _residuals("raw", fit, solution.residuals, np.sqrt(model.vi + fit.tau2))


def pearson_residuals(model, *, method="REML", test="z", tau2=None) -> Residuals:
    """Return the raw residuals under the name Pearson: `z` is resid / sqrt(vi + tau2).

    Viechtbauer & Cheung (2010); errors as `raw_residuals`.
    """
    found = raw_residuals(model, method=method, test=test, tau2=tau2)
    return replace(found, kind="Pearson", tag=found.tag.replace("raw", "Pearson"))


def rstandard(model, *, method="REML", test="z", tau2=None) -> Residuals:
    """Return the (internally) standardised residuals of the studies.

    Notes
    -----
    The variance of a residual is (vi + tau2) (1 - h); with user weights (vi + tau2) (1 - 2 h)
    + x'Var(beta)x (Hedges & Olkin 1985, ch. 12). The Knapp-Hartung scale is not in it.
    """
    fit = fit_linear(model, method=method, test=test, tau2=tau2)
    solution, total = model.solution_at(fit.tau2), model.vi + fit.tau2
    variance = total * solution.one_minus_hat
    if model.weights is not None:
        own = np.einsum("ij,jl,il->i", model.X, solution.vb, model.X)
        variance = np.maximum(total * (1.0 - 2.0 * solution.hat) + own, 0.0)
    free = solution.one_minus_hat > DETERMINED
    reasons = {j: "the study determines its own fitted value" for j in np.flatnonzero(~free)}
    se = np.where(free, np.sqrt(variance), np.nan)
    return _residuals("standardised", fit, solution.residuals, se, reasons=reasons)


def rstudent(model, *, method="REML", test="z") -> Residuals:
    """Return the deleted (externally standardised) residuals of the studies.

    Each study is compared with its value predicted from the fit of all others, tau2 estimated
    anew. `tau2` in the result is that of all studies.

    Raises
    ------
    NotEstimable
        If the model cannot be fitted, or if there is but one study.

    Notes
    -----
    The variance is vi + tau2 + x'Var(beta)x, all of it from the other studies and times the
    Knapp-Hartung scale for knha and adhoc (Viechtbauer & Cheung 2010).
    """
    fit = fit_linear(model, method=method, test=test)
    deletions = delete_each(model, fit.tau2, method=method, test=test)
    resid, se = deleted_residuals(model, deletions)
    return _residuals("deleted", fit, resid, se, reasons=deletions.reasons)


def deleted_residuals(model, deletions: Deletions) -> tuple[np.ndarray, np.ndarray]:
    """Return the deleted residuals and their standard errors, (k,) each."""
    own = variances_of_fitted(model.X, deletions.vb)
    variance = deletions.scale * (model.vi + deletions.tau2) + own
    return deletions.resid, np.sqrt(variance)


def _residuals(kind, fit, resid, se, *, reasons=None) -> Residuals:
    """Result from the residuals and their standard errors; NaN is missing."""
    columns = {"resid": column(resid), "se": column(se), "z": column(ratio(resid, se))}
    return Residuals(
        **{"kind": kind, "method": fit.method, "test": fit.test, "k": fit.k, "tau2": fit.tau2},
        **columns,
        tag=f"{kind} residuals, {fit.method}, {fit.test}",
        reasons=explain(reasons or {}, columns),
    )
