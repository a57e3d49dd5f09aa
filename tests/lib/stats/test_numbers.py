"""workflow/lib/stats/numbers.py: what is taken for numbers and labels, and how the rest is named."""

import numpy as np
import pandas as pd
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_columns, as_labels, as_list, as_numbers, check_finite


def test_lists_arrays_and_columns_of_tables_become_floats_and_none_is_missing():
    for values in (
        [1, None, 2.5],
        np.array([1, None, 2.5], dtype=object),
        pd.Series([1, None, 2.5]),
    ):
        assert np.array_equal(as_numbers("yi", values), [1.0, np.nan, 2.5], equal_nan=True)
    assert as_list("yi", 3).tolist() == [3.0]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ([1.0, "a"], "row 1: yi is 'a', not a number"),
        ([[1.0, 2.0], [3.0, "a"]], "row 1, column 1: yi is 'a', not a number"),
        ([1.0, [2.0]], "row 1: yi is [2.0], not a number"),
        ([1.0, 2j], "row 1: yi is 2j, not a number"),
        (np.array([1.0, 2j])[1:], "row 0: yi is np.complex128(2j), not a number"),
        ("text", "yi is 'text', not a number"),
        ({"a": 1}, "yi is {'a': 1}, not a number"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "row 0: yi is np.datetime64"),
    ],
)
def test_what_is_no_number_is_named_with_its_place(values, problem):
    with pytest.raises(InputError) as refusal:
        as_numbers("yi", values)
    assert str(refusal.value).startswith(problem)


def test_all_columns_are_refused_at_once():
    with pytest.raises(InputError) as refusal:
        as_columns(yi=["a", 1.0], vi=[1.0, "b"])
    assert refusal.value.problems == (
        "row 0: yi is 'a', not a number",
        "row 1: vi is 'b', not a number",
    )
    with pytest.raises(InputError, match=r"one list of numbers, not of shape \(1, 2\)"):
        as_list("yi", [[1.0, 2.0]])


def test_labels_are_whole_numbers_or_texts_and_none_is_missing():
    assert as_labels("group", ["b", "a"]).tolist() == ["b", "a"]
    assert as_labels("group", pd.Series([2, 1])).tolist() == [2, 1]
    assert as_labels("group", ()).tolist() == []
    for missing in (None, "", np.nan):
        for values in (["a", missing], np.array(["a", missing], dtype=object)):
            with pytest.raises(InputError, match="^row 1: group is missing$"):
                as_labels("group", values)
    with pytest.raises(InputError, match="row 1: group is missing"):
        as_labels("group", np.array(["a", ""]))
    for wrong in ("ab", {"a": 1}, 3, np.zeros((2, 2))):
        with pytest.raises(InputError, match="must be a list of labels"):
            as_labels("group", wrong)
    with pytest.raises(InputError, match=r"row 0: group is \['a'\], not one label"):
        as_labels("group", [["a"], ["b"]])


def test_single_numbers_are_refused_all_at_once():
    with pytest.raises(InputError) as refusal:
        check_finite(n="20", r=np.nan, sd=None, mean=1.0)
    assert refusal.value.problems == (
        "n is '20', not a number",
        "r is nan, not finite",
        "sd is None, not a number",
    )
