"""Effects as they are read: ratios of logarithms, correlations of Fisher's z, proportions of log odds.

They stand under ids of their own, which end in _exp, _ztor and _ilogit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import exp, tanh

from workflow.lib.audit.registry import text_of
from workflow.lib.audit.scales import expit

LOG = "log "  # how the unit of a logarithm begins
READ = ("yi", "beta", "ci_lb", "ci_ub", "pi_lb", "pi_ub")  # what is read on another scale
LARGEST = 700.0  # logarithm of the largest number that is kept
TOO_LARGE = "larger than can be printed"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the effects of one unit are read."""

    end: str  # of the ids
    back: Callable[[float], float]
    kind: str  # of text
    unit: str
    words: str  # how it is made

    def text(self, value):
        """The printed text of the number behind an analysed one."""
        known = self.end != "_exp" or value <= LARGEST
        return text_of(self.back(value), self.kind) if known else TOO_LARGE


OTHERS = {
    "Fisher's z": Reading("_ztor", tanh, "effect", "correlation", "hyperbolic tangent"),
    "log odds": Reading("_ilogit", expit, "effect", "proportion", "inverse logit"),
}


def reading_of(unit):
    """The Reading of effects in `unit`, or None where they are read as they are analysed."""
    if unit in OTHERS:
        return OTHERS[unit]
    if not unit.startswith(LOG):
        return None
    return Reading("_exp", exp, "fold", unit.removeprefix(LOG), "exponential")


def printed(unit):
    """value -> text of an effect in this unit, as it is read."""
    reading = reading_of(unit)
    return reading.text if reading else partial(text_of, kind="effect")


def with_readings(numbers, unit):
    """The numbers, each effect or limit followed by the number that it is read as.

    That has the rows, the basis and the method of the analysed one; `unit` is that of the effects.
    """
    reading = reading_of(unit)
    for number in numbers:
        yield number
        if reading and number.id.rpartition(".")[2] in READ and number.unit == unit:
            yield _read(number, reading)


def _read(number, reading):
    value, known = number.value, number.value is not None
    text = reading.text(value) if known else number.text
    kept = known and text != TOO_LARGE
    words = {"unit": reading.unit, "scale": reading.unit}
    return replace(
        number,
        id=f"{number.id}{reading.end}",
        value=reading.back(value) if kept else None,
        text=text,
        method=f"{reading.words} of {number.method}",
        **words,
    )
