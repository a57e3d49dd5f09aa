"""Estimate and intervals against the correlation that is assumed, with the values at which they flip."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from workflow.lib.figures.style import (
    ACCENT,
    BODY,
    BOLD,
    DETAIL,
    GREY,
    HAIRLINE,
    INK,
    LINE,
    MARGIN,
    RULE,
    SECOND,
    SMALL,
    TINT,
    WIDTH,
    Face,
    blank_sheet,
    house_style,
    text_width,
    words,
    wrap,
    write,
)
from workflow.lib.figures.ticks import ticks

LEFT, TOP, HEIGHT = 18.0, 10.0, 68.0
RIGHT = 4.0
FACES = {"first": (TINT, ACCENT), "second": ("#efefef", GREY)}


@dataclass(frozen=True, slots=True)
class _Scale:
    """From correlations to mm across and from effects to mm down the sheet."""

    left: float  # correlation
    right: float
    bottom: float  # effect
    top: float

    def x(self, r):
        """Millimetres from the left."""
        span = (WIDTH - MARGIN - RIGHT - LEFT) / ((self.right - self.left) or 1.0)
        return LEFT + (np.asarray(r, dtype=float) - self.left) * span

    def y(self, value):
        """Millimetres from the top; what lies beyond the axis is at its end."""
        inside = np.clip(np.asarray(value, dtype=float), self.bottom, self.top)
        return TOP + HEIGHT * (1 - (inside - self.bottom) / (self.top - self.bottom))


def draw_tipping(
    rows: pd.DataFrame, *, names: dict, flips, axis_label: str, assumed: float | None
) -> Figure:
    """Estimate and the interval under each test, over the correlation.

    `rows` are those of results/figures/tipping.csv; `names` test -> label, the test of the analysis
    first; `flips` (test, r); `assumed` the correlation of the analysis, marked where it is one.
    """
    with house_style():
        figure, plane = blank_sheet(TOP + HEIGHT + 20)
        write(
            plane,
            (MARGIN, TOP - 5),
            wrap(words(axis_label), WIDTH - 2 * MARGIN, BOLD, lines=1)[0],
            BOLD,
        )
        known = rows.dropna(subset=["beta"])
        if known.empty:
            write(
                plane,
                (WIDTH / 2, TOP + HEIGHT / 2),
                "No pool has an estimate",
                BODY,
                align="center",
            )
            return figure
        first = known[known["test"] == next(iter(names))]
        scale = _scale(known)
        _axes(plane, scale)
        for (test, label), (tint, colour) in zip(names.items(), FACES.values(), strict=False):
            own = known[known["test"] == test]
            _interval(plane, own, scale, (tint, colour))
            _label(plane, list(names).index(test), label, (tint, colour))
        plane.plot(
            scale.x(first["r"]), scale.y(first["beta"]), color=INK, linewidth=LINE * 1.4, zorder=4
        )
        for number, (test, r) in enumerate(flips):
            colour = FACES["first" if test == next(iter(names)) else "second"][1]
            _flip(plane, scale.x(r), r, colour, number)
        if assumed is not None:
            own = first.iloc[(first["r"] - assumed).abs().argmin()]
            x, y = float(scale.x(own["r"])), float(scale.y(own["beta"]))
            plane.plot([x], [y], "D", color=SECOND, markersize=5, zorder=6)
            write(plane, (x + 2, y - 3), "as assumed", Face(size=SMALL, colour=SECOND))
    return figure


def _scale(known):
    """An axis that holds the estimates and zero, and of the intervals as much as is near."""
    beta = [*known["beta"], 0.0]
    room = 1.2 * ((max(beta) - min(beta)) or 1.0)
    bottom = max(min(*beta, known["ci_lb"].min()), min(beta) - room)
    top = min(max(*beta, known["ci_ub"].max()), max(beta) + room)
    return _Scale(known["r"].min(), known["r"].max(), bottom, top)


def _axes(plane, scale):
    """Zero, round numbers along both axes, and the name of the lower one."""
    left, right = float(scale.x(scale.left)), float(scale.x(scale.right))
    for tick in ticks(scale.bottom, scale.top):
        y = float(scale.y(tick))
        plane.plot([left, right], [y, y], color=RULE, linewidth=HAIRLINE / 2, zorder=1)
        write(plane, (left - 2, y), f"{tick + 0.0:g}".replace("-", "\u2212"), DETAIL, align="right")
    plane.plot([left, right], [float(scale.y(0.0))] * 2, color=INK, linewidth=HAIRLINE, zorder=2)
    bottom = TOP + HEIGHT
    for tick in ticks(scale.left, scale.right):
        x = float(scale.x(tick))
        plane.plot([x, x], [bottom, bottom + 1.2], color=RULE, linewidth=HAIRLINE)
        write(plane, (x, bottom + 4), f"{tick + 0.0:g}", DETAIL, align="center")
    name = "correlation of the scores before and after"
    write(plane, ((left + right) / 2, bottom + 9), name, BODY, align="center")


def _interval(plane, own, scale, colours):
    """The band between the limits, and the limits as lines."""
    tint, colour = colours
    x = scale.x(own["r"])
    low, high = (own[name].to_numpy(dtype=float) for name in ("ci_lb", "ci_ub"))
    plane.fill_between(x, scale.y(low), scale.y(high), color=tint, linewidth=0, zorder=0.5)
    for end in (low, high):
        beyond = (end < scale.bottom) | (end > scale.top)
        plane.plot(
            x, np.where(beyond, np.nan, scale.y(end)), color=colour, linewidth=LINE, zorder=3
        )


def _label(plane, number, label, colours):
    """What one band means, beneath the axis."""
    x, y = LEFT + number * 70, TOP + HEIGHT + 15
    tint, colour = colours
    plane.add_patch(
        Rectangle((x, y - 1.5), 6, 3, facecolor=tint, edgecolor=colour, linewidth=HAIRLINE)
    )
    write(plane, (x + 8, y), wrap(words(label), 58, DETAIL, lines=1)[0], DETAIL)


def _flip(plane, x, r, colour, number):
    """A line where an interval begins or ceases to exclude zero."""
    x, dashed = float(x), (0, (3, 2))
    plane.plot(
        [x, x], [TOP, TOP + HEIGHT], color=colour, linewidth=HAIRLINE, linestyle=dashed, zorder=3
    )
    text, face = f"flips at {r:.2f}", Face(size=SMALL, colour=colour)
    inside = x + 1 + text_width(text, face) <= WIDTH - RIGHT
    side = ("left", 1) if inside else ("right", -1)
    write(plane, (x + side[1], TOP + 2 + 4 * number), text, face, align=side[0])
