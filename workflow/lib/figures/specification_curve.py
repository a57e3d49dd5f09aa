"""The specification curve: estimates of all universes above the options that each of them takes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

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
    PAPER,
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

LABELS = 52.0  # mm, the column of labels at the left
SIDE = 26.0  # mm, histogram and bars at the right
GAP = 3.0
TOP, CURVE = 8.0, 62.0
TILE, BLOCK = 3.6, 7.2  # height of a row of tiles; from one decision to the next, with its name
SHADES = ((0.999, INK), (0.5, "#5f5f5f"), (0.0, "#b9b9b9"))  # from which share of a column on
COLOURS = {"excludes": ACCENT, "includes": GREY, "single": RULE}
LEGEND = (
    ("excludes", "interval excludes zero"),
    ("includes", "interval includes zero"),
    ("single", "one study, no pool"),
)
BINS = 24


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked on the curve: the primary analysis and the published estimate."""

    primary: int | None  # column
    published: float | None
    published_text: str = ""


@dataclass(frozen=True, slots=True)
class _Scale:
    """From estimates to mm down the sheet, and from columns to mm across."""

    low: float
    high: float
    columns: int

    def y(self, value):
        """Millimetres from the top; what lies beyond the axis is at its end."""
        share = (np.clip(value, self.low, self.high) - self.low) / (self.high - self.low)
        return TOP + CURVE * (1 - share)

    def x(self, column):
        """Middle of a column, counted from 1."""
        return MARGIN + LABELS + (np.asarray(column) - 0.5) * self.step

    @property
    def step(self):
        """Width of a column in mm."""
        return (WIDTH - 2 * MARGIN - LABELS - SIDE - GAP) / max(self.columns, 1)


def draw_specification_curve(
    columns: pd.DataFrame, tiles: pd.DataFrame, decisions, *, axis_label: str, marks: Marks
) -> Figure:
    """The curve with its tiles, a histogram of the estimates, and each decision's share of the variance.

    `columns` and `tiles` are those of stats.multiverse.curve; `decisions` a list of (name, labels of
    its options, percent of the variance) in the order of the tiles' places; those with one option
    are not drawn.
    """
    drawn = [(place, one) for place, one in enumerate(decisions) if len(one[1]) > 1]
    height = TOP + CURVE + 6 + sum(BLOCK + TILE * len(one[1]) for _, one in drawn) + 12
    with house_style():
        figure, plane = blank_sheet(height)
        scale = _scale(columns, marks)
        if len(columns):
            _axis(plane, scale, axis_label)
            _estimates(plane, columns, scale)
            _marks(plane, columns, scale, marks)
            _histogram(plane, columns, scale)
        else:
            write(
                plane,
                (WIDTH / 2, TOP + CURVE / 2),
                "No universe has an estimate",
                BODY,
                align="center",
            )
        bottom = _decisions(plane, tiles, drawn, scale)
        _legend(plane, bottom + 4, columns)
    return figure


def _scale(columns, marks):
    """An axis that holds every estimate, zero, and of the intervals as much as is near."""
    values = [*columns["beta"], 0.0, *([] if marks.published is None else [marks.published])]
    low, high = min(values), max(values)
    room = 0.6 * ((high - low) or 1.0)
    ends = (columns["inner_lb"].min(), columns["inner_ub"].max()) if len(columns) else (low, high)
    return _Scale(
        max(low - room, min(ends[0], low)), min(high + room, max(ends[1], high)), len(columns)
    )


def _axis(plane: Axes, scale: _Scale, label: str):
    """Ticks at the left of the curve, zero as a line, the name of the axis above."""
    left, right = scale.x(0.5), scale.x(scale.columns + 0.5)
    write(plane, (MARGIN, TOP - 4.0), wrap(label, WIDTH - 2 * MARGIN, BOLD, lines=1)[0], BOLD)
    for tick in ticks(scale.low, scale.high):
        y = scale.y(tick)
        plane.plot([left - 1, right], [y, y], color=RULE, linewidth=HAIRLINE / 2, zorder=0)
        write(plane, (left - 2, y), f"{tick + 0.0:g}".replace("-", "\u2212"), DETAIL, align="right")
    plane.plot([left, right], [scale.y(0.0)] * 2, color=INK, linewidth=HAIRLINE, zorder=1)


def _estimates(plane: Axes, columns, scale: _Scale):
    """Each column's widest interval pale, its narrowest darker, its estimate as a dot."""
    x = scale.x(columns["column"])
    for name, width, colour in (("ci", 0.8, TINT), ("inner", 0.45, None)):
        low, high = columns[f"{name}_lb"].to_numpy(), columns[f"{name}_ub"].to_numpy()
        for state, own in COLOURS.items():
            here = (columns["state"] == state).to_numpy() & np.isfinite(low)
            shade = colour or _paler(own)
            _bars(
                plane, x[here], scale.y(low[here]), scale.y(high[here]), width * scale.step, shade
            )
    for state, colour in COLOURS.items():
        here = (columns["state"] == state).to_numpy()
        hollow = {"mfc": PAPER, "mew": HAIRLINE} if state == "single" else {"mew": 0}
        size = min(3.2, max(1.4, scale.step * 2.2))
        y = scale.y(columns["beta"].to_numpy()[here])
        plane.plot(
            x[here],
            y,
            "o",
            color=colour if not hollow.get("mfc") else GREY,
            markersize=size,
            zorder=4,
            **hollow,
        )


