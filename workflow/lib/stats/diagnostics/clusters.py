"""What leaving out a whole cluster of studies shows: cluster residuals and Cook's distances."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.diagnostics.columns import column
from workflow.lib.stats.diagnostics.deletions import scale_of, subset
from workflow.lib.stats.numbers import as_labels
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.tau2 import estimate_tau2


@dataclass(frozen=True, slots=True)
class ClusterInfluence:
    """Deletion diagnostics of m clusters, in the order in which they appear."""

    method: str
    test: str
    k: int
    label: tuple
    size: tuple[int, ...]  # studies in the cluster
    X2: tuple[float | None, ...]  # squared length of its standardised deleted residuals
    pval: tuple[float | None, ...]  # chi-square with `size` degrees of freedom
    cook_d: tuple[float | None, ...]  # squared distance of the two sets of coefficients
    tau2_del: tuple[float | None, ...]  # without the cluster
    tag: str
    reasons: dict[str, str]  # why numbers are None, by "row 3", the number of the cluster


def cluster_influence(model, clusters, *, method="REML", test="z") -> ClusterInfluence:
    """Return the multivariate deleted residual and Cook's distance of each cluster.

    `model` is a `LinearModel`, `clusters` (k,) are labels. X2 is r' Var(r)^-1 r with r the
    residuals of the cluster from the fit of all others (Gleser & Olkin 2009 for the model;
    Viechtbauer & Cheung 2010 for the diagnostics); studies are independent given the model.
    Every fit is made on its own.

    Raises
    ------
    InputError
        For an unknown method or test, or labels of another number than k.
    NotEstimable
        If the model of all studies cannot be fitted.
    """
    fit, groups = fit_linear(model, method=method, test=test), cluster_rows(clusters, model.k)
    numbers, reasons = np.full((len(groups), 3), np.nan), {}
    for i, rows in enumerate(groups.values()):
        try:
            numbers[i] = _without(model, fit, rows)
        except (NotEstimable, ConvergenceError) as error:
            reasons[f"row {i}"] = f"without this cluster: {error}"
    size = np.array([len(rows) for rows in groups.values()])
    names = ("X2", "cook_d", "tau2_del")
    if np.isnan(numbers).sum() > 3 * len(reasons):
        reasons["X2"] = reasons["cook_d"] = "some clusters: a variance is 0, use test adhoc"
    return ClusterInfluence(
        **{"method": method, "test": test, "k": model.k, "label": tuple(groups)},
        **{name: column(numbers[:, i]) for i, name in enumerate(names)},
        size=tuple(size.tolist()),
        pval=column(np.where(np.isnan(numbers[:, 0]), np.nan, chdtrc(size, numbers[:, 0]))),
        tag=f"cluster influence, {method}, {test}",
        reasons=reasons,
    )


def cluster_rows(clusters, k: int) -> dict:
    """Return the rows of every cluster by its label, in the order in which labels appear.

    Raises
    ------
    InputError
        For labels that are missing (by row), or of another number than k.
    """
    labels = as_labels("clusters", clusters).tolist()
    if len(labels) != k:
        raise InputError([f"clusters: there must be {k} labels, one for each study: {len(labels)}"])
    groups: dict = {}
    for row, label in enumerate(labels):
        groups.setdefault(label, []).append(row)
    return groups


def _without(model, fit, rows) -> tuple[float, float, float]:
    """X2, Cook's distance and tau2 without the studies `rows`."""
    rest = subset(model, ~np.isin(np.arange(model.k), rows))
    tau2 = 0.0 if rest.k == 1 else estimate_tau2(rest, fit.method)[0]
    solution = rest.solution_at(tau2)
    scale = scale_of(rest, tau2, fit.test)
    X, change = model.X[rows], np.asarray(fit.beta) - solution.beta
    variance = scale * (np.diag(model.vi[rows] + tau2) + X @ solution.vb @ X.T)
    return (
        _squared_length(model.yi[rows] - X @ solution.beta, variance),
        _squared_length(change, np.asarray(fit.vb)),
        tau2,
    )


def _squared_length(x: np.ndarray, variance: np.ndarray) -> float:
    """x' variance^-1 x; NaN if a variance is 0."""
    scale = np.sqrt(np.diag(variance))
    if not (scale > 0.0).all():
        return float("nan")
    scaled = x / scale
    return float(scaled @ np.linalg.solve(variance / np.outer(scale, scale), scaled))
