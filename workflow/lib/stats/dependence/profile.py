"""Profile-likelihood intervals of variances and correlations (metafor's confint)."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaincinv

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.dependence import multivariate, three_level
from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.shapes import shape_of
from workflow.lib.stats.dependence.terms import Factor, Structure

WIDEST = 60  # doublings of the upper bound's first guess


@dataclass(frozen=True, slots=True)
class ProfileInterval:
    """Values of one parameter that a likelihood ratio test does not refuse."""

    name: str  # sigma2.1, tau2.2, rho, ...
    est: float
    ci_lb: float | None
    ci_ub: float | None
    level: float  # percent
    tag: str
    reasons: dict[str, str]  # why a bound is None, or is where the parameter's range ends


@dataclass(frozen=True, slots=True)
class _Profile:
    """How far the likelihood falls when one parameter is held at a value."""

    model: DependentModel
    terms: tuple
    fit: Fit
    place: tuple[int, int]  # number of the term, place within its tau2 + rho (0 for a factor)
    drop: float  # of ll at the bounds

    def excess(self, value: float) -> float:
        """Fall of ll at `value` beyond that at the bounds; negative inside the interval."""
        number, place = self.place
        held = list(self.terms)
        if isinstance(held[number], Factor):
            held[number] = replace(held[number], sigma2=float(value))
        else:
            given = (*held[number].fixed, (place, float(value)))
            held[number] = replace(held[number], fixed=given)
        several = any(isinstance(t, Structure) for t in held)
        fitted = multivariate.fitted if several else three_level.fitted
        found = fitted(self.model, tuple(held), restricted=self.fit.method == "REML")
        return self.fit.ll - found.ll - self.drop


def confint(model: DependentModel, terms, fit: Fit) -> tuple[ProfileInterval, ...]:
    """Return the profile-likelihood interval of every estimated sigma2, tau2 and rho.

    `model` and `terms` are those that were fitted. All other variances and correlations are
    estimated anew at each value. A bound at the end of the parameter's range is that end.

    Raises
    ------
    InputError
        For struct UN with more than two inner levels: its parts cannot be held one by one.
    """
    terms = (terms,) if isinstance(terms, Structure) else tuple(terms)
    if any(isinstance(t, Structure) and shape_of(t).struct == "UN" for t in terms):
        raise InputError(["struct UN with more than two inner levels has no profile intervals"])
    drop = float(gammaincinv(0.5, fit.level / 100.0))  # half the quantile of chi-square(1)
    found = []
    for name, place, est, ends in _parameters(terms, fit):
        profile = _Profile(model, terms, fit, place, drop)
        unit = float(np.median(model.V.diagonal()))
        found.append(_interval(profile, name, est, (*ends, unit)))
    return tuple(found)


def _parameters(terms, fit: Fit):
    """(name, place, estimate, ends of the range) of everything estimated."""
    factors = [n for n, t in enumerate(terms) if isinstance(t, Factor)]
    for index, number in enumerate(factors):
        if terms[number].sigma2 is None:
            yield f"sigma2.{index + 1}", (number, 0), fit.sigma2[index], (0.0, None)
    for number, term in enumerate(terms):
        if isinstance(term, Structure):
            yield from _of_structure(number, term, fit)


def _of_structure(number: int, term: Structure, fit: Fit):
    """The same of an inner | outer term."""
    given, n = {index for index, _ in term.fixed}, len(fit.tau2)
    for j, tau2 in enumerate(fit.tau2):
        if j not in given:
            yield f"tau2.{j + 1}" if n > 1 else "tau2", (number, j), tau2, (0.0, None)
    if fit.rho and n not in given and fit.rho[0] is not None:
        yield "rho", (number, n), fit.rho[0], shape_of(term).bounds


def _interval(profile: _Profile, name: str, est: float, span) -> ProfileInterval:
    """Bounds on both sides of the estimate."""
    low, high, unit = span
    reasons: dict[str, str] = {}
    lower = _bound(profile, est, low, (reasons, "ci_lb"))
    top = _beyond(profile, est, unit) if high is None else high
    upper = None
    if top is None:
        reasons["ci_ub"] = "the likelihood does not fall enough as the variance grows"
    else:
        upper = _bound(profile, est, top, (reasons, "ci_ub"))
    tag = f"profile {'restricted ' if profile.fit.method == 'REML' else ''}likelihood"
    return ProfileInterval(name, est, lower, upper, profile.fit.level, tag, reasons)


def _bound(profile: _Profile, est: float, end: float, note) -> float:
    """Root of the excess between the estimate and an end; the end if it is inside."""
    reasons, name = note
    try:
        outside = est != end and profile.excess(end) > 0.0
    except (ConvergenceError, NotEstimable):
        outside, end = True, est + (end - est) * (1.0 - 1e-9)
    if not outside:
        reasons[name] = "the interval reaches the end of the parameter's range"
        return float(end)
    return float(brentq(profile.excess, est, end, xtol=1e-13 * abs(end - est), rtol=1e-11))


def _beyond(profile: _Profile, est: float, unit: float) -> float | None:
    """A variance above the upper bound, None if the likelihood stays high."""
    value = 2.0 * est + unit
    for _ in range(WIDEST):
        if profile.excess(value) > 0.0:
            return value
        value *= 2.0
    return None
