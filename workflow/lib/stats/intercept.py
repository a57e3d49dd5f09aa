"""What estimators of heterogeneity need to know of the data: sums of weighted fits, in O(k)."""

from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

import numpy as np

BLOCK = 8192  # studies whose temporaries stay in the cache
ONES = np.ones(BLOCK)  # a product with it is a faster sum
IN_RANGE = 1e38  # the product of eight such numbers is a double


class Moments(NamedTuple):
    """Sums of the weighted fit with weights 1 / (vi + tau2); P is its projection matrix."""

    sum_w: float  # sum of the weights, trace of W
    sum_ww: float  # sum of the squared weights
    trP: float  # trace of P = W - W X (X'WX)^-1 X'W
    trPP: float
    Q: float  # y'Py, the weighted residual sum of squares
    yPPy: float
    yPPPy: float
    mu: float | None = None  # weighted mean of the centred effects; None with moderators


@dataclass(frozen=True, slots=True)
class QuadraticForm:
    """Generalised Q statistic y'Py with fixed weights; V holds the sampling variances."""

    Q: float
    trP: float
    trPV: float  # its expectation is trPV + tau2 * trP
    trPP: float
    trPVP: float
    trPVPV: float  # its variance is 2 (trPVPV + 2 tau2 * trPVP + tau2^2 * trPP)


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
    others: np.ndarray  # (k,) vi with infinity, the weight 0, for the most precise study
    weights: np.ndarray | None = None  # (k,) user weights
    p: int = 1
    known: dict[float, Moments] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.k - self.p

    @property
    def least(self) -> float:
        """Smallest sampling variance: the scale on which tau2 is precise."""
        return float(self.vi[self.lead])

    @property
    def basis(self) -> np.ndarray:
        """Design matrix (k, 1)."""
        return np.ones((self.k, 1))

    def at(self, tau2: float) -> Moments:
        """Sums of the weighted fit at `tau2`, without any k x k matrix; computed once for each."""
        if tau2 not in self.known:
            self.known[tau2] = self._at(tau2)
        return self.known[tau2]

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return Q = y'Py and y'PPy at `tau2`: all that an equation in Q needs."""
        if tau2 in self.known:
            return self.known[tau2].Q, self.known[tau2].yPPy
        total = weighted = Q = yPPy = 0.0
        for y, v in self._blocks():
            w = 1.0 / (v + tau2)
            total += float(w @ ONES[: len(w)])
            weighted += float(w @ y)
        lead_w = 1.0 / (self.least + tau2)
        mu = weighted / (total + lead_w)
        for y, v in self._blocks():
            r = y - mu
            Py = r / (v + tau2)
            Q += float(Py @ r)
            yPPy += float(Py @ Py)
        return Q + lead_w * mu * mu, yPPy + (lead_w * mu) ** 2

    def _at(self, tau2: float) -> Moments:
        """Sums over the other studies, put together with the lead's."""
        lead_w = 1.0 / (self.least + tau2)
        sum_w = sum_ww = sum_www = weighted = 0.0
        for y, v in self._blocks():
            w = 1.0 / (v + tau2)
            sum_w += float(w @ ONES[: len(w)])
            sum_ww += float(w @ w)
            sum_www += float((w * w) @ w)
            weighted += float(w @ y)
        mu = weighted / (sum_w + lead_w)
        Q = yPPy = first = second = 0.0
        for y, v in self._blocks():
            r = y - mu
            w = 1.0 / (v + tau2)
            Py = w * r
            Q += float(Py @ r)
            yPPy += float(Py @ Py)
            Py += lead_w * mu
            first += float(w @ Py)
            second += float((w * Py) @ Py)
        return with_lead((lead_w, mu), (sum_w, sum_ww, sum_www), (Q, yPPy, first, second))

    def _blocks(self):
        """Pairs (yi, variances, infinite for the lead) so small that temporaries stay in cache."""
        for start in range(0, self.k, BLOCK):
            end = start + BLOCK
            yield self.yi[start:end], self.others[start:end]

    def quadratic(self, a: np.ndarray) -> QuadraticForm:
        """Generalised Q statistic with weights `a` (k,) and the traces of its moments."""
        v, total = self.vi, float(a.sum())
        residual = self.yi - float(a @ self.yi) / total
        one_minus_h = 1.0 - a / total
        one_minus_h[self.lead] = (float(a[: self.lead].sum()) + float(a[self.lead + 1 :].sum())) / (
            total
        )
        diagonal, aa = a * one_minus_h, a * a

        def of_squares(d, e):
            """Trace of P diag(d) P diag(e) from the elements of P."""
            return float((diagonal * d) @ (diagonal * e)) + float(
                (aa * d) @ (float(aa @ e) - aa * e)
            ) / (total * total)

        one = np.ones_like(v)
        return QuadraticForm(
            Q=float(a @ (residual * residual)),
            trP=float(diagonal.sum()),
            trPV=float(diagonal @ v),
            trPP=of_squares(one, one),
            trPVP=of_squares(v, one),
            trPVPV=of_squares(v, v),
        )

    def spread(self) -> float:
        """Sum of squares about the unweighted mean: no likelihood estimate of tau2 is above it."""
        residual = self.yi - self.yi.mean()
        return float(residual @ residual)

    def total_spread(self) -> float:
        """Sum of squares about the unweighted mean, moderators (there are none) ignored."""
        return self.spread()

    def expected_spread(self) -> float:
        """Expectation of `spread` from the sampling variances alone."""
        return float(self.vi.sum()) * (1.0 - 1.0 / self.k)

    def loglik(self, tau2: float, *, restricted: bool) -> float:
        """(Restricted) log-likelihood at `tau2`, up to a constant."""
        m = self.at(tau2)
        design = log(m.sum_w) if restricted else 0.0
        return -0.5 * (sum_of_logs(self.vi + tau2) + design + m.Q)


def sum_of_logs(x: np.ndarray) -> float:
    """Sum of the logarithms of `x` (k,), all at or above 1e-30: those of products of eight."""
    total = 0.0
    for _ in range(3 if len(x) and x.max() < IN_RANGE else 0):
        half = len(x) // 2
        if len(x) % 2:
            total += log(x[-1])
        x = x[:half] * x[half : 2 * half]
    return total + float(np.log(x).sum())


def with_lead(lead, weights, squares) -> Moments:
    """Sums of a fit with a common mean from those over the other studies and the lead's share.

    `lead` is its weight and the mean mu of the effects centred on it; `weights` are the sums of
    w, w^2 and w^3, `squares` those of w r^2, (w r)^2, w z and w z^2, all over the others, where z
    is their P y minus that of the lead. No other study has more than half of the weight, so that
    nothing cancels.
    """
    lead_w, mu = lead
    sum_w, sum_ww, sum_www = weights
    Q, yPPy, first, second = squares
    total = sum_w + lead_w
    h, others, square, lean = lead_w / total, sum_w / total, sum_ww / total, first / total
    return Moments(
        sum_w=total,
        sum_ww=sum_ww + lead_w * lead_w,
        trP=sum_w - square + lead_w * others,
        trPP=sum_ww
        - 2.0 * sum_www / total
        + square * square
        + (lead_w * others) ** 2
        + 2.0 * h * h * sum_ww,
        Q=Q + lead_w * mu * mu,
        yPPy=yPPy + (lead_w * mu) ** 2,
        yPPPy=second - lean * first,
        mu=mu,
    )
