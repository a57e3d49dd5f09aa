"""workflow/lib/stats/reported/normal_methods.py against published constants and its own laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported.normal_methods import (
    DEFAULT,
    MEANS,
    SDS,
    expected_range,
    mean_of,
    sd_of,
)
from workflow.lib.stats.reported.summary import Summary

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=30)


@pytest.mark.parametrize(
    ("n", "d2"),
    # control chart constants d2, ASTM STP 15D, as printed
    [(2, 1.128), (5, 2.326), (9, 2.970), (24, 3.895), (25, 3.931), (100, 5.015)],
)
def test_expected_ranges_are_the_constants_of_control_charts(n, d2):
    assert expected_range(n) == pytest.approx(d2, abs=6e-4)  # three printed decimals


def test_the_expected_range_of_two_is_known_exactly():
    assert expected_range(2) == pytest.approx(2.0 / 3.141592653589793**0.5, rel=1e-12)


SUMMARIES = {
    1: lambda a, b, c, d, e, n: Summary(a, None, c, None, e, n),
    2: lambda a, b, c, d, e, n: Summary(None, b, c, d, None, n),
    3: Summary,
}


@LAW
@given(
    st.lists(st.floats(-10, 10), min_size=5, max_size=5),
    st.integers(5, 300),
    st.floats(-5, 5),
    st.floats(0.1, 10),
)
def test_another_origin_and_unit_move_the_mean_and_stretch_the_sd(values, n, shift, scale):
    for case, make in SUMMARIES.items():
        one = make(*sorted(values), n)
        other = one.mapped(lambda x: shift + scale * x)
        size = 1e-9 * (abs(shift) + 10.0 * scale)  # values lose digits to the shift
        for method in (m for m in MEANS if case in MEANS[m][1]):
            expected = shift + scale * mean_of(one, method)
            assert mean_of(other, method) == pytest.approx(expected, abs=size), method
        for method in (m for m in SDS if case in SDS[m][1]):
            tolerance = 1e-5 if method == "bland2015" else size  # a root of squares that cancel
            assert sd_of(other, method) == pytest.approx(
                scale * sd_of(one, method), abs=max(size, tolerance * scale)
            ), method


def test_a_symmetric_summary_has_its_median_as_mean():
    for method in ("luo2016", "wan2014", "bland2015"):
        assert mean_of(Summary(-3, -1, 0.5, 2, 4, 40), method) == pytest.approx(0.5, abs=1e-15)


def test_the_default_takes_all_that_is_printed():
    five = Summary(1, 4, 6, 10, 14, 50)
    assert sd_of(five, DEFAULT) == sd_of(five, "shi2020")
    quartiles = Summary(None, 4, 6, 10, None, 50)
    assert sd_of(quartiles, DEFAULT) == sd_of(quartiles, "wan2014")


def test_without_a_median_there_is_an_sd_but_no_mean():
    five = Summary(1, 4, None, 10, 14, 50)
    assert sd_of(five, DEFAULT) == sd_of(Summary(1, 4, 6, 10, 14, 50), DEFAULT)
    with pytest.raises(NotEstimable, match="median is missing"):
        mean_of(five, DEFAULT)
    with pytest.raises(NotEstimable, match="bland2015 needs it"):
        sd_of(five, "bland2015")


def test_methods_without_a_formula_for_the_case_say_so():
    with pytest.raises(NotEstimable, match="hozo2005 gives no mean from quartiles"):
        mean_of(Summary(None, 4, 6, 10, None, 50), "hozo2005")
    with pytest.raises(InputError, match="admissible are"):
        sd_of(Summary(None, 4, 6, 10, None, 50), "luo2016")
