"""How much collinear moderators widen each other's standard errors: VIF and generalised VIF."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.fit import Regression

INTERCEPTS = ("intrcpt", "Intercept", "(Intercept)")


@dataclass(frozen=True, slots=True)
class VarianceInflation:
    """Inflation of the variance of one coefficient, or of a group of them."""

    names: tuple[str, ...]  # the coefficients
    m: int  # how many
    vif: float  # generalised if m > 1
    sif: float  # per standard error: vif to the power 1 / (2 m)
    tag: str


def variance_inflation(fit: Regression, groups=None) -> tuple[VarianceInflation, ...]:
    """Return the inflation of each coefficient but the intercept, or of each of `groups`.

    `groups` are lists of coefficients (names, or places counted from 0) that belong together, as
    the columns of one categorical moderator. The inflation is 1 if the moderators are orthogonal
    under the weights of the fit.

    Raises
    ------
    InputError
        For a coefficient that does not exist, or that is the intercept.
    NotEstimable
        If the model has no coefficient beside the intercept, or standard errors of 0.

    Notes
    -----
    Fox & Monette (1992): det(R_group) det(R_others) / det(R) of the correlations R of the
    coefficients, the intercept left out.
    """
    slopes = [j for j, name in enumerate(fit.names) if name not in INTERCEPTS]
    if not slopes:
        raise NotEstimable("the model has no coefficient beside the intercept")
    vb = np.array(fit.vb)[np.ix_(slopes, slopes)]
    if not (np.diag(vb) > 0.0).all():
        raise NotEstimable("the standard errors are 0: use test adhoc")
    spread = np.sqrt(np.diag(vb))
    correlations = vb / np.outer(spread, spread)
    wanted = [[j] for j in slopes] if groups is None else [_places(fit, g) for g in groups]
    return tuple(_inflation(fit.names, correlations, slopes, group) for group in wanted)


def _places(fit, group) -> list[int]:
    """Places of the coefficients of a group."""
    places, problems = [], []
    for x in [group] if isinstance(group, (str, int)) else group:
        known = x in fit.names if isinstance(x, str) else 0 <= x < fit.p
        if not known:
            problems.append(f"coefficient {x!r}: there are {', '.join(fit.names)}")
            continue
        place = fit.names.index(x) if isinstance(x, str) else int(x)
        if fit.names[place] in INTERCEPTS:
            problems.append(f"coefficient {x!r} is the intercept, which has no inflation")
        places.append(place)
    if problems or not places:
        raise InputError(problems or ["a group of coefficients is empty"])
    return list(dict.fromkeys(places))


def _inflation(names, correlations, slopes, group) -> VarianceInflation:
    """Inflation of one group of coefficients."""
    inside = np.isin(slopes, group)
    parts = (correlations[np.ix_(x, x)] for x in (inside, ~inside))
    logs = [np.linalg.slogdet(x)[1] if x.size else 0.0 for x in (*parts, correlations)]
    vif, m = float(np.exp(logs[0] + logs[1] - logs[2])), len(group)
    tag = "VIF" if m == 1 else f"generalised VIF of {m} coefficients (Fox & Monette 1992)"
    sif = sqrt(vif) if m == 1 else vif ** (0.5 / m)
    return VarianceInflation(tuple(names[j] for j in group), m, vif, sif, tag)
