"""Integrals over tau by the trapezoidal rule on a line where it converges exponentially.

log tau (or, below an upper limit, the logit of its share) is centre + width * sinh(x): steps are
fine where the posterior has its mass and reach far into its tails (Takahasi & Mori 1974). Nodes
are doubled until nothing that is integrated changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import sici

from workflow.lib.errors import ConvergenceError

NEGLIGIBLE = -41.5  # log of 1e-18: density, relative to its peak, at which the tails are cut
AGREE = 1e-10  # relative change of the integrals when the nodes are doubled
FEWEST_NODES = 48
MAX_NODES = FEWEST_NODES * 2**9
MARGIN = 15.0  # of log tau, beyond the largest and smallest scale of the data
_NEAR = np.linspace(-3.0, 3.0, 25)  # x where the peak is
_FAR = np.concatenate([np.arange(1.0, 8.0, 0.5), np.arange(8.0, 60.0, 4.0)])  # where tails may end


@dataclass(frozen=True, slots=True)
class Line:
    """A line g on which tau lies: log tau itself, or the logit of tau over its upper limit."""

    log_upper: float | None

    def log_tau(self, g):
        """Log tau at g."""
        return g if self.log_upper is None else self.log_upper - np.logaddexp(0.0, -g)

    def log_slope(self, g):
        """Logarithm of d log tau / d g."""
        return np.zeros_like(g) if self.log_upper is None else -np.logaddexp(0.0, g)

    def place(self, log_tau):
        """The g of a log tau below the limit."""
        if self.log_upper is None:
            return log_tau
        below = np.minimum(log_tau - self.log_upper, -1e-16)
        return below - np.log(-np.expm1(below))


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes of the integral over tau and the posterior mass that each stands for."""

    line: Line
    centre: float
    width: float
    step: float  # of x
    x: np.ndarray  # (m,) ascending
    log_tau: np.ndarray  # (m,)
    log_weight: np.ndarray  # (m,) of the posterior mass; sums to 1 on the plain scale
    log_integral: float  # log of the integral of the target
    error: float  # relative change at the last doubling

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Posterior mass below each x (n,): sinc indefinite integration (Haber 1993)."""
        angles = np.pi * (x[:, None] - self.x) / self.step
        return (0.5 + sici(angles)[0] / np.pi) @ np.exp(self.log_weight)

    def tau_at(self, x):
        """Tau at x."""
        g = self.centre + self.width * np.sinh(x)
        return np.exp(np.minimum(self.line.log_tau(g), 700.0))

    def x_at(self, tau: float) -> float:
        """The x of a tau above 0 and below the limit."""
        return float(np.arcsinh((self.line.place(np.log(tau)) - self.centre) / self.width))


@dataclass(frozen=True, slots=True)
class Target:
    """What is integrated: a density of log tau up to a constant, and what must converge."""

    evaluate: Callable  # log_tau (m,) -> log density (m,), what else to average (n, m)
    powers: tuple[int, ...]  # of tau whose averages doubling must not change either
    anchors: tuple[float, ...]  # log scales between which the mass may lie
    log_upper: float | None = None

    def log_density(self, log_tau: np.ndarray) -> np.ndarray:
        """Log density of log tau, up to a constant, (m,)."""
        return self.evaluate(log_tau)[0]


def integrate(target: Target) -> Nodes:
    """Return nodes and weights of the posterior of tau.

    Raises
    ------
    ConvergenceError
        If the integrals still change with the largest number of nodes.
    """
    line = Line(target.log_upper)
    centre, width = _locate(target, line)

    def values(x):
        g = centre + width * np.sinh(x)
        u = line.log_tau(g)
        slope = line.log_slope(g) + log(width) + np.logaddexp(x, -x) - log(2.0)
        logs, shapes = target.evaluate(u)
        return u, logs + slope, shapes

    ends = [_end(values, side, max(target.powers, default=0)) for side in (-1.0, 1.0)]
    count, before = FEWEST_NODES, None
    while count <= MAX_NODES:
        x = np.linspace(*ends, count + 1)
        u, logs, shapes = values(x)
        peak, step = logs.max(), float(x[1] - x[0])
        mass = float(np.exp(logs - peak).sum())
        log_weight, log_integral = logs - peak - log(mass), peak + log(mass * step)
        powers = [float(np.exp(log_weight + q * u).sum()) for q in target.powers]
        found = np.array([*powers, *(shapes @ np.exp(log_weight))])
        change = _change(found, before, log_integral)
        if change < AGREE:
            return Nodes(line, centre, width, step, x, u, log_weight, log_integral, change)
        before, count = (found, log_integral), 2 * count
    raise ConvergenceError(
        f"tau: integrals change by {change:.1g} at {MAX_NODES} nodes; check yi, vi and the prior"
    )


def _change(found, before, log_integral) -> float:
    """Largest relative change since the coarser grid."""
    if before is None:
        return np.inf
    moments, integral = before
    scale = np.maximum(np.abs(moments), np.abs(found))
    changes = np.abs(found - moments) / np.where(scale > 0.0, scale, 1.0)
    return max(float(changes.max(initial=0.0)), abs(log_integral - integral))


def _locate(target: Target, line: Line) -> tuple[float, float]:
    """Where on the line the mass lies and how wide it is: a scan, then a finer one."""
    places = [float(line.place(anchor)) for anchor in target.anchors]
    low, high = min(places) - MARGIN, max(places) + MARGIN
    for _ in range(6):
        g = np.linspace(low, high, 129)
        logs = target.log_density(line.log_tau(g)) + line.log_slope(g)
        mass = np.exp(logs - logs.max())
        mass /= mass.sum()
        centre = float(mass @ g)
        width = float(np.sqrt(mass @ (g - centre) ** 2))
        step = float(g[1] - g[0])
        if width > 4.0 * step:
            break
        peak, reach = float(g[np.argmax(logs)]), max(8.0 * width, 3.0 * step)
        low, high = peak - reach, peak + reach
    return centre, min(max(width, 1e-9), 3.0)


def _end(values, side: float, highest: int) -> float:
    """The x beyond which neither density nor moments have mass."""
    peak = values(_NEAR)[1].max()
    x = side * _FAR
    u, logs, _ = values(x)
    with np.errstate(invalid="ignore", over="ignore"):
        kept = logs + highest * np.maximum(u - u[0], 0.0) > peak + NEGLIGIBLE
    last = np.flatnonzero(kept)
    return float(x[min(len(x) - 1, last[-1] + 1)]) if len(last) else float(x[0])
