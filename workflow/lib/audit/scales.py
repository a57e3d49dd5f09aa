"""The scales on which estimates are analysed, and how they are printed: ratios, correlations, proportions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import atanh, exp, expm1, inf, log, log1p, tanh

from workflow.lib.audit.rounding import REMEMBERED, Printed

ON_SCALE = ("estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub")
CHANGES = {
    "reduction": -100.0,
    "excess": 100.0,
}  # a ratio told in percent: fewer, more; one number at a time


@dataclass(frozen=True, slots=True)
class Scale:
    """The way from the printed number to the analysed one, and back."""

    analysed: Callable[[float], float]
    printed: Callable[[float], float]
    low: float = -inf  # the open range of what can be printed
    high: float = inf


def logit(share):
    """The log odds of a proportion."""
    return log(share) - log1p(-share)


def expit(x):
    """The proportion of log odds."""
    return 1.0 / (1.0 + exp(-x)) if x >= 0 else exp(x) / (1.0 + exp(x))


PLAIN = Scale(float, float)
SCALES = {
    "log": Scale(log, exp, low=0.0),
    "z": Scale(atanh, tanh, low=-1.0, high=1.0),
    "logit": Scale(logit, expit, low=0.0, high=1.0),
    "percent": Scale(lambda percent: percent / 100.0, lambda share: share * 100.0),
}


def scale_of(name):
    """The scale of a claim; an empty name is a number that is analysed as it is printed."""
    return SCALES.get(name, PLAIN)


@lru_cache(REMEMBERED)
def analysed(number, name):
    """A printed number on the scale of its analysis; an end that cannot be reached is infinite."""
    scale = scale_of(name)
    low = scale.analysed(number.low) if number.low > scale.low else -inf
    high = scale.analysed(number.high) if number.high < scale.high else inf
    return Printed(number.text, scale.analysed(number.value), low, high, number.decimals)


def as_printed(claim, value):
    """Our value as the claim would print it: z and t may have no sign, a reduction is in percent."""
    quantity, scale = claim["quantity"], claim.get("scale") or ""
    if quantity in ("zval", "tval") and not claim["printed"].startswith("-"):
        return abs(value)
    if scale in CHANGES:
        return CHANGES[scale] * expm1(value)
    if quantity in ON_SCALE:
        return scale_of(scale).printed(value)
    return value
