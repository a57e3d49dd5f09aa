"""Distribution of the generalised Q statistic: a weighted sum of chi-square variables.

Its moment generating function is a product over the studies and a determinant of p x p, so no
eigenvalues of a k x k matrix are needed. The distribution function is its contour integral along
a parabola through the saddle point (Rice 1980; Helstrom 1996), where the trapezoidal rule doubles
its digits with every halving of the step.
"""

from dataclasses import dataclass
from math import exp, pi, sqrt

import numpy as np

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.intercept import QuadraticForm

BELOW = np.geomspace(1e-6, 1.0, 90)  # where the saddle point is looked for, relative to its range
ABOVE = np.concatenate([np.geomspace(1e-6, 0.5, 60), np.linspace(0.5, 0.97, 30)])
PRECISION = 1e-12  # of the probability, relative
NOISE = 1e-16  # of the probability, absolute
NEGLIGIBLE = 45.0  # below the logarithm of the integrand at the saddle point
LARGEST_RULE = 1 << 14
CHUNK = 1 << 20  # elements of one array of points times studies


@dataclass(frozen=True, slots=True)
class GeneralisedQ:
    """Q = y'Py of independent normal effects, P the projection with fixed weights a."""

    a: np.ndarray  # (k,) weights in Q
    ad: np.ndarray  # (k,) weights times total variances
    half: np.ndarray  # (p, k) design, scaled so that half @ diag(a) @ half.T is the identity
    mean: float  # of Q
    variance: float

    @classmethod
    def of(cls, model, a, tau2: float, q: QuadraticForm) -> "GeneralisedQ":
        """Distribution if the heterogeneity is `tau2`; `q` is `model.quadratic(a)`."""
        root = np.linalg.cholesky((model.basis.T * a) @ model.basis)
        return cls(
            a=a,
            ad=a * (model.vi + tau2),
            half=np.linalg.solve(root, model.basis.T),
            mean=q.trPV + tau2 * q.trP,
            variance=2.0 * (q.trPVPV + 2.0 * tau2 * q.trPVP + tau2**2 * q.trPP),
        )

    def above(self, x: float) -> float:
        """Probability that Q exceeds `x`: the smaller tail has 12 digits or 16 decimals."""
        if x <= 0.0:
            return 1.0
        lower = x < self.mean
        saddle = self._saddle(x, lower)
        tail = self._integral(x, saddle)
        return 1.0 - tail if lower else tail

    def _log_mgf(self, s: np.ndarray) -> np.ndarray:
        """Logarithm of the moment generating function at the complex points `s` (n,).

        Off the real axis the small matrix has all eigenvalues in one half plane: the sum of
        their logarithms is the continuous logarithm of its determinant.
        """
        size = max(1, CHUNK // len(self.a))
        parts = []
        for part in (s[i : i + size] for i in range(0, len(s), size)):
            factor = 1.0 - 2.0 * np.multiply.outer(part, self.ad)
            ratio = self.a / factor
            small = np.stack([(ratio * row) @ self.half.T for row in self.half], axis=1)
            determinant = np.log(np.linalg.eigvals(small)).sum(axis=1)
            parts.append(-0.5 * (np.log(factor).sum(axis=1) + determinant))
        return np.concatenate(parts)

    def _exponent(self, s: np.ndarray, x: float) -> np.ndarray:
        """Logarithm of the integrand of the tail that `x` begins or ends."""
        return self._log_mgf(s) - s * x - np.log(s if x >= self.mean else -s)

    def _saddle(self, x: float, lower: bool) -> tuple[float, float, float]:
        """Where the integrand is least on the real axis, its width there, bend of its descent."""
        largest = min(float(self.ad.max()), sqrt(0.5 * self.variance))  # no eigenvalue is above
        points = -BELOW * 50.0 * len(self.a) / x if lower else ABOVE * 0.5 / largest
        values = self._exponent(points.astype(complex), x).real
        s = float(points[int(np.argmin(values))])
        h = 0.005 * abs(s)  # well within the distance from the nearest singularity
        f = self._log_mgf((s + h * np.arange(-2.0, 3.0)).astype(complex)).real
        second = float(f[1] - 2.0 * f[2] + f[3]) / h**2
        third = float(f[4] - 2.0 * f[3] + 2.0 * f[1] - f[0]) / (2.0 * h**3)
        width = 1.0 / sqrt(max(second, 0.0) + 1.0 / s**2)
        return s, width, third / (3.0 * second) if second > 0.0 and third > 0.0 else 1.0 / abs(s)

    def _integral(self, x: float, saddle) -> float:
        """Tail beyond `x`, by the midpoint rule on a parabola that opens to the right."""
        s, _, bend = saddle
        peak = float(self._exponent(np.array([s + 1e-12j * abs(s)]), x).real[0])

        def integrand(y):
            exponent = self._exponent(s + 1j * y + 0.5 * bend * y * y, x)
            return (np.exp(exponent - peak) * (1.0 - 1j * bend * y)).real

        end = self._end(x, saddle, peak)
        found, n, height = np.inf, 32, exp(peak) / pi
        if height * end < NOISE:
            return 0.0
        while n <= LARGEST_RULE:
            y = end * (np.arange(n) + 0.5) / n
            previous, found = found, float(integrand(y).sum()) * end / n
            if abs(found - previous) <= max(PRECISION * abs(found), NOISE / height):
                return height * found
            n *= 2
        raise ConvergenceError(f"distribution of Q at {x:.6g}: not precise; use another interval")

    def _end(self, x: float, saddle, peak: float) -> float:
        """How far along the parabola the integrand counts."""
        s, width, bend = saddle
        y = 4.0 * width
        for _ in range(200):
            point = np.array([s + 1j * y + 0.5 * bend * y * y])
            if float(self._exponent(point, x).real[0]) < peak - NEGLIGIBLE:
                return y
            y *= 1.5
        raise ConvergenceError(f"distribution of Q at {x:.6g}: no decay; use another interval")
