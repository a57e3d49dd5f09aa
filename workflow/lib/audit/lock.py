"""The lock: which printed numbers moved since they were accepted, by how much, and why.

equal   same text, and values that differ by at most 1e-9 of the larger one
moved   another text or value
new     printed, but not in the lock
gone    in the lock, but no longer printed

The cause of a change is what differs in what the two states were made from: rows of the raw tables
and keys of the configuration where the lineage of the number names them, and the code and the
environment, which no lineage can exclude. A change with no cause is unexplained.
"""

import math
from dataclasses import dataclass

TOLERANCE = 1e-9  # relative: another processor's last bits do not count as a move
EXTRACTION = "extraction.csv"
COUNTED_FROM = {  # tables that a lineage names as a whole: any row of the ledger moves a count
    "flow.csv": "screening.csv",
    "screening.csv": "screening.csv",
}
KINDS = ("data", "config", "code", "environment")
NAMED = ("data", "config")  # kinds whose parts the lineage of a number names


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between what two states were made from; None where it is absent."""

    kind: str  # data | config | code | environment
    name: str  # id of a row, path of a key, folder of the code, package
    table: str  # file name of the raw table, for data
    was: object
    now: object

    @property
    def label(self):
        """In a few words, for the cause of one number."""
        absent = " (gone)" if self.now is None else " (new)" if self.was is None else ""
        if self.kind == "environment":
            return f"{self.name} {_shown(self.was)} -> {_shown(self.now)}"
        if self.kind == "data":
            where = "" if self.table == EXTRACTION else f" of {self.table}"
            return f"row {self.name}{where}{absent}"
        return f"{self.name}{absent}"

    @property
    def line(self):
        """In full, with the values of a configuration key."""
        values = f": {_shown(self.was)} -> {_shown(self.now)}" if self.kind == "config" else ""
        return f"{self.kind}: {self.label}{values}"


@dataclass(frozen=True, slots=True)
class Change:
    """One number that is not what the lock says."""

    id: str
    kind: str  # moved | new | gone
    old: str
    new: str
    size: str
    causes: (
        tuple[str, ...] | None
    )  # empty: unexplained; None: what the lock was made from is not known


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of every number of two states."""

    equal: int
    changes: tuple[Change, ...]
    retagged: tuple[str, ...]  # equal numbers whose method tag has other words

    def of(self, kind):
        """The changes of one kind: moved, new or gone."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def unexplained(self):
        """The changes that nothing explains."""
        return tuple(change for change in self.changes if change.causes == ())


def differences(was, now):
    """Every Difference between two records of what numbers were made from (made_from.schema.yaml)."""
    tables = dict.fromkeys([*was["data"], *now["data"]])
    found = [
        _differing(
            "data", *(side["data"].get(name, {}).get("rows", {}) for side in (was, now)), name
        )
        for name in tables
    ]
    found += [_differing(kind, was[kind], now[kind]) for kind in KINDS if kind != "data"]
    return tuple(difference for part in found for difference in part)


def _differing(kind, was, now, table=""):
    return [
        Difference(kind, name, table, was.get(name), now.get(name))
        for name in sorted(was.keys() | now.keys())
        if name not in was or name not in now or was[name] != now[name]
    ]


def compare(old, new, found):
    """The Comparison of two states of the numbers: id -> record with value, text and method.

    Records of `new` have their lineage, `rows` and `basis`; records of `old` may have it. `found`
    are the differences of what the two were made from, or None if that is not known.
    """
    changes, equal, retagged = [], 0, []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was and now and is_equal(was, now):
            equal += 1
            retagged += [name] if was["method"] != now["method"] else []
        else:
            changes.append(_change(name, was, now, found))
    changes.sort(key=lambda change: change.causes != ())  # the unexplained ones first
    return Comparison(equal, tuple(changes), tuple(retagged))


def is_equal(was, now):
    """Whether two records print the same text and hold the same value within the tolerance."""
    return was["text"] == now["text"] and _close(was["value"], now["value"])


def _close(was, now):
    if was is None or now is None:
        return was is now
    return math.isclose(was, now, rel_tol=TOLERANCE, abs_tol=0)


def _change(name, was, now, found):
    kind = "new" if was is None else "gone" if now is None else "moved"
    full = kind == "moved" and was["text"] == now["text"]  # the print does not show the move
    causes = None if found is None else _causes(was, now, found)
    return Change(name, kind, _print(was, full), _print(now, full), _size(was, now), causes)


def _print(record, full):
    """The printed text, with the value behind it where the text alone would not show the move."""
    if record is None:
        return ""
    value = record["value"]
    return (
        f"{record['text']} ({'none' if value is None else f'{value:.12g}'})"
        if full
        else record["text"]
    )


def _size(was, now):
    """The step from the old to the new value, and its share of the old one."""
    if was is None or now is None or None in (was["value"], now["value"]):
        return ""
    if _close(was["value"], now["value"]):
        return "text only"
    step, base = now["value"] - was["value"], abs(was["value"])
    return f"{step:+.3g}" + (f" ({100 * step / base:+.2g}%)" if base else "")


def _causes(was, now, found):
    """What explains one change: its lineage narrows data and configuration, all else is told."""
    lineage = lineage_of(was or {}) | lineage_of(now or {})
    unknown = was is not None and "rows" not in was  # the old lineage: what is gone may be in it
    named = [one for one in found if one.kind in NAMED]
    other = [one for one in found if one.kind not in NAMED]
    here = [one for one in named if (unknown and None in (now, one.now)) or _touches(one, lineage)]
    rest = [] if here else named
    causes = [f"{one.kind}: {one.label}" for one in [*here, *other]]
    return tuple(causes + [f"{one.kind}: {one.label} (not in its lineage)" for one in rest])


def lineage_of(record):
    """What a number rests on, as (table, row) pairs; the table of the configuration is 'config'."""
    lineage = {(EXTRACTION, row) for row in record.get("rows", ())}
    for entry in record.get("basis", ()):
        kind, _, name = entry.partition(":")
        if kind == "assumptions":
            lineage.add(("config", f"assumptions.{name}"))
        else:
            lineage.add(("config" if kind == "config" else f"{kind}.csv", name))
    return lineage


def _touches(difference, lineage):
    """Whether a lineage names the row or the key."""
    if difference.kind == "config":
        keys = (name for table, name in lineage if table == "config")
        return any(f"{difference.name}.".startswith(f"{key}.") for key in keys)
    counted = any(COUNTED_FROM.get(table) == difference.table for table, _ in lineage)
    return counted or (difference.table, difference.name) in lineage


def lock_rows(old, new):
    """Rows of the lock that accepts `new`; a number that is equal keeps its old row, last bits included."""
    return [
        {"id": name, **{item: kept[item] for item in ("value", "text", "method")}}
        for name, kept in ((name, _kept(old.get(name), new[name])) for name in sorted(new))
    ]


def _kept(was, now):
    return was if was and is_equal(was, now) and was["method"] == now["method"] else now


def _shown(value):
    """A value of the configuration or a version, short enough for one line."""
    text = "none" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
