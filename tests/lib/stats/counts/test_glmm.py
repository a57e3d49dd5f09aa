"""workflow/lib/stats/counts/glmm.py against metafor with lme4, by laws and at its edges."""

import numpy as np
import pytest

from tests.agreement import table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.counts.glmm import glmm
from workflow.lib.stats.counts.tables import one_group, person_time, two_by_two

_bcg = table("dat.bcg")
TPOS, TNEG, CPOS, CNEG = (np.array(_bcg[name]) for name in ("tpos", "tneg", "cpos", "cneg"))
BCG = two_by_two(TPOS, TNEG, CPOS, CNEG)
RATES = person_time(TPOS, 1.5 * (TPOS + TNEG), CPOS, 1.4 * (CPOS + CNEG))
A, B = np.array([5, 0, 3, 0, 10, 7, 2]), np.array([20, 15, 7, 12, 40, 0, 30])
C, D = np.array([8, 2, 0, 0, 12, 5, 9]), np.array([22, 14, 9, 11, 35, 0, 28])
SPARSE, SPARSE_RATES = two_by_two(A, B, C, D), person_time(A, A + B, C, C + D)
CASES = {  # metafor 3.8-1 with lme4 1.1-31: b, se, tau2, QE_Wld, QE_LRT
    "PLO": (-4.935141267, 0.3312527449, 1.324045976, 1552.66552, 916.759071),
    "IRR UM.FS": (-0.7812774707, 0.1694777849, 0.2710752871, 147.906076, 161.820963),
    "IRR CM.EL": (-0.7911098671, 0.1744019147, 0.2887103507, 147.906082, 161.820963),
    "IRLN": (-5.358880139, 0.3233311404, 1.257992985, 1597.23831, 896.089232),
    "sparse OR UM.FS": (-0.4914552888, 0.3207148494, 0.0, 1.84216944, 10.0263952),
    "sparse OR UM.RS": (-0.4748263904, 0.3174550229, 0.0, 3.77230665, 10.0462176),
    "sparse OR CM.AL": (-0.3922576032, 0.2872585929, 0.0, 1.66209503, 9.03685806),
    "sparse PLO": (-1.802780958, 1.016787211, 5.729701221, 3.77230682, 39.573176),
    "sparse IRR UM.FS": (-0.3155239866, 0.2556379363, 0.0, 2.09443451, 9.40290313),
    "sparse IRR CM.EL": (-0.3155239866, 0.2556379376, 0.0, 2.09443455, 9.40290313),
    "sparse IRLN": (-1.982756415, 0.5109724702, 1.130722014, 17.5107982, 26.3605913),
}
# lme4 stops with b and tau2 about 1e-5 away from the maximum
REL = np.array([3e-5, 1e-4, 3e-5, 1e-6, 1e-7])


def counts_of(name):
    sparse = name.startswith("sparse")
    measure, model = (name.removeprefix("sparse ").split() + [None])[:2]
    one = {
        "OR": (BCG, SPARSE),
        "IRR": (RATES, SPARSE_RATES),
        "PLO": (one_group(TPOS, ni=TPOS + TNEG), one_group(A, ni=A + B)),
        "IRLN": (one_group(TPOS, ti=1.5 * (TPOS + TNEG)), one_group(A, ti=A + B)),
    }[measure]
    return one[sparse], measure, model


@pytest.mark.parametrize("name", CASES)
def test_maximum_likelihood_agrees_with_metafor(name):
    counts, measure, model = counts_of(name)
    fit = glmm(counts, measure, model=model)
    found = np.array([fit.beta, fit.se, fit.tau2, fit.QE_Wld, fit.QE_LRT])
    expected = np.array(CASES[name])
    assert (np.abs(found - expected) <= REL * np.abs(expected) + 1e-9).all()
    missing = {field for field in fit.__slots__ if getattr(fit, field) is None}
    assert missing - {"nAGQ"} == set(fit.reasons)


@pytest.mark.parametrize("name", ["sparse OR UM.FS", "sparse OR CM.EL", "sparse IRR CM.EL"])
def test_at_tau2_of_zero_the_answer_is_that_of_equal_effects(name):
    counts, measure, model = counts_of(name)
    random, equal = (glmm(counts, measure, model=model, method=m) for m in ("ML", "EE"))
    assert (random.tau2, random.I2, random.H2) == (0.0, 0.0, 1.0)
    for field in ("beta", "se", "ll", "QE_LRT"):
        assert getattr(random, field) == pytest.approx(getattr(equal, field), rel=1e-12)
    assert random.npar == equal.npar + 1
    assert "edge of its range" in random.reasons["se_tau2"]


