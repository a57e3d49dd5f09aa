"""workflow/lib/stats/counts/tables.py: what is refused, and what is done about empty cells."""

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.counts.tables import Zeros, one_group, person_time, two_by_two

EMPTY_AND_FULL = two_by_two([5, 0, 3, 0], [20, 15, 7, 12], [8, 2, 0, 0], [22, 14, 9, 11])


def test_all_bad_rows_are_named_at_once():
    with pytest.raises(InputError) as refused:
        two_by_two([5, -1, 0], [20, 15, 0], [8, np.nan, 1], [22, 14, 9])
    assert refused.value.problems == (
        "row 1: ai is -1, not a count at or above 0",
        "row 1: ci is nan, not a count at or above 0",
        "row 2: group 1 has no persons",
    )


def test_person_time_must_be_above_zero():
    with pytest.raises(InputError, match="row 1: t2i is 0"):
        person_time([1, 2], [10, 10], [1, 2], [10, 0])


def test_columns_of_different_length_are_refused():
    with pytest.raises(InputError, match="one length"):
        two_by_two([1, 2], [1], [1, 2], [1, 2])


def test_a_group_has_no_more_events_than_persons():
    with pytest.raises(InputError, match="row 0: xi 5 is above ni 4"):
        one_group([5], ni=[4])


def test_a_group_has_persons_or_person_time_not_both():
    for sizes in ({}, {"ni": [4], "ti": [4]}):
        with pytest.raises(InputError, match="either ni"):
            one_group([1], **sizes)


@pytest.mark.parametrize(
    ("to", "first", "second"),
    [("only0", 5.0, 0.5), ("if0all", 5.5, 0.5), ("all", 5.5, 0.5), ("none", 5.0, 0.0)],
)
def test_additions_reach_the_tables_that_to_names(to, first, second):
    treated, keep = Zeros(to=(to, "none")).for_studies(EMPTY_AND_FULL)
    assert (treated.ai[0], treated.ai[1]) == (first, second)
    assert keep.tolist() == [True, True, True, False]


def test_a_table_that_is_left_out_does_not_ask_for_an_addition_to_all():
    only_the_last_has_zeros = EMPTY_AND_FULL.rows([0, 3])
    treated, _ = Zeros(to=("if0all", "none")).for_studies(only_the_last_has_zeros)
    assert treated.ai[0] == 5.0


def test_settings_that_do_not_exist_are_refused():
    with pytest.raises(InputError, match="to 'some'"):
        Zeros(to=("some", "none"))
    with pytest.raises(InputError, match="add -1"):
        Zeros(add=(-1.0, 0.0))
