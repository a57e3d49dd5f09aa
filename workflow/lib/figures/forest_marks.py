"""The marks of a forest plot: squares, diamonds, bars, and arrow heads at cut intervals."""

import math
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from workflow.lib.figures.forest_axis import Scale
from workflow.lib.figures.forest_looks import Look
from workflow.lib.figures.forest_rows import Row
from workflow.lib.figures.style import HAIRLINE, HEAVY, INK, LINE, MARGIN, PAPER

LARGEST, SMALLEST, UNWEIGHTED = 3.0, 0.9, 1.7  # mm, side of a study's square
DIAMOND = 1.6  # mm, half its height
HEAD = 1.8  # mm, length of an arrow head
HILL, HILL_HEIGHT = 160, 3.2  # steps along the axis and height (mm) of a distribution
TINT = "#c3d6e3"


@dataclass(frozen=True, slots=True)
class Pen:
    """Where and in what one row is marked; `name` is the id of the marks in the SVG."""

    plane: Axes
    scale: Scale | None  # None without an axis
    y: float  # mm
    name: str
    colour: str = INK
    fill: str = INK

    def shape(self, corners, part: str, zorder: float = 3) -> None:
        """A closed shape through corners (mm from the left, mm from the row)."""
        self.plane.add_patch(
            Polygon(
                [(x, self.y + dy) for x, dy in corners],
                facecolor=self.fill,
                edgecolor=self.colour,
                linewidth=LINE if self.fill == PAPER else HAIRLINE,
                joinstyle="miter",
                zorder=zorder,
                gid=f"{self.name}{part}",
            )
        )

    def line(self, start, end, part: str, *, width: float = LINE, zorder: float = 2) -> None:
        """A straight line between two points (mm from the left, mm from the row)."""
        (x, dx), (y, dy) = zip(start, end, strict=True)
        self.plane.add_line(
            Line2D(
                (x, dx),
                (self.y + y, self.y + dy),
                color=self.colour,
                linewidth=width,
                solid_capstyle="butt",
                zorder=zorder,
                gid=f"{self.name}{part}",
            )
        )


def heaviest(rows) -> float:
    """The largest weight of a study, which the squares are measured by; 0 without weights."""
    return max((row.weight for row in rows if row.kind == "study" and row.weight > 0), default=0.0)


def draw_mark(pen: Pen, row: Row, most: float, look: Look) -> None:
    """All marks of one row; `most` is the heaviest study's weight.

    Without a scale nothing was pooled and there is no axis: narrated studies keep their squares.
    """
    if row.kind == "narrated" and (pen.scale is None or not row.has_estimate):
        hollow_square(pen.plane, MARGIN + UNWEIGHTED / 2 + 0.3, pen.y, pen.name)
    elif pen.scale is None:
        return
    elif row.kind == "study":
        own = replace(pen, colour=look.square, fill=look.square)
        _study(own, row, _side(row.weight, most), look.interval)
    elif row.kind == "narrated":
        hollow_square(pen.plane, pen.scale.place(row.yi), pen.y, pen.name)
    elif row.kind in ("pooled", "subtotal"):
        fill = look.diamond if row.kind == "pooled" else look.subtotal
        _diamond(replace(pen, colour=look.outline, fill=fill), row)
    elif row.kind == "comparison":
        _diamond(replace(pen, colour=look.comparison, fill=PAPER), row)
    elif row.kind == "prediction" and row.has_interval:
        _prediction(replace(pen, colour=look.prediction, fill=look.prediction), row)