def test_equal_effects_with_free_baselines_are_logistic_regression():
    fit = glmm(BCG, method="EE")
    design = np.kron(np.eye(13), np.ones((2, 1)))
    design = np.column_stack([design, np.tile([1.0, 0.0], 13)])
    y, n = np.stack([TPOS, CPOS], 1).ravel(), np.stack([TPOS + TNEG, CPOS + CNEG], 1).ravel()
    b = np.append(np.log((TPOS + CPOS) / (TNEG + CNEG)), 0.0)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ b))
        information = (design.T * (n * p * (1 - p))) @ design
        b = b + np.linalg.solve(information, design.T @ (y - n * p))
    assert fit.beta == pytest.approx(b[-1], rel=1e-9)
    assert fit.se == pytest.approx(np.linalg.inv(information)[-1, -1] ** 0.5, rel=1e-7)


def test_rates_given_their_sum_do_not_depend_on_the_unit_of_time():
    one = glmm(RATES, "IRR", model="CM.EL")
    other = person_time(RATES.x1i, 365 * RATES.t1i, RATES.x2i, 365 * RATES.t2i)
    assert glmm(other, "IRR", model="CM.EL").beta == pytest.approx(one.beta, rel=1e-9)


def test_swapping_the_groups_changes_the_sign_only():
    swapped = two_by_two(CPOS, CNEG, TPOS, TNEG)
    for model in ("UM.FS", "CM.EL"):
        one, other = glmm(BCG, model=model), glmm(swapped, model=model)
        assert one.beta == pytest.approx(-other.beta, rel=1e-7)
        assert one.tau2 == pytest.approx(other.tau2, rel=1e-7)


def test_more_nodes_change_little():
    seven, many = glmm(BCG, nAGQ=7), glmm(BCG, nAGQ=41)
    assert seven.beta == pytest.approx(many.beta, abs=1e-6)
    assert seven.ll == pytest.approx(many.ll, abs=1e-5)
    assert seven.tag == "OR, UM.FS, ML, z, 7 quadrature nodes"


def test_the_conditional_likelihood_is_not_the_marginal_one():
    fit = glmm(BCG)
    assert fit.ll == pytest.approx(-88.637794668, abs=1e-8)
    assert fit.ll_conditional == pytest.approx(-70.96768733635209, abs=3e-4)  # metafor's


def test_two_studies_are_enough_and_one_only_for_equal_effects():
    two = glmm(BCG.rows([0, 1]))
    assert two.k == 2
    with pytest.raises(NotEstimable, match="method EE"):
        glmm(BCG.rows([0]))
    one = glmm(BCG.rows([0]), method="EE")
    assert one.beta == pytest.approx(np.log(4 * 128 / (119 * 11)), rel=1e-9)
    assert one.QE_LRT is None
    assert "two" in one.reasons["QE_LRT"]


def test_effects_that_are_infinite_or_unknown_are_refused():
    with pytest.raises(NotEstimable, match="infinite"):
        glmm(two_by_two([0, 0], [10, 20], [3, 2], [10, 30]))
    with pytest.raises(NotEstimable, match="no study"):
        glmm(two_by_two([0, 0], [10, 20], [0, 0], [10, 30]))
    with pytest.raises(NotEstimable, match="infinite"):
        glmm(one_group([0, 0], ni=[4, 5]), "PLO")


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(InputError, match="admissible for IRR"):
        glmm(RATES, "IRR", model="CM.AL")
    with pytest.raises(InputError, match="does not fit these counts"):
        glmm(BCG, "IRR")
    with pytest.raises(InputError, match="method 'REML'"):
        glmm(BCG, method="REML")
    with pytest.raises(InputError, match="nAGQ 0"):
        glmm(BCG, nAGQ=0)
    with pytest.raises(InputError, match="admissible are OR"):
        glmm(BCG, "SMD")


@pytest.mark.parametrize("model", ["UM.FS", "UM.RS", "CM.EL", "CM.AL"])
def test_very_different_effects_of_a_few_sparse_studies_are_answered(model):
    fit = glmm(two_by_two([0, 21, 1], [101, 69, 108], [22, 9, 13], [87, 105, 96]), model=model)
    assert 1.0 < fit.tau2 < 20.0
    assert fit.ci_lb < fit.beta < fit.ci_ub
