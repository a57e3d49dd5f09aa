"""workflow/lib/review/flow.py: counts of the PRISMA 2020 flow, their sums, and what is not reported."""

import pytest

from workflow.lib.errors import InputError
from workflow.lib.review.flow import LABELS, SUMS, arithmetic_problems, count_flow

WHOLE = {  # made up
    **{"records_identified": 120, "records_removed": 20, "records_screened": 100},
    **{"records_excluded": 80, "reports_sought": 20, "reports_not_retrieved": 2},
    **{"reports_assessed": 18, "reports_excluded": 13, "studies_included": 5},
    **{"studies_pooled": 4, "studies_narrated": 1},
}


def rows(**changes):
    counts = WHOLE | changes
    return [
        {"box": box, "value": counts[box], "reason": "" if counts[box] is not None else "not told"}
        for box in LABELS
    ]


def test_counts_that_add_up_become_boxes_in_the_order_of_the_diagram():
    boxes = count_flow(list(reversed(rows())))
    assert [box["box"] for box in boxes] == list(LABELS)
    assert {box["box"]: box["n"] for box in boxes} == WHOLE
    assert {box["origin"] for box in boxes} == {"transcribed"}


@pytest.mark.parametrize("parts", SUMS, ids=lambda parts: parts[0])
def test_a_sum_that_fails_is_told_with_its_rows_and_counts(parts):
    changed = {parts[2]: WHOLE[parts[2]] - 1}
    found = arithmetic_problems(rows(**changed))
    whole, one, two = parts
    words = f"{whole} {WHOLE[whole]} is not {one} {WHOLE[one]} + {two} {changed[two]}"
    assert any(words in problem and "correct the count" in problem for problem in found), found
    numbers = ", ".join(f"row {list(LABELS).index(box) + 2}" for box in parts)
    assert any(problem.startswith(f"flow.csv, {numbers}, value: ") for problem in found)
    with pytest.raises(InputError):
        count_flow(rows(**changed))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"records_removed": 121}, "records_removed 121 is more than records_identified 120"),
        ({"reports_excluded": 19}, "reports_excluded 19 is more than reports_assessed 18"),
        ({"studies_included": 19}, "studies_included 19 is more than reports_assessed 18"),
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


def test_no_counts_at_all_make_no_boxes():
    assert count_flow([]) == []
    assert arithmetic_problems([]) == []