def _paler(colour):
    """The colour half way to white."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(255 + part) // 2:02x}" for part in (red, green, blue))


def _bars(plane, x, top, bottom, width, colour):
    """Upright bars as one path: hundreds of single ones would make a heavy file."""
    if not len(x):
        return
    _path(
        plane,
        [
            (a - width / 2, min(b, c), width, abs(b - c))
            for a, b, c in zip(x, top, bottom, strict=True)
        ],
        colour,
        2,
    )


def _path(plane, boxes, colour, zorder):
    """Boxes (x, y, width, height) as one filled path."""
    vertices, codes = [], []
    for x, y, w, h in boxes:
        vertices += [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    plane.add_patch(PathPatch(Path(vertices, codes), facecolor=colour, linewidth=0, zorder=zorder))


def _marks(plane, columns, scale: _Scale, marks: Marks):
    """The published estimate as a line, the primary analysis as a diamond."""
    left, right = scale.x(0.5), scale.x(scale.columns + 0.5)
    if marks.published is not None:
        y = scale.y(marks.published)
        plane.plot(
            [left, right], [y, y], color=SECOND, linewidth=LINE, linestyle=(0, (4, 2)), zorder=3
        )
        face = Face(size=SMALL, colour=SECOND)
        write(plane, (left + 1, y - 2.0), words(marks.published_text), face)
    if marks.primary is not None:
        own = columns[columns["column"] == marks.primary].iloc[0]
        x, y = float(scale.x(marks.primary)), float(scale.y(own["beta"]))
        plane.plot([x], [y], "D", color=SECOND, markersize=5, mec=PAPER, mew=HAIRLINE, zorder=6)
        end = x + 2 + text_width("primary analysis", DETAIL) > right
        write(
            plane,
            (x - 2 if end else x + 2, y + 3.2),
            "primary analysis",
            DETAIL,
            align="right" if end else "left",
        )


def _histogram(plane, columns, scale: _Scale):
    """How many universes have an estimate of each size, on the axis of the curve."""
    left = scale.x(scale.columns + 0.5) + GAP
    count, edges = np.histogram(
        columns["beta"], bins=BINS, range=(scale.low, scale.high), weights=columns["universes"]
    )
    longest = max(count.max(), 1)
    boxes = [
        (left, scale.y(high), (SIDE - 2) * number / longest, scale.y(low) - scale.y(high) - 0.3)
        for number, low, high in zip(count, edges[:-1], edges[1:], strict=True)
        if number
    ]
    _path(plane, boxes, _paler(ACCENT), 2)
    plane.plot([left, left], [TOP, TOP + CURVE], color=RULE, linewidth=HAIRLINE)
    write(plane, (left, TOP - 4.0), "universes", DETAIL)


def _decisions(plane, tiles, drawn, scale: _Scale):
    """The blocks of tiles with their names, options and bars; returns where they end."""
    y, right = TOP + CURVE + 6, scale.x(scale.columns + 0.5) + GAP
    largest = max((one[2] for _, one in drawn if np.isfinite(one[2])), default=0)
    if drawn:
        write(plane, (right, y), "share of variance", DETAIL)
    for place, (name, labels, percent) in drawn:
        write(plane, (MARGIN, y), wrap(words(name), LABELS - 2, BOLD, lines=1)[0], BOLD)
        own = tiles[tiles["decision"] == place]
        for option, label in enumerate(labels):
            middle = y + BLOCK / 2 + TILE * (option + 0.5) + 0.4
            line = wrap(words(label), LABELS - 6, DETAIL, lines=1)[0]
            write(plane, (MARGIN + LABELS - 3, middle), line, DETAIL, align="right")
            _row(plane, own[own["option"] == option], middle, scale)
        if np.isfinite(percent):
            middle = y + BLOCK / 2 + TILE * len(labels) / 2 + 0.4
            length = 0.45 * SIDE * percent / largest if largest else 0
            plane.add_patch(
                Rectangle((right, middle - 1.2), length, 2.4, facecolor=_paler(ACCENT), linewidth=0)
            )
            write(plane, (right + length + 1, middle), f"{percent:.0f}%", DETAIL)
        y += BLOCK + TILE * len(labels)
    return y - BLOCK / 2 + 1


def _row(plane, own, middle, scale: _Scale):
    """The tiles of one option, darker where more of a column takes it."""
    left = float(scale.x(0.5))
    plane.plot(
        [left, float(scale.x(scale.columns + 0.5))],
        [middle, middle],
        color=TINT,
        linewidth=HAIRLINE,
        zorder=0,
    )
    upper = np.inf
    for least, colour in SHADES:
        here = own[(own["share"] > least) & (own["share"] <= upper)]
        upper = least
        boxes = [
            (
                float(scale.x(column)) - 0.42 * scale.step,
                middle - TILE * 0.36,
                0.84 * scale.step,
                TILE * 0.72,
            )
            for column in here["column"]
        ]
        if boxes:
            _path(plane, boxes, colour, 3)


def _legend(plane, y, columns):
    """What the colours of the curve mean; only those that are there."""
    x = MARGIN
    for state, label in LEGEND:
        if not (columns["state"] == state).any():
            continue
        hollow = {"mfc": PAPER, "mec": GREY} if state == "single" else {"mew": 0}
        plane.plot([x + 1], [y], "o", color=COLOURS[state], markersize=3.2, **hollow)
        write(plane, (x + 3, y), label, DETAIL)
        x += 8 + text_width(label, DETAIL)
