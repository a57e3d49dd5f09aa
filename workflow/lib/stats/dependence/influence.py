"""What single estimates and whole clusters do to a fit of dependent estimates."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.dependence.deletions import Deletions, delete_units
from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.predictions import residuals
from workflow.lib.stats.diagnostics.columns import column, explain, ratio, rows_of

INDEPENDENT = "the model correlates no estimate of a cluster with the others: as se and rstudent"
SINGLE = "given for clusters"


@dataclass(frozen=True, slots=True)
class DependentInfluence:
    """Deletion diagnostics of k estimates and m units; a unit is an estimate or a cluster.

    A number that is None has its reason in `reasons`, by "row 3", the number of the unit, or by
    the column.
    """

    method: str
    test: str
    reestimate: bool  # whether variances and correlations are found anew without each unit
    k: int
    p: int
    names: tuple[str, ...]  # of the coefficients
    resid: tuple[float | None, ...]  # (k,) effect less its value predicted without its unit
    se: tuple[float | None, ...]  # (k,) as if the estimate were independent of those that are left
    rstudent: tuple[float | None, ...]  # (k,) resid / se
    se_exact: tuple[float | None, ...] | None  # (k,) with their covariance; None for clusters
    rstudent_exact: tuple[float | None, ...] | None  # (k,) resid / se_exact
    rstandard: tuple[float, ...]  # (k,) residual of the fit of all, in standard errors
    hat: tuple[float, ...]  # (k,)
    weight: tuple[float, ...]  # (k,) percent
    label: tuple  # (m,) of the units
    size: tuple[int, ...]  # (m,) estimates in the unit
    X2: tuple[float | None, ...] | None  # (m,) squared length of a cluster's deleted residuals
    pval: tuple[float | None, ...] | None  # (m,) chi-square with `size` degrees of freedom
    cook_d: tuple[float | None, ...]  # (m,) squared distance of the two sets of coefficients
    dfbs: tuple[tuple[float | None, ...], ...]  # m rows of p: change of each coefficient
    beta_del: tuple[tuple[float | None, ...], ...]  # m rows of p: without the unit
    se_del: tuple[tuple[float | None, ...], ...]  # m rows of p
    tag: str  # "influence of clusters, reestimated; REML, district, district/school, z"
    reasons: dict[str, str]


def dependent_influence(
    model: DependentModel, terms, fit: Fit, cluster=None, *, reestimate=True
) -> DependentInfluence:
    """Return the influence of each estimate, or of each cluster, on a fit.

    `model` and `terms` are those that gave `fit` in `multilevel` or `multivariate`; `cluster`
    (k,) are labels, None leaves out single estimates. Cook's distance is change' vb^-1 change with
    vb of all estimates; dfbs divides a change by its standard error in the fit of all estimates at
    the variances that are found without the unit (Viechtbauer & Cheung 2010; Viechtbauer 2021).

    Raises
    ------
    InputError
        For a `cluster` of another length, or clusters that the model correlates.
    NotEstimable
        If there is only one cluster.

    Notes
    -----
    Where the other estimates of a trial stay, they correlate with the one left out and move the
    prediction towards it. `se` ignores that, as metafor's rstudent does; `se_exact` counts it:
    var(y) + var(x'b) - 2 cov(y, x'b). Without `reestimate` a cluster's X2 equals the one of its
    internally standardised residuals.
    """
    found = delete_units(model, terms, fit, cluster, reestimate=reestimate)
    if len(found.units.labels) == 1:
        raise NotEstimable("there is only one cluster: nothing is left without it")
    standard = residuals(model, terms, fit)
    said = "estimates" if found.units.single else "clusters"
    columns = {**_residuals(found), **_changes(model, fit, found)}
    return DependentInfluence(
        **{"method": fit.method, "test": fit.test, "reestimate": reestimate},
        **{"k": model.k, "p": model.p, "names": model.names, "label": found.units.labels},
        **{"rstandard": standard.z, "hat": standard.hat, "weight": standard.weight},
        size=tuple(np.bincount(found.units.codes).tolist()),
        **columns,
        tag=f"influence of {said}, {'re-estimated' if reestimate else 'variances kept'}; {fit.tag}",
        reasons=explain(found.reasons, {"cook_d": columns["cook_d"]}) | _why(found),
    )


def _residuals(found: Deletions) -> dict[str, tuple | None]:
    """Deleted residuals of the estimates and squared lengths of those of the clusters."""
    single = found.units.single
    se = np.sqrt(found.variance)
    exact = np.sqrt(np.maximum(found.variance - 2.0 * found.shared, 0.0))
    size = np.bincount(found.units.codes)
    return {
        **{"resid": column(found.resid), "se": column(se)},
        "rstudent": column(ratio(found.resid, se)),
        "se_exact": column(exact) if single else None,
        "rstudent_exact": column(ratio(found.resid, exact)) if single else None,
        "X2": None if single else column(found.X2),
        "pval": None if single else column(chdtrc(size, found.X2)),
    }


def _changes(model: DependentModel, fit: Fit, found: Deletions) -> dict[str, tuple]:
    """Cook's distances and changes of the coefficients."""
    design = model.basis.T @ found.here.WX
    cook_d = np.einsum("mi,ij,mj->m", found.change, design, found.change)
    change = found.change @ model.back.T
    own, without = (
        np.sqrt(np.einsum("ij,mjl,il->mi", model.back, vb, model.back))
        for vb in (found.full_vb, found.vb)
    )
    return {
        **{"cook_d": column(cook_d), "dfbs": rows_of(change / own)},
        **{"beta_del": rows_of(np.array(fit.beta) - change), "se_del": rows_of(without)},
    }


def _why(found: Deletions) -> dict[str, str]:
    """Why whole columns are missing."""
    if found.units.single:
        return dict.fromkeys(("X2", "pval"), SINGLE)
    return dict.fromkeys(("se_exact", "rstudent_exact"), INDEPENDENT)
