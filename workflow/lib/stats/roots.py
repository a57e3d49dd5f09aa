"""Roots of monotone functions of tau2, kept in a bracket from the first to the last step."""

from collections.abc import Callable

from workflow.lib.errors import ConvergenceError

TOLERANCE = 1e-13  # of the bracket, relative to tau2 + the scale of the variances
MAX_STEPS = 200
LARGEST_FACTOR = 1e40  # how far above its start a root is looked for


def root_above(f: Callable, low: float, *, scale: float) -> float:
    """Return where `f`, below 0 at `low` and rising, meets 0; `scale` > 0 is the first step.

    Raises
    ------
    ConvergenceError
        If f stays below 0 however far one goes, or if the bracket does not close.
    """
    start, step, at_low = low, scale, f(low)
    high, at_high = low + step, f(low + step)
    while at_high < 0.0:
        if step > LARGEST_FACTOR * scale:
            raise ConvergenceError(f"no root above {start:.4g}: check yi and vi")
        low, at_low, step = high, at_high, 4.0 * step
        high, at_high = high + step, f(high + step)
    return _between(f, (low, at_low), (high, at_high), scale=scale)


def _between(f: Callable, one, other, *, scale: float) -> float:
    """Root between two ends (x, f(x)) of opposite sign (regula falsi, Anderson & Bjorck 1973)."""
    (a, fa), (b, fb) = one, other
    for count in range(MAX_STEPS):
        if fb == 0.0 or abs(b - a) <= TOLERANCE * (abs(b) + scale):
            return b
        c = 0.5 * (a + b) if count % 4 == 3 else b - fb * (b - a) / (fb - fa)
        fc = f(c)
        if fc * fb < 0.0:
            a, fa = b, fb
        else:
            share = 1.0 - fc / fb
            fa *= share if share > 0.0 else 0.5
        if c == b:
            return b
        b, fb = c, fc
    raise ConvergenceError(f"root still between {min(a, b):.6g} and {max(a, b):.6g}")
