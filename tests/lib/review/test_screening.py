"""workflow/lib/review/screening.py: votes, conflicts and adjudications of a (made-up) ledger."""

from tests.lib.review.made_up_ledger import ledger, votes
from tests.projects.screening_made_up import ledger_row
from workflow.lib.review.screening import listed, read_ledger, settle


def test_equal_votes_settle_a_record_and_maybe_goes_on_like_include():
    found = read_ledger(ledger()).outcomes["title_abstract"]
    assert (found["r2"].decision, found["r2"].conflict) == ("exclude", False)
    assert (found["r3"].decision, found["r3"].conflict) == ("include", False)


def test_a_conflict_is_settled_by_the_adjudicator_and_open_without_one():
    found = read_ledger(ledger()).outcomes["title_abstract"]["r5"]
    assert (found.decision, found.conflict) == ("include", True)
    assert found.judges[0]["reviewer"] == "C"
    still_open = settle("x", "title_abstract", votes("x", "title_abstract", ("include", "exclude")))
    assert (still_open.decision, still_open.conflict) == ("", True)


def test_two_reasons_for_one_excluded_report_are_a_conflict_and_the_adjudicator_names_the_one():
    found = read_ledger(ledger()).outcomes["full_text"]["r5"]
    assert (found.conflict, found.decision, found.reason) == (True, "exclude", "wrong design")


def test_reasons_on_titles_are_no_conflict():
    rows = votes("x", "title_abstract", ("exclude", "exclude"))
    rows[0]["reason"] = "animals"
    assert not settle("x", "title_abstract", rows).conflict


def test_records_about_one_report_share_its_full_text_decision():
    found = read_ledger(ledger())
    assert (found.reports["r7"], found.reports["r8"]) == ("r7", "r7")
    assert found.outcome("full_text", "r7") == "include"
    assert "r8" not in found.outcomes["full_text"]


def test_a_joint_decision_needs_no_votes():
    row = ledger_row("x", "full_text", "team", "include", role="team", study="made_up_a")
    found = settle("x", "full_text", [row])
    assert (found.decision, found.conflict, found.studies) == ("include", False, ["made_up_a"])


def test_long_lists_of_names_are_cut_and_counted():
    assert listed(["b", "a"]) == "a, b"
    assert listed((f"r{i:02d}" for i in range(12)), most=2) == "r00, r01 and 10 more"
