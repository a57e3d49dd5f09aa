"""workflow/lib/review/screening_flow.py: every box of the flow is a count of (made-up) ledger rows."""

import pytest

from tests.lib.review.made_up_ledger import STUDIES, ledger
from tests.projects.screening_made_up import ledger_row
from workflow.lib.errors import InputError
from workflow.lib.review.flow import LABELS
from workflow.lib.review.screening_flow import count_records, count_searches, ledger_problems

COUNTS = {  # by hand, from the ledger
    "records_identified": 10,
    "records_removed": 2,
    "records_screened": 8,
    "records_excluded": 1,
    "reports_sought": 6,  # seven records go on, two of them about one report
    "reports_not_retrieved": 1,
    "reports_assessed": 5,
    "reports_excluded": 2,
    "other_identified": 2,
    "other_sought": 2,
    "other_not_retrieved": 0,
    "other_assessed": 2,
    "other_excluded": 1,
    "studies_included": 3,
    "reports_included": 4,
    "studies_pooled": 2,
    "studies_narrated": 1,
}
PREVIOUS = [
    {"box": "records_identified", "value": 77, "reason": ""},  # the ledger knows better
    {"box": "previous_studies", "value": 1, "reason": ""},
    {"box": "previous_reports", "value": None, "reason": "not printed"},
]
OLD = {"study": "made_up_old", "role": "pooled"}


def boxes(rows, studies=STUDIES, **more):
    return {box["box"]: box for box in count_records(rows, studies, **more)}


def counts(rows, studies=STUDIES, **more):
    return {name: box["n"] for name, box in boxes(rows, studies, **more).items()}


def test_boxes_are_counts_of_records_reports_and_studies():
    assert counts(ledger()) == COUNTS


def test_no_rows_give_zeros_because_then_zero_is_what_was_counted():
    assert set(counts([]).values()) == {0}
    assert "other_identified" not in counts([])


def test_boxes_come_in_diagram_order_and_say_that_they_are_counted():
    found = count_records(ledger(), STUDIES)
    assert [box["box"] for box in found] == [name for name in LABELS if name in COUNTS]
    assert {box["origin"] for box in found} == {"counted"}


def test_sources_removals_and_reasons_stand_in_their_boxes_line_by_line():
    found = boxes(ledger())
    lines = {name: found[name]["detail"].split("\n") for name in found}
    assert lines["records_identified"] == [
        "PubMed (n = 9)",
        "ClinicalTrials.gov (register) (n = 1)",
    ]
    assert lines["records_removed"] == [
        "Duplicates (n = 1)",
        "Marked as ineligible by automation tools (n = 1)",
    ]
    assert lines["reports_sought"] == ["about which 7 records are"]
    assert lines["reports_excluded"] == ["no pain score (n = 1)", "wrong design (n = 1)"]
    assert lines["other_identified"] == ["Citation searching (n = 2)"]
    assert lines["other_excluded"] == ["no results (n = 1)"]


def test_a_report_that_a_database_also_found_stands_in_its_column_once():
    rows = [
        ledger_row("r1", "title_abstract", "A", "include", report="paper"),
        ledger_row("w1", "full_text", "A", "exclude", report="paper", kind="other", reason="x"),
    ]
    found = counts(rows)
    assert (found["reports_sought"], found["reports_excluded"]) == (1, 1)
    assert (found["other_identified"], found["other_sought"]) == (1, 0)


def test_removals_and_exclusions_of_other_methods_are_told_in_their_first_box():
    rows = [
        ledger_row("w1", "identification", "A", "duplicate", duplicate_of="w2", kind="other"),
        ledger_row("w2", "title_abstract", "A", "exclude", kind="other"),
    ]
    found = boxes(rows)["other_identified"]
    assert found["n"] == 2
    assert found["detail"].split("\n")[1:] == [
        "Removed:",
        "Duplicates (n = 1)",
        "Excluded on title or abstract (n = 1)",
    ]


