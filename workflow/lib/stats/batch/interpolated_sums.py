"""Sums of c_i / (v_i + t)^q over all studies at many t at once, in O(studies + number of t).

Such a sum is analytic in t to the right of -min(v). On a panel over which s = t + min(v) doubles
the nearest pole lies three half-widths from the middle, so 24 Chebyshev nodes leave nothing but
rounding, about 1e-15 of sum |c_i| / (v_i + t)^q (Trefethen 2013, theorem 8.2, with rho = 5.8).
The panels need no check afterwards, however t and v are spread, and each is computed once.
"""

import numpy as np

POWERS = 3  # the largest q
NODES = 24  # per panel
_CHUNK = 4096  # studies at a time: their weights at all nodes stay in the cache
# multiples of the angle pi / (2 NODES), reduced to one turn before they lose digits
_TURNS = np.outer(np.arange(NODES), 2 * np.arange(NODES) + 1) % (4 * NODES)
_COSINES = np.cos(_TURNS * (np.pi / (2 * NODES)))
_POINTS = _COSINES[1]
# from values at the points to coefficients of the Chebyshev polynomials
_TO_SERIES = _COSINES * np.where(np.arange(NODES) > 0, 2.0, 1.0)[:, None] / NODES


class InterpolatedSums:
    """Sums of c_i / (v_i + t)^q, q = 1 to 3, for the columns c of one set of studies."""

    def __init__(self, vi, columns):
        """Take `vi` (k,), above 0, and `columns` (k, c)."""
        self.vi = np.asarray(vi, dtype=float)
        self.columns = np.asarray(columns, dtype=float)
        self._floor = float(self.vi.min()) if len(self.vi) else 1.0
        self._powers = _Panels(self._floor, self._scaled_powers)
        self._logs = _Panels(self._floor, self._logarithms)

    def at(self, t) -> np.ndarray:
        """Return the sums over all studies at `t` (m,), t >= 0; shape (3, c, m)."""
        t = np.asarray(t, dtype=float)
        scaled = self._powers.at(t).reshape(POWERS, -1, len(t))
        return scaled * _powers(t + self._floor)[:, None, :]

    def own(self, studies, t) -> np.ndarray:
        """Return the terms of `studies` (m,), the j-th at t[j]; shape (3, c, m)."""
        return _powers(self.vi[studies] + t)[:, None, :] * self.columns[studies].T

    def without(self, studies, t) -> np.ndarray:
        """Return the sums over all but study studies[j] at t[j]; shape (3, c, m).

        The digits that cancel are those of the left-out term: see `dominance`.
        """
        return self.at(t) - self.own(studies, t)

    def log_growth(self, t) -> np.ndarray:
        """Return the sum of log((v_i + t) / v_i) over all studies at `t` (m,); shape (m,)."""
        return self._logs.at(np.asarray(t, dtype=float))[0]

    def dominance(self, t: float) -> np.ndarray:
        """Return the largest share of each study in any sum of absolute terms at `t`; (k,).

        A share of 0.99 costs two digits in `without`; at most one study per sum has it, and
        it can be evaluated directly.
        """
        worst = np.zeros(len(self.vi))
        for power in _powers(self.vi + t):
            terms = np.abs(power[:, None] * self.columns)
            total = terms.sum(axis=0)
            worst = np.maximum(worst, (terms / np.where(total > 0.0, total, 1.0)).max(axis=1))
        return worst

    def _scaled_powers(self, s: np.ndarray) -> np.ndarray:
        """The sums at s - min(v) times s^q, term by term; (3 c, len(s))."""
        found = np.zeros((POWERS, self.columns.shape[1], len(s)))
        for chunk in self._chunks():
            w = s[:, None] / ((self.vi[chunk] - self._floor) + s[:, None])
            power = w.copy()
            for q in range(POWERS):
                found[q] += (power @ self.columns[chunk]).T
                power *= w
        return found.reshape(-1, len(s))

    def _logarithms(self, s: np.ndarray) -> np.ndarray:
        """The sum of log((v_i + t) / v_i) at t = s - min(v); (1, len(s))."""
        found = np.zeros((1, len(s)))
        for chunk in self._chunks():
            found += np.log1p((s - self._floor)[:, None] / self.vi[chunk]).sum(axis=1)
        return found

    def _chunks(self):
        """Slices of the studies."""
        return (slice(start, start + _CHUNK) for start in range(0, len(self.vi), _CHUNK))


class _Panels:
    """Functions of s = t + floor, interpolated on panels over which s doubles."""

    def __init__(self, floor: float, functions):
        """`functions` gives the values (f, len(s)) of f functions at any s >= floor."""
        self._floor, self._functions = floor, functions
        self._series: dict[int, np.ndarray] = {}

    def at(self, t: np.ndarray) -> np.ndarray:
        """Values at `t` (m,), t >= 0; shape (f, m)."""
        fraction, exponent = np.frexp((t + self._floor) / self._floor)
        polynomials = _polynomials(4.0 * fraction - 3.0)  # the fraction is in [0.5, 1)
        lowest, highest = (int(f(exponent)) for f in (np.min, np.max))
        if lowest == highest:
            return self._panel(lowest) @ polynomials
        found = np.empty((len(self._panel(lowest)), len(t)))
        for number in np.unique(exponent).tolist():
            here = np.flatnonzero(exponent == number)
            found[:, here] = self._panel(number) @ polynomials.take(here, axis=1)
        return found

    def _panel(self, number: int) -> np.ndarray:
        """Chebyshev coefficients on a panel, (f, nodes); computed when first asked for."""
        if number not in self._series:
            s = self._floor * np.ldexp(0.25 * (_POINTS + 3.0), number)  # up to twice the lowest
            self._series[number] = self._functions(s) @ _TO_SERIES.T
        return self._series[number]


def _powers(x: np.ndarray) -> np.ndarray:
    """1 / x^q for q = 1 to 3; (3, m)."""
    w = 1.0 / x
    return np.stack([w, w * w, w * w * w])


def _polynomials(x: np.ndarray) -> np.ndarray:
    """Chebyshev polynomials of degree 0 to NODES - 1 at `x`; (nodes, m)."""
    found = np.empty((NODES, len(x)))
    found[0], found[1] = 1.0, x
    twice = 2.0 * x
    for degree in range(2, NODES):
        np.multiply(found[degree - 1], twice, out=found[degree])
        found[degree] -= found[degree - 2]
    return found
