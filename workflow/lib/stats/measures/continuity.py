"""Continuity corrections: what is added to counts, and where, before an effect is computed."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Counts:
    """Which inputs are counts, and of what number each is a part."""

    events: tuple[str, ...]
    totals: tuple[str, ...] = ()  # of the same length; the rest of a total is a count too


KINDS = {
    "tables": Counts(("event_e", "event_c"), ("n_e", "n_c")),
    "margins": Counts(("event_e", "event_c"), ("n", "n")),
    "pairs": Counts(("event_both", "event_e_only", "event_c_only", "event_neither")),
    "rates of two groups": Counts(("event_e", "event_c")),
    "rates": Counts(("event",)),
    "proportions": Counts(("event",), ("n",)),
}


def cells(kind: str, x: dict) -> tuple[np.ndarray, np.ndarray]:
    """Return counts of events and of the rest, (groups, k) each; no rest (0, k) for rates."""
    counts = KINDS[kind]
    events = np.array([x[name] for name in counts.events])
    parts = zip(counts.events, counts.totals, strict=False)
    rest = [x[total] - x[event] for event, total in parts]
    return events, np.array(rest).reshape(-1, events.shape[1])


def corrected_rows(kind: str, x: dict, options) -> np.ndarray:
    """Return which studies get `add` added to their counts, (k,)."""
    zero = (np.concatenate(cells(kind, x)) == 0.0).any(axis=0)
    if options.add == 0.0 or options.to == "none":
        return np.zeros(zero.shape, dtype=bool)
    if options.to == "only0":
        return zero
    return np.full(zero.shape, options.to == "all" or bool(zero.any()))


def with_continuity(kind: str, x: dict, options) -> tuple[dict, np.ndarray]:
    """Return the inputs after the correction, and which studies were corrected, (k,)."""
    rows = corrected_rows(kind, x, options)
    plus, counts = np.where(rows, options.add, 0.0), KINDS[kind]
    changed = {name: x[name] + plus for name in counts.events}
    changed |= {name: x[name] + 2.0 * plus for name in counts.totals}
    return x | changed, rows


def without_information(kind: str, x: dict) -> np.ndarray:
    """Return which studies have no event in any group, or nothing but events, (k,)."""
    events, rest = cells(kind, x)
    nothing_else = (rest == 0.0).all(axis=0) & (len(rest) > 0)
    return (events == 0.0).all(axis=0) | nothing_else
