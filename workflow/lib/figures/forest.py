"""The forest plot: one line per row, estimates as marks on a common axis, the numbers beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from workflow.lib.errors import TableError
from workflow.lib.figures.forest_axis import draw_foot, fit_scale, lay_foot
from workflow.lib.figures.forest_lights import draw_strip, strip_of
from workflow.lib.figures.forest_marks import Pen, draw_mark, heaviest
from workflow.lib.figures.forest_rows import Row, read_rows
from workflow.lib.figures.style import (
    ASIDE,
    BODY,
    BOLD,
    DETAIL,
    HAIRLINE,
    INK,
    MARGIN,
    PAPER,
    WIDTH,
    as_lines,
    blank_sheet,
    block_height,
    house_style,
    text_width,
    words,
    write_block,
)

NOTHING_POOLED = "No study could be pooled"

INDENT = 4.0  # mm that studies stand in under their heading
GUTTER = 4.0  # mm between columns
LABEL_MIN, LABEL_MAX = 25.0, 62.0  # mm
ESTIMATE_MAX, WEIGHT_MAX = 50.0, 16.0  # mm
HEAD_MAX, REASON_MAX = 30.0, 46.0  # mm that a heading or a reason may claim for its column
PADDING = 1.7  # mm between two rows
SENTENCE_HEIGHT = 9.0  # mm that the sentence takes where there is no axis
BREATH = 1.8  # mm more above a heading and above the first summary
FACES = {"pooled": BOLD, "heading": BOLD, "note": ASIDE}


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the columns in mm; the axis takes what the words leave."""

    label: float
    estimate: float
    weight: float  # 0 without weights

    @property
    def right(self) -> float:
        """Right edge of the estimates."""
        return WIDTH - MARGIN - (self.weight + GUTTER if self.weight else 0.0)

    @property
    def axis(self) -> tuple[float, float]:
        """Left and right end of the axis."""
        return MARGIN + self.label + GUTTER, self.right - self.estimate - GUTTER


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its words broken into (line, face) pairs, ready to be placed."""

    label: list
    estimate: list
    weight: list
    row: Row | None = None  # None for the words over the columns
    across: bool = False  # words that are too long for their column and run across the sheet

    @property
    def height(self) -> float:
        """Height in mm, the space to the next row included."""
        words_alone = max(map(block_height, (self.label, self.estimate, self.weight)))
        return words_alone + PADDING if words_alone else 0.0


@house_style()
def draw_forest(
    rows: pd.DataFrame,
    *,
    axis_label: str,
    null: float | None = 0.0,
    favours: tuple[str, str] | None = None,
    columns: tuple[str, ...],
    ratio: bool = False,
) -> Figure:
    """A forest plot of rows (kind, slab, detail, yi, ci_lb, ci_ub, weight, text, weight_text).

    Parameters
    ----------
    rows
        From top to bottom. study: square sized by weight (percent) on its interval, hollow without
        one; narrated: hollow square without interval, before the name when there is no yi; pooled:
        diamond; comparison: hollow diamond; prediction: bar with end ticks; heading; note. A column
        lights ("D1=low;overall=high") puts risk of bias beside a row, on a sheet that is wider by it.
    axis_label, null, favours
        Words under the axis, the value of no effect, what lies to its left and to its right (None:
        the direction is not stated, nothing is printed).
    columns
        Words over the labels, the estimates and the weights, in this order; fewer leave blanks.
    ratio
        yi and its limits are logarithms: the axis is marked with the ratios behind them.

    Raises
    ------
    TableError
        If a column is missing, a kind unknown, an interval half given or without its estimate.
    """
    if len(columns) > 3:
        raise TableError(f"forest: {len(columns)} column headings for three columns")
    entries = read_rows(rows)
    if not entries:
        return _sentence_alone()
    heads = [words(head) for head in (*columns, "", "", "")[:3]]
    places = _measure(entries, heads)
    head = _break_heads(
        heads if any(heads) or not strip_of(entries) else ("\u00a0", "", ""), places
    )
    lines = [_break(row, places) for row in entries]
    return _draw(head, lines, places, ((axis_label, null, favours), ratio))


def _draw(head: Line, lines: Sequence[Line], places: Columns, words_of: tuple) -> Figure:
    """The sheet with its head, its lines, the axis or the sentence in its place, and footnotes."""
    legend, ratio = words_of
    rows = [line.row for line in lines]
    body, footnotes = _part(lines)
    top = MARGIN + head.height
    middles, bottom = _stack(body, top + PADDING / 2)
    scale = foot = None
    if any(row.kind == "study" and row.has_estimate for row in rows):
        scale = replace(fit_scale(rows, legend[1], places.axis), ratio=ratio)
        foot = lay_foot(scale, *legend)
    below, end = _stack(footnotes, bottom + (foot.height if foot else SENTENCE_HEIGHT))
    strip = strip_of(rows)
    figure, plane = blank_sheet(end + MARGIN, WIDTH + strip.width if strip else WIDTH)
    _draw_head(plane, head, places, top)
    if foot:
        draw_foot(plane, foot, top, bottom)
    else:
        _sentence(plane, places, bottom)
    for line, y in zip([*body, *footnotes], [*middles, *below], strict=True):
        _draw_words(plane, line, places, y)
    most = heaviest(rows)
    for number, (row, y) in enumerate(zip(rows, [*middles, *below], strict=True)):
        draw_mark(Pen(plane, scale, y, f"{row.kind}-{number}"), row, most)
    if strip:
        draw_strip(plane, strip, zip(rows, [*middles, *below], strict=True), top)
    return figure


def _part(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines beside the axis, and the long notes at the end, which go below it."""
    end = len(lines)
    while end and lines[end - 1].across:
        end -= 1
    return lines[:end], lines[end:]


