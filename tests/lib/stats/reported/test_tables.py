"""workflow/lib/stats/reported/tables.py against published tables and its own definition."""

from itertools import product
from math import nan

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported.tables import table_from, table_from_accuracy, tables_from

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=150)
CELLS = st.integers(0, 400)


def cells(table):
    return table.ai, table.bi, table.ci, table.di


def statistic(name, a, b, c, d):
    n = a + b + c + d
    if name == "OR":
        return a * d / (b * c)
    if name == "RR":
        return a / (a + b) / (c / (c + d))
    if name == "RD":
        return a / (a + b) - c / (c + d)
    phi = (a * d - b * c) / ((a + b) * (c + d) * (a + c) * (b + d)) ** 0.5
    return phi if name == "PHI" else phi * abs(phi) * n


@pytest.mark.parametrize(
    ("name", "value"), [("OR", 2.05), ("PHI", 0.15), ("X2", 4.61), ("RR", 1.74), ("RD", 0.126)]
)
def test_rounded_statistics_of_one_table_all_lead_back_to_it(name, value):
    # the example of metafor's manual page of conv.2x2, a table of 240 persons
    assert cells(table_from(name, value, ni=240, n1i=122, n2i=56)) == (36, 86, 20, 98)


def test_the_correction_of_yates_matters():
    # chisq.test of R on 28, 14, 12, 18: 4.02 corrected, 5.04 not
    for value, correct in ((4.02, True), (5.04, False)):
        found = table_from("X2", value, ni=72, n1i=42, n2i=40, correct=correct)
        assert cells(found) == (28, 14, 12, 18)
        assert found.implied == pytest.approx(value, abs=0.05)  # two printed decimals


def test_the_sign_of_a_chi_square_is_the_direction():
    margins = {"ni": 200, "n1i": 100, "n2i": 100}
    assert cells(table_from("X2", -7.22, **margins)) == (40, 60, 60, 40)
    assert cells(table_from("X2", 7.22, **margins)) == (60, 40, 40, 60)
    assert cells(table_from("X2", 0.0, **margins)) == (50, 50, 50, 50)


@LAW
@given(CELLS, CELLS, CELLS, CELLS, st.sampled_from(["OR", "RR", "RD", "PHI", "X2"]))
def test_an_unrounded_statistic_gives_back_its_table(a, b, c, d, name):
    n, n1, n2 = a + b + c + d, a + b, a + c
    assume(min(n1, n2, n - n1, n - n2) > 0)
    assume(name != "OR" or b * c > 0)
    assume(name != "RR" or c > 0)
    value = statistic(name, a, b, c, d)
    found = table_from(name, value, ni=n, n1i=n1, n2i=n2, correct=False)
    assert cells(found) == (a, b, c, d)
    assert found.implied is None or found.implied == pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("a", "d"), list(product((0, 3), (0, 5))))
def test_an_odds_ratio_of_zero_is_a_table_with_an_empty_cell(a, d):
    assume_empty = min(a, d) == 0
    if assume_empty and a + d:
        b, c = 7, 9
        margins = {"ni": a + b + c + d, "n1i": a + b, "n2i": a + c}
        assert cells(table_from("OR", 0.0, **margins)) == (a, b, c, d)


def test_extreme_odds_ratios_stay_within_the_margins():
    for value in (1e-300, 1e-12, 1.0, 1e12, 1e300):
        found = table_from("OR", value, ni=176782, n1i=88391, n2i=1004)
        assert min(cells(found)) >= 0
    assert found.ci == 0


def test_margins_that_do_not_go_with_the_statistic_say_so():
    # metafor's manual page: phi 0.54 with a guessed margin of 50
    with pytest.raises(NotEstimable, match="no table has these margins and PHI 0.54"):
        table_from("PHI", 0.54, ni=400, n1i=200, n2i=50)
    with pytest.raises(NotEstimable, match="phi would be"):
        table_from("X2", 500.0, ni=400, n1i=200, n2i=200)


@pytest.mark.parametrize(
    ("name", "value", "margins", "message"),
    [
        ("OR", -1.0, (100, 50, 20), "odds ratio is at least 0"),
        ("RR", -1.0, (100, 50, 20), "risk ratio is at least 0"),
        ("RD", 1.5, (100, 50, 20), "between -1 and 1"),
        ("PHI", -1.5, (100, 50, 20), "between -1 and 1"),
        ("OR", nan, (100, 50, 20), "OR is nan, not finite"),
        ("OR", 2.0, (100, 120, 20), "n1i 120 is above ni 100"),
        ("OR", 2.0, (100, 50.5, 20), "whole number"),
        ("OR", 2.0, (100, -5, 20), "whole number"),
        ("HR", 2.0, (100, 50, 20), "admissible are OR, RR, RD, PHI, X2"),
    ],
)
def test_impossible_input_is_refused(name, value, margins, message):
    with pytest.raises(InputError, match=message):
        table_from(name, value, **dict(zip(("ni", "n1i", "n2i"), margins, strict=True)))


@pytest.mark.parametrize("margins", [(100, 0, 20), (100, 50, 100), (100, 100, 20), (100, 50, 0)])
def test_a_margin_without_choice_says_nothing(margins):
    with pytest.raises(NotEstimable, match="a margin is 0 or full"):
        table_from("OR", 2.0, **dict(zip(("ni", "n1i", "n2i"), margins, strict=True)))


def test_columns_are_converted_row_by_row():
    found = tables_from("OR", [2.05, None, -1.0], ni=240, n1i=[122] * 3, n2i=[56] * 3)
    assert cells(found.values[0]) == (36, 86, 20, 98)
    assert found.values[1:] == (None, None)
    assert found.reasons[1] == "missing: value"
    assert "at least 0" in found.reasons[2]


def test_sensitivity_and_specificity_give_a_table():
    found = table_from_accuracy(0.84, 0.905, diseased=50, healthy=200)
    assert cells(found) == (42, 8, 19, 181)
    assert found.implied == 0.84
    with pytest.raises(InputError, match="specificity 1.2"):
        table_from_accuracy(0.8, 1.2, diseased=50, healthy=200)
    with pytest.raises(InputError, match="diseased 0"):
        table_from_accuracy(0.8, 0.9, diseased=0, healthy=200)
