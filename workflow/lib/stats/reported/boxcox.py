"""Mean and SD from order statistics of a sample that a power makes symmetric (McGrath 2020, BC).

The power of Box and Cox makes the summary symmetric; on that scale Luo (2018) and Wan (2014) or
Shi (2020) apply. McGrath et al. go back to the printed scale by simulation; here the integral is
computed.
"""

from math import log

import numpy as np
from scipy.optimize import minimize_scalar

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported.normal_methods import mean_luo, sd_shi, sd_wan
from workflow.lib.stats.reported.quantile_fit import Fitted, positions
from workflow.lib.stats.reported.summary import FIVE, Summary

POWERS = (-4.0, 4.0)
CENTRE = 4.0  # standard deviations: with a power below 0 the integral over all of them diverges
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


def estimate(summary: Summary) -> Fitted:
    """Return mean and standard deviation by the method BC; `summary` has passed `check`.

    Raises
    ------
    InputError
        If a value is not above 0.
    NotEstimable
        If the median is missing, the ends are equal, or no power makes the summary symmetric.
    """
    power, middle, symmetric = _symmetric(summary)
    sd = (sd_shi if summary.case == FIVE else sd_wan)(symmetric)
    return _back(power, middle, mean_luo(symmetric), sd)


def _symmetric(summary: Summary) -> tuple[float, float, Summary]:
    """The power, the median as unit, and the summary on the symmetric scale."""
    values, _ = positions(summary)
    if values[0] <= 0.0:
        raise InputError([f"value {values[0]:g}: Box-Cox methods need values above 0"])
    middle = float(values[len(values) // 2])
    logs = np.log(values / middle)

    def asymmetry(power: float) -> float:
        x = _powered(logs, power)
        lower, upper = -x[: len(x) // 2][::-1], x[len(x) // 2 + 1 :]
        return float((((upper - lower) / (upper + lower)) ** 2).sum())

    grid = np.linspace(*POWERS, 81)
    best = int(np.argmin([asymmetry(power) for power in grid]))
    if best in (0, len(grid) - 1):
        raise NotEstimable("no power between -4 and 4 makes the summary symmetric")
    ends = grid[best - 1], grid[best + 1]
    power = float(minimize_scalar(asymmetry, bounds=ends, options={"xatol": 1e-10}).x)
    return power, middle, summary.mapped(lambda x: float(_powered(log(x / middle), power)))


def _powered(logs, power: float):
    """Box and Cox's transformation of exp(logs), without cancellation near the power 0."""
    return logs if power == 0.0 else np.expm1(power * logs) / power


def _back(power: float, middle: float, mean: float, sd: float) -> Fitted:
    """Moments of the outcome whose transformed values are normal, between -4 and 4 SDs."""
    z = CENTRE * _NODES
    y = mean + sd * z
    inside = 1.0 + power * y > 0.0  # the rest has no counterpart on the printed scale
    weights = _WEIGHTS * np.exp(-0.5 * z**2) * inside
    weights /= weights.sum()
    y = np.where(inside, y, 0.0)
    x = np.exp(y if power == 0.0 else np.log1p(power * y) / power)
    first = float(weights @ x)
    spread = float(np.sqrt(weights @ (x - first) ** 2))
    return Fitted(middle * first, middle * spread, f"Box-Cox power {power:.4g}")
