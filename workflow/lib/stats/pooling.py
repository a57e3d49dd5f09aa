"""The pooled effect of k studies, with its test, intervals and heterogeneity."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.heterogeneity import Heterogeneity, heterogeneity_of
from workflow.lib.stats.intercept import InterceptModel
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.student import TESTS, below, quantile
from workflow.lib.stats.tau2 import ESTIMATORS

_ESTIMATES = (
    *("beta", "se", "stat", "df", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "se_tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q", "H2", "QE", "QE_df", "QEp"),
)


@dataclass(frozen=True, slots=True)
class Pooled:
    """Pooled effect; a field that cannot be given is None and `reasons` says why."""

    method: str  # estimator of tau2
    test: str  # z, t, knha (Knapp-Hartung) or adhoc (Knapp-Hartung, scale at least 1)
    level: float  # of all intervals, percent
    k: int  # studies
    p: int  # coefficients
    beta: float | None  # pooled effect, analysis scale
    se: float | None
    stat: float | None  # z or t
    df: int | None  # of t; None for z
    pval: float | None  # two-sided
    ci_lb: float | None  # of the mean
    ci_ub: float | None
    pi_lb: float | None  # of the true effect in a new setting
    pi_ub: float | None
    pi_tag: str | None  # the interval's distribution: "z" or "t(3)"
    tau2: float | None  # squared unit of yi
    se_tau2: float | None
    tau2_lb: float | None  # Q-profile
    tau2_ub: float | None
    I2: float | None  # percent, from tau2
    I2_Q: float | None  # percent, from Q
    H2: float | None
    QE: float | None
    QE_df: int | None
    QEp: float | None
    weights: tuple[float, ...]  # percent, in the order of the studies
    tag: str  # "REML, knha, t(3), PI t(3)"
    reasons: tuple[tuple[str, str], ...]  # (field, reason) of every field that is None


@dataclass(frozen=True, slots=True)
class Mean:
    """A weighted mean of two or more effects, before any test."""

    beta: float
    precision: float  # 1 over its sampling variance
    Q: float  # weighted squares around it, over whose df a Knapp-Hartung variance is scaled
    weights: tuple[float, ...]  # percent


@dataclass(frozen=True, slots=True)
class Probability:
    """Probability that an effect lies above a threshold, under the fitted model."""

    value: float | None  # of the true effect in a new setting, as the prediction interval
    mean_value: float | None  # of the mean, as its confidence interval
    threshold: float  # analysis scale
    tag: str | None
    reason: str | None  # why a value is None


def random_effects(yi, vi, *, method="REML", test="z", level=95.0) -> Pooled:
    """Return the mean of the distribution of true effects behind `yi`, and all about it.

    `yi` (effects) and `vi` (sampling variances, squared unit of yi) have shape (k,). With
    k = 0 every estimate is None; with k = 1 the study itself is returned with a Wald interval,
    whatever test is asked for.

    Raises
    ------
    InputError
        For an unknown method or test, a level outside (0, 100), a yi that is not finite or a vi
        that is not finite and above 0; rows are counted from 0.
    ConvergenceError
        If tau2 cannot be found.

    Notes
    -----
    knha scales the variance of the mean by Q(tau2) / (k - 1) (Hartung & Knapp 2001; Sidik &
    Jonkman 2002), adhoc does so only if that widens it (Knapp & Hartung 2003). The prediction
    interval is beta -+ quantile * sqrt(tau2 + se^2), quantile and se those of the test.
    """
    _check(method, test, level)
    model = intercept_model(yi, vi)
    return _pool(model, _spread_of(model, method, level), method, test, level)


def all_tests(yi, vi, *, method="REML", level=95.0) -> tuple[Pooled, ...]:
    """Return `random_effects` for each of z, t, knha and adhoc; tau2 is estimated once.

    `yi` and `vi` have shape (k,); errors as `random_effects`.
    """
    _check(method, "z", level)
    model = intercept_model(yi, vi)
    spread = _spread_of(model, method, level)
    return tuple(_pool(model, spread, method, test, level) for test in TESTS)


def probability_beyond(fit: Pooled, threshold: float) -> Probability:
    """Return the probability that the true effect in a new setting is above `threshold`.

    It is read off the same predictive distribution as the prediction interval of `fit`;
    `mean_value` is that of the mean, from its standard error alone.
    """
    if fit.pi_lb is None:
        reason = dict(fit.reasons)["pi_lb"]
        return Probability(None, None, threshold, None, reason)
    distance = fit.beta - threshold
    scale = sqrt(fit.tau2 + fit.se**2)
    if fit.se == 0.0:
        reason = "the standard error is 0: use test adhoc"
        return Probability(None, None, threshold, None, reason)
    value, mean_value = (float(below(distance / s, fit.df)) for s in (scale, fit.se))
    return Probability(value, mean_value, threshold, f"predictive, {fit.pi_tag}", None)


def _check(method, test, level) -> None:
    """Refuse options that do not exist, all at once."""
    problems = []
    if method not in ESTIMATORS:
        problems.append(f"method {method!r}: admissible are {', '.join(ESTIMATORS)}")
    if test not in TESTS:
        problems.append(f"test {test!r}: admissible are {', '.join(TESTS)}")
    if not 0.0 < level < 100.0:
        problems.append(f"level {level}: must lie between 0 and 100 percent")
    if problems:
        raise InputError(problems)


def _spread_of(model: InterceptModel, method, level) -> Heterogeneity | None:
    """Heterogeneity of the studies, or None if there are fewer than two."""
    return heterogeneity_of(model, method=method, level=level) if model.k > 1 else None


def _pool(model, spread, method, test, level) -> Pooled:
    """Dispatch on the number of studies."""
    if model.k == 0:
        return _without_studies(method, test, level)
    if model.k == 1:
        return _one_study(model, method, test, level)
    return _several(model, spread, test)


def _without_studies(method, test, level) -> Pooled:
    """Everything is missing, for one reason."""
    fields = (*_ESTIMATES, "pi_tag")
    return Pooled(
        **{"method": method, "test": test, "level": level, "k": 0, "p": 1},
        **dict.fromkeys(fields),
        weights=(),
        tag="no study",
        reasons=tuple((field, "no study") for field in fields),
    )


def _one_study(model, method, test, level) -> Pooled:
    """The study itself with its Wald interval; nothing can be said of heterogeneity."""
    se = sqrt(float(model.vi[0]))
    beta = model.centre + float(model.yi[0])
    mean = _mean(beta, se, None, quantile(level))
    missing = [field for field in (*_ESTIMATES, "pi_tag") if field not in mean]
    reasons = dict.fromkeys(missing, "one study: needs at least two")
    reasons["df"] = "z has no degrees of freedom"
    return Pooled(
        **{"method": method, "test": test, "level": level, "k": 1, "p": 1},
        **{**dict.fromkeys(missing), **mean},
        weights=(100.0,),
        tag="one study, Wald z",
        reasons=tuple(reasons.items()),
    )


def _several(model, spread: Heterogeneity, test) -> Pooled:
    """Fit of two or more studies."""
    return pool_around(inverse_variance_mean(model, spread.tau2), spread, test)


def inverse_variance_mean(model, tau2) -> Mean:
    """Return the mean of two or more effects, weighted by 1 / (vi + tau2)."""
    m = model.at(tau2)
    weights = model.vi + tau2
    np.divide(100.0 / m.sum_w, weights, out=weights)
    return Mean(model.centre + m.mu, m.sum_w, m.Q, tuple(weights.tolist()))


def pool_around(mean: Mean, spread: Heterogeneity, test) -> Pooled:
    """Return the pool of two or more studies around `mean`, as `random_effects` reports it."""
    beta, df = mean.beta, None if test == "z" else spread.QE_df
    se = sqrt(_scale(mean.Q, spread.QE_df, test) / mean.precision)
    upper = quantile(spread.level, df)
    estimates = _mean(beta, se, df, upper) | _prediction(beta, se, upper, spread)
    for field in ("tau2", "se_tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q", "H2"):
        estimates[field] = getattr(spread, field)
    law = "z" if df is None else f"t({df})"
    prediction = "no PI" if estimates["pi_lb"] is None else f"PI {law}"
    return Pooled(
        **{"method": spread.method, "test": test, "level": spread.level, "k": spread.QE_df + 1},
        **{"p": 1, "df": df, "pi_tag": None if prediction == "no PI" else law},
        **estimates,
        **{"QE": spread.QE, "QE_df": spread.QE_df, "QEp": spread.QEp},
        weights=mean.weights,
        tag=", ".join(dict.fromkeys((spread.method, test, law, prediction))),
        reasons=_reasons(spread, estimates, df),
    )


def _scale(Q: float, df: int, test) -> float:
    """Factor of the variance of the mean."""
    if test in ("z", "t"):
        return 1.0
    return Q / df if test == "knha" else max(1.0, Q / df)


def _mean(beta, se, df, upper) -> dict[str, float | None]:
    """Estimate, test and confidence interval; a se of 0 has no test statistic."""
    half = upper * se
    stat = beta / se if se > 0.0 else None
    pval = 2.0 * float(below(-abs(stat), df)) if se > 0.0 else None
    fields = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub")
    return dict(zip(fields, (beta, se, stat, pval, beta - half, beta + half), strict=True))


def _prediction(beta, se, upper, spread) -> dict[str, float | None]:
    """Prediction interval; none under equal effects, where no new setting differs."""
    if spread.se_tau2 is None:
        return {"pi_lb": None, "pi_ub": None}
    half = upper * sqrt(spread.tau2 + se**2)
    return {"pi_lb": beta - half, "pi_ub": beta + half}


def _reasons(spread, estimates, df) -> tuple[tuple[str, str], ...]:
    """Why each missing field is missing."""
    equal = f"{spread.method} takes the true effects as equal: tau2 is not estimated"
    no_width = "the Knapp-Hartung scale is 0, all effects are equal: use test adhoc"
    reasons = {} if df is not None else {"df": "z has no degrees of freedom"}
    for field, value in estimates.items():
        if value is None:
            reasons[field] = no_width if field in ("stat", "pval") else equal
    if estimates["pi_lb"] is None:
        reasons["pi_tag"] = equal
    return tuple(reasons.items())
