"""Heterogeneity of a set of effects: tau2 with its Q-profile interval, Q, I2 and H2."""

from dataclasses import dataclass

from scipy.special import chdtrc, gammainccinv, gammaincinv

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.tau2 import estimate_tau2, solve_q


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Between-study variance, its interval and what is derived from it; k >= 2."""

    method: str
    level: float  # percent
    tau2: float  # variance of the true effects, squared unit of yi; never negative
    se_tau2: float | None  # None for equal effects: tau2 is not estimated
    tau2_lb: float | None  # Q-profile
    tau2_ub: float | None
    I2: float  # percent of the total variance, from tau2 (from Q for equal effects)
    I2_Q: float  # percent, (Q - df) / Q
    H2: float  # total variance over the typical sampling variance
    QE: float
    QE_df: int
    QEp: float


def heterogeneity(yi, vi, *, method: str = "REML", level: float = 95.0) -> Heterogeneity:
    """Return tau2 with its Q-profile interval, Q, I2 and H2 of k >= 2 studies.

    `yi` and `vi` have shape (k,). I2 and H2 rest on the typical sampling variance
    (Higgins & Thompson 2002, eq. 9).

    Raises
    ------
    InputError
        For bad rows, an unknown method, a level outside (0, 100).
    NotEstimable
        With fewer than two studies.
    ConvergenceError
        If tau2 cannot be found.
    """
    return heterogeneity_of(intercept_model(yi, vi), method=method, level=level)


def heterogeneity_of(model, *, method: str, level: float) -> Heterogeneity:
    """Return what `heterogeneity` does, for a model that is already checked."""
    _needs_two(model)
    m0 = model.at(0.0)
    tau2, se_tau2 = estimate_tau2(model, method)
    lower, upper = (None, None) if se_tau2 is None else qp_interval(model, level, near=tau2)[:2]
    typical = model.df / m0.trP
    I2_Q = 100.0 * max(0.0, 1.0 - model.df / m0.Q) if m0.Q > 0 else 0.0
    return Heterogeneity(
        method=method,
        level=level,
        tau2=tau2,
        se_tau2=se_tau2,
        tau2_lb=lower,
        tau2_ub=upper,
        I2=I2_Q if se_tau2 is None else 100.0 * tau2 / (tau2 + typical),
        I2_Q=I2_Q,
        H2=m0.Q / model.df if se_tau2 is None else 1.0 + tau2 / typical,
        QE=m0.Q,
        QE_df=model.df,
        QEp=float(chdtrc(model.df, m0.Q)),
    )


def _needs_two(model) -> None:
    if model.df <= 0:
        raise NotEstimable(f"heterogeneity needs more than {model.p} studies, there are {model.k}")


def tau2_ci_qp(yi, vi, level: float = 95.0) -> tuple[float, float]:
    """Return the Q-profile interval of tau2 at `level` percent (Viechtbauer 2007).

    `yi` and `vi` have shape (k,).

    Raises
    ------
    InputError
        For bad rows, a level outside (0, 100).
    NotEstimable
        With fewer than two studies.
    """
    return qp_bounds(intercept_model(yi, vi), level)


def qp_bounds(model, level: float) -> tuple[float, float]:
    """Q-profile bounds: where Q(tau2) meets the two chi-square quantiles of `level` percent.

    A bound whose equation has no solution above 0 is 0, as in metafor; both are 0 if the
    effects agree better than chance would have them.
    """
    return qp_interval(model, level)[:2]


def qp_interval(model, level: float, *, near=0.0) -> tuple[float, float, bool]:
    """Return the bounds of `qp_bounds`, and whether no tau2 at or above 0 meets the upper one.

    `near` is a tau2 at which the upper bound may be looked for first: an estimate.

    Raises
    ------
    InputError
        For a level outside (0, 100).
    NotEstimable
        Without residual degrees of freedom.
    """
    _needs_two(model)
    alpha = 1.0 - level / 100.0
    if not 0.0 < alpha < 1.0:
        raise InputError([f"level {level}: must lie between 0 and 100 percent"])
    high = 2.0 * float(gammainccinv(model.df / 2.0, alpha / 2.0))
    low = 2.0 * float(gammaincinv(model.df / 2.0, alpha / 2.0))
    lower = solve_q(model, high, start=0.0)
    below = near > lower and model.q_at(near)[0] > low
    upper = solve_q(model, low, start=near if below else lower)
    return lower, upper, upper == 0.0 and model.q_at(0.0)[0] < low
