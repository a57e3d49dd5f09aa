"""Printed numbers as the sets of values that print so: 1.55 is [1.545, 1.555)."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number and the half-open interval [low, high) of values that round to it."""

    text: str
    value: float
    low: float
    high: float
    decimals: int

    def holds(self, value):
        """Whether `value` would be printed so."""
        return self.low <= value < self.high


def printed(text):
    """The interval behind a printed number; '<0.001' is everything from 0 to 0.001."""
    bare = text.removeprefix("<")
    number, decimals = Decimal(bare), len(bare.partition(".")[2])
    value, half = float(number), Decimal(5).scaleb(-decimals - 1)
    if text.startswith("<"):
        return Printed(text, value, 0.0, value, decimals)
    return Printed(text, value, float(number - half), float(number + half), decimals)


def meets(number, low, high):
    """Whether what `number` stands for has a value in common with the open interval (low, high).

    The ends do not count: they would need limits that would have been printed with other digits.
    An interval that is one point counts as that point.
    """
    if low == high:
        return number.holds(low)
    return number.low < high and low < number.high
