"""workflow/lib/review/agreement.py and proposal.py: figures of agreement, and what the table should hold."""

from tests.lib.review.test_reconciliation import row
from tests.projects.double_extraction_made_up import decision
from workflow.lib.review.agreement import agreement_rows
from workflow.lib.review.proposal import proposal
from workflow.lib.review.reconciliation import double_problems, reconcile
from workflow.lib.stats.icc import icc_agreement
from workflow.lib.stats.kappa import cohen_kappa


def figures(a, b):
    rows = agreement_rows(reconcile(a, b, [], []), kappa=cohen_kappa, icc=icc_agreement)
    return {(one["what"], one["statistic"]): one for one in rows}


def test_shares_count_the_same_number_in_other_digits_as_equal():
    a = [row("mean", "6.2"), row("sd", "2.0"), row("n", "21"), row("se", "1")]
    b = [row("mean", "6.3"), row("sd", "2"), row("n", "21"), row("se", "1", unit="VAS")]
    found = figures(a, b)
    assert found["values", "percent"]["value"] == 75.0
    assert found["units", "percent"]["value"] == 75.0


def test_kappa_asks_whether_both_found_a_value():
    names = ("mean", "sd", "n", "se")
    a = [
        row(name, text, reason="" if text else "none")
        for name, text in zip(names, "12..", strict=True)
    ]
    a = [one | {"value": one["value"].strip(".")} for one in a]
    b = [dict(one) for one in a]
    assert figures(a, b)["presence of a value", "kappa"]["value"] == 1.0
    b[0]["value"] = ""
    assert figures(a, b)["presence of a value", "kappa"]["value"] == 0.5


def test_numbers_have_an_icc_by_quantity():
    a = [row("mean", str(x), time_point=f"{x} days") for x in (1, 4, 9)]
    b = [one | {"value": text} for one, text in zip(a, ("1", "4.0", "8"), strict=True)]
    found = figures(a, b)["mean", "icc"]
    assert found["n"] == 3
    assert found["value"] == icc_agreement([[1, 1], [4, 4], [9, 8]]).icc


def test_without_common_cells_every_figure_has_a_reason():
    found = figures([row("mean", "1", study="a")], [row("mean", "1", study="b")])
    assert all(one["value"] is None and one["reason"] for one in found.values())


def test_the_proposal_passes_the_check_that_it_is_made_for():
    a = [row("mean", "6.2"), row("sd", "2.0"), row("n", "21"), row("se", "1"), row("q1", "")]
    a[4]["reason"] = "not reported"
    b = [row("mean", "6.3", extractor="B"), row("sd", "2"), row("n", "20"), row("q1", "3")]
    decisions = [
        decision(a[0], "b"),
        decision(a[2], "other", value="22"),
        decision(a[3], "left_out"),
        decision(a[4], "a"),
    ]
    old = [row("mean", "9") | {"id": "kept-id"}, row("mean", "7", study="single")]
    rows, still_open = proposal(reconcile(a, b, decisions, old), a, b, decisions, old)
    assert still_open == []
    tables = {"extraction_a": a, "extraction_b": b, "adjudication": decisions, "extraction": rows}
    assert double_problems(tables) == []
    found = {(one["study"], one["quantity"]): one for one in rows}
    assert found["s", "mean"]["id"] == "kept-id"
    assert found["s", "n"]["quote"] == "made up: 22"
    assert found["s", "q1"]["reason"] == "not reported"
    assert ("s", "se") not in found
    assert found["single", "mean"]["value"] == "7"


def test_an_open_cell_is_a_row_to_fill_in_and_no_row_of_the_proposal():
    a, b = [row("mean", "6.2"), row("sd", "2")], [row("mean", "6.3"), row("sd", "2")]
    rows, still_open = proposal(reconcile(a, b, [], []), a, b, [], [])
    assert [one["quantity"] for one in rows] == ["sd"]
    assert still_open[0]["quantity"] == "mean"
    assert still_open[0]["decision"] == still_open[0]["who"] == ""
