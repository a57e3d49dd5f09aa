"""dependence/predictions.py and profile.py: definitions, two ways to the same, edges."""

import numpy as np
import pytest
from scipy.special import gammaincinv

from tests.lib.stats.dependence.konstantopoulos import DISTRICT, VI, YI, levels
from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.block_covariance import BlockCovariance
from workflow.lib.stats.dependence.blocks import diagonal_blocks
from workflow.lib.stats.dependence.likelihood import Likelihood, covariance_of
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.predictions import deviations, residuals
from workflow.lib.stats.dependence.profile import confint
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.terms import nested, structure
from workflow.lib.stats.dependence.three_level import multilevel

KONST = dependent_model(YI, VI)
FIT = multilevel(KONST, levels())


@pytest.mark.parametrize("restricted", [True, False])
def test_nested_sums_and_blocks_of_rows_are_the_same_likelihood(restricted):
    outer = np.unique(DISTRICT, return_inverse=True)[1]
    terms = nested("abc", [outer // 4, outer, np.arange(56) % 2])
    point = np.array([0.03, 0.05, 0.02])
    one, other = (
        Likelihood(KONST, covariance, restricted=restricted).at(point)
        for covariance in (covariance_of(KONST, terms), BlockCovariance(KONST.V, terms))
    )
    for name in ("ll", "beta", "vb", "slope", "information", "Py"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9), name
    assert one.state.precisions(1).sum() == pytest.approx(other.state.trace(1), rel=1e-10)


def test_deviations_are_their_definition():
    same = DISTRICT[:, None] == DISTRICT
    s1, s2 = FIT.sigma2
    W = np.linalg.inv(np.diag(VI + s2) + s1 * same)
    P = W - np.outer(W.sum(axis=0), W.sum(axis=0)) / W.sum()
    Z = (DISTRICT[:, None] == np.unique(DISTRICT)).astype(float)
    district, school = deviations(KONST, levels(), FIT)
    assert district.est == pytest.approx(s1 * Z.T @ P @ YI, rel=1e-9)
    assert np.array(district.se) ** 2 == pytest.approx(s1 - s1**2 * np.diag(Z.T @ P @ Z), rel=1e-9)
    assert sorted(school.est) == pytest.approx(sorted(s2 * P @ YI), rel=1e-9)
    assert district.levels[:2] == ("11", "12")


def test_residuals_weights_and_leverages_are_their_definition():
    same = DISTRICT[:, None] == DISTRICT
    M = np.diag(VI + FIT.sigma2[1]) + FIT.sigma2[0] * same
    W = np.linalg.inv(M)
    found = residuals(KONST, levels(), FIT)
    assert found.weight == pytest.approx(100.0 * W.sum(axis=1) / W.sum(), rel=1e-9)
    assert found.hat == pytest.approx(W.sum(axis=1) / W.sum(), rel=1e-9)
    assert found.se == pytest.approx(np.sqrt(np.diag(M) - 1.0 / W.sum()), rel=1e-9)


def test_a_factor_as_structure_has_the_same_deviations():
    own = np.arange(56)
    term = structure(own, DISTRICT, struct="CS")
    fit = multivariate(KONST, term, settings=Settings())
    (rows,) = deviations(KONST, term, fit)
    district, school = deviations(KONST, levels(), FIT)
    together = dict(zip(district.levels, district.est, strict=True))
    expected = {  # the district's deviation plus the school's
        level: together[level.split("/")[0]] + est
        for level, est in zip(school.levels, school.est, strict=True)
    }
    assert sorted(rows.est) == pytest.approx(sorted(expected.values()), rel=1e-6, abs=1e-8)


def test_profile_bounds_lie_where_the_likelihood_has_fallen_enough():
    district, school = confint(KONST, levels(), FIT)
    # metafor: [0.0222, 0.2072] and [0.0163, 0.0628]
    assert (district.ci_lb, district.ci_ub) == pytest.approx((0.0222397, 0.2072416), abs=5e-8)
    assert (school.ci_lb, school.ci_ub) == pytest.approx((0.0162653, 0.0628276), abs=5e-8)
    held = multilevel(KONST, levels(sigma2=(district.ci_ub, None)))
    assert FIT.ll - held.ll == pytest.approx(float(gammaincinv(0.5, 0.95)), rel=1e-8)
    assert (district.name, school.name) == ("sigma2.1", "sigma2.2")


def test_a_profile_that_does_not_fall_ends_with_the_range_and_says_so():
    model = dependent_model([0.1, 0.2, 0.15, 0.1], [0.1] * 4)
    terms = nested("ab", [[1, 1, 2, 2], range(4)], sigma2=(None, 0.0))
    (only,) = confint(model, terms, multilevel(model, terms))
    assert only.ci_lb == 0.0
    assert only.ci_ub > only.est
    assert "end of the parameter's range" in only.reasons["ci_lb"]


def test_variances_and_the_correlation_of_a_structure_have_profiles():
    rng = np.random.default_rng(3)
    inner, outer = np.tile([1, 2], 15), np.repeat(np.arange(15), 2)
    yi = rng.normal(size=15)[outer] + rng.normal(0, 0.5, 30)
    model, term = dependent_model(yi, np.full(30, 0.1)), structure(inner, outer, struct="CS")
    fit = multivariate(model, term)
    tau2, rho = confint(model, term, fit)
    assert tau2.ci_lb < fit.tau2[0] < tau2.ci_ub
    assert -1.0 <= rho.ci_lb < fit.rho[0] < rho.ci_ub <= 1.0
    held = multivariate(model, structure(inner, outer, struct="CS", fixed=((1, rho.ci_lb),)))
    assert fit.ll - held.ll == pytest.approx(float(gammaincinv(0.5, 0.95)), rel=1e-6)


def test_unstructured_matrices_of_three_levels_have_no_profiles():
    inner, outer = np.tile([1, 2, 3], 6), np.repeat(np.arange(6), 3)
    model = dependent_model(np.sin(np.arange(18.0)), np.full(18, 0.1))
    term = structure(inner, outer, struct="UN")
    with pytest.raises(InputError, match="no profile intervals"):
        confint(model, term, multivariate(model, term))


def test_blocks_of_one_row_stay_a_diagonal():
    V = diagonal_blocks(np.array([0.1, 0.2]))
    assert V.is_diagonal()
    assert V.dense() == pytest.approx(np.diag([0.1, 0.2]))
