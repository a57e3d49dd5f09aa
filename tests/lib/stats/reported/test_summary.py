"""workflow/lib/stats/reported/summary.py: which summaries are refused, and why."""

from math import inf

import pytest

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported.summary import FIVE, QUARTILES, RANGE, Summary, check, skewness


def test_the_case_is_what_the_ends_allow():
    assert Summary(1, None, 2, None, 3, 9).case == RANGE
    assert Summary(None, 1, 2, 3, None, 9).case == QUARTILES
    assert Summary(0, 1, 2, 3, 4, 9).case == FIVE
    assert Summary(0, 1, 2, 3, None, 9).case == QUARTILES  # a minimum alone is of no use
    assert Summary(0, 1, 2, None, None, 9).case is None


@pytest.mark.parametrize(
    ("values", "n", "error", "message"),
    [
        ((None, 3, 2, 4, None), 20, InputError, "q1 3, median 2, q3 4: must not decrease"),
        ((0, 1, 2, 1.5, 4), 20, InputError, "must not decrease"),
        ((5, None, 2, None, 9), 20, InputError, "min 5, median 2"),
        ((None, 1, inf, 3, None), 20, InputError, "median is inf"),
        ((None, 1, 2, 3, None), 4, NotEstimable, "n is 4: the methods need at least 5"),
        ((None, 1, 2, None, 7), 20, NotEstimable, "neither both quartiles"),
    ],
)
def test_impossible_or_meagre_summaries_are_refused(values, n, error, message):
    with pytest.raises(error, match=message):
        check(Summary(*values, n))


def test_equal_values_are_in_order():
    check(Summary(2, 2, 2, 4, 4, 20))


def test_symmetry_needs_a_median_and_a_width():
    assert skewness(Summary(None, 1, None, 3, None, 20)) is None
    assert skewness(Summary(None, 1, 2, 3, None, 20)).stat == 0.0
    with pytest.raises(NotEstimable, match="no width"):
        skewness(Summary(None, 2, 2, 2, None, 20))
