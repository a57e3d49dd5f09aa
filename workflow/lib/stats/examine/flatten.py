"""Any result of the statistics as numbers with names: those of the pool, and those of each study."""

import re
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
ECHOES = {
    *("method", "test", "level", "measure", "names", "label", "tag", "reason", "reasons", "k", "p"),
    *("alpha", "target", "cutoffs", "study_test", "iterations", "seed"),
}


@dataclass(frozen=True, slots=True)
class Flat:
    """What a result says: one value per field, and one value per field and study."""

    values: dict[str, float | int | bool | str | None]
    by_study: dict[str, tuple]  # field -> one value per study, in the order of the studies
    reasons: dict[str, str]  # field -> why it has no value


def flatten(result, k: int) -> Flat:
    """Values of a result dataclass: scalars, members with names, and lists over the k studies.

    A list of k values is taken as one per study, also as a member with a name; another list is
    numbered, or named by the result's own `names` or `label` where there are as many. What echoes
    the call (method, test, level, tag) is left out.
    """
    values, by_study, reasons = {}, {}, dict(_reasons(result))
    own_names = [tuple(getattr(result, name, ()) or ()) for name in ("names", "label")]
    for field in fields(result):
        value = getattr(result, field.name)
        if field.name in ECHOES:
            continue
        if is_dataclass(value):
            inner = flatten(value, k)
            values |= {f"{field.name}.{name}": one for name, one in inner.values.items()}
            by_study |= {f"{field.name}.{name}": one for name, one in inner.by_study.items()}
            reasons |= {f"{field.name}.{name}": one for name, one in inner.reasons.items()}
        elif isinstance(value, dict):
            _members(field.name, value, k, Flat(values, by_study, reasons))
        elif isinstance(value, (tuple, list, np.ndarray)):
            _list(field.name, value, (k, own_names), Flat(values, by_study, reasons))
        else:
            values[field.name] = plain(value)
    return Flat(values, by_study, reasons)


def safe(label) -> str:
    """A label as a part of a number's id: ASCII letters, digits and _."""
    return NOT_IN_NAMES.sub("_", str(label)).strip("_") or "x"


def parts(labels) -> dict[str, str]:
    """Label -> its part of a number's id; parts that would be the same get a number: '<5', '>5'."""
    found = {}
    for label in dict.fromkeys(labels):
        part, count = safe(label), 1
        while part in found.values():
            count += 1
            part = f"{safe(label)}_{count}"
        found[label] = part
    return found


def plain(value):
    """A Python number, truth, text or None; what is not finite is None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _reasons(result) -> dict[str, str]:
    """Why fields have no value, as far as the result says it."""
    reasons = dict(getattr(result, "reasons", None) or {})
    whole = getattr(result, "reason", "") or ""
    missing = [f.name for f in fields(result) if getattr(result, f.name) is None]
    return {name: whole for name in missing if whole} | reasons


def _members(name, members: dict, k: int, into: Flat) -> None:
    """Sort members with names: values, further members, or one value per study."""
    for key, one in members.items():
        place = f"{name}.{safe(key)}"
        if isinstance(one, dict):
            _members(place, one, k, into)
        elif isinstance(one, tuple) and len(one) == k:
            into.by_study[place] = tuple(map(plain, one))
        else:
            into.values[place] = plain(one)


def _list(name, value, known, into: Flat) -> None:
    """Sort a list into one value per study, named members, or members of their own."""
    k, known_names = known
    members = list(value)
    if any(isinstance(one, (tuple, list, np.ndarray)) for one in members):
        _matrix(name, members, known, into)
        return
    unnamed = not any(getattr(one, "name", "") or getattr(one, "method", "") for one in members)
    if len(members) == k and unnamed and all(is_dataclass(one) for one in members):
        columns = [flatten(one, k).values for one in members]
        for field in columns[0] if columns else ():
            into.by_study[f"{name}.{field}"] = tuple(column[field] for column in columns)
    elif any(is_dataclass(one) for one in members):
        named = [getattr(one, "name", "") or getattr(one, "method", "") for one in members]
        labels = [label or str(place) for place, label in enumerate(named, 1)]
        for label, one in zip(labels, members, strict=True):
            part, inner = f"{name}.{parts(labels)[label]}", flatten(one, k)
            into.values.update(_named(f"{part}.name", getattr(one, "names", ())))
            for own, found in ((into.values, inner.values), (into.reasons, inner.reasons)):
                own.update({f"{part}.{field}": v for field, v in found.items()})
    elif len(members) == k and k not in map(len, known_names):
        into.by_study[name] = tuple(map(plain, members))
    else:
        fitting = [names for names in known_names if len(names) == len(members)]
        labels = [*fitting, range(1, len(members) + 1)][0]
        into.values.update(
            {
                f"{name}.{safe(label)}": plain(one)
                for label, one in zip(labels, members, strict=True)
            }
        )


def _matrix(name, rows, known, into: Flat) -> None:
    """One value per study for each name of a matrix with k rows; other matrices are for Python."""
    k, (names, _) = known
    if len(rows) == k > len(names) and all(len(row) == len(names) for row in rows):
        for label, column in zip(names, zip(*rows, strict=True), strict=True):
            into.by_study[f"{name}.{safe(label)}"] = tuple(map(plain, column))


def _named(field, pair):
    """The name of a difference of two groups, as one more value."""
    return {field: " less ".join(pair)} if len(pair) == 2 else {}
