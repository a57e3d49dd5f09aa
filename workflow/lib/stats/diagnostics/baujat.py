"""Which studies make the effects differ, and which move the result (Baujat et al. 2002)."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.diagnostics.columns import column, explain, ratio
from workflow.lib.stats.diagnostics.deletions import delete_each, variances_of_fitted
from workflow.lib.stats.regression.fit import fit_linear


@dataclass(frozen=True, slots=True)
class Baujat:
    """Coordinates of the k studies in the plot of Baujat, in their order."""

    method: str
    test: str
    k: int
    x: tuple[float, ...]  # squared Pearson residual: the study's share of Q at tau2
    y: tuple[float | None, ...]  # squared change of the fitted value over its variance
    tag: str  # "Baujat, REML, z"
    reasons: dict[str, str]  # why a number is None, by "row 3" or by the field


def baujat(model, *, method="REML", test="z") -> Baujat:
    """Return the contribution to Q and the influence on the fitted value of each study.

    `model` is a `LinearModel` with more than p studies. Under equal effects the x add up to QE.
    The variance in y is that of the fitted value without the study (Baujat et al. 2002).

    Raises
    ------
    InputError
        For an unknown method or test.
    NotEstimable
        If there are not more studies than coefficients.
    """
    if model.df < 1:
        raise NotEstimable(f"Baujat needs more than {model.p} studies, there are {model.k}")
    fit = fit_linear(model, method=method, test=test)
    deletions = delete_each(model, fit.tau2, method=method, test=test)
    residuals = model.solution_at(fit.tau2).residuals
    shift = np.einsum("ij,ij->i", model.X, deletions.change)
    variance = variances_of_fitted(model.X, deletions.vb)
    columns = {
        "x": column(residuals**2 / (model.vi + fit.tau2)),
        "y": column(ratio(shift**2, variance)),
    }
    return Baujat(
        **{"method": method, "test": test, "k": model.k, "tag": f"Baujat, {method}, {test}"},
        **columns,
        reasons=explain(deletions.reasons, columns),
    )
