"""workflow/lib/stats/small_study/trim_fill.py: published example, definition, laws, refusals, edges."""

import numpy as np
import pytest

from tests.lib.stats.small_study.examples import BCG, HACKSHAW
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.estimation import Estimation
from workflow.lib.stats.small_study.trim_fill import ESTIMATORS, trim_fill

EQUAL, REML = Estimation("EE"), Estimation("REML")


def test_passive_smoking_lacks_seven_studies_on_the_left():
    found = trim_fill(*HACKSHAW, estimation=REML)
    assert (found.side, found.k0, found.fit.k) == ("left", 7, 44)
    # six decimals of metafor, whose REML stops at a step of 1e-5: see tests/oracles/trimfill.py
    for name, value in {"beta": 0.174471, "ci_lb": 0.079547, "ci_ub": 0.269396}.items():
        assert getattr(found.fit, name) == pytest.approx(value, abs=1.5e-6), name


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_fit_is_that_of_the_studies_and_their_mirror_images(estimator):
    yi, vi = BCG
    found = trim_fill(
        yi, vi, estimator=estimator, side="right", estimation=Estimation("DL", "knha")
    )
    both = np.append(yi, found.filled_yi), np.append(vi, found.filled_vi)
    assert found.fit == random_effects(*both, method="DL", test="knha")
    assert found.tag.startswith(f"trim and fill, {estimator}, right side (right), DL, knha")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_mirrored_funnel_lacks_as_many_on_the_other_side(estimator):
    yi, vi = HACKSHAW
    one = trim_fill(yi, vi, estimator=estimator, estimation=EQUAL)
    other = trim_fill(-yi, vi, estimator=estimator, estimation=EQUAL)
    assert (one.side, other.side, one.k0) == ("left", "right", other.k0)
    assert other.filled_yi == pytest.approx([-y for y in one.filled_yi], rel=1e-12)
    assert other.fit.beta == pytest.approx(-one.fit.beta, rel=1e-12)


def test_a_symmetric_funnel_lacks_nothing():
    size = np.arange(1, 13) / 10
    sign = np.array([1, -1, -1, 1] * 3)  # the ranks of both sides have the same sum
    for side in ("left", "right"):
        found = trim_fill(sign * size, np.ones(12), side=side, estimation=EQUAL)
        assert (found.k0, found.filled_yi) == (0, ())
        assert found.fit.beta == pytest.approx(0.0, abs=1e-12)


def test_only_r0_tests_whether_a_study_is_missing():
    assert trim_fill(*HACKSHAW, estimator="R0").p_k0 == 0.5**8
    assert "only R0" in trim_fill(*HACKSHAW).reasons["p_k0"]


def test_below_ten_studies_the_answer_is_marked_unless_one_insists():
    yi, vi = (x[:9] for x in HACKSHAW)
    assert "9 studies" in trim_fill(yi, vi).reason
    assert trim_fill(yi, vi, insist=True).interpretable


def test_a_variance_formula_that_fails_is_no_error_of_zero():
    found = trim_fill(*BCG, side="left", estimation=EQUAL)
    assert found.se_k0 is None
    assert "formula fails" in found.reasons["se_k0"]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_equal_effects_lack_nothing(estimator):
    found = trim_fill([-0.25] * 3, [0.04, 0.05, 0.06], estimator=estimator)
    assert (found.k0, found.fit.beta) == (0, -0.25)


def test_few_studies():
    with pytest.raises(NotEstimable, match="no study"):
        trim_fill([], [])
    with pytest.raises(NotEstimable, match="choose left or right"):
        trim_fill([0.1], [0.2])
    assert trim_fill([0.1], [0.2], side="left").k0 == 0
    two = trim_fill([0.31, 0.36], [0.02, 0.035], estimation=EQUAL)
    assert (two.side, two.k0) == ("left", 1)
    with pytest.raises(NotEstimable, match="choose left or right"):
        trim_fill([0.1, 0.2, 0.4], [0.2, 0.2, 0.2])


def test_a_huge_outlier_and_variances_a_million_apart_are_answered():
    yi, vi = HACKSHAW
    assert trim_fill(np.append(yi, 1e4), np.append(vi, 0.1)).k0 >= 0
    assert trim_fill(yi, np.where(np.arange(37) == 3, 1e-6 * vi, vi)).k0 >= 0


def test_what_cannot_be_computed_and_bad_options_say_why():
    with pytest.raises(NotEstimable, match="Q0 has no real value"):
        trim_fill([0.1, 1.7, -0.9, 3.2], [0.02, 0.05, 0.01, 0.04], estimator="Q0", estimation=EQUAL)
    with pytest.raises(InputError, match="(?s)estimator 'X0'.*side 'top'"):
        trim_fill(*BCG, estimator="X0", side="top")
    with pytest.raises(InputError, match="method 'XX'"):
        trim_fill(*BCG, estimation=Estimation("XX"))
    with pytest.raises(InputError, match="row 0: yi is nan"):
        trim_fill([np.nan, 1.0], [0.1, 0.1])
