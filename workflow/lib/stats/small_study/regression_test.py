"""Regression tests for funnel-plot asymmetry, and the estimate for an infinitely large study."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.small_study.estimation import REML, Estimation, interpretable
from workflow.lib.stats.small_study.predictors import (
    WITH_LIMIT,
    check_slope,
    predictor_values,
)
from workflow.lib.stats.small_study.weighted_line import EXACT, weighted_line
from workflow.lib.stats.student import check_test

NO_LIMIT = "the predictor grows with the study: its value 0 is no large study"


@dataclass(frozen=True, slots=True)
class RegressionTest:
    """Test of the slope of the effects on a measure of precision."""

    model: str  # lm (multiplicative dispersion) or rma (mixed-effects model)
    predictor: str  # sei, vi, ni, ninv, sqrtni or sqrtninv
    method: str | None  # estimator of tau2; None for lm
    test: str  # z, t, knha or adhoc
    level: float  # of the limit's interval, percent
    k: int
    beta: tuple[float, float]  # intercept and slope
    se: tuple[float, float]
    stat: float | None  # z or t of the slope
    df: float | None  # of t; None for z
    pval: float | None  # two-sided
    tau2: float | None
    limit: float | None  # expected effect where the predictor is 0: the intercept
    limit_lb: float | None
    limit_ub: float | None
    interpretable: bool  # enough studies for a judgement
    reason: str  # why it is not interpretable, else ""
    tag: str  # "regression test, rma, sei, REML, z"
    reasons: dict[str, str]  # why a field is None, by its name


def egger_test(yi, vi, *, predictor="sei", ni=None, level=95.0, insist=False) -> RegressionTest:
    """Return the weighted regression test with multiplicative dispersion, t with k - 2 df.

    `yi`, `vi` and, for predictors from the sample size, `ni` have shape (k,). With `insist` the
    answer for fewer than ten studies is not marked as not interpretable. Egger et al. (1997) in
    the form of Sterne & Egger (2005).

    Raises
    ------
    InputError
        For bad rows, an unknown predictor, sample sizes that are missing, a bad level.
    NotEstimable
        For fewer than three studies, or if the predictor is the same for all.
    """
    check_test("t", level)
    yi, vi = effects_and_variances(yi, vi)
    line = weighted_line(yi, vi, predictor_values(predictor, vi, ni), level=level)
    intercept, slope = line.intercept, line.slope
    estimates = {
        **{"beta": (intercept.beta, slope.beta), "se": (intercept.se, slope.se)},
        **{"stat": slope.stat, "df": float(line.df), "pval": slope.pval, "tau2": None},
        **_limit(predictor, intercept.beta, intercept.ci_lb, intercept.ci_ub),
    }
    missing = {"stat": EXACT, "pval": EXACT, "tau2": "lm scales vi, it has no tau2"}
    said = {"model": "lm", "predictor": predictor, "method": None, "test": "t", "level": level}
    return _result(said, estimates, missing | {"method": missing["tau2"]}, len(yi), insist)


def regression_test(
    yi, vi, *, predictor="sei", ni=None, estimation: Estimation = REML, insist=False
) -> RegressionTest:
    """Return the regression test in the mixed-effects model (Thompson & Sharp 1999; Sterne 2005).

    `yi` and `vi` have shape (k,); arguments as `egger_test`; `estimation` is the estimator of tau2,
    the test and the level.

    Raises
    ------
    InputError
        For bad rows, unknown options, sample sizes that are missing.
    NotEstimable
        If there are too few studies, or if the predictor is the same for all.
    ConvergenceError
        If tau2 cannot be found.
    """
    yi, vi = effects_and_variances(yi, vi)
    x = predictor_values(predictor, vi, ni)
    check_slope(x)
    model = linear_model(
        yi, vi, np.column_stack([np.ones_like(x), x]), names=("intrcpt", predictor)
    )
    options = {"method": estimation.method, "test": estimation.test, "level": estimation.level}
    fit = fit_linear(model, **options)
    estimates = {
        **{"beta": fit.beta, "se": fit.se, "stat": fit.stat[1], "df": fit.df},
        **{"pval": fit.pval[1], "tau2": fit.tau2},
        **_limit(predictor, fit.beta[0], fit.ci_lb[0], fit.ci_ub[0]),
    }
    missing = {"stat": EXACT, "pval": EXACT, "df": "z has no degrees of freedom"}
    return _result(
        {"model": "rma", "predictor": predictor} | options, estimates, missing, len(yi), insist
    )


def _limit(predictor: str, *values: float) -> dict[str, float | None]:
    """Intercept with its interval where it stands for an infinitely large study."""
    fields = ("limit", "limit_lb", "limit_ub")
    if predictor not in WITH_LIMIT:
        return dict.fromkeys(fields)
    return dict(zip(fields, values, strict=True))


def _result(said, estimates, missing, k: int, insist: bool) -> RegressionTest:
    """The complete result, with a reason for every field that is None."""
    enough, reason = interpretable(k, insist)
    both = said | estimates
    reasons = {name: missing.get(name, NO_LIMIT) for name, x in both.items() if x is None}
    words = (said["model"], said["predictor"], said["method"], said["test"])
    tag = ", ".join(["regression test", *(word for word in words if word)])
    return RegressionTest(
        **both, k=k, interpretable=enough, reason=reason, tag=tag, reasons=reasons
    )
