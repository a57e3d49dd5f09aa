"""Marginal likelihood of counts with normal random effects, by adaptive Gauss-Hermite quadrature.

A study has one or two rows (its groups); each row has a linear predictor
`offset + own * own_i + sum(fixed * beta) + sum(random * scale * u_i)` with u_i standard normal.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.polynomial.hermite import hermgauss
from scipy.special import gammaln

from workflow.lib.errors import ConvergenceError

COMPLEX_STEP = 1e-30  # the derivative is exact to rounding: no difference is taken
CENTRAL_STEP = 1e-4  # of second derivatives, on the log odds or log rate scale: error about 1e-9
MODE_STEPS = 200


class Law(Protocol):
    """Distribution of a study's counts."""

    def terms(self, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return log probability and its first two derivatives in `eta`, shape of eta."""


@dataclass(frozen=True, slots=True)
class Binomial:
    """Events y of n; arrays of shape (k, r)."""

    y: np.ndarray
    n: np.ndarray

    def terms(self, eta):
        """Return log probability and its first two derivatives at log odds `eta`, (k, r, ...)."""
        y, n = (_like(x, eta) for x in (self.y, self.n))
        small = np.exp(np.where(eta.real > 0.0, -eta, eta))  # at most 1: cannot overflow
        p = np.where(eta.real > 0.0, 1.0 / (1.0 + small), small / (1.0 + small))
        ways = gammaln(n + 1.0) - gammaln(y + 1.0) - gammaln(n - y + 1.0)
        log_sum = np.where(eta.real > 0.0, eta, 0.0) + np.log1p(small)
        return ways + y * eta - n * log_sum, y - n * p, -n * p * (1.0 - p)


@dataclass(frozen=True, slots=True)
class Poisson:
    """Events y; exposure is in the offset; arrays of shape (k, r)."""

    y: np.ndarray

    def terms(self, eta):
        """Return log probability and its first two derivatives at log mean `eta`, (k, r, ...)."""
        y, mean = _like(self.y, eta), np.exp(eta)
        return y * eta - mean - gammaln(y + 1.0), y - mean, -mean


@dataclass(frozen=True, slots=True)
class OneRow:
    """A law of one count per study, seen as k x 1 rows."""

    law: Law

    def terms(self, eta):
        """Return log probability and its first two derivatives at `eta`, (k, 1, ...)."""
        return tuple(term[:, None] for term in self.law.terms(eta[:, 0]))


@dataclass(frozen=True, slots=True)
class CountModel:
    """Rows of k studies and how their linear predictors are made; arrays broadcast to (k, r)."""

    law: Law
    offset: np.ndarray  # (k, r)
    fixed: tuple  # of shared coefficients
    random: tuple = ()  # of random effects; each has a scale (standard deviation)
    own: np.ndarray | None = None  # of one free coefficient per study
    nodes: int = 7  # of the quadrature; 1 is Laplace's approximation

    @property
    def width(self) -> int:
        """Number of parameters of one study: own, fixed, scales."""
        return (self.own is not None) + len(self.fixed) + len(self.random)

    def loglik(self, parameters: np.ndarray) -> np.ndarray:
        """Return each study's log likelihood, (k,), at `parameters`, (k, width), real or complex.

        Notes
        -----
        Pinheiro & Bates (1995): the nodes lie around each study's mode, on the scale of the
        curvature there. Complex parameters carry a derivative through the mode and the scale.
        """
        eta, slopes = self._predictors(parameters)
        if not self.random:
            return self.law.terms(eta)[0].sum(axis=1)
        return self._integral(eta, slopes)

    def _predictors(self, parameters):
        """Linear predictors without random effects (k, r) and the slopes of these (q, k, r)."""
        first, columns = int(self.own is not None), parameters.T[:, :, None]
        eta = self.offset + (self.own * columns[0] if first else 0.0)
        for x, beta in zip(self.fixed, columns[first:], strict=False):
            eta = eta + x * beta
        scales = columns[first + len(self.fixed) :]
        slopes = [eta * 0.0 + z * s for z, s in zip(self.random, scales, strict=True)]
        return eta, np.array(slopes)

    def _integral(self, eta, slopes):
        """Log of the integral over the random effects; slopes (q, k, r)."""
        u, curvature = self._mode(eta, slopes)
        half_log_det = 0.5 * np.log(np.linalg.det(curvature))
        if self.nodes == 1:
            return self._joint(eta, slopes, u) - half_log_det
        x, weight = hermgauss(self.nodes)
        at = u[:, :, None] + np.sqrt(2.0 / curvature[:, 0])[None] * x  # (1, k, nodes)
        rows = eta[:, :, None] + slopes[0][:, :, None] * at[0][:, None, :]
        joint = self.law.terms(rows)[0].sum(axis=1) - 0.5 * at[0] ** 2
        exponent = joint + np.log(weight / np.sqrt(np.pi)) + x**2
        top = exponent.real.max(axis=1)
        return top + np.log(np.exp(exponent - top[:, None]).sum(axis=1)) - half_log_det

    def _joint(self, eta, slopes, u):
        """Log density of the counts and of the random effects `u`, (q, k)."""
        rows = eta + (slopes * u[:, :, None]).sum(axis=0)
        return self.law.terms(rows)[0].sum(axis=1) - 0.5 * (u**2).sum(axis=0)

    def _mode(self, eta, slopes):
        """Most likely random effects (q, k) and the curvature there (k, q, q)."""
        u = np.zeros(slopes.shape[:2])
        limit, last = np.full(u.shape, 2.0), np.zeros_like(u)
        for _ in range(MODE_STEPS):
            step, _ = self._newton(eta.real, slopes.real, u)
            limit = np.where(step * last < 0.0, 0.5 * limit, limit)  # a cycle is cut short
            last = np.clip(step, -limit, limit)
            u = u + last
            if np.abs(step).max(initial=0.0) < 1e-10:
                break
        else:
            raise ConvergenceError("a study's random effect was not found; check its counts")
        # the last Newton step, in complex numbers, carries the derivative of the mode
        u = u + self._newton(eta, slopes, u)[0]
        return u, self._newton(eta, slopes, u)[1]

    def _newton(self, eta, slopes, u):
        """Newton step of the random effects (q, k) and minus the second derivative (k, q, q)."""
        rows = eta + (slopes * u[:, :, None]).sum(axis=0)
        _, slope, bend = self.law.terms(rows)
        gradient = (slopes * slope).sum(axis=2) - u
        curvature = np.eye(len(slopes)) - np.einsum("akr,bkr,kr->kab", slopes, slopes, bend)
        return np.linalg.solve(curvature, gradient.T[:, :, None])[:, :, 0].T, curvature

    def conditional(self, parameters: np.ndarray) -> float:
        """Return the log probability of all counts, the random effects held at their modes."""
        eta, slopes = self._predictors(parameters)
        u, _ = self._mode(eta, slopes)
        return float(self.law.terms(eta + (slopes * u[:, :, None]).sum(axis=0))[0].sum())

    def gradient(self, parameters: np.ndarray) -> np.ndarray:
        """Return the derivatives of each study's log likelihood, (k, width), by a complex step."""
        columns = []
        for j in range(self.width):
            moved = parameters.astype(complex)
            moved[:, j] += 1j * COMPLEX_STEP
            columns.append(self.loglik(moved).imag / COMPLEX_STEP)
        return np.stack(columns, axis=1)

    def hessian(self, parameters: np.ndarray) -> np.ndarray:
        """Return the second derivatives, (k, width, width), central differences of `gradient`."""
        columns = []
        for j in range(self.width):
            move = np.zeros(self.width)
            move[j] = CENTRAL_STEP
            rise = self.gradient(parameters + move) - self.gradient(parameters - move)
            columns.append(rise / (2.0 * CENTRAL_STEP))
        found = np.stack(columns, axis=2)
        return 0.5 * (found + found.transpose(0, 2, 1))


def _like(counts, eta):
    """Counts (k, r) with as many axes as `eta`."""
    return counts.reshape(counts.shape + (1,) * (eta.ndim - counts.ndim))
