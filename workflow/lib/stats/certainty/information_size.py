"""The optimal information size: how many persons one adequately powered trial would need."""

from dataclasses import dataclass
from math import ceil, sqrt

from scipy.special import ndtri

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import check_finite


@dataclass(frozen=True, slots=True)
class InformationSize:
    """Persons that a single trial of this power needs (Guyatt 2011, part 6)."""

    total: int  # persons, all groups
    per_group: int  # persons
    alpha: float  # two-sided
    power: float
    tag: str  # "OIS, two proportions, alpha 0.05, power 0.8"


def two_proportions(control_risk, risk, *, alpha=0.05, power=0.8) -> InformationSize:
    """Return the information size to tell two risks apart, groups of equal size.

    The variance under the null hypothesis is that of the mean risk, as in the test that compares
    two proportions (Fleiss 1981); no continuity correction.

    Raises
    ------
    InputError
        For risks outside (0, 1) or equal to each other, and a bad alpha or power; lists all.
    """
    check_finite(control_risk=control_risk, risk=risk)
    problems = _problems(alpha, power)
    problems += [
        f"risk {one}: must lie between 0 and 1" for one in (control_risk, risk) if not 0 < one < 1
    ]
    if control_risk == risk:
        problems.append(f"risk {risk}: the same in both groups; no trial could tell them apart")
    _refuse(problems)
    mean = (control_risk + risk) / 2
    null = sqrt(2 * mean * (1 - mean))
    alternative = sqrt(control_risk * (1 - control_risk) + risk * (1 - risk))
    root = (ndtri(1 - alpha / 2) * null + ndtri(power) * alternative) / (control_risk - risk)
    return _size(root**2, 2, "two proportions", alpha, power)


def two_means(difference, sd, *, alpha=0.05, power=0.8) -> InformationSize:
    """Return the information size to find a `difference` of two means, groups of equal size.

    `sd` is that of one group, in the unit of `difference`; normal approximation.

    Guyatt et al. (2011).

    Raises
    ------
    InputError
        For a difference of 0, an sd that is not above 0, a bad alpha or power; lists all.
    """
    _refuse(_problems(alpha, power) + _mean_problems(difference, sd))
    return _size(2 * _ratio(difference, sd, alpha, power), 2, "two means", alpha, power)


def one_mean(difference, sd, *, alpha=0.05, power=0.8) -> InformationSize:
    """Return the information size to find a mean change of `difference`; `sd` is that of changes.

    Guyatt et al. (2011).

    Raises
    ------
    InputError
        As `two_means`.
    """
    _refuse(_problems(alpha, power) + _mean_problems(difference, sd))
    return _size(_ratio(difference, sd, alpha, power), 1, "one mean", alpha, power)


def _ratio(difference, sd, alpha, power):
    """(z_alpha + z_power)^2 over the squared standardised difference."""
    return ((ndtri(1 - alpha / 2) + ndtri(power)) * sd / difference) ** 2


def _size(per_group, groups, what, alpha, power):
    """The size, whole persons in each group."""
    whole = ceil(round(per_group, 9))  # 100.0000000001 persons are 100
    tag = f"OIS, {what}, alpha {alpha:g}, power {power:g}"
    return InformationSize(groups * whole, whole, alpha, power, tag)


def _problems(alpha, power):
    found = [f"alpha {alpha}: must lie between 0 and 1"] if not 0 < alpha < 1 else []
    return found + ([f"power {power}: must lie between 0 and 1"] if not 0 < power < 1 else [])


def _mean_problems(difference, sd):
    check_finite(difference=difference, sd=sd)
    found = []
    if difference == 0:
        found.append(f"difference {difference}: must be a finite number other than 0")
    if not sd > 0:
        found.append(f"sd {sd}: must be a finite number above 0")
    return found


def _refuse(problems):
    if problems:
        raise InputError(problems)
