"""The forest plot: one line per row, estimates as marks on a common axis, the numbers beside it."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from workflow.lib.errors import TableError
from workflow.lib.figures.forest_axis import (
    TICKS_HEIGHT,
    Legend,
    draw_foot,
    draw_ticks,
    fit_scale,
    lay_foot,
)
from workflow.lib.figures.forest_columns import (
    INDENT,
    PADDING,
    Columns,
    Line,
    break_heads,
    break_row,
    measure,
)
from workflow.lib.figures.forest_lights import draw_strip, strip_of
from workflow.lib.figures.forest_looks import Look, look_of
from workflow.lib.figures.forest_marks import Pen, draw_mark, heaviest
from workflow.lib.figures.forest_rows import read_rows
from workflow.lib.figures.style import (
    BODY,
    BOLD,
    HAIRLINE,
    INK,
    MARGIN,
    PAPER,
    WIDTH,
    as_lines,
    blank_sheet,
    block_height,
    house_style,
    words,
    write_block,
)

NOTHING_POOLED = "No study could be pooled"

SENTENCE_HEIGHT = 9.0  # mm that the sentence takes where there is no axis
TALL = 240.0  # mm of rows, about a page, beyond which the axis stands at both ends
BREATH = 1.8  # mm more above a heading and above the first summary
HOUSE = look_of()
SUMMARIES = ("pooled", "subtotal")


@house_style()
def draw_forest(
    rows: pd.DataFrame,
    *,
    axis_label: str,
    null: float | None = 0.0,
    favours: tuple[str, str] | None = None,
    columns: tuple[str, ...],
    look: Look = HOUSE,
) -> Figure:
    """A forest plot of rows (kind, slab, detail, yi, ci_lb, ci_ub, weight, text, weight_text).

    Parameters
    ----------
    rows
        From top to bottom. study: square sized by weight (percent) on its interval, hollow without
        one; narrated: hollow square without interval, before the name when there is no yi; pooled
        and subtotal: diamond; comparison: hollow diamond; prediction: bar with end ticks, under its
        distribution if there are columns spread and df; heading; note. A column
        lights ("D1=low;overall=high") puts risk of bias beside a row, on a sheet that is wider by it.
    axis_label, null, favours
        Words under the axis, the value of no effect, what lies to its left and to its right (None:
        the direction is not stated, nothing is printed).
    columns
        Words over the labels, the estimates and the weights, in this order; fewer leave blanks.
    look
        Colours, order of the columns, and whether the axis names ratios; see `forest_looks.look_of`.

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
    places = measure(entries, heads, look.order)
    head = break_heads(heads if any(heads) or not strip_of(entries) else ("\u00a0", "", ""), places)
    lines = [break_row(row, places) for row in entries]
    return _draw((head, lines), places, Legend(axis_label, null, favours, look.marks), look)


def _draw(table: tuple[Line, list[Line]], places: Columns, legend: Legend, look: Look) -> Figure:
    """The sheet with its head, its lines, the axis or the sentence in its place, and footnotes."""
    head, lines = table
    rows = [line.row for line in lines]
    body, footnotes = _part(lines)
    top = MARGIN + head.height
    middles, bottom = _stack(body, top + PADDING / 2)
    scale = foot = None
    if any(row.kind == "study" and row.has_estimate for row in rows):
        scale = fit_scale(rows, legend, places.axis)
        foot = lay_foot(scale, legend)
    tall = foot is not None and bottom - top > TALL
    if tall:  # the axis stands over the rows, too
        middles, bottom = _stack(body, top + PADDING / 2 + TICKS_HEIGHT)
    below, end = _stack(footnotes, bottom + (foot.height if foot else SENTENCE_HEIGHT))
    strip = strip_of(rows)
    figure, plane = blank_sheet(end + MARGIN, WIDTH + strip.width if strip else WIDTH)
    _draw_head(plane, head, places, top)
    if foot:
        draw_foot(plane, foot, (top + tall * TICKS_HEIGHT, bottom), look.null)
        if tall:
            draw_ticks(plane, scale, top + TICKS_HEIGHT, name="axis-above", down=False)
    else:
        _sentence(plane, places, bottom)
    for line, y in zip([*body, *footnotes], [*middles, *below], strict=True):
        _draw_words(plane, line, places, y)
    most = heaviest(rows)
    for number, (row, y) in enumerate(zip(rows, [*middles, *below], strict=True)):
        draw_mark(Pen(plane, scale, y, f"{row.kind}-{number}"), row, most, look)
    if strip:
        draw_strip(plane, strip, zip(rows, [*middles, *below], strict=True), top)
    return figure


def _part(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines beside the axis, and the long notes at the end, which go below it."""
    end = len(lines)
    while end and lines[end - 1].across:
        end -= 1
    return lines[:end], lines[end:]


def _stack(lines: Sequence[Line], top: float) -> tuple[list[float], float]:
    """Middle of the first line of each row, and the bottom of the last, in mm from the top."""
    middles, y, before = [], top, None
    for line in lines:
        kind = line.row.kind
        opens = kind == "heading" or (kind in SUMMARIES and before in {"study", "narrated"})
        opens = opens or (kind != "note" and before == "subtotal")
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
        (head.estimate, places.box("estimate")[1], "right"),
        (head.weight, places.box("weight")[1], "right"),
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
    right = (places.reason if line.row.gives_reason else places.box("estimate"))[1]
    write_block(plane, (left, y), line.label)
    write_block(plane, (right, y), line.estimate, align="right")
    write_block(plane, (places.box("weight")[1], y), line.weight, align="right")


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
