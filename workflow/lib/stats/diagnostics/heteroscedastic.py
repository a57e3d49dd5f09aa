"""Heterogeneity that differs between groups of studies, and the test that it does not."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.diagnostics.clusters import cluster_rows
from workflow.lib.stats.diagnostics.variance_likelihood import Point, climb, likelihood_at
from workflow.lib.stats.student import check_test, quantile
from workflow.lib.stats.tau2 import estimate_tau2

METHODS = ("ML", "REML")
FLAT = "tau2 is 0 here: at the boundary no standard error is given"


@dataclass(frozen=True, slots=True)
class GroupHeterogeneity:
    """tau2 of m groups of studies that share the coefficients of one model."""

    method: str
    level: float  # percent
    k: int
    p: int
    label: tuple  # groups in the order in which they appear
    size: tuple[int, ...]  # studies
    tau2: tuple[float, ...]  # squared unit of yi
    se_tau2: tuple[float | None, ...]  # from the expected information; None where tau2 is 0
    beta: tuple[float, ...]  # coefficients given these tau2
    se: tuple[float, ...]
    ci_lb: tuple[float, ...]  # Wald z
    ci_ub: tuple[float, ...]
    loglik: float
    common_tau2: float  # of all groups
    common_loglik: float
    LRT: float  # twice the difference
    LRT_df: int
    LRTp: float
    tag: str  # "tau2 in 2 groups, REML, likelihood ratio chi-square(1)"
    reasons: dict[str, str]  # why a number is None, by "row 1", the number of the group


def group_heterogeneity(model, groups, *, method="REML", level=95.0) -> GroupHeterogeneity:
    """Return tau2 of each group of studies, and the likelihood-ratio test that all are equal.

    `model` is a `LinearModel` of the effects, `groups` (k,) are labels; every tau2 is at or
    above 0. Restricted likelihoods are comparable, as both models have the same coefficients.

    Raises
    ------
    InputError
        For a method other than ML and REML, labels of another number, or one group only.
    NotEstimable
        If there are not more than p studies.
    ConvergenceError
        If the likelihood has no maximum that can be found.

    Notes
    -----
    The chi-square distribution is that of large k (Viechtbauer & Lopez-Lopez 2022); where a
    tau2 is 0 the test is conservative or worse, as no boundary correction is made.
    """
    check_likelihood(model, method, level)
    rows = cluster_rows(groups, model.k)
    if len(rows) < 2:
        raise InputError(["groups: there is only one group, nothing to compare"])
    slopes = np.zeros((model.k, len(rows)))
    for j, members in enumerate(rows.values()):
        slopes[members, j] = 1.0
    common, at_common = common_point(model, method)

    def at(tau2):
        return likelihood_at(model, slopes @ tau2, slopes, restricted=method == "REML")

    start = np.full(len(rows), max(common, 1e-3 * float(np.median(model.vi))))
    tau2, point = climb(at, start, lower=0.0, scale=float(model.vi.min()))
    return _result(model, rows, (tau2, point, slopes), (common, at_common), (method, level))


def check_likelihood(model, method: str, level: float) -> None:
    """Refuse methods without a likelihood, user weights, and too few studies.

    Raises
    ------
    InputError
        For another method than ML or REML, user weights, a level outside (0, 100).
    NotEstimable
        If there are not more studies than coefficients.
    """
    check_test("z", level)
    if method not in METHODS:
        raise InputError([f"method {method!r}: admissible are {', '.join(METHODS)}"])
    if model.weights is not None:
        raise InputError(["user weights have no likelihood: give the model none"])
    if model.df < 1:
        raise NotEstimable(f"needs more than {model.p} studies, there are {model.k}")


def common_point(model, method: str) -> tuple[float, Point]:
    """Return the one tau2 of all studies and the likelihood there."""
    tau2 = estimate_tau2(model, method)[0]
    every = np.full(model.k, tau2)
    return tau2, likelihood_at(model, every, np.ones((model.k, 1)), restricted=method == "REML")


def weighted_fit(model, tau2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (p,) and standard errors (p,) given the variances `tau2` (k,)."""
    P = model.projection(1.0 / (model.vi + tau2))
    fitted = model.yi - P.residual(model.contrast)
    variances = np.diag(model.back @ P.inverse @ model.back.T)
    return model.back @ fitted[model.lead], np.sqrt(variances)


def _result(model, rows, found, common, options) -> GroupHeterogeneity:
    """The fields of the answer."""
    (tau2, point, slopes), (common_tau2, at_common) = found, common
    method, level = options
    beta, se = weighted_fit(model, slopes @ tau2)
    half, df = quantile(level) * se, len(rows) - 1
    LRT = max(0.0, 2.0 * (point.value - at_common.value))
    reasons = {f"row {j}": FLAT for j in np.flatnonzero(tau2 == 0.0).tolist()}
    return GroupHeterogeneity(
        **{"method": method, "level": level, "k": model.k, "p": model.p, "label": tuple(rows)},
        size=tuple(len(members) for members in rows.values()),
        **{"tau2": tuple(tau2.tolist()), "se_tau2": _errors(tau2, point.expected)},
        **{"beta": tuple(beta.tolist()), "se": tuple(se.tolist())},
        **{"ci_lb": tuple((beta - half).tolist()), "ci_ub": tuple((beta + half).tolist())},
        **{"loglik": point.value, "common_tau2": common_tau2, "common_loglik": at_common.value},
        **{"LRT": LRT, "LRT_df": df, "LRTp": float(chdtrc(df, LRT))},
        tag=f"tau2 in {len(rows)} groups, {method}, likelihood ratio chi-square({df})",
        reasons=reasons,
    )


def _errors(tau2: np.ndarray, information: np.ndarray) -> tuple[float | None, ...]:
    """Standard errors of the tau2 above 0, the others held at 0."""
    inside = np.flatnonzero(tau2 > 0.0)
    variances = np.diag(np.linalg.inv(information[np.ix_(inside, inside)]))
    errors: list[float | None] = [None] * len(tau2)
    for j, variance in zip(inside.tolist(), variances.tolist(), strict=True):
        errors[j] = float(np.sqrt(variance))
    return tuple(errors)
