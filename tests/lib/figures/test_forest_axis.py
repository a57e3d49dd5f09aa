"""workflow/lib/figures/forest_axis.py: the ticks of ratios stand where their logarithms are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.figures.forest_axis import TICK_FACE, Scale, ticks
from workflow.lib.figures.style import text_width


def ratios(low, high, *, width=60.0):
    return ticks(Scale(math.log(low), math.log(high), 0.0, width, marks="log"))


@pytest.mark.parametrize(
    ("low", "high", "names"),
    [
        (0.08, 20, ["0.1", "0.2", "0.5", "1", "2", "5", "10"]),
        (0.6, 3.2, ["0.7", "1", "1.5", "2", "3"]),
        (1.67, 1.75, ["1.68", "1.7", "1.72", "1.74"]),
        (0.00001, 100000, ["0.0001", "0.01", "1", "100", "10000"]),
    ],
)
def test_ratios_are_round_and_as_many_as_stand_side_by_side(low, high, names):
    found = ratios(low, high)
    assert [name for _, name in found] == names
    assert all(float(name) == pytest.approx(math.exp(place)) for place, name in found)


@given(st.floats(-12, 11), st.floats(0.05, 12))
def test_no_two_ticks_run_into_each_other_and_none_leaves_the_axis(low, span):
    scale = Scale(low, low + span, 0.0, 60.0, marks="log")
    found = ticks(scale)
    assert found
    edge = 1e-12  # of rounding
    assert all(scale.lo - edge <= value <= scale.hi + edge for value, _ in found)
    halves = [(scale.place(value), text_width(name, TICK_FACE) / 2) for value, name in found]
    pairs = zip(halves, halves[1:], strict=False)
    assert all(b - a >= half + other + 2 for (a, half), (b, other) in pairs)
