"""Mixtures of normal distributions: quantiles, modes and probabilities, many mixtures at once."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.bayes.falling_root import falling_root

MAX_STEPS = 200
CLOSE = 1e-9  # of Newton's last step, relative to the spread: the error left is its square
NO_WEIGHT = 1e-15
_ROOT = np.sqrt(2.0 * np.pi)


@dataclass(frozen=True, slots=True)
class Mixture:
    """r mixtures with common weights; with r = 1, many probabilities at once."""

    weights: np.ndarray  # (m,), sum 1
    means: np.ndarray  # (r, m)
    sds: np.ndarray  # (r, m)

    def cdf(self, t: np.ndarray) -> np.ndarray:
        """Probability below t (n,); n is r, or r is 1."""
        return ndtr((t[:, None] - self.means) / self.sds) @ self.weights

    def density(self, t: np.ndarray) -> np.ndarray:
        """Density at t (n,)."""
        z = (t[:, None] - self.means) / self.sds
        return (np.exp(-0.5 * z * z) / (_ROOT * self.sds)) @ self.weights

    def log_density(self, t: np.ndarray) -> np.ndarray:
        """Log density at t (n,); minus infinity where it is below the range of a double."""
        with np.errstate(divide="ignore"):
            return np.log(self.density(t))

    def slope(self, t: np.ndarray) -> np.ndarray:
        """Derivative of the density at t (n,)."""
        z = (t[:, None] - self.means) / self.sds
        return (-z * np.exp(-0.5 * z * z) / (_ROOT * self.sds**2)) @ self.weights

    def above(self, threshold: float) -> float:
        """Probability above a threshold."""
        return float(ndtr((self.means[0] - threshold) / self.sds[0]) @ self.weights)

    def quantiles(self, p) -> np.ndarray:
        """Points below which the probabilities `p` lie, (n,).

        Newton's steps on the probit of the distribution function, nearly a straight line, within
        a bracket: each component's own quantile lies on one side or the other.
        """
        p = np.broadcast_to(np.asarray(p, dtype=float), max(np.shape(p), (len(self.means),)))
        z = ndtri(p)
        parts = self.means + z[:, None] * self.sds
        low, high = parts.min(axis=1), parts.max(axis=1)
        middle = np.searchsorted(np.cumsum(self.weights), 0.5)
        t = np.clip(parts[:, min(middle, parts.shape[1] - 1)], low, high)
        close = CLOSE * self.sds[:, min(middle, parts.shape[1] - 1)]
        for _ in range(MAX_STEPS):
            share = self.cdf(t)
            low, high = np.where(share < p, t, low), np.where(share < p, high, t)
            step = _probit_step(share, self.density(t), z)
            following = t - step
            outside = ~((following >= low - close) & (following <= high + close))
            following = np.where(outside, (low + high) / 2.0, following)
            moved, t = np.abs(following - t), following
            if np.all((moved <= close) & (~outside | (high - low <= 4.0 * close))):
                return t
        raise ConvergenceError("quantiles of the posterior were not found; check yi, vi and prior")

    def mode(self) -> float:
        """Highest point of the density of a single mixture."""
        t = self._candidates()
        best = int(np.argmax(self.density(t)))
        low, high = t[max(0, best - 1)], t[min(len(t) - 1, best + 1)]
        found = falling_root(
            lambda x: float(self.slope(np.array([x]))[0]), float(low), float(high), settled=0.0
        )
        both = np.array([found, t[best]])
        return float(both[np.argmax(self.density(both))])

    def _candidates(self) -> np.ndarray:
        """Points among which no peak hides: equally spaced, and around those of single components."""
        low, high = self.quantiles([0.002, 0.998])
        steepest = np.argsort(self.weights / self.sds[0])[-16:]
        peaks, widths = self.means[0, steepest], self.sds[0, steepest]
        return np.unique(
            np.concatenate([np.linspace(low, high, 41), peaks - widths, peaks, peaks + widths])
        )


def _probit_step(share, density, z) -> np.ndarray:
    """Newton's step of ndtri(share) - z; not a number where share is 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        score = ndtri(share)
        return (score - z) * np.exp(-0.5 * score**2) / (_ROOT * density)


def mixture(weights: np.ndarray, means: np.ndarray, variances: np.ndarray) -> Mixture:
    """Return the mixtures of (m,) weights and (r, m) moments without components of no weight."""
    kept = weights > NO_WEIGHT
    weights = weights[kept] / weights[kept].sum()
    sds = np.sqrt(np.atleast_2d(variances)[:, kept])
    means = np.broadcast_to(np.atleast_2d(means)[:, kept], sds.shape)
    return Mixture(weights, means, sds)
