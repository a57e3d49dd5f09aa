"""Lights for judgements of risk of bias: a colour that any colour vision tells apart, and a symbol."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import Circle, Rectangle

from workflow.lib.errors import TableError
from workflow.lib.figures.style import (
    DETAIL,
    GREY,
    HAIRLINE,
    INK,
    PAPER,
    PT,
    SECOND,
    Face,
    text_width,
    words,
    wrap,
    write,
)

RADIUS = 1.9  # mm
GAP = 3.0  # mm between two entries of a legend
LEGEND_TEXT = 2 * RADIUS + 1.2  # mm from the left of an entry to its words
LEGEND_LINE = 2 * RADIUS + 1.6  # mm
STROKES = {"+": (0, 90), "−": (0,), "×": (45, 135)}  # angles, degrees


@dataclass(frozen=True, slots=True)
class Tone:
    """How a level is shown: fill, colour of its symbol, symbol and words."""

    fill: str
    ink: str
    symbol: str
    words: str


# Okabe and Ito (2008), from light to dark where bias is graver; symbols as in robvis (McGuinness &
# Higgins 2021): the colour is never the only sign.
TONES = {
    "low": Tone("#56B4E9", INK, "+", "low"),
    "some": Tone("#F0E442", INK, "−", "some concerns or moderate"),
    "high": Tone(SECOND, PAPER, "×", "high or serious"),
    "critical": Tone("#6b1200", PAPER, "!", "critical"),
    "unclear": Tone("#c8c8c8", INK, "?", "unclear or no information"),
    "none": Tone(PAPER, GREY, "", "not applicable"),
    "not_rated": Tone(PAPER, GREY, "", "not judged with it"),
}


def require_levels(figure: str, levels) -> None:
    """Nothing, if every level has a light.

    Raises
    ------
    TableError
        With every level that has none.
    """
    unknown = sorted({str(one) for one in levels} - set(TONES))
    if unknown:
        raise TableError(
            f"{figure}: no light for {', '.join(unknown)}; levels are {', '.join(TONES)}"
        )


def draw_lights(plane: Axes, lights: Iterable[tuple[float, float, str]], name: str) -> None:
    """Discs with their symbols, centred on (x, y) in mm; those of one level are one group of the file."""
    places = {}
    for x, y, level in lights:
        places.setdefault(level, []).append((x, y))
    for level in (one for one in TONES if one in places):
        discs = PatchCollection([Circle(at, RADIUS) for at in places[level]], zorder=3)
        discs.set(facecolor=TONES[level].fill, edgecolor=_edge(level), linewidth=HAIRLINE)
        discs.set_gid(f"{name}-{level}")
        plane.add_collection(discs, autolim=False)
        draw_symbols(plane, places[level], level)


def _edge(level: str) -> str:
    return GREY if level in ("none", "not_rated") else INK


def draw_symbols(plane: Axes, places: Sequence[tuple[float, float]], level: str) -> None:
    """The symbol of a level, centred on each place (mm): strokes, or a sign where strokes make none."""
    tone, strokes = TONES[level], []
    for at in places if tone.symbol in ("!", "?") else ():
        face = Face(size=1.25 * RADIUS / PT, colour=tone.ink, bold=True)
        write(plane, at, tone.symbol, face, align="center").set_zorder(4)
    for angle in STROKES.get(tone.symbol, ()):
        dx, dy = (0.58 * RADIUS * turn(math.radians(angle)) for turn in (math.cos, math.sin))
        strokes += [((x - dx, y - dy), (x + dx, y + dy)) for x, y in places]
    if strokes:
        lines = LineCollection(strokes, colors=tone.ink, linewidths=1.3, zorder=4)
        plane.add_collection(lines, autolim=False)


def legend_lines(pairs: Iterable[tuple[str, str]], width: float) -> list:
    """Entries (left in mm, level, its words) in as many lines as `width` asks for.

    `pairs` are (level, words) of what is shown: a level says all the words that it stands for.
    """
    said = {}
    for level, text in pairs:
        said.setdefault(level, {})[words(text) or TONES[level].words] = None
    lines, x = [[]], 0.0
    for level in (one for one in TONES if one in said):
        text = wrap(", ".join(said[level]), width - LEGEND_TEXT, DETAIL, lines=1)[0]
        wide = LEGEND_TEXT + text_width(text, DETAIL)
        if x and x + wide > width:
            lines, x = [*lines, []], 0.0
        lines[-1].append((x, level, text))
        x += wide + GAP
    return lines


def draw_legend(plane: Axes, at: tuple[float, float], lines) -> None:
    """The legend of `legend_lines`, its first line centred on `at`."""
    left, y = at
    for entries in lines:
        draw_lights(plane, [(left + x + RADIUS, y, level) for x, level, _ in entries], "legend")
        for x, _, text in entries:
            write(plane, (left + x + LEGEND_TEXT, y), text, DETAIL)
        y += LEGEND_LINE


def draw_bar(plane: Axes, box: tuple[float, float, float, float], level: str) -> None:
    """A segment (left, top, width, height in mm) of a bar in the colour of its level."""
    left, top, width, height = box
    tone = TONES[level]
    plane.add_patch(
        Rectangle(
            (left, top),
            width,
            height,
            facecolor=tone.fill,
            edgecolor=_edge(level),
            linewidth=HAIRLINE,
            linestyle="-" if level != "not_rated" else (0, (2, 2)),
            zorder=2,
        )
    )
