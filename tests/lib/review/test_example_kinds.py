"""workflow/lib/review/example_kinds.py and example_tables.py: what a review can begin as."""

import pytest

from workflow.commands.new_review import INPUTS
from workflow.lib.review.example_kinds import (
    KINDS,
    OUTCOMES,
    designs_of,
    kind_of,
    kind_problem,
    measures_of,
)
from workflow.lib.review.example_tables import LABELS, example_tables, examples_left, is_example


def rows(kind):
    return example_tables(kind, review="review_x", title="X", outcome="main_outcome")


def test_every_outcome_type_that_is_wanted_can_begin():
    wanted = {"continuous", "binary", "correlation", "proportion", "rate", "time_to_event"}
    assert set(OUTCOMES) == wanted | {"generic"}
    assert set(designs_of("continuous")) == {
        *("parallel", "before_after", "before_after_controlled", "one_group"),
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.outcome}-{kind.design}")
def test_every_example_row_is_unmistakable(kind):
    tables = rows(kind)
    assert all(is_example(row["source"]) for row in tables["extraction"] + tables["flow"])
    studies = [row for row in tables["studies"] if row["role"] != "review"]
    assert [row["slab"] for row in studies] == list(LABELS)
    assert all(is_example(row["reference"]) for row in studies)
    assert all(len(line.values) == len(LABELS) for line in kind.lines)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.outcome}-{kind.design}")
def test_the_default_of_a_kind_is_in_the_registry_and_needs_only_what_the_examples_give(kind):
    assert set(INPUTS[kind.default]) <= set(kind.inputs)
    assert kind_problem(kind.outcome, kind.design, kind.default, INPUTS) == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("scores", "parallel", "MD"),
            "OUTCOME=scores: no such outcome type; admissible: continuous",
        ),
        (
            ("binary", "before_after", "RR"),
            "DESIGN=before_after: not for OUTCOME=binary; admissible: parallel",
        ),
        (
            ("binary", "parallel", "SMD"),
            "is not a measure of OUTCOME=binary DESIGN=parallel; admissible: RR, OR",
        ),
        (("binary", "parallel", "XX"), "MEASURE=XX: is no measure; admissible for OUTCOME=binary"),
        (("generic", "parallel", "HR"), "admissible: GEN"),
    ],
)
def test_a_wrong_combination_is_refused_with_what_is_admissible(words, said):
    assert said in kind_problem(*words, INPUTS)


def test_what_is_left_of_the_examples_is_counted_by_table():
    tables = rows(KINDS[0])
    assert examples_left(tables) == {"extraction": 18, "studies": 3, "flow": 11}
    tables["flow"] = []
    tables["extraction"][0] = tables["extraction"][0] | {"source": "doi:10.1000/xyz"}
    assert examples_left(tables) == {"extraction": 17, "studies": 3}
    assert examples_left({"studies": [{"reference": "this review"}]}) == {}


def test_the_correlation_before_and_after_is_no_effect_of_a_change():
    offered = measures_of(kind_of("continuous", "before_after"), INPUTS)
    assert {"SMCR", "SMCC", "MC", "ROMC"} <= set(offered)
    assert "ZCOR" not in offered


def test_a_kind_offers_its_default_first_and_nothing_twice():
    for kind in KINDS:
        found = measures_of(kind, INPUTS)
        assert found[0] == kind.default
        assert len(found) == len(set(found))
