"""The axis of a forest plot: which range it shows, and the words and ticks beneath it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from workflow.lib.figures.forest_rows import Row
from workflow.lib.figures.forest_ticks import NAMED, Tick
from workflow.lib.figures.style import (
    BODY,
    HAIRLINE,
    INK,
    MARGIN,
    WIDTH,
    Face,
    as_lines,
    block_height,
    text_width,
    words,
    write,
    write_block,
)

EXTREME = 3  # an interval wider than this many spans of the studies leaves the axis with an arrow
INSET = 2.2  # mm kept free at both ends of the axis for the arrow heads
TICK = 1.2  # mm
TICK_FACE = Face(size=7.5)
TICKS_HEIGHT = TICK + TICK_FACE.leading + 0.8  # mm that ticks take over the rows


@dataclass(frozen=True, slots=True)
class Legend:
    """What the axis says."""

    label: str
    null: float | None  # the value of no effect
    favours: tuple[str, str] | None  # what lies to its left and to its right
    marks: str  # what the ticks name: plain, log, z or logit


@dataclass(frozen=True, slots=True)
class Scale:
    """The range that the axis shows and where its ends stand."""

    lo: float
    hi: float
    left: float  # mm, place of lo
    right: float  # mm, place of hi
    marks: str = "plain"  # what the ticks name: ratios (log), correlations (z), proportions (logit)

    def place(self, value: float) -> float:
        """Distance from the left edge of the sheet in mm; the ends hold what lies beyond."""
        inside = min(max(value, self.lo), self.hi)
        return self.left + (inside - self.lo) / (self.hi - self.lo) * (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands under the rows: blocks of (line, face), placed by `draw_foot`."""

    scale: Scale
    null: float | None
    directions: tuple[list, list]
    title: list

    @property
    def height(self) -> float:
        """Height in mm below the last row."""
        sides = max(map(block_height, self.directions))
        return 1 + TICK + TICK_FACE.leading + sides + block_height(self.title) + 2

    @property
    def middle(self) -> float:
        """Where the two directions part, mm."""
        return self.scale.place(
            math.fsum((self.scale.lo, self.scale.hi)) / 2 if self.null is None else self.null
        )


def fit_scale(rows: Sequence[Row], legend: Legend, ends: tuple[float, float]) -> Scale:
    """The range that shows every estimate, the null and every interval that is not extreme.

    Notes
    -----
    The span is that of all estimates, the null and the intervals of the studies; one study's
    interval that dwarfs the others' does not count. An interval wider than three spans is shown for
    one span to each side: at k = 2 a Knapp-Hartung interval would otherwise flatten the studies.
    """
    null = legend.null
    points = [row.yi for row in rows if row.has_estimate] + ([] if null is None else [null])
    intervals = [(row.ci_lb, row.ci_ub) for row in rows if row.has_interval]
    widths = [row.ci_ub - row.ci_lb for row in rows if row.kind == "study" and row.has_interval]
    usual = EXTREME * max(max(points) - min(points), median(widths or [0]))
    for row in rows:
        if row.kind == "study" and row.has_interval and row.ci_ub - row.ci_lb <= usual:
            points += [row.ci_lb, row.ci_ub]
    lo, hi = min(points), max(points)
    span = (hi - lo) or abs(hi) / 10 or 1.0
    for lower, upper in intervals:
        shown = math.inf if upper - lower <= EXTREME * span else span
        lo, hi = min(lo, max(lower, min(points) - shown)), max(hi, min(upper, max(points) + shown))
    margin = 0.03 * (hi - lo) or span
    left, right = ends
    return Scale(lo - margin, hi + margin, left + INSET, right - INSET, legend.marks)


def lay_foot(scale: Scale, legend: Legend) -> Foot:
    """The words under the axis, broken to the space that they have."""
    null, favours = legend.null, legend.favours
    bare = Foot(scale, null, ([], []), [])
    room = min((scale.left + scale.right) / 2, WIDTH - (scale.left + scale.right) / 2) - MARGIN
    title = as_lines(words(legend.label), 2 * room, BODY, lines=3)
    if favours is None:
        return Foot(scale, null, ([], []), title)
    left, right = map(words, favours)
    sides = (
        as_lines(f"← {left}", bare.middle - 2 - MARGIN, BODY, lines=3),
        as_lines(f"{right} →", WIDTH - MARGIN - bare.middle - 2, BODY, lines=3),
    )
    return Foot(scale, null, sides, title)


def draw_foot(plane: Axes, foot: Foot, rows: tuple[float, float], colour: str) -> None:
    """The axis line under the rows, its ticks and words, and the line of no effect through them.

    `rows` are their top and bottom (mm), `colour` is that of the line.
    """
    (top, bottom), scale = rows, foot.scale
    y = bottom + 1
    draw_ticks(plane, scale, y)
    if foot.null is not None:
        x = scale.place(foot.null)
        null = Line2D(
            (x, x), (top, y), color=colour, linewidth=HAIRLINE + 0.2, zorder=0.5, gid="null"
        )
        plane.add_line(null)
    y += TICK + TICK_FACE.leading + BODY.leading / 2 + 0.6
    left, right = foot.directions
    write_block(plane, (foot.middle - 2, y), left, align="right")
    write_block(plane, (foot.middle + 2, y), right)
    y += max(block_height(left), block_height(right)) + 0.4
    write_block(plane, ((scale.left + scale.right) / 2, y), foot.title, align="center")


def draw_ticks(plane: Axes, scale: Scale, y: float, *, name: str = "axis", down: bool = True):
    """The line of the axis at `y` (mm), and the names of its ticks below it or above."""
    side = 1 if down else -1
    ends = (scale.left - INSET, scale.right + INSET)
    plane.add_line(Line2D(ends, (y, y), color=INK, linewidth=HAIRLINE, gid=name))
    for value, text in ticks(scale):
        x = scale.place(value)
        plane.add_line(Line2D((x, x), (y, y + side * TICK), color=INK, linewidth=HAIRLINE))
        at = (x, y + side * (TICK + TICK_FACE.leading / 2))
        write(plane, at, text, TICK_FACE, align="center")


def ticks(scale: Scale) -> list[Tick]:
    """Round values inside the range with their names, as many as stand side by side."""
    found = []
    for found in NAMED[scale.marks](scale.lo, scale.hi):
        if _apart(scale, found):
            return found
    return found[:1]


def _apart(scale: Scale, found: Sequence[Tick]) -> bool:
    """Whether the names of the ticks stand side by side."""
    places = [(scale.place(value), text_width(name, TICK_FACE) / 2) for value, name in found]
    pairs = zip(places, places[1:], strict=False)
    return bool(found) and all(b - a >= half + other + 2 for (a, half), (b, other) in pairs)
