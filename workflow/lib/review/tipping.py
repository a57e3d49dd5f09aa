"""At which correlation before and after the conclusion of an analysis flips."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.review.multiverse_effects import prepared
from workflow.lib.review.multiverse_options import HOUSE, REFUSE_SKEWED

STEP = 0.01
ROUNDS, PIECES = 3, 20  # a flip is narrowed three times to a twentieth: 0.01 / 8000
FIELDS = ("beta", "ci_lb", "ci_ub", "pval")


@dataclass(frozen=True, slots=True)
class Pooler:
    """What the statistics lend: means of multiverse_effects, Effects, pool_universes and ways_of."""

    means: dict
    effects: type
    pool: object
    ways: object


def correlations(low, high):
    """The values that stand in for every assumption about r, both ends included."""
    many = int(round((high - low) / STEP))
    return [round(float(x), 10) for x in np.linspace(low, high, many + 1)]


def pooled_at(tables, config, name, tests, rs, *, pooler):
    """(test -> field -> (values,), Prepared): the pool with each of `rs` for every r that is assumed."""
    analysis = config["analyses"][name]
    skewness = analysis.get("skewness", config["conversions"]["skewness"])
    options = {
        "measure": [analysis["measure"]],
        "r": list(rs),
        "correct": [analysis.get("correct", True)],
        "conversion": [REFUSE_SKEWED if skewness == "refuse" else HOUSE],
        "time_point": [analysis["time_point"]],
        "inclusion": ["all"],
    }
    made = prepared(tables, config | {"multiverse": {"analysis": name}}, options, pooler.means)
    model, n = analysis["model"], len(rs)
    ways = pooler.ways([model["method"]], list(tests), [model["level"]], ["none"])
    data, way = np.divmod(np.arange(n * len(ways)), len(ways))
    pools = pooler.pool(pooler.effects(made.yi, made.vi), ways, data, way)
    found = {
        test: {field: pools.values[field][place :: len(ways)] for field in FIELDS}
        for place, test in enumerate(tests)
    }
    return found, made


def flips(curve, rs, again):
    """[(r, excludes zero above it)] where an interval begins or ceases to exclude zero.

    `curve` has ci_lb and ci_ub at each of `rs`; `again(rs)` gives the same at others.
    """
    state = _excludes(curve)
    found = []
    for place in np.flatnonzero(state[1:] != state[:-1]):
        low, high = rs[place], rs[place + 1]
        for _ in range(ROUNDS):
            finer = np.linspace(low, high, PIECES + 1)
            inner = _excludes(again(finer.tolist()))
            change = int(np.flatnonzero(inner != inner[0])[0])
            low, high = float(finer[change - 1]), float(finer[change])
        found.append(((low + high) / 2, bool(state[place + 1])))
    return found


def _excludes(curve):
    with np.errstate(invalid="ignore"):
        return (np.asarray(curve["ci_lb"]) > 0) | (np.asarray(curve["ci_ub"]) < 0)


def tests_of(analysis):
    """The test of an analysis, and the other one that stands beside it."""
    own = analysis["model"]["test"]
    return (own, "adhoc" if own in ("z", "t") else "z")


def tipping_record(config, ladder, rs, again):
    """(results/robustness/tipping.json, curves by test); `again(tests, rs)` is pooled_at."""
    name = config["r_tipping"]["analysis"]
    analysis = config["analyses"][name]
    tests = tests_of(analysis)
    found, made = again(tests, rs)
    turning = {
        test: flips(found[test], rs, lambda finer, test=test: again((test,), finer)[0][test])
        for test in tests
    }
    record = {
        "analysis": name,
        "title": analysis["title"],
        "method": f"{analysis['measure']}; {analysis['model']['method']}",
        "studies": len({one["study"] for one in ladder}),
        "imputed": len({one["study"] for one in ladder if one["rung"] == "imputed"}),
        "assumed": _assumed(ladder),
        "ladder": ladder,
        "ends": {test: _ends(found[test], rs) for test in tests},
        "flips": {
            test: [{"r": r, "excludes": excludes} for r, excludes in own]
            for test, own in turning.items()
        },
        "rows": list(made.rows),
        "decided": list(made.decided),
        "basis": list(made.basis),
    }
    return record, found


def _assumed(ladder):
    """The one correlation that is assumed; None if there are none or several."""
    values = {one["r"] for one in ladder if one["rung"] == "imputed"}
    return values.pop() if len(values) == 1 else None


def _ends(curve, rs):
    """The pool at the lowest and at the highest correlation."""
    excludes = _excludes(curve)
    return {
        end: {"r": rs[place], "excludes": bool(excludes[place])}
        | {
            field: float(curve[field][place]) if np.isfinite(curve[field][place]) else None
            for field in ("beta", "ci_lb", "ci_ub")
        }
        for end, place in (("low", 0), ("high", -1))
    }


def tipping_rows(found, rs):
    """Rows of results/figures/tipping.csv: one per test and correlation."""
    return [
        {"test": test, "r": r}
        | {
            field: float(values[field][place]) if np.isfinite(values[field][place]) else None
            for field in FIELDS
        }
        for test, values in found.items()
        for place, r in enumerate(rs)
    ]
