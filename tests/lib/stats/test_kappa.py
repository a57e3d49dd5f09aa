"""workflow/lib/stats/kappa.py against published output, its definition, and its edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.stats.kappa import NO_ITEMS, NO_WIDTH, ONE_CATEGORY, cohen_kappa

# Fleiss, Cohen & Everitt (1969), their example of 200 patients and three diagnoses: kappa 0.429
DIAGNOSES = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
# SAS/STAT 9.4, PROC FREQ, "Cohen's kappa coefficient": 88 patients, two dermatologists
SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
# Stata's kapci (analytical interval), as printed on Statalist in December 2009: 1,932 persons
HEALTH_CARE = [[1395, 118], [261, 158]]
TABLES = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 60), min_size=k, max_size=k), min_size=k, max_size=k)
)


def test_the_example_of_the_paper_of_the_standard_error():
    found = cohen_kappa(DIAGNOSES)
    assert found.kappa == pytest.approx(0.429, abs=5e-4)
    assert found.se == pytest.approx(0.0537, abs=5e-5)  # as Kenny, Kashy & Cook print it


def test_the_skin_conditions_of_proc_freq():
    found = cohen_kappa(SKIN)
    printed = (0.3449, 0.0724, 0.2030, 0.4868)
    got = (found.kappa, found.se, found.ci_lb, found.ci_ub)
    assert got == pytest.approx(printed, abs=5e-5)


def test_the_analytical_interval_of_kapci_to_all_its_digits():
    found = cohen_kappa(HEALTH_CARE)
    printed = (0.3411969207847029, 0.0262913719660408, 0.2896667786271169, 0.3927270629422889)
    assert (found.kappa, found.se, found.ci_lb, found.ci_ub) == pytest.approx(printed, rel=1e-12)
    assert found.percent == pytest.approx(80.38302277432712)  # its prop_o
    assert (found.n, found.agreed) == (1932, 1553)


def test_two_categories_have_the_pabak_of_byrt_and_others():
    found = cohen_kappa([[40, 9], [6, 45]])
    assert found.pabak == pytest.approx(2 * 0.85 - 1)


@given(TABLES)
def test_the_standard_error_is_that_of_the_delta_method(table):
    counts = np.array(table, dtype=float)
    found = cohen_kappa(counts)
    if found.se is None:
        return
    n, shares = counts.sum(), counts / counts.sum()
    gradient, step = np.zeros_like(shares), 1e-6
    for place in np.ndindex(shares.shape):
        up, down = shares.copy(), shares.copy()
        up[place] += step
        down[place] -= step
        gradient[place] = (_kappa(up) - _kappa(down)) / (2 * step)
    mean = (shares * gradient).sum()
    variance = ((shares * gradient**2).sum() - mean**2) / n
    assert found.se == pytest.approx(math.sqrt(max(variance, 0)), rel=1e-4, abs=1e-6)


def _kappa(shares):
    """kappa of shares that need not add up to one, so that each can be moved by itself."""
    observed, expected = np.trace(shares), shares.sum(1) @ shares.sum(0)
    return (observed - expected) / (1 - expected)


@given(TABLES)
def test_the_order_of_raters_and_of_categories_does_not_matter(table):
    counts = np.array(table)
    first = cohen_kappa(counts)
    for other in (counts.T, counts[::-1, ::-1]):
        second = cohen_kappa(other)
        for name in ("kappa", "se", "ci_lb", "ci_ub", "pabak", "percent"):
            a, b = getattr(first, name), getattr(second, name)
            assert a == b if a is None else a == pytest.approx(b, abs=1e-9), name


def test_chance_agreement_is_zero_and_perfect_agreement_one_without_an_interval():
    assert cohen_kappa([[25, 25], [25, 25]]).kappa == pytest.approx(0)
    found = cohen_kappa([[30, 0], [0, 70]])
    assert (found.kappa, found.ci_lb, found.ci_ub) == (1.0, None, None)
    assert found.reason == NO_WIDTH


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[0, 0], [0, 0]], NO_ITEMS),
        ([[0, 0], [0, 12]], ONE_CATEGORY),
        ([[386, 1], [0, 0]], NO_WIDTH),  # its variance is zero, but for rounding
        ([[0, 3], [0, 3]], NO_WIDTH),  # one rater used one category only: kappa 0, no interval
    ],
)
def test_what_cannot_be_estimated_says_why(table, reason):
    found = cohen_kappa(table)
    assert (found.ci_lb, found.ci_ub, found.reason) == (None, None, reason)


def test_the_interval_stays_within_the_scale_and_has_its_level():
    found = cohen_kappa([[2, 0], [1, 2]])
    assert found.ci_ub == 1.0
    assert cohen_kappa(SKIN, level=99).ci_lb < cohen_kappa(SKIN, level=95).ci_lb
