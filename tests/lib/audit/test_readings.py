"""workflow/lib/audit/readings.py: logarithms as ratios and so on, with the lineage of the analysed number."""

from math import exp, log

import pytest

from workflow.lib.audit.readings import with_readings
from workflow.lib.audit.registry import Number, text_of

UNIT = "log risk ratio"


def number(field, value, text="text", unit=UNIT):
    made = {"rule": "fit_model", "file": "results/models/a.json", "rows": ("r1",)}
    words = (unit, unit, "RR; REML, knha")
    return Number(
        f"pooled.a.{field}", value, text, *words, **made, basis=("b",), stands={"r1": "count"}
    )


def both(*numbers, unit=UNIT):
    return {one.id: one for one in with_readings(numbers, unit)}


def test_an_effect_and_its_limits_are_followed_by_their_ratios():
    found = both(number("beta", log(0.49)), number("adhoc.ci_ub", log(1.2)))
    ratio = found["pooled.a.beta_exp"]
    assert ratio.value == pytest.approx(0.49)
    assert (ratio.text, ratio.unit) == ("0.49", "risk ratio")
    assert ratio.method == "exponential of RR; REML, knha"
    assert (ratio.rows, ratio.basis, ratio.stands) == (("r1",), ("b",), {"r1": "count"})
    assert found["pooled.a.adhoc.ci_ub_exp"].text == "1.20"


@pytest.mark.parametrize("field", ["se", "tau2", "stat", "level", "k"])
def test_what_is_no_effect_has_no_ratio(field):
    assert list(both(number(field, 0.5))) == [f"pooled.a.{field}"]


def test_a_difference_has_no_ratio():
    assert len(both(number("beta", 0.5, unit="points"), unit="points")) == 1


@pytest.mark.parametrize(
    ("unit", "value", "end", "read", "text", "of"),
    [
        ("Fisher's z", 0.149918, "_ztor", 0.148805, "0.15", "correlation"),
        ("log odds", 1.138909, "_ilogit", 0.757479, "0.76", "proportion"),
        ("log odds ratio", 0.0, "_exp", 1.0, "1.00", "odds ratio"),
    ],
)
def test_a_correlation_and_a_proportion_are_read_as_such(unit, value, end, read, text, of):
    found = both(number("beta", value, unit=unit), unit=unit)[f"pooled.a.beta{end}"]
    assert found.value == pytest.approx(read, abs=5e-7)
    assert (found.text, found.unit, found.scale) == (text, of, of)


def test_a_number_that_is_missing_keeps_its_reason():
    ratio = both(number("pi_lb", None, "one study"))["pooled.a.pi_lb_exp"]
    assert (ratio.value, ratio.text) == (None, "one study")


def test_a_limit_beyond_a_computer_says_so():
    ratio = both(number("ci_ub", 800.0))["pooled.a.ci_ub_exp"]
    assert (ratio.value, ratio.text) == (None, "larger than can be printed")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0004, "<0.001"), (0.0123, "0.012"), (0.4567, "0.46"), (12.345, "12.35"), (exp(9), ">1000")],
)
def test_a_ratio_is_printed_with_the_decimals_that_it_needs(value, text):
    assert text_of(value, "fold") == text
