"""Covariance matrices of the inner levels as smooth functions of few parameters.

A variance is t^2, t >= 0, and a bounded correlation the sine of an angle: both reach their bounds
at a finite place, so a maximum on a bound is reached as fast as any other.
"""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.terms import Structure

_SEVERAL = ("HCS", "UN", "DIAG", "HAR")  # a variance per inner level
_UNCORRELATED = ("ID", "DIAG")


@dataclass(frozen=True, slots=True)
class Shape:
    """One struct over q inner levels; parameters are t (one or q), then an angle if any."""

    struct: str
    q: int
    bounds: tuple[float, float]  # of rho
    distance: np.ndarray  # (q, q) of the inner levels; 1 off the diagonal unless AR or CAR

    @property
    def n_tau2(self) -> int:
        """Number of variances."""
        return self.q if self.struct in _SEVERAL else 1

    @property
    def n_parameters(self) -> int:
        """Number of parameters."""
        return self.n_tau2 + (self.struct not in _UNCORRELATED)

    @property
    def lowest(self) -> list[float]:
        """Least admissible value of each parameter: two t of unlike sign would turn rho around."""
        several = [0.0] * self.n_tau2 if self.n_tau2 > 1 else [-np.inf]
        return several + [-np.inf] * (self.n_parameters - self.n_tau2)

    def rho(self, angle: float) -> float:
        """Correlation that belongs to an angle."""
        low, high = self.bounds
        return 0.5 * (low + high) + 0.5 * (high - low) * float(np.sin(angle))

    def angle(self, rho: float) -> float:
        """Angle that belongs to a correlation."""
        low, high = self.bounds
        return float(np.arcsin(np.clip((2.0 * rho - low - high) / (high - low), -1.0, 1.0)))

    def matrix(self, parameters: np.ndarray):
        """Covariance matrix (q, q) and its derivative by each parameter (n, q, q)."""
        t = np.broadcast_to(parameters[: self.n_tau2], (self.q,))
        correlation, by_rho = self._correlations(parameters)
        gradient = []
        if self.n_tau2 == 1:
            gradient.append(2.0 * t[0] * correlation)
        else:
            for j in range(self.q):
                one = np.zeros((self.q, self.q))
                one[j] += t
                one[:, j] += t
                gradient.append(one * correlation)
        outer = np.outer(t, t)
        if self.n_parameters > self.n_tau2:
            low, high = self.bounds
            gradient.append(outer * by_rho * 0.5 * (high - low) * np.cos(parameters[-1]))
        return outer * correlation, gradient

    def _correlations(self, parameters):
        """Correlation matrix and its derivative by rho."""
        if self.struct in _UNCORRELATED:
            return np.eye(self.q), None
        # 0^d has no slope for d < 1; no rho this small can be told from 0
        rho = self.rho(parameters[-1])
        rho = max(rho, 1e-12) if self.struct == "CAR" else rho
        less = np.where(self.distance > 0.0, self.distance - 1.0, 0.0)
        return rho**self.distance, self.distance * rho**less

    def starts(self, variance: float) -> list[np.ndarray]:
        """Parameters to start from: (variance, rho) on a small grid."""
        low, high = self.bounds
        middle = max(0.0, low)
        grid = [(1.0, middle + 0.3 * (high - middle)), (0.3, middle + 0.8 * (high - middle))]
        if self.struct not in _UNCORRELATED:
            grid += [(1.0, 0.5 * low + 0.02), (0.05, 0.5 * (low + high))]
        return [self._point(share * variance, rho) for share, rho in grid]

    def _point(self, variance: float, rho: float) -> np.ndarray:
        """Parameters of equal variances and one correlation."""
        angle = [self.angle(rho)] if self.n_parameters > self.n_tau2 else []
        return np.array([*[np.sqrt(variance)] * self.n_tau2, *angle])

    def natural(self, parameters: np.ndarray) -> tuple[list[float], list[float]]:
        """Variances and correlations."""
        rho = [self.rho(parameters[-1])] if self.n_parameters > self.n_tau2 else []
        return [float(t * t) for t in parameters[: self.n_tau2]], rho

    def parameters(self, tau2, rho) -> list[float]:
        """Parameters of these variances and correlations."""
        angle = [self.angle(r or 0.0) for r in rho]
        return [float(np.sqrt(t)) for t in tau2] + angle

    def settled(self, place: int, parameters: np.ndarray, unit: float) -> float | None:
        """Value on the bound if a parameter is next to it, else None."""
        value = float(parameters[place])
        if place < self.n_tau2:
            return 0.0 if 0.0 != value**2 < 1e-5 * unit else None
        rho = self.rho(value)
        for bound in self.bounds:
            if abs(rho - bound) < 1e-5:
                return self.angle(bound)
        return None


