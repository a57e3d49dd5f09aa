"""Printed numbers as the sets of values that print so: 1.55 is [1.545, 1.555)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number and the half-open interval [low, high) of values that round to it."""

    text: str
    value: float
    low: float
    high: float
    decimals: int


def printed(text):
    """The interval behind a printed number; '<0.001' is everything from 0 to 0.001."""
    bare = text.removeprefix("<")
    decimals = len(bare.partition(".")[2])
    value, half = float(bare), 0.5 * 10.0**-decimals
    if text.startswith("<"):
        return Printed(text, value, 0.0, value, decimals)
    return Printed(text, value, value - half, value + half, decimals)


def meets(number, low, high):
    """Whether [low, high] has a value in common with what `number` stands for."""
    return number.low <= high and low < number.high


def prints_as(value, number):
    """Whether `value`, rounded to the printed digits, is the printed number."""
    if number.text.startswith("<"):
        return value < number.value
    return abs(round(value, number.decimals) - number.value) < 0.5 * 10.0 ** -(number.decimals + 1)
