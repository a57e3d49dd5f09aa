"""The shortest interval that holds a share of a distribution."""

import numpy as np

from workflow.lib.stats.bayes.falling_root import falling_root

SCAN = 16  # left tails looked at before the best is made exact
SETTLED = 1e-11  # difference of the log densities at both ends
NOTHING = 1e-15  # a share of the distribution below which the left tail is not told from 0


def shortest(distribution, share: float, *, starts: bool = False, stops: bool = False):
    """Return (lower, upper), the shortest interval with probability `share`.

    `distribution` has quantiles(p) and log_density(t) of arrays. `starts`: its support begins at 0,
    which the interval may reach; `stops`: it ends where the quantile of 1 is. Among several
    equally short intervals the one with the lowest left end is returned.
    """
    rest = 1.0 - share
    tails = rest * (np.arange(SCAN) + 0.5) / SCAN
    ends = distribution.quantiles(np.concatenate([tails, tails + share]))
    best = int(np.argmin(ends[SCAN:] - ends[:SCAN]))

    def gain(tail: float) -> float:
        """Log density at the right end over that at the left one: above 0, move right."""
        low, high = _ends(distribution, tail, share, starts)
        logs = distribution.log_density(np.array([low, high]))
        return float(logs[1] - logs[0])

    if best == 0 and starts and gain(0.0) <= 0.0:
        return _ends(distribution, 0.0, share, starts)
    if best == SCAN - 1 and stops and gain(rest) >= 0.0:
        return _ends(distribution, rest, share, starts)
    low = tails[best - 1] if best else tails[0] * (0.0 if starts else 1e-3)
    high = (
        tails[best + 1] if best < SCAN - 1 else (rest if stops else rest - (rest - tails[-1]) / 1e3)
    )
    return _ends(
        distribution,
        falling_root(gain, float(low), float(high), settled=SETTLED, width=NOTHING),
        share,
        starts,
    )


def _ends(distribution, tail: float, share: float, starts: bool) -> tuple[float, float]:
    """Interval with probability `tail` to its left."""
    if tail <= 0.0 and starts:
        return 0.0, float(distribution.quantiles(np.array([share]))[0])
    low, high = distribution.quantiles(np.array([tail, tail + share]))
    return float(low), float(high)
