"""workflow/lib/stats/reported/rows.py: one value or one reason per row."""

from math import nan

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats import conversions as conv
from workflow.lib.stats.reported.rows import as_rows, by_row


def test_each_row_is_converted_or_says_why_not():
    found = by_row(conv.sd_from_se, se=[0.5, -1.0, None, nan], n=[16, 10, 10, 10])
    assert found.values == (2.0, None, None, None)
    assert found.reasons[0] is None
    assert "standard error is -1.0" in found.reasons[1]
    assert found.reasons[2:] == ("missing: se", "missing: se")


def test_what_data_cannot_give_is_a_reason_too():
    found = by_row(conv.se_from_p, estimate=[0.0, 1.0], p=0.5)
    assert found.values[0] is None
    assert "says nothing" in found.reasons[0]
    assert found.values[1] == conv.se_from_p(1.0, 0.5)


def test_single_cells_are_for_all_rows_and_arrays_are_columns():
    assert as_rows(a=np.array([1.0, nan]), b="x") == [{"a": 1.0, "b": "x"}, {"a": None, "b": "x"}]
    assert as_rows(a=1.0, b=None) == [{"a": 1.0, "b": None}]
    assert by_row(conv.sd_from_se, se=[], n=[]).values == ()


def test_columns_of_different_length_are_refused():
    with pytest.raises(InputError, match="a 2, b 3 rows"):
        as_rows(a=[1, 2], b=[1, 2, 3])
