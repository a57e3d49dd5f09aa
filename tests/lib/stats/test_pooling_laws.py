"""workflow/lib/stats/pooling.py: what must hold for any studies."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.stats.batch.leave_one_out import refit_without_each
from workflow.lib.stats.batch.pool import pool_groups
from workflow.lib.stats.pooling import (
    TESTS,
    all_tests,
    probability_beyond,
    random_effects,
)

ORACLE = json.loads((Path(__file__).parents[2] / "reference/pooling_metafor.json").read_text())
EFFECTS = ORACLE["effects"]
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=60)
METHODS = ("REML", "DL", "PM", "ML", "HE", "SJ")


def studies(min_size=2, max_size=9):
    """Strategy: (yi, vi) with variances over four orders of magnitude."""
    one = st.tuples(st.floats(-3, 3), st.floats(-3, 1))
    return st.lists(one, min_size=min_size, max_size=max_size).map(
        lambda rows: (np.array([y for y, _ in rows]), 10.0 ** np.array([v for _, v in rows]))
    )


def fit(effects, **options):
    return random_effects(EFFECTS[effects]["yi"], EFFECTS[effects]["vi"], **options)


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(data=studies(), seed=st.integers(0, 1000))
def test_the_order_of_the_studies_is_irrelevant(method, data, seed):
    yi, vi = data
    order = np.random.default_rng(seed).permutation(len(yi))
    one = random_effects(yi, vi, method=method, test="adhoc")
    other = random_effects(yi[order], vi[order], method=method, test="adhoc")
    scale = 1e-9 * sqrt(min(vi))  # sums in another order; the error of tau2 is relative to min(vi)
    for name in ("beta", "se", "ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9, abs=scale)
    assert other.weights == pytest.approx(tuple(np.array(one.weights)[order]), rel=1e-8)


@pytest.mark.parametrize("test", TESTS)
@LAW
@given(data=studies(), exponent=st.integers(-8, 8))
def test_a_change_of_unit_changes_nothing_but_the_unit(test, data, exponent):
    yi, vi = data
    unit = 10.0**exponent
    plain = random_effects(yi, vi, test=test)
    scaled = random_effects(yi * unit, vi * unit**2, test=test)
    scale = 1e-8 * unit * sqrt(min(vi))  # the unit is no power of 2: inputs are rounded anew
    for name in ("beta", "se", "ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        expected = getattr(plain, name) * unit
        assert getattr(scaled, name) == pytest.approx(expected, rel=1e-8, abs=scale), name


@LAW
@given(data=studies(), shift=st.floats(-100, 100))
def test_a_shift_of_all_effects_shifts_the_mean_and_nothing_else(data, shift):
    yi, vi = data
    plain, shifted = (random_effects(y, vi, test="adhoc") for y in (yi, yi + shift))
    scale = 1e-7 * sqrt(min(vi))  # yi + 100 keeps 1e-14, which is 1e-13 of the smallest sei
    assert shifted.beta == pytest.approx(plain.beta + shift, rel=1e-9, abs=scale)
    assert shifted.se == pytest.approx(plain.se, rel=1e-7, abs=scale)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "SJ"])
@LAW
@given(data=studies())
def test_random_effects_are_equal_effects_where_tau2_is_zero(method, data):
    yi, vi = data
    near = 1e-3 * yi * sqrt(min(vi))  # so alike that no estimator sees heterogeneity
    random, equal = (random_effects(near, vi, method=m) for m in (method, "EE"))
    assert random.tau2 == 0.0
    for name in ("beta", "se", "stat", "pval", "ci_lb", "ci_ub", "QE", "QEp", "weights"):
        assert getattr(random, name) == getattr(equal, name), name


@pytest.mark.parametrize("test", TESTS)
@LAW
@given(data=studies(2, 2))
def test_leaving_one_of_two_studies_out_returns_the_other(test, data):
    yi, vi = data
    found, alone = refit_without_each(yi, vi, test=test), random_effects(yi[1:], vi[1:], test=test)
    assert found.beta.tolist() == [yi[1], yi[0]]
    assert found.se.tolist() == [sqrt(vi[1]), sqrt(vi[0])]
    assert found.ci_lb[0] == pytest.approx(alone.ci_lb, rel=1e-14)


@LAW
@given(data=studies(1, 5), method=st.sampled_from(METHODS))
def test_all_tests_are_the_single_tests(data, method):
    yi, vi = data
    expected = tuple(random_effects(yi, vi, method=method, test=test) for test in TESTS)
    assert all_tests(yi, vi, method=method) == expected


@pytest.mark.parametrize("test", TESTS)
@LAW
@given(data=studies(), method=st.sampled_from(METHODS), level=st.floats(1, 99))
def test_the_prediction_interval_contains_the_interval_of_the_mean(test, data, method, level):
    # both have one standard error and one reference distribution; they differ by tau2 alone
    found = random_effects(*data, method=method, test=test, level=level)
    assert found.pi_lb <= found.ci_lb <= found.ci_ub <= found.pi_ub
    assert (found.pi_lb < found.ci_lb) == (found.tau2 > 0.0) or found.tau2 < 1e-12 * min(data[1])


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(groups=st.lists(studies(1, 7), min_size=1, max_size=5))
def test_every_group_of_a_batch_converges_or_is_named_and_is_its_single_fit(method, groups):
    yi, vi = (np.concatenate([group[part] for group in groups]) for part in (0, 1))
    label = np.repeat(np.arange(len(groups)), [len(y) for y, _ in groups])
    found = pool_groups(yi, vi, label, method=method, test="t")
    for place, (y, v) in enumerate(groups):
        one, close = random_effects(y, v, method=method, test="t"), 1e-10 * sqrt(min(v))
        assert found.k[place] == one.k
        assert found.reason[place] or np.isfinite(found.tau2[place])
        for name in ("beta", "se", "ci_lb", "ci_ub"):
            number = getattr(found, name)[place]
            assert number == pytest.approx(getattr(one, name), rel=1e-10, abs=close), name
        if one.k > 1:
            expected = pytest.approx(one.tau2, rel=1e-10, abs=1e-10 * min(v))
            assert found.tau2[place] == expected


@LAW
@given(data=studies())
def test_the_ad_hoc_interval_is_never_narrower_than_either_t_interval(data):
    _, t, knha, adhoc = all_tests(*data)
    assert adhoc.se == max(t.se, knha.se)
    assert adhoc.tau2 == t.tau2 == knha.tau2


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("level", [80.0, 95.0])
def test_the_probability_beyond_a_prediction_bound_is_half_of_what_the_level_leaves(test, level):
    found = fit("bcg_rr", test=test, level=level)
    tail = 0.5 - level / 200.0
    # 1e-12: the distribution function undoes the quantile
    assert probability_beyond(found, found.pi_ub).value == pytest.approx(tail, rel=1e-12)
    assert probability_beyond(found, found.pi_lb).value == pytest.approx(1.0 - tail, rel=1e-12)
    assert probability_beyond(found, found.ci_ub).mean_value == pytest.approx(tail, rel=1e-12)
    assert probability_beyond(found, found.beta).value == pytest.approx(0.5, rel=1e-12)
