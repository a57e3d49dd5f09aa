"""workflow/lib/review/checklist.py and the PRISMA 2020 items that come with the workflow."""

import pytest

from tests.pipeline import read_config
from workflow.lib.files.checklists import read_checklists
from workflow.lib.files.fingerprint import prose_texts
from workflow.lib.review.checklist import anchors_of, checklist_problems, filled, what_holds

LISTS = read_checklists()
FIELDS = {"item", "section", "topic", "asks", "where", "needs", "open"}
WORDS = {
    *("title", "abstract", "pool", "pools", "enough", "flow", "studies", "excluded", "meaning"),
    *("registration", "protocol", "rated", "person", "answer", "persons"),
    *("eligibility", "funding", "competing_interests"),
}
OF_OTHERS = {
    "sec-records",
    "sec-screening",
    "sec-double-extraction",
    "sec-risk-of-bias",
}  # parts that other books bring


def status(rows):
    return {(row["checklist"], row["item"]): row["status"] for row in rows}


def test_the_main_checklist_has_27_items_in_42_parts_and_that_for_abstracts_12():
    main = [one["item"] for one in LISTS["main"]]
    assert len(main) == len(set(main)) == 42
    assert {item.rstrip("abcdef") for item in main} == {str(n) for n in range(1, 28)}
    assert [one["item"] for one in LISTS["abstract"]] == [str(n) for n in range(1, 13)]


@pytest.mark.parametrize("name", ["main", "abstract"])
def test_every_item_names_places_and_needs_that_exist(name):
    anchors = set(anchors_of(prose_texts(), read_config())) | OF_OTHERS
    for one in LISTS[name]:
        assert set(one) == FIELDS
        assert set(one["where"]) <= anchors, one["item"]
        for need in "|".join(one["needs"]).split("|"):
            assert need in WORDS or need.partition(":")[0] in ("book", "table", "examined", ""), (
                need
            )


def test_an_item_is_answered_if_its_part_is_there_and_what_it_needs_holds():
    anchors = {anchor: "A part" for one in LISTS["main"] for anchor in one["where"]}
    holds = {"pool", "pools", "flow"}
    found = status(filled(LISTS, [], anchors=anchors, holds=holds))
    assert found["main", "16a"] == found["main", "20b"] == "answered"
    assert found["main", "22"] == found["main", "25"] == "open"
    del anchors["sec-flow"]
    assert status(filled(LISTS, [], anchors=anchors, holds=holds))["main", "16a"] == "open"


def test_either_of_two_needs_is_enough():
    anchors = {anchor: "A part" for one in LISTS["main"] for anchor in one["where"]}
    for holds in ({"examined:subgroups"}, {"examined:meta_regression"}):
        assert status(filled(LISTS, [], anchors=anchors, holds=holds))["main", "13e"] == "answered"


def test_a_persons_row_comes_first_and_keeps_its_words():
    said = [{"checklist": "main", "item": "25", "where": "the journal's form", "note": "made up"}]
    rows = filled(LISTS, said, anchors={}, holds=set())
    own = next(row for row in rows if (row["checklist"], row["item"]) == ("main", "25"))
    assert (own["status"], own["where"], own["note"]) == ("stated", "the journal's form", "made up")


def test_the_abstract_is_answered_when_its_own_checklist_has_nothing_open():
    said = [
        {"checklist": "abstract", "item": str(n), "where": "", "note": "x"} for n in range(1, 13)
    ]
    anchors = {"sec-abstract": "Abstract"}
    assert status(filled(LISTS, said, anchors=anchors, holds=set()))["main", "2"] == "answered"
    assert status(filled(LISTS, said[1:], anchors=anchors, holds=set()))["main", "2"] == "open"


def test_what_holds_is_read_from_the_run():
    config = read_config()
    config["review"]["title"] = "A made-up systematic review"
    config["journal"] = {"funding": "made up"}
    studies = [{"study": config["review"]["study"], "role": "review", "registration": ""}]
    found = what_holds(
        config,
        studies=studies,
        models=[{"analysis": config["headline"]["primary"], "fit": {"k": 11}}],
        flow=[{"n": None}],
        kept={"book:records"},
        words={"protocol": True, "rated": False},
    )
    assert {
        "title",
        "answer",
        "funding",
        "pool",
        "pools",
        "enough",
        "protocol",
        "book:records",
        "examined:egger_test",
    } <= found
    assert not {"flow", "registration", "rated", "studies", "eligibility"} & found


def test_every_problem_of_a_persons_table_is_told_at_once():
    rows = [
        {"checklist": "main", "item": "10c", "where": "#sec-methods", "note": ""},
        {"checklist": "abstract", "item": "12", "where": "", "note": ""},
        {"checklist": "main", "item": "5", "where": "#sec-metods", "note": ""},
    ]
    first, second, third = checklist_problems(rows, LISTS, {"sec-methods": "Methods"})
    assert first.startswith(
        "checklist.csv, row 2 (main 10c), item: '10c' is no item of this checklist; did you"
    )
    assert second.startswith("checklist.csv, row 3 (abstract 12), where: empty")
    assert third.endswith("did you mean '#sec-methods'?")
