"""PET, PEESE and the conditional PET-PEESE estimate of the effect without small-study effects."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.small_study.estimation import interpretable
from workflow.lib.stats.small_study.weighted_line import EXACT, Line, weighted_line
from workflow.lib.stats.student import below, check_test

ALTERNATIVES = ("two.sided", "greater", "less")


@dataclass(frozen=True, slots=True)
class Corrected:
    """Intercept of a regression on precision: the effect of an infinitely large study."""

    method: str  # PET or PEESE
    beta: float
    se: float
    stat: float | None  # t; None if se is 0
    df: int
    pval: float | None  # two-sided
    ci_lb: float
    ci_ub: float
    slope: float  # on sei (PET) or vi (PEESE)
    se_slope: float
    pval_slope: float | None  # two-sided; in PET this is the test of asymmetry
    tag: str


@dataclass(frozen=True, slots=True)
class PetPeese:
    """Both regressions, and the one that the rule chooses."""

    k: int
    level: float  # of the intervals, percent
    alpha: float  # of the choice
    alternative: str
    pet: Corrected
    peese: Corrected
    chosen: Corrected
    rule: str  # how the choice was made
    interpretable: bool  # enough studies for a judgement
    reason: str  # why it is not interpretable, else ""
    reasons: dict[str, str]  # why a field is None, by its name


def pet_peese(
    yi, vi, *, alpha: float = 0.05, alternative="two.sided", level=95.0, insist=False
) -> PetPeese:
    """Return PET, PEESE and the conditional choice of Stanley & Doucouliagos (2014).

    `yi` and `vi` have shape (k,). PET is the weighted line on sei, PEESE that on vi, weights
    1 / vi, multiplicative dispersion, t with k - 2 df. If PET's intercept differs from 0 (p below
    `alpha` in the direction of `alternative`), PEESE is chosen, else PET.

    Raises
    ------
    InputError
        For bad rows or options.
    NotEstimable
        For fewer than three studies, or if all have the same vi.
    """
    check_test("t", level)
    if alternative not in ALTERNATIVES or not 0.0 < alpha < 1.0:
        raise InputError(
            [f"alpha {alpha}, alternative {alternative!r}: 0 < alpha < 1 and one of {ALTERNATIVES}"]
        )
    yi, vi = effects_and_variances(yi, vi)
    pet = _corrected("PET", weighted_line(yi, vi, np.sqrt(vi), level=level))
    peese = _corrected("PEESE", weighted_line(yi, vi, vi, level=level))
    p = _directed(pet, alternative)
    chosen = peese if p is not None and p < alpha else pet
    said = "no p value" if p is None else f"p {'<' if p < alpha else '>='} {alpha:g}"
    rule = f"PET intercept, t, {alternative}: {said}, so {chosen.method}"
    enough, reason = interpretable(len(yi), insist)
    missing = {
        f"{fit.method.lower()}.{name}": EXACT
        for fit in (pet, peese)
        for name in ("stat", "pval", "pval_slope")
        if getattr(fit, name) is None
    }
    return PetPeese(
        **{"k": len(yi), "level": level, "alpha": alpha, "alternative": alternative},
        **{"pet": pet, "peese": peese, "chosen": chosen, "rule": rule},
        **{"interpretable": enough, "reason": reason, "reasons": missing},
    )


def _corrected(method: str, line: Line) -> Corrected:
    """The line's intercept, under the method's name."""
    intercept, predictor = line.intercept, {"PET": "sei", "PEESE": "vi"}[method]
    fields = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub")
    return Corrected(
        method=method,
        **{name: getattr(intercept, name) for name in fields},
        df=line.df,
        slope=line.slope.beta,
        se_slope=line.slope.se,
        pval_slope=line.slope.pval,
        tag=f"{method}, WLS on {predictor}, dispersion {sqrt(line.scale):.3g}, t({line.df})",
    )


def _directed(pet: Corrected, alternative: str) -> float | None:
    """P value of PET's intercept in the direction of the alternative."""
    if pet.stat is None or alternative == "two.sided":
        return pet.pval
    return float(below(-pet.stat if alternative == "greater" else pet.stat, pet.df))
