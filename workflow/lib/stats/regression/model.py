"""Studies with moderators: the checked data of a meta-regression and its weighted fits, in O(k p^2).

The design is written in coordinates in which p lead rows, the most informative studies that
determine all coefficients, are unit vectors. Fitted values then start from the leads, and what
the leads keep of their weight is a sum over the other studies: no digits cancel however much a
few precise studies dominate.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import qr, solve_triangular

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.intercept import Moments, QuadraticForm
from workflow.lib.stats.moments import LARGEST, effects_and_variances
from workflow.lib.stats.numbers import as_numbers
from workflow.lib.stats.regression.projection import Projection

REDUNDANT = 1e-10  # share of a column that the columns before it must leave unexplained
ROUNDING = 2e-15  # of a sum of two effects
SPANNED = 1e-8  # residual of a column of ones below which X contains an intercept


@dataclass(frozen=True, slots=True)
class Solution:
    """Weighted fit of a linear model at one tau2."""

    beta: np.ndarray  # (p,)
    vb: np.ndarray  # (p, p) variances of beta if the total variances are vi + tau2
    root: np.ndarray  # (p, p) root @ root.T is vb, with more digits
    fitted: np.ndarray  # (k,)
    residuals: np.ndarray  # (k,) yi - fitted
    hat: np.ndarray  # (k,) diagonal of the hat matrix
    one_minus_hat: np.ndarray  # (k,) keeps its digits where hat is nearly 1
    w: np.ndarray  # (k,) weights of the fit


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Effects, variances and moderators of k studies; made by `linear_model`."""

    yi: np.ndarray  # (k,)
    vi: np.ndarray  # (k,)
    X: np.ndarray  # (k, p)
    names: tuple[str, ...]  # of the columns of X
    weights: np.ndarray | None  # (k,) user weights; None for 1 / (vi + tau2)
    lead: np.ndarray  # (p,) rows of the lead studies
    basis: np.ndarray  # (k, p) X in the leads' coordinates: unit vectors in the lead rows
    contrast: np.ndarray  # (k,) yi minus what the leads' effects predict: 0 in the lead rows
    back: np.ndarray  # (p, p) from fitted values of the leads to coefficients
    known: dict[float, Moments] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def k(self) -> int:
        """Number of studies."""
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
    def least(self) -> float:
        """Smallest sampling variance: the scale on which tau2 is precise."""
        return float(self.vi.min())

    def spans_intercept(self) -> bool:
        """Whether a column of ones is a combination of the columns of X."""
        residual = self.projection(np.ones(self.k)).residual(self._from_leads(np.ones(self.k)))
        return bool(np.abs(residual).max() < SPANNED)

    def projection(self, a: np.ndarray) -> Projection:
        """P = A - A X (X'AX)^-1 X'A of the weights `a` (k,)."""
        return Projection.of(self.basis, self.lead, a)

    def at(self, tau2: float) -> Moments:
        """Sums of the fit with weights 1 / (vi + `tau2`), without any k x k matrix.

        They are computed once for each tau2.
        """
        if tau2 not in self.known:
            self.known[tau2] = self._at(tau2)
        return self.known[tau2]

    def _at(self, tau2: float) -> Moments:
        """Sums of the fit at `tau2`."""
        w = 1.0 / (self.vi + tau2)
        P = self.projection(w)
        residual = P.residual(self.contrast)
        Py = w * residual
        spread = P.residual(self._from_leads(Py))
        return Moments(
            sum_w=float(w.sum()),
            sum_ww=float(w @ w),
            trP=P.trace(),
            trPP=P.trace_of_squares(),
            Q=float(Py @ residual),
            yPPy=float(Py @ Py),
            yPPPy=float((w * spread) @ spread),
        )

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return Q = y'Py and y'PPy at `tau2`: all that an equation in Q needs."""
        if tau2 in self.known:
            return self.known[tau2].Q, self.known[tau2].yPPy
        w = 1.0 / (self.vi + tau2)
        residual = self.projection(w).residual(self.contrast)
        Py = w * residual
        return float(Py @ residual), float(Py @ Py)

    def quadratic(self, a: np.ndarray) -> QuadraticForm:
        """Generalised Q statistic with weights `a` (k,) and the traces of its moments."""
        P = self.projection(a)
        residual = P.residual(self.contrast)
        return QuadraticForm(
            Q=float(a @ (residual * residual)),
            trP=P.trace(),
            trPV=P.trace(self.vi),
            trPP=P.trace_of_squares(),
            trPVP=P.trace_of_squares(self.vi),
            trPVPV=P.trace_of_squares(self.vi, self.vi),
        )

    def spread(self) -> float:
        """Unweighted residual sum of squares: no likelihood estimate of tau2 is above it."""
        residual = self.projection(np.ones(self.k)).residual(self.contrast)
        return float(residual @ residual)

    def expected_spread(self) -> float:
        """Expectation of `spread` from the sampling variances alone."""
        return self.projection(np.ones(self.k)).trace(self.vi)

    def total_spread(self) -> float:
        """Sum of squares of the effects about their unweighted mean, moderators ignored."""
        return float(((self.yi - self.yi.mean()) ** 2).sum())

    def loglik(self, tau2: float, *, restricted: bool) -> float:
        """(Restricted) log-likelihood at `tau2`, up to a constant."""
        w = 1.0 / (self.vi + tau2)
        P = self.projection(w)
        residual = P.residual(self.contrast)
        design = P.log_det() if restricted else 0.0
        return -0.5 * float(np.log(self.vi + tau2).sum() + design + w @ (residual * residual))

    def solution_at(self, tau2: float) -> Solution:
        """Coefficients, their variances, fitted values and leverages at `tau2`.

        With user weights the fit has these weights, and vb is the sandwich of Henmi & Copas
        (2010): the variance of that weighted mean if the total variances are vi + tau2.
        """
        w = 1.0 / (self.vi + tau2) if self.weights is None else self.weights
        P = self.projection(w)
        residuals = P.residual(self.contrast)
        fitted = self.yi - residuals
        vb = P.inverse
        if self.weights is not None:
            vb = P.inverse @ P.gram(w * w * (self.vi + tau2)) @ P.inverse
        root = self.back @ np.linalg.cholesky(vb)
        return Solution(
            beta=self.back @ fitted[self.lead],
            vb=root @ root.T,
            root=root,
            fitted=fitted,
            residuals=residuals,
            hat=1.0 - P.free,
            one_minus_hat=P.free,
            w=w,
        )

    def _from_leads(self, x: np.ndarray) -> np.ndarray:
        """Return `x` (k,) minus what its values in the lead rows predict."""
        rest = x - self.basis @ x[self.lead]
        rest[self.lead] = 0.0
        return rest


def moderator_columns(X: np.ndarray) -> np.ndarray:
    """Return the places of the columns of X (k, p) but its intercept; all if there is no other.

    These are the coefficients that a model tests unless others are named.
    """
    found = np.flatnonzero((X != 1.0).any(axis=0))
    return found if found.size else np.arange(X.shape[1])


def linear_model(yi, vi, X=None, *, names=None, weights=None) -> LinearModel:
    """Model of k effects with design matrix `X` (k, p); refuses what no analysis can use.

    `X` None is an intercept alone; a column of ones in X is the intercept, none is added.
    `names` are those of the columns; `weights` (k,) replace the inverse variances in the
    weighted mean.

    Raises
    ------
    InputError
        Lists every value that is not finite, every vi that is not above 0, every negative
        weight, and every column of X that is a combination of those before it.
    NotEstimable
        If there is no study.
    """
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    X = _design(X, len(yi))
    names = _names(names, X)
    weights = _weights(weights, len(yi))
    q, r = _full_rank(X, names)
    if weights is not None:
        _full_rank(X[weights > 0.0], names)
    return _in_lead_coordinates((yi, vi, X), q, r, names=names, weights=weights)


def _in_lead_coordinates(data, q, r, *, names, weights) -> LinearModel:
    """Choose the lead rows by pivoting on precision and rewrite design and effects."""
    yi, vi, X = data
    _, pivots = qr((q / np.sqrt(vi)[:, None]).T, mode="r", pivoting=True, check_finite=False)
    lead = np.sort(pivots[: X.shape[1]])
    to_leads = np.linalg.inv(q[lead])
    basis = q @ to_leads
    basis[lead] = np.eye(len(lead))
    contrast = yi - basis @ yi[lead]
    noise = ROUNDING * len(lead) * (np.abs(yi) + np.abs(basis) @ np.abs(yi[lead]))
    contrast[np.abs(contrast) <= noise] = 0.0  # effects on the regression exactly
    contrast[lead] = 0.0
    back = solve_triangular(r, to_leads, check_finite=False)
    return LinearModel(yi, vi, X, names, weights, lead, basis, contrast, back)


def _design(X, k: int) -> np.ndarray:
    """Design matrix as an array of k rows; refuses other shapes and values."""
    X = np.ones((k, 1)) if X is None else as_numbers("X", X)
    if X.ndim != 2 or X.shape[0] != k or X.shape[1] == 0:
        raise InputError([f"X must have {k} rows, one for each study, and a column: {X.shape}"])
    bad = [
        f"row {i}: X column {j} is {X[i, j]}, not finite (or above {LARGEST:g})"
        for i, j in np.argwhere(~(np.abs(X) <= LARGEST))
    ]
    if bad:
        raise InputError(bad)
    return X


def _names(names, X: np.ndarray) -> tuple[str, ...]:
    """Names of the columns; `intrcpt` and x1, x2, ... where none are given."""
    if names is None:
        ones = (X == 1.0).all(axis=0)
        return tuple("intrcpt" if one else f"x{j}" for j, one in enumerate(ones))
    if len(names) != X.shape[1]:
        raise InputError([f"X has {X.shape[1]} columns, there are {len(names)} names"])
    return tuple(names)


def _weights(weights, k: int) -> np.ndarray | None:
    """User weights as an array; refuses other lengths, negative and infinite ones."""
    if weights is None:
        return None
    weights = as_numbers("weight", weights)
    if weights.shape != (k,):
        raise InputError([f"there must be {k} weights, one for each study: {weights.shape}"])
    bad = np.flatnonzero(~((weights >= 0.0) & (weights <= LARGEST)))
    if len(bad):
        raise InputError([f"row {i}: weight is {weights[i]}, not finite and >= 0" for i in bad])
    return weights


def _full_rank(X: np.ndarray, names) -> tuple[np.ndarray, np.ndarray]:
    """QR of `X`; refuses columns that are combinations of those before them."""
    columns, redundant = list(range(X.shape[1])), []
    while columns:
        q, r = np.linalg.qr(X[:, columns])
        lengths = np.sqrt((X[:, columns] ** 2).sum(axis=0))
        left = np.abs(np.diag(r)) <= REDUNDANT * lengths[: len(r)]
        short = np.flatnonzero(left) if left.any() else range(len(r), len(columns))
        if not len(short):
            break
        redundant.append(columns.pop(int(short[0])))
    if redundant:
        listed = ", ".join(f"{names[j]!r} (column {j})" for j in sorted(redundant))
        raise InputError([f"X: redundant with the columns before: {listed}; leave out"])
    return q, r
