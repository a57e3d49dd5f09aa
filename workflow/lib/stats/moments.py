"""What estimators of heterogeneity need to know of the data: sums of weighted fits, in O(k)."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError

LARGEST = 1e30  # of yi, vi and 1 / vi: beyond it products of sums leave the range of a double


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of the weighted fit with weights 1 / (vi + tau2); P is its projection matrix."""

    mu: float  # weighted mean of the centred effects
    sum_w: float  # sum of the weights, trace of W
    sum_ww: float  # sum of the squared weights
    trP: float  # trace of P = W - W 1 1' W / sum_w
    trPP: float
    Q: float  # y'Py, the weighted residual sum of squares
    yPPy: float
    yPPPy: float


@dataclass(frozen=True, slots=True)
class InterceptModel:
    """Effects (centred on one of them) and variances of k studies that share one mean."""

    yi: np.ndarray  # (k,), centred
    vi: np.ndarray  # (k,)
    centre: float  # what was subtracted from the effects
    p: int = 1

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.k - self.p

    def at(self, tau2: float) -> Moments:
        """Sums of the weighted fit at `tau2`, without any k x k matrix."""
        w = 1.0 / (self.vi + tau2)
        sum_w, sum_ww = float(w.sum()), float(w @ w)
        share = sum_ww / sum_w
        mu = float(w @ self.yi) / sum_w
        Py = w * (self.yi - mu)
        yPPy = float(Py @ Py)
        wPy = w * Py
        return Moments(
            mu=mu,
            sum_w=sum_w,
            sum_ww=sum_ww,
            trP=sum_w - share,
            trPP=sum_ww - 2.0 * float(w @ (w * w)) / sum_w + share**2,
            Q=float(Py @ (self.yi - mu)),
            yPPy=yPPy,
            yPPPy=float(wPy @ Py) - float(wPy.sum()) ** 2 / sum_w,
        )

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return Q = y'Py and y'PPy at `tau2`: all that an equation in Q needs."""
        w = 1.0 / (self.vi + tau2)
        residual = self.yi - float(w @ self.yi) / float(w.sum())
        Py = w * residual
        return float(Py @ residual), float(Py @ Py)

    def spread(self) -> float:
        """Sum of squares about the unweighted mean: no likelihood estimate of tau2 is above it."""
        return float(((self.yi - self.yi.mean()) ** 2).sum())

    def loglik(self, tau2: float, *, restricted: bool) -> float:
        """(Restricted) log-likelihood at `tau2`, up to a constant."""
        m = self.at(tau2)
        design = np.log(m.sum_w) if restricted else 0.0
        return -0.5 * float(np.log(self.vi + tau2).sum() + design + m.Q)


def intercept_model(yi, vi) -> InterceptModel:
    """Model of k studies with a common mean; refuses values no analysis can use.

    The effects are centred on their median study: the sums then keep their digits however
    far from 0 the effects lie, and equal effects become exact zeros.

    Raises
    ------
    InputError
        Lists every yi that is not finite and every vi that is not finite and above 0, and
        what no unit of measurement explains (beyond 1e30).
    """
    yi, vi = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (yi, vi))
    if yi.ndim != 1 or yi.shape != vi.shape:
        raise InputError([f"yi and vi must be two lists of one length: {yi.shape}, {vi.shape}"])
    wrong_yi = np.flatnonzero(~(np.abs(yi) <= LARGEST))
    wrong_vi = np.flatnonzero(~((vi >= 1.0 / LARGEST) & (vi <= LARGEST)))
    bad = [f"row {i}: yi is {yi[i]}, not finite (or above {LARGEST:g})" for i in wrong_yi]
    bad += [
        f"row {i}: vi is {vi[i]}, not finite and above 0 (or not between {1 / LARGEST:g} and "
        f"{LARGEST:g})"
        for i in wrong_vi
    ]
    if bad:
        raise InputError(bad)
    centre = float(np.sort(yi)[len(yi) // 2]) if len(yi) else 0.0
    return InterceptModel(yi - centre, vi, centre)
