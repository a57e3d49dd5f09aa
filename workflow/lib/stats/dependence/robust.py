"""Cluster-robust tests of any fit: the coefficients stay, their errors no longer rest on the model."""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.blocks import diagonal_blocks
from workflow.lib.stats.dependence.fit import Fit, coefficients
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.sandwich import (
    KINDS,
    Scores,
    Working,
    factor_of,
    scores,
)
from workflow.lib.stats.dependence.satterthwaite import hotelling_df, satterthwaite
from workflow.lib.stats.dependence.solution import solution

DFS = ("Satterthwaite", "residual")
ZERO = 1e-14  # a robust variance below this share of the model's is that of an exact fit


@dataclass(frozen=True, slots=True)
class Correction:
    """Which cluster-robust variance and which degrees of freedom."""

    # CR0 plain; CR1, CR1p, CR1S: CR0 times J / (J - 1), J / (J - p), J (k - 1) / ((J - 1) (k - p));
    # CR2 unbiased under the working model; CR3 like a jackknife. metafor's own robust() is CR1p
    kind: str = "CR2"
    dfs: str = "Satterthwaite"  # or residual: clusters minus coefficients
    level: float = 95.0  # percent


@dataclass(frozen=True, slots=True)
class RobustFit:
    """Coefficients with cluster-robust tests; a field that is None has its reason in `reasons`."""

    kind: str
    dfs: str
    level: float  # percent
    k: int
    p: int
    n_clusters: int
    names: tuple[str, ...]
    beta: tuple[float, ...]
    se: tuple[float | None, ...]
    stat: tuple[float | None, ...]  # t
    df: tuple[float | None, ...]  # per coefficient
    pval: tuple[float | None, ...]
    ci_lb: tuple[float | None, ...]
    ci_ub: tuple[float | None, ...]
    vb: tuple[tuple[float, ...], ...]
    QM: float | None  # F of all coefficients but the intercept; HTZ with Satterthwaite
    QM_df1: int
    QM_df2: float | None
    QMp: float | None
    QM_names: tuple[str, ...]
    tag: str  # "CR2, Satterthwaite t, 11 clusters"
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class WaldTest:
    """F test that several contrasts of the coefficients are 0."""

    stat: float | None  # F
    df1: int
    df2: float | None
    pval: float | None
    tag: str  # "HTZ, CR2, 11 clusters"
    reason: str | None


@dataclass(frozen=True, slots=True)
class Robust:
    """A working model with its clusters' sums: what tests of any contrast start from."""

    working: Working
    scores: Scores
    vb: np.ndarray  # (p, p) in the model's own coordinates
    correction: Correction

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.scores.sizes)


def robust(model: DependentModel, terms, fit: Fit, cluster, correction=None) -> RobustFit:
    """Return the cluster-robust tests of a fit of `multilevel` or `multivariate`.

    `model` and `terms` are those that were fitted; `cluster` has shape (k,).

    Raises
    ------
    InputError
        For an unknown kind or dfs, a `cluster` of another length, or clusters that the model
        correlates (CR2, CR3 and Satterthwaite).
    NotEstimable
        If there are fewer than two clusters, or no more clusters than coefficients where the
        degrees of freedom are their difference.
    """
    return report(prepare(working_of_fit(model, terms, fit), cluster, correction or Correction()))


def robust_regression(linear, fit, cluster, correction=None) -> RobustFit:
    """Return the cluster-robust tests of a plain (meta-)regression with independent errors.

    `linear` is a `LinearModel` without user weights, `fit` anything with its `tau2`; `cluster`
    has shape (k,). Raises as `robust` does.

    Errors as `robust`.

    Raises
    ------
    InputError
        For user weights, and what `robust` refuses.
    """
    if linear.weights is not None:
        raise InputError(["cluster-robust tests are not offered for user weights"])
    working = working_of_regression(linear, fit.tau2 or 0.0)
    return report(prepare(working, cluster, correction or Correction()))


def working_of_fit(model: DependentModel, terms, fit: Fit) -> Working:
    """Return the working model of a fit of this room."""
    here = solution(model, terms, fit, blocks=True)
    parts = (model.basis, here.WX, here.vb_basis, here.residual, here.state.M)
    return Working(*parts, model.back, here.beta, model.names, model.intercept)


def working_of_regression(linear, tau2: float) -> Working:
    """Return the working model of independent effects with variances vi + `tau2`."""
    basis, r = np.linalg.qr(linear.X)
    at = linear.solution_at(tau2)
    total = linear.vi + tau2
    WX = basis / total[:, None]
    M = np.linalg.inv(basis.T @ WX)
    parts = (basis, WX, 0.5 * (M + M.T), at.residuals, diagonal_blocks(total))
    ones = np.flatnonzero((linear.X == 1.0).all(axis=0))
    intercept = int(ones[0]) if len(ones) else None
    return Working(*parts, np.linalg.inv(r), at.beta, linear.names, intercept)


