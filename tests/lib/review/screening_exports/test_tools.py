"""workflow/lib/review/screening_exports: what was exported comes back, vote by vote, or is refused with its row."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projects import screening_exports_made_up as made_up
from tests.projects.screening_made_up import SCREENERS, made_up_ledger
from workflow.lib.review.screening_exports.entry import Options
from workflow.lib.review.screening_exports.ledger_rows import ledger_rows, merged
from workflow.lib.review.screening_exports.rayyan_log import read_log
from workflow.lib.review.screening_exports.tools import TOOLS, parse_export

STAGES = ("title_abstract", "full_text")
KEY = ("record", "stage", "role", "reviewer", "decision")


def parsed(tool, content, read, log=None, name="made_up.csv", **options):
    columns, rows = read(content)
    options = Options(**{"stage": "title_abstract", **options})
    return parse_export(tool, name, columns, enumerate(rows, 2), options=options, log=log)


def rows_of(found, records, **more):
    assert found.problems == []
    rows, problems = ledger_rows(found.entries, records=records, **more)
    assert problems == []
    return rows


def key(row, *more):
    return tuple(row[name] for name in (*KEY, *more))


@pytest.mark.parametrize("stage", STAGES)
def test_rayyan_gives_back_every_vote(stage, records, ledger, read):
    articles, log = made_up.rayyan_exports(records, ledger, stage)
    told = [row for row in ledger if row["stage"] == stage and row["role"] == "screener"]
    reasons = tuple(dict.fromkeys(row["reason"] for row in told if row["reason"]))
    if stage == "full_text":  # a study is named later, by hand
        told = [row | {"study": ""} for row in told]
    rows = rows_of(parsed("rayyan", articles, read, stage=stage, reasons=reasons), records)
    assert sorted(map(key, rows)) == sorted(map(key, told))
    columns, events = read(log)
    decided, problems = read_log(enumerate(events, 2))
    assert problems == []
    by_log = rows_of(parsed("rayyan", articles, read, decided, stage=stage), records)
    mails = {
        row["reviewer"]: f"{row['reviewer'].replace(' ', '.')}@made-up.example" for row in told
    }
    expected = [row | {"reviewer": mails[row["reviewer"]]} for row in told]
    more = ("date", "reason")
    assert sorted(key(row, *more) for row in by_log) == sorted(key(row, *more) for row in expected)


@pytest.mark.parametrize("version", [1, 2])
def test_asreview_gives_back_every_vote_of_its_screener(version, records, ledger, read):
    rows = []
    for who in SCREENERS:
        content = made_up.asreview_export(records, ledger, who, version=version)
        rows += rows_of(parsed("asreview", content, read, reviewer=who), records)
    told = [r for r in ledger if r["stage"] == "title_abstract" and r["role"] == "screener"]
    more = ("date",) if version == 2 else ()
    assert sorted(key(row, *more) for row in rows) == sorted(key(row, *more) for row in told)


def test_covidence_gives_joint_decisions_with_their_reason_and_study(records, studies, read):
    names = [row["record"] for row in records]
    outcomes = dict.fromkeys(names[:50], ("irrelevant", "", ""))
    outcomes |= dict.fromkeys(names[50:60], ("excluded", "Wrong outcomes", ""))
    outcomes |= {names[60]: ("included", "", "Made-up 2"), names[61]: ("select", "", "")}
    rows = []
    for category, content in made_up.covidence_exports(records, outcomes).items():
        name = f"review_1_{category}_csv_20240101000000.csv"
        found = parsed("covidence", content, read, name=name, stage="")
        rows += rows_of(found, records, studies=studies)
    assert {row["role"] for row in rows} == {"team"}
    said = {(row["record"], row["stage"]): row for row in rows}
    assert len(said) == len(rows) == 50 + 2 * 10 + 2 + 1
    assert said[names[0], "title_abstract"]["decision"] == "exclude"
    assert said[names[50], "full_text"]["reason"] == "Wrong outcomes"
    assert said[names[60], "full_text"]["study"] == "made_up_2", "by its label in studies.csv"
    assert said[names[61], "title_abstract"]["decision"] == "include"


def test_importing_twice_adds_nothing_and_a_longer_export_adds_the_rest(records, ledger, read):
    content = made_up.asreview_export(records, ledger, SCREENERS[0])
    new = rows_of(parsed("asreview", content, read), records)
    rows, added, problems = merged(new[:40], new)
    assert (added, problems) == (len(new) - 40, [])
    assert merged(rows, new)[1:] == (0, [])
    other = [new[0] | {"decision": "maybe"}]
    _, _, (problem,) = merged(rows, other)
    assert (
        f"row 2 ({new[0]['record']}): stands there with decision '{new[0]['decision']}'" in problem
    )


def test_columns_that_are_not_read_are_listed(records, ledger, read):
    articles, _ = made_up.rayyan_exports(records, ledger, "title_abstract")
    columns, rows = read(articles)
    rows = [row | {"my own column": "x"} for row in rows]
    options = Options("title_abstract")
    found = parse_export(
        "rayyan", "a.csv", [*columns, "my own column"], enumerate(rows, 2), options=options
    )
    assert "a.csv: unknown and not read: my own column" in found.remarks
    assert any(one.startswith("a.csv: not read: month, day, journal") for one in found.remarks)


def test_rows_without_a_decision_are_counted_and_named(records, ledger, read):
    half = [row for row in ledger if row["record"] < "made-up-00060"]
    found = parsed("asreview", made_up.asreview_export(records, half, SCREENERS[0]), read)
    assert (
        "made_up.csv: 60 records were not seen and are not imported: rows 62-121" in found.remarks
    )
    articles, _ = made_up.rayyan_exports(records, half, "title_abstract")
    found = parsed("rayyan", articles, read)
    assert (
        "made_up.csv: 60 records without a decision are not imported: rows 62-121" in found.remarks
    )


def rayyan(notes, read, **options):
    content = made_up.csv_bytes(made_up.RAYYAN, [{"key": "rayyan-1", "title": "T", "notes": notes}])
    return parsed("rayyan", content, read, **options)


def test_rayyan_notes_are_read_whatever_stands_around_the_decisions(read):
    notes = (
        'Section: 12 p. | RAYYAN-INCLUSION: {"A \\"the\\" {first}"=>"Included","俊"=>"Maybe"} | '
        'RAYYAN-LABELS: one, two | USER-NOTES: {"A"=>["see | RAYYAN-X", "b}"]}'
    )
    (entry,) = rayyan(notes, read).entries
    assert [(v.reviewer, v.decision) for v in entry.votes] == [
        ('A "the" {first}', "include"),
        ("俊", "maybe"),
    ]
    assert entry.votes[0].note.startswith("labels: one, two; notes: ")
    assert entry.votes[1].note == ""


def test_two_reasons_are_refused_unless_the_review_ranks_them(read):
    notes = 'RAYYAN-INCLUSION: {"A"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: old,wrong drug'
    (problem,) = rayyan(notes, read, stage="full_text").problems
    assert "made_up.csv, row 2, notes: 2 reasons (old, wrong drug)" in problem
    ranked = rayyan(notes, read, stage="full_text", reasons=("wrong drug", "old"))
    (vote,) = ranked.entries[0].votes
    assert (vote.reason, vote.note) == ("wrong drug", "further reasons: old")
    (vote,) = rayyan(notes, read).entries[0].votes
    assert (vote.reason, vote.note) == ("", "further reasons: old, wrong drug"), "on titles, kept"


@pytest.mark.parametrize(
    "notes",
    [
        'RAYYAN-INCLUSION: {"A"=>true}',
        'RAYYAN-INCLUSION: {"A"=>"Inclu',
        "RAYYAN-INCLUSION: ",
        'RAYYAN-INCLUSION: {"A"=>"Included", B}',
    ],
)
def test_decisions_that_cannot_be_read_are_refused(notes, read):
    (problem,) = rayyan(notes, read).problems
    assert problem.startswith("made_up.csv, row 2, notes: the decisions after RAYYAN-INCLUSION")


def test_a_log_that_says_otherwise_than_the_articles_is_refused(read):
    log = {"1": {"a@made-up.example": ("exclude", [], "2024-01-01")}}
    notes = 'RAYYAN-INCLUSION: {"A"=>"Included"}'
    content = made_up.csv_bytes(made_up.RAYYAN, [{"key": "rayyan-1", "title": "T", "notes": notes}])
    (problem,) = parsed("rayyan", content, read, log).problems
    assert "the log has other decisions on this article" in problem


def test_the_last_word_of_a_member_counts_in_the_log():
    def event(time, key, value):
        return {
            **{"article_id": "1", "user_email": "a", "key": key, "value": value},
            "created_at": f"2024-01-0{time} 10:00:00",
        }

    events = [
        event(3, "included", "-1"),
        event(1, "included", "1"),
        event(3, "__EXR__old", "1"),
        event(4, "__EXR__old", "0"),
        event(4, "__EXR__wrong drug", "1"),
        event(2, "a label", "1"),
    ]
    log, problems = read_log(enumerate(events, 2))
    assert (log, problems) == ({"1": {"a": ("exclude", ["wrong drug"], "2024-01-03")}}, [])
    gone, _ = read_log(enumerate([*events, event(5, "included", "deleted")], 2))
    assert gone == {"1": {}}
    _, (problem,) = read_log(enumerate([event(1, "included", "yes")], 2))
    assert problem.startswith(", row 2, value: 'yes'")


def covidence(read, **cells):
    row = {"Title": "T", "Covidence #": "#7", "Study": "Made-up 2020"} | cells
    content = made_up.csv_bytes(made_up.COVIDENCE, [row])
    return parsed("covidence", content, read, category="excluded", stage="")


def test_covidence_notes_hold_the_reason_and_what_people_wrote(read):
    found = covidence(read, Notes="Exclusion reason: Wrong design; read twice; yes", Tags="x")
    text = found.entries[0].votes[1]
    assert (text.reason, text.note) == ("Wrong design", "tags: x; notes: read twice; yes")
    found = covidence(read, Notes="Exclusion reason: A; Exclusion reason: B; ")
    assert "made_up.csv, row 2, Notes: 2 reasons (A, B)" in found.problems[0]
    assert "Covidence #: empty" in covidence(read, **{"Covidence #": ""}).problems[0]


def test_a_covidence_list_that_decides_nothing_is_refused(read):
    content = made_up.csv_bytes(made_up.COVIDENCE, [{"Title": "T", "Covidence #": "#7"}])
    found = parsed("covidence", content, read, name="review_1_screen_csv_2024.csv")
    assert "the list is 'screen', which decides nothing" in found.problems[0]
    assert "the list is ''" in parsed("covidence", content, read).problems[0]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"asreview_label": "relevant"}, "asreview_label: 'relevant' is no label"),
        ({"asreview_time": "yesterday"}, "asreview_time: 'yesterday' is no time"),
        ({"asreview_user_name": ""}, "name the screener by REVIEWER="),
    ],
)
def test_asreview_cells_that_cannot_be_read_are_refused(cells, words, read):
    row = {"title": "T", "asreview_label": "1", "asreview_user_name": "A"} | cells
    found = parsed("asreview", made_up.csv_bytes(made_up.ASREVIEW, [row]), read)
    assert any(words in problem and "row 2" in problem for problem in found.problems)


def test_asreview_tags_notes_and_prior_knowledge_are_kept_in_the_note(read):
    columns = (*made_up.ASREVIEW, "asreview_tag_design_trial", "asreview_prior")
    row = {"title": "T", "asreview_label": "1", "asreview_user_name": "A", "asreview_note": "hm"}
    row |= {
        "asreview_tag_design_trial": "1",
        "asreview_prior": "1",
        "asreview_time": "1714557600.5",
    }
    found = parsed("asreview", made_up.csv_bytes(columns, [row]), read)
    (vote,) = found.entries[0].votes
    assert vote.note == "tags: asreview_tag_design_trial; notes: hm; prior knowledge: yes"
    assert vote.date == "2024-05-01"


def test_a_column_of_ones_own_can_hold_the_reason(read):
    columns = (*made_up.ASREVIEW, "why")
    row = {"title": "T", "asreview_label": "0", "asreview_user_name": "A", "why": "animals"}
    content = made_up.csv_bytes(columns, [row])
    found = parsed("asreview", content, read, stage="full_text", reason_column="why")
    assert found.entries[0].votes[0].reason == "animals"
    missing = parsed("asreview", content, read, reason_column="reason")
    assert "column 'reason' (REASON_COLUMN) is missing" in missing.problems[0]


@pytest.mark.parametrize("tool", TOOLS)
def test_another_file_is_refused_with_the_columns_that_it_lacks(tool, read):
    found = parsed(tool, b"a,b\n1,2\n", read)
    assert found.entries == []
    lacking = TOOLS[tool].REQUIRED
    assert [one for one in found.problems if "is missing" in one][: len(lacking)] == [
        f"made_up.csv: column '{column}' is missing; is it an export of {tool}?"
        for column in lacking
    ]


NAMES = [row["record"] for row in made_up.made_up_records(12)]
LEDGER = made_up_ledger(NAMES, ["made_up_0"])
EXPORTS = {
    "rayyan": made_up.rayyan_exports(made_up.made_up_records(12), LEDGER, "full_text")[0],
    "asreview": made_up.asreview_export(made_up.made_up_records(12), LEDGER, SCREENERS[0]),
    "covidence": made_up.covidence_exports(
        made_up.made_up_records(12), dict.fromkeys(NAMES, ("excluded", "Wrong design", ""))
    )["excluded"],
}
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "0",
            "#",
            "RAYYAN-INCLUSION: {",
            '{"a"=>"Included"}',
            "Exclusion reason: a;b",
            "=1",
        ]
    ),
    st.text(max_size=30),
)


@given(tool=st.sampled_from(sorted(EXPORTS)), data=st.data())
def test_no_cell_whatever_ends_in_anything_but_rows_problems_or_remarks(tool, data, read):
    columns, rows = read(EXPORTS[tool])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.sampled_from(columns))
        rows[place] = rows[place] | {column: data.draw(CELLS)}
    options = Options("full_text", category="excluded")
    found = parse_export(tool, "made_up.csv", columns, enumerate(rows, 2), options=options)
    made, problems = ledger_rows(found.entries, records=made_up.made_up_records(12))
    told = {entry.row for entry in found.entries}
    for text in [*found.problems, *problems, *found.remarks]:
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", text.partition("row")[2][:60]):
            told |= set(range(int(first), int(last or first) + 1))
    assert told >= set(range(2, len(rows) + 2)), "a row is lost without a word"
    assert all(row["record"] in NAMES for row in made)
