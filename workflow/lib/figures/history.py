"""The pooled estimate at each update of a living review, the oldest above."""

import pandas as pd
from matplotlib.figure import Figure

from workflow.lib.figures.style import (
    ACCENT,
    BODY,
    BOLD,
    GREY,
    HAIRLINE,
    INK,
    LINE,
    MARGIN,
    RULE,
    SMALL,
    WIDTH,
    Face,
    blank_sheet,
    house_style,
    words,
    wrap,
    write,
)
from workflow.lib.figures.ticks import ticks

TOP, ROW, FOOT = 13.0, 6.0, 15.0  # mm
LEFT, RIGHT = 62.0, 50.0  # mm for the date and the studies, and for the estimate in words
NOTE = Face(SMALL, GREY)


def draw_history(rows: pd.DataFrame, *, axis_label: str) -> Figure:
    """One line per update: date, pooled studies, estimate with its interval; zero is marked.

    `rows` have date, k, rows_added, estimate, ci_lb and ci_ub; limits and rows_added may be missing.
    """
    low = min(0.0, rows[["estimate", "ci_lb"]].min().min())
    high = max(0.0, rows[["estimate", "ci_ub"]].max().max())
    room = 0.04 * ((high - low) or 1.0)
    low, high = low - room, high + room
    bottom = TOP + ROW * len(rows)

    def x(value):
        return LEFT + (value - low) / (high - low) * (WIDTH - RIGHT - LEFT)

    with house_style():
        figure, plane = blank_sheet(bottom + FOOT)
        for place, text in ((MARGIN, "Update"), (30, "Studies"), (46, "New rows")):
            write(plane, (place, TOP - 5), text, BOLD)
        write(plane, (WIDTH - MARGIN, TOP - 5), "Estimate [interval]", BOLD, align="right")
        plane.plot([MARGIN, WIDTH - MARGIN], [TOP - 2.5] * 2, color=RULE, lw=HAIRLINE)
        plane.plot([x(0.0)] * 2, [TOP - 2.5, bottom], color=GREY, lw=HAIRLINE)
        for number, row in enumerate(rows.itertuples()):
            _line(plane, row, TOP + ROW * (number + 0.5), x)
        plane.plot([x(low), x(high)], [bottom] * 2, color=INK, lw=HAIRLINE)
        for value in ticks(low, high):
            plane.plot([x(value)] * 2, [bottom, bottom + 1], color=INK, lw=HAIRLINE)
            write(
                plane,
                (x(value), bottom + 3.5),
                f"{value:g}".replace("-", "\u2212"),
                NOTE,
                align="center",
            )
        name = wrap(words(axis_label), WIDTH - 2 * MARGIN, BODY, lines=1)[0]
        write(plane, ((x(low) + x(high)) / 2, bottom + 9), name, BODY, align="center")
    return figure


def _line(plane, row, y, x):
    """One update."""
    new = "" if pd.isna(row.rows_added) else f"{row.rows_added:.0f}"
    for place, text in ((MARGIN, row.date), (30, str(row.k)), (46, new)):
        write(plane, (place, y), text, BODY)
    shown = f"{row.estimate:.2f}"
    if not (pd.isna(row.ci_lb) or pd.isna(row.ci_ub)):
        plane.plot([x(row.ci_lb), x(row.ci_ub)], [y, y], color=ACCENT, lw=LINE)
        shown += f" [{row.ci_lb:.2f}, {row.ci_ub:.2f}]"
    plane.plot([x(row.estimate)], [y], "s", color=ACCENT, markersize=4)
    write(plane, (WIDTH - MARGIN, y), shown.replace("-", "\u2212"), BODY, align="right")
