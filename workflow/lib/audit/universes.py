"""Every declared way to a pool: settings x studies x time points x estimators x intervals."""

from dataclasses import dataclass
from itertools import combinations, product
from math import inf, prod

import numpy as np

from workflow.lib.errors import InputError

MOST = 200_000  # universes of one search
LEAST = 2  # studies of a pool
FIELDS = ("k", "beta", "se", "stat", "pval", "ci_lb", "ci_ub", "tau2", "I2", "H2", "QE", "QEp")
NOTHING = -1  # the place of an effect that a universe does not use
ALL = "all"


@dataclass(frozen=True, slots=True)
class Universes:
    """n universes side by side: what each decides, and its pool."""

    settings: tuple  # of the supply
    effects: tuple  # candidates, those of all settings one after the other
    studies: tuple[str, ...]
    setting: np.ndarray  # (n,) place in settings
    uses: np.ndarray  # (n, K) place in effects of what each study gives, or NOTHING
    method: np.ndarray  # (n,) texts
    test: np.ndarray  # (n,) texts
    values: dict[str, np.ndarray]  # FIELDS -> (n,); NaN where there is none
    reason: np.ndarray  # (n,) texts; empty where the pool has an answer

    def __len__(self):
        """How many universes there are."""
        return len(self.setting)

    def members(self, place):
        """Candidates that universe `place` pools, in the order of the studies."""
        return [self.effects[one] for one in self.uses[place].tolist() if one != NOTHING]


def declared(supply, search, *, analysis, level, pool_subsets):
    """The Universes of a search, each pooled at `level` percent.

    `supply` maps each setting to its candidates, as review.search_effects.supply gives them;
    `search` is config.yaml, method_search; `analysis` the one that it names, for what it does not
    vary; `pool_subsets` is that of stats.batch.subsets. They are in order of method, then test,
    then setting, subset and time points.

    Raises
    ------
    InputError
        If there are more universes than one search may try.
    """
    model, chosen = analysis["model"], search.get("subsets", ALL)
    times = search.get("time_points", [analysis["time_point"]])
    methods, tests = search.get("methods", [model["method"]]), search.get("tests", [model["test"]])
    ways = len(methods) * len(tests)
    _refuse_too_many(ways * sum(_count(own, times, chosen) for own in supply.values()))
    effects = tuple(one for candidates in supply.values() for one in candidates)
    studies = tuple(dict.fromkeys(one.study for one in effects))
    setting, uses = _uses_of_all(supply, studies, times, chosen)
    values, reason = _pooled(effects, uses, (methods, tests, level), pool_subsets)
    return Universes(
        *(tuple(supply), effects, studies),
        *(np.tile(setting, ways), np.tile(uses, (ways, 1))),
        np.repeat(np.array(methods, dtype=object), len(tests) * len(uses)),
        np.tile(np.repeat(np.array(tests, dtype=object), len(uses)), len(methods)),
        *(values, reason),
    )


def _refuse_too_many(many):
    """Nothing, if so many universes may be tried."""
    if many > MOST:
        raise InputError(
            [
                f"config.yaml: method_search: {many:,} universes are declared, more than the "
                f"{MOST:,} that one search may try; name the `subsets`, or declare fewer values"
            ]
        )


def _count(candidates, times, chosen):
    """At most how many rows of `uses` one setting has; counted before any is made."""
    sizes = {study: len(own) for study, own in _by_study(candidates).items()}
    total = 0
    for rule in times:
        many = {study: size if rule == "each" else 1 for study, size in sizes.items()}
        if chosen == ALL:
            total += prod(1 + one for one in many.values()) - 1 - sum(many.values())
        else:
            total += sum(prod(many.get(study, 0) for study in subset) for subset in chosen)
    return total


def _by_study(candidates):
    """Study -> its candidates, the earliest first."""
    found = {}
    for one in sorted(candidates, key=lambda one: inf if one.days is None else one.days):
        found.setdefault(one.study, []).append(one)
    return found


def _uses_of_all(supply, studies, times, chosen):
    """(setting, uses) of every setting, one row per set of effects that are pooled together."""
    setting, uses, first = [], [], 0
    for number, candidates in enumerate(supply.values()):
        rows = _uses(candidates, first, studies, (times, chosen))
        setting += [number] * len(rows)
        uses += rows
        first += len(candidates)
    shape = (len(uses), len(studies))
    return np.array(setting, dtype=int), np.array(uses, dtype=int).reshape(shape)


def _uses(candidates, first, studies, rules):
    """Rows of `uses` of one setting, each once; `first` is the place of its first candidate."""
    times, chosen = rules
    place = {id(one): first + number for number, one in enumerate(candidates)}
    by_study, rows = _by_study(candidates), {}
    for subset in _subsets(studies, by_study, chosen):
        for rule in times:
            for picked in product(*(_at(by_study[study], rule) for study in subset)):
                used = {one.study: place[id(one)] for one in picked}
                rows[tuple(used.get(study, NOTHING) for study in studies)] = None
    return list(rows)


def _subsets(studies, by_study, chosen):
    """Sets of studies that a setting can pool: all of at least two, or the declared ones it has."""
    if chosen != ALL:
        return [tuple(subset) for subset in chosen if set(subset) <= set(by_study)]
    names = [study for study in studies if study in by_study]
    sizes = range(LEAST, len(names) + 1)
    return [subset for size in sizes for subset in combinations(names, size)]


def _at(candidates, rule):
    """Candidates of one study that a rule for time points admits."""
    if rule == "each":
        return candidates
    if rule in ("longest", "shortest"):
        return [candidates[-1 if rule == "longest" else 0]]
    return [one for one in candidates if one.time_point == rule]


def _pooled(effects, uses, ways, pool_subsets):
    """(values by field, reasons) of all pools, by method, then test, then row of `uses`."""
    methods, tests, level = ways
    include = uses != NOTHING
    yi, vi = (
        np.array([getattr(one, name) for one in effects] or [0.0], dtype=float)[uses]
        for name in ("yi", "vi")
    )
    pools = [
        pool_subsets(yi, vi, include, method=method, test=test, level=level)
        for method in methods
        for test in tests
    ]
    values = {
        name: np.concatenate([np.asarray(getattr(pool, name), dtype=float) for pool in pools])
        for name in FIELDS
    }
    return values, np.concatenate([pool.reason for pool in pools])
