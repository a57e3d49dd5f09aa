"""Dependent estimates with moderators: the checked data of a multilevel meta-analysis."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.blocks import (
    Blocks,
    blocks_from_dense,
    diagonal_blocks,
    inverse,
)
from workflow.lib.stats.numbers import as_numbers
from workflow.lib.stats.regression.model import linear_model


@dataclass(frozen=True, slots=True)
class DependentModel:
    """Estimates, the covariances of their errors, and moderators; made by `dependent_model`."""

    yi: np.ndarray  # (k,)
    V: Blocks
    X: np.ndarray  # (k, p)
    names: tuple[str, ...]  # of the columns of X
    basis: np.ndarray  # (k, p) orthonormal columns that span X
    back: np.ndarray  # (p, p) from coefficients of the basis to those of X

    @property
    def k(self) -> int:
        """Number of estimates."""
        return len(self.yi)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return self.X.shape[1]

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.k - self.p

    @property
    def intercept(self) -> int | None:
        """Column of X that is 1 everywhere, or None."""
        ones = np.flatnonzero((self.X == 1.0).all(axis=0))
        return int(ones[0]) if len(ones) else None


@dataclass(frozen=True, slots=True)
class Known:
    """Fit with the sampling errors alone."""

    beta: np.ndarray  # (p,) coefficients of the basis
    QE: float  # weighted residual sum of squares
    typical: float  # typical sampling variance, df / trace(P)


def dependent_model(yi, V, X=None, *, names=None) -> DependentModel:
    """Return the checked model of k estimates.

    `yi` has shape (k,); `V` is the sampling variances, (k,), or their covariance matrix, (k, k)
    or `Blocks`; `X` is (k, p), None for an intercept alone; `names` names its columns.

    Raises
    ------
    InputError
        Lists bad rows of yi and V, a V that is not symmetric, columns of X that are redundant.
    NotEstimable
        If there are not more estimates than coefficients, or V is not positive definite.
    """
    V = _covariances(V)
    linear = linear_model(yi, V.diagonal(), X, names=names)
    if linear.k <= linear.p:
        raise NotEstimable(
            f"variance components need more than {linear.p} estimates, there are {linear.k}"
        )
    for part in V.parts:
        inverse(part.values)
    basis, r = np.linalg.qr(linear.X)
    return DependentModel(linear.yi, V, linear.X, linear.names, basis, np.linalg.inv(r))


def known_fit(model: DependentModel) -> Known:
    """Return the fit whose only variances are those of the sampling errors."""
    W = model.V.inverse()
    WX = W.times(model.basis)
    vb = np.linalg.inv(model.basis.T @ WX)
    beta = vb @ (WX.T @ model.yi)
    # once more from the residuals: the mean of yi may be far larger than they are
    beta = beta + vb @ (WX.T @ (model.yi - model.basis @ beta))
    residual = model.yi - model.basis @ beta
    QE = float(residual @ W.times(residual[:, None])[:, 0])
    trace = float(W.diagonal().sum()) - float((vb * (WX.T @ WX)).sum())
    return Known(beta, QE, model.df / trace)


def _covariances(V) -> Blocks:
    """V as blocks; variances alone are blocks of one row."""
    if isinstance(V, Blocks):
        return V
    V = np.atleast_1d(as_numbers("V", V))
    if V.ndim == 2:
        return blocks_from_dense(V)
    if V.ndim != 1:
        raise InputError([f"V must be a vector or a square matrix, its shape is {V.shape}"])
    return diagonal_blocks(V)
