"""Marginal likelihood with one normal random effect, integrated to rounding, with derivatives.

For laws that are dear to evaluate (the noncentral hypergeometric): derivatives follow from the
same nodes, so a Newton step costs one pass over them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite import hermgauss

from workflow.lib.errors import ConvergenceError

NODES = 25  # of the quadrature around each study's mode: error below 1e-9 of the log likelihood
MODE_STEPS = 200


@dataclass(frozen=True, slots=True)
class ExactModel:
    """One count per study; its parameter is beta + tau * u_i with u_i standard normal."""

    law: object  # with terms(theta), theta (k, ...)
    offset: np.ndarray  # zeros, (k, 1): the number of studies
    own: None = None

    def loglik(self, parameters: np.ndarray) -> np.ndarray:
        """Return each study's log likelihood, (k,), at parameters (beta, tau), (k, 2)."""
        return self._nodes(parameters)[0]

    def gradient(self, parameters: np.ndarray) -> np.ndarray:
        """Return the derivatives of each study's log likelihood, (k, 2)."""
        _, share, u, slope, _ = self._nodes(parameters)
        mean = (share * slope).sum(axis=1)
        return np.stack([mean, (share * slope * u).sum(axis=1)], axis=1)

    def hessian(self, parameters: np.ndarray) -> np.ndarray:
        """Return the second derivatives, (k, 2, 2) (Louis 1982)."""
        _, share, u, slope, bend = self._nodes(parameters)
        design = np.stack([np.ones_like(u), u])
        inner = np.einsum("kj,akj,bkj->kab", share * (bend + slope**2), design, design)
        mean = np.einsum("kj,akj->ka", share * slope, design)
        return inner - mean[:, :, None] * mean[:, None, :]

    def _nodes(self, parameters):
        """Log likelihood (k,), and at the nodes (k, j): share of it, u, slope and bend."""
        beta, tau = parameters[:, :1], parameters[:, 1:]
        mode, curvature = self._mode(beta[:, 0], tau[:, 0])
        x, weight = hermgauss(NODES)
        u = mode[:, None] + np.sqrt(2.0 / curvature)[:, None] * x
        log_p, slope, bend = self.law.terms(beta + tau * u)
        exponent = log_p - 0.5 * u**2 + x**2 + np.log(weight / np.sqrt(np.pi))
        top = exponent.max(axis=1)
        share = np.exp(exponent - top[:, None])
        total = share.sum(axis=1)
        ll = top + np.log(total) - 0.5 * np.log(curvature)
        return ll, share / total[:, None], u, slope, bend

    def _mode(self, beta, tau):
        """Most likely u (k,) and the curvature there."""
        u, last, limit = np.zeros_like(beta), np.zeros_like(beta), np.full(beta.shape, 2.0)
        for _ in range(MODE_STEPS):
            _, slope, bend = self.law.terms(beta + tau * u)
            curvature = 1.0 - tau**2 * bend
            step = (tau * slope - u) / curvature
            limit = np.where(step * last < 0.0, 0.5 * limit, limit)  # a cycle is cut short
            last = np.clip(step, -limit, limit)
            u = u + last
            if np.abs(step).max(initial=0.0) < 1e-8:  # the nodes need not lie exactly around it
                return u, curvature
        raise ConvergenceError("a study's random effect was not found; check its counts")
