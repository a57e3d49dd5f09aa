"""The columns of a forest plot: how wide each is, where it stands, and words broken to fit it."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.lib.figures.forest_rows import Row
from workflow.lib.figures.style import (
    ASIDE,
    BODY,
    BOLD,
    DETAIL,
    MARGIN,
    WIDTH,
    as_lines,
    block_height,
    text_width,
)

INDENT = 4.0  # mm that studies stand in under their heading
GUTTER = 4.0  # mm between columns
LABEL_MIN, LABEL_MAX = 25.0, 62.0  # mm
ESTIMATE_MAX, WEIGHT_MAX = 50.0, 16.0  # mm
HEAD_MAX, REASON_MAX = 30.0, 46.0  # mm that a heading or a reason may claim for its column
PADDING = 1.7  # mm between two rows
FACES = {"pooled": BOLD, "subtotal": BOLD, "heading": BOLD, "note": ASIDE}
AXIS, ESTIMATE, WEIGHT = "axis", "estimate", "weight"


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the columns in mm; the axis takes what the words leave."""

    label: float
    estimate: float
    weight: float  # 0 without weights
    order: tuple[str, ...]  # axis, estimate and weight from left to right

    def box(self, name: str) -> tuple[float, float]:
        """Left and right end of a column; a column that is not there has no width."""
        there = [one for one in self.order if one != WEIGHT or self.weight]
        width = {ESTIMATE: self.estimate, WEIGHT: self.weight}
        taken = MARGIN + self.label + sum(width[one] for one in there if one != AXIS)
        width[AXIS] = WIDTH - MARGIN - taken - GUTTER * len(there)
        left = MARGIN + self.label
        for one in there:
            left += GUTTER
            if one == name:
                return left, left + width[one]
            left += width[one]
        return left, left

    @property
    def axis(self) -> tuple[float, float]:
        """Left and right end of the axis."""
        return self.box(AXIS)

    @property
    def reason(self) -> tuple[float, float]:
        """Left and right end of the space for a reason: the estimates, and the weights beside them."""
        ends = [self.box(ESTIMATE)]
        if self.weight and _side_by_side(self.order):
            ends.append(self.box(WEIGHT))
        return min(left for left, _ in ends), max(right for _, right in ends)


def _side_by_side(order) -> bool:
    """Whether weights and estimates are neighbours."""
    return abs(order.index(ESTIMATE) - order.index(WEIGHT)) == 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its words broken into (line, face) pairs, ready to be placed."""

    label: list
    estimate: list
    weight: list
    row: Row | None = None  # None for the words over the columns
    across: bool = False  # words that are too long for their column and run across the sheet

    @property
    def height(self) -> float:
        """Height in mm, the space to the next row included."""
        words_alone = max(map(block_height, (self.label, self.estimate, self.weight)))
        return words_alone + PADDING if words_alone else 0.0


def measure(rows: Sequence[Row], heads: Sequence[str], order: tuple[str, ...]) -> Columns:
    """Columns just wide enough for their words, within bounds that leave room for the axis."""
    broken = [_label(row, LABEL_MAX) for row in rows if not row.is_words_only]
    labels = [text_width(line, face) + INDENT for block in broken for line, face in block]
    weights = [text_width(row.weight_text, BOLD) for row in rows if row.weight_text]
    word = max((text_width(part, BOLD) for part in heads[2].split(" ")), default=0.0)
    weight = min(max(*weights, word), WEIGHT_MAX) if weights else 0.0
    estimates = [
        text_width(row.text, FACES.get(row.kind, BODY)) for row in rows if not row.gives_reason
    ]
    reasons = [text_width(row.text, ASIDE) for row in rows if row.gives_reason]
    beside = weight + GUTTER if weight and _side_by_side(order) else 0.0
    estimate = max(
        min(max(estimates, default=0.0), ESTIMATE_MAX),
        min(text_width(heads[1], BOLD), HEAD_MAX),
        min(max(reasons, default=0.0), REASON_MAX) - beside,
    )
    label = max(LABEL_MIN, max(labels, default=0.0), min(text_width(heads[0], BOLD), LABEL_MAX))
    return Columns(label + 0.1, estimate + 0.1, weight and weight + 0.1, order)


def _label(row: Row, width: float, *, lines: int = 2) -> list:
    """Name and detail of a row, each in a few lines."""
    face, room = FACES.get(row.kind, BODY), width - (INDENT if row.stands_in else 0.0)
    return as_lines(row.slab, room, face, lines=lines) + as_lines(row.detail, room, DETAIL, lines=2)


def break_row(row: Row, places: Columns) -> Line:
    """A row's words, broken to the width of their columns."""
    if row.is_words_only:
        return _break_words(row, places.label)
    face, label = FACES.get(row.kind, BODY), _label(row, places.label)
    if row.gives_reason:
        left, right = places.reason
        return Line(label, as_lines(row.text, right - left, ASIDE, lines=6), [], row)
    weight = as_lines(row.weight_text, places.weight, face, lines=2)
    return Line(label, as_lines(row.text, places.estimate, face, lines=6), weight, row)


def _break_words(row: Row, width: float) -> Line:
    """A heading or note in the column of the labels, or across the sheet if it is long."""
    limit = 3 if row.kind == "note" else 2
    if len(_label(row, width, lines=limit + 1)) > limit:
        return Line(_label(row, WIDTH - 2 * MARGIN, lines=8), [], [], row, across=True)
    return Line(_label(row, width, lines=limit), [], [], row)


def break_heads(heads: Sequence[str], places: Columns) -> Line:
    """The words over the columns, broken to their width."""
    widths = (places.label, places.estimate, places.weight)
    label, estimate, weight = (
        as_lines(head, width, BOLD, lines=3) if width else []
        for head, width in zip(heads, widths, strict=True)
    )
    return Line(label, estimate, weight)
