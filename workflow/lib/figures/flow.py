"""The PRISMA 2020 flow diagram: new and updated reviews, databases, registers and other sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from workflow.lib.figures.flow_arrows import GAP, draw_arrows
from workflow.lib.figures.flow_boxes import (
    EARLIER,
    MAIN,
    OTHER,
    OTHER_SIDE,
    PAD,
    SIDE,
    TIERS,
    Box,
    Frame,
    box_of,
    printed,
    read_records,
)
from workflow.lib.figures.style import (
    ACCENT,
    ASIDE,
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
    as_lines,
    blank_sheet,
    block_height,
    house_style,
    text_width,
    words,
    write,
    write_block,
)

TITLE = "PRISMA 2020 flow diagram"
NOTHING_KNOWN = "No count of the flow is recorded"
COUNTED = "Counted from the records and decisions of this review."
TRANSCRIBED = "Counts transcribed from the published text."
HEADS = ("Databases and registers", "Other methods")
FORK = "studies_narrated"  # leaves the box above it, not the one beside it

BAND = 7.0  # mm, width of a phase's band and height of a heading
HEAD = BAND + 3.0  # mm that a heading takes
CORRIDOR = 5.0  # mm, for the way from an earlier version down to the total
PHASE = Face(bold=True, colour=ACCENT)


@dataclass(frozen=True, slots=True)
class Tier:
    """What stands side by side: the boxes of one step, by column."""

    phase: str
    boxes: dict[int, Box]

    @property
    def height(self) -> float:
        """Height in mm of the tallest box."""
        return max(box.height for box in self.boxes.values())


@house_style()
def draw_flow(boxes: pd.DataFrame, *, links: Mapping[str, str] | None = None) -> Figure:
    """A PRISMA 2020 flow diagram of boxes (box, label, n, text, detail, origin).

    Parameters
    ----------
    boxes
        box: one of `KEYS`; label: its words; n: a count, or empty when it was not reported; text:
        the count as printed; detail: further lines; origin: transcribed, counted, derived or
        not_reported. Boxes that are not in the table are not drawn.
    links
        Where a click on a box leads, by box.

    Raises
    ------
    TableError
        If a column is missing, a box unknown or twice, or a count no whole number of at least 0.

    Notes
    -----
    A count that was not reported is never a zero: it is grey, in italics and in a dashed border.
    """
    records = read_records(boxes)
    tiers = _tiers(records)
    if not tiers:
        figure, plane = blank_sheet(20)
        write(plane, (WIDTH / 2, 10), NOTHING_KNOWN, BODY, align="center")
        return figure
    return _drawn(tiers, records, links or {})


def _drawn(tiers: Sequence[Tier], records: dict[str, dict], links: Mapping[str, str]) -> Figure:
    """The figure of tiers that have a box."""
    placed, bands, height = _place(tiers)
    foot = as_lines(_origins(records), WIDTH - 2 * MARGIN, ASIDE, lines=4)
    figure, plane = blank_sheet(height + MARGIN + (block_height(foot) + MARGIN if foot else 0))
    for phase, top, bottom in bands:
        _draw_band(plane, phase, top, bottom)
    if any(OTHER in tier.boxes for tier in tiers):
        _draw_heads(plane, _frame(records), next(top for name, top, _ in bands if name != EARLIER))
    draw_arrows(plane, [tier.boxes for tier in placed])
    every = [box for tier in placed for box in tier.boxes.values()]
    for box in every:
        _draw_box(plane, box)
    if foot:
        write_block(plane, (MARGIN, height + MARGIN + foot[0][1].leading / 2), foot)
    for box in every:
        _draw_link(plane, box, links.get(box.key))
    return figure


def describe_flow(boxes: pd.DataFrame) -> str:
    """The diagram in words: every box with its count and details, and where the counts come from."""
    told = [f"{name}." for name in names_of_boxes(boxes).values()]
    return " ".join(filter(None, [*told, _origins(read_records(boxes))]))


def names_of_boxes(boxes: pd.DataFrame) -> dict[str, str]:
    """box -> what it says on one line."""
    return {key: _name(key, record) for key, record in read_records(boxes).items()}


def _name(key: str, record: dict) -> str:
    """'Records identified: 200' or 'Records excluded: not reported', with the details of the box."""
    where = f"{HEADS[1]}: " if key.startswith("other_") else ""
    detail = "" if pd.isna(record["detail"]) else words(str(record["detail"]).replace("\n", ", "))
    said = f"{where}{words(record['label'])}: {printed(record)}"
    return f"{said} ({detail})" if detail else said


def _origins(records: dict[str, dict]) -> str:
    """Where the counts come from; the transcribed ones by name where others are counted."""
    origins = {key: words(record["origin"]) for key, record in records.items()}
    printed_ones = [key for key, origin in origins.items() if origin == "transcribed"]
    if "counted" not in origins.values():
        return TRANSCRIBED if printed_ones else ""
    if not printed_ones:
        return COUNTED
    named = ", ".join(words(records[key]["label"]).lower() for key in printed_ones)
    return f"{COUNTED} Transcribed from the published text: {named}."


def _frame(records: dict[str, dict]) -> Frame:
    """Two columns, or four where there are other methods; a corridor where there is a version before."""
    count = 4 if any(key.startswith("other_") for key in records) else 2
    gap = 5.0 if count == 4 else 10.0
    start = MARGIN + BAND + 3.0 + (CORRIDOR if "previous_studies" in records else 0.0)
    width = (WIDTH - MARGIN - start - gap * (count - 1)) / count
    return Frame(tuple(start + place * (width + gap) for place in range(count)), width)


def _tiers(records: dict[str, dict]) -> list[Tier]:
    """The tiers that have a box."""
    frame, tiers = _frame(records), []
    for phase, keys in TIERS:
        found = {place: box_of(key, place, records, frame) for place, key in enumerate(keys)
                 if place < len(frame.lefts)}  # fmt: skip
        found = {place: box for place, box in found.items() if box}
        if found:
            tiers.append(Tier(phase, found))
    return tiers


def _place(tiers: Sequence[Tier]) -> tuple[list[Tier], list[tuple[str, float, float]], float]:
    """Tiers with their boxes placed, bands (phase, top, bottom), and the bottom of all in mm."""
    placed, bands, y = [], [], MARGIN
    head = HEAD if any(OTHER in tier.boxes for tier in tiers) else 0.0
    for phase in dict.fromkeys(tier.phase for tier in tiers):
        if phase != EARLIER:
            y, head = y + head, 0.0
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
    boxes = {place: replace(box, middle=middle) for place, box in tier.boxes.items()}
    if any(box.key == FORK for box in boxes.values()):
        top = min(box.top for box in boxes.values())
        boxes = {n: replace(box, middle=top + box.height / 2) for n, box in boxes.items()}
    return replace(tier, boxes=boxes)


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


def _draw_heads(plane: Axes, frame: Frame, top: float) -> None:
    """The two headings above the columns of databases and of other methods, which begin at `top`."""
    top -= HEAD
    for name, first, last in ((HEADS[0], MAIN, SIDE), (HEADS[1], OTHER, OTHER_SIDE)):
        left, right = frame.lefts[first], frame.lefts[last] + frame.width
        bar = Rectangle((left, top), right - left, BAND, facecolor=TINT, linewidth=0)
        plane.add_patch(bar)
        write(plane, ((left + right) / 2, top + BAND / 2), name, PHASE, align="center")


def _draw_box(plane: Axes, box: Box) -> None:
    """A box and its words; dashed and grey when its count was not reported."""
    plane.add_patch(
        FancyBboxPatch(
            (box.left, box.top),
            box.width,
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


def _draw_link(plane: Axes, box: Box, target: str | None) -> None:
    """An invisible area over a box that can be clicked in the SVG."""
    if target:
        size = (box.width, box.height)
        area = Rectangle((box.left, box.top), *size, alpha=0, url=target, gid=f"link-{box.key}")
        plane.add_patch(area)
