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
    """Effects (centred on the most precise study) and variances of k studies with one mean.

    The most precise study has the largest weight at any tau2. Its residual and its share of the
    weights are sums over the other studies: no digits cancel however much it dominates.
    """

    yi: np.ndarray  # (k,), centred: 0 for the most precise study
    vi: np.ndarray  # (k,)
    centre: float  # what was subtracted from the effects
    lead: int  # row of the most precise study
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
        sum_w = float(w.sum())
        mu = float(w @ self.yi) / sum_w
        Py = w * (self.yi - mu)
        trP, trPP = self._traces(w, sum_w)
        from_lead = Py - Py[self.lead]
        spread = from_lead - float(w @ from_lead) / sum_w
        return Moments(
            mu=mu,
            sum_w=sum_w,
            sum_ww=float(w @ w),
            trP=trP,
            trPP=trPP,
            Q=float(Py @ (self.yi - mu)),
            yPPy=float(Py @ Py),
            yPPPy=float((w * spread) @ spread),
        )

    def _traces(self, w: np.ndarray, sum_w: float) -> tuple[float, float]:
        """Traces of P and PP from the elements w_i (1 - h_i) and -w_i h_j, h = w / sum_w."""
        others = w.copy()
        others[self.lead] = 0.0
        h, ww = w / sum_w, w * w
        one_minus_h, ww_of_others = 1.0 - h, float(ww.sum()) - ww
        one_minus_h[self.lead] = float(others.sum()) / sum_w
        ww_of_others[self.lead] = float(others @ others)
        diagonal = w * one_minus_h
        return float(diagonal.sum()), float(diagonal @ diagonal) + float((h * h) @ ww_of_others)

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

    The effects are centred on the most precise study: the sums then keep their digits however
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
    lead = int(np.argmin(vi)) if len(vi) else 0
    centre = float(yi[lead]) if len(yi) else 0.0
    return InterceptModel(yi - centre, vi, centre, lead)
