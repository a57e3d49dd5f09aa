"""Weights that change smoothly with the p value: beta, half-normal, exponential, logistic, power.

Under beta and power a p value below 1e-5 counts as 1e-5, one above 1 - 1e-5 as that: their weights,
or the logarithms, have no bound. The others are constant where a double cannot tell p from 0 or 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import erf, erfinv, expit, ndtr, ndtri

from workflow.lib.stats.small_study.selection_weights import (
    ORDERS,
    Expected,
    Observed,
    between,
    density,
    hermite,
)

NODES = 32  # of each Gauss-Legendre panel, at most 2 wide where a study's z has sd 1 or more


def _beta(p, q, delta):
    """Logarithm of p^(delta1 - 1) (1 - p)^(delta2 - 1) (Citkowicz & Vevea 2017)."""
    logs = np.stack([np.log(p), np.log(q)])
    return (delta - 1.0) @ logs, logs, np.zeros((2, 2, len(p)))


def _half_normal(p, q, delta):
    """Logarithm of exp(-delta p^2) (Preston et al. 2004)."""
    return _linear(-(p**2), delta)


def _exponential(p, q, delta):
    """Logarithm of exp(-delta p) (Preston et al. 2004)."""
    return _linear(-p, delta)


def _logistic(p, q, delta):
    """Logarithm of 2 exp(-delta p) / (1 + exp(-delta p)) (Preston et al. 2004)."""
    rate = delta[0] * p
    log = np.log(2.0) - rate - np.log1p(np.exp(-rate))
    return log, (-p * expit(rate))[None], (-(p**2) * expit(rate) * expit(-rate))[None, None]


def _power(p, q, delta):
    """Logarithm of (1 - p)^delta."""
    return _linear(np.log(q), delta)


def _linear(by: np.ndarray, delta: np.ndarray):
    """A logarithm that is proportional to its one parameter."""
    return delta[0] * by, by[None], np.zeros((1, 1, len(by)))


@dataclass(frozen=True, slots=True)
class Curve:
    """Form of a weight function."""

    log: Callable  # (p, 1 - p, delta) -> logarithm with its derivatives
    m: int  # parameters
    p_min: float = 1e-16  # smaller p values count as this
    q_min: float = 1e-16  # the same for 1 - p


CURVES = {
    "beta": Curve(_beta, 2, 1e-5, 1e-5),
    "halfnorm": Curve(_half_normal, 1),
    "negexp": Curve(_exponential, 1),
    "logistic": Curve(_logistic, 1),
    "power": Curve(_power, 1, 1e-5, 1e-5),
}


@dataclass(frozen=True, slots=True)
class CurveWeights:
    """A weight function of CURVES, with the nodes of its quadrature."""

    name: str
    two_sided: bool
    nodes: np.ndarray = field(init=False, repr=False, compare=False)  # (N,) values of z
    shares: np.ndarray = field(init=False, repr=False, compare=False)  # (N,) their weights
    flat: tuple[tuple[float, float], ...] = field(init=False)  # intervals of z at a clipped p

    def __post_init__(self):
        """Place the nodes where the weight varies; between them and beyond it is constant."""
        nodes, shares, flat = (_two_sided_nodes if self.two_sided else _one_sided_nodes)(self._ends)
        for name, value in (("nodes", nodes), ("shares", shares), ("flat", flat)):
            object.__setattr__(self, name, value)

    @property
    def m(self) -> int:
        """Number of parameters."""
        return CURVES[self.name].m

    @property
    def _ends(self) -> tuple[float, float]:
        """Smallest p and smallest 1 - p that count as such."""
        return CURVES[self.name].p_min, CURVES[self.name].q_min

    @property
    def floor(self) -> float | None:
        """Smallest delta, reached if nothing was selected; None if it is above 0 by itself."""
        return None if self.name == "beta" else 0.0

    @property
    def starts(self) -> tuple[float | tuple[float, ...], ...]:
        """Values of delta from which to search."""
        if self.name == "beta":
            return (1.0, 0.5, 2.0, 0.05, (0.05, 1.0), (1.0, 0.05), (0.0, 1.0), (1.0, 0.0))
        return (0.5, 0.0, 4.0, 0.05)

    def observed(self, z: np.ndarray, delta: np.ndarray) -> Observed:
        """Logarithm of the weight at each z."""
        return Observed(*CURVES[self.name].log(*self._p_and_q(z), delta))

    def expected(self, mean: np.ndarray, sd: np.ndarray, delta: np.ndarray) -> Expected:
        """Expectations under z ~ N(mean, sd^2): quadrature, and normal integrals where flat."""
        inner = self.observed(self.nodes, delta)
        outer = self.observed(np.array([_middle(*part) for part in self.flat]), delta)
        u = (self.nodes[:, None] - mean) / sd
        kernel = hermite(u, ORDERS) * (density(u) / sd * self.shares[:, None])
        low, high = (np.array(part)[:, None] for part in zip(*self.flat, strict=True))
        kernel = np.concatenate([kernel, between(low, high, mean, sd)], axis=1)
        log, first, second = (
            np.concatenate([getattr(inner, name), getattr(outer, name)], axis=-1)
            for name in ("log", "first", "second")
        )
        weight = np.exp(log)
        bent = second + first[:, None] * first[None, :]  # of the weight itself, over the weight
        rows = np.vstack([weight, weight * first])
        sums = rows @ kernel  # (5, 1 + m, k)
        return Expected(
            sums[:, 0], sums[:, 1:].transpose(1, 0, 2), np.dot(weight * bent, kernel[0])
        )

    def _p_and_q(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """p and 1 - p of each z, both clipped, neither a difference that cancels."""
        p, q = (
            (2.0 * ndtr(-np.abs(z)), erf(np.abs(z) / np.sqrt(2.0)))
            if self.two_sided
            else (ndtr(-z), ndtr(z))
        )
        p_min, q_min = self._ends
        return np.clip(p, p_min, 1.0 - q_min), np.clip(q, q_min, 1.0 - p_min)


def _middle(low: float, high: float) -> float:
    """A point of an interval that may be open to infinity."""
    if np.isfinite(low) and np.isfinite(high):
        return 0.5 * (low + high)
    return low + 1.0 if np.isfinite(low) else high - 1.0


def _panels(edges) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on neighbouring panels."""
    x, w = np.polynomial.legendre.leggauss(NODES)
    halves = np.diff(edges) / 2.0
    centres = (np.array(edges[:-1]) + np.array(edges[1:])) / 2.0
    return (centres[:, None] + halves[:, None] * x).ravel(), (halves[:, None] * w).ravel()


def _one_sided_nodes(ends):
    """Nodes between the two clipped ends of z."""
    low, high = float(ndtri(ends[1])), float(-ndtri(ends[0]))
    nodes, shares = _panels(np.linspace(low, high, int(np.ceil((high - low) / 2.0)) + 1))
    return nodes, shares, ((-np.inf, low), (high, np.inf))


def _two_sided_nodes(ends):
    """Nodes on both sides of 0; near 0, where a weight may be a power of |z|, on the scale of log |z|."""
    outer, inner = float(-ndtri(ends[0] / 2.0)), float(np.sqrt(2.0) * erfinv(ends[1]))
    logs, shares = _panels(np.append(np.linspace(np.log(inner), np.log(0.01), 5), [-2.0, 0.0]))
    linear, widths = _panels(np.linspace(1.0, outer, int(np.ceil((outer - 1.0) / 2.0)) + 1))
    size, shares = np.append(np.exp(logs), linear), np.append(shares * np.exp(logs), widths)
    flat = ((-np.inf, -outer), (-inner, inner), (outer, np.inf))
    return np.append(-size[::-1], size), np.append(shares[::-1], shares), flat
