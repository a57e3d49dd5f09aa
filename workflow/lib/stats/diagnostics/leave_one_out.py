"""Leave-one-out analyses: every fit lacks one study, or one cluster of studies."""

import numpy as np

from workflow.lib.errors import ConvergenceError, NotEstimable
from workflow.lib.stats.diagnostics.clusters import cluster_rows
from workflow.lib.stats.diagnostics.deletions import delete_each, fit_rows, subset
from workflow.lib.stats.diagnostics.series import Estimates, FitSeries, heterogeneity, series_of
from workflow.lib.stats.student import check_test
from workflow.lib.stats.tau2 import check_method, estimate_tau2


def leave_one_out(model, *, clusters=None, method="REML", test="z", level=95.0) -> FitSeries:
    """Return the k fits of a `LinearModel` without one study each, or without one cluster each.

    `clusters` (k,) are labels; without them every study is left out in turn and `label` counts
    rows from 0, with them `label` are the clusters in the order in which they appear. tau2 is
    estimated anew each time. A single study that is left is tested by z with tau2 = 0.

    Raises
    ------
    InputError
        For an unknown method or test, a level outside (0, 100), labels of another number.

    Notes
    -----
    Without clusters the fits follow from the sums of all studies, in O(k p^2) in all; with
    clusters every fit is made on its own.
    """
    check_test(test, level)
    check_method(method, model.weights is not None)
    options = {"method": method, "test": test, "level": level}
    if clusters is None:
        estimates, labels = _without_each_study(model, method, test), range(model.k)
    else:
        groups = cluster_rows(clusters, model.k)
        masks = [~np.isin(np.arange(model.k), rows) for rows in groups.values()]
        estimates, labels = fits_of(model, masks, method, test), groups
    return series_of(estimates, labels, model.names, what="leave-one-out", options=options)


def _without_each_study(model, method: str, test: str) -> Estimates:
    """Estimates of the k fits from the fit of all studies."""
    if model.df < 1:
        return fits_of(model, list(~np.eye(model.k, dtype=bool)), method, test)
    deletions = delete_each(model, estimate_tau2(model, method)[0], method=method, test=test)
    return Estimates(
        k=np.full(model.k, model.k - 1),
        df=np.full(model.k, deletions.df),
        tau2=deletions.tau2,
        beta=deletions.beta,
        se=np.sqrt(np.einsum("ijj->ij", deletions.vb)),
        **heterogeneity(method, deletions.df, deletions.tau2, deletions.QE, deletions.trP),
        reasons=deletions.reasons,
    )


def fits_of(model, masks, method: str, test: str) -> Estimates:
    """Return the estimates of the fits to the studies in each of `masks`, one fit at a time."""
    n, p = len(masks), model.p
    k = np.array([int(mask.sum()) for mask in masks])
    shapes = ((), (p,), (p,), (), ())
    columns = [np.full((n, *shape), np.nan) for shape in shapes]
    reasons = {}
    for i, mask in enumerate(masks):
        try:
            row = fit_rows(subset(model, mask), method, test)
        except (NotEstimable, ConvergenceError) as error:
            reasons[i] = str(error)
            continue
        for values, value in zip(columns, row, strict=True):
            values[i] = value
    tau2, beta, se, QE, trP = columns
    df = np.maximum(k - p, 0)
    spread = heterogeneity(method, df, tau2, QE, trP)
    return Estimates(k=k, df=df, tau2=tau2, beta=beta, se=se, **spread, reasons=reasons)
