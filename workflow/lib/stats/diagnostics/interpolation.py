"""Values of a smooth function of tau2 at many points for the price of a few evaluations."""

from collections.abc import Callable

import numpy as np
from numpy.polynomial.chebyshev import chebpts1, chebvander

NODES = 24

# Sums of products of 1 / (vi + tau2), and inverses of such sums, are analytic in tau2 but for
# the negative axis from -min(vi) down. On a panel over which tau2 + min(vi) doubles, that end is
# 3 half-widths from the centre: the Chebyshev series falls by a factor of 3 + sqrt(8) a term
# (Trefethen 2013, theorem 8.2), and 24 terms leave only rounding.
_POINTS = chebpts1(NODES)
_TO_SERIES = chebvander(_POINTS, NODES - 1).T * (2.0 / NODES)
_TO_SERIES[0] /= 2.0


class Interpolated:
    """A function of tau2 >= 0 with values (n, m) at n points, analytic but for tau2 <= -`floor`."""

    def __init__(self, function: Callable, floor: float):
        """Take `function`, which maps an array (n,) to (n, m)."""
        self._function = function
        self._floor = floor
        self._panels: dict[int, np.ndarray] = {}

    def at(self, tau2: np.ndarray) -> np.ndarray:
        """Return the values at every `tau2` (n,), shape (n, m)."""
        fraction, panel = np.frexp((tau2 + self._floor) / self._floor)
        if len(panel) and panel.min() == panel.max():
            return self._on_panel(int(panel[0]), fraction, tau2)
        found = None
        for number in np.unique(panel).tolist():
            rows = np.flatnonzero(panel == number)
            values = self._on_panel(number, fraction[rows], tau2[rows])
            found = np.empty((len(tau2), values.shape[1])) if found is None else found
            found[rows] = values
        return found

    def _on_panel(self, number: int, fraction, tau2) -> np.ndarray:
        """Values at points of one panel: directly if that is as cheap, else from its series."""
        if tau2.min() == tau2.max():
            return np.repeat(self._function(tau2[:1]), len(tau2), axis=0)
        if number not in self._panels:
            if len(tau2) <= NODES:
                return self._function(tau2)
            nodes = self._floor * (np.ldexp(0.25 * (_POINTS + 3.0), number) - 1.0)
            self._panels[number] = _TO_SERIES @ self._function(nodes)
        return chebvander(4.0 * fraction - 3.0, NODES - 1) @ self._panels[number]
