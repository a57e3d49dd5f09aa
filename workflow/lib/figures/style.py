"""The look that all figures share: colours, lettering, the blank sheet and the bytes of the file.

Every figure is drawn on a sheet measured in millimetres, y growing downwards, so that a length in
the code is a length on paper. Words are measured before they are placed.
"""

import io
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from matplotlib import style as sheets
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from pandas import isna

from workflow.lib.errors import RenderError

MM = 1 / 25.4  # inches in a millimetre
PT = 25.4 / 72  # millimetres in a point
WIDTH = 180.0  # mm, two columns of a journal
MARGIN = 3.0  # mm
DPI = 200

# Okabe and Ito (2008): told apart by readers with any colour vision.
INK = "#1a1a1a"
ACCENT = "#0072B2"
SECOND = "#D55E00"
GREY = "#595959"
RULE = "#b3b3b3"
TINT = "#e8f1f7"
PAPER = "#ffffff"

SIZE, SMALL = 8.0, 7.0  # pt
HAIRLINE, LINE, HEAVY = 0.6, 1.0, 1.4  # pt

# DejaVu Sans comes with matplotlib, so every machine measures the same widths; a browser that
# lacks it, or a script that it lacks, goes on down the list.
FAMILY = ["DejaVu Sans", "sans-serif"]
HOUSE = {
    "font.family": FAMILY,
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Noto Sans", "Arial Unicode MS"],
    "svg.fonttype": "none",
    "svg.hashsalt": "systematic-review",
    "text.usetex": False,
    "text.parse_math": False,
}
SLACK = 1.03  # browsers set the same font up to this much wider
BREAKS = re.compile(r"(?<! [=<>≤≥±]) (?![=<>≤≥±][ \d])")  # spaces, but not those beside a sign
METADATA = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "png": {"Software": None},
}


@dataclass(frozen=True, slots=True)
class Face:
    """How a piece of text looks."""

    size: float = SIZE  # pt
    colour: str = INK
    bold: bool = False
    italic: bool = False

    @property
    def leading(self) -> float:
        """Distance between two baselines in mm; leaves room for scripts taller than Latin."""
        return 1.3 * self.size * PT

    def font(self) -> FontProperties:
        """The face as matplotlib asks for it."""
        return FontProperties(
            family=FAMILY,
            size=self.size,
            weight="bold" if self.bold else "normal",
            style="italic" if self.italic else "normal",
        )


BODY = Face()
BOLD = Face(bold=True)
DETAIL = Face(size=SMALL, colour=GREY)
ASIDE = Face(size=SMALL, colour=GREY, italic=True)
MISSING = Face(colour=GREY, italic=True)


@contextmanager
def house_style() -> Iterator[None]:
    """The house's settings over matplotlib's own defaults, and the caller's again afterwards.

    Notes
    -----
    A glyph that DejaVu lacks is a box in the PNG and real text in the SVG, where the browser
    finds a font for it: that one warning is expected and silenced, no other.
    """
    with sheets.context(["default", HOUSE]), warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=r"Glyph \d+ .* missing from font", category=UserWarning
        )
        yield


def figure_bytes(figure: Figure, format: str) -> bytes:
    """The file of a figure, "svg" or "png", the same bytes each time.

    Raises
    ------
    RenderError
        If `format` is neither.
    """
    if format not in METADATA:
        raise RenderError(f"figure: format {format!r} is not known; use 'svg' or 'png'")
    target = io.BytesIO()
    with house_style():
        figure.savefig(target, format=format, dpi=DPI, facecolor=PAPER, metadata=METADATA[format])
    return target.getvalue()


def blank_sheet(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """A white figure of `width` x `height` mm, and its plane in mm from the top left."""
    figure = Figure(figsize=(width * MM, height * MM), facecolor=PAPER)
    plane = figure.add_axes((0, 0, 1, 1))
    plane.set(xlim=(0, width), ylim=(height, 0))
    plane.set_axis_off()
    return figure, plane


def words(value: object) -> str:
    """A cell as one line of text; missing is empty, characters that XML forbids are replaced."""
    if isna(value):
        return ""
    line = re.sub(r"[ \t\r\n]+", " ", str(value)).strip()
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", line)


@lru_cache(maxsize=1)
def _ruler() -> RendererAgg:
    return RendererAgg(1, 1, 720)  # fine enough that rounding to pixels does not show


@lru_cache(maxsize=20_000)
def text_width(line: str, face: Face) -> float:
    """Width of a line in mm; a full-width character counts at least its em, drawn or not.

    Call it, and all that wraps, within `house_style`, as every drawing function is.
    """
    if not line:
        return 0.0
    pixels, _, _ = _ruler().get_text_width_height_descent(line, face.font(), False)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return SLACK * max(pixels / 720 * 25.4, wide * face.size * PT)


def wrap(text: str, width: float, face: Face, *, lines: int) -> list[str]:
    """The text in at most `lines` lines of `width` mm; what is left over becomes an ellipsis."""
    found = list(islice(_lines(text, width, face), lines + 1))
    if len(found) <= lines:
        return found
    last = found[lines - 1]
    while last and text_width(last + "…", face) > width:
        last = last[:-1]
    return [*found[: lines - 1], last.rstrip() + "…"]


def _lines(text: str, width: float, face: Face) -> Iterator[str]:
    """Lines broken at spaces, one after the other; "n = 21" stays together."""
    line = ""
    for token in BREAKS.split(text):
        trial = f"{line} {token}" if line else token
        if text_width(trial, face) <= width:
            line = trial
            continue
        if line:
            yield line
        *full, line = _pieces(token, width, face)
        yield from full
    if line:
        yield line


def _pieces(token: str, width: float, face: Face) -> Iterator[str]:
    """A token without spaces, broken between characters where it is wider than the line."""
    piece = ""
    for character in token:
        joins = unicodedata.combining(character) or not piece
        if not joins and text_width(piece + character, face) > width:
            yield piece
            piece = ""
        piece += character
    yield piece


def write(plane: Axes, at: tuple[float, float], line: str, face: Face, *, align="left") -> Text:
    """One line of text, its capitals centred on `at` (mm); never read as mathematics."""
    x, y = at
    return plane.text(
        x,
        y + 0.365 * face.size * PT,  # half the height of a capital in DejaVu Sans
        line,
        fontproperties=face.font(),
        color=face.colour,
        ha=align,
        va="baseline",
        parse_math=False,
    )


def write_block(plane: Axes, at: tuple[float, float], lines, *, align="left") -> None:
    """Lines (text, face) one under the other, the first centred on `at`."""
    x, y = at
    for number, (line, face) in enumerate(lines):
        y += face.leading if number else 0
        write(plane, (x, y), line, face, align=align)


def block_height(lines) -> float:
    """Height in mm that lines (text, face) take."""
    return sum(face.leading for _, face in lines)


def as_lines(text: str, width: float, face: Face, *, lines: int) -> list[tuple[str, Face]]:
    """A text wrapped into (line, face) pairs."""
    return [(line, face) for line in wrap(text, width, face, lines=lines)]
