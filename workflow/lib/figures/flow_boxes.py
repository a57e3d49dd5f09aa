"""The boxes of a flow diagram, read from a table and refused when a count is not what it says."""

import math
import re
from dataclasses import dataclass

import pandas as pd

from workflow.lib.errors import TableError
from workflow.lib.figures.style import (
    BODY,
    BOLD,
    DETAIL,
    MISSING,
    as_lines,
    block_height,
    text_width,
    words,
)

COLUMNS = ("box", "label", "n", "text", "detail", "origin")
NOT_REPORTED = "not reported"
MAIN, SIDE, OTHER, OTHER_SIDE = range(4)  # columns of the diagram

EARLIER = "Earlier version"

# Page and others (2021), template for new and updated systematic reviews, databases, registers and
# other sources; the last row is ours: an included study is pooled or narrated. Phase, then the boxes
# of a tier by column: databases and registers with what leaves them, other methods with what leaves them.
TIERS = (
    (EARLIER, ("previous_studies",)),
    ("Identification", ("records_identified", "records_removed", "other_identified")),
    ("Screening", ("records_screened", "records_excluded")),
    (
        "Screening",
        ("reports_sought", "reports_not_retrieved", "other_sought", "other_not_retrieved"),
    ),
    ("Screening", ("reports_assessed", "reports_excluded", "other_assessed", "other_excluded")),
    ("Included", ("studies_included",)),
    ("Included", ("total_studies",)),
    ("Included", ("studies_pooled", "studies_narrated")),
)
WITH_REPORTS = {  # studies and their reports share a box
    "previous_studies": "previous_reports",
    "studies_included": "reports_included",
    "total_studies": "total_reports",
}
KEYS = tuple(
    key for _, tier in TIERS for box in tier for key in (box, WITH_REPORTS.get(box, "")) if key
)
DETAIL_LINES = 6  # of one reason or source; what is longer is cut, its count never
COUNT = re.compile(r"(?P<said>.*?)(?P<count> \(n = [0-9]+\))?")
HANG = "\u2002"  # before the second line of a reason, so that the next one is told apart
PAD = 2.4  # mm between a box's border and its words


@dataclass(frozen=True, slots=True)
class Frame:
    """The columns of one diagram, in mm."""

    lefts: tuple[float, ...]
    width: float

    def width_of(self, key: str) -> float:
        """Of a box; studies of all sources are as wide as both columns of databases among four."""
        wide = key in WITH_REPORTS and len(self.lefts) > SIDE + 1
        return self.lefts[SIDE] + self.width - self.lefts[MAIN] if wide else self.width


@dataclass(frozen=True, slots=True)
class Box:
    """One box with its words, and where it stands once it is placed."""

    key: str
    lines: list
    reported: bool
    left: float
    width: float
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
    def right(self) -> float:
        """Right border, mm from the left."""
        return self.left + self.width

    @property
    def centre(self) -> float:
        """Where arrows enter and leave, mm from the left."""
        return self.left + self.width / 2


def read_records(table: pd.DataFrame) -> dict[str, dict]:
    """The rows of a table by their box; every problem is reported at once."""
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
    return dict(zip(keys, records, strict=True))


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


def box_of(key: str, column: int, records: dict[str, dict], frame: Frame) -> Box | None:
    """A box with its words broken to its width, the reports in that of their studies; None without rows."""
    own = [records[name] for name in (key, WITH_REPORTS.get(key)) if name in records]
    if not own:
        return None
    width = frame.width_of(key)
    lines = [line for record in own for line in _lines(record, width - 2 * PAD)]
    reported = any(_count(record["n"]) is not None for record in own)
    return Box(key, lines, reported, frame.lefts[column], width)


def _lines(record: dict, room: float) -> list:
    """Label, count and details of one row."""
    count, face = printed(record), MISSING
    if _count(record["n"]) is not None:
        count, face = f"n = {count}", BOLD
    lines = as_lines(words(record["label"]), room, BODY, lines=4)
    lines += as_lines(count, room, face, lines=2)
    for line in _detail_lines(record["detail"]):
        lines += _fitted(line, room)
    return lines


def _fitted(line: str, room: float) -> list:
    """One detail in a few lines; of a long one the end is left out, not its count."""
    first, *more = as_lines(line, room, DETAIL, lines=DETAIL_LINES)
    if not more:
        return [first]
    room -= text_width(HANG, DETAIL)
    parts = COUNT.fullmatch(line)
    said, count, cut = parts["said"], parts["count"] or "", ""
    while len(found := as_lines(said + cut + count, room, DETAIL, lines=99)) > DETAIL_LINES:
        shorter = said.rpartition(" ")[0] or said[: len(said) * 9 // 10]
        said, cut = shorter, "…"
    return [found[0], *((HANG + words_, face) for words_, face in found[1:])]


def printed(record: dict) -> str:
    """The count of a row as it is printed, or that it is not reported."""
    n = _count(record["n"])
    return words(record["text"]) or (NOT_REPORTED if n is None else format(n, ".0f"))


def _detail_lines(cell: object) -> list[str]:
    """The lines of a detail as they were given."""
    return [
        words(line) for line in ("" if pd.isna(cell) else str(cell)).splitlines() if words(line)
    ]
