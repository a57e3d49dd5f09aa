"""What a diagnostic plot shows, as rows: points, lines, regions and cells, with the words of its axes."""

from dataclasses import dataclass

POINT, LINE, REGION, CELL = "point", "line", "region", "cell"
# what the axes hold: points and what is near; y from 0 growing downwards; x from 0; both from 0 to
# one end; all that is drawn
PLAIN, UPSIDE_DOWN, ORIGIN, SQUARE = "plain", "upside_down", "origin", "square"
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of a plot, or one corner of a line or of a region."""

    kind: str  # point, line, region or cell
    name: str  # study of a point; what a line or a region is
    x: float
    y: float
    size: float | None = None  # of a point or cell: its weight or count


@dataclass(frozen=True, slots=True)
class Plot:
    """A diagnostic plot; corners of one line or region have one name and stand in order."""

    title: str
    x_label: str
    y_label: str
    marks: tuple[Mark, ...]
    source: str  # author year
    frame: str = PLAIN

    @property
    def points(self) -> tuple[Mark, ...]:
        """The studies."""
        return tuple(mark for mark in self.marks if mark.kind == POINT)


def points(names, x, y, size=None) -> list[Mark]:
    """One point per study."""
    sizes = [None] * len(names) if size is None else [float(one) for one in size]
    rows = zip(names, x, y, sizes, strict=True)
    return [Mark(POINT, str(name), float(a), float(b), s) for name, a, b, s in rows]


def line(name, x, y, *, kind=LINE) -> list[Mark]:
    """A line or a region through points."""
    return [Mark(kind, name, float(a), float(b)) for a, b in zip(x, y, strict=True)]
