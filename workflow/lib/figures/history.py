"""The pooled estimate at each update of a living review, the oldest above."""

from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from workflow.lib.figures.forest_axis import INSET, Scale, draw_ticks
from workflow.lib.figures.style import (
    ACCENT,
    BODY,
    BOLD,
    GREY,
    HAIRLINE,
    LINE,
    MARGIN,
    RULE,
    WIDTH,
    blank_sheet,
    house_style,
    words,
    wrap,
    write,
)

TOP, ROW, FOOT = 13.0, 6.0, 15.0  # mm
LEFT, RIGHT = 62.0, 50.0  # mm for the date and the studies, and for the estimate in words
Told = Callable[[float], str]


def draw_history(
    rows: pd.DataFrame, *, axis_label: str, told: Told, marks: str = "plain"
) -> Figure:
    """One line per update: date, pooled studies, estimate with its interval; no effect is marked.

    `rows` have date, k, rows_added, estimate, ci_lb and ci_ub; limits and rows_added may be missing.
    `told` prints an estimate as it is read, and `marks` is what the axis names: plain, log (ratios), z or logit.
    """
    bottom = TOP + ROW * len(rows)
    scale = _scale(rows, marks)
    with house_style():
        figure, plane = blank_sheet(bottom + FOOT)
        for place, text in ((MARGIN, "Update"), (30, "Studies"), (46, "New rows")):
            write(plane, (place, TOP - 5), text, BOLD)
        write(plane, (WIDTH - MARGIN, TOP - 5), "Estimate [interval]", BOLD, align="right")
        plane.plot([MARGIN, WIDTH - MARGIN], [TOP - 2.5] * 2, color=RULE, lw=HAIRLINE)
        if marks != "logit":  # a proportion has no value of no effect
            plane.plot([scale.place(0.0)] * 2, [TOP - 2.5, bottom], color=GREY, lw=HAIRLINE)
        for number, row in enumerate(rows.itertuples()):
            _line(plane, row, TOP + ROW * (number + 0.5), scale, told)
        draw_ticks(plane, scale, bottom)
        name = wrap(words(axis_label), WIDTH - 2 * MARGIN, BODY, lines=1)[0]
        write(plane, ((scale.left + scale.right) / 2, bottom + 9), name, BODY, align="center")
    return figure


def _scale(rows, marks):
    """The axis of the forest plot, over all intervals and no effect."""
    found = rows[["estimate", "ci_lb", "ci_ub"]].astype(float)
    low, high = found.min().min(), found.max().max()
    if marks != "logit":
        low, high = min(0.0, low), max(0.0, high)
    low, high = (0.0, 1.0) if pd.isna(low) or pd.isna(high) else (low, high)
    room = 0.04 * ((high - low) or 1.0)
    return Scale(low - room, high + room, LEFT + INSET, WIDTH - RIGHT - INSET, marks)


def _line(plane, row, y, scale, told):
    """One update."""
    new = "" if pd.isna(row.rows_added) else f"{row.rows_added:.0f}"
    for place, text in ((MARGIN, row.date), (30, str(row.k)), (46, new)):
        write(plane, (place, y), text, BODY)
    shown = told(row.estimate)
    if not (pd.isna(row.ci_lb) or pd.isna(row.ci_ub)):
        ends = [scale.place(row.ci_lb), scale.place(row.ci_ub)]
        plane.plot(ends, [y, y], color=ACCENT, lw=LINE)
        shown += f" [{told(row.ci_lb)}, {told(row.ci_ub)}]"
    plane.plot([scale.place(row.estimate)], [y], "s", color=ACCENT, markersize=4)
    write(plane, (WIDTH - MARGIN, y), shown.replace("-", "\u2212"), BODY, align="right")
