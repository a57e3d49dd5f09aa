"""workflow/lib/review/flow.py: counts of the PRISMA 2020 flow, their sums, and what is not reported."""

import pytest

from workflow.lib.errors import InputError
from workflow.lib.review.flow import LABELS, arithmetic_problems, count_flow
from workflow.lib.review.flow_laws import LAWS, broken_laws

WHOLE = {  # made up
    **{"records_identified": 120, "records_removed": 20, "records_screened": 100},
    **{"records_excluded": 80, "reports_sought": 20, "reports_not_retrieved": 2},
    **{"reports_assessed": 18, "reports_excluded": 13, "studies_included": 5},
    **{"studies_pooled": 4, "studies_narrated": 1},
}
UPDATE = WHOLE | {  # made up: an update with all boxes of PRISMA 2020
    **{"previous_studies": 3, "previous_reports": 4, "other_identified": 9, "other_sought": 8},
    **{"other_not_retrieved": 1, "other_assessed": 7, "other_excluded": 5, "reports_included": 7},
    **{"total_studies": 8, "total_reports": 11, "studies_pooled": 6, "studies_narrated": 2},
}


def rows(counts=WHOLE, **changes):
    counts = counts | changes
    return [
        {"box": box, "value": counts[box], "reason": "" if counts[box] is not None else "not told"}
        for box in LABELS
        if box in counts
    ]


def test_counts_that_add_up_become_boxes_in_the_order_of_the_diagram():
    boxes = count_flow(list(reversed(rows())))
    assert [box["box"] for box in boxes] == [box for box in LABELS if box in WHOLE]
    assert {box["box"]: box["n"] for box in boxes} == WHOLE
    assert {box["origin"] for box in boxes} == {"transcribed"}

    assert [box["box"] for box in count_flow(rows(UPDATE))] == list(LABELS)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law[0][0])
def test_a_law_that_fails_is_told_with_its_rows_and_counts(law):
    left, relation, right = law
    off = UPDATE[right[-1]] + (1 if relation == "=" else 100)
    found = arithmetic_problems(rows(UPDATE, **{right[-1]: off}))
    places = [box for box in LABELS if box in (*left, *right)]
    numbers = {f"row {list(LABELS).index(box) + 2}" for box in places}
    told = [one for one in found if all(number in one for number in numbers)]
    assert any(f"{right[-1]} {off}" in one and "correct the count" in one for one in told), found
    with pytest.raises(InputError):
        count_flow(rows(UPDATE, **{right[-1]: off}))


def test_fewer_reports_than_records_may_be_sought_because_records_are_not_reports():
    fewer = {"reports_sought": 17, "reports_assessed": 15, "reports_excluded": 10}
    assert arithmetic_problems(rows(**fewer)) == []
    assert arithmetic_problems(rows(reports_sought=21, reports_not_retrieved=3)) == [
        "flow.csv, row 4, row 5, row 6, value: records_excluded 80 + reports_sought 21 are more than "
        "records_screened 100; correct the count that was misread"
    ]


def test_boxes_of_other_methods_need_not_be_there_but_count_where_they_are():
    without = {box: n for box, n in UPDATE.items() if not box.startswith("other")}
    assert broken_laws(without | {"reports_included": 5, "total_reports": 9}) == []
    assert broken_laws(without)  # seven reports came out of 18 - 13
    assert broken_laws(UPDATE | {"other_assessed": None, "other_sought": None}) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reports_excluded": 19}, "reports_excluded 19 is more than reports_assessed 18"),
        ({"studies_included": 19}, "studies_included 19 is more than reports_assessed 18"),
        (
            {"records_screened": None, "records_removed": 121},
            "records_removed 121 is more than records_identified 120",
        ),
        (
            {"reports_assessed": None, "reports_sought": None, "studies_included": 101},
            "studies_included 101 is more than records_screened 100",
        ),
    ],
)
def test_a_box_never_holds_more_than_one_before_it(changed, words):
    assert any(words in problem for problem in arithmetic_problems(rows(**changed)))


def test_one_sentence_for_one_fault():
    assert arithmetic_problems(rows(studies_pooled=6, studies_narrated=None)) == [
        "flow.csv, row 10, row 11, value: studies_pooled 6 is more than studies_included 5; correct "
        "the count that was misread"
    ]


def test_cells_that_are_no_count_are_left_to_the_schema():
    assert arithmetic_problems(rows(studies_included="5.5", records_identified="1,234")) == []


def test_unknown_counts_stay_unknown_with_their_reason():
    boxes = {box["box"]: box for box in count_flow(rows(records_removed=None))}
    box = boxes["records_removed"]
    assert (box["n"], box["text"], box["origin"]) == (None, "not reported", "not_reported")
    assert box["reason"] == "not told"


def test_narrated_studies_follow_from_included_and_pooled_ones():
    boxes = {box["box"]: box for box in count_flow(rows(studies_narrated=None))}
    box = boxes["studies_narrated"]
    assert (box["n"], box["origin"], box["basis"]) == (
        1,
        "derived",
        "studies_included;studies_pooled",
    )


def test_totals_follow_from_the_previous_and_the_new_ones_and_narrated_from_the_total():
    unknown = dict.fromkeys(("total_studies", "total_reports", "studies_narrated"))
    boxes = {box["box"]: box for box in count_flow(rows(UPDATE, **unknown))}
    assert (boxes["total_studies"]["n"], boxes["total_reports"]["n"]) == (8, 11)
    assert boxes["total_studies"]["basis"] == "previous_studies;studies_included"
    assert boxes["studies_narrated"]["origin"] == "not_reported"  # the total is itself not printed
    boxes = {box["box"]: box for box in count_flow(rows(UPDATE, studies_narrated=None))}
    assert (boxes["studies_narrated"]["n"], boxes["studies_narrated"]["basis"]) == (
        2,
        "total_studies;studies_pooled",
    )


def test_an_update_says_which_studies_are_new():
    boxes = {box["box"]: box["label"] for box in count_flow(rows(UPDATE))}
    assert boxes["studies_included"] == "New studies included in review"
    assert count_flow(rows())[-3]["label"] == "Studies included in review"


def test_no_counts_at_all_make_no_boxes():
    assert count_flow([]) == []
    assert arithmetic_problems([]) == []
