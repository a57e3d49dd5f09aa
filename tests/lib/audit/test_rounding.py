"""workflow/lib/audit/rounding.py: the half-open set behind printed digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.audit.rounding import meets, printed


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
