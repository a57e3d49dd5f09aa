"""What a relative effect means in absolute terms: persons per 1000, given the risk without treatment."""

from dataclasses import dataclass
from math import exp, expm1, log1p

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import check_finite

PER = 1000  # persons


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """Risk with treatment and its difference from the assumed risk, per 1000 persons."""

    assumed: float  # risk without treatment
    risk: float  # with treatment
    risk_lb: float
    risk_ub: float
    difference: float  # risk minus assumed: negative if there are fewer events
    difference_lb: float
    difference_ub: float
    tag: str  # "absolute effect from RR"


def _by_rr(log_ratio, control_risk):
    return control_risk * exp(log_ratio)


def _by_or(log_ratio, control_risk):
    odds = exp(log_ratio) * control_risk
    return odds / (1 - control_risk + odds)


def _by_hr(log_ratio, control_risk):
    return -expm1(exp(log_ratio) * log1p(-control_risk))


def _by_rd(difference, control_risk):
    return control_risk + difference


# log ratios, RD the difference itself -> risk with treatment (Handbook 15.4.4)
FORMULAS = {
    **{"RR": _by_rr, "LRR": _by_rr, "OR": _by_or, "LOR": _by_or, "PETO": _by_or},
    **{"HR": _by_hr, "RD": _by_rd},
}


def absolute_effect(measure, control_risk, *, beta, ci_lb, ci_ub) -> AbsoluteEffect:
    """Return risk and difference per 1000 for an effect `beta` with its interval.

    `measure` is one of FORMULAS; `beta`, `ci_lb`, `ci_ub` are on its analysis scale (logarithms of
    ratios). `control_risk` is taken as known, as in a summary-of-findings table: the interval is
    that of the effect alone. Schuenemann et al. (Cochrane Handbook, 15.4.4).

    Raises
    ------
    InputError
        For another measure, what is no finite number, or a control risk outside (0, 1).
    NotEstimable
        If a risk would be below 0 or above 1000 per 1000: the assumed risk does not suit the effect.
    """
    check_finite(control_risk=control_risk, beta=beta, ci_lb=ci_lb, ci_ub=ci_ub)
    problems = (
        []
        if measure in FORMULAS
        else [f"measure {measure!r}: admissible are {', '.join(FORMULAS)}"]
    )
    if not 0 < control_risk < 1:
        problems.append(f"control risk {control_risk}: must lie between 0 and 1")
    if problems:
        raise InputError(problems)
    risks = [FORMULAS[measure](one, control_risk) for one in (beta, ci_lb, ci_ub)]
    if any(not 0 <= one <= 1 for one in risks):
        raise NotEstimable(
            f"an assumed risk of {PER * control_risk:g} per {PER} with this {measure} gives a risk "
            f"outside 0 to {PER}"
        )
    own = [PER * one for one in risks]
    less = [PER * (one - control_risk) for one in risks]
    return AbsoluteEffect(PER * control_risk, *own, *less, f"absolute effect from {measure}")
