"""workflow/lib/audit/forensics/counts.py: n over time, percentages of counts, arms and totals."""

import pytest

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.counts import arm_totals, gives, n_over_time, percentages

MEAN = {"mean": "5.0"}


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [("20", "20", None), ("20", "22", "warning"), ("20", "17", "note")],
)
def test_n_may_not_grow_and_a_loss_is_told(cells_for, before, after, severity):
    rows = cells_for({"n": before, **MEAN}, {"time_point": "4 weeks", "n": after, **MEAN})
    found = n_over_time(cells_of(rows)).findings
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_loss_without_two_means_is_nobodys_fault(cells_for):
    rows = cells_for({"n": "20"}, {"time_point": "4 weeks", "n": "17"})
    assert n_over_time(cells_of(rows)).findings == []


@pytest.mark.parametrize(
    ("count", "total", "text", "good"),
    [
        (6, 21, "29", True),
        (6, 21, "28", True),  # 28.57, cut off
        (6, 21, "28.6", True),
        (6, 21, "30", False),
        (1, 8, "12", True),  # 12.5, either way
        (1, 8, "13", True),
        (0, 9, "0", True),
        (9, 9, "100", True),
    ],
)
def test_a_count_prints_as_its_percentage_in_any_usual_way(count, total, text, good):
    assert gives(count, total, text) is good


def harm(events, quote, **more):
    return {"outcome": "harm", "unit": "patients", "events": events, "quote": quote, **more}


@pytest.mark.parametrize(
    ("quote", "events", "flagged"),
    [
        ("There were 6 (29%) minor complications.", "6", False),
        ("There were 6 (35%) minor complications.", "6", True),
        ("6 of 21 (28.6%) had it", "6", False),
        ("6/21 patients (38.6%)", "6", True),
        ("a rate of 28.6% (6/21)", "6", False),
        ("a rate of 26.8% (6/21)", "6", True),
        ("pain fell from 9/10 to 1/10 (89%)", "6", False),  # scores, not counts
        ("6 (95% CI 4 to 8)", "6", False),
        ("the 12 others (60%) and 6 (29%)", "6", False),
        ("no percentage", "6", False),
    ],
)
def test_percentages_in_the_words_around_a_count_are_checked(cells_for, quote, events, flagged):
    rows = cells_for({"n": "21"}, harm(events, quote))
    findings = percentages(rows, cells_of(rows)).findings
    assert bool(findings) is flagged


def test_a_percentage_that_needs_another_total_says_which(cells_for):
    rows = cells_for({"n": "21"}, harm("6", "6 (35%)"))
    (finding,) = percentages(rows, cells_of(rows)).findings
    assert finding.message.endswith("28.57% of 21; printed is 35%; a total of 17 would give it")


def test_a_percentage_without_a_known_total_is_left_out(cells_for):
    rows = cells_for(harm("6", "6 (35%)"))
    tested = percentages(rows, cells_of(rows))
    assert (tested.compared, tested.findings) == (0, [])
    assert tested.skipped


def totals(cells_for, scales, *places):
    return arm_totals(cells_of(cells_for(*places)), scales["arms"])


@pytest.mark.parametrize(("total", "flagged"), [("144", False), ("145", True)])
def test_arms_add_up_to_their_total(cells_for, scales, total, flagged):
    arms = [{"arm": arm, "n": n} for arm, n in (("active", "71"), ("sham", "73"))]
    findings = totals(cells_for, scales, *arms, {"arm": "active vs sham", "n": total}).findings
    assert bool(findings) is flagged
    if flagged:
        assert "n = 145, but its arms have 71 + 73 = 144" in findings[0].message


def test_a_total_with_an_arm_missing_is_left_out(cells_for, scales):
    tested = totals(
        cells_for, scales, {"arm": "active", "n": "71"}, {"arm": "active vs sham", "n": "9"}
    )
    assert (tested.findings, len(tested.skipped)) == ([], 1)


def test_more_events_or_patients_than_n_are_found(cells_for, scales):
    assert totals(cells_for, scales, {"n": "5"}, harm("6", "q")).findings
    assert not totals(cells_for, scales, {"n": "5"}, harm("6", "q", unit="events")).findings
    patients = [{"patient": str(number), "score": "3"} for number in range(1, 7)]
    assert totals(cells_for, scales, {"n": "5"}, *patients).findings
    assert not totals(cells_for, scales, {"n": "6"}, *patients).findings


@pytest.mark.parametrize(("n", "flagged"), [("20", False), ("21", True)])
def test_the_four_cells_of_a_paired_table_add_up(cells_for, scales, n, flagged):
    four = {"events_both": "5", "events_e_only": "4", "events_c_only": "3", "events_neither": "8"}
    assert bool(totals(cells_for, scales, {"unit": "", "n": n, **four}).findings) is flagged
