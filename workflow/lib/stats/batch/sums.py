"""Sums of the weighted fits of many groups at once, each at its own tau2.

What `workflow.lib.stats.moments` says of one group holds for each column here. Row 0 is the
most precise study of the group and the effects are centred on it: its residual and its share of
the weights are sums over the other rows, so no digits cancel however much it dominates.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums with weights w = 1 / (vi + tau2), arrays of shape (m,); P is the projection matrix."""

    mu: np.ndarray  # weighted mean of the centred effects
    sum_w: np.ndarray
    sum_ww: np.ndarray
    trP: np.ndarray
    trPP: np.ndarray
    Q: np.ndarray  # y'Py
    yPPy: np.ndarray
    yPPPy: np.ndarray

    def take(self, groups: np.ndarray) -> "Sums":
        """The sums of some groups."""
        return Sums(*(getattr(self, name).take(groups) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Plain:
    """Sums without weights, arrays of shape (m,)."""

    spread: np.ndarray  # sum of squares of the effects about their unweighted mean
    v: np.ndarray  # sum of vi
    vv: np.ndarray  # sum of vi squared


@dataclass(frozen=True, slots=True)
class Block:
    """Effects and variances of m groups side by side, shape (K, m), most precise study first."""

    y: np.ndarray  # centred: row 0 is 0, and so is filling
    v: np.ndarray  # inf where filled up
    k: np.ndarray  # (m,), studies, as floats
    p: int = 1

    @property
    def df(self) -> np.ndarray:
        """Residual degrees of freedom, (m,)."""
        return self.k - self.p

    @property
    def floor(self) -> np.ndarray:
        """Smallest sampling variance of each group, (m,)."""
        return self.v[0]

    def take(self, groups: np.ndarray) -> "Block":
        """The block of some of its groups."""
        return Block(_columns(self.y, groups), _columns(self.v, groups), self.k.take(groups))

    def at(self, tau2) -> Sums:
        """Sums of the weighted fits at `tau2` (m,) or one number."""
        w = 1.0 / (self.v + tau2)
        first, others = w[0], w[1:]
        sum_others = others.sum(axis=0)
        sum_w = first + sum_others
        mu = (others * self.y[1:]).sum(axis=0) / sum_w
        residual = self.y - mu
        Py = w * residual
        squares = others * others
        others2, others3 = squares.sum(axis=0), (squares * others).sum(axis=0)
        trP, trPP = traces(first, sum_others, others2, others3)
        from_first = Py[1:] - Py[0]
        weighted = others * from_first
        return Sums(
            mu=mu,
            sum_w=sum_w,
            sum_ww=first * first + others2,
            trP=trP,
            trPP=trPP,
            Q=(Py * residual).sum(axis=0),
            yPPy=(Py * Py).sum(axis=0),
            yPPPy=(weighted * from_first).sum(axis=0) - weighted.sum(axis=0) ** 2 / sum_w,
        )

    def q_at(self, tau2) -> tuple[np.ndarray, np.ndarray]:
        """Return Q = y'Py and y'PPy at `tau2`: all that an equation in Q needs."""
        w = 1.0 / (self.v + tau2)
        Py = w * self.y
        residual = self.y - Py.sum(axis=0) / w.sum(axis=0)
        np.multiply(w, residual, out=Py)
        return (Py * residual).sum(axis=0), (Py * Py).sum(axis=0)

    def slope_at(self, tau2, *, restricted: bool) -> np.ndarray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2`."""
        w = 1.0 / (self.v + tau2)
        sum_others = w[1:].sum(axis=0)
        sum_w = w[0] + sum_others
        Py = w * self.y
        Py = w * (self.y - Py.sum(axis=0) / sum_w)
        yPPy = (Py * Py).sum(axis=0)
        if not restricted:
            return yPPy - sum_w
        return yPPy - traces(w[0], sum_others, (w[1:] * w[1:]).sum(axis=0))[0]

    def log_growth(self, tau2) -> np.ndarray:
        """Sum of log((vi + tau2) / vi)."""
        return np.log1p(tau2 / self.v).sum(axis=0)

    def plain(self) -> Plain:
        """Sums without weights."""
        here = self.v < np.inf
        distance = np.where(here, self.y - self.y.sum(axis=0) / self.k, 0.0)
        v = np.where(here, self.v, 0.0)
        return Plain((distance**2).sum(axis=0), v.sum(axis=0), (v * v).sum(axis=0))


def traces(first, others, others2, others3=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Traces of P and PP from the largest weight and the sums of powers of the other weights.

    Every subtrahend is at most half of what it is taken from (a third, in the second trace).
    """
    total = first + others
    trP = others * (1.0 + first / total) - others2 / total
    share, ratio = first / total, others2 / total
    trPP = (share * others) ** 2 + others2 * (1.0 + 2.0 * share**2)
    return trP, trPP + ratio**2 - 2.0 * others3 / total


def block_of(yi: np.ndarray, vi: np.ndarray, missing) -> tuple[Block, np.ndarray]:
    """Return the block of effects and variances (K, m), which it overwrites, and their centres.

    `missing` (K, m), or None, tells where there is no study.
    """
    if missing is not None:
        vi[missing] = np.inf
    lead, column = vi.argmin(axis=0), np.arange(vi.shape[1])
    for values in (yi, vi):
        leading = values[lead, column]
        values[lead, column] = values[0]
        values[0] = leading
    centre = yi[0].copy()
    yi -= centre
    k = np.full(len(centre), float(len(yi)))
    if missing is not None:
        yi[np.isinf(vi)] = 0.0
        k -= missing.sum(axis=0)
    if yi.shape[0] > yi.shape[1]:  # few long columns: each should be contiguous
        yi, vi = np.asfortranarray(yi), np.asfortranarray(vi)
    return Block(yi, vi, k), centre


def _columns(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Some columns, in the memory order that the values have."""
    if values.flags.c_contiguous:
        return values.take(groups, axis=1)
    return values.T.take(groups, axis=0).T
