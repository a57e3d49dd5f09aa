"""Weights by p value: how probable it is that a study is seen, for the selection models.

Each weight function knows its logarithm at the observed p values and its integral over a normal
distribution of z = yi / sei, both with their derivatives. It is for the alternative "greater" or
"two.sided"; studies that select for small effects come with the opposite sign.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

ORDERS = 5  # Hermite polynomials He_0 to He_4 give all second derivatives by mean and variance


@dataclass(frozen=True, slots=True)
class Observed:
    """Logarithm of the weights of k studies, with derivatives by the m parameters delta."""

    log: np.ndarray  # (k,)
    first: np.ndarray  # (m, k)
    second: np.ndarray  # (m, m, k)


@dataclass(frozen=True, slots=True)
class Expected:
    """Expectations of weight times He_n(u), u the standardised z of each study."""

    moments: np.ndarray  # (5, k)
    first: np.ndarray  # (m, 5, k), of the derivatives by delta
    second: np.ndarray  # (m, m, k), of the second derivatives, n = 0


@dataclass(frozen=True, slots=True)
class StepWeights:
    """Weight 1 up to the first step, then one delta for each interval of p (Hedges 1992)."""

    steps: tuple[float, ...]  # upper ends of the intervals of p, the last is 1
    two_sided: bool

    floor = None  # delta is above 0 wherever the likelihood has a maximum
    starts = (1.0, 0.3, 3.0)

    @property
    def m(self) -> int:
        """Number of parameters."""
        return len(self.steps) - 1

    def interval(self, z: np.ndarray) -> np.ndarray:
        """Interval of the p value of each z, counted from 0."""
        return np.searchsorted(self.steps, _p_value(z, self.two_sided), side="left")

    def observed(self, z: np.ndarray, delta: np.ndarray) -> Observed:
        """Logarithm of the weight at each z."""
        member = (self.interval(z) == np.arange(1, self.m + 1)[:, None]).astype(float)
        second = np.zeros((self.m, self.m, len(z)))
        index = np.arange(self.m)
        second[index, index] = -member / delta[:, None] ** 2
        return Observed(np.log(delta) @ member, member / delta[:, None], second)

    def expected(self, mean: np.ndarray, sd: np.ndarray, delta: np.ndarray) -> Expected:
        """Expectations under z ~ N(mean, sd^2), exact: differences of normal integrals."""
        tails = 2.0 if self.two_sided else 1.0
        ends = np.append(np.inf, -ndtri(np.array(self.steps) / tails))
        parts = self._parts(ends, mean, sd)
        if self.two_sided:
            parts = parts + self._parts(-ends, mean, sd, mirrored=True)
        moments = parts[:, 0] + np.einsum("j,njk->nk", delta, parts[:, 1:])
        second = np.zeros((self.m, self.m, len(mean)))
        return Expected(moments, parts[:, 1:].transpose(1, 0, 2), second)

    def _parts(self, ends, mean, sd, *, mirrored=False) -> np.ndarray:
        """Integrals of He_n (n, interval, k) between neighbouring ends."""
        low, high = (ends[:-1], ends[1:]) if mirrored else (ends[1:], ends[:-1])
        return between(low[:, None], high[:, None], mean, sd)


@dataclass(frozen=True, slots=True)
class GivenWeights:
    """Weights of the intervals of p that are known beforehand: nothing of them is estimated."""

    steps: StepWeights
    delta: np.ndarray  # (intervals,) only their ratios matter

    floor = None
    m = 0
    starts = (1.0,)

    def observed(self, z: np.ndarray, delta: np.ndarray) -> Observed:
        """Logarithm of the weight at each z."""
        log = np.log(self.delta / self.delta[0])[self.steps.interval(z)]
        return Observed(log, np.zeros((0, len(z))), np.zeros((0, 0, len(z))))

    def expected(self, mean: np.ndarray, sd: np.ndarray, delta: np.ndarray) -> Expected:
        """Expectations under z ~ N(mean, sd^2)."""
        moments = self.steps.expected(mean, sd, self.delta[1:] / self.delta[0]).moments
        k = len(mean)
        return Expected(moments, np.zeros((0, ORDERS, k)), np.zeros((0, 0, k)))


def between(low, high, mean, sd) -> np.ndarray:
    """Integrals of He_n(u) times the normal density of u over low < z <= high, n = 0 to 4."""
    a, b = (low - mean) / sd, (high - mean) / sd
    right = a > 0.0  # in the upper tail the complement keeps its digits
    area = np.where(right, ndtr(-a) - ndtr(-b), ndtr(b) - ndtr(a))
    at_a, at_b = (hermite(x, ORDERS - 1) * density(x) for x in (_finite(a), _finite(b)))
    return np.concatenate([area[None], at_a - at_b])


def _finite(x: np.ndarray) -> np.ndarray:
    """Points beyond 40 standard deviations, where density times any He_n is 0, moved there."""
    return np.clip(x, -40.0, 40.0)


def density(u: np.ndarray) -> np.ndarray:
    """Standard normal density."""
    return np.exp(-0.5 * u * u) / np.sqrt(2.0 * np.pi)


def hermite(u: np.ndarray, count: int) -> np.ndarray:
    """Hermite polynomials He_0, He_1, ... of `u`, along a new first axis."""
    rows = [np.ones_like(u), u]
    for n in range(2, count):
        rows.append(u * rows[-1] - (n - 1) * rows[-2])
    return np.stack(rows[:count])


def _p_value(z: np.ndarray, two_sided: bool) -> np.ndarray:
    """P value of z against 0."""
    return 2.0 * ndtr(-np.abs(z)) if two_sided else ndtr(-z)
