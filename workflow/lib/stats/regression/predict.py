"""Predictions of a meta-regression: mean effects with confidence and prediction intervals."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_numbers
from workflow.lib.stats.regression.fit import Regression, variance_scale
from workflow.lib.stats.regression.model import LARGEST, LinearModel
from workflow.lib.stats.student import below, check_test, quantile
from workflow.lib.stats.tau2 import EQUAL

DISTRIBUTIONS = ("default", "simple", "riley", "t")


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predicted effects; tuples run over the m rows of moderators."""

    method: str
    test: str
    level: float  # of both intervals, percent
    distribution: str  # default, simple, riley or t: see `predict`
    pred: tuple[float, ...]  # mean effect, analysis scale
    se: tuple[float, ...]
    ci_lb: tuple[float, ...]  # of the mean
    ci_ub: tuple[float, ...]
    pi_se: tuple[float, ...] | None
    pi_df: float | None  # None for the normal distribution
    pi_lb: tuple[float, ...] | None  # of the true effect in a new setting
    pi_ub: tuple[float, ...] | None
    tag: str  # "REML, knha, CI t(12), PI t(11), se from tau2 + se^2"
    reasons: dict[str, str]  # why a field is None


def predict(
    model: LinearModel, fit: Regression, at=None, *, distribution="default", level=None
) -> Prediction:
    """Return the predicted effects of a `fit` of `model` for the rows of moderators `at` (m, p).

    Without `at` the rows are those of the studies, or a single one if there is an intercept
    alone. `level` (percent) is that of the fit if not given. The prediction interval is
    pred -+ quantile * sqrt(tau2 + se^2); the `distribution` of the quantile is

    default: that of the test, z or t(k - p);
    t:       t(k - p), also where the test is z;
    riley:   t(k - p - 1), at least one degree of freedom (Higgins, Thompson & Spiegelhalter 2009
             with test z or t; Partlett & Riley 2017 with knha); t(k - p) if tau2 was fixed;
    simple:  normal, and tau alone for the standard error: the uncertainty of pred is ignored.

    Raises
    ------
    InputError
        For an unknown distribution, a level outside (0, 100), rows that do not fit the model.
    """
    level = fit.level if level is None else level
    check_test(fit.test, level)
    if distribution not in DISTRIBUTIONS:
        raise InputError(
            [f"distribution {distribution!r}: admissible are {', '.join(DISTRIBUTIONS)}"]
        )
    pred, se = mean_and_error(model, fit, at)
    half = quantile(level, fit.df) * se
    interval, law, reasons = _prediction(fit, model.df, (pred, se), distribution, level)
    return Prediction(
        **{"method": fit.method, "test": fit.test, "level": level, "distribution": distribution},
        **{"pred": tuple(pred.tolist()), "se": tuple(se.tolist())},
        **{"ci_lb": tuple((pred - half).tolist()), "ci_ub": tuple((pred + half).tolist())},
        **interval,
        tag=f"{fit.method}, {fit.test}, CI {_law(fit.df)}, {law}",
        reasons=reasons,
    )


def probability_above(prediction: Prediction, threshold: float) -> tuple[float, ...] | None:
    """Return the probability of a true effect above `threshold` in a new setting, row by row.

    It is read off the distribution of the prediction interval; None where that is missing. A
    distribution without width gives 0 or 1, and one half at its point.
    """
    if prediction.pi_se is None:
        return None
    pairs = zip(prediction.pred, prediction.pi_se, strict=True)
    return tuple(_beyond(pred - threshold, se, prediction.pi_df) for pred, se in pairs)


def mean_and_error(model: LinearModel, fit: Regression, at=None) -> tuple[np.ndarray, np.ndarray]:
    """Return the predicted means (m,) and their standard errors, from the roots of the variances.

    The variances of the coefficients themselves may have no digits left: those of a year do not.
    """
    rows = _rows(model, at)
    solution = model.solution_at(fit.tau2)
    scale = variance_scale(model, fit.tau2, fit.test)
    in_leads = rows @ model.back
    root = np.linalg.solve(model.back, solution.root)
    se = np.sqrt(scale * ((in_leads @ root) ** 2).sum(axis=1))
    return in_leads @ solution.fitted[model.lead], se


def _rows(model: LinearModel, at) -> np.ndarray:
    """Rows of moderators as an array (m, p)."""
    if at is None:
        only_intercept = model.p == 1 and bool((model.X == 1.0).all())
        return np.ones((1, 1)) if only_intercept else model.X
    rows = np.atleast_2d(as_numbers("at", at))
    if rows.ndim != 2 or rows.shape[1] != model.p:
        raise InputError([f"a row of moderators needs {', '.join(model.names)}: {rows.shape}"])
    bad = [
        f"row {i}: {model.names[j]} is {rows[i, j]}, not finite (or above {LARGEST:g})"
        for i, j in np.argwhere(~(np.abs(rows) <= LARGEST))
    ]
    if bad:
        raise InputError(bad)
    return rows


def _prediction(fit: Regression, df: int, mean, distribution, level):
    """Fields of the prediction interval, its share of the tag, and reasons."""
    if fit.method in EQUAL:
        reason = f"{fit.method} takes the true effects as equal: no new setting differs"
        names = ("pi_se", "pi_df", "pi_lb", "pi_ub")
        return dict.fromkeys(names), "no PI", dict.fromkeys(names, reason)
    pred, se = mean
    pi_df = _degrees(fit, df, distribution)
    ignored = distribution == "simple"
    pi_se = np.full_like(se, sqrt(fit.tau2)) if ignored else np.sqrt(fit.tau2 + se**2)
    half = quantile(level, pi_df) * pi_se
    interval = {
        "pi_se": tuple(pi_se.tolist()),
        "pi_df": pi_df,
        "pi_lb": tuple((pred - half).tolist()),
        "pi_ub": tuple((pred + half).tolist()),
    }
    width = "tau" if ignored else "tau2 + se^2"
    reasons = {"pi_df": "z has no degrees of freedom"} if pi_df is None else {}
    return interval, f"PI {_law(pi_df)}, se from {width}", reasons


def _degrees(fit: Regression, df: int, distribution: str) -> float | None:
    """Degrees of freedom of the prediction interval; None for the normal distribution."""
    if distribution == "simple" or (distribution == "default" and fit.df is None):
        return None
    if distribution == "riley" and not fit.fixed:
        return max(1, df - 1)
    return max(1, df)


def _law(df) -> str:
    return "z" if df is None else f"t({df})"


def _beyond(distance: float, se: float, df) -> float:
    """Probability of a value above its mean minus `distance`."""
    if se == 0.0:
        return 0.5 + 0.5 * float(np.sign(distance))
    return float(below(distance / se, df))
