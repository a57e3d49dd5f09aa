"""The arrows of a flow diagram: down the columns, aside, and together into the included studies."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from workflow.lib.figures.flow_boxes import MAIN, OTHER, OTHER_SIDE, SIDE, Box
from workflow.lib.figures.style import INK, LINE

GAP = 7.0  # mm between two tiers, room for an arrow
ASIDE = 3.0  # mm left of the boxes, where the way from an earlier version runs
PREVIOUS, INCLUDED, TOTAL, FORK = (
    *("previous_studies", "studies_included"),
    *("total_studies", "studies_narrated"),
)
Corners = Sequence[tuple[float, float]]


def draw_arrows(plane: Axes, tiers: Sequence[Mapping[int, Box]]) -> None:
    """Every arrow between placed boxes; `tiers` have them by column."""
    for start, aside in ((MAIN, SIDE), (OTHER, OTHER_SIDE)):
        for corners in _column(tiers, start, aside):
            _arrow(plane, corners)
    named = {box.key: box for tier in tiers for box in tier.values()}
    for corners in (_joining(tiers, named), _around(named)):
        _arrow(plane, corners)


def _column(tiers: Sequence[Mapping[int, Box]], start: int, aside: int) -> list[Corners]:
    """Arrows down one column, and from it to the boxes beside it."""
    above, found = None, []
    for tier in tiers:
        main, side = tier.get(start), tier.get(aside)
        if main and main.key == PREVIOUS:
            continue  # its way leads around
        if above and main:
            x = min(above, main, key=lambda box: box.width).centre  # one may be wider
            found.append([(x, above.bottom), (x, main.top)])
        if side and side.key == FORK:
            found.append(_fork(above, side) if above else [])
        elif side and main:
            found.append([(main.right, main.middle), (side.left, side.middle)])
        elif side and above:  # the box that it belongs to is not in the table
            turn = (above.centre, side.middle)
            found.append([(above.centre, above.bottom), turn, (side.left, side.middle)])
        above = main or above
    return found


def _fork(above: Box, side: Box) -> Corners:
    """Corners of the way from a box to one that stands a tier lower and beside it."""
    turn, start = side.top - GAP / 2, above.left + side.width / 2
    return [(start, above.bottom), (start, turn), (side.centre, turn), (side.centre, side.top)]


def _joining(tiers: Sequence[Mapping[int, Box]], named: Mapping[str, Box]) -> Corners:
    """The way from the last box of other methods into the included studies."""
    last = next((tier[OTHER] for tier in reversed(tiers) if OTHER in tier), None)
    target = named.get(INCLUDED) or named.get(TOTAL)
    if not (last and target):
        return []
    return [
        (last.centre, last.bottom),
        (last.centre, target.middle),
        (target.right, target.middle),
    ]


def _around(named: Mapping[str, Box]) -> Corners:
    """The way from the earlier version to the total, left of all boxes."""
    first, last = named.get(PREVIOUS), named.get(TOTAL)
    if not (first and last):
        return []
    x = first.left - ASIDE
    return [
        (first.left, first.middle),
        (x, first.middle),
        (x, last.middle),
        (last.left, last.middle),
    ]


def _arrow(plane: Axes, corners: Corners) -> None:
    """An arrow along corners, touching the boxes at both ends; none without corners."""
    if not corners:
        return
    head = "-|>,head_length=3,head_width=1.6"
    arrow = FancyArrowPatch(path=Path(corners), arrowstyle=head, color=INK, linewidth=LINE)
    arrow.set(fill=True, joinstyle="miter", gid="arrow")
    plane.add_patch(arrow)
