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
    """(yi, vi, the whole entry) of a set of effects; missing ones are NaN."""
    entry = effect_sets()[name]
    return np.array(entry["yi"], float), np.array(entry["vi"], float), entry


def reference(topic: str) -> SimpleNamespace:
    """What `answer` gets beside its case."""
    return SimpleNamespace(effects=effects, table=table, topic=load(topic))


def topics() -> list[str]:
    """Topics that the library answers."""
    return sorted(path.stem for path in ORACLES.glob("*.py"))


def oracle(topic: str):
    """Module that answers a topic."""
    return importlib.import_module(f"tests.oracles.{topic}")


def differences(found, expected, name: str = "", floor: float = 0.0):
    """(name, relative difference) of every number of a case; infinite where only one has a value.

    Relative to |expected|, or to NOISE times the largest of its list where that is more; absolute
    where that is 0.
    """
    if isinstance(expected, dict):
        for key in expected:
            inner = found.get(key) if isinstance(found, dict) else None
            yield from differences(inner, expected[key], f"{name}.{key}".lstrip("."))
    elif isinstance(expected, list):
        found = list(found) if found is not None else []
        if len(found) != len(expected):
            yield name, float("inf")
            return
        sizes = [abs(x) for x in expected if _is_number(x) and isfinite(x)]
        floor = max(floor, NOISE * max(sizes, default=0.0))
        for one, other in zip(found, expected, strict=True):
            yield from differences(one, other, name, floor)
    else:
        yield name, _difference(found, expected, floor)


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


def excused(module, case: str, name: str) -> bool:
    """Whether we differ here on purpose."""
    known = getattr(module, "DIFFERENCES", {})
    return case in known or f"{case}:{name}" in known


def compared(topic: str, case: dict):
    """(name, difference, tolerance, excused) of every number of a case."""
    module = oracle(topic)
    found = module.answer(case, reference(topic))
    for name, distance in differences(found, case["expected"]):
        yield name, distance, tolerance(module, name), excused(module, case["id"], name)