@dataclass(frozen=True, slots=True)
class Unstructured:
    """All variances and correlations free: the matrix is L L', L lower triangular."""

    q: int
    struct: str = "UN"

    @property
    def n_tau2(self) -> int:
        """Number of variances."""
        return self.q

    @property
    def n_parameters(self) -> int:
        """Number of parameters: the elements of L, row by row."""
        return self.q * (self.q + 1) // 2

    @property
    def lowest(self) -> list[float]:
        """Least admissible value of each parameter: none has any."""
        return [-np.inf] * self.n_parameters

    def _root(self, parameters) -> np.ndarray:
        """Lower triangle."""
        root = np.zeros((self.q, self.q))
        root[np.tril_indices(self.q)] = parameters
        return root

    def matrix(self, parameters: np.ndarray):
        """Covariance matrix (q, q) and its derivative by each parameter (n, q, q)."""
        root, gradient = self._root(parameters), []
        for i, j in zip(*np.tril_indices(self.q), strict=True):
            one = np.zeros((self.q, self.q))
            one[i] += root[:, j]
            one[:, i] += root[:, j]
            gradient.append(one)
        return root @ root.T, gradient

    def starts(self, variance: float) -> list[np.ndarray]:
        """Roots of equal variances with a few correlations."""
        low = -1.0 / (self.q - 1)
        rows = np.tril_indices(self.q)
        found = []
        for share, rho in ((1.0, 0.3), (0.3, 0.8), (1.0, 0.5 * low), (0.05, 0.0)):
            equal = rho + (1.0 - rho) * np.eye(self.q)
            found.append(np.sqrt(share * variance) * np.linalg.cholesky(equal)[rows])
        return found

    def natural(self, parameters: np.ndarray) -> tuple[list[float], list[float]]:
        """Variances, and correlations of the pairs (1,2), (1,3), ..., (2,3), ..."""
        root = self._root(parameters)
        matrix = root @ root.T
        sd = np.sqrt(np.diag(matrix))
        pairs = pairs_of(self.q)
        scale = [sd[i] * sd[j] or 1.0 for i, j in pairs]
        rho = [float(matrix[i, j] / s) for (i, j), s in zip(pairs, scale, strict=True)]
        return np.diag(matrix).tolist(), [min(1.0, max(-1.0, r)) for r in rho]

    def parameters(self, tau2, rho) -> list[float]:
        """Parameters of these variances and correlations; the matrix may be singular."""
        correlation = np.eye(self.q)
        for (i, j), r in zip(pairs_of(self.q), rho, strict=True):
            correlation[i, j] = correlation[j, i] = r or 0.0
        sd = np.sqrt(tau2)
        values, vectors = np.linalg.eigh(correlation * np.outer(sd, sd))
        half = vectors * np.sqrt(np.maximum(values, 0.0))
        root = np.linalg.qr(half.T, mode="r").T
        return root[np.tril_indices(self.q)].tolist()

    def settled(self, place: int, parameters: np.ndarray, unit: float) -> float | None:
        """0 for an element of L that is next to it, on the diagonal or in a row of such."""
        i, j = (index[place] for index in np.tril_indices(self.q))
        size = parameters[place] ** 2 if i == j else float((self._root(parameters)[i] ** 2).sum())
        return 0.0 if parameters[place] != 0.0 and size < 1e-5 * unit else None


def pairs_of(q: int) -> list[tuple[int, int]]:
    """Return the pairs of q levels, row by row of the upper triangle."""
    return [(i, j) for i in range(q) for j in range(i + 1, q)]


def shape_of(structure: Structure):
    """Return the shape of a structure; UN of two levels is HCS, where each part has a bound.

    Raises
    ------
    InputError
        For fixed values of UN with more than two inner levels.
    """
    q = len(structure.inner_levels)
    struct = structure.struct
    if struct == "UN" and q > 2:
        if structure.fixed:
            raise InputError(["struct UN with more than two inner levels: nothing can be fixed"])
        return Unstructured(q)
    struct = "HCS" if struct == "UN" else struct
    distance = 1.0 - np.eye(q)
    bounds = (-1.0 / max(1, structure.together - 1), 1.0)
    if struct in ("AR", "HAR", "CAR"):
        at = np.array(structure.inner_levels if struct == "CAR" else range(q), dtype=float)
        distance = np.abs(at[:, None] - at[None, :])
        bounds = (0.0, 1.0) if struct == "CAR" else (-1.0, 1.0)
    return Shape(struct, q, bounds, distance)
