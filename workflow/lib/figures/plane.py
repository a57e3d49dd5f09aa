"""Any diagnostic plot: points, lines, regions and cells on two axes, studies named where there is room."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from workflow.lib.errors import TableError
from workflow.lib.figures.style import (
    ACCENT,
    BODY,
    BOLD,
    DETAIL,
    HAIRLINE,
    INK,
    LINE,
    MARGIN,
    PAPER,
    RULE,
    SECOND,
    WIDTH,
    as_lines,
    blank_sheet,
    house_style,
    text_width,
    words,
    write,
    write_block,
)
from workflow.lib.figures.ticks import ticks

LEFT, TOP, HEIGHT, FOOT = 20.0, 10.0, 100.0, 22.0
RIGHT = 6.0
SMALLEST, LARGEST = 1.2, 3.4  # mm, diameter of a point
NAMED = 40  # points above which only those at the edge are named
SHADES = ("#dfe9f0", "#c3d6e3", "#a3c0d4")  # regions, from the widest to the narrowest
NULL = "no effect"  # a line that the axes always hold
NOTHING = "No study to show"
SIDES = (("left", 1), ("right", -1))


@dataclass(frozen=True, slots=True)
class Axis2:
    """From values to millimetres on both axes."""

    x: tuple[float, float]
    y: tuple[float, float]
    upside_down: bool

    def across(self, value):
        """Millimetres from the left."""
        low, high = self.x
        return LEFT + (np.asarray(value, dtype=float) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def up(self, value):
        """Millimetres from the top."""
        low, high = self.y
        share = (np.asarray(value, dtype=float) - low) / (high - low)
        return TOP + HEIGHT * (share if self.upside_down else 1 - share)


def draw_plane(rows: pd.DataFrame, *, title, x_label, y_label, frame="plain", reason="") -> Figure:
    """A plot of rows (kind, name, x, y, size): points, lines, regions (closed) and cells.

    Rows of one line or region have one name and stand in order. Points are sized by `size`, cells
    shaded by it. A study's name stands beside its point where it covers nothing. `frame` says what
    the axes hold: plain, upside_down (y from 0, growing downwards), origin (x from 0), square
    (both from 0 to the same end) or whole (lines and regions to their ends, too). Without rows the
    `reason` stands in the place of the plot.

    Raises
    ------
    TableError
        If a kind is unknown or a coordinate is not finite.
    """
    _check(rows)
    with house_style():
        figure, plane = blank_sheet(TOP + HEIGHT + FOOT)
        write_block(
            plane, (MARGIN, TOP - 5), as_lines(words(title), WIDTH - 2 * MARGIN, BOLD, lines=1)
        )
        if rows.empty:
            lines = as_lines(words(reason or NOTHING), WIDTH - 4 * MARGIN, BODY, lines=3)
            write_block(plane, (WIDTH / 2, TOP + HEIGHT / 2), lines, align="center")
            return figure
        axis = _axis(rows, frame)
        _frame(plane, axis, x_label, y_label)
        _regions(plane, rows, axis)
        _cells(plane, rows[rows["kind"] == "cell"], axis)
        _lines(plane, rows[rows["kind"] == "line"], axis)
        _points(plane, rows[rows["kind"] == "point"], axis)
    return figure


def _check(rows):
    unknown = sorted(set(rows["kind"]) - {"point", "line", "region", "cell"})
    if unknown:
        raise TableError(f"plot: kind {unknown[0]!r} is not one of point, line, region, cell")
    if not np.isfinite(rows[["x", "y"]].to_numpy(dtype=float)).all():
        raise TableError("plot: a coordinate is not finite; leave the row out")


def _axis(rows, frame):
    """A range that holds every point and cell, and of lines and regions what is near."""
    held = rows["kind"].isin(("point", "cell")) | (rows["name"] == NULL)
    own = rows[held] if held.any() and frame != "whole" else rows
    ranges = []
    for name in ("x", "y"):
        low, high = own[name].min(), own[name].max()
        room = 0.12 * ((high - low) or abs(high) or 1.0)
        reach = 4 * room
        others = rows[name].clip(low - reach, high + reach)
        ranges.append((min(low - room, others.min()), max(high + room, others.max())))
    if frame == "upside_down":
        ranges[1] = (0.0, ranges[1][1])
    if frame == "origin":
        ranges[0] = (0.0, ranges[0][1])
    if frame == "square":
        ranges = [(0.0, max(own["x"].max(), own["y"].max()) * 1.05 or 1.0)] * 2
    return Axis2(*ranges, frame == "upside_down")


def _frame(plane: Axes, axis: Axis2, x_label, y_label):
    """Round numbers along both axes and what they are."""
    left, right, bottom = LEFT, WIDTH - RIGHT, TOP + HEIGHT
    for tick in ticks(*axis.x):
        x = float(axis.across(tick))
        plane.plot([x, x], [bottom, bottom + 1.2], color=INK, linewidth=HAIRLINE)
        write(plane, (x, bottom + 4), _number(tick), DETAIL, align="center")
    for tick in ticks(*axis.y):
        y = float(axis.up(tick))
        plane.plot([left, right], [y, y], color=RULE, linewidth=HAIRLINE / 2, zorder=0.2)
        write(plane, (left - 2, y), _number(tick), DETAIL, align="right")
    plane.plot([left, right], [bottom, bottom], color=INK, linewidth=HAIRLINE)
    x_lines = as_lines(words(x_label), right - left, BODY, lines=1)
    write_block(plane, ((left + right) / 2, bottom + 9), x_lines, align="center")
    y_lines = as_lines(f"vertical: {words(y_label)}", right - left, DETAIL, lines=1)
    write_block(plane, ((left + right) / 2, bottom + 14), y_lines, align="center")


def _number(tick):
    return f"{tick + 0.0:g}".replace("-", "\u2212")


def _regions(plane, rows, axis):
    """Closed areas, the first the lightest; each named in the legend below."""
    names = list(dict.fromkeys(rows[rows["kind"] == "region"]["name"]))
    for name, shade in zip(names, SHADES, strict=False):
        own = rows[(rows["kind"] == "region") & (rows["name"] == name)]
        corners = np.column_stack([axis.across(own["x"]), axis.up(own["y"])])
        plane.add_patch(_inside(plane, Polygon(corners, facecolor=shade, linewidth=0, zorder=0.1)))
    x = LEFT
    for name, shade in zip(names, SHADES, strict=False):
        y = TOP + HEIGHT + 19
        plane.add_patch(
            Polygon(
                [(x, y - 1.2), (x + 4, y - 1.2), (x + 4, y + 1.2), (x, y + 1.2)], facecolor=shade
            )
        )
        write(plane, (x + 5.5, y), words(name), DETAIL)
        x += 12 + text_width(words(name), DETAIL)


def _inside(plane, artist):
    """The artist, cut off at the frame."""
    box = [(LEFT, TOP), (WIDTH - RIGHT, TOP), (WIDTH - RIGHT, TOP + HEIGHT), (LEFT, TOP + HEIGHT)]
    artist.set_clip_path(Path([*box, box[0]]), plane.transData)
    return artist


def _cells(plane, cells, axis):
    """Squares shaded by how many they stand for, on the scale of the square root."""
    if cells.empty:
        return
    columns, lines = (np.sort(cells[name].unique()) for name in ("x", "y"))
    width = np.diff(columns).min() if len(columns) > 1 else (axis.x[1] - axis.x[0]) / 60
    height = np.diff(lines).min() if len(lines) > 1 else (axis.y[1] - axis.y[0]) / 60
    w = float(axis.across(width) - axis.across(0.0))
    h = abs(float(axis.up(height) - axis.up(0.0)))
    share = np.sqrt(cells["size"] / cells["size"].max())
    level = np.ceil(5 * share).astype(int).clip(1, 5)
    for step in range(1, 6):
        own = cells[level == step]
        boxes = [
            (x - w / 2, y - h / 2)
            for x, y in zip(axis.across(own["x"]), axis.up(own["y"]), strict=True)
        ]
        _boxes(plane, boxes, (w, h), _mixed(ACCENT, step / 5))


def _mixed(colour, share):
    """The colour on white, at a share of its strength."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return to_hex([(255 - share * (255 - part)) / 255 for part in parts])


