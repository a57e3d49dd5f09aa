"""The sizes, the heterogeneity and the models of a collection: counts as bars, one below another."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from workflow.lib.figures.style import (
    ACCENT,
    BODY,
    BOLD,
    DETAIL,
    HAIRLINE,
    MARGIN,
    RULE,
    WIDTH,
    as_lines,
    blank_sheet,
    house_style,
    text_width,
    wrap,
    write,
    write_block,
)

GAP, STEP, BAR, HEAD = (
    7.0,
    4.6,
    3.0,
    9.5,
)  # mm between panels, from bar to bar, its height, its title
COUNT = 15.0  # mm that a count takes beside the longest bar
NAMES = 62.0  # mm, most that the names of models take
TITLES = {"k": "Studies (k)", "I2": "I² (%)", "tau2": "τ²"}


@house_style()
def draw_collection(rows: Sequence[dict], models: Sequence[dict], *, primary: str) -> Figure:
    """Three panels of counts (panel, lower, upper, count), and the share that each model finds significant.

    `models` have model, method, test, answered, significant and significant_percent; `primary` is
    the name of the model behind the panels.
    """
    panels = {name: [row for row in rows if row["panel"] == name] for name in TITLES}
    tall = max(len(own) for own in panels.values())
    below = MARGIN + HEAD + tall * STEP + GAP
    figure, plane = blank_sheet(below + HEAD + len(models) * STEP + MARGIN)
    width = (WIDTH - 2 * MARGIN - 2 * GAP) / 3
    for place, (name, own) in enumerate(panels.items()):
        total = sum(row["count"] for row in own)
        title = (TITLES[name], f"{total:,} meta-analyses" + ("" if name == "k" else f", {primary}"))
        bars = [(_class(row), row["count"], f"{row['count']:,}") for row in own]
        corner = (MARGIN + place * (width + GAP), MARGIN)
        most = max((row["count"] for row in own), default=0)
        _panel(plane, corner, width, (title, bars, most))
    bars = [
        (_named(row), row["significant_percent"] or 0.0, _share(row["significant_percent"]))
        for row in models
    ]
    title = ("Significant by model", "share of the meta-analyses that the model answers")
    _panel(plane, (MARGIN, below), WIDTH - 2 * MARGIN, (title, bars, 100.0))
    return figure


def _named(row: dict) -> str:
    return f"{row['model']} ({row['method']}, {row['test']})"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f}%"


def _class(row: dict) -> str:
    """'3', '6 to 7', '0.01 to 0.03', '100 or more'."""
    low, high = row["lower"], row["upper"]
    if row["panel"] == "k":
        if high is None:
            return f"{low:g} or more"
        return f"{low:g}" if high - low == 1 else f"{low:g} to {high - 1:g}"
    if high is None:
        return f"{low:g} or more"
    if low == high:
        return f"{low:g}"
    return f"{'>0' if low == 0 else f'{low:g}'} to {high:g}"


def _panel(plane: Axes, corner: tuple[float, float], width: float, content) -> None:
    """A title and its bars (label, length, text); `content` ends with the length of the full width."""
    (title, aside), bars, most = content
    x, y = corner
    write(plane, (x, y + 1.8), title, BOLD)
    write_block(plane, (x, y + 5.6), as_lines(aside, width, DETAIL, lines=1))
    labels = [wrap(label, NAMES, BODY, lines=1)[0] for label, _, _ in bars]
    left = x + max((text_width(label, BODY) for label in labels), default=0.0) + 1.5
    room = x + width - left - COUNT
    ends = (y + HEAD - 0.5, y + HEAD + len(bars) * STEP - 0.5)
    plane.add_line(Line2D((left, left), ends, color=RULE, linewidth=HAIRLINE))
    for number, (label, (_, length, text)) in enumerate(zip(labels, bars, strict=True)):
        middle = y + HEAD + (number + 0.4) * STEP
        end = room * length / most if most else 0.0
        write(plane, (left - 1.5, middle), label, BODY, align="right")
        plane.add_patch(Rectangle((left, middle - BAR / 2), end, BAR, color=ACCENT, linewidth=0))
        write(plane, (left + end + 1.0, middle), text, DETAIL)
