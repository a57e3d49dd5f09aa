"""Total covariances of nested random intercepts over independent errors, in O(k) each.

M = diag(v) + sum over factors of s Z Z'. Each factor is a rank-one update of the blocks below it
(Sherman & Morrison 1950), from the innermost factor outwards: no block is ever formed.
"""

import numpy as np

from workflow.lib.errors import NotEstimable


def nesting(factors) -> tuple[int, ...] | None:
    """Return the order of `factors` from innermost to outermost; None if they are not nested."""
    order = sorted(range(len(factors)), key=lambda i: -factors[i].n_levels)
    for inner, outer in zip(order, order[1:], strict=False):
        codes, n = factors[inner].codes, factors[inner].n_levels
        first = np.empty(n, dtype=np.intp)
        first[codes] = factors[outer].codes
        if not np.array_equal(first[codes], factors[outer].codes):
            return None
    return tuple(order)


class NestedCovariance:
    """Diagonal V and nested factors; `at` gives everything that a likelihood needs."""

    def __init__(self, vi: np.ndarray, factors, order):
        """Take the sampling variances (k,) and factors, `order` as `nesting` returns it."""
        self.vi, self.factors = vi, factors
        self.single = tuple(i for i in order if factors[i].n_levels == len(vi))
        self.order = tuple(i for i in order if i not in self.single)

    @property
    def n_parameters(self) -> int:
        """Number of variances."""
        return len(self.factors)

    def at(self, sigma2: np.ndarray) -> "NestedState":
        """Return the matrix at these variances, factorised."""
        return NestedState(self, sigma2)

    def apply(self, state, index: int, columns: np.ndarray) -> np.ndarray:
        """Return Z Z' times `columns` (k, q) for one factor; `state` plays no part."""
        if index in self.single:
            return columns
        return self._sums(index, columns)[self.factors[index].codes]

    def gram(self, state, index: int, columns: np.ndarray) -> np.ndarray:
        """Return columns' Z Z' columns, (q, q)."""
        sums = columns if index in self.single else self._sums(index, columns)
        return sums.T @ sums

    def _sums(self, index: int, columns: np.ndarray) -> np.ndarray:
        """Sums of `columns` over the levels of a factor, (levels, q)."""
        return level_sums(self.factors[index], columns)


class NestedState:
    """The matrix at given variances: its log-determinant, inverse and traces."""

    def __init__(self, source: NestedCovariance, sigma2: np.ndarray):
        """Update the diagonal factor by factor; keep what the inverse needs."""
        self.source, self.sigma2 = source, sigma2
        total = source.vi + sum((sigma2[i] for i in source.single), 0.0)
        if not (total > 0.0).all():
            raise NotEstimable("a covariance matrix is not positive definite")
        self.w, self.logdet = 1.0 / total, float(np.log(total).sum())
        self.steps, w = [], self.w
        for i in source.order:
            factor = source.factors[i]
            a = np.bincount(factor.codes, weights=w, minlength=factor.n_levels)
            shrink = 1.0 / (1.0 + sigma2[i] * a)
            self.logdet -= float(np.log(shrink).sum())
            self.steps.append((i, factor, w, a, sigma2[i] * shrink))
            w = w * shrink[factor.codes]

    def solve(self, columns: np.ndarray) -> np.ndarray:
        """Return the inverse times `columns`, (k, q)."""
        found = self.w[:, None] * columns
        for _, factor, w, _, c in self.steps:
            sums = c[:, None] * level_sums(factor, found)
            found -= w[:, None] * sums[factor.codes]
        return found

    def variance_of_rows(self) -> np.ndarray:
        """Return the diagonal of the matrix, (k,)."""
        return self.source.vi + self.sigma2.sum()

    def precision_of_rows(self) -> np.ndarray:
        """Return the diagonal of the inverse, (k,)."""
        found = self.w.copy()
        for _, factor, w, _, c in self.steps:
            found -= c[factor.codes] * w * w
        return found

    def trace(self, index: int) -> float:
        """Return the trace of the inverse times Z Z' of one factor."""
        return float(self.precisions(index).sum())

    def precisions(self, index: int) -> np.ndarray:
        """Return the diagonal of Z' inverse Z of one factor, (levels,)."""
        own = self.source.factors[index]
        found, later, first = self._start(index)
        for _, factor, w, _, c in later:
            inside = np.bincount(own.codes, weights=w, minlength=own.n_levels)
            found -= c[factor.codes[first]] * inside * inside
        return found

    def _start(self, index: int):
        """Precisions once a factor's own update is made, the later updates, a row per level."""
        own = self.source.factors[index]
        first = np.empty(own.n_levels, dtype=np.intp)
        first[own.codes] = np.arange(len(own.codes))
        if index in self.source.single:
            return self.w[first], self.steps, first
        place = next(n for n, step in enumerate(self.steps) if step[0] == index)
        _, _, _, a, c = self.steps[place]
        return a - c * a * a, self.steps[place + 1 :], first


def level_sums(factor, columns: np.ndarray) -> np.ndarray:
    """Return the sums of `columns` (k, q) over the levels of a factor, (levels, q)."""
    found = np.empty((factor.n_levels, columns.shape[1]))
    for j in range(columns.shape[1]):
        found[:, j] = np.bincount(factor.codes, weights=columns[:, j], minlength=factor.n_levels)
    return found
