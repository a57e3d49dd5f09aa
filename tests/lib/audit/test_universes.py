"""workflow/lib/audit/universes.py: every declared universe, each once, each pooled as it would be alone."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from workflow.lib.audit.universes import FIELDS, MOST, declared
from workflow.lib.errors import InputError
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.pooling import random_effects

ANALYSIS = {"time_point": "longest", "model": {"method": "REML", "test": "adhoc", "level": 95.0}}


@dataclass(frozen=True)
class Effect:
    study: str
    time_point: str
    days: float
    yi: float
    vi: float


def effects(**times):
    """Made-up effects: study=(days of its follow-ups)."""
    rng = np.random.default_rng(len(times))
    return tuple(
        Effect(study, f"{day} days", day, float(rng.normal()), float(rng.uniform(0.02, 0.3)))
        for study, days in times.items()
        for day in days
    )


def search(supply, **axes):
    return declared(supply, axes, analysis=ANALYSIS, level=95.0, pool_subsets=pool_subsets)


def pooled(found):
    """Studies with their time points of each universe."""
    return [
        tuple((one.study, one.time_point) for one in found.members(place))
        for place in range(len(found))
    ]


def test_all_subsets_of_at_least_two_studies_are_pooled_once_each():
    found = search({"a": effects(p=[7], q=[7], s=[7])})
    members = [tuple(study for study, _ in one) for one in pooled(found)]
    assert sorted(members) == [("p", "q"), ("p", "q", "s"), ("p", "s"), ("q", "s")]


def test_each_takes_every_follow_up_of_every_study():
    found = search({"a": effects(p=[7, 45, 200], q=[30, 90])}, time_points=["each"])
    assert len(found) == 6
    assert len(set(pooled(found))) == 6


def test_the_longest_and_the_shortest_follow_up_are_taken_study_by_study():
    supply = {"a": effects(p=[200, 7, 45], q=[90, 30])}
    longest = pooled(search(supply, time_points=["longest"]))
    shortest = pooled(search(supply, time_points=["shortest"]))
    assert longest == [(("p", "200 days"), ("q", "90 days"))]
    assert shortest == [(("p", "7 days"), ("q", "30 days"))]


def test_a_time_point_as_printed_takes_the_studies_that_have_it():
    supply = {"a": effects(p=[7, 45], q=[7], s=[45])}
    assert pooled(search(supply, time_points=["7 days"])) == [(("p", "7 days"), ("q", "7 days"))]


def test_rules_that_lead_to_the_same_effects_make_one_universe():
    supply = {"a": effects(p=[7, 45], q=[30])}
    both = search(supply, time_points=["longest", "each", "shortest"])
    assert len(both) == 2


def test_declared_subsets_are_taken_as_they_are_where_their_studies_have_effects():
    supply = {"a": effects(p=[7], q=[7], s=[7]), "b": effects(p=[7], q=[7])}
    found = search(supply, subsets=[["p", "q"], ["q", "s"]])
    assert [(found.settings[s], m[0][0]) for s, m in zip(found.setting, pooled(found), strict=True)] == [
        ("a", "p"), ("a", "q"), ("b", "p"),
    ]  # fmt: skip


def test_axes_that_are_left_out_keep_the_choice_of_the_analysis():
    found = search({"a": effects(p=[7, 45], q=[30])})
    assert set(found.method) == {"REML"}
    assert set(found.test) == {"adhoc"}
    assert pooled(found) == [(("p", "45 days"), ("q", "30 days"))]


def test_the_number_of_universes_is_the_product_of_the_axes():
    supply = {name: effects(p=[7, 45], q=[30], s=[1]) for name in "abc"}
    found = search(supply, time_points=["each"], methods=["DL", "PM"], tests=["z", "t", "knha"])
    assert len(found) == 3 * (2 + 2 + 1 + 2) * 2 * 3
    keys = zip(found.setting, map(tuple, found.uses), found.method, found.test, strict=True)
    assert len(set(keys)) == len(found)


def test_each_universe_has_the_answer_that_its_studies_have_alone():
    supply = {name: effects(p=[7, 45], q=[30], s=[1, 90]) for name in "ab"}
    methods, tests = ["EE", "DL", "HE", "SJ", "ML", "REML", "PM"], ["z", "t", "knha", "adhoc"]
    found = search(supply, time_points=["each"], methods=methods, tests=tests)
    for place in range(0, len(found), 17):
        members = found.members(place)
        alone = random_effects(
            [one.yi for one in members],
            [one.vi for one in members],
            method=found.method[place],
            test=found.test[place],
            level=95.0,
        )
        for name in FIELDS:
            # 1e-6: both find tau2 by iteration, to 1e-10 of tau2 + min(vi), and tau2 may be near 0
            value = found.values[name][place]
            assert value == pytest.approx(getattr(alone, name), rel=1e-6, abs=1e-9), name
    assert set(found.reason) == {""}
    assert set(product(methods, tests)) == set(zip(found.method, found.test, strict=True))


@pytest.mark.parametrize(
    "supply", [{}, {"a": ()}, {"a": effects(p=[7, 45])}], ids=["none", "empty", "one study"]
)
def test_fewer_than_two_studies_make_no_universe(supply):
    found = search(supply, time_points=["each"])
    assert len(found) == 0
    assert all(len(values) == 0 for values in found.values.values())


@pytest.mark.parametrize(
    "axes",
    [{"subsets": "all"}, {"subsets": [[f"s{n}" for n in range(18)]], "time_points": ["each"]}],
)
def test_too_many_universes_are_refused_before_they_are_made(axes):
    supply = {"a": effects(**{f"s{n}": [7, 45] for n in range(18)})}
    with pytest.raises(InputError, match=f"more than the {MOST:,}"):
        search(supply, **axes)


def test_as_many_as_are_admitted_are_counted_exactly():
    supply = {"a": effects(**{f"s{n}": [7] for n in range(10)})}
    assert len(search(supply, methods=["DL", "EE"])) == 2 * (2**10 - 1 - 10)
