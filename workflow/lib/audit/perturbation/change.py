"""One change of a cell or a decision, what its cause is called, and what a change of a number is."""

import math
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

STEPS = (1, -1, 5, -5)  # units of the last printed digit: both directions, two sizes
WHOLE = "rows"  # the key of an entry that means all rows of its table
COUNTED_WHOLE = "screening:"  # an entry names a box of the flow, which is counted from all records
MANY = 4  # admissible values up to which each is tried; of more, the two beside
NEW = "verify-lineage"  # a text that nothing else says
NOISE = 1e-9  # relative: iterations stop at 1e-10, and a sum in another order differs by less

# what a change does: another number or decision | another place for the same value | other words
VALUE, PLACE, TEXT = "value", "place", "text"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell or decision with another content; `edit` says how, for whoever applies it."""

    names: tuple[str, ...]  # what a lineage would call its cause, before and after
    place: str  # file, row and column, or key
    table: str  # name of the table; config
    old: str
    new: str
    kind: str
    edit: tuple = field(default=(), compare=False)
    is_value: bool = True  # what a lineage that names the cause must answer to


def nudged(text):
    """The number with its last printed digit changed by each step; none for what is no number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return []
    unit = Decimal(1).scaleb(number.as_tuple().exponent)
    return [format(number + step * unit, "f") for step in STEPS]


def others(value, known, many=MANY):
    """The other ones of the admissible values: all of a few, the two beside it of many."""
    known = list(known)
    if value not in known:
        return known[:2]
    here = known.index(value)
    return [
        one
        for place, one in enumerate(known)
        if place != here and (len(known) <= many or abs(place - here) == 1)
    ]


def moved(before, after):
    """Ids of the numbers that differ in value or text, those that only one of the two has included."""
    return [name for name in sorted(before.keys() | after.keys()) if _differs(name, before, after)]


def _differs(name, before, after):
    old, new = before.get(name), after.get(name)
    if old is None or new is None or old["text"] != new["text"]:
        return True
    old, new = old["value"], new["value"]
    if None in (old, new):
        return old is not new
    return not math.isclose(old, new, rel_tol=NOISE)


def is_named(number, change):
    """Whether the lineage of a number names the cause of a change."""
    entries = {*number["rows"], *number["basis"]}
    return any(covers(entry, name) for name in change.names for entry in entries)


def covers(entry, name):
    """Whether an entry of a lineage means this cause: a key means all keys below it."""
    if entry.startswith(COUNTED_WHOLE) and name.startswith(COUNTED_WHOLE):
        return True
    if entry.startswith("config:"):
        return entry == name or name.startswith(f"{entry}.")
    table, _, key = entry.partition(":")
    if key == WHOLE and name.startswith(f"{table}:"):
        return True
    return entry == name or (":" in entry and name.startswith(f"{entry}/"))
