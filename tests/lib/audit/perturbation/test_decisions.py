"""workflow/lib/audit/perturbation/decisions.py: every leaf of config.yaml, changed to what else it can be."""

from tests.pipeline import read_config
from workflow.lib.audit.perturbation.decisions import decision_changes, with_decision
from workflow.lib.config import config_schema

CONFIG = read_config()


def changes():
    known = {"headline": ["primary", "change"]}
    return list(decision_changes(CONFIG, config_schema(), known))


def others(key):
    return [one.edit[1] for one in changes() if one.place == f"config.yaml, {key}"]


def leaves(node, path=()):
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from leaves(value, (*path, str(key)))
    else:
        yield ".".join(path)


def test_every_leaf_has_a_change():
    places = {one.place.removeprefix("config.yaml, ") for one in changes()}
    assert set(leaves(CONFIG)) <= places


def test_a_method_becomes_another_method_and_a_number_its_neighbours():
    methods = others("analyses.primary.model.method")
    assert methods and "REML" not in methods
    assert others("analyses.primary.model.level") == [96, 94, 100, 90]
    assert others("assumptions.r_pre_post.value") == [0.6, 0.4, 1.0, 0.0]


def test_a_truth_is_turned_and_of_a_list_each_member_is_left_out():
    assert others("analyses.primary.correct") == [False]
    assert others("arms.treated") == [["active"], ["single"]]


def test_an_assumption_is_called_as_lineages_call_it():
    names = {one.names for one in changes() if "assumptions.r_pre_post" in one.place}
    assert names == {("assumptions:r_pre_post",)}


def test_a_reference_becomes_another_name_and_one_that_does_not_exist():
    found = [one for one in changes() if "headline.points" in one.place]
    assert [one.new for one in found] == ["primary", "verify-lineage"]


def test_a_change_is_made_in_a_copy():
    change = next(one for one in changes() if one.place.endswith("analyses.primary.correct"))
    assert with_decision(CONFIG, change)["analyses"]["primary"]["correct"] is False
    assert CONFIG["analyses"]["primary"]["correct"] is True
    gone = next(one for one in changes() if one.place.endswith("examine.influence"))
    assert "influence" not in with_decision(CONFIG, gone)["analyses"]["primary"]["examine"]


def test_a_group_that_is_empty_is_taken_away():
    (found,) = decision_changes({"assumptions": {}}, config_schema(), {})
    assert (found.names, found.new) == (("config:assumptions",), "taken away")
