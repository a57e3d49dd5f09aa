"""The traffic-light plot: one light for each study and domain, a block for each instrument."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from workflow.lib.errors import TableError
from workflow.lib.figures.lights import (
    LEGEND_LINE,
    RADIUS,
    draw_legend,
    draw_lights,
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
    RULE,
    WIDTH,
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
COLUMNS = ("block", "slab", "outcome", "domain", "label", "level", "words")
LABEL_MIN, LABEL_MAX = 30.0, 84.0  # mm
PITCH = 8.5  # mm from light to light; less where there are many domains
PADDING = 1.6  # mm between two rows
AGAIN = 40  # rows after which the headings are repeated
OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Block:
    """One instrument: its title, its domains (id -> words), and its rows (label lines, domain -> level)."""

    title: list
    domains: dict[str, str]
    rows: list[tuple[list, dict[str, str]]]
    label: float  # mm
    pitch: float  # mm from light to light
    last: float  # mm, width of the last column where it is overall, which stands apart

    def place(self, number: int) -> float:
        """Middle of one column, mm from the left."""
        left = MARGIN + self.label + number * self.pitch
        wide = self.last if number == len(self.domains) - 1 and self.last else self.pitch
        return left + wide / 2

    @property
    def right(self) -> float:
        """Right end of the last column, mm."""
        return self.place(len(self.domains) - 1) + (self.last or self.pitch) / 2

    @property
    def key(self) -> list:
        """The domains in words, wrapped."""
        said = "; ".join(
            f"{name}\u00a0{text}" for name, text in self.domains.items() if name != OVERALL
        )
        return as_lines(said, WIDTH - 2 * MARGIN, DETAIL, lines=40)


@house_style()
def draw_traffic_light(lights: pd.DataFrame) -> Figure:
    """A traffic-light plot of lights (block, slab, outcome, domain, label, level, words), in their order.

    Raises
    ------
    TableError
        If a column is missing, a level has no light, or a study has two lights for one domain.
    """
    missing = [name for name in COLUMNS if name not in lights.columns]
    if missing:
        raise TableError(f"traffic light: column missing: {', '.join(missing)}")
    require_levels("traffic light", lights["level"])
    twice = lights[lights.duplicated(["block", "slab", "outcome", "domain"])]
    if len(twice):
        said = sorted({f"{row.slab}, {row.domain}" for row in twice.itertuples()})
        raise TableError(f"traffic light: two lights for one place: {'; '.join(said)}")
    if lights.empty:
        figure, plane = blank_sheet(20)
        write(plane, (WIDTH / 2, 10), NOTHING_JUDGED, BODY, align="center")
        return figure
    blocks = [_block(own) for _, own in lights.groupby("block", sort=False)]
    legend = legend_lines(zip(lights["level"], lights["words"], strict=True), WIDTH - 2 * MARGIN)
    height = sum(map(_height, blocks)) + len(legend) * LEGEND_LINE + 2 * MARGIN
    width = max(WIDTH, *(block.right + MARGIN for block in blocks))
    figure, plane = blank_sheet(height, width)
    y = MARGIN
    for number, block in enumerate(blocks):
        y = _draw_block(plane, block, y, number)
    draw_legend(plane, (MARGIN, y + LEGEND_LINE / 2), legend)
    return figure


def _block(own: pd.DataFrame) -> Block:
    """One block, with columns wide enough for their heads and labels that take what is left."""
    domains = {str(row.domain): words(row.label) for row in own.itertuples()}
    if OVERALL in domains:  # always the last
        domains[OVERALL] = domains.pop(OVERALL)
    room = WIDTH - 2 * MARGIN
    last = text_width(_head(OVERALL), BOLD) + 4 if OVERALL in domains else 0.0
    few = max(1, len(domains) - bool(last))
    heads = [text_width(_head(name), BOLD) for name in domains if name != OVERALL]
    least = max([2 * RADIUS, *heads]) + 0.6  # where there are many, the sheet grows instead
    pitch = max(least, min(max(PITCH, least), (room - last - LABEL_MIN) / few))
    widest = max(LABEL_MIN, min(LABEL_MAX, room - last - pitch * few))
    rows = []
    for (slab, outcome), lights in own.fillna("").groupby(["slab", "outcome"], sort=False):
        label = as_lines(words(slab), widest - 3, BODY, lines=2)
        label += as_lines(words(outcome), widest - 3, DETAIL, lines=1)
        rows.append((label, dict(zip(lights["domain"], lights["level"], strict=True))))
    label = max(text_width(line, face) for block, _ in rows for line, face in block) + 3
    title = as_lines(words(own["block"].iloc[0]), room, BOLD, lines=3)
    return Block(title, domains, rows, max(LABEL_MIN, label), pitch, last)


def _head(name: str) -> str:
    return "Overall" if name == OVERALL else name


def _row_height(label: list) -> float:
    return max(block_height(label), 2 * RADIUS) + PADDING


HEAD = BOLD.leading + PADDING


def _height(block: Block) -> float:
    """Height in mm of one block with its title, its heads, its key and the space below."""
    heads = 1 + (len(block.rows) - 1) // AGAIN
    rows = sum(_row_height(label) for label, _ in block.rows)
    return (
        block_height(block.title) + heads * HEAD + rows + block_height(block.key) + 3 * PADDING + 3
    )


def _draw_block(plane: Axes, block: Block, top: float, number: int) -> float:
    """The block, from `top`; returns where the next begins."""
    write_block(plane, (MARGIN, top + BOLD.leading / 2), block.title)
    y, lights = top + block_height(block.title) + PADDING / 2, []
    for place, (label, levels) in enumerate(block.rows):
        if place % AGAIN == 0:
            y = _draw_heads(plane, block, y)
        height = _row_height(label)
        middle = y + height / 2
        first = middle - block_height(label) / 2 + label[0][1].leading / 2 if label else middle
        write_block(plane, (MARGIN, first), label)
        lights += [
            (block.place(column), middle, levels[name])
            for column, name in enumerate(block.domains)
            if name in levels
        ]
        y += height
        _rule(plane, block, y, RULE, 0.4)
    draw_lights(plane, lights, f"lights-{number}")
    write_block(plane, (MARGIN, y + PADDING + DETAIL.leading / 2), block.key)
    return y + PADDING + block_height(block.key) + 3


def _draw_heads(plane: Axes, block: Block, y: float) -> float:
    """The heads of the columns on a thin rule; returns where the rows begin."""
    for column, name in enumerate(block.domains):
        at = (block.place(column), y + BOLD.leading / 2)
        write(plane, at, _head(name), BOLD, align="center")
    _rule(plane, block, y + HEAD, INK, HAIRLINE)
    return y + HEAD


def _rule(plane: Axes, block: Block, y: float, colour: str, width: float) -> None:
    plane.add_line(Line2D((MARGIN, block.right), (y, y), color=colour, linewidth=width, zorder=1))
