"""workflow/lib/review/{screening_checks,screening_rows,identification}.py: every fault, with its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.review.made_up_ledger import STUDIES, WHY, changed, ledger, place_of
from tests.projects.screening_made_up import ledger_row, made_up_ledger
from workflow.lib.errors import InputError
from workflow.lib.review.screening_checks import screening_problems
from workflow.lib.review.screening_flow import count_records, ledger_problems

ROWS = ledger()


def problems(rows, **settings):
    return screening_problems(rows, STUDIES, settings=settings)


def altered(where, **cells):
    """The rows with other cells in the row of (record, stage, reviewer), the first of A if not named."""
    return changed(ROWS, place_of(ROWS, *where), **cells)


def test_a_good_ledger_has_no_problems():
    assert problems(ROWS) == []
    assert problems([]) == []


TOLD_IN = {  # faults that another row of the same unit tells
    ("r6", "full_text", "B", "study"): ("r6", "full_text"),
    ("r5", "title_abstract", "B", "role"): ("r5", "title_abstract", "C"),
}


@pytest.mark.parametrize(
    ("where", "cells", "column", "words"),
    [
        (("r4", "full_text"), {"reason": ""}, "reason", "say in one reason"),
        (("r4", "full_text"), {"reason": "a; b"}, "reason", "'a; b' is more than one reason"),
        (("r6", "full_text"), {"reason": "x"}, "reason", "only an exclusion has a reason"),
        (("r4", "full_text"), {"study": "made_up_a"}, "study", "only an included report"),
        (("r2", "title_abstract"), {"decision": "retrieved"}, "decision", "no decision of the stage"),
        (("r4", "full_text"), {"decision": "maybe"}, "decision", "admissible: include, exclude"),
        (("r2", "title_abstract"), {"date": "2024-02-30"}, "date", "no day of the calendar"),
        (("r5", "title_abstract", "C"), {"note": ""}, "note", "an adjudicator says why"),
        (("r5", "title_abstract", "C"), {"date": ""}, "date", "an adjudication has its day"),
        (("r3", "retrieval"), {"role": "adjudicator", **WHY}, "role", "nobody votes at the stage"),
        (("r1", "identification"), {"duplicate_of": ""}, "duplicate_of", "the record that was kept"),
        (("r9", "identification"), {"duplicate_of": "r2"}, "duplicate_of", "is automation"),
        (("r9", "identification"), {"decision": "other"}, "reason", "say in one reason"),
        (("r1", "identification"), {"duplicate_of": "x"}, "duplicate_of", "no record is called 'x'"),
        (("r2", "title_abstract", "B"), {"reviewer": "A"}, "reviewer", "a person votes once"),
        (("r2", "title_abstract", "B"), {"decision": "include"}, "decision", "without adjudication"),
        (("r5", "title_abstract", "B"), {"decision": "maybe"}, "role", "there is no conflict to"),
        (("r2", "title_abstract"), {"role": "team"}, "role", "the team decides alone"),
        (("r2", "title_abstract", "B"), {"database": "Embase"}, "database", "found in one place"),
        (("r8", "title_abstract", "B"), {"report": "r6"}, "report", "a record is about one report"),
        (("r6", "full_text", "B"), {"study": "made_up_b"}, "study", "a report is about one study"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_row_record_and_column(where, cells, column, words):
    found = problems(altered(where, **cells))
    place = place_of(ROWS, *TOLD_IN.get((*where, column), where))
    here = f"screening.csv, row {place} ({where[0]}), {column}: "
    assert any(one.startswith(here) and words in one for one in found), found


def with_row(*row, **cells):
    return [*ROWS, ledger_row(*row, **cells)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (with_row("r1", "title_abstract", "A", "include"), "removed before screening (duplicate"),
        (with_row("r2", "full_text", "A", "include"), "excluded at title_abstract"),
        (with_row("r3", "full_text", "A", "include", study="made_up_a"), "was not retrieved"),
        (with_row("r11", "full_text", "A", "exclude", reason="x"), "no decision at title_abstract"),
        (with_row("r3", "retrieval", "B", "retrieved"), "retrieval is told once for each report"),
        (with_row("r6", "full_text", "C", "include", **WHY), "adjudication, but there is no conflict"),
        (with_row("r5", "full_text", "D", "exclude", reason="x", **WHY), "keep one adjudication"),
        (with_row("w3", "title_abstract", "C", "include", kind="other", **WHY), "there are no votes"),
        (with_row("r12", "title_abstract", "A", "include"), "reports that were sought (1): r12"),
        (with_row("r13", "identification", "A", "duplicate", duplicate_of="r13"), "a circle"),
        (with_row("r8", "full_text", "A", "include", report="r7"), "'A' has decided on this report"),
    ],
)  # fmt: skip
def test_what_rows_say_of_each_other_must_fit(rows, words):
    assert any(words in one for one in problems(rows)), problems(rows)


def test_a_report_is_not_called_like_a_record_of_another_report():
    rows = [row | {"report": "r8"} if row["record"] == "r6" else row for row in ROWS]
    assert any("itself about the report 'r7'" in one for one in problems(rows))


def test_a_circle_of_duplicates_is_told_with_all_its_records():
    rows = [*ROWS]
    for one, other in (("d1", "d2"), ("d2", "d3"), ("d3", "d1")):
        rows.append(ledger_row(one, "identification", "A", "duplicate", duplicate_of=other))
    assert [one for one in problems(rows) if "circle" in one] == [
        "screening.csv, duplicate_of: d1 is a duplicate of d2 is a duplicate of d3 is a duplicate "
        "of d1: a circle; one of them has to be kept"
    ]


def test_an_included_report_needs_a_study_that_the_review_includes():
    rows = [row | {"study": ""} if row["record"] == "w1" else row for row in ROWS]
    found = problems(rows)
    assert any("(w1), study: empty; an included report" in one for one in found)
    assert any("about 1 of the included studies: made_up_c" in one for one in found)
    for name in ("nobody", "made_up_d"):
        rows = [row | {"study": name} if row["record"] == "w1" else row for row in ROWS]
        assert any(f"'{name}' is not an included study" in one for one in problems(rows))


def test_studies_of_an_earlier_version_need_no_report_here():
    studies = [*STUDIES, {"study": "old", "role": "pooled"}]
    assert "old" in "".join(screening_problems(ROWS, studies))
    assert screening_problems(ROWS, studies, previous=True) == []


def test_the_configuration_can_declare_reasons_and_the_number_of_screeners():
    assert problems(ROWS, reasons=["no pain score", "wrong design", "no results"]) == []
    found = problems(ROWS, reasons=["no pain score", "wrong design"])
    assert all("'no results' is not among screening.reasons" in one for one in found)
    assert len(found) == 2
    place = place_of(ROWS, "r2", "title_abstract", "B")
    single = [row for number, row in enumerate(ROWS, 2) if number != place]
    assert problems(single) == []
    (found,) = problems(single, screeners=2)
    assert "1 at title_abstract where config.yaml, screening.screeners, wants 2" in found


def test_all_faults_come_at_once():
    rows = altered(("r4", "full_text"), reason="")
    rows = changed(rows, place_of(ROWS, "r2", "title_abstract"), date="2024-13-01")
    assert len(problems(rows)) >= 2


RECORDS = [
    {"record": record, "database": "PubMed", "kind": "database", "duplicate_of": ""}
    for record in ("r1", "r2")
]


def counted(rows, records):
    with pytest.raises(InputError) as error:
        count_records(rows, STUDIES, records=records)
    return str(error.value)


def test_the_table_of_records_and_the_ledger_must_tell_the_same():
    rows = [
        ledger_row("r2", "title_abstract", "A", "exclude", database="Embase"),
        ledger_row("r3", "title_abstract", "A", "exclude"),
    ]
    duplicate = [RECORDS[0] | {"duplicate_of": "r2"}, RECORDS[1]]
    text = counted(rows, duplicate)
    assert "not in results/tables/records.csv (1): r3 (row 3)" in text
    assert "'Embase', but 'PubMed' in records.csv" in text
    assert "no decision at title_abstract on records (1): r1" in counted(rows[:1], RECORDS)
    screened = [ledger_row(name, "title_abstract", "A", "exclude") for name in ("r1", "r2")]
    assert "(r1), stage: title_abstract, but the record was removed" in counted(screened, duplicate)
    circle = [RECORDS[0] | {"duplicate_of": "r2"}, RECORDS[1] | {"duplicate_of": "r1"}]
    assert "r1 is a duplicate of r2 is a duplicate of r1" in counted([], circle)


@given(st.integers(0, 10**6), st.integers(0, 40), st.integers(0, 3))
def test_made_up_ledgers_pass_whatever_their_size(seed, count, other):
    names = ["made_up_a", "made_up_b", "made_up_c"][: count // 12]
    studies = [study for study in STUDIES if study["study"] in names]
    ids = [f"r{i}" for i in range(count)]
    rows = made_up_ledger(ids, names, seed=seed, other=ids[:other])
    rows = [row | {"kind": "other"} if row["record"] in ids[:other] else row for row in rows]
    assert screening_problems(rows, studies, settings={"screeners": 2}) == []


COLUMNS = ("record", "stage", "role", "reviewer", "decision", "reason", "date", "report", "study",
           "kind", "duplicate_of")  # fmt: skip
VALUES = sorted({row[column] for row in ROWS for column in COLUMNS} | {"", "x", "r2", "a;b"})


@given(st.integers(2, len(ROWS) + 1), st.sampled_from(COLUMNS), st.sampled_from(VALUES))
def test_any_other_cell_is_refused_with_words_or_counted_without_a_fault(place, column, value):
    rows = changed(ROWS, place, **{column: value})
    tables = {"screening": rows, "studies": STUDIES, "flow": []}
    if column in ("stage", "role") and value not in {row[column] for row in ROWS}:
        return  # the schema refuses it before
    if column == "decision" and value not in {row["decision"] for row in ROWS}:
        return
    if column == "kind" and value not in ("", "database", "register", "other"):
        return
    found = ledger_problems(tables, {})
    assert all(isinstance(one, str) and one for one in found)
    if not found:
        boxes = {box["box"]: box["n"] for box in count_records(rows, STUDIES)}
        gone = boxes["records_identified"] - boxes["records_removed"]
        assert gone == boxes["records_screened"]
        assert boxes["records_identified"] + boxes.get("other_identified", 0) == len(
            {row["record"] for row in rows}
        )


@given(st.integers(0, len(ROWS) - 1))
def test_a_lost_row_is_missed_or_leaves_a_ledger_that_still_adds_up(place):
    rows = ROWS[:place] + ROWS[place + 1 :]
    found = ledger_problems({"screening": rows, "studies": STUDIES, "flow": []}, {"screeners": 2})
    alone = ROWS[place]["stage"] in ("identification",)  # the record is then unknown altogether
    assert found or alone


def test_an_open_conflict_is_one_fault_and_not_a_missing_full_text_too():
    place = place_of(ROWS, "r2", "title_abstract")
    (problem,) = problems(changed(ROWS, place, decision="include"))
    assert "conflict at title_abstract without adjudication (A include; B exclude)" in problem
