"""The registry: every number that may be printed, with its text, method and lineage."""

import math
from dataclasses import dataclass, field

from workflow.lib.errors import TableError

# why a number need not move when something that it depends on does
COUNT, CLIPPED, ORDER, REFUSED = "count", "clipped at zero", "order statistic", "refused"
CANCELS = "cancels"
POINTS = ("points", "squared points")  # units that a scale has
FINEST = 8  # decimals of a slope


@dataclass(frozen=True, slots=True)
class Number:
    """One number: full precision, printed text, and everything that it depends on."""

    id: str
    value: float | int | None
    text: str
    unit: str
    scale: str
    method: str
    rule: str
    file: str
    rows: tuple[str, ...] = ()  # ids of extraction.csv
    basis: tuple[str, ...] = ()  # flow:, claims:, studies:, assumptions:, config:
    stands: dict[str, str] = field(default_factory=dict)  # row or basis -> why it need not move it


def deciding(entries, *own):
    """Entry -> that it only decided, for the entries that are not among the number's `own`."""
    kept = {entry for group in own for entry in group}
    return {entry: REFUSED for entry in entries if entry not in kept}


def of_settings(basis, unit):
    """Settings that need not move a number, with the reason.

    Which conversions are taken is a decision, and a scale cancels out of a number without its unit.
    """
    found = deciding(entry for entry in basis if entry.startswith("config:conversions."))
    if unit not in POINTS:
        found |= {entry: CANCELS for entry in basis if entry.startswith("config:outcomes.")}
    return found


def ids_of(text):
    """The ids in a cell that joins them by ';'; none for an empty or missing cell."""
    return tuple(part for part in (text or "").split(";") if part)


def decimals(value, digits):
    """Fixed decimals; never a negative zero."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def p_text(value):
    """A p value: three decimals, or <0.001."""
    return "<0.001" if value < 0.001 else decimals(value, 3)


def percent(value, digits=0):
    """A percentage with its sign."""
    return f"{decimals(value, digits)}%"


def fold(value):
    """A ratio: two decimals, three below 0.1; beyond a thousandfold only that it is."""
    if value < 0.001:
        return "<0.001"
    if value > 1000:
        return ">1000"
    return decimals(value, 3 if value < 0.1 else 2)


def slope(value):
    """A coefficient per unit of a moderator: two decimals, of small ones two digits that count."""
    if value == 0 or abs(value) >= 0.1:
        return decimals(value, 2)
    return decimals(value, min(FINEST, 1 - math.floor(math.log10(abs(value)))))


FORMATS = {
    "effect": lambda value: decimals(value, 2),
    "slope": slope,
    "points": lambda value: decimals(value, 2),
    "squared": lambda value: decimals(value, 3),
    "ratio": lambda value: decimals(value, 2),
    "fold": fold,
    "p": p_text,
    "percent": percent,
    "weight": lambda value: percent(value, 1),
    "probability": lambda value: percent(100 * value),
    "count": lambda value: str(int(value)),
    "fine": lambda value: decimals(value, 3),
    "score": lambda value: f"{value:.6g}",
}


def text_of(value, kind, reason=""):
    """The printed text of a number of this kind, or why there is none."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return reason or "not estimable"
    return FORMATS[kind](value)


def registry(numbers):
    """id -> record, sorted.

    Raises
    ------
    TableError
        If an id is given twice.
    """
    seen, twice = {}, []
    for number in numbers:
        if number.id in seen:
            twice.append(f"numbers: the id '{number.id}' is given twice; rename one")
        seen[number.id] = number
    if twice:
        raise TableError("\n".join(twice))
    return {name: _record(seen[name]) for name in sorted(seen)}


def joined(registries):
    """One registry of several.

    Raises
    ------
    TableError
        If two of them have an id in common.
    """
    seen, twice = {}, []
    for records in registries:
        twice += [
            f"numbers: the id '{name}' is given twice; rename one"
            for name in records
            if name in seen
        ]
        seen |= records
    if twice:
        raise TableError("\n".join(twice))
    return {name: seen[name] for name in sorted(seen)}


def _record(number):
    value = number.value
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    named = {*number.rows, *number.basis, *number.stands}
    rows, basis = (sorted(e for e in named if (":" in e) is wanted) for wanted in (False, True))
    stands = of_settings(basis, number.unit) | number.stands
    return {
        "value": value,
        "text": number.text,
        "unit": number.unit,
        "scale": number.scale,
        "method": number.method,
        "rule": number.rule,
        "file": number.file,
        "rows": rows,
        "basis": basis,
        "stands": {entry: stands[entry] for entry in sorted(stands)},
    }
