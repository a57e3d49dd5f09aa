"""The summary plot of risk of bias: a bar for each domain, a block for each instrument and weighting."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from workflow.lib.errors import TableError
from workflow.lib.figures.lights import (
    LEGEND_LINE,
    RADIUS,
    TONES,
    draw_bar,
    draw_legend,
    draw_symbols,
    legend_lines,
    require_levels,
)
from workflow.lib.figures.style import (
    BODY,
    BOLD,
    DETAIL,
    HAIRLINE,
    INK,
    MARGIN,
    SMALL,
    WIDTH,
    Face,
    as_lines,
    blank_sheet,
    block_height,
    house_style,
    text_width,
    words,
    write,
    write_block,
)

NOTHING_JUDGED = "No study has been judged"
COLUMNS = ("block", "domain", "label", "level", "words", "percent")
LABEL_MAX = 66.0  # mm
BAR, PADDING = 5.0, 1.6  # mm
TICKS = (0, 25, 50, 75, 100)  # percent
FULL = 100.0 + 1e-6  # percent, with the last bits of a sum


@dataclass(frozen=True, slots=True)
class Bar:
    """One domain: its label, broken, and its segments (level, percent)."""

    label: list
    segments: list[tuple[str, float]]

    @property
    def height(self) -> float:
        """Height in mm, the space to the next bar included."""
        return max(block_height(self.label), BAR) + PADDING


@house_style()
def draw_bias_summary(shares: pd.DataFrame) -> Figure:
    """Stacked bars of shares (block, domain, label, level, words, percent), in their order.

    Raises
    ------
    TableError
        If a column is missing, a level has no light, or the segments of a bar exceed 100 percent.
    """
    missing = [name for name in COLUMNS if name not in shares.columns]
    if missing:
        raise TableError(f"bias summary: column missing: {', '.join(missing)}")
    require_levels("bias summary", shares["level"])
    sums = shares.groupby(["block", "domain"], sort=False)["percent"].sum()
    over = [f"{domain} in {block}" for (block, domain), total in sums.items() if total > FULL]
    if over:
        raise TableError(f"bias summary: more than 100 percent: {'; '.join(over)}")
    if shares.empty:
        figure, plane = blank_sheet(20)
        write(plane, (WIDTH / 2, 10), NOTHING_JUDGED, BODY, align="center")
        return figure
    return _draw(shares)


def _draw(shares: pd.DataFrame) -> Figure:
    left = _left(shares)
    blocks = [
        (_title(title), _bars(own, left)) for title, own in shares.groupby("block", sort=False)
    ]
    legend = legend_lines(zip(shares["level"], shares["words"], strict=True), WIDTH - 2 * MARGIN)
    height = sum(_height(*block) for block in blocks) + len(legend) * LEGEND_LINE + 2 * MARGIN
    figure, plane = blank_sheet(height)
    y = MARGIN
    for title, bars in blocks:
        y = _draw_block(plane, title, bars, left, y)
    draw_legend(plane, (MARGIN, y + LEGEND_LINE / 2), legend)
    return figure


def _title(title: str) -> list:
    return as_lines(words(title), WIDTH - 2 * MARGIN, BOLD, lines=3)


def _label(row) -> str:
    return "Overall" if row.domain == "overall" else f"{row.domain} {words(row.label)}"


def _left(shares: pd.DataFrame) -> float:
    """Where all bars begin, mm: after the longest label, within bounds."""
    widths = [text_width(_label(row), BOLD) for row in shares.itertuples()]
    return MARGIN + min(LABEL_MAX, max(widths)) + 3


def _bars(own: pd.DataFrame, left: float) -> list[Bar]:
    bars = []
    for _, rows in own.groupby("domain", sort=False):
        first = next(rows.itertuples())
        face = BOLD if first.domain == "overall" else BODY
        label = as_lines(_label(first), left - MARGIN - 3, face, lines=3)
        bars.append(Bar(label, list(zip(rows["level"], rows["percent"], strict=True))))
    return bars


def _height(title: list, bars: list[Bar]) -> float:
    rows = sum(bar.height for bar in bars)
    return block_height(title) + PADDING + rows + DETAIL.leading + 2 + 4


def _draw_block(plane: Axes, title: list, bars: list[Bar], left: float, top: float) -> float:
    """The block, from `top`; returns where the next begins."""
    write_block(plane, (MARGIN, top + BOLD.leading / 2), title)
    y = top + block_height(title) + PADDING
    for bar in bars:
        middle = y + bar.height / 2
        first = middle - block_height(bar.label) / 2 + bar.label[0][1].leading / 2
        write_block(plane, (MARGIN, first), bar.label)
        _draw_segments(plane, bar, left, middle)
        y += bar.height
    scale = (WIDTH - MARGIN - 3 - left) / 100
    for tick in TICKS:
        x = left + tick * scale
        plane.add_line(Line2D((x, x), (y, y + 1.2), color=INK, linewidth=HAIRLINE))
        write(plane, (x, y + 1.4 + DETAIL.leading / 2), f"{tick}%", DETAIL, align="center")
    ends = (left, left + 100 * scale)
    plane.add_line(Line2D(ends, (y, y), color=INK, linewidth=HAIRLINE))
    return y + DETAIL.leading + 2 + 4


def _draw_segments(plane: Axes, bar: Bar, left: float, middle: float) -> None:
    """The segments of one bar, each with its symbol and its share where they have room."""
    scale, x = (WIDTH - MARGIN - 3 - left) / 100, left
    for level, percent in bar.segments:
        width, text = percent * scale, f"{percent:.0f}%"
        if not width:
            continue
        draw_bar(plane, (x, middle - BAR / 2, width, BAR), level)
        face = Face(size=SMALL, colour=TONES[level].ink, bold=True)
        room = text_width(text, face) + 1.5
        sign = 2 * RADIUS if TONES[level].symbol else 0.0
        if width >= room + sign:
            write(
                plane, (x + sign + (width - sign) / 2, middle), text, face, align="center"
            ).set_zorder(4)
        if sign and width >= sign:
            centre = x + RADIUS + 0.4 if width >= room + sign else x + width / 2
            draw_symbols(plane, [(centre, middle)], level)
        x += width
