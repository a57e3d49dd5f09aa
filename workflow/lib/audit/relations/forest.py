"""The lines of published forest plots, pooled again by the usual models, with what their digits allow.

Each printed digit stands for a range, and so does a pool of printed lines: it is followed to the
corners of these ranges. All plots of a file are pooled in one call for each model and step.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from workflow.lib.audit.claim_lines import ESTIMATE, LIMITS, Line

# label -> options of pool_groups
MODELS = {
    "equal effects": {"method": "EE", "test": "z"},
    "DL": {"method": "DL", "test": "z"},
    "REML": {"method": "REML", "test": "z"},
    "DL, Knapp-Hartung": {"method": "DL", "test": "knha"},
    "REML, Knapp-Hartung": {"method": "REML", "test": "knha"},
}
FIELDS = {
    ESTIMATE: "beta",
    "ci_lb": "ci_lb",
    "ci_ub": "ci_ub",
    "tau2": "tau2",
    "I2": "I2_Q",
    "QE": "QE",
}
SMALLEST = 0.01  # of its printed width, where rounding allows an interval none
MOST_SINGLE = 200  # studies whose digits are moved one by one; of larger plots they move together


@dataclass(frozen=True, slots=True)
class Plot:
    """A pooled line and the study lines above it, on the scale of the analysis."""

    pooled: Line
    studies: tuple[Line, ...]
    yi: np.ndarray
    half_yi: np.ndarray  # half of what the last digit counts, on the scale of the analysis
    width: np.ndarray  # of the intervals
    half_width: np.ndarray
    quantile: float  # of the intervals of the studies


@dataclass(frozen=True, slots=True)
class Pool:
    """What one model makes of the lines: at the printed digits, and the range that they allow."""

    label: str
    values: dict[str, float]  # quantity -> value
    ranges: dict[str, tuple[float, float]]
    weights: np.ndarray  # percent


def plot_of(pooled, studies):
    """The Plot of a pooled line; None if not all studies, or fewer than two, have an interval."""
    if ESTIMATE not in pooled.by or len(studies) < 2 or len(studies) < _announced(pooled):
        return None
    if not all(line.has_interval and line.scale == pooled.scale for line in studies):
        return None
    found = [line.numbers(ESTIMATE, *LIMITS) for line in studies]
    middle, lower, upper = (
        np.array([[number.value, number.low, number.high] for number in column])
        for column in zip(*found, strict=True)
    )
    width = upper[:, 0] - lower[:, 0]
    half_width = (upper[:, 2] - upper[:, 1] + lower[:, 2] - lower[:, 1]) / 2
    half_yi = (middle[:, 2] - middle[:, 1]) / 2
    if not (np.isfinite(half_yi).all() and np.isfinite(half_width).all() and (width > 0).all()):
        return None
    quantile = float(ndtri(0.5 + studies[0].level / 200.0))
    return Plot(pooled, tuple(studies), middle[:, 0], half_yi, width, half_width, quantile)


def _announced(pooled):
    """How many studies the pooled line says it has; 0 if it does not say."""
    k = pooled.number("k")
    return k.value if k else 0


def pools_of(plots, pool_groups):
    """For each plot, the Pool of each model that can be fitted, in the order of MODELS.

    `pool_groups` is that of stats.batch.pool. The range of a pool is only searched where the printed
    digits as they stand do not already give the pooled line.
    """
    found = [[] for _ in plots]
    by_level = defaultdict(list)
    for place, plot in enumerate(plots):
        by_level[plot.pooled.level].append(place)
    for level, places in by_level.items():
        for label, options in MODELS.items():
            fit = _Fitter(pool_groups, options | {"level": level})
            pools = _pools([plots[place] for place in places], label, fit)
            for place, pool in zip(places, pools, strict=True):
                found[place] += [pool] if pool else []
    return found


class _Fitter:
    """One model, to be fitted to many moved plots in one call."""

    def __init__(self, pool_groups, options):
        """Keep the function and its options."""
        self._pool_groups, self._options = pool_groups, options

    def __call__(self, blocks):
        """quantity -> array of shape (moves,), NaN where it cannot be given, for each (plot, moves).

        `moves` has shape (moves, 2 studies): what is added to the estimates, then to the widths.
        """
        if not blocks:
            return []
        yi = np.concatenate([_moved(plot.yi, moves, 0) for plot, moves in blocks])
        sei = np.concatenate([_standard_errors(plot, moves) for plot, moves in blocks])
        sizes = np.repeat([len(plot.yi) for plot, _ in blocks], [len(moves) for _, moves in blocks])
        group = np.repeat(np.arange(len(sizes)), sizes)
        fits = self._pool_groups(yi, sei**2, group, **self._options)
        ends = np.cumsum([len(moves) for _, moves in blocks])[:-1]
        columns = {name: np.split(getattr(fits, item), ends) for name, item in FIELDS.items()}
        return [
            {name: values[place] for name, values in columns.items()}
            for place in range(len(blocks))
        ]


def _moved(values, moves, part):
    """Estimates (part 0) or widths (part 1), moved, one problem after the other."""
    k = len(values)
    return (values + moves[:, part * k : (part + 1) * k]).ravel()


def _standard_errors(plot, moves):
    """Standard errors behind the moved widths; a width keeps a small part of what is printed."""
    least = np.tile(SMALLEST * plot.width, len(moves))
    return np.maximum(_moved(plot.width, moves, 1), least) / (2 * plot.quantile)


def _pools(plots, label, fit):
    """The Pool of each plot by one model, or None where it cannot be fitted."""
    at_digits = fit([(plot, np.zeros((1, 2 * len(plot.yi)))) for plot in plots])
    known = [
        {name: float(found[0]) for name, found in one.items() if np.isfinite(found[0])}
        for one in at_digits
    ]
    open_ones = [
        place
        for place, (plot, values) in enumerate(zip(plots, known, strict=True))
        if ESTIMATE in values and not _prints(plot, values)
    ]
    ranges = _ranges([(plots[place], known[place]) for place in open_ones], fit)
    searched = dict(zip(open_ones, ranges, strict=True))
    return [
        _pool(label, plot, values, searched.get(place)) if ESTIMATE in values else None
        for place, (plot, values) in enumerate(zip(plots, known, strict=True))
    ]


def _pool(label, plot, values, ranges):
    """The Pool of one plot; its ranges are points where they were not searched."""
    points = {name: (value, value) for name, value in values.items()}
    weights = 1.0 / ((plot.width / (2 * plot.quantile)) ** 2 + values.get("tau2", 0.0))
    return Pool(label, values, ranges or points, 100.0 * weights / weights.sum())


def _claimed(plot):
    """The pooled quantities that are claimed and can be compared."""
    return [name for name in FIELDS if name in plot.pooled.by]


def _prints(plot, values):
    """Whether these values print as the pooled line does, as far as it is claimed."""
    return all(
        name in values and plot.pooled.number(name).holds(values[name]) for name in _claimed(plot)
    )


def _ranges(cases, fit):
    """quantity -> (lowest, highest) of each (plot, values), over the corners that move it most.

    Each input is moved to the end of its range by itself; what raises a quantity is then joined.
    """
    steps = [_steps(plot) for plot, _ in cases]
    alone = fit([(plot, own) for (plot, _), own in zip(cases, steps, strict=True)])
    corners = [
        (plot, _corners(plot, values, own, moved))
        for (plot, values), own, moved in zip(cases, steps, alone, strict=True)
    ]
    joined = fit(corners)
    return [
        {
            name: _extent(values[name], moved[name], more[name])
            for name in _claimed(plot)
            if name in values
        }
        for (plot, values), moved, more in zip(cases, alone, joined, strict=True)
    ]


def _steps(plot):
    """Steps to the end of its range for each estimate and each width, or for all of them together."""
    k = len(plot.yi)
    if k <= MOST_SINGLE:
        return np.diag(np.concatenate([plot.half_yi, plot.half_width]))
    none, outward = np.zeros(k), np.sign(plot.yi - np.median(plot.yi))
    parts = ((plot.half_yi, none), (outward * plot.half_yi, none), (none, plot.half_width))
    return np.array([np.concatenate(part) for part in parts])


def _corners(plot, values, steps, alone):
    """For each claimed quantity, the moves that raise it joined, and their opposites."""
    ends = np.concatenate([plot.half_yi, plot.half_width])
    joined = [
        np.where(alone[name] >= values[name], 1.0, -1.0) @ steps
        for name in _claimed(plot)
        if name in values
    ]
    return np.clip([*joined, *(-one for one in joined)], -ends, ends)


def _extent(value, *found):
    """(lowest, highest) of one quantity; what could not be fitted is left out."""
    values = np.concatenate([[value], *found])
    return float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
