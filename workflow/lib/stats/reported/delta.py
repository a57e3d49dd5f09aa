"""Transformed effects and their sampling variances by the delta method, first and second order."""

import warnings
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_columns

IMAGINARY = 1e-30  # step of the complex derivative: no difference is taken, so none cancels
AGREE = 1e-4  # relative: a function that is not analytic shows here


@dataclass(frozen=True, slots=True)
class Transformed:
    """Transformed effects of k rows, None where a row has none."""

    yi: tuple[float | None, ...]
    vi: tuple[float | None, ...]
    reasons: tuple[str | None, ...]  # why a row is missing
    tag: str


def delta_method(yi, vi, transf, *, derivative=None, order=1) -> Transformed:
    """Return f(yi) and the variance of it, row by row.

    `yi` and `vi` (shape (k,); NaN or None: missing) are effects and sampling variances; `transf`
    and `derivative` take an array and return one. Without `derivative` the slope is computed by a
    complex step where `transf` allows it (exact to rounding), else by extrapolated differences.
    Order 1: f(yi) and f'(yi)^2 vi. Order 2 adds f''(yi) vi / 2 to the effect and
    f''(yi)^2 vi^2 / 2 to the variance, both moments of a normal yi (Oehlert 1992).

    Raises
    ------
    InputError
        If shapes differ, a cell is no number, or `order` is neither 1 nor 2.
    """
    y, v = (np.atleast_1d(x) for x in as_columns(yi=yi, vi=vi))
    if y.shape != v.shape or y.ndim != 1:
        raise InputError([f"yi has shape {y.shape}, vi {v.shape}: give two columns of one length"])
    if order not in (1, 2):
        raise InputError([f"order {order!r}: admissible are 1, 2"])
    usable = np.isfinite(y) & np.isfinite(v) & (v >= 0.0)
    point, variance = np.full(len(y), np.nan), np.full(len(y), np.nan)
    with np.errstate(all="ignore"):  # a row without a value gets its reason below
        at = y[usable]
        slope = _slope(transf, at) if derivative is None else np.asarray(derivative(at), float)
        point[usable], variance[usable] = transf(at), slope**2 * v[usable]
        if order == 2:
            bend = _bend(transf, derivative, at)
            point[usable] += bend * v[usable] / 2.0
            variance[usable] += (bend * v[usable]) ** 2 / 2.0
    return _finished(y, v, (point, variance), f"delta method, order {order}")


def _finished(y, v, found, tag) -> Transformed:
    """Rows with their reasons."""
    reasons = [_reason(*row) for row in zip(y, v, *found, strict=True)]
    point, variance = (
        tuple(None if why else float(x) for x, why in zip(column, reasons, strict=True))
        for column in found
    )
    return Transformed(point, variance, tuple(reasons), tag)


def _reason(y, v, point, variance) -> str | None:
    """Why a row has no transformed value."""
    if np.isnan(y) or np.isnan(v):
        return f"missing: {'yi' if np.isnan(y) else 'vi'}"
    if not np.isfinite(y) or not np.isfinite(v):
        return f"yi {y} or vi {v} is not finite"
    if v < 0.0:
        return f"vi {v:g} is below 0"
    if not np.isfinite(point):
        return f"the transformation has no value at yi {y:g}"
    if not np.isfinite(variance):
        return f"the transformation has no slope at yi {y:g}"
    return None


def _slope(function, at: np.ndarray) -> np.ndarray:
    """First derivative; NaN where the function has no value."""
    differences = _extrapolated(function, function, at)
    try:
        with warnings.catch_warnings():  # a function that drops imaginary parts only warns
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            stepped = np.asarray(function(at + 1j * IMAGINARY), dtype=complex)
    except (TypeError, ValueError, np.exceptions.ComplexWarning):
        return differences
    exact = stepped.imag / IMAGINARY
    near = np.abs(exact - differences) <= AGREE * (np.abs(differences) + np.abs(exact))
    return np.where(near, exact, differences)


def _bend(function, derivative, at: np.ndarray) -> np.ndarray:
    """Second derivative: differences of the first one."""
    return _extrapolated(derivative or (lambda x: _slope(function, x)), function, at)


def _extrapolated(slope_of, function, at: np.ndarray) -> np.ndarray:
    """Central differences of `slope_of`, extrapolated to a step of 0.

    The step is relative to the point and shrinks until `function` has values on both sides.
    """
    step = 0.02 * np.maximum(np.abs(at), 1e-2)
    for _ in range(6):
        outside = ~np.isfinite(function(at + step) + function(at - step))
        step = np.where(outside, step / 8.0, step)
    tables = []
    for i in range(5):
        h = step / 2.0**i
        tables.append((slope_of(at + h) - slope_of(at - h)) / (2.0 * h))
    for power in range(1, 5):
        factor = 4.0**power
        tables = [(factor * b - a) / (factor - 1.0) for a, b in pairwise(tables)]
    return tables[0]
