"""Meta-regression: coefficients with tests and intervals, and what heterogeneity they leave."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr, solve_triangular

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.model import (
    LinearModel,
    Solution,
    linear_model,
    moderator_columns,
)
from workflow.lib.stats.student import above_chi2, above_f, check_test, quantile, two_sided
from workflow.lib.stats.tau2 import EQUAL, estimate_tau2

NO_WIDTH = "the variance is 0, the effects lie on the regression exactly: use test adhoc"


@dataclass(frozen=True, slots=True)
class Regression:
    """Fit of a linear model; tuples run over the p coefficients, in the order of `names`."""

    method: str  # estimator of tau2
    test: str  # z, t, knha (Knapp-Hartung) or adhoc (Knapp-Hartung, scale at least 1)
    level: float  # of all intervals, percent
    k: int
    p: int
    names: tuple[str, ...]
    fixed: bool  # whether tau2 was given, not estimated
    tau2: float  # variance that the moderators leave, squared unit of yi
    se_tau2: float | None  # None for equal effects, and without residual degrees of freedom
    beta: tuple[float, ...]
    se: tuple[float, ...]
    stat: tuple[float | None, ...]  # z or t; None if the standard error is 0
    df: float | None  # of t; None for z
    pval: tuple[float | None, ...]  # two-sided
    ci_lb: tuple[float, ...]
    ci_ub: tuple[float, ...]
    vb: tuple[tuple[float, ...], ...]  # variances of beta, with the Knapp-Hartung scale
    QE: float  # residual heterogeneity
    QE_df: int
    QEp: float | None
    QM: float | None  # of the tested coefficients: chi-square for z, else F
    QM_df1: int  # number of tested coefficients
    QM_df2: float | None  # None for a chi-square statistic
    QMp: float | None
    tested: tuple[int, ...]  # the coefficients in QM, counted from 0
    I2: float | None  # percent of the unexplained variance, from tau2 (from QE for equal effects)
    H2: float | None
    R2: float | None  # percent of the heterogeneity that the moderators explain
    weights: tuple[float, ...]  # percent, in the order of the studies
    tag: str  # "REML, knha, t(11), 2 coefficients"
    reasons: dict[str, str]  # why a field is None, by its name


def meta_regression(yi, vi, X, *, method="REML", test="z", level=95.0) -> Regression:
    """Return the regression of the effects on the columns of `X` (k, p).

    `X` contains the column of ones if there is to be an intercept; None is that column alone.
    Errors as `linear_model` and `fit_linear`.
    """
    return fit_linear(linear_model(yi, vi, X), method=method, test=test, level=level)


def fit_linear(
    model: LinearModel, *, method="REML", test="z", level=95.0, tau2=None, tested=None
) -> Regression:
    """Return the weighted fit of `model`, with tau2 by `method` or fixed at `tau2`.

    `tested` are the columns that QM tests together, counted from 0; without it all but the
    column of ones, or that column if there is no other.

    Raises
    ------
    InputError
        For an unknown method or test, a level outside (0, 100), GENQ without weights.
    NotEstimable
        If there are too few studies: to estimate tau2, and for t, knha and adhoc, more than p are
        needed; p are enough for EE and for a fixed tau2, with z. One study is tested by z always.
    ConvergenceError
        If tau2 cannot be found.

    Notes
    -----
    knha scales the variances by the weighted residual sum of squares over k - p (Knapp &
    Hartung 2003), with the weights 1 / (vi + tau2) also where the user gives others; adhoc does so
    only if that widens them.
    """
    check_test(test, level)
    test = "z" if model.k == 1 else test  # nothing else can be done: as metafor
    if test != "z" and model.df <= 0:
        raise NotEstimable(f"test {test} needs more than {model.p} studies, there are {model.k}")
    rows, fixed = _tested(model, tested), tau2 is not None
    tau2, se_tau2 = estimate_tau2(model, method, fixed=tau2)
    solution = model.solution_at(tau2)
    scale = variance_scale(model, tau2, test)
    coefficients, root = _coefficients(solution, scale, None if test == "z" else model.df, level)
    joint = _joint(coefficients["beta"], root, rows, coefficients["df"])
    rest = _heterogeneity(model, method, tau2, se_tau2)
    reasons = _reasons(model, method, coefficients | joint | rest | {"se_tau2": se_tau2})
    law = "z" if test == "z" else f"t({model.df})"
    origin = "tau2 fixed" if fixed else method
    count = f"{model.p} coefficient{'s' if model.p > 1 else ''}"
    return Regression(
        **{"method": method, "test": test, "level": level, "k": model.k, "p": model.p},
        **{"names": model.names, "fixed": fixed, "tau2": tau2, "se_tau2": se_tau2},
        **coefficients,
        **joint,
        **rest,
        weights=tuple((100.0 * solution.w / solution.w.sum()).tolist()),
        tag=", ".join(dict.fromkeys((origin, test, law, count))),
        reasons=reasons,
    )


def _tested(model: LinearModel, tested) -> tuple[int, ...]:
    """Columns that QM tests together: those asked for, or all but the intercept."""
    if tested is None:
        return tuple(moderator_columns(model.X).tolist())
    rows = tuple(dict.fromkeys(tested))
    if not rows or not set(rows) <= set(range(model.p)):
        raise InputError([f"tested {tested}: columns of X are counted from 0 to {model.p - 1}"])
    return tuple(map(int, rows))


def variance_scale(model: LinearModel, tau2: float, test: str) -> float:
    """Return the factor by which `test` scales the variances of the coefficients."""
    if test in ("z", "t"):
        return 1.0
    scale = model.q_at(tau2)[0] / model.df
    return scale if test == "knha" else max(1.0, scale)


def _coefficients(solution: Solution, scale: float, df, level: float):
    """Estimates, tests and intervals as fields, and the root of the scaled variances."""
    root, vb = solution.root * np.sqrt(scale), solution.vb * scale
    beta, se = solution.beta, np.sqrt(np.diag(vb))
    half = quantile(level, df) * se
    stat = [b / s if s > 0.0 else None for b, s in zip(beta.tolist(), se.tolist(), strict=True)]
    fields = {
        "beta": tuple(beta.tolist()),
        "se": tuple(se.tolist()),
        "stat": tuple(stat),
        "df": df,
        "pval": tuple(None if x is None else float(two_sided(x, df)) for x in stat),
        "ci_lb": tuple((beta - half).tolist()),
        "ci_ub": tuple((beta + half).tolist()),
        "vb": tuple(map(tuple, vb.tolist())),
    }
    return fields, root


def _joint(beta, root, rows, df) -> dict:
    """Wald test that the coefficients `rows` are all 0, without inverting their variances."""
    m = len(rows)
    fields = {"QM_df1": m, "QM_df2": df, "tested": rows, "QM": None, "QMp": None}
    part, length = root[list(rows)], np.sqrt((root[list(rows)] ** 2).sum(axis=1))
    if not (length > 0.0).all():
        return fields
    _, r = qr((part / length[:, None]).T, mode="economic", check_finite=False)
    z = solve_triangular(r, np.array(beta)[list(rows)] / length, trans="T", check_finite=False)
    QM = float(z @ z) if df is None else float(z @ z) / m
    QMp = above_chi2(QM, m) if df is None else above_f(QM, m, df)
    return fields | {"QM": QM, "QMp": QMp}


def _heterogeneity(model: LinearModel, method: str, tau2: float, se_tau2) -> dict:
    """Q, I2, H2 and R2; I2 and H2 rest on the typical sampling variance."""
    if model.df == 0:
        fields = {"QE": 0.0, "QE_df": 0, "QEp": 1.0, "I2": 0.0, "H2": 1.0}
        return fields | {"R2": None}
    m0 = model.at(0.0)
    QE, df = m0.Q, model.df
    I2_Q = 100.0 * max(0.0, 1.0 - df / QE) if QE > 0.0 else 0.0
    typical = df / m0.trP
    return {
        "QE": QE,
        "QE_df": df,
        "QEp": above_chi2(QE, df),
        "I2": I2_Q if se_tau2 is None else 100.0 * tau2 / (tau2 + typical),
        "H2": QE / df if se_tau2 is None else 1.0 + tau2 / typical,
        "R2": _explained(model, method, QE / df if method in EQUAL else tau2),
    }


def _explained(model: LinearModel, method: str, left: float) -> float | None:
    """Percent of the heterogeneity of the model without moderators that is not `left`.

    It is 0 if there is none without them, as in metafor.
    """
    if model.p == 1 or not model.spans_intercept():
        return None
    null = linear_model(model.yi, model.vi, weights=model.weights)
    total = null.at(0.0).Q / null.df if method in EQUAL else estimate_tau2(null, method)[0]
    return 100.0 * max(0.0, 1.0 - left / total) if total > 0.0 else 0.0


def _reasons(model: LinearModel, method: str, fields: dict) -> dict[str, str]:
    """Why each missing field is missing."""
    equal = f"{method} takes the true effects as equal: tau2 is not estimated"
    no_df = f"needs more than {model.p} studies, there are {model.k}"
    why = {
        "df": "z has no degrees of freedom",
        "QM_df2": "a chi-square statistic has no second degrees of freedom",
        "se_tau2": equal if method in EQUAL else no_df,
        "R2": "needs moderators beside an intercept, and more studies than coefficients",
    }
    missing = [name for name, value in fields.items() if value is None]
    missing += [name for name in ("stat", "pval") if None in fields[name]]
    return {name: why.get(name, NO_WIDTH) for name in missing}
