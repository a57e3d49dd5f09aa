"""workflow/lib/review/screening.py: every box of the flow is a count of (made-up) records."""

import pytest

from workflow.lib.review.flow import LABELS
from workflow.lib.review.screening import count_records, screening_problems

STUDIES = [
    {"study": "made_up_a", "role": "pooled"},
    {"study": "made_up_b", "role": "candidate"},
    {"study": "made_up_c", "role": "narrated"},
    {"study": "made_up_d", "role": "excluded"},
]


def record(number, decision, *, reason="", study="", database="PubMed"):
    return {
        "record": f"r{number}",
        "database": database,
        "decision": decision,
        "reason": reason,
        "study": study,
    }


RECORDS = [
    record(1, "duplicate", database="Embase"),
    record(2, "excluded_on_title", reason="wrong treatment"),
    record(3, "excluded_on_title", reason="animals"),
    record(4, "not_retrieved"),
    record(5, "excluded_on_text", reason="no pain score"),
    record(6, "included", study="made_up_a"),
    record(7, "included", study="made_up_a"),  # a second report of the same study
    record(8, "included", study="made_up_b"),
    record(9, "included", study="made_up_c"),
]


def counts(rows):
    return {box["box"]: box["n"] for box in count_records(rows, STUDIES)}


def test_boxes_are_counts_of_records_reports_and_studies():
    assert counts(RECORDS) == {
        "records_identified": 9,
        "records_removed": 1,
        "records_screened": 8,
        "records_excluded": 2,
        "reports_sought": 6,
        "reports_not_retrieved": 1,
        "reports_assessed": 5,
        "reports_excluded": 1,
        "studies_included": 3,
        "studies_pooled": 2,
        "studies_narrated": 1,
    }


def test_no_records_give_zeros_because_then_zero_is_what_was_counted():
    assert set(counts([]).values()) == {0}


def test_boxes_come_in_diagram_order_and_say_that_they_are_counted():
    boxes = count_records(RECORDS, STUDIES)
    assert [box["box"] for box in boxes] == list(LABELS)
    assert {box["origin"] for box in boxes} == {"counted"}


def test_boxes_of_studies_rest_on_the_roles_of_the_included_ones():
    basis = {box["box"]: box["basis"].split(";") for box in count_records(RECORDS, STUDIES)}
    assert basis["records_screened"] == ["records_screened"]
    included = {row["study"] for row in RECORDS if row["decision"] == "included"}
    for box in ("studies_pooled", "studies_narrated"):
        assert basis[box] == [box, *(f"studies:{name}" for name in sorted(included))]


def test_databases_and_reasons_stand_in_their_boxes():
    details = {box["box"]: box["detail"] for box in count_records(RECORDS, STUDIES)}
    assert details["records_identified"] == "Embase (n = 1); PubMed (n = 8)"
    assert details["reports_excluded"] == "no pain score (n = 1)"


def test_a_good_table_has_no_problems():
    assert screening_problems(RECORDS, STUDIES) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (record(1, "excluded_on_text"), "say why the record was excluded"),
        (record(1, "included", study="nobody"), "'nobody' is not an included study"),
        (record(1, "included", study="made_up_d"), "'made_up_d' is not an included study"),
        (record(1, "duplicate", study="made_up_a"), "only an included report belongs to a study"),
    ],
)
def test_each_fault_is_named_with_its_row(row, words):
    (problem,) = screening_problems([row], STUDIES)
    assert problem.startswith("screening.csv, row 2 (r1)")
    assert words in problem
