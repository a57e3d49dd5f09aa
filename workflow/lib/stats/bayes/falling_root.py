"""Where a function falls through 0, kept in a bracket (regula falsi, Anderson & Bjorck 1973)."""

from collections.abc import Callable
from math import isfinite

MAX_STEPS = 200
CLOSED = 1e-15  # width of the bracket relative to its ends


def falling_root(
    f: Callable, low: float, high: float, *, settled: float, width: float = 0.0
) -> float:
    """Return x in [low, high] where |f(x)| <= `settled`, or where the bracket has closed.

    It has closed when it is not wider than `width` or the rounding of its ends. f is above 0 at
    `low` and below 0 at `high`, infinite values included. If it is not, the end with the smaller
    |f| is returned: the root lies there, to rounding.
    """
    at_low, at_high = f(low), f(high)
    if not at_low > 0.0 > at_high:
        return low if abs(at_low) < abs(at_high) else high
    for count in range(MAX_STEPS):
        secant = isfinite(at_low) and isfinite(at_high) and count % 8 < 7
        share = at_low / (at_low - at_high) if secant else 0.5
        x = low + share * (high - low)
        value = f(x)
        if abs(value) <= settled or high - low <= max(width, CLOSED * (abs(low) + abs(high))):
            return x
        if value > 0.0:
            at_high *= _kept(value, at_low)
            low, at_low = x, value
        else:
            at_low *= _kept(value, at_high)
            high, at_high = x, value
    return low + (high - low) / 2.0


def _kept(value: float, replaced: float) -> float:
    """Factor for the end that stays, so that the next step passes the root."""
    share = 1.0 - value / replaced if isfinite(replaced) else 1.0
    return share if share > 0.0 else 0.5
