"""workflow/lib/audit/ours.py: which regenerated numbers stand beside claims, and when they are comparable."""

import pytest

from workflow.lib.audit.ours import beside, ours_from_examined, ours_from_models, ours_from_studies

FIT = {"k": 3, "beta": 0.5, "tag": "REML", "converged": True}


def model(candidate=0):
    return {
        "analysis": "a",
        "roles": {"pooled": 3 - candidate, "candidate": candidate},
        "fit": FIT,
        "tests": [{"test": "z", "se": 0.1}],
        **{"yi_rows": ["y"], "vi_rows": ["v"], "decision_rows": [], "basis": ["b"]},
    }


RECORD = {
    "analysis": "a",
    "examined": [
        {
            "name": "latitude",
            "values": [{"field": "beta.ablat", "value": -0.03}, {"field": "struct", "value": "UN"}],
        }
    ],
}


def test_what_was_examined_is_as_comparable_as_its_pool():
    found = ours_from_examined([RECORD], [model()], pooled=3)
    assert found.keys() == {"examined.a.latitude.beta.ablat"}
    (one,) = found.values()
    assert (one.value, one.comparable, one.k, one.rows) == (-0.03, True, 3, ("y", "v"))
    (one,) = ours_from_examined([RECORD], [model()], pooled=4).values()
    assert not one.comparable


@pytest.mark.parametrize(
    ("pooled", "comparable"), [(3, True), (2, True), (1, False), (None, False)]
)
def test_a_source_may_count_the_trials_or_their_estimates(pooled, comparable):
    values = [{"field": "beta.x", "value": 0.1}, {"field": "robust.n_clusters", "value": 2}]
    record = RECORD | {"examined": [{"name": "both", "values": values}]}
    found = ours_from_examined([record], [model()], pooled=pooled)
    assert found["examined.a.both.beta.x"].comparable == comparable


def test_a_subgroup_is_made_of_its_studies_and_the_test_between_them_of_the_subgroups():
    values = {"QM": 4.0, "QM_df1": 1, "groups.early.beta": 0.1, "groups.early.QE_df": 2}
    fields = [{"field": field, "value": value} for field, value in values.items()]
    one = {"name": "s", "procedure": "subgroups", "values": fields}
    found = ours_from_examined([RECORD | {"examined": [one]}], [model()], pooled=9)
    assert found["examined.a.s.groups.early.beta"].k == 3
    assert found["examined.a.s.QM"].k == 2
    candidates = ours_from_examined([RECORD | {"examined": [one]}], [model(1)], pooled=9)
    assert {one.k for one in candidates.values()} == {None}


def test_with_a_candidate_nothing_is_comparable_and_no_verdict_rests_on_its_rows():
    found = ours_from_models([model(1)], pooled=3) | ours_from_examined(
        [RECORD], [model(1)], pooled=3
    )
    assert {(one.comparable, one.k, one.rows) for one in found.values()} == {(False, None, ())}


def effect(role):
    return {
        **{"study": "s1", "status": "pooled", "role": role, "yi": 0.2, "vi": 0.04, "sei": 0.2},
        **{"yi_rows": "y", "vi_rows": "v;w", "basis": "b"},
    }


@pytest.mark.parametrize(("role", "comparable"), [("pooled", True), ("candidate", False)])
def test_a_study_that_the_source_names_is_comparable(role, comparable):
    found = ours_from_studies({"a": [effect(role)]}, {"s1": "s1"})
    assert found.keys() == {"study.a.s1.yi", "study.a.s1.vi", "study.a.s1.sei"}
    assert {one.comparable for one in found.values()} == {comparable}
    assert found["study.a.s1.vi"].rows == (("v", "w") if comparable else ())


def test_the_count_of_a_group_decides_about_its_result_and_not_about_its_study_lines():
    found = ours_from_studies({"a": [effect("pooled")]}, {"s1": "s1"})
    found |= ours_from_models([model()], pooled=None)
    line = {"counterpart": "study.a.s1.yi", "group": "g", "study": "s1"}
    pool = {"counterpart": "pooled.a.beta", "group": "g", "study": ""}
    assert beside(line, found, {"g": 7}).comparable
    assert not beside(pool, found, {"g": 7}).comparable
    assert beside(pool, found, {"g": 3}).comparable
    assert beside(pool | {"counterpart": "nothing"}, found, {}) is None
