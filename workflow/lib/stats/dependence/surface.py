"""The likelihood over smooth parameters, and the last steps to its maximum."""

import numpy as np

from workflow.lib.stats.dependence.likelihood import Likelihood

STEP = 1e-4  # of differences of the slope
TOLERANCE = 1e-11  # of the last step; parameters are of the size of 1
ROUNDING = 1e-13  # of ll per estimate
MAX_STEPS = 50


class Surface:
    """Height and slope of a likelihood; a factor's parameter is the root of its variance."""

    def __init__(self, likelihood: Likelihood, shapes, n_factors: int, fixed: dict):
        """Take the likelihood of data of the size of 1; `fixed` maps places to values."""
        self.likelihood, self.shapes = likelihood, tuple(shapes)
        self.n_factors, self.fixed = n_factors, fixed
        # the sign of a single root is irrelevant; no bound at 0, where its slope is 0 too
        self.lowest = np.array(
            [-np.inf] * n_factors + [x for shape in shapes for x in shape.lowest]
        )

    @property
    def free(self) -> list[int]:
        """Places of the parameters that are not fixed."""
        return [i for i in range(self.likelihood.covariance.n_parameters) if i not in self.fixed]

    def with_free(self, point: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return `point` with other values of the free parameters."""
        found = point.copy()
        found[self.free] = values
        return found

    def height(self, point: np.ndarray) -> float:
        """Log-likelihood."""
        return self.likelihood.at(self._squared(point), ()).ll

    def height_and_slope(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Log-likelihood and its derivatives."""
        here = self.likelihood.at(self._squared(point), self.free)
        slope = here.slope.copy()
        slope[: self.n_factors] *= 2.0 * point[: self.n_factors]
        return here.ll, slope

    def natural(self, point: np.ndarray, unit: float) -> np.ndarray:
        """Parameters of the unscaled likelihood."""
        found = self._squared(point)
        found[: self.n_factors] *= unit
        for place in self._roots():
            found[place] *= np.sqrt(unit)
        return found

    def inverse(self, parameters: np.ndarray, unit: float) -> np.ndarray:
        """Point that `natural` turns into `parameters`."""
        found = parameters.copy()
        found[: self.n_factors] = np.sqrt(found[: self.n_factors] / unit)
        for place in self._roots():
            found[place] /= np.sqrt(unit)
        return found

    def settled(self, place: int, point: np.ndarray) -> float | None:
        """Value on its bound if a parameter is next to it, else None."""
        if place < self.n_factors:
            return 0.0 if 0.0 != point[place] ** 2 < 1e-5 else None
        start = self.n_factors
        for shape in self.shapes:
            if place < start + shape.n_parameters:
                return shape.settled(place - start, point[start : start + shape.n_parameters], 1.0)
            start += shape.n_parameters
        raise IndexError(place)

    def _squared(self, point: np.ndarray) -> np.ndarray:
        """Variances of the factors in place of their roots."""
        found = np.array(point, dtype=float)
        found[: self.n_factors] **= 2
        return found

    def _roots(self) -> list[int]:
        """Places of parameters in units of yi: all of the shapes' but angles."""
        found, start = [], self.n_factors
        for shape in self.shapes:
            length = shape.n_parameters if shape.struct == "UN" else shape.n_tau2
            found += range(start, start + length)
            start += shape.n_parameters
        return found


def polish(surface: Surface, point: np.ndarray) -> np.ndarray:
    """Return the maximum next to `point`: bounds are met exactly, else Newton's method.

    A parameter next to its bound goes there unless the likelihood falls.
    """
    point, held = _newton(surface, point, set()), set()
    noise = ROUNDING * max(len(surface.likelihood.y), abs(surface.height(point)))
    for place in surface.free:
        bound = surface.settled(place, point)
        if bound is None:
            continue
        moved = point.copy()
        moved[place] = bound
        moved = _newton(surface, moved, held | {place})
        if surface.height(moved) >= surface.height(point) - noise:
            point, held = moved, held | {place}
    return point


def _newton(surface: Surface, point: np.ndarray, held: set) -> np.ndarray:
    """Newton's method with the curvature from differences of the slope."""
    height, slope = surface.height_and_slope(point)
    noise = ROUNDING * max(len(surface.likelihood.y), abs(height))
    for _ in range(MAX_STEPS):
        inside = (point > surface.lowest) | (slope > 0.0)
        free = [i for i in surface.free if i not in held and inside[i]]
        step = np.zeros_like(point)
        if free:
            step[free] = _ascent(_curvature(surface, point, free), slope[free])
        for _ in range(40):
            following = np.maximum(point + step, surface.lowest)
            higher, new_slope = surface.height_and_slope(following)
            if higher >= height - noise:
                break
            step = 0.5 * step
        else:
            return point
        moved = np.abs(following - point).max(initial=0.0)
        point, height, slope = following, higher, new_slope
        if moved <= TOLERANCE * (1.0 + np.abs(point).max()):
            return point
    return point


def _curvature(surface: Surface, point: np.ndarray, free: list[int]) -> np.ndarray:
    """Negative second derivatives of the height."""
    found = np.empty((len(free), len(free)))
    for column, i in enumerate(free):
        slopes = []
        for sign in (1.0, -1.0):
            moved = point.copy()
            moved[i] += sign * STEP  # a t just below 0 is as good here: all is smooth there
            slopes.append(surface.height_and_slope(moved)[1][free])
        found[:, column] = (slopes[1] - slopes[0]) / (2.0 * STEP)
    return 0.5 * (found + found.T)


def _ascent(curvature: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Newton step; flat directions stay, a saddle is left uphill, none is longer than 1."""
    values, vectors = np.linalg.eigh(curvature)
    largest = np.abs(values).max(initial=0.0)
    along = vectors.T @ slope
    move = np.abs(values) > 1e-9 * largest
    along[~move] = 0.0
    along[move] /= np.abs(values[move])
    step = vectors @ along
    length = float(np.abs(step).max(initial=0.0))
    return step / max(1.0, length)