def hollow_square(plane: Axes, x: float, y: float, name: str, side: float = UNWEIGHTED) -> None:
    """A square that is not filled, for what is not pooled."""
    h = side / 2
    corners = [(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]
    patch = Polygon(corners, facecolor=PAPER, edgecolor=INK, linewidth=LINE, joinstyle="miter")
    patch.set(zorder=3, gid=f"{name}-hollow")
    plane.add_patch(patch)


def _side(weight: float, most: float) -> float:
    """Side of a square whose area is proportional to the weight, mm."""
    if math.isnan(weight) or most <= 0:
        return UNWEIGHTED
    return max(SMALLEST, LARGEST * math.sqrt(weight / most))


def _study(pen: Pen, row: Row, side: float, colour: str) -> None:
    if not row.has_estimate:
        return
    x, h = pen.scale.place(row.yi), side / 2
    if not row.has_interval:
        hollow_square(pen.plane, x, pen.y, pen.name, side)
        return
    pen.shape([(x - h, -h), (x + h, -h), (x + h, h), (x - h, h)], "-square")
    lower, upper = pen.scale.place(row.ci_lb), pen.scale.place(row.ci_ub)
    if upper - lower > side:
        replace(pen, colour=colour).line((lower, 0), (upper, 0), "-interval")
    else:  # shorter than its square: drawn on it, so that it can be seen
        inner = replace(pen, colour=PAPER, fill=PAPER)
        inner.line((lower, 0), (upper, 0), "-interval", width=LINE, zorder=4)
    _arrow_heads(replace(pen, colour=colour, fill=colour), row, (HEAD / 2, HEAD / 2))


def _diamond(pen: Pen, row: Row) -> None:
    if not row.has_estimate:
        return
    x = pen.scale.place(row.yi)
    if not row.has_interval:
        hollow = replace(pen, fill=PAPER)
        hollow.shape([(x - DIAMOND, 0), (x, -DIAMOND), (x + DIAMOND, 0), (x, DIAMOND)], "-hollow")
        return
    left, right = pen.scale.place(row.ci_lb), pen.scale.place(row.ci_ub)
    a = _height_where_cut(row.yi, row.ci_lb, pen.scale.lo)
    b = _height_where_cut(row.yi, row.ci_ub, pen.scale.hi)
    top = [(left, -a), (x, -DIAMOND), (right, -b)]
    pen.shape([*top, (right, b), (x, DIAMOND), (left, a)], "-diamond")
    _arrow_heads(pen, row, (a + 0.6, b + 0.6))


def _height_where_cut(yi: float, bound: float, end: float) -> float:
    """Half height of a diamond at the end of the axis, 0 where the axis shows its tip."""
    if (bound - end) * (bound - yi) <= 0:
        return 0.0
    return DIAMOND if math.isinf(bound) else DIAMOND * (bound - end) / (bound - yi)


def _prediction(pen: Pen, row: Row) -> None:
    if not math.isnan(row.spread) and row.has_estimate:
        _distribution(pen, row)
    left, right = pen.scale.place(row.ci_lb), pen.scale.place(row.ci_ub)
    pen.line((left, 0), (right, 0), "-bar", width=HEAVY)
    if row.ci_lb >= pen.scale.lo:
        pen.line((left, -1.1), (left, 1.1), "-end-left", width=HEAVY)
    if row.ci_ub <= pen.scale.hi:
        pen.line((right, -1.1), (right, 1.1), "-end-right", width=HEAVY)
    _arrow_heads(pen, row, (HEAD / 2, HEAD / 2))


def _distribution(pen: Pen, row: Row) -> None:
    """The distribution that the interval is cut from, as a hill above its bar."""
    scale, hill = pen.scale, []
    for step in range(HILL + 1):
        value = scale.lo + (scale.hi - scale.lo) * step / HILL
        z = (value - row.yi) / row.spread
        log = -z * z / 2 if math.isnan(row.df) else -(row.df + 1) / 2 * math.log1p(z * z / row.df)
        hill.append((scale.place(value), -HILL_HEIGHT * math.exp(log)))
    corners = [(scale.left, 0.0), *hill, (scale.right, 0.0)]
    replace(pen, colour=PAPER, fill=TINT).shape(corners, "-distribution", zorder=1)


def _arrow_heads(pen: Pen, row: Row, half: tuple[float, float]) -> None:
    """A head at each end of the axis that the interval goes beyond, `half` its width in mm."""
    lo, hi = pen.scale.left, pen.scale.right
    if row.ci_lb < pen.scale.lo:
        pen.shape([(lo, -half[0]), (lo - HEAD, 0), (lo, half[0])], "-arrow-left")
    if row.ci_ub > pen.scale.hi:
        pen.shape([(hi, -half[1]), (hi + HEAD, 0), (hi, half[1])], "-arrow-right")