def test_records_come_from_their_own_table_where_there_is_one():
    records = [
        {"record": f"r{i}", "database": "Embase", "kind": "database", "duplicate_of": ""}
        for i in range(4)
    ]
    records[3]["duplicate_of"] = "r0"
    rows = [ledger_row(f"r{i}", "title_abstract", "A", "exclude") for i in range(2)]
    rows.append(ledger_row("r2", "identification", "A", "automation"))
    found = boxes(rows, records=records)
    assert (found["records_identified"]["n"], found["records_removed"]["n"]) == (4, 2)
    assert found["records_identified"]["detail"] == "Embase (n = 4)"
    assert found["records_identified"]["basis"].startswith("sources:records_identified;screening:")
    assert found["reports_sought"]["basis"] == "screening:reports_sought"


def test_an_update_takes_the_previous_version_from_the_transcribed_counts():
    found = boxes(ledger(), [*STUDIES, OLD], transcribed=PREVIOUS)
    assert found["records_identified"]["n"] == 10
    assert (found["previous_studies"]["n"], found["previous_studies"]["origin"]) == (
        1,
        "transcribed",
    )
    assert (found["total_studies"]["n"], found["total_studies"]["origin"]) == (4, "derived")
    assert found["total_studies"]["basis"] == "previous_studies;screening:studies_included"
    assert (found["total_reports"]["n"], found["total_reports"]["origin"]) == (None, "not_reported")
    assert (found["previous_reports"]["text"], found["previous_reports"]["reason"]) == (
        "not reported",
        "not printed",
    )
    assert found["studies_included"]["label"] == "New studies included in review"
    assert (found["studies_pooled"]["n"], found["studies_narrated"]["n"]) == (3, 1)


def test_an_update_whose_studies_do_not_add_up_is_refused_before_anything_runs():
    tables = {"screening": ledger(), "studies": STUDIES, "flow": PREVIOUS}
    (problem,) = ledger_problems(tables, {})
    assert problem == (
        "the counted flow: total_studies 4 is not studies_pooled 2 + studies_narrated 1"
    )
    with pytest.raises(InputError, match="total_studies 4"):
        count_records(ledger(), STUDIES, transcribed=PREVIOUS)
    assert ledger_problems(tables | {"studies": [*STUDIES, OLD]}, {}) == []


def test_where_exports_are_listed_the_check_leaves_records_to_the_count():
    unknown = [ledger_row("r99", "title_abstract", "A", "include")]
    tables = {"screening": unknown, "studies": [], "flow": []}
    assert "reports that were sought (1): r99" in ledger_problems(tables, {})[0]
    assert ledger_problems(tables | {"sources": []}, {}) == []


def searched(duplicates):
    return [
        {
            **{"record": f"r{i}", "database": "Embase", "kind": "database" if i else "other"},
            "duplicate_of": "r1" if i in duplicates else "",
        }
        for i in range(8)
    ]


def test_without_a_ledger_the_searches_are_counted_and_the_rest_is_transcribed():
    told = [
        {"box": "records_identified", "value": 200, "reason": ""},
        {"box": "records_screened", "value": 5, "reason": ""},
        {"box": "records_excluded", "value": None, "reason": "not printed"},
    ]
    found = {box["box"]: box for box in count_searches(searched({2, 3}), told)}
    assert {name: box["n"] for name, box in found.items()} == {
        **{"records_identified": 7, "records_removed": 2, "records_screened": 5},
        **{"records_excluded": None, "other_identified": 1},
    }
    assert found["records_identified"]["origin"] == "counted"
    assert found["records_identified"]["basis"] == "sources:records_identified"
    assert found["records_removed"]["detail"] == "Duplicates (n = 2)"
    assert found["records_screened"]["origin"] == "transcribed"
    with pytest.raises(
        InputError,
        match=r"flow.csv, row 3, .*misread \(records_identified and records_removed: counted",
    ):
        count_searches(searched({2}), told)
