"""workflow/lib/review/model_record.py: the pool with what it rests on, and without each study."""

import pytest

from tests.made_up import analysis
from workflow.lib.review.model_record import leave_one_out_rows, model_record
from workflow.lib.stats import pooling
from workflow.lib.stats.batch.leave_one_out import refit_without_each

ANALYSIS = analysis("MC") | {"name": "change", "scale": "units of the outcome"}


def effect(study, yi=1.0, vi=0.2, **words):
    return {
        "study": study,
        "slab": study,
        "role": "pooled",
        "status": "pooled",
        "yi": yi,
        "vi": vi,
        "ci_lb": yi - 1,
        "ci_ub": yi + 1,
        "pval": None,
        "direction": "improvement_positive",
        "method": "MC, vtype LS",
        "yi_rows": f"{study}-yi",
        "vi_rows": f"{study}-vi",
        "ci_lb_rows": f"{study}-lb",
        "ci_ub_rows": f"{study}-ub",
        "pval_rows": "",
        "decision_rows": "",
        "yi_basis": f"assumptions:{study}",
        "basis": f"assumptions:{study};studies:{study}",
        **words,
    }


def record(effects, threshold=None, chosen=ANALYSIS):
    return model_record(effects, chosen, threshold=threshold, pooling=pooling)


def test_a_pool_rests_on_its_studies_and_on_those_it_leaves_out():
    out = effect("c", status="narrated", decision_rows="c-median", basis="studies:c")
    found = record([effect("a"), effect("b", 2.0, role="candidate"), out])
    assert found["studies"] == ["a", "b"]
    assert found["roles"] == {"pooled": 1, "candidate": 1}
    assert found["yi_rows"] == ["a-yi", "b-yi"]
    assert found["decision_rows"] == ["c-median"]
    assert found["yi_basis"] == ["assumptions:a", "assumptions:b"]
    assert found["basis"] == [
        "config:analyses.change",
        *("assumptions:a", "studies:a", "assumptions:b", "studies:b", "studies:c"),
    ]
    assert found["unit"] == "points"


def test_the_record_holds_every_test_of_the_same_pool():
    found = record([effect("a"), effect("b", 2.0)])
    assert [one["test"] for one in found["tests"]] == ["z", "t", "knha", "adhoc"]
    assert {one["beta"] for one in found["tests"]} == {found["fit"]["beta"]}


def test_one_study_stands_as_it_is_printed():
    printed = {"method": "GEN, interval as printed", "pval": 0.759, "pval_rows": "a-p"}
    found = record([effect("a", **printed)])
    assert (found["fit"]["ci_lb"], found["fit"]["pval"]) == (0.0, 0.759)
    assert found["own_rows"] == {"ci_lb": ["a-lb"], "ci_ub": ["a-ub"], "pval": ["a-p"]}
    assert found["fit"]["tag"].endswith("as printed")
    assert all(one["ci_lb"] == 0.0 for one in found["tests"])
    assert record([effect("a")])["own_rows"] == {}


def test_two_printed_studies_are_pooled_and_not_printed():
    two = [effect(name, method="GEN, interval as printed") for name in "ab"]
    assert record(two)["own_rows"] == {}


def test_one_sign_that_is_not_stated_leaves_the_pool_without_a_sign():
    found = record([effect("a"), effect("b", direction="not_stated")])
    assert found["direction"] == "not_stated"


def test_no_study_gives_a_record_without_numbers():
    found = record([])
    assert (found["fit"]["k"], found["fit"]["beta"], found["studies"]) == (0, None, [])
    assert found["direction"] == "improvement_positive"


def test_the_probability_carries_its_threshold():
    chosen = ANALYSIS | {"threshold": "two_points"}
    found = record([effect("a"), effect("b", 2.0)], {"value": 2}, chosen)
    assert (found["probability"]["key"], found["probability"]["threshold"]) == ("two_points", 2)
    assert record([effect("a")], {"value": 2}, chosen)["probability"]["value"] is None
    assert record([effect("a")])["probability"] is None


def left_out(effects, test="adhoc"):
    chosen = ANALYSIS | {"model": {"method": "REML", "test": test, "level": 95}}
    return leave_one_out_rows(effects, chosen, leave_one_out=refit_without_each)


@pytest.mark.parametrize(
    ("test", "other"), [("adhoc", "z"), ("knha", "z"), ("z", "adhoc"), ("t", "adhoc")]
)
def test_each_left_out_pool_has_both_intervals(test, other):
    three = [effect("a"), effect("b", 2.0), effect("c", 3.5)]
    for row in left_out(three, test):
        assert row["other_test"] == other
        widths = (row["ci_ub"] - row["ci_lb"], row["other_ci_ub"] - row["other_ci_lb"])
        wider, narrower = widths if other == "z" else widths[::-1]
        assert wider >= narrower


def test_a_left_out_pool_rests_on_the_others_and_on_every_decision():
    out = effect("c", status="narrated", decision_rows="c-median", basis="studies:c")
    first, _ = left_out([effect("a"), effect("b", 2.0), out])
    assert (first["without"], first["yi_rows"], first["vi_rows"]) == ("a", "b-yi", "b-vi")
    assert first["decision_rows"] == "c-median"
    assert first["yi_basis"] == "assumptions:b"
    assert first["basis"].split(";") == [
        "config:analyses.change",
        *("assumptions:b", "studies:b", "studies:c", "studies:a"),
    ]


def test_without_the_only_study_nothing_is_left():
    (row,) = left_out([effect("a")])
    assert (row["k"], row["beta"], row["other_ci_lb"]) == (0, None, None)
    assert left_out([]) == []
