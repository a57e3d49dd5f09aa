"""The axis of a forest plot: which range it shows, and the words and ticks beneath it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from workflow.lib.figures.forest_rows import Row
from workflow.lib.figures.style import (
    BODY,
    HAIRLINE,
    INK,
    MARGIN,
    RULE,
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
NARROW = math.log(2)  # below this ratios lie nearly as evenly as their logarithms
RATIOS = (  # of each power of ten, from many ticks to few
    (1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9),
    (1, 1.2, 1.5, 2, 3, 5, 7),
    (1, 1.5, 2, 3, 5),
    (1, 2, 5),
    (1, 3),
    (1,),
)
TICK_FACE = Face(size=7.5)


@dataclass(frozen=True, slots=True)
class Scale:
    """The range that the axis shows and where its ends stand."""

    lo: float
    hi: float
    left: float  # mm, place of lo
    right: float  # mm, place of hi
    ratio: bool = False  # values are logarithms, and the ticks are the ratios behind them

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


def fit_scale(rows: Sequence[Row], null: float | None, ends: tuple[float, float]) -> Scale:
    """The range that shows every estimate, the null and every interval that is not extreme.

    Notes
    -----
    The span is that of all estimates, the null and the intervals of the studies; one study's
    interval that dwarfs the others' does not count. An interval wider than three spans is shown for
    one span to each side: at k = 2 a Knapp-Hartung interval would otherwise flatten the studies.
    """
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
    return Scale(lo - margin, hi + margin, left + INSET, right - INSET)


def lay_foot(scale: Scale, axis_label: str, null: float | None, favours) -> Foot:
    """The words under the axis, broken to the space that they have."""
    bare = Foot(scale, null, ([], []), [])
    room = min((scale.left + scale.right) / 2, WIDTH - (scale.left + scale.right) / 2) - MARGIN
    title = as_lines(words(axis_label), 2 * room, BODY, lines=3)
    if favours is None:
        return Foot(scale, null, ([], []), title)
    left, right = map(words, favours)
    sides = (
        as_lines(f"← {left}", bare.middle - 2 - MARGIN, BODY, lines=3),
        as_lines(f"{right} →", WIDTH - MARGIN - bare.middle - 2, BODY, lines=3),
    )
    return Foot(scale, null, sides, title)


def draw_foot(plane: Axes, foot: Foot, top: float, bottom: float) -> None:
    """The axis line under the rows, its ticks and words, and the line of no effect through them."""
    scale, y = foot.scale, bottom + 1
    ends = (scale.left - INSET, scale.right + INSET)
    plane.add_line(Line2D(ends, (y, y), color=INK, linewidth=HAIRLINE, gid="axis"))
    if foot.null is not None:
        x = scale.place(foot.null)
        null = Line2D(
            (x, x), (top, y), color=RULE, linewidth=HAIRLINE + 0.2, zorder=0.5, gid="null"
        )
        plane.add_line(null)
    for value, name in ticks(scale):
        x = scale.place(value)
        plane.add_line(Line2D((x, x), (y, y + TICK), color=INK, linewidth=HAIRLINE))
        write(plane, (x, y + TICK + TICK_FACE.leading / 2), name, TICK_FACE, align="center")
    y += TICK + TICK_FACE.leading + BODY.leading / 2 + 0.6
    left, right = foot.directions
    write_block(plane, (foot.middle - 2, y), left, align="right")
    write_block(plane, (foot.middle + 2, y), right)
    y += max(block_height(left), block_height(right)) + 0.4
    write_block(plane, ((scale.left + scale.right) / 2, y), foot.title, align="center")


def ticks(scale: Scale) -> list[tuple[float, str]]:
    """Round values inside the range with their names, as many as stand side by side."""
    found = []
    for found in _ratio_candidates(scale) if scale.ratio else _candidates(scale.lo, scale.hi):
        inside = [value for value, _ in found]
        widest = max((text_width(name, TICK_FACE) for _, name in found), default=0.0)
        places = [scale.place(value) for value in inside]
        steps = [b - a for a, b in zip(places, places[1:], strict=False)]
        if widest + 2 <= min(steps, default=math.inf):
            break
    return found


def _candidates(lo: float, hi: float):
    """Round values with their names, fewer and fewer."""
    for count in range(7, 0, -1):
        values = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(lo, hi)
        inside = [float(value) for value in values if lo <= value <= hi]
        yield list(zip(inside, _names(inside), strict=True))


def _ratio_candidates(scale: Scale):
    """Logarithms of round ratios with the ratios as names, fewer and fewer."""
    if scale.hi - scale.lo < NARROW:
        for found in _candidates(math.exp(scale.lo), math.exp(scale.hi)):
            yield [(math.log(ratio), name) for ratio, name in found]
        return
    lowest, highest = (math.floor(end / math.log(10)) for end in (scale.lo, scale.hi))
    for among in RATIOS:
        steps = [(m, power) for power in range(lowest, highest + 1) for m in among]
        ratios = [float(f"{m}e{power}") for m, power in steps]
        yield [(x, f"{r:.10g}") for r in ratios if scale.lo <= (x := math.log(r)) <= scale.hi]
    thin = range(lowest, highest + 1)
    for step in range(2, len(thin) + 2):
        powers = [power for power in thin if power % step == 0]
        inside = [p for p in powers if scale.lo <= p * math.log(10) <= scale.hi]
        yield [(p * math.log(10), f"{float(f'1e{p}'):.10g}") for p in inside]


def _names(values: Sequence[float]) -> list[str]:
    """Ticks as text, all with the decimals that the longest needs and with a true minus sign."""
    plain = [f"{value if abs(value) > 1e-12 else 0.0:.10g}" for value in values]
    if any("e" in name for name in plain):
        return [name.replace("-", "−") for name in plain]
    decimals = max((len(name.partition(".")[2]) for name in plain), default=0)
    return [f"{float(name):.{decimals}f}".replace("-", "−") for name in plain]
