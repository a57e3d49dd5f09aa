"""What the weighted fit of all studies looks like at any tau2, for many values of tau2 at once."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.diagnostics.interpolation import Interpolated

BLOCK = 65_536  # elements of a (tau2, study) block: keeps the memory linear in k


@dataclass(frozen=True, slots=True)
class Sums:
    """Fit of all k studies at n values of tau2, in the basis of the model's lead studies.

    W = diag(1 / (vi + tau2)), P = W - W B G B'W with the basis B (k, p), Am = B'W^m B.
    """

    G: np.ndarray  # (n, p (p + 1) / 2), inverse of A1; on and above the diagonal, and so are
    GA2G: np.ndarray
    K3: np.ndarray  # G A3 G - G A2 G A2 G
    b: np.ndarray  # (n, p), coefficients of the contrasts
    g2: np.ndarray  # (n, p), G B'WPy
    g3: np.ndarray  # (n, p), G B'WPPy
    sum_w: np.ndarray  # (n,), and so are all below
    sum_ww: np.ndarray
    trP: np.ndarray
    trPP: np.ndarray
    yPy: np.ndarray
    yPPy: np.ndarray
    yPPPy: np.ndarray


class WeightedSums:
    """The fit of all studies of a `LinearModel` as a function of tau2."""

    def __init__(self, model):
        """Take a `LinearModel`; nothing is computed before it is asked for."""
        floor = float(model.vi.min())
        self.model = model
        above = np.triu_indices(model.p)
        self._pairs = np.zeros((model.p, model.p), dtype=int)
        self._pairs[above] = self._pairs[above[::-1]] = np.arange(len(above[0]))
        self.products = model.basis[:, above[0]] * model.basis[:, above[1]]
        self.doubled = self.products * np.where(above[0] == above[1], 1.0, 2.0)
        self._above = above
        self._last: tuple[np.ndarray, Sums] | None = None
        self._of_others = self.products.copy()  # without the lead studies
        self._of_others[model.lead] = 0.0
        self._fits = Interpolated(lambda tau2: self._in_blocks(self._fit, tau2), floor)
        self._logs = Interpolated(lambda tau2: self._in_blocks(self._log_terms, tau2), floor)

    def at(self, tau2: np.ndarray) -> Sums:
        """Sums at every `tau2` (n,); those of the last call are kept."""
        if self._last is not None and np.array_equal(self._last[0], tau2):
            return self._last[1]
        pairs, p = self.products.shape[1], self.model.p
        edges = np.cumsum([pairs, pairs, pairs, p, p, p])
        *arrays, scalars = np.split(self._fits.at(tau2), edges, axis=1)
        self._last = tau2.copy(), Sums(*arrays, *scalars.T)
        return self._last[1]

    def full(self, packed: np.ndarray) -> np.ndarray:
        """Symmetric matrices (n, p, p) from their entries on and above the diagonal."""
        return packed[:, self._pairs]

    def logs(self, tau2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum of log(vi + tau2), and log-determinant of A1, at every `tau2` (n,)."""
        return tuple(self._logs.at(tau2).T)

    def _packed(self, matrices: np.ndarray) -> np.ndarray:
        """Entries on and above the diagonal of symmetric matrices (n, p, p)."""
        return matrices[:, self._above[0], self._above[1]]

    def _in_blocks(self, function, tau2) -> np.ndarray:
        size = max(1, BLOCK // self.model.k)
        starts = range(0, len(tau2), size)
        return np.concatenate([function(tau2[i : i + size]) for i in starts])

    def _log_terms(self, tau2) -> np.ndarray:
        total = self.model.vi + tau2[:, None]
        A1, _ = self._information(1.0 / total)
        return np.stack([np.log(total).sum(axis=1), np.linalg.slogdet(A1)[1]], axis=1)

    def _information(self, w) -> tuple[np.ndarray, np.ndarray]:
        """A1, and the part of it that is not the leads' own; each (n, p, p)."""
        p, lead = self.model.p, self.model.lead
        shared = self.full(w @ self._of_others)
        A1 = shared.copy()
        A1[:, range(p), range(p)] += w[:, lead]
        return A1, shared

    def _fit(self, tau2) -> np.ndarray:
        """All sums at every `tau2`, one row each, in the order of `Sums`."""
        model = self.model
        w = 1.0 / (model.vi + tau2[:, None])
        ww = w * w
        A1, shared = self._information(w)
        G = _inverse(A1)
        A2, A3 = (self.full(x @ self.products) for x in (ww, ww * w))
        b = _times(G, (w * model.contrast) @ model.basis)
        error = model.contrast - b @ model.basis.T
        free = 1.0 - w * (self._packed(G) @ self.doubled.T)
        free[:, model.lead] = np.einsum("nij,nji->ni", G, shared)
        Py = w * error
        wPy = w * Py
        c2 = wPy @ model.basis
        g2 = _times(G, c2)
        g3 = _times(G, (w * wPy) @ model.basis - _times(A2, g2))
        GA2 = G @ A2
        GA2G = GA2 @ G
        K3 = G @ A3 @ G - GA2 @ GA2G
        sum_ww = _dot(w, w)
        scalars = [w.sum(axis=1), sum_ww, _dot(w, free)]
        scalars.append(sum_ww - np.trace(2.0 * G @ A3 - GA2 @ GA2, axis1=1, axis2=2))
        scalars += [_dot(Py, error), _dot(Py, Py), _dot(wPy, Py) - _dot(c2, g2)]
        matrices = [self._packed(x) for x in (G, GA2G, K3)]
        return np.concatenate([*matrices, b, g2, g3, np.stack(scalars, axis=1)], axis=1)


def _inverse(A) -> np.ndarray:
    """Inverse of every positive definite matrix (n, p, p), scaled to a unit diagonal first."""
    diagonal = np.einsum("nii->ni", A)
    scale = 1.0 / np.sqrt(diagonal)
    scale = scale[:, :, None] * scale[:, None, :]
    return np.linalg.inv(A * scale) * scale


def _times(matrices, vectors) -> np.ndarray:
    """Product of every matrix (n, p, p) with its vector (n, p)."""
    return np.einsum("nij,nj->ni", matrices, vectors)


def _dot(one, other) -> np.ndarray:
    """Sum over the last axis of the products of two arrays (n, k)."""
    return np.einsum("nk,nk->n", one, other)
