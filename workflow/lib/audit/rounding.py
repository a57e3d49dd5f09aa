"""Printed numbers as the sets of values that print so: 1.55 is [1.545, 1.555), or [1.55, 1.56) if cut off."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import inf

READINGS = ("rounded", "truncated")  # digits are rounded, or what follows them is cut off
SLACK = 1e-9  # of a comparison with an exact fraction, relative: what binary numbers cannot hold
REMEMBERED = 100_000  # printed numbers


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number and the half-open interval [low, high) of values that print so."""

    text: str
    value: float
    low: float
    high: float
    decimals: int

    def holds(self, value):
        """Whether `value` would be printed so."""
        return self.low <= value < self.high

    def touches(self, value):
        """Whether `value` would be printed so by any rule for ties: both ends count."""
        slack = SLACK * max(1.0, abs(value))
        return self.low - slack <= value <= self.high + slack


@lru_cache(REMEMBERED)
def printed(text, reading="rounded"):
    """The interval behind a printed number; '<0.001' is everything from 0 to 0.001.

    A percent sign is left aside. `reading` says what was done with the digits that are not
    printed: rounded, or truncated (cut off, towards zero).
    """
    number = Decimal(text.strip("<>%"))
    exponent = number.as_tuple().exponent
    value, decimals = float(number), max(0, -exponent)
    if text.startswith("<"):
        return Printed(text, value, 0.0, value, decimals)
    if text.startswith(">"):
        return Printed(text, value, value, inf, decimals)
    low, high = _ends(number, Decimal(1).scaleb(exponent), reading)
    return Printed(text, value, float(low), float(high), decimals)


def _ends(number, unit, reading):
    """(low, high) of what prints as `number`, whose last digit counts `unit`."""
    if reading == "rounded":
        return number - unit / 2, number + unit / 2
    if number.is_zero():
        return -unit, unit  # -0.04 and 0.04 both lose their digits
    return (number - unit, number) if number < 0 else (number, number + unit)


def number_in(text):
    """The value of a printed number, or the share of 'N of M'; None where nothing is of M = 0."""
    parts = text.replace(" of ", "/").split("/")
    if len(parts) == 1:
        return float(text.strip("<>%"))
    return int(parts[0]) / int(parts[1]) if int(parts[1]) else None


def meets(number, low, high):
    """Whether what `number` stands for has a value in common with the open interval (low, high).

    The ends do not count: they would need limits that would have been printed with other digits.
    An interval that is one point counts as that point.
    """
    if low == high:
        return number.holds(low)
    return number.low < high and low < number.high
