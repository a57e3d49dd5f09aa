"""workflow/lib/audit/scales.py: there and back again, and what cannot be printed."""

from math import atanh, inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit as scipy_expit
from scipy.special import logit as scipy_logit

from workflow.lib.audit.rounding import Printed, printed
from workflow.lib.audit.scales import SCALES, analysed, as_printed, expit, logit, scale_of


def test_the_logarithm_of_a_printed_ratio_keeps_its_ends():
    number = analysed(printed("0.70"), "log")
    assert (number.low, number.high) == (log(0.695), log(0.705))
    assert analysed(printed("0.01"), "log").low == log(0.005)


@pytest.mark.parametrize(("text", "name"), [("1", "z"), ("1.0", "logit")])
def test_an_end_that_nothing_reaches_is_infinite(text, name):
    below = printed("0.9") if name == "logit" else printed("0")
    assert analysed(below, name).high < inf
    assert analysed(Printed(text, 0.99, 0.97, 1.02, 1), name).high == inf


@given(st.floats(-8, 8), st.sampled_from(sorted(SCALES)))
def test_there_and_back_is_the_same(x, name):
    scale = scale_of(name)
    assert scale.analysed(scale.printed(x)) == pytest.approx(x, abs=1e-6)  # tanh(8) is 1 - 2e-7


@given(st.floats(-700, 700))
def test_a_proportion_is_that_of_scipy(x):
    assert expit(x) == pytest.approx(scipy_expit(x), rel=1e-12)


def test_log_odds_are_those_of_scipy():
    assert logit(0.7546) == pytest.approx(scipy_logit(0.7546), rel=1e-14)


@pytest.mark.parametrize(
    ("quantity", "scale", "text", "value", "shown"),
    [
        ("estimate", "log", "0.49", log(0.49), 0.49),
        ("pi_ub", "log", "1.55", log(1.55), 1.55),
        ("ci_lb", "z", "0.09", atanh(0.09), 0.09),
        ("se", "log", "0.18", 0.18, 0.18),
        ("percent", "reduction", "62", log(0.38), 62.0),
        ("zval", "", "2.32", -2.32, 2.32),
        ("zval", "", "-2.32", -2.32, -2.32),
        ("tval", "", "3.08", -3.08, 3.08),
        ("estimate", "", "1.5", 1.5, 1.5),
    ],
)
def test_our_value_is_told_as_the_claim_prints_it(quantity, scale, text, value, shown):
    claim = {"quantity": quantity, "scale": scale, "printed": text}
    assert as_printed(claim, value) == pytest.approx(shown, rel=1e-12)
