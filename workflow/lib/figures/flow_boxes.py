"""The boxes of a flow diagram, read from a table and refused when a count is not what it says."""

import math
from dataclasses import dataclass

import pandas as pd

from workflow.lib.errors import TableError
from workflow.lib.figures.style import BODY, BOLD, DETAIL, MISSING, as_lines, block_height, words

COLUMNS = ("box", "label", "n", "text", "detail")
NOT_REPORTED = "not reported"

# Page and others (2021), template for new systematic reviews, databases and registers only; the
# last row is ours: an included study is pooled or narrated. Phase, box on the way, box beside it.
TIERS = (
    ("Identification", "records_identified", "records_removed"),
    ("Screening", "records_screened", "records_excluded"),
    ("Screening", "reports_sought", "reports_not_retrieved"),
    ("Screening", "reports_assessed", "reports_excluded"),
    ("Included", "studies_included", None),
    ("Included", "studies_pooled", "studies_narrated"),
)
KEYS = tuple(key for _, *pair in TIERS for key in pair if key)

MAIN_LEFT, SIDE_LEFT, BOX_WIDTH = 13.0, 100.0, 77.0  # mm
PAD = 2.4  # mm between a box's border and its words


@dataclass(frozen=True, slots=True)
class Box:
    """One box with its words, and where it stands once it is placed."""

    key: str
    lines: list
    reported: bool
    left: float
    middle: float = 0.0  # mm from the top

    @property
    def height(self) -> float:
        """Height in mm that the words need."""
        return block_height(self.lines) + 2 * PAD

    @property
    def top(self) -> float:
        """Upper border, mm from the top."""
        return self.middle - self.height / 2

    @property
    def bottom(self) -> float:
        """Lower border, mm from the top."""
        return self.middle + self.height / 2

    @property
    def centre(self) -> float:
        """Where arrows enter and leave, mm from the left."""
        return self.left + BOX_WIDTH / 2


def read_boxes(table: pd.DataFrame) -> dict[str, Box]:
    """The boxes of a table by their key; every problem is reported at once."""
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise TableError(f"flow: column missing: {', '.join(missing)}")
    records = table[list(COLUMNS)].to_dict("records")
    problems = [
        f"flow: row {number} ({words(record['box'])!r}): {problem}"
        for number, record in enumerate(records, start=1)
        for problem in _problems(record)
    ]
    keys = [words(record["box"]) for record in records]
    problems += [f"flow: box {key!r} stands twice" for key in KEYS if keys.count(key) > 1]
    if problems:
        raise TableError("\n".join(problems))
    return {key: _box(key, record) for key, record in zip(keys, records, strict=True)}


def _problems(record: dict) -> list[str]:
    """What is wrong with one box, in words."""
    found = []
    if words(record["box"]) not in KEYS:
        found.append(f"not a box of the diagram; use one of {', '.join(KEYS)}")
    n, text = _count(record["n"]), words(record["text"])
    if n is not None and not (n >= 0 and n == math.floor(n)):
        found.append(
            f"n is {record['n']!r}; give a whole number, or leave it empty if not reported"
        )
    elif n is None and text.isdigit():
        found.append(f"text is {text!r} but n is empty; a count that is printed needs its n")
    elif n is not None and text and not any(character.isdigit() for character in text):
        found.append(f"n is {n:g} but text is {text!r}; leave n empty if it was not reported")
    return found


def _count(cell: object) -> float | None:
    """A count; None when the cell is empty, -1 (refused) when it is no finite number."""
    if not words(cell):
        return None
    number = pd.to_numeric(words(cell), errors="coerce")
    return float(number) if math.isfinite(number) else -1.0


def _box(key: str, record: dict) -> Box:
    """A box with its words broken to its width."""
    n, text, room = _count(record["n"]), words(record["text"]), BOX_WIDTH - 2 * PAD
    count, face = text or NOT_REPORTED, MISSING
    if n is not None:
        count, face = f"n = {text or format(n, '.0f')}", BOLD
    lines = as_lines(words(record["label"]), room, BODY, lines=4)
    lines += as_lines(count, room, face, lines=2)
    for line in _detail_lines(record["detail"]):
        lines += as_lines(line, room, DETAIL, lines=4)
    beside = any(key == side for _, _, side in TIERS)
    return Box(key, lines, n is not None, SIDE_LEFT if beside else MAIN_LEFT)


def _detail_lines(cell: object) -> list[str]:
    """The lines of a detail as they were given."""
    return [
        words(line) for line in ("" if pd.isna(cell) else str(cell)).splitlines() if words(line)
    ]
