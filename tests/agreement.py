"""How far the library is from metafor's reference values, case by case.

The reference cases lie in tests/reference/metafor; how the library answers them, in tests/oracles.
"""

import csv
import importlib
import json
from functools import cache
from math import isfinite, isnan
from pathlib import Path
from types import SimpleNamespace

import numpy as np

FOLDER = Path(__file__).parent / "reference/metafor"
ORACLES = Path(__file__).parent / "oracles"
DEFAULT = 1e-7  # relative; what a topic claims instead is in its TOLERANCE, with the reason
NOISE = 1e-4  # a member of a list is compared on this share of the list's largest, at least
TEXTUAL = {"NA": None, "": None}


@cache
def load(topic: str) -> dict:
    """All of tests/reference/metafor/<topic>.json."""
    return json.loads((FOLDER / f"{topic}.json").read_text(encoding="utf-8"))


@cache
def effect_sets() -> dict:
    """Sets of effects by their id."""
    sets = json.loads((FOLDER / "effects.json").read_text(encoding="utf-8"))["effects"]
    return {entry["id"]: entry for entry in sets}


def cell(text: str):
    """A number where the text is one, None where it is missing, else the text."""
    if text in TEXTUAL:
        return TEXTUAL[text]
    try:
        return float(text)
    except ValueError:
        return text


@cache
def table(dataset: str) -> dict[str, list]:
    """Columns of tests/reference/metafor/data/<dataset>.csv."""
    with (FOLDER / f"data/{dataset}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [cell(row[name]) for row in rows] for name in rows[0]}


def effects(name: str):
    """(yi, vi, the whole entry) of a set of effects, without studies that lack one of them.

    So metafor's functions take them (na.omit); `kept` are the rows that are left.
    """
    entry = effect_sets()[name]
    yi, vi = np.array(entry["yi"], float), np.array(entry["vi"], float)
    kept = np.flatnonzero(np.isfinite(yi) & np.isfinite(vi))
    columns = {
        key: [values[row] for row in kept]
        for key, values in entry.items()
        if isinstance(values, list) and len(values) == len(yi)
    }
    return yi[kept], vi[kept], {**entry, **columns, "kept": kept}


def reference(topic: str) -> SimpleNamespace:
    """What `answer` gets beside its case."""
    return SimpleNamespace(effects=effects, table=table, topic=load(topic))


def topics() -> list[str]:
    """Topics that the library answers."""
    return sorted(path.stem for path in ORACLES.glob("*.py"))


def oracle(topic: str):
    """Module that answers a topic."""
    return importlib.import_module(f"tests.oracles.{topic}")


def differences(found, expected):
    """(name, relative difference) of every number of a case; infinite where only one has a value.

    Relative to |expected|, or to NOISE times the largest of its list where that is more; absolute
    where that is 0.
    """
    for name, ours, theirs, floor in _pairs(found, expected):
        yield name, _difference(ours, theirs, floor)


def _pairs(found, expected, name: str = "", floor: float = 0.0):
    """(name, ours, metafor's, floor of the size) of every number of a case."""
    if isinstance(expected, dict):
        for key in expected:
            inner = found.get(key) if isinstance(found, dict) else None
            yield from _pairs(inner, expected[key], f"{name}.{key}".lstrip("."))
    elif isinstance(expected, list):
        found = list(found) if found is not None else []
        if len(found) != len(expected):
            yield name, found, expected, floor
            return
        sizes = [abs(x) for x in expected if _is_number(x) and isfinite(x)]
        floor = max(floor, NOISE * max(sizes, default=0.0))
        for one, other in zip(found, expected, strict=True):
            yield from _pairs(one, other, name, floor)
    else:
        yield name, found, expected, floor


def _is_number(value) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _difference(found, expected, floor: float) -> float:
    """Relative difference of two values; texts and truths are equal or infinitely apart."""
    if _is_number(found) and isnan(found):
        found = None
    if not (_is_number(found) and _is_number(expected)):
        return 0.0 if found == expected else float("inf")
    if found == expected:
        return 0.0
    return abs(found - expected) / (max(abs(expected), floor) or 1.0)


def tolerance(module, name: str) -> float:
    """What a topic claims for a name: the whole path first, then its last and its first part."""
    claims = getattr(module, "TOLERANCE", {})
    for key in (name, name.split(".")[-1], name.split(".")[0]):
        if key in claims:
            return claims[key][0]
    return DEFAULT


def excused(module, case: str, name: str) -> str:
    """Why we differ in this one number on purpose; empty where we do not."""
    known = getattr(module, "DIFFERENCES", {})
    return known.get(case) or known.get(f"{case}:{name}") or ""


def ruled(module, name: str, pair, found, unit: float) -> str:
    """The reason of the rule of the topic that excuses two numbers; empty where there is none."""
    rules = getattr(module, "RULES", ())
    return next((r.reason for r in rules if r.excuses(name, *pair, found, unit)), "")


def smallest_vi(case: dict) -> float:
    """Smallest sampling variance behind a case; 1 if it has none."""
    if case.get("effects") in effect_sets():
        return float(min(effects(case["effects"])[1], default=1.0))
    return 1.0


def compared(topic: str, case: dict):
    """(name, difference, tolerance, why it is meant or nothing) of every number of a case."""
    module, unit = oracle(topic), smallest_vi(case)
    found = module.answer(case, reference(topic))
    for name, ours, theirs, floor in _pairs(found, case["expected"]):
        distance, allowed = _difference(ours, theirs, floor), tolerance(module, name)
        reason = excused(module, case["id"], name)
        if not reason and not distance <= allowed:
            reason = ruled(module, name, (ours, theirs), found, unit)
        yield name, distance, allowed, reason
