"""Rows of a collection: their effects, and every cell that no analysis can use, with its reason."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LARGEST = 1e30  # of yi, vi and 1 / vi, as everywhere in the statistics
EMPTY = "is empty; a value is required"
SEI = "sei"  # may stand for vi


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell that cannot be used."""

    place: int  # of its row in the part, counted from 0
    column: str
    value: str | None  # None: as it stands in the file
    problem: str


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects of the rows of a part, (n,) each; NaN where there is none."""

    yi: np.ndarray
    vi: np.ndarray


def inputs_of(spec, columns) -> tuple[str, ...]:
    """Columns of a table that a measure takes: its inputs, or sei in the place of vi."""
    replaced = {"vi"} if any(one.name == SEI for one in spec.instead) and SEI in columns else set()
    own = tuple(n for n in spec.inputs if n not in replaced or n in columns)
    return (*own, SEI) if replaced else own


def row_problems(part, measure, known, effects_of: Callable) -> tuple[Effects, list[Wrong]]:
    """Effects of all rows, and every problem, one per cell, by row.

    `part` is a Part of lib/files; `measure` (n,) are codes, `known` maps each to its columns;
    `effects_of(code, places)` gives yi, vi and the (place, text) of what is impossible for the rows
    of one measure.
    """
    found = [
        Wrong(place, name, text, cure)
        for place, name, text, cure in part.unread
        if name in known.get(measure[place], ())
    ]
    for name in ("review", "study"):
        found += [Wrong(int(place), name, "", EMPTY) for place in part.empty[name]]
    found += _repeated(part)
    found += _mixed(part, measure)
    yi, vi = np.full(len(part.group), np.nan), np.full(len(part.group), np.nan)
    for code in np.unique(measure):
        places = np.flatnonzero(measure == code)
        if code not in known:
            words = f"is no measure; docs/statistics.md lists all {len(known)}"
            found += [Wrong(int(place), "measure", str(code), words) for place in places]
            continue
        yi[places], vi[places], wrong = effects_of(code, places)
        found += [_of_input(part, int(place), text) for place, text in wrong]
    found += _beyond(yi, vi)
    first: dict[tuple[int, str], Wrong] = {}
    for one in found:
        first.setdefault((one.place, one.column), one)
    return Effects(yi, vi), sorted(first.values(), key=lambda one: (one.place, one.column))


def _repeated(part) -> list[Wrong]:
    """Studies that stand in one meta-analysis twice."""
    order = np.lexsort((part.study, part.group))
    group, study = part.group[order], part.study[order]
    again = np.flatnonzero((group[1:] == group[:-1]) & (study[1:] == study[:-1]))
    return [
        Wrong(
            *(int(order[place + 1]), "study", None),
            f"stands already in row {part.row[order[place]]} of the same meta-analysis; give each its own",
        )
        for place in again
    ]


def _mixed(part, measure) -> list[Wrong]:
    """Rows whose measure differs from that of the first row of their meta-analysis."""
    first = np.searchsorted(part.group, np.arange(part.group.max(initial=-1) + 1))
    expected = measure[first][part.group] if len(first) else measure
    return [
        Wrong(
            *(int(place), "measure", str(measure[place])),
            f"differs from {expected[place]} in the first row of the same meta-analysis",
        )
        for place in np.flatnonzero(measure != expected)
    ]


def _of_input(part, place: int, text: str) -> Wrong:
    """A sentence of the statistics ('sd_e is -1.0: ...') as a cell with its problem."""
    head, _, problem = text.partition(": ")
    column, _, value = head.partition(" is ")
    if column == "vi" and column not in part.numbers and SEI in part.numbers:
        column, value = SEI, f"{part.numbers[SEI][place]:g}"
    if column not in part.numbers:
        return Wrong(place, "vi", value.rpartition("vi ")[2], f"cannot be used: {text}")
    if np.isnan(part.numbers[column][place]):
        (given,) = part.texts(column, [place])
        if given in (None, ""):
            return Wrong(place, column, "", "is empty; a number is required")
        return Wrong(place, column, str(given), "is not a number")
    return Wrong(place, column, value, f"cannot be: {problem}")


def _beyond(yi, vi) -> list[Wrong]:
    """Effects and variances that no unit of measurement explains."""
    limits = f"is not between {1 / LARGEST:g} and {LARGEST:g} in size"
    for name, values, low in (("yi", yi, 0.0), ("vi", vi, 1.0 / LARGEST)):
        with np.errstate(invalid="ignore"):
            bad = np.isfinite(values) & ((np.abs(values) > LARGEST) | (np.abs(values) < low))
        yield from (
            Wrong(int(place), name, f"{values[place]:g}", limits) for place in np.flatnonzero(bad)
        )


def ranges(rows: np.ndarray) -> str:
    """Row numbers as a person writes them: '2-8 11 13-14'."""
    ends = np.flatnonzero(np.diff(rows) != 1)
    starts = [rows[0], *rows[ends + 1]]
    return " ".join(
        f"{start}-{end}" if end > start else f"{start}"
        for start, end in zip(starts, [*rows[ends], rows[-1]], strict=True)
    )
