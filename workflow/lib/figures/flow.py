"""The PRISMA 2020 flow diagram for new reviews that searched databases and registers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from workflow.lib.figures.flow_boxes import BOX_WIDTH, PAD, TIERS, Box, read_boxes
from workflow.lib.figures.style import (
    ACCENT,
    BODY,
    GREY,
    INK,
    LINE,
    MARGIN,
    PAPER,
    PT,
    TINT,
    WIDTH,
    Face,
    blank_sheet,
    block_height,
    house_style,
    text_width,
    write,
    write_block,
)

NOTHING_KNOWN = "No count of the flow is recorded"
FORK = "studies_narrated"  # leaves the box above it, not the one beside it

BAND = 7.0  # mm, width of a phase's band
GAP = 7.0  # mm between two tiers, room for an arrow
PHASE = Face(bold=True, colour=ACCENT)


@dataclass(frozen=True, slots=True)
class Tier:
    """What stands side by side: the box on the way and the box beside it, either may be absent."""

    phase: str
    main: Box | None
    side: Box | None

    @property
    def height(self) -> float:
        """Height in mm of the taller box."""
        return max(box.height for box in (self.main, self.side) if box)


@house_style()
def draw_flow(boxes: pd.DataFrame) -> Figure:
    """A PRISMA 2020 flow diagram of boxes (box, label, n, text, detail).

    Parameters
    ----------
    boxes
        box: one of `KEYS`; label: its words; n: a count, or empty when it was not reported; text:
        the count as printed; detail: further lines. Boxes that are not in the table are not drawn.

    Raises
    ------
    TableError
        If a column is missing, a box unknown or twice, or a count no whole number of at least 0.

    Notes
    -----
    A count that was not reported is never a zero: it is grey, in italics and in a dashed border.
    """
    entries = read_boxes(boxes)
    tiers = [
        Tier(phase, entries.get(main), entries.get(side))
        for phase, main, side in TIERS
        if main in entries or side in entries
    ]
    if not tiers:
        figure, plane = blank_sheet(20)
        write(plane, (WIDTH / 2, 10), NOTHING_KNOWN, BODY, align="center")
        return figure
    placed, bands, height = _place(tiers)
    figure, plane = blank_sheet(height + MARGIN)
    for phase, top, bottom in bands:
        _draw_band(plane, phase, top, bottom)
    _draw_arrows(plane, placed)
    for tier in placed:
        for box in filter(None, (tier.main, tier.side)):
            _draw_box(plane, box)
    return figure


def _place(tiers: Sequence[Tier]) -> tuple[list[Tier], list[tuple[str, float, float]], float]:
    """Tiers with their boxes placed, bands (phase, top, bottom), and the bottom of all in mm."""
    placed, bands, y = [], [], MARGIN
    for phase in dict.fromkeys(tier.phase for tier in tiers):
        group = [tier for tier in tiers if tier.phase == phase]
        bare = sum(tier.height for tier in group) + GAP * (len(group) - 1)
        spare = max(0.0, text_width(phase, PHASE) + 2 * PAD - bare) / len(group)
        top = y
        for tier in group:
            placed.append(_at(tier, y + (tier.height + spare) / 2))
            y += tier.height + spare + GAP
        bands.append((phase, top, y - GAP))
    return placed, bands, y - GAP


def _at(tier: Tier, middle: float) -> Tier:
    """The tier, placed: boxes level with each other, the two last ones at their upper borders."""
    main, side = (box and replace(box, middle=middle) for box in (tier.main, tier.side))
    if main and side and side.key == FORK:
        top = min(main.top, side.top)
        main, side = (replace(box, middle=top + box.height / 2) for box in (main, side))
    return replace(tier, main=main, side=side)


def _draw_band(plane: Axes, phase: str, top: float, bottom: float) -> None:
    """The band of a phase with its name, read upwards."""
    band = Rectangle((MARGIN, top), BAND, bottom - top, facecolor=TINT, linewidth=0)
    plane.add_patch(band)
    plane.text(
        MARGIN + BAND / 2 + 0.365 * PHASE.size * PT,
        (top + bottom) / 2,
        phase,
        fontproperties=PHASE.font(),
        color=PHASE.colour,
        rotation=90,
        rotation_mode="anchor",
        ha="center",
        va="baseline",
        parse_math=False,
    )


def _draw_box(plane: Axes, box: Box) -> None:
    """A box and its words; dashed and grey when its count was not reported."""
    plane.add_patch(
        FancyBboxPatch(
            (box.left, box.top),
            BOX_WIDTH,
            box.height,
            boxstyle="round,pad=0,rounding_size=0.8",
            facecolor=PAPER,
            edgecolor=INK if box.reported else GREY,
            linewidth=LINE,
            linestyle="-" if box.reported else (0, (3, 2)),
            gid=f"{box.key}-{'reported' if box.reported else 'not-reported'}",
        )
    )
    first = box.middle - block_height(box.lines) / 2 + box.lines[0][1].leading / 2
    write_block(plane, (box.left + PAD, first), box.lines)


def _draw_arrows(plane: Axes, tiers: Sequence[Tier]) -> None:
    """Arrows down the main column, and from it to the boxes beside it."""
    above = None
    for tier in tiers:
        main, side = tier.main, tier.side
        if above and main:
            _arrow(plane, [(above.centre, above.bottom), (main.centre, main.top)])
        if side and side.key == FORK:
            _arrow(plane, _fork(above, side) if above else [])
        elif side and main:
            _arrow(plane, [(main.left + BOX_WIDTH, main.middle), (side.left, side.middle)])
        elif side and above:  # the box that it belongs to is not in the table
            turn = (above.centre, side.middle)
            _arrow(plane, [(above.centre, above.bottom), turn, (side.left, side.middle)])
        above = main or above


def _fork(above: Box, side: Box) -> list[tuple[float, float]]:
    """Corners of the way from a box to one that stands a tier lower and beside it."""
    turn = side.top - GAP / 2
    down = [(above.centre, above.bottom), (above.centre, turn)]
    return [*down, (side.centre, turn), (side.centre, side.top)]


def _arrow(plane: Axes, corners: Sequence[tuple[float, float]]) -> None:
    """An arrow along corners, touching the boxes at both ends; none without corners."""
    if not corners:
        return
    head = "-|>,head_length=3,head_width=1.6"
    arrow = FancyArrowPatch(path=Path(corners), arrowstyle=head, color=INK, linewidth=LINE)
    arrow.set(fill=True, joinstyle="miter", gid="arrow")
    plane.add_patch(arrow)
