"""workflow/lib/review/screening_exports/ris.py: the decisions in the notes of RIS are those of the CSV."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projects import screening_exports_made_up as made_up
from tests.projects.screening_made_up import SCREENERS
from workflow.lib.files.screening_tables import Reference, read_screening_table
from workflow.lib.review.screening_exports.entry import Options
from workflow.lib.review.screening_exports.ledger_rows import ledger_rows
from workflow.lib.review.screening_exports.tools import TOOLS, parse_export, parse_references


def reference(*notes, line=5, ids=(), title="T"):
    return Reference(line, title, "2001", "", "", notes, ids, "0123456789ab")


def parsed(tool, references, **options):
    options = Options(**{"stage": "title_abstract"} | options)
    return parse_references(tool, "made_up.ris", references, options=options)


@pytest.fixture
def from_ris(tmp_path):
    def read(content):
        (tmp_path / "x.ris").write_bytes(content)
        return read_screening_table(tmp_path / "x.ris").references

    return read


def same_rows(tool, read, content, references, records, **options):
    """The ledger rows of a CSV, which those of the RIS must be."""
    columns, rows = read(content)
    options = Options(**{"stage": "title_abstract"} | options)
    table = parse_export(tool, "x.csv", columns, list(enumerate(rows, 2)), options=options)
    ris = parse_references(tool, "x.ris", references, options=options)
    assert table.problems == ris.problems == []
    first, problems = ledger_rows(table.entries, records=records)
    second, more = ledger_rows(ris.entries, records=records, unit="line")
    assert problems == more == []
    assert second == first
    assert first
    assert [one.own_id for one in ris.entries] == [one.own_id for one in table.entries] or (
        tool == "asreview"
    )


def test_rayyan_says_the_same_in_ris_and_in_csv(records, ledger, read, from_ris):
    for stage in ("title_abstract", "full_text"):
        articles, _ = made_up.rayyan_exports(records, ledger, stage)
        reasons = tuple({row["reason"] for row in ledger if row["reason"]})
        references = from_ris(made_up.rayyan_ris(articles))
        words = {"stage": stage, "reasons": reasons}
        same_rows("rayyan", read, articles, references, records, **words)


@pytest.mark.parametrize(("version", "label"), [(1, "included"), (2, "asreview_label")])
def test_asreview_says_the_same_in_ris_and_in_csv(version, label, records, ledger, read, from_ris):
    data = made_up.asreview_export(records, ledger, SCREENERS[0], version=version)
    references = from_ris(made_up.asreview_ris(data, label))
    same_rows("asreview", read, data, references, records, reviewer=SCREENERS[0])


def test_covidence_says_the_same_in_ris_and_in_csv(records, read, from_ris):
    names = [row["record"] for row in records]
    lists = made_up.covidence_exports(
        records, dict.fromkeys(names[:20], ("excluded", "Wrong outcomes", ""))
    )
    references = from_ris(made_up.covidence_ris(lists["excluded"]))
    same_rows("covidence", read, lists["excluded"], references, records, category="excluded")


def test_the_list_of_covidence_is_read_from_the_name_of_a_ris_file_too():
    options = Options("")
    one = reference("Exclusion reason: Wrong design; ")
    found = parse_references("covidence", "review_1_excluded_ris_2024.txt", [one], options=options)
    assert found.entries[0].votes[1].reason == "Wrong design"


def test_two_labels_on_one_record_are_refused_with_its_line():
    one = reference("ASReview_relevant", "ASReview_irrelevant")
    (problem,) = parsed("asreview", [one], reviewer="A").problems
    assert problem == (
        "made_up.ris, line 5, N1: ASReview_irrelevant and ASReview_relevant; one label is expected"
    )


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("rayyan", "whole file, N1: no note has RAYYAN-INCLUSION"),
        ("asreview", "whole file, N1: no note is one of ASReview_relevant"),
    ],
)
def test_a_file_without_any_decision_is_refused(tool, words):
    (problem,) = parsed(tool, [reference("a note")], reviewer="A").problems
    assert words in problem


def test_decisions_that_cannot_be_read_are_refused_with_line_and_tag():
    (problem,) = parsed("rayyan", [reference('RAYYAN-INCLUSION: {"A"=>true}')]).problems
    assert problem.startswith("made_up.ris, line 5, N1 (notes): the decisions after RAYYAN-INCL")
    late = reference("ASReview_relevant", 'asreview_time: "yesterday"')
    (problem,) = parsed("asreview", [late], reviewer="A").problems
    assert problem.startswith("made_up.ris, line 5, N1 (asreview_time): 'yesterday' is no time")
    (problem,) = parsed("asreview", [reference("ASReview_relevant")]).problems
    assert "name the screener by REVIEWER=" in problem


def test_what_people_noted_is_kept_beside_the_label():
    notes = ("ASReview_relevant ASReview_prior", "see page 3", 'asreview_note: "read \\"twice\\""')
    (entry,) = parsed("asreview", [reference(*notes)], reviewer="A").entries
    assert entry.votes[0].note == 'notes: read "twice", see page 3; prior knowledge: yes'


def test_columns_that_asreview_wrote_into_notes_and_nobody_reads_are_listed():
    one = reference("ASReview_relevant", "asreview_new_thing: 3", "asreview_ranking: 7")
    remarks = parsed("asreview", [one], reviewer="A").remarks
    assert "made_up.ris: unknown and not read: asreview_new_thing" in remarks
    assert "made_up.ris: not read: asreview_ranking" in remarks


def test_records_that_were_not_seen_are_counted_with_their_lines():
    seen = reference("ASReview_irrelevant", line=1)
    rest = [reference("ASReview_not_seen", line=line) for line in (9, 17)]
    found = parsed("asreview", [seen, *rest], reviewer="A")
    told = "made_up.ris: 2 records were not seen and are not imported: lines 9, 17"
    assert told in found.remarks
    assert len(found.entries) == 1


def test_a_reference_without_a_number_of_the_tool_is_named_by_its_content():
    notes = 'RAYYAN-INCLUSION: {"A"=>"Included"}'
    (entry,) = parsed("rayyan", [reference(notes)]).entries
    assert entry.own_id == "0123456789ab"
    (entry,) = parsed("rayyan", [reference(notes, ids=("x", "rayyan-77"))]).entries
    assert entry.own_id == "rayyan-77"


NOTES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "ASReview_relevant",
            "ASReview_not_seen",
            "asreview_time: [[[",
            'asreview_user_name: {"a": 1}',
            'RAYYAN-INCLUSION: {"A"=>"Included"}',
            "RAYYAN-INCLUSION: {",
            "Exclusion reason: a; Exclusion reason: b",
        ]
    ),
)


@given(tool=st.sampled_from(sorted(TOOLS)), notes=st.lists(st.lists(NOTES, max_size=4), min_size=1))
def test_no_note_whatever_ends_in_anything_but_rows_problems_or_remarks(tool, notes):
    references = [reference(*own, line=line, title=f"T{line}") for line, own in enumerate(notes, 1)]
    found = parsed(tool, references, reviewer="A", category="excluded", stage="full_text")
    rows, problems = ledger_rows(found.entries, unit="line")
    assert rows or problems or found.problems or found.remarks
