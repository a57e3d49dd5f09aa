"""workflow/lib/review/screening_summary.py: agreement per pair, conflicts and reasons of a (made-up) ledger."""

from tests.lib.review.made_up_ledger import ledger, votes
from tests.projects.screening_made_up import ledger_row
from workflow.lib.review.screening_summary import summary
from workflow.lib.stats.kappa import cohen_kappa


def summed(rows):
    return summary(rows, agreement=cohen_kappa)


def test_each_stage_and_pair_has_its_table_of_votes():
    pairs, _, _, _ = summed(ledger())
    cells = ("both_include", "only_a", "only_b", "both_exclude", "n", "agreed")
    assert [(row["stage"], *(row[cell] for cell in cells)) for row in pairs] == [
        ("title_abstract", 6, 1, 0, 1, 8, 7),
        ("full_text", 3, 1, 0, 3, 7, 6),  # two reasons for one exclusion are equal votes
    ]
    assert pairs[0]["kappa"] == cohen_kappa([[6, 1], [0, 1]]).kappa
    assert (pairs[0]["reviewer_a"], pairs[0]["reviewer_b"]) == ("A", "B")


def test_stages_are_counted_by_how_many_decided():
    rows = [
        *ledger(),
        ledger_row("x", "title_abstract", "A", "exclude"),
        ledger_row("y", "title_abstract", "team", "exclude", role="team"),
    ]
    stages = summed(rows)[-1]
    assert stages["title_abstract"] == {
        **{"n": 10, "twice": 8, "once": 1, "team": 1, "agreed": 7, "conflicts": 1, "excluded": 3},
    }
    assert stages["full_text"]["conflicts"] == 2


def test_three_screeners_make_three_pairs_and_each_conflict_is_told_once():
    rows = votes("x", "title_abstract", ("include", "exclude"))
    rows.append(ledger_row("x", "title_abstract", "D", "include"))
    judge = {"role": "adjudicator", "note": "read again", "date": "2024-03-01"}
    rows.append(ledger_row("x", "title_abstract", "C", "include", **judge))
    pairs, (conflict,), _, _ = summed(rows)
    assert [(row["reviewer_a"], row["reviewer_b"], row["agreed"]) for row in pairs] == [
        ("A", "B", 0),
        ("A", "D", 1),
        ("B", "D", 0),
    ]
    assert conflict == {
        **{"stage": "title_abstract", "unit": "x", "decision": "include", "reason": ""},
        **{"votes": "A: include; B: exclude; D: include", "adjudicator": "C"},
        **{"date": "2024-03-01", "why": "read again"},
    }


def test_reasons_are_counted_with_their_reports_the_most_frequent_first():
    _, _, reasons, _ = summed(ledger())
    assert [(row["reason"], row["n"], row["reports"]) for row in reasons] == [
        ("no pain score", 1, "r4"),
        ("no results", 1, "w2"),
        ("wrong design", 1, "r5"),
    ]


def test_a_ledger_without_votes_has_nothing_to_tell():
    pairs, conflicts, reasons, stages = summed([])
    assert (pairs, conflicts, reasons) == ([], [], [])
    assert set(stages["full_text"].values()) == {0}
