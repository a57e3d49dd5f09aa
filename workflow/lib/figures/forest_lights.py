"""Lights of risk of bias beside a forest plot: a strip of columns to the right of the sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from workflow.lib.errors import TableError
from workflow.lib.figures.forest_rows import Row
from workflow.lib.figures.lights import RADIUS, draw_lights, require_levels
from workflow.lib.figures.style import BOLD, HAIRLINE, INK, MARGIN, WIDTH, text_width, write

HEADS = {"overall": "Overall"}  # all others are printed as they are
BEFORE = 3.0  # mm between the sheet and the strip
PITCH = 2 * RADIUS + 0.8  # mm, the least width of a column


@dataclass(frozen=True, slots=True)
class Strip:
    """The columns: name -> (left, right) in mm from the left of the sheet, and what they add to it."""

    columns: dict[str, tuple[float, float]]
    width: float


def lights_of(row: Row) -> dict[str, str]:
    """Column -> level of one row; nothing without lights.

    Raises
    ------
    TableError
        If the cell is not of the form D1=low;overall=high, or a level has no light.
    """
    pairs = [part.partition("=") for part in row.lights.split(";") if part]
    if any(not (name and sign) for name, sign, _ in pairs):
        raise TableError(f"forest: {row.slab!r}: lights {row.lights!r}; write D1=low;overall=high")
    require_levels("forest", [level for _, _, level in pairs])
    return {name: level for name, _, level in pairs}


def strip_of(rows: Sequence[Row]) -> Strip | None:
    """The columns that any row has a light in, overall last; None without lights."""
    names = dict.fromkeys(name for row in rows for name in lights_of(row))
    ordered = [name for name in names if name not in HEADS] + [n for n in names if n in HEADS]
    columns, x = {}, WIDTH - MARGIN + BEFORE
    for name in ordered:
        width = max(PITCH, text_width(HEADS.get(name, name), BOLD) + 1.2)
        columns[name] = (x, x + width)
        x += width
    return Strip(columns, x + MARGIN - WIDTH) if columns else None


def draw_strip(plane: Axes, strip: Strip, rows: Iterable[tuple[Row, float]], top: float) -> None:
    """The heads of the columns on the rule at `top`, and the lights of each (row, middle in mm)."""
    for name, (left, right) in strip.columns.items():
        at = ((left + right) / 2, top - BOLD.leading / 2 - 0.85)
        write(plane, at, HEADS.get(name, name), BOLD, align="center")
    ends = (WIDTH - MARGIN, WIDTH + strip.width - MARGIN)
    plane.add_line(Line2D(ends, (top, top), color=INK, linewidth=HAIRLINE))
    lights = []
    for row, y in rows:
        for name, level in lights_of(row).items():
            left, right = strip.columns[name]
            lights.append(((left + right) / 2, y, level))
    draw_lights(plane, lights, "lights")
