"""Extraction rows as cells: the printed numbers of one study, outcome, arm and time point together."""

import re
from collections import defaultdict
from dataclasses import dataclass
from math import isfinite

from workflow.lib.audit.rounding import printed

NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$")
PLACE = ("study", "outcome", "arm", "time_point", "patient")
BASELINE = "baseline"
COUNTS = ("n", "events", "events_both", "events_e_only", "events_c_only", "events_neither")


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed number of the extraction, and the row that it stands in."""

    id: str
    text: str
    value: float
    low: float  # smallest and largest value that print so
    high: float
    decimals: int
    unit: str


@dataclass(frozen=True, slots=True)
class Cell:
    """quantity -> Entry of one study, outcome, arm and time point; `patient` where it is of one."""

    study: str
    outcome: str
    arm: str
    time_point: str
    patient: str
    entries: dict[str, Entry]

    def get(self, *names):
        """The entries called `names`, or None if any of them is missing."""
        found = [self.entries.get(name) for name in names]
        return None if None in found else found

    @property
    def n(self):
        """Number of patients in this cell, or None."""
        entry = self.entries.get("n")
        return int(entry.value) if entry else None

    @property
    def where(self):
        """'pain, arm active, at 4 months': outcome, arm and time point in words."""
        words = [self.outcome, f"arm {self.arm}"]
        return ", ".join([*words, f"at {self.time_point}"] if self.time_point else words)


def cells_of(rows):
    """The cells of an extraction, in its order; cells that hold no number are left out."""
    found = defaultdict(dict)
    for row in rows:
        entry = _entry(row)
        if entry is not None:
            found[tuple(row[part] or "" for part in PLACE)][row["quantity"]] = entry
    return [Cell(*place, entries) for place, entries in found.items()]


def _entry(row):
    """The number of one row, or None where there is none that could be one of its kind."""
    text = row["value"] or ""
    if not NUMBER.match(text) or not isfinite(float(text)):
        return None
    number = printed(text)
    if row["quantity"] in COUNTS and (number.value != int(number.value) or number.value < 0):
        return None  # a count that is no count is refused where raw tables are checked
    if row["quantity"] == "n" and number.value < 1:
        return None
    exact = row["quantity"] in COUNTS
    low, high = (number.value, number.value) if exact else (number.low, number.high)
    return Entry(row["id"], text, number.value, low, high, number.decimals, row["unit"])


@dataclass(frozen=True, slots=True)
class Scale:
    """What config.yaml says of the scale of one unit of an outcome."""

    low: float
    high: float
    integer: bool | None  # whether single answers are whole numbers; None if not said
    items: int | None  # answers that are averaged into one score; None if not said


def scale_of(outcomes, outcome, unit):
    """The Scale of a unit, or None if the outcome or the unit is not in config.yaml."""
    given = outcomes.get(outcome)
    if given is None or unit not in given.get("units", ()):
        return None
    integer = given.get("integer")
    if isinstance(integer, list):
        integer = unit in integer
    low, high = given["units"][unit]
    yes_or_no = integer and (low, high) == (0, 1)
    return Scale(low, high, integer, given.get("items", 1 if yes_or_no else None))
