"""The record and the table of a method search: what was declared, what was tried, what came out."""

from math import isnan

import numpy as np

from workflow.lib.audit.method_search import by_decision, compare, nearest
from workflow.lib.audit.universes import NOTHING

CAUTION = (
    "A match found by search is not evidence of what was done: among many combinations some come "
    "near almost any printed number."
)
SHOWN = 5  # nearest universes in the record
NAMED = 100  # matching universes that the record names; the table marks all
RESULT = ("k", "beta", "ci_lb", "ci_ub", "pval", "stat")
AXES = ("measure", "r", "correct", "method", "test")
JOIN = ";"
STUDY, LEFT_OUT = "study ", "left out"


def search_record(universes, supply, targets, search, level):
    """(record, columns) for results/audit/method_search.{json,csv}.

    `supply` is that of review.search_effects; `targets` are the rows of claims.csv that are
    searched for; `search` is config.yaml, method_search; `level` that of the intervals in percent.
    """
    found = compare(targets, universes.values, sign=search.get("sign", "same"))
    decisions = _decisions(universes)
    matching = found.matches.nonzero()[0].tolist()
    places = nearest(found, universes.values, SHOWN)
    record = {
        "analysis": search["analysis"],
        "level": level,
        "sign": search.get("sign", "same"),
        "target": [{name: one[name] for name in ("id", "quantity", "printed")} for one in targets],
        "caution": CAUTION,
        "tried": len(universes),
        "answered": int((universes.reason == "").sum()),
        "distinct": found.distinct,
        "matches": len(matching),
        "matching": [_number(place) for place in matching[:NAMED]],
        "nearest": [_near(universes, place, found, decisions) for place in places],
        "decisions": by_decision(decisions, found) if len(universes) else [],
        "rows": list(supply.rows),
        "basis": [*_basis(search), *supply.basis],
    }
    return record, _columns(universes, found, decisions)


def level_of(targets, analysis):
    """Level of the intervals in percent: that of the claimed one, else that of the analysis."""
    stated = (claim["level"] for claim in targets)
    return float(next(filter(None, stated), analysis["model"]["level"]))


def _number(place):
    """Universes are counted from 1 in the table."""
    return place + 1


def _basis(search):
    keys = (f"config:method_search.{name}" for name in search)
    return [*keys, f"config:analyses.{search['analysis']}"]


def _decisions(universes):
    """Axis -> what each universe took, (n,); the axis of a study has its time point, or left out."""
    found = {}
    for name in ("measure", "r", "correct"):
        of_setting = np.array([getattr(one, name) for one in universes.settings], dtype=object)
        found[name] = of_setting[universes.setting]
    found |= {
        "method": universes.method,
        "test": universes.test,
        "k": universes.values["k"].astype(int),
    }
    times = np.array([*(one.time_point for one in universes.effects), LEFT_OUT], dtype=object)
    for column, study in enumerate(universes.studies):
        found[f"{STUDY}{study}"] = times[universes.uses[:, column]]  # NOTHING is the last place
    return found


def _near(universes, place, found, decisions):
    """One of the nearest universes: its decisions, its result, its misses and what it rests on."""
    members = universes.members(place)
    return {
        "universe": _number(place),
        **{axis: decisions[axis][place] for axis in AXES},
        "studies": [one.study for one in members],
        "time_points": [one.time_point for one in members],
        "percents": [one.study for one in members if one.percents],
        **_result(universes, place),
        "matches": bool(found.matches[place]),
        "distance": float(found.distance[place]),
        "misses": {name: float(values[place]) for name, values in found.misses.items()},
        "digits": found.reading[place],
        "rows": list(dict.fromkeys(row for one in members for row in one.rows)),
    }


def _result(universes, place):
    """The pool of one universe; null where it has no answer."""
    values = {name: float(universes.values[name][place]) for name in RESULT}
    values = {name: None if isnan(value) else value for name, value in values.items()}
    return values | {"k": int(values["k"])}


def _columns(universes, found, decisions):
    """Columns of results/audit/method_search.csv, one place per universe."""
    results = {name: _plain(universes.values[name]) for name in RESULT}
    return {
        "universe": [_number(place) for place in range(len(universes))],
        **{axis: decisions[axis].tolist() for axis in AXES},
        **_joined(universes),
        **results,
        "k": universes.values["k"].astype(int).tolist(),
        "matches": found.matches.tolist(),
        "distance": _plain(np.where(np.isfinite(found.distance), found.distance, np.nan)),
        "reason": universes.reason.tolist(),
    }


def _joined(universes):
    """Columns with the studies of each universe and their time points, each set joined once."""
    different, place = np.unique(universes.uses, axis=0, return_inverse=True)
    members = [[universes.effects[one] for one in row if one != NOTHING] for row in different]
    texts = {
        "studies": [JOIN.join(one.study for one in own) for own in members],
        "time_points": [JOIN.join(one.time_point for one in own) for own in members],
        "percents": [JOIN.join(one.study for one in own if one.percents) for own in members],
    }
    return {
        name: np.array(own, dtype=object)[place.ravel()].tolist() for name, own in texts.items()
    }


def _plain(values):
    """Numbers as a list, None where there is none."""
    return np.where(np.isnan(values), None, values.astype(object)).tolist()