def prepare(working: Working, cluster, correction: Correction) -> Robust:
    """Return the clusters' sums and the robust variances; `cluster` has shape (k,).

    Raises
    ------
    InputError
        For an unknown kind or dfs, a level outside (0, 100), a cluster of another length, or one
        that is finer than the model's where its inverse is needed.
    NotEstimable
        With fewer than two clusters, or as many coefficients as clusters where they are subtracted.
    """
    problems = []
    for name, known in (("kind", KINDS), ("dfs", DFS)):
        value = getattr(correction, name)
        if value not in known:
            problems.append(f"{name} {value!r}: admissible are {', '.join(known)}")
    if not 0.0 < correction.level < 100.0:
        problems.append(f"level {correction.level}: must lie between 0 and 100 percent")
    if problems:
        raise InputError(problems)
    sums = scores(working, cluster, correction.kind)
    if sums.d is None and correction.dfs == "Satterthwaite":
        raise InputError(
            ["Satterthwaite: the model correlates different clusters; take a coarser one"]
        )
    J, (k, p) = len(sums.sizes), working.X.shape
    factor = factor_of(correction.kind, J, k, p)
    half = working.back @ working.M
    vb = factor * (half @ (sums.meat.T @ sums.meat) @ half.T)
    return Robust(working, sums, vb, correction)


def report(state: Robust) -> RobustFit:
    """Return the tests of every coefficient and of all together."""
    working, correction, reasons = state.working, state.correction, {}
    p, names = len(working.beta), working.names
    which = [j for j in range(p) if j != working.intercept] or [0]
    joint = wald_test(state, np.eye(p)[which])
    if joint.stat is None:
        reasons |= dict.fromkeys(("QM", "QMp"), joint.reason)
        if joint.df2 is None:
            reasons["QM_df2"] = joint.reason
    law = "Satterthwaite t" if correction.dfs == "Satterthwaite" else "t(clusters - p)"
    return RobustFit(
        **{"kind": correction.kind, "dfs": correction.dfs, "level": correction.level},
        **{"k": len(working.residual), "p": p, "n_clusters": state.n_clusters, "names": names},
        **_tests(state, reasons),
        **{"QM": joint.stat, "QM_df1": joint.df1, "QM_df2": joint.df2, "QMp": joint.pval},
        QM_names=tuple(names[j] for j in which),
        tag=f"{correction.kind}, {law}, {state.n_clusters} clusters",
        reasons=reasons,
    )


def _tests(state: Robust, reasons) -> dict[str, tuple]:
    """Tests of the coefficients; None for those without an error of their own."""
    working, lost = state.working, _without_error(state)
    df, vb = _coefficient_df(state, lost), state.vb.copy()
    vb[lost, lost] = 1.0
    found = coefficients(working.beta, vb, df, state.correction.level)
    found["vb"] = tuple(tuple(row) for row in state.vb.tolist())
    if lost.any():
        said = ", ".join(name for name, one in zip(working.names, lost, strict=True) if one)
        reason = f"{said}: the clusters that determine it fit exactly; it has no robust error"
        for name in ("se", "stat", "df", "pval", "ci_lb", "ci_ub"):
            reasons[name] = reason
            found[name] = tuple(
                None if one else x for x, one in zip(found[name], lost, strict=True)
            )
    return found


def _without_error(state: Robust) -> np.ndarray:
    """Which coefficients rest on clusters whose residuals are 0 whatever the effects, (p,)."""
    working = state.working
    model_based = np.diag(working.back @ working.M @ working.back.T)
    return ~(np.diag(state.vb) > ZERO * model_based)


def wald_test(state: Robust, contrasts) -> WaldTest:
    """Return the F test that `contrasts` (q, p) of the coefficients are all 0.

    With Satterthwaite degrees of freedom this is HTZ: Q = b'C'(C V C')^-1 C b over q, times
    (eta - q + 1) / eta, against F(q, eta - q + 1) (Tipton & Pustejovsky 2015).
    """
    C = np.atleast_2d(np.asarray(contrasts, dtype=float))
    q, working = len(C), state.working
    residual = state.correction.dfs == "residual"
    tag = f"{'F' if residual else 'HTZ'}, {state.correction.kind}, {state.n_clusters} clusters"
    few = f"too few clusters ({state.n_clusters}) to test {q} coefficients together"
    model_based = C @ working.back @ working.M @ working.back.T @ C.T
    scale = np.sqrt(np.diag(model_based))
    relative = C @ state.vb @ C.T / np.outer(scale, scale)
    if not np.linalg.eigvalsh(relative)[0] > ZERO:
        return WaldTest(None, q, None, None, tag, few)
    tested = C @ working.beta / scale
    F = float(tested @ np.linalg.solve(relative, tested)) / q
    if residual:
        df2 = _residual_df(state)
    else:
        eta = hotelling_df(state.scores, working.M, C @ working.back)
        df2 = eta - q + 1.0
        F *= df2 / eta
    if df2 <= 0.0:
        return WaldTest(None, q, df2, None, tag, few)
    return WaldTest(F, q, df2, float(fdtrc(q, df2, F)), tag, None)


def _coefficient_df(state: Robust, lost: np.ndarray) -> tuple[float, ...]:
    """Degrees of freedom of every coefficient; 1 in the place of those that are `lost`."""
    if state.correction.dfs == "residual":
        return (_residual_df(state),) * len(lost)
    found = np.ones(len(lost))
    found[~lost] = satterthwaite(state.scores, state.working.M, state.working.back[~lost])
    return tuple(found.tolist())


def _residual_df(state: Robust) -> float:
    """Clusters minus coefficients."""
    J, p = state.n_clusters, len(state.working.beta)
    if p >= J:
        raise NotEstimable(f"needs more than {p} clusters, there are {J}")
    return float(J - p)