def _measure(rows: Sequence[Row], heads: Sequence[str]) -> Columns:
    """Columns just wide enough for their words, within bounds that leave room for the axis."""
    broken = [_label(row, LABEL_MAX) for row in rows if not row.is_words_only]
    labels = [text_width(line, face) + INDENT for block in broken for line, face in block]
    weights = [text_width(row.weight_text, BOLD) for row in rows if row.weight_text]
    word = max((text_width(part, BOLD) for part in heads[2].split(" ")), default=0.0)
    weight = min(max(*weights, word), WEIGHT_MAX) if weights else 0.0
    estimates = [
        text_width(row.text, FACES.get(row.kind, BODY)) for row in rows if not row.gives_reason
    ]
    reasons = [text_width(row.text, ASIDE) for row in rows if row.gives_reason]
    beside = weight + GUTTER if weight else 0.0
    estimate = max(
        min(max(estimates, default=0.0), ESTIMATE_MAX),
        min(text_width(heads[1], BOLD), HEAD_MAX),
        min(max(reasons, default=0.0), REASON_MAX) - beside,
    )
    label = max(LABEL_MIN, max(labels, default=0.0), min(text_width(heads[0], BOLD), LABEL_MAX))
    return Columns(label=label + 0.1, estimate=estimate + 0.1, weight=weight and weight + 0.1)


def _label(row: Row, width: float, *, lines: int = 2) -> list:
    """Name and detail of a row, each in a few lines."""
    face, room = FACES.get(row.kind, BODY), width - (INDENT if row.stands_in else 0.0)
    return as_lines(row.slab, room, face, lines=lines) + as_lines(row.detail, room, DETAIL, lines=2)


def _break(row: Row, places: Columns) -> Line:
    """A row's words, broken to the width of their columns."""
    if row.is_words_only:
        return _break_words(row, places.label)
    face, label = FACES.get(row.kind, BODY), _label(row, places.label)
    if row.gives_reason:
        width = WIDTH - MARGIN - places.right + places.estimate
        return Line(label, as_lines(row.text, width, ASIDE, lines=6), [], row)
    weight = as_lines(row.weight_text, places.weight, face, lines=2)
    return Line(label, as_lines(row.text, places.estimate, face, lines=6), weight, row)


def _break_words(row: Row, width: float) -> Line:
    """A heading or note in the column of the labels, or across the sheet if it is long."""
    limit = 3 if row.kind == "note" else 2
    if len(_label(row, width, lines=limit + 1)) > limit:
        return Line(_label(row, WIDTH - 2 * MARGIN, lines=8), [], [], row, across=True)
    return Line(_label(row, width, lines=limit), [], [], row)


def _break_heads(heads: Sequence[str], places: Columns) -> Line:
    """The words over the columns, broken to their width."""
    widths = (places.label, places.estimate, places.weight)
    label, estimate, weight = (
        as_lines(head, width, BOLD, lines=3) if width else []
        for head, width in zip(heads, widths, strict=True)
    )
    return Line(label, estimate, weight)


def _stack(lines: Sequence[Line], top: float) -> tuple[list[float], float]:
    """Middle of the first line of each row, and the bottom of the last, in mm from the top."""
    middles, y, before = [], top, None
    for line in lines:
        kind = line.row.kind
        opens = kind == "heading" or (kind == "pooled" and before in {"study", "narrated"})
        y += BREATH if opens and before else 0.0
        first = line.label or line.estimate or [("", BODY)]
        middles.append(y + PADDING / 2 + first[0][1].leading / 2)
        y, before = y + max(line.height, BODY.leading), kind
    return middles, y


def _draw_head(plane: Axes, head: Line, places: Columns, top: float) -> None:
    """The words over the columns, standing on a thin rule."""
    if not head.height:
        return
    for block, x, align in (
        (head.label, MARGIN, "left"),
        (head.estimate, places.right, "right"),
        (head.weight, WIDTH - MARGIN, "right"),
    ):
        first = top - PADDING / 2 - block_height(block) + BOLD.leading / 2
        write_block(plane, (x, first), block, align=align)
    ends = (MARGIN, WIDTH - MARGIN)
    plane.add_line(Line2D(ends, (top, top), color=INK, linewidth=HAIRLINE))


def _draw_words(plane: Axes, line: Line, places: Columns, y: float) -> None:
    """A row's label to the left of the axis, its numbers to the right."""
    if line.across:  # cover the line of no effect, which would cross the words
        corner = (MARGIN, y - line.label[0][1].leading / 2 - PADDING)
        size = (WIDTH - 2 * MARGIN, block_height(line.label) + PADDING)
        plane.add_patch(Rectangle(corner, *size, color=PAPER, linewidth=0, zorder=1))
    left = MARGIN + (INDENT if line.row.stands_in else 0.0)
    right = WIDTH - MARGIN if line.row.gives_reason else places.right
    write_block(plane, (left, y), line.label)
    write_block(plane, (right, y), line.estimate, align="right")
    write_block(plane, (WIDTH - MARGIN, y), line.weight, align="right")


def _sentence(plane: Axes, places: Columns, bottom: float) -> None:
    """What is said where the axis would be."""
    left, right = places.axis
    lines = as_lines(NOTHING_POOLED, right - left, BODY, lines=3)
    write_block(plane, ((left + right) / 2, bottom + 4), lines, align="center")


def _sentence_alone() -> Figure:
    """The figure of a review without any row."""
    figure, plane = blank_sheet(20)
    write_block(plane, (WIDTH / 2, 10), [(NOTHING_POOLED, BODY)], align="center")
    return figure
