"""workflow/lib/review/screening_exports/entry.py: days, reasons and rows in words."""

import pytest

from workflow.lib.review.screening_exports.entry import (
    Options,
    day_of,
    joined_note,
    one_reason,
    spans_of,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2025-09-07T11:00:00Z", "2025-09-07"),
        ("2024-05-01 09:30:00.123456", "2024-05-01"),
        ("1714557600.5", "2024-05-01"),
        ("31/12/2023 23:59:59", "2023-12-31"),
        ("yesterday", None),
        ("", None),
        ("1e300", None),
        ("nan", None),
    ],
)
def test_a_time_of_any_tool_is_a_day_or_none(text, day):
    assert day_of(text) == day


def test_of_several_reasons_the_first_of_the_review_counts():
    ranked = Options("full_text", reasons=("b", "a"))
    assert one_reason(["a", "b", "c", "a"], ranked) == ("b", ["a", "c"])
    assert one_reason([" a ", "", "a"], ranked) == ("a", [])
    assert one_reason(["c", "d"], ranked) == ("", ["c", "d"])
    assert one_reason([], ranked) == ("", [])


def test_a_place_is_a_row_and_column_of_a_table_or_a_line_and_tag_of_ris():
    assert Options("").where(2, "notes") == ", row 2, notes"
    assert Options("", unit="line").where(14, "notes") == ", line 14, N1 (notes)"
    assert Options("", unit="line").where(14, "key") == ", line 14, ID"


def test_notes_are_one_line_of_the_parts_that_say_something():
    assert joined_note(tags="", notes="two\nlines ") == "notes: two lines"


def test_rows_are_told_in_runs_and_many_runs_are_cut():
    assert spans_of([8, 2, 3, 4, 5]) == "2-5, 8"
    assert spans_of(range(0, 100, 2), most=2) == "0, 2 and 48 more runs"
