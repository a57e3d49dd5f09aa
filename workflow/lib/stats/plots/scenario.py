"""The curve of one more study: its effect against the interval that the pool would then have."""

import numpy as np

from workflow.lib.stats.diagnostics.new_study import Scenario, new_study
from workflow.lib.stats.examine.sensitivity import standard_error
from workflow.lib.stats.plots.plot import REGION, WHOLE, Plot, line, points

STEPS = 241  # points of the curve
ROOM = 0.6  # of the curve beyond what it must show, in widths of that
FARTHEST = 6.0  # widths of the studies beyond which a tipping value is not shown


def new_study_plot(pool, *, n=None, se=None) -> Plot:
    """The interval of the pool with one more study, over the effect of that study.

    Points mark the tipping values that are not far from the studies (Langan et al. 2012).
    """
    sei = standard_error(pool, n, se)
    found = new_study(pool.yi, pool.vi, sei=sei, **pool.model)
    low, high = min(0.0, pool.yi.min()), max(0.0, pool.yi.max())
    wide = max(high - low, 2.0 * sei)
    near = [t for t in found.tipping if low - FARTHEST * wide <= t <= high + FARTHEST * wide]
    low, high = min(low, *near, low), max(high, *near, high)
    room = ROOM * max(high - low, 2.0 * sei)
    x = np.linspace(low - room, high + room, STEPS)
    beta, ci_lb, ci_ub = Scenario(pool.yi, pool.vi, sei, pool.model).at(x)
    known = np.isfinite(ci_lb)
    x, beta, ci_lb, ci_ub = x[known], beta[known], ci_lb[known], ci_ub[known]
    interval = f"{pool.level:g} percent interval of the pool with the new study"
    marks = line(interval, [*x, *x[::-1]], [*ci_lb, *ci_ub[::-1]], kind=REGION)
    marks += line("no effect", x[[0, -1]], (0.0, 0.0))
    marks += line("pool", x, beta)
    marks += points(list(map(_told, near)), near, [0.0] * len(near))
    labels = ("effect of the new study", "pooled effect with the new study")
    changes = "" if near else ": no effect shown here changes the conclusion"
    title = f"One more study with a standard error of {sei:.2g}{changes}"
    return Plot(title, *labels, tuple(marks), "Langan et al. 2012", frame=WHOLE)


def _told(tip: float) -> str:
    """A tipping value in words."""
    return f"changes at {round(tip, 2) + 0.0:.2f}".replace("-", "\u2212")
