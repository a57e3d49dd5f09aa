"""The posterior of tau: quantiles and mode from the nodes of its integral."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Chebyshev

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.bayes.quadrature import Nodes, Target

MAX_STEPS = 100
CLOSE = 1e-9  # of Newton's last step in x: the error left is its square
FLAT = 1e-9  # rise of the log density above that at 0 which counts as a peak of its own


@dataclass(frozen=True, slots=True)
class TauPosterior:
    """Distribution of tau."""

    nodes: Nodes
    target: Target

    def quantiles(self, p) -> np.ndarray:
        """Values of tau below which the probabilities `p` (n,) lie."""
        p = np.atleast_1d(np.asarray(p, dtype=float))
        nodes = self.nodes
        mass = np.exp(nodes.log_weight)
        below = np.cumsum(mass) - mass / 2.0
        x = np.interp(p, below, nodes.x)
        low, high = np.full(len(p), nodes.x[0]), np.full(len(p), nodes.x[-1])
        for _ in range(MAX_STEPS):
            share = nodes.cdf(x)
            low, high = np.where(share < p, x, low), np.where(share < p, high, x)
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                following = x - (share - p) / self._density_of_x(x)
            outside = ~((following >= low - CLOSE) & (following <= high + CLOSE))
            following = np.where(outside, (low + high) / 2.0, following)
            moved, x = np.abs(following - x), following
            if np.all((moved <= CLOSE) & (~outside | (high - low <= 4.0 * CLOSE))):
                return nodes.tau_at(x)
        raise ConvergenceError("quantiles of tau were not found; check yi, vi and the prior")

    def log_density(self, tau) -> np.ndarray:
        """Log density of tau at each of `tau` (n,), 0 included."""
        with np.errstate(divide="ignore"):
            u = np.maximum(np.log(np.asarray(tau, dtype=float)), self._lowest())
        return self.target.log_density(u) - u - self.nodes.log_integral

    def mode(self) -> float:
        """Most likely tau: 0, the upper limit, or a peak between."""
        u = self.nodes.log_tau
        logs = self.target.log_density(u) - u
        best = int(np.argmax(logs))
        lowest = self._lowest()
        at_zero = float(self.target.log_density(np.array([lowest]))[0]) - lowest
        if best == 0 or logs[best] <= at_zero + FLAT:
            return 0.0
        if best == len(u) - 1 or self._rises_to_limit(u, best):
            return float(self.nodes.tau_at(self.nodes.x[-1]))
        return float(np.exp(self._peak(u[best - 1], u[best + 1])))

    def _rises_to_limit(self, u, best) -> bool:
        """Whether nothing but rounding separates the best node from the upper limit."""
        upper = self.target.log_upper
        return upper is not None and upper - u[best] < FLAT

    def _peak(self, low: float, high: float) -> float:
        """Log tau of the peak between two nodes: where the slope of an interpolant is 0."""
        fitted = Chebyshev.interpolate(lambda u: self.target.log_density(u) - u, 14, [low, high])
        roots = fitted.deriv().roots()
        inside = roots.real[(np.abs(roots.imag) < 1e-8) & (roots.real > low) & (roots.real < high)]
        points = np.concatenate([inside, [low, high]])
        return float(points[np.argmax(fitted(points))])

    def _density_of_x(self, x) -> np.ndarray:
        """Density of x, the line of the nodes."""
        nodes = self.nodes
        g = nodes.centre + nodes.width * np.sinh(x)
        logs = self.target.log_density(nodes.line.log_tau(g)) + nodes.line.log_slope(g)
        return np.exp(logs - nodes.log_integral) * nodes.width * np.cosh(x)

    def _lowest(self) -> float:
        """A log tau that stands for tau = 0: far below every scale of data and prior."""
        return min(min(self.target.anchors) - 30.0, float(self.nodes.log_tau[0]))
