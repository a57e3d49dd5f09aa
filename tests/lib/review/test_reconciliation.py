"""workflow/lib/review/reconciliation.py: every kind of cell, and every way not to be the consensus."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projects.double_extraction_made_up import decision
from workflow.lib.review.agreement import agreement_rows
from workflow.lib.review.proposal import proposal
from workflow.lib.review.reconciliation import double_problems, key_of, reconcile
from workflow.lib.stats.icc import icc_agreement
from workflow.lib.stats.kappa import cohen_kappa

KEY = ("study", "outcome", "arm", "time_point", "patient", "quantity")


def row(name, value, *, study="s", unit="points", reason="", **more):
    place = {"outcome": "pain", "arm": "active", "time_point": "7 days", "patient": ""}
    words = {"source": "paper", "source_kind": "", "page": "1", "quote": "words", "note": ""}
    own = {"id": f"{study}-{name}", "study": study, "quantity": name, "value": value}
    return place | words | own | {"unit": unit, "reason": reason, "extractor": "A"} | more


def cells(a, b, decisions=(), final=()):
    return {
        (cell["quantity"], cell["column"]): cell for cell in reconcile(a, b, decisions, list(final))
    }


def problems(a, b, final, decisions=()):
    tables = {"extraction_a": a, "extraction_b": b, "extraction": final}
    return double_problems(tables | {"adjudication": list(decisions)})


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("6.2", "6.2", "agree"),
        ("2.0", "2", "same_number"),
        (".5", "0.50", "same_number"),
        ("6.2", "6.3", "differ"),
        ("6.2", "", "differ"),
        ("", "", "agree"),
        ("paired", "unpaired", "differ"),
    ],
)
def test_what_two_texts_of_a_cell_are_to_each_other(a, b, found):
    assert cells([row("mean", a)], [row("mean", b)])["mean", "value"]["found"] == found


def test_a_unit_is_a_cell_of_its_own():
    found = cells([row("mean", "6", unit="VAS")], [row("mean", "6", unit="NRS")])
    assert found["mean", "value"]["found"] == "agree"
    assert found["mean", "unit"]["found"] == "differ"


def test_a_row_that_one_of_them_lacks_is_one_open_cell():
    found = cells([row("mean", "6"), row("sd", "2")], [row("mean", "6")])
    assert found["sd", "value"]["found"] == "only_a"
    assert ("sd", "unit") not in found
    assert found["sd", "value"]["is_open"]


def test_a_study_that_only_one_extracted_is_no_conflict():
    found = cells([row("mean", "6"), row("sd", "2", study="other")], [row("mean", "6")])
    assert found["sd", "value"]["found"] == "once"
    assert not found["sd", "value"]["is_open"]


@pytest.mark.parametrize(
    ("choice", "value", "holds"), [("a", "", "6.2"), ("b", "", "6.3"), ("other", "6.4", "6.4")]
)
def test_a_decision_closes_a_conflict(choice, value, holds):
    a, b = row("mean", "6.2"), row("mean", "6.3")
    cell = cells([a], [b], [decision(a, choice, value=value)])["mean", "value"]
    assert (cell["status"], cell["found"], cell["consensus"]) == ("adjudicated", "differ", holds)
    assert cell["who"] == "Adjudicator (made up)"


def test_nothing_is_wrong_where_the_table_is_what_was_agreed_and_decided():
    a, b = [row("mean", "6.2"), row("sd", "2.0")], [row("mean", "6.3"), row("sd", "2")]
    final = [row("mean", "6.3"), row("sd", "2.0")]
    assert problems(a, b, final, [decision(a[0], "b")]) == []


def test_either_spelling_of_the_same_number_may_stand_in_the_table():
    a, b = [row("sd", "2.0")], [row("sd", "2")]
    assert problems(a, b, [row("sd", "2.0")]) == problems(a, b, [row("sd", "2")]) == []
    assert "'2.00' is not what was agreed" in problems(a, b, [row("sd", "2.00")])[0]


def test_an_open_conflict_names_both_texts():
    (found,) = problems([row("mean", "6.2")], [row("mean", "6.3")], [row("mean", "6.2")])
    assert "open conflict: s, pain, active, 7 days, mean, value: A has '6.2', B has '6.3'" in found


def test_every_violation_of_the_consensus_is_named_with_its_row():
    a = [row("mean", "6.2"), row("sd", "2"), row("n", "21"), row("se", "1")]
    gone = decision(a[3], "left_out")
    final = [row("mean", "6.9"), row("n", "21", unit="women"), row("q1", "3"), row("se", "1")]
    found = "\n".join(problems(a, [dict(one) for one in a], final, [gone]))
    assert "row 2 (s-mean), value: '6.9' is not what was agreed: '6.2', as extracted" in found
    assert "row 3 (s-n), unit: 'women' is not what was agreed: 'points'" in found
    assert "no row for s, pain, active, 7 days, sd, value: '2', as extracted; add it" in found
    assert "row 4 (s-q1): neither extractor has this cell" in found
    assert "row 5 (s-se): adjudication.csv leaves this cell out" in found
    assert len(found.splitlines()) == 5


def test_rows_of_studies_that_nobody_extracted_twice_may_stay():
    both = [row("mean", "6.2")]
    assert problems(both, both, [*both, row("mean", "7", study="new")]) == []


def test_decisions_that_cannot_be_are_named():
    a, b = row("mean", "6.2"), row("mean", "6.20")
    unknown = decision(row("sd", "1"), "a")
    needless = decision(a, "a", value="6.2")
    agreed = problems([a], [a], [a], [decision(a, "a")])
    assert "decision: both have '6.2', so nothing is to decide; delete the row" in agreed[0]
    sourceless = decision(a, "other", value="6.5") | {"quote": ""}
    assert "no extractor has this cell" in problems([a], [b], [a], [unknown])[0]
    assert "only for the decision 'other'" in problems([a], [b], [a], [needless])[0]
    assert "needs source and quote" in problems([a], [b], [a | {"value": "6.5"}], [sourceless])[0]
    lone = problems([a, row("sd", "1")], [b], [a], [decision(row("sd", "1"), "b")])
    assert "extraction_b.csv has no such row" in lone[0]


def test_numbers_too_large_for_a_computer_are_compared_as_they_are_typed():
    nines, eights = "9" * 400, "8" * 400
    assert cells([row("mean", nines)], [row("mean", eights)])["mean", "value"]["found"] == "differ"
    (told,) = problems([row("mean", nines)], [row("mean", "1")], [row("mean", "1")])
    assert f"A has '{'9' * 60}', B has '1'" in told


ROWS = [
    row(name, value, study=study)
    for study in "st"
    for name, value in (("mean", "6.2"), ("n", "21"), ("r", ""))
]
VALUES = [
    "",
    "0",
    "-1",
    "2.0",
    "2",
    "9" * 400,
    "1e99",
    "1e-99",
    "nan",
    "1,5",
    "\u2212" + "3",
    "\u0663",
    "=1",
    "<b>",
]
TYPED = st.tuples(
    st.integers(0, len(ROWS) - 1),
    st.sampled_from([*KEY, "value", "unit"]),
    st.sampled_from([*VALUES, "mean", "n", "s"]),
)
DECIDED = st.tuples(
    st.integers(0, len(ROWS) - 1), st.sampled_from(["a", "b", "other", "left_out"]), st.sampled_from(VALUES),
    st.sampled_from(["value", "unit"]),
)  # fmt: skip


def typed(changes, order):
    found = [dict(ROWS[place]) for place in order]
    for place, column, text in changes:
        if place < len(found):
            found[place][column] = text
    return list(
        {key_of(one): one for one in found}.values()
    )  # a key that stands twice is refused before


@given(
    st.lists(TYPED, max_size=4), st.lists(TYPED, max_size=4), st.permutations(range(len(ROWS))),
    st.lists(DECIDED, max_size=3, unique_by=lambda one: (one[0], one[3])),
)  # fmt: skip
def test_whatever_two_people_type_no_cell_is_lost_and_nothing_ends_in_a_traceback(
    changes_a, changes_b, order, decided
):
    a, b = typed(changes_a, range(len(ROWS))), typed(changes_b, order)
    decisions = [
        decision(ROWS[place], choice, column=column, value=value)
        for place, choice, value, column in decided
    ]
    found = reconcile(a, b, decisions, ROWS)
    for side, own in (("a", a), ("b", b)):
        values = {
            key_of(cell): cell[side]
            for cell in found
            if cell["column"] == "value" and cell[f"row_{side}"]
        }
        assert values == {key_of(one): one["value"] for one in own}
    told = "\n".join(problems(a, b, ROWS, decisions))
    for cell in found:
        assert not cell["is_open"] or ", ".join(filter(None, key_of(cell))) in told
    rows, still_open = proposal(found, a, b, decisions, ROWS)
    assert len(still_open) == sum(cell["is_open"] for cell in found)
    for one in agreement_rows(found, kappa=cohen_kappa, icc=icc_agreement):
        assert one["value"] is not None or one["reason"]


def test_one_table_without_the_other_is_refused():
    tables = {"extraction": [], "extraction_a": []}
    assert double_problems(tables) == [
        "extraction_b.csv: is missing; double extraction needs the tables of both extractors"
    ]
    assert double_problems({"extraction": []}) == []
    assert "nothing to decide" in double_problems({"extraction": [], "adjudication": [{}]})[0]