def _boxes(plane, corners, size, colour):
    """Boxes as one path."""
    if not corners:
        return
    vertices, codes = [], []
    w, h = size
    for x, y in corners:
        vertices += [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    plane.add_patch(PathPatch(Path(vertices, codes), facecolor=colour, linewidth=0, zorder=1))


def _lines(plane, lines, axis):
    """Lines by name: the pool or regression full, everything else dashed."""
    for name in dict.fromkeys(lines["name"]):
        own = lines[lines["name"] == name]
        main = name in ("pool", "regression")
        (drawn,) = plane.plot(
            axis.across(own["x"]),
            axis.up(own["y"]),
            color=SECOND if main else INK,
            linewidth=LINE if main else HAIRLINE,
            linestyle="-" if main else (0, (4, 2)),
            zorder=2,
        )
        _inside(plane, drawn)


def _points(plane, points, axis):
    """Circles sized by weight, and the names that fit beside them."""
    if points.empty:
        return
    x, y = axis.across(points["x"]), axis.up(points["y"])
    size = points["size"].to_numpy(dtype=float)
    known = np.isfinite(size).all()
    share = np.sqrt(size / size.max()) if known else np.full(len(points), 0.4)
    across = SMALLEST + (LARGEST - SMALLEST) * share
    if not known and len(points) > 100:
        across = np.full(len(points), SMALLEST)
    for a, b, wide in zip(x, y, across, strict=True):
        plane.plot(
            [a],
            [b],
            "o",
            color=ACCENT,
            markersize=wide * 72 / 25.4,
            mec=PAPER,
            mew=HAIRLINE,
            zorder=4,
        )
    _names(plane, points["name"].map(words).tolist(), (x, y, across))


def _names(plane, names, marks):
    """Names beside points, the most extreme first; one that would cover another thing is left out."""
    x, y, across = marks
    taken = [
        (a - w / 2, b - w / 2, a + w / 2, b + w / 2) for a, b, w in zip(x, y, across, strict=True)
    ]
    order = np.argsort(
        -(((x - x.mean()) / (np.ptp(x) or 1)) ** 2 + ((y - y.mean()) / (np.ptp(y) or 1)) ** 2),
        kind="stable",
    )
    for place in order[: NAMED if len(names) > NAMED else None]:
        name, half = names[place], across[place] / 2 + 0.8
        width, leading = text_width(name, DETAIL), DETAIL.leading
        for align, side in SIDES:
            start = x[place] + side * half - (width if side < 0 else 0.0)
            box = (start, y[place] - leading / 2, start + width, y[place] + leading / 2)
            inside = (
                box[0] >= LEFT
                and box[2] <= WIDTH - RIGHT
                and box[1] >= TOP
                and box[3] <= TOP + HEIGHT
            )
            others = (t for n, t in enumerate(taken) if n != place)
            if inside and not any(_meet(box, other) for other in others):
                _clear(plane, box)
                write(plane, (x[place] + side * half, y[place]), name, DETAIL, align=align)
                taken.append(box)
                break


def _clear(plane, box):
    """Make what lies behind a name pale, so that no line strikes it through."""
    left, top, right, bottom = box
    corner, size = (left, top), (right - left, bottom - top)
    plane.add_patch(Rectangle(corner, *size, color=PAPER, alpha=0.75, linewidth=0, zorder=2.5))


def _meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
