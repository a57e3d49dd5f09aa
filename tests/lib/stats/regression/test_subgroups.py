"""subgroups.py: equal to the regression on the labels, to separate pools, and at its edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.counts.pooling import INPUTS, count_pooling
from workflow.lib.stats.effects import effect_sizes
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


ASPIRIN = (  # events and persons of both groups (Fleiss 1993)
    (49, 44, 102, 32, 85, 246, 1570),
    (615, 758, 832, 317, 810, 2267, 8587),
    (67, 64, 126, 38, 52, 219, 1720),
    (624, 771, 850, 309, 406, 2257, 8600),
)
EARLY = ["early"] * 3 + ["late"] * 4
# metafor 3.8: rma.mh of each half, then rma(b, sei = se, method = "FE") of the two
BY_METAFOR = {
    "OR": (
        *((-0.288899278971, -0.0867257605679), (0.100543153328, 0.0350845687854)),
        *((0.497976491923, 5.86587236009), (3.60446760748, 0.0576245167018)),
    ),
    "RR": (
        *((-0.257477598107, -0.0713805884107), (0.0897224480079, 0.0288698023988)),
        *((0.630258925379, 5.58457835949), (3.89843786755, 0.0483310271335)),
    ),
}


def of_counts(measure, method, **options):
    inputs = dict(zip(INPUTS, ASPIRIN, strict=True))
    effects = effect_sizes(measure, **inputs)
    counts = count_pooling(inputs, measure, revman=True)
    more = {"method": method, "counts": counts, **options}
    return subgroup_analysis(effects.yi, effects.vi, EARLY, **more)


@pytest.mark.parametrize("measure", BY_METAFOR)
def test_subgroups_of_counts_are_pooled_by_mantel_and_haenszel_as_metafor_does(measure):
    beta, se, QE, test = BY_METAFOR[measure]
    found = of_counts(measure, "MH")
    assert [group.beta for group in found.groups] == pytest.approx(beta, rel=1e-9)
    assert [group.se for group in found.groups] == pytest.approx(se, rel=1e-9)
    assert [group.QE for group in found.groups] == pytest.approx(QE, rel=1e-9)
    assert (found.QM, found.QMp) == pytest.approx(test, rel=1e-9)
    assert [group.tau2 for group in found.groups] == [0.0, 0.0]


def test_mantel_haenszel_does_not_split_q_into_within_and_between():
    """Else the test could be had from the totals, which is what Review Manager does not do."""
    found = of_counts("OR", "MH")
    within = sum(group.QE for group in found.groups)
    assert within + found.QM == pytest.approx(9.94605598322, abs=0.1)
    assert within + found.QM != pytest.approx(9.94605598322, abs=1e-3)


def test_counts_have_no_tau2_common_to_subgroups():
    with pytest.raises(NotEstimable, match="take tau2 separate"):
        of_counts("OR", "DLMH", tau2="common")


# (OR or RR with limits of each subgroup; Chi2, P, I2 of the test): as Review Manager stored them
OF_REVIEW_MANAGER = {
    "CD002118 (2026) 2.2, fixed Mantel-Haenszel": (
        (
            (1.5382223678, 1.2423021757, 1.9046316582),
            (1.3056983224, 1.1115075528, 1.5338160364),
            (1.3842220681, 0.9935265168, 1.9285552037),
        ),
        (1.4415252168, 0.4863812718, 0.0),
    ),
    "CD002118 (2026) 5.2, fixed Mantel-Haenszel": (
        (
            (1.5303815422, 0.7645816356, 3.0632015673),
            (1.2495095069, 0.9880361019, 1.5801791097),
            (0.5731436401, 0.3659926859, 0.8975415215),
        ),
        (10.1083055614, 0.0063827939, 80.2142902403),
    ),
    "CD000023 (2013) 1.6, random effects": (
        ((0.6248628931, 0.3774081059, 1.0345661079), (0.3048780589, 0.0809619536, 1.1480779144)),
        (0.9830795347, 0.3214399242, 0.0),
    ),
}


@pytest.mark.parametrize("review", OF_REVIEW_MANAGER)
def test_the_test_between_subgroups_is_that_of_review_manager(review):
    subtotals, test = OF_REVIEW_MANAGER[review]
    yi = [np.log(estimate) for estimate, _, _ in subtotals]
    vi = [(np.log(high / low) / 2.0 / 1.959963984540054) ** 2 for _, low, high in subtotals]
    found = subgroup_analysis(yi, vi, list("abc")[: len(yi)], method="EE")
    chi2, pval, I2 = test
    assert (found.QM, found.I2_between) == pytest.approx((chi2, I2), rel=1e-9, abs=1e-9)
    # its chi-square tail is no better than this: elsewhere the same program stores P = -2e-10
    assert found.QMp == pytest.approx(pval, rel=1e-5)


def test_knapp_hartung_subgroups_are_compared_by_chi_square_where_that_is_asked_for():
    """metafor 3.8: rma of each half with knha, then rma(b, sei = se, method = "FE")."""
    effects = effect_sizes("RR", **dict(zip(INPUTS, ASPIRIN, strict=True)))
    model = {"method": "REML", "test": "knha"}
    found = subgroup_analysis(effects.yi, effects.vi, EARLY, between="chi2", **model)
    assert (found.QM, found.QMp) == pytest.approx((5.79864885395, 0.0160384947087), rel=1e-6)
    assert found.QM_df2 is None
    assert "no second degrees of freedom" in found.reasons["QM_df2"]
    assert [group.pval for group in found.groups] == pytest.approx(
        [0.03685204941, 0.473033948517], rel=1e-6
    )
    as_test = subgroup_analysis(effects.yi, effects.vi, EARLY, **model)
    assert pytest.approx(found.QM, rel=REL) == as_test.QM  # over one degree of freedom
    assert as_test.QM_df2 == 5
    with pytest.raises(InputError, match="between 'F'"):
        subgroup_analysis(effects.yi, effects.vi, EARLY, between="F")


@pytest.mark.parametrize("tau2", ["separate", "common"])
def test_each_subgroup_has_its_test_and_its_share_of_heterogeneity(tau2):
    found = subgroup_analysis(YI, VI, ALLOC, tau2=tau2)
    for group in found.groups:
        assert group.stat == pytest.approx(group.beta / group.se, rel=REL)
        assert group.QE_df == group.k - 1
        expected = 100.0 * max(0.0, 1.0 - group.QE_df / group.QE)
        assert pytest.approx(expected, rel=REL) == group.I2_Q
    assert found.I2_between == pytest.approx(100.0 * max(0.0, 1.0 - 2.0 / found.QM), rel=REL)


def test_subgroups_of_one_study_each_are_compared_by_chi_square_under_any_test():
    """Two studies: what differs between them is all their heterogeneity (CD014353 (2026) 3.5)."""
    yi = [0.07, 0.75]
    half = (0.5296045016797838, 0.1137075914907812)  # half widths, as the file has them
    vi = [(one / 1.959963984540054) ** 2 for one in half]
    options = {"method": "REML", "test": "knha", "between": "chi2"}
    found = subgroup_analysis(yi, vi, ["a", "b"], **options)
    assert pytest.approx(random_effects(yi, vi).QE, rel=REL) == found.QM
    assert pytest.approx(6.053946602802385, rel=REL) == found.QM


def test_a_single_table_is_its_own_pool_among_subgroups_of_counts():
    inputs = dict(zip(INPUTS, ASPIRIN, strict=True))
    effects = effect_sizes("RR", **inputs)
    counts = count_pooling(inputs, "RR", revman=True)
    labels = ["most"] * 6 + ["one"]
    found = subgroup_analysis(effects.yi, effects.vi, labels, method="DLMH", counts=counts)
    single = found.groups[1]
    assert (single.k, single.QE, single.QE_df, single.I2_Q, single.tau2) == (1, 0.0, 0, None, None)
    assert single.beta == pytest.approx(effects.yi[6], rel=REL)
