"""workflow/lib/review/time_points.py: days since treatment from the words of a paper."""

import pytest

from workflow.lib.errors import InputError
from workflow.lib.review.time_points import days_of


@pytest.mark.parametrize(
    ("label", "days"),
    [
        ("baseline", 0.0),
        ("45 days", 45.0),
        ("1 day", 1.0),
        ("7-day follow-up", 7.0),
        ("1 week", 7.0),
        ("2 Weeks", 14.0),
        ("4 months", 4 * 365.25 / 12),
        ("2.5 years or more", 2.5 * 365.25),
        ("last follow-up (mean 194 days)", 194.0),
        ("4-6 months", 6 * 365.25 / 12),
    ],
)
def test_a_duration_in_words_is_a_number_of_days(label, days):
    assert days_of(label) == pytest.approx(days)


@pytest.mark.parametrize("label", ["", "later", "Baseline", "one week", "day 7", "7", "7 hours"])
def test_words_without_a_duration_are_refused_with_an_example(label):
    with pytest.raises(InputError, match="names no duration; write 'baseline' or words with days"):
        days_of(label)


@pytest.mark.parametrize(
    "label", ["0 days", "0.0 weeks", "-7 days", "\u22127 days", "\u20137 days"]
)
def test_a_time_before_or_at_treatment_is_baseline_or_nothing(label):
    with pytest.raises(InputError, match="is not after treatment; write 'baseline'"):
        days_of(label)
