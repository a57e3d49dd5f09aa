"""subgroups.py: equal to the regression on the labels, to separate pools, and at its edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import meta_regression
from workflow.lib.stats.regression.subgroups import subgroup_analysis

YI, VI, _ = effects("bcg_rr")
ALLOC = np.array(table("dat.bcg")["alloc"])
RANDOM = (ALLOC == "random").astype(float)
REL = 1e-9


@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
def test_common_tau2_is_the_regression_on_the_labels(test):
    found = subgroup_analysis(YI, VI, RANDOM, tau2="common", test=test)
    fit = meta_regression(YI, VI, np.column_stack([np.ones(13), RANDOM]), test=test)
    assert (found.QM, found.QMp, found.R2) == pytest.approx((fit.QM, fit.QMp, fit.R2), rel=REL)
    difference = found.differences[0]
    assert difference.names == ("1", "0")
    expected = (fit.beta[1], fit.se[1], fit.pval[1], fit.ci_lb[1])
    got = (difference.beta, difference.se, difference.pval, difference.ci_lb)
    assert got == pytest.approx(expected, rel=REL)
    assert [group.tau2 for group in found.groups] == pytest.approx([fit.tau2] * 2, rel=REL)
    assert sum(group.weight for group in found.groups) == pytest.approx(100.0)


@pytest.mark.parametrize("test", ["z", "knha"])
def test_separate_tau2_pools_each_subgroup_by_itself(test):
    found = subgroup_analysis(YI, VI, ALLOC, test=test)
    assert [group.name for group in found.groups] == ["alternate", "random", "systematic"]
    for group in found.groups:
        rows = group.name == ALLOC
        own = random_effects(YI[rows], VI[rows], method="REML", test=test)
        for name in ("k", "beta", "se", "ci_lb", "ci_ub", "tau2", "I2", "QE"):
            assert getattr(group, name) == pytest.approx(getattr(own, name), rel=1e-8), name
    assert found.QM_df1 == 2
    assert found.QM_df2 == (None if test == "z" else 10)
    assert len(found.differences) == 3


def test_two_groups_differ_as_their_difference_says():
    found = subgroup_analysis(YI, VI, RANDOM)
    assert pytest.approx(found.differences[0].stat ** 2, rel=REL) == found.QM
    assert found.QMp == pytest.approx(found.differences[0].pval, rel=REL)


def test_equal_effects_split_q_into_within_and_between():
    found = subgroup_analysis(YI, VI, ALLOC, method="EE")
    total = random_effects(YI, VI, method="EE").QE
    assert sum(group.QE for group in found.groups) + found.QM == pytest.approx(total, rel=REL)


@pytest.mark.parametrize("tau2", ["separate", "common"])
def test_a_group_of_one_study_is_that_study(tau2):
    labels = ["b"] * 12 + ["a"]
    found = subgroup_analysis(YI, VI, labels, tau2=tau2)
    single = found.groups[0]
    assert (single.k, single.I2, single.QEp) == (1, None, None)
    assert single.beta == pytest.approx(YI[12], rel=REL)
    assert "one study" in single.reason
    if tau2 == "separate":
        assert single.tau2 is None
        assert single.se == pytest.approx(VI[12] ** 0.5, rel=REL)


def test_numbers_as_labels_are_in_their_own_order():
    found = subgroup_analysis(YI[:6], VI[:6], [10, 9, 10, 9, 2, 2])
    assert [group.name for group in found.groups] == ["2", "9", "10"]


def test_groups_of_equal_effects_have_tau2_of_zero():
    found = subgroup_analysis([0.1, 0.1, 0.5, 0.5], [0.2] * 4, list("aabb"))
    assert [group.tau2 for group in found.groups] == [0.0, 0.0]


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(NotEstimable, match="one group only"):
        subgroup_analysis(YI, VI, ["a"] * 13)
    with pytest.raises(InputError, match="row 1: group is missing"):
        subgroup_analysis([0.1, 0.2], [1, 1], ["a", None])
    with pytest.raises(InputError, match="2 group labels"):
        subgroup_analysis([0.1, 0.2], [1, 1], ["a"])
    with pytest.raises(InputError, match="separate, common"):
        subgroup_analysis(YI, VI, ALLOC, tau2="both")
    with pytest.raises(InputError, match="row 1: vi is 0"):
        subgroup_analysis([0.1, 0.2], [1, 0], ["a", "b"])
