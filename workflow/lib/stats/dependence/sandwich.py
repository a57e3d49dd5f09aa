"""Cluster-robust variances of weighted coefficients: CR0 to CR3, in sums over clusters.

The working weights are the inverse of the working covariances Phi; M = (X'WX)^-1.
"""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.blocks import Blocks, codes_of, partition_of
from workflow.lib.stats.numbers import as_labels

KINDS = ("CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3")
SINGULAR = 1e-10  # eigenvalue, relative to the largest, that counts as 0


@dataclass(frozen=True, slots=True)
class Working:
    """The working model of the clusters: `X` in the coordinates of an orthonormal basis."""

    X: np.ndarray  # (k, p) basis
    WX: np.ndarray  # (k, p) inverse of Phi times X
    M: np.ndarray  # (p, p) inverse of X'WX
    residual: np.ndarray  # (k,)
    Phi: Blocks  # total covariances under the working model
    back: np.ndarray  # (p, p) from coefficients of the basis to those of the model
    beta: np.ndarray  # (p,) coefficients of the model
    names: tuple[str, ...]
    intercept: int | None  # which of them is that of a column of ones


@dataclass(frozen=True, slots=True)
class Scores:
    """Per cluster j, in the coordinates of the basis: adjusted cross products of its rows.

    With u = A' W X M c, the weights of a cluster's residuals in the coefficient c: d = u' Phi u
    and z = X'u, for all pairs of coefficients.
    """

    meat: np.ndarray  # (J, p) sum of the adjusted residuals times W X
    d: np.ndarray | None  # (J, p, p), with A applied; before M
    z: np.ndarray | None  # (J, p, p) X' A' W X; before M
    sizes: np.ndarray  # (J,)


def scores(working: Working, cluster, kind: str) -> Scores:
    """Return the sums of every cluster under the adjustment of `kind`.

    Raises
    ------
    InputError
        For a `cluster` of another length, or clusters that the working model correlates
        (not for CR0, CR1, CR1p, CR1S, which ask for no inverse by cluster).
    NotEstimable
        For CR3, if a coefficient cannot be estimated without one of the clusters.
    """
    codes, levels = codes_of(as_labels("cluster", cluster))
    if len(codes) != len(working.residual):
        raise InputError([f"cluster has {len(codes)} rows, yi has {len(working.residual)}"])
    J, p = len(levels), working.X.shape[1]
    sizes = np.bincount(codes)
    labels = working.Phi.labels()
    within = np.array_equal(codes, _outermost(labels, codes))
    if not within and kind in ("CR2", "CR3"):
        raise InputError([f"{kind}: the model correlates different clusters; take a coarser one"])
    if not within:
        meat = np.zeros((J, p))
        np.add.at(meat, codes, working.WX * working.residual[:, None])
        return Scores(meat, None, None, sizes)
    partition = partition_of(codes)
    Phi = working.Phi.on(partition)
    meat, d, z = np.empty((J, p)), np.empty((J, p, p)), np.empty((J, p, p))
    for part in Phi.parts:
        place = codes[part.rows[:, 0]]
        X, WX = working.X[part.rows], working.WX[part.rows]
        AWX = _adjusted(part.values, X, WX, working.M, kind)
        meat[place] = np.einsum("mip,mi->mp", AWX, working.residual[part.rows])
        d[place] = np.swapaxes(AWX, 1, 2) @ part.values @ AWX
        z[place] = np.swapaxes(X, 1, 2) @ AWX
    return Scores(meat, d, z, sizes)


def _outermost(labels: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Cluster of one row of each block, on all its rows: equals `codes` if blocks stay inside."""
    first = np.empty(labels.max(initial=-1) + 1, dtype=codes.dtype)
    first[labels] = codes
    return first[labels]


def _adjusted(Phi, X, WX, M, kind: str) -> np.ndarray:
    """A' W X of the clusters of one size, (m, n, p).

    CR2 (Bell & McCaffrey 2002, as Pustejovsky & Tipton 2018 generalise it): with Phi = D'D, A is
    D' B^-1/2 D, B = D (Phi - X M X') D'. CR3 (jackknife-like): A is (I - H)^-1 of the cluster.
    """
    if kind == "CR3":
        return _jackknifed(X, WX, M)
    if kind != "CR2":
        return WX
    values, vectors = np.linalg.eigh(Phi)
    if not (values > 0.0).all():
        raise NotEstimable("a working covariance matrix is not positive definite")
    D = (vectors * np.sqrt(values)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    B = D @ (Phi - X @ M @ np.swapaxes(X, 1, 2)) @ D
    # eigenvalues of B count in units of Phi^2: those lost to the fitted coefficients are 0
    spread, turned = np.linalg.eigh(0.5 * (B + np.swapaxes(B, 1, 2)))
    kept = spread > SINGULAR * (values.max(axis=1) ** 2)[:, None]
    power = np.where(kept, 1.0 / np.sqrt(np.where(kept, spread, 1.0)), 0.0)
    half = np.swapaxes(turned, 1, 2) @ D
    return np.swapaxes(half, 1, 2) @ (power[:, :, None] * (half @ WX))


def _jackknifed(X, WX, M) -> np.ndarray:
    """(I - H)^-T W X of the clusters of one size; refuses those without which X loses its rank."""
    left = np.eye(X.shape[1]) - WX @ M @ np.swapaxes(X, 1, 2)
    spread = np.linalg.svd(left, compute_uv=False)
    if (spread[:, -1] <= SINGULAR * spread[:, 0]).any():
        raise NotEstimable("CR3: a cluster alone determines a coefficient; take CR2")
    return np.linalg.solve(left, WX)


def factor_of(kind: str, J: int, k: int, p: int) -> float:
    """Return the factor by which CR1, CR1p and CR1S widen CR0; 1 for the others.

    Raises
    ------
    NotEstimable
        If there are too few clusters for it.
    """
    if kind == "CR1p" and p >= J:
        raise NotEstimable(f"CR1p needs more than {p} clusters, there are {J}")
    if J < 2:
        raise NotEstimable(f"cluster-robust variances need two clusters, there are {J}")
    return {
        "CR1": J / (J - 1.0),
        "CR1p": J / max(1.0, J - p),
        "CR1S": J * (k - 1.0) / ((J - 1.0) * (k - p)),
    }.get(kind, 1.0)
