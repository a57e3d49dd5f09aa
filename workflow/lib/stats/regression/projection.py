"""The projection matrix of a weighted fit, by sums over studies instead of its k x k elements."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Projection:
    """P = A - A B M^-1 B'A, M = B'AB, for weights A and a basis B with unit lead rows."""

    basis: np.ndarray  # (k, p) B
    lead: np.ndarray  # (p,) rows in which B is the identity
    a: np.ndarray  # (k,) diagonal of A
    others: np.ndarray  # (k,) the same, 0 in the lead rows
    inverse: np.ndarray  # (p, p) M^-1
    shared: np.ndarray  # (p, p) B'AB of the other studies alone

    @classmethod
    def of(cls, basis, lead, a) -> "Projection":
        """Projection for the weights `a` (k,)."""
        others = a.copy()
        others[lead] = 0.0
        shared = (basis.T * others) @ basis
        M = shared.copy()
        M.flat[:: len(lead) + 1] += a[lead]
        scale = 1.0 / np.sqrt(M.diagonal())
        inverse = scale[:, None] * np.linalg.inv(scale[:, None] * M * scale) * scale
        return cls(basis, lead, a, others, inverse, shared)

    @property
    def free(self) -> np.ndarray:
        """1 - h of every study (k,): of a lead, the share of the other studies."""
        free = 1.0 - self.a * ((self.basis @ self.inverse) * self.basis).sum(axis=1)
        free[self.lead] = (self.inverse @ self.shared).diagonal()
        return free

    def residual(self, x: np.ndarray) -> np.ndarray:
        """Weighted residual of `x` (k,), whose lead rows are 0."""
        return x - self.basis @ (self.inverse @ (self.basis.T @ (self.a * x)))

    def gram(self, d: np.ndarray) -> np.ndarray:
        """B' diag(d) B."""
        return (self.basis.T * d) @ self.basis

    def log_det(self) -> float:
        """Logarithm of the determinant of M."""
        return -float(np.linalg.slogdet(self.inverse)[1])

    def trace(self, d=1.0) -> float:
        """Trace of P diag(d)."""
        return float((self.a * self.free * d).sum())

    def trace_of_squares(self, d=1.0, e=1.0) -> float:
        """Trace of P diag(d) P diag(e), block by block: the other studies, and the leads."""
        same, ones, squared = d is e, np.ones_like(self.a), self.others**2
        d, e = d * ones, e * ones
        with_d = self.inverse @ self.gram(squared * d)
        with_e = with_d if same else self.inverse @ self.gram(squared * e)
        among_others = float((squared * d * e) @ (2.0 * self.free - 1.0))
        among_others += float((with_d * with_e.T).sum())
        lead_a, lead_d, lead_e = self.a[self.lead], d[self.lead], e[self.lead]
        across = lead_a**2 * (
            lead_d * (with_e @ self.inverse).diagonal()
            + lead_e * (with_d @ self.inverse).diagonal()
        )
        block = lead_a[:, None] * (self.inverse @ self.shared)
        return among_others + float(across.sum()) + float(lead_d @ (block * block) @ lead_e)
