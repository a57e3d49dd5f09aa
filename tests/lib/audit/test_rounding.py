"""workflow/lib/audit/rounding.py: the half-open set behind printed digits."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.audit.rounding import meets, number_in, printed


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1.55", 1.545, 1.555),
        ("2.32", 2.315, 2.325),
        ("0.02", 0.015, 0.025),
        ("5", 4.5, 5.5),
        ("-0.1", -0.15, -0.05),
        ("2.0", 1.95, 2.05),
        ("<0.001", 0.0, 0.001),
    ],
)
def test_printed_digits_stand_for_a_set_that_holds_its_lower_end_only(text, low, high):
    number = printed(text)
    assert (number.low, number.high) == (low, high)
    assert number.holds(low)
    assert not number.holds(high)


def test_the_edges_of_a_printed_z():
    z = printed("2.32")
    assert z.holds(2.315)
    assert z.holds(2.3249999)
    assert not z.holds(2.325)
    assert not z.holds(2.3149999)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (2.294, 2.327, True),
        (2.325, 2.4, False),
        (2.2, 2.315, False),
        (2.2, 2.3150001, True),
        (2.315, 2.315, True),
        (2.325, 2.325, False),
        (2.318, 2.319, True),
    ],
)
def test_an_open_range_meets_a_printed_number_only_inside(low, high, expected):
    assert meets(printed("2.32"), low, high) is expected


@given(value=st.integers(-10_000, 10_000), decimals=st.integers(0, 4))
def test_every_printed_number_holds_itself(value, decimals):
    text = f"{value / 10**decimals:.{decimals}f}"
    assert printed(text).holds(float(text))
    assert printed(text).decimals == decimals


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1.55", 1.55, 1.56),
        ("-0.1", -0.2, -0.1),
        ("5", 5, 6),
        ("0.0", -0.1, 0.1),
        ("<0.001", 0.0, 0.001),
    ],
)
def test_cut_off_digits_stand_for_what_lies_further_from_zero(text, low, high):
    number = printed(text, "truncated")
    assert (number.low, number.high) == (low, high)


def test_a_limit_from_below_has_no_upper_end_and_a_percent_sign_is_left_aside():
    assert (printed(">0.05").low, printed(">0.05").high) == (0.05, inf)
    assert printed("29%").value == printed("29").value == 29


@pytest.mark.parametrize(
    ("value", "touches"), [(12.5, True), (13.5, True), (12.49, False), (13.51, False)]
)
def test_a_tie_may_be_rounded_either_way(value, touches):
    assert printed("13").touches(value) is touches


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.55", 1.55),
        ("<0.001", 0.001),
        ("29%", 29),
        ("4 of 5", 0.8),
        ("4/5", 0.8),
        ("0 of 0", None),
    ],
)
def test_the_value_of_a_printed_number(text, value):
    assert number_in(text) == value


@given(value=st.floats(-100, 100), decimals=st.integers(0, 3))
def test_what_is_cut_off_is_among_the_values_of_its_print(value, decimals):
    whole = int(abs(value) * 10**decimals) / 10**decimals
    text = f"{'-' if value < 0 and whole else ''}{whole:.{decimals}f}"
    number = printed(text, "truncated")
    assert number.low - 1e-9 <= value <= number.high + 1e-9
