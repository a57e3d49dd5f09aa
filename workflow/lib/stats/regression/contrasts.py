"""Linear combinations of the coefficients of a meta-regression, and tests of several at once."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_numbers
from workflow.lib.stats.regression.fit import Regression, fit_linear
from workflow.lib.stats.regression.fit_statistics import log_likelihood
from workflow.lib.stats.regression.model import LinearModel, linear_model
from workflow.lib.stats.student import above_chi2, above_f, quantile, two_sided

SINGULAR = 1e-12  # smallest eigenvalue of the combinations' correlations that can be inverted
LARGEST = 1e100  # its square is a number
NO_ERROR = "a combination has a standard error of 0"
REDUNDANT = "a combination follows from the others: leave it out"


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Tests of m combinations; tuples run over them."""

    test: str  # that of the fit
    level: float  # percent
    est: tuple[float, ...]  # combination less its hypothesised value
    se: tuple[float, ...]
    stat: tuple[float | None, ...]  # z or t
    df: float | None  # of t; None for z
    pval: tuple[float | None, ...]  # two-sided
    ci_lb: tuple[float, ...]
    ci_ub: tuple[float, ...]
    QM: float | None  # all together: chi-square for z, else F
    QM_df1: int  # m
    QM_df2: float | None  # None for a chi-square statistic
    QMp: float | None
    tag: str
    reasons: dict[str, str]  # why a field, or a member of it, is None


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Test that coefficients of a meta-regression are all 0."""

    method: str  # ML
    LRT: float  # twice the difference of the log likelihoods
    df: int
    pval: float  # chi-square
    ll: float  # of the whole model
    ll_reduced: float
    tau2: float
    tau2_reduced: float
    R2: float | None  # percent of tau2_reduced that the coefficients explain; None if it is 0
    tag: str


def contrasts(fit: Regression, L, *, rhs=0.0) -> Contrasts:
    """Return the tests that the combinations `L` (m, p) of the coefficients of `fit` are `rhs`.

    `rhs` is one number or m. Wald tests with the reference distribution of the fit (z or t; chi-square
    or F), the Knapp-Hartung scale included.

    Raises
    ------
    InputError
        For rows that do not have p numbers, or have nothing but zeros; for values that are none.

    Notes
    -----
    Knapp & Hartung (2003), section 3: Q = (L b)' (L V L')^-1 (L b), over m for F.
    """
    rows, rhs = _combinations(fit, L, rhs)
    est = rows @ np.array(fit.beta) - rhs
    V = rows @ np.array(fit.vb) @ rows.T
    se = np.sqrt(np.diag(V))
    half = quantile(fit.level, fit.df) * se
    stat = [b / s if s > 0.0 else None for b, s in zip(est.tolist(), se.tolist(), strict=True)]
    QM, why = _joint(est, V, se)
    QM = QM if QM is None or fit.df is None else QM / len(rows)
    missing = {} if None not in stat else dict.fromkeys(("stat", "pval"), NO_ERROR)
    return Contrasts(
        **{"test": fit.test, "level": fit.level, "est": tuple(est.tolist())},
        **{"se": tuple(se.tolist()), "stat": tuple(stat), "df": fit.df},
        pval=tuple(None if x is None else float(two_sided(x, fit.df)) for x in stat),
        **{"ci_lb": tuple((est - half).tolist()), "ci_ub": tuple((est + half).tolist())},
        **{"QM": QM, "QM_df1": len(rows), "QM_df2": fit.df, "QMp": _tail(QM, len(rows), fit.df)},
        tag=f"{fit.tag}; {len(rows)} combination{'s' if len(rows) > 1 else ''}",
        reasons=missing | ({} if QM is not None else dict.fromkeys(("QM", "QMp"), why)),
    )


def likelihood_ratio(model: LinearModel, tested) -> LikelihoodRatio:
    """Return the likelihood ratio test that the columns `tested` (from 0) of `model` are not needed.

    Both models are fitted by ML: restricted likelihoods of different columns do not compare.

    Raises
    ------
    InputError
        For columns that do not exist, or if no column would be left; user weights.
    NotEstimable
        As `fit_linear`.

    Notes
    -----
    Viechtbauer (2007).
    """
    if model.weights is not None:
        raise InputError(["likelihood ratio tests are not offered for user weights"])
    whole = fit_linear(model, method="ML", tested=tested)
    kept = [j for j in range(model.p) if j not in whole.tested]
    if not kept:
        raise InputError([f"tested {tested}: at least one column must be left"])
    names = [model.names[j] for j in kept]
    part = linear_model(model.yi, model.vi, model.X[:, kept], names=names)
    reduced = fit_linear(part, method="ML")
    ll, ll_reduced = (
        log_likelihood(one, fit.tau2, restricted=False)
        for one, fit in ((model, whole), (part, reduced))
    )
    LRT, df = max(0.0, 2.0 * (ll - ll_reduced)), len(whole.tested)
    explained = None
    if reduced.tau2 > 0.0:
        explained = max(0.0, 100.0 * (1.0 - whole.tau2 / reduced.tau2))
    return LikelihoodRatio(
        **{"method": "ML", "LRT": LRT, "df": df, "pval": above_chi2(LRT, df)},
        **{"ll": ll, "ll_reduced": ll_reduced, "tau2": whole.tau2, "tau2_reduced": reduced.tau2},
        **{"R2": explained, "tag": f"ML, likelihood ratio, {df} of {model.p} coefficients"},
    )


def _combinations(fit: Regression, L, rhs) -> tuple[np.ndarray, np.ndarray]:
    """The combinations as an array (m, p), and their hypothesised values (m,)."""
    rows, rhs = np.atleast_2d(as_numbers("L", L)), as_numbers("rhs", rhs)
    if rows.ndim != 2 or rows.shape[1] != fit.p or not len(rows):
        raise InputError([f"L has shape {rows.shape}: each combination needs {fit.p} numbers"])
    if rhs.shape not in ((), (len(rows),)):
        raise InputError([f"rhs has shape {rhs.shape}: needs one number, or {len(rows)}"])
    rhs = np.broadcast_to(rhs, (len(rows),))
    problems = [
        f"row {i}: L is {rows[i].tolist()}: must be finite, below {LARGEST:g} and not all 0"
        for i in np.flatnonzero(~(np.abs(rows) < LARGEST).all(axis=1) | ~rows.any(axis=1))
    ]
    wrong = np.flatnonzero(~(np.abs(rhs) < LARGEST))
    problems += [f"row {i}: rhs is {rhs[i]}, must be finite and below {LARGEST:g}" for i in wrong]
    if problems:
        raise InputError(problems)
    return rows, rhs


def _joint(est, V, se) -> tuple[float | None, str]:
    """Quadratic form of all combinations, or why there is none."""
    if not (se > 0.0).all():
        return None, NO_ERROR
    correlations = V / np.outer(se, se)
    if np.linalg.eigvalsh(correlations)[0] < SINGULAR:
        return None, REDUNDANT
    z = est / se
    return float(z @ np.linalg.solve(correlations, z)), ""


def _tail(QM, m: int, df) -> float | None:
    """P value of the joint test."""
    if QM is None:
        return None
    return above_chi2(QM, m) if df is None else above_f(QM, m, df)
