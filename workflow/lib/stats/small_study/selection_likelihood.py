"""Log-likelihood of a selection model, with its gradient and its matrix of second derivatives."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.small_study.selection_curves import CurveWeights
from workflow.lib.stats.small_study.selection_weights import StepWeights


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Value and derivatives by (beta, tau2, delta), in this order."""

    value: float
    gradient: np.ndarray  # (p + 1 + m,)
    hessian: np.ndarray  # (p + 1 + m, p + 1 + m)


@dataclass(frozen=True, slots=True)
class SelectionProblem:
    """Effects of k studies that were seen with a probability that depends on their p values.

    A study with mean mu = x beta and total variance t = vi + tau2 has the density of a normal
    variable times its weight, over the expected weight A(mu, t, delta). A's derivatives by mu are
    expectations of weight times Hermite polynomial, and its derivative by t is half the second
    one by mu, so all are of the same kind.
    """

    yi: np.ndarray  # (k,)
    vi: np.ndarray  # (k,)
    X: np.ndarray  # (k, p)
    weights: StepWeights | CurveWeights

    def at(self, beta: np.ndarray, tau2: float, delta: np.ndarray) -> Likelihood:
        """Log-likelihood with its derivatives."""
        sei, t = np.sqrt(self.vi), self.vi + tau2
        s, mu = np.sqrt(t), self.X @ beta
        seen = self.weights.observed(self.yi / sei, delta)
        A = self.weights.expected(mu / sei, s / sei, delta)
        r = self.yi - mu
        value = seen.log - 0.5 * np.log(2.0 * np.pi * t) - r**2 / (2.0 * t) - np.log(A.moments[0])
        moments = A.moments / A.moments[0] / s ** np.arange(5)[:, None]
        gradient, hessian = self._normal_part(r, t, moments)
        by_delta, mixed, bent = self._weight_part(A, seen, s, moments)
        return self._assembled(value, (gradient, by_delta), (hessian, mixed, bent))

    def _normal_part(self, r, t, a):
        """Derivatives by mu and t; `a` are the derivatives of A by mu over A."""
        of_mean, of_variance = a[1], 0.5 * a[2]
        gradient = np.stack([r / t - of_mean, 0.5 * (r**2 / t**2 - 1.0 / t) - of_variance])
        mean_mean = -1.0 / t - (a[2] - of_mean**2)
        mean_var = -r / t**2 - (0.5 * a[3] - of_mean * of_variance)
        var_var = 0.5 / t**2 - r**2 / t**3 - (0.25 * a[4] - of_variance**2)
        return gradient, (mean_mean, mean_var, var_var)

    def _weight_part(self, A, seen, s, a):
        """Derivatives by delta, alone and with mu and t."""
        first = A.first / A.moments[0]
        own, by_mean, by_variance = first[:, 0], first[:, 1] / s, 0.5 * first[:, 2] / s**2
        mixed = -(by_mean - own * a[1]), -(by_variance - own * 0.5 * a[2])
        bent = seen.second - (A.second / A.moments[0] - own[:, None] * own[None, :])
        return seen.first - own, mixed, bent

    def _assembled(self, value, gradients, hessians) -> Likelihood:
        """Sums over studies, mu replaced by the coefficients."""
        X = self.X
        ((of_mean, of_variance), by_delta) = gradients
        ((mean_mean, mean_var, var_var), (delta_mean, delta_var), bent) = hessians
        gradient = np.concatenate([X.T @ of_mean, [of_variance.sum()], by_delta.sum(axis=1)])
        across = np.column_stack([X.T @ mean_var, (delta_mean @ X).T])
        lower = np.block(
            [
                [np.array([[var_var.sum()]]), delta_var.sum(axis=1)[None]],
                [delta_var.sum(axis=1)[:, None], bent.sum(axis=-1)],
            ]
        )
        hessian = np.block([[(X.T * mean_mean) @ X, across], [across.T, lower]])
        return Likelihood(float(value.sum()), gradient, hessian)
