"""Mean and SD from order statistics by fitting a distribution to them (McGrath et al. 2020, QE).

Normal, log-normal, gamma, Weibull and, between 0 and 1, beta distributions are fitted by least
squares of their quantiles; the closest one gives mean and standard deviation.
"""

from dataclasses import dataclass
from math import exp, expm1, sqrt

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import betaincinv, gamma, gammaincinv, ndtri

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.reported.summary import FIVE, QUARTILES, RANGE, Summary

EDGE = {  # log shape: beyond, mean or SD of the family leaves the range of a double
    "log-normal": (-7.0, 2.5),
    "gamma": (-4.0, 14.0),
    "Weibull": (-2.0, 6.0),
}


@dataclass(frozen=True, slots=True)
class Fitted:
    """Mean and SD of the shape that fits best."""

    mean: float
    sd: float
    shape: str  # name of the distribution, or the power of Box and Cox


def estimate(summary: Summary) -> Fitted:
    """Return mean and standard deviation of the distribution closest to the quantiles.

    `summary` has passed `check`. If a value is 0 or below, the normal distribution is the only
    candidate.

    Raises
    ------
    NotEstimable
        If the median is missing, or the ends are equal.
    """
    values, shares = positions(summary)
    fits = [_normal(values, shares)]
    if values[0] > 0.0:
        fits += [_scaled(family, values, shares) for family in EDGE]
        fits += [_beta(values, shares)] if values[-1] < 1.0 else []
    return min(fits, key=lambda fit: fit[0])[1]


def positions(summary: Summary) -> tuple[np.ndarray, np.ndarray]:
    """Return the values that the case uses, and the shares of persons below them.

    Raises
    ------
    NotEstimable
        Without a median, or if all values are equal.
    """
    if summary.median is None:
        raise NotEstimable("median is missing: no shape can be fitted")
    values, n = np.array(summary.used), summary.n
    if values[0] == values[-1]:
        raise NotEstimable(f"all values are {values[0]:g}: no spread to fit a shape to")
    shares = {
        RANGE: (1.0 / n, 0.5, 1.0 - 1.0 / n),
        QUARTILES: (0.25, 0.5, 0.75),
        FIVE: (1.0 / n, 0.25, 0.5, 0.75, 1.0 - 1.0 / n),
    }[summary.case]
    return values, np.array(shares)


def _normal(values, shares) -> tuple[float, Fitted]:
    """Sum of squares and fit: a straight line in the normal quantiles, symmetric about 0."""
    z = ndtri(shares)
    mean, sd = float(values.mean()), float(z @ values) / float(z @ z)
    return float(((values - mean - sd * z) ** 2).sum()), Fitted(mean, sd, "normal")


def _scaled(family: str, values, shares) -> tuple[float, Fitted]:
    """Sum of squares and fit of a family with one shape; its scale is linear in the quantiles."""

    def squares(log_shape: float) -> float:
        unit = _unit_quantiles(family, exp(log_shape), shares)
        return float(((values - _scale(values, unit) * unit) ** 2).sum())

    shape = exp(_lowest(squares, EDGE[family]))
    scale = _scale(values, _unit_quantiles(family, shape, shares))
    mean, sd = _unit_moments(family, shape)
    return squares(np.log(shape)), Fitted(scale * mean, scale * sd, family)


def _lowest(function, ends: tuple[float, float]) -> float:
    """Where `function` is lowest: a scan that no second valley deceives, then a fine search."""
    grid = np.linspace(*ends, 65)
    best = int(np.argmin([function(x) for x in grid]))
    bracket = grid[max(0, best - 1)], grid[min(len(grid) - 1, best + 1)]
    return float(minimize_scalar(function, bounds=bracket, options={"xatol": 1e-10}).x)


def _scale(values, unit) -> float:
    """Least squares scale."""
    return float(values @ unit) / float(unit @ unit)


def _unit_quantiles(family: str, shape: float, shares) -> np.ndarray:
    """Quantiles of the family at scale 1, over their middle one: no power of them overflows."""
    if family == "log-normal":
        logs = shape * ndtri(shares)
    elif family == "Weibull":
        logs = np.log(-np.log1p(-shares)) / shape
    else:
        logs = np.log(gammaincinv(shape, shares))
    return np.exp(logs - logs[len(logs) // 2])


def _unit_moments(family: str, shape: float) -> tuple[float, float]:
    """Mean and SD of the family where its median is 1."""
    if family == "log-normal":
        mean = exp(shape**2 / 2.0)
        return mean, mean * sqrt(expm1(shape**2))
    if family == "Weibull":
        median = np.log(2.0) ** (1.0 / shape)
        mean, square = gamma(1.0 + 1.0 / shape), gamma(1.0 + 2.0 / shape)
        return float(mean / median), float(np.sqrt(max(0.0, square - mean**2)) / median)
    median = gammaincinv(shape, 0.5)
    return float(shape / median), float(sqrt(shape) / median)


def _beta(values, shares) -> tuple[float, Fitted]:
    """Sum of squares and fit of a beta distribution."""

    def squares(logs) -> float:
        return float(((values - betaincinv(*np.exp(logs), shares)) ** 2).sum())

    mean, spread = float(values.mean()), float(np.var(values))
    total = max(mean * (1.0 - mean) / spread - 1.0, 0.1)
    start = np.log([mean * total, (1.0 - mean) * total])
    found = minimize(squares, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-16})
    a, b = np.exp(found.x)
    mean, sd = a / (a + b), sqrt(a * b / (a + b + 1.0)) / (a + b)
    return float(found.fun), Fitted(float(mean), float(sd), "beta")
