"""workflow/lib/stats/diagnostics/{heteroscedastic,variance_likelihood}.py."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.diagnostics.heteroscedastic import group_heterogeneity
from workflow.lib.stats.diagnostics.variance_likelihood import likelihood_at
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.location_scale import location_scale
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
ABLAT = np.array(table("dat.bcg")["ablat"])
RANDOM = np.array([alloc == "random" for alloc in table("dat.bcg")["alloc"]], float)


def design(column):
    return np.column_stack([np.ones(13), column])


# metafor 3.8-1, rma(yi, vi, mods=~x, scale=~x); its optimiser stops early: alpha to about 5e-5,
# what is stationary there (beta, loglik) to the square of that
METAFOR = {
    ("ML", "ablat"): ((-4.957490690679, 0.038593258592), (3.267588316964, 0.073042573618),
                      (0.304468035071, -0.029772691431), -7.539290250092),
    ("ML", "random"): ((-1.877591559642, 0.774657629822), (0.895594095366, 1.101326056562),
                       (-0.491263609270, -0.468858953302), -11.439757374854),
    ("REML", "ablat"): ((-2.542500966412, -0.000730145509), (3.419689709346, 0.079571801497),
                        (0.251476041051, -0.029110521625), -8.087277925239),
    ("REML", "random"): ((-1.553192067330, 0.618044651181), (0.908460471747, 1.132700200135),
                         (-0.481270818688, -0.489693883914), -10.647950306092),
}  # fmt: skip


@pytest.mark.parametrize(("method", "column"), METAFOR)
def test_location_scale_agrees_with_metafor(method, column):
    alpha, se_alpha, beta, loglik = METAFOR[method, column]
    X = design(ABLAT if column == "ablat" else RANDOM)
    found = location_scale(linear_model(YI, VI, X), X, method=method)
    assert found.alpha == pytest.approx(alpha, rel=1e-4, abs=1e-5)
    assert found.se_alpha == pytest.approx(se_alpha, rel=1e-4)
    assert found.beta == pytest.approx(beta, rel=1e-6)
    assert found.ll == pytest.approx(loglik, rel=1e-10)


def test_the_likelihood_ratio_test_agrees_with_metafor():
    X = design(RANDOM)
    found = location_scale(linear_model(YI, VI, X), X)
    assert (found.LRT, found.LRTp) == pytest.approx((0.2989, 0.5845), abs=5e-5)  # as printed
    assert (found.QS, found.QSp) == pytest.approx((0.297721192550, 0.585314567723), rel=1e-6)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_an_intercept_of_the_scale_is_the_common_tau2(method):
    model = linear_model(YI, VI)
    found = location_scale(model, np.ones((13, 1)), method=method)
    assert np.exp(found.alpha[0]) == pytest.approx(fit_linear(model, method=method).tau2, rel=1e-9)
    assert found.LRT is None
    assert {"LRT", "LRTp"} == set(found.reasons)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_groups_are_the_location_scale_model_of_their_dummies(method):
    model = linear_model(YI, VI, design(RANDOM))
    groups = group_heterogeneity(model, RANDOM.astype(int), method=method)
    scale = location_scale(model, design(RANDOM), method=method)
    assert groups.label == (1, 0)
    assert groups.tau2 == pytest.approx(np.exp([sum(scale.alpha), scale.alpha[0]]), rel=1e-8)
    assert groups.loglik == pytest.approx(scale.ll, rel=1e-9)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_groups_with_means_of_their_own_are_separate_analyses(method):
    model = linear_model(YI, VI, np.column_stack([RANDOM, 1.0 - RANDOM]))
    found = group_heterogeneity(model, RANDOM, method=method)
    for label, tau2, error in zip(found.label, found.tau2, found.se_tau2, strict=True):
        rows = label == RANDOM
        alone = fit_linear(linear_model(YI[rows], VI[rows]), method=method)
        assert tau2 == pytest.approx(alone.tau2, rel=1e-9)
        assert error == pytest.approx(alone.se_tau2, rel=1e-8)


def test_a_group_without_heterogeneity_has_a_tau2_of_exactly_zero():
    yi = np.array([0.3, 0.31, 0.29, 0.3, -2.0, 1.5, 3.0, 0.1])
    groups = ["calm"] * 4 + ["wild"] * 4
    found = group_heterogeneity(linear_model(yi, np.full(8, 0.1)), groups)
    assert found.tau2[0] == 0.0
    assert found.se_tau2[0] is None
    assert "boundary" in found.reasons["row 0"]
    assert found.tau2[1] > 1.0
    assert found.LRTp < 0.05


def test_equal_effects_have_no_heterogeneity_in_any_group():
    found = group_heterogeneity(linear_model([0.2] * 6, [0.1] * 6), [1, 1, 1, 2, 2, 2])
    assert found.tau2 == (0.0, 0.0)
    assert (found.LRT, found.LRTp) == (0.0, 1.0)


def test_log_tau2_has_no_estimate_where_a_group_has_none():
    yi = np.array([0.3, 0.31, 0.29, 0.3, -2.0, 1.5, 3.0, 0.1])
    Z = np.column_stack([np.ones(8), [0] * 4 + [1] * 4])
    found = location_scale(linear_model(yi, np.full(8, 0.1)), Z)
    groups = group_heterogeneity(linear_model(yi, np.full(8, 0.1)), Z[:, 1])
    assert found.alpha == (None, None)
    assert "tau2 is 0 in 4 of 8 studies" in found.reasons["alpha"]
    assert (found.tau2[0], found.tau2[-1]) == pytest.approx(groups.tau2, rel=1e-7)


@pytest.mark.parametrize("restricted", [True, False])
def test_score_and_information_are_the_derivatives_of_the_likelihood(restricted):
    model, Z, h = linear_model(YI, VI, design(ABLAT)), design(RANDOM), 1e-5

    def at(theta):
        tau2 = np.exp(Z @ theta)
        slopes = tau2[:, None] * Z
        bends = slopes[:, :, None] * Z[:, None, :]
        return likelihood_at(model, tau2, slopes, restricted=restricted, bends=bends)

    here = np.array([-1.5, 0.4])
    for j in range(2):
        up, down = at(here + h * np.eye(2)[j]), at(here - h * np.eye(2)[j])
        # central differences: error h^2, rounding 1e-16 / h
        assert at(here).score[j] == pytest.approx((up.value - down.value) / (2 * h), rel=1e-6)
        assert at(here).observed[j] == pytest.approx(-(up.score - down.score) / (2 * h), rel=1e-6)


def test_what_has_no_likelihood_is_refused():
    model = linear_model(YI, VI)
    with pytest.raises(InputError, match="method 'DL'"):
        group_heterogeneity(model, RANDOM, method="DL")
    with pytest.raises(InputError, match="only one group"):
        group_heterogeneity(model, [1] * 13)
    with pytest.raises(InputError, match="not offered for user weights"):
        location_scale(linear_model(YI, VI, weights=np.ones(13)), np.ones((13, 1)))
    with pytest.raises(InputError, match="redundant"):
        location_scale(model, np.ones((13, 2)))
    with pytest.raises(NotEstimable, match="more than 1 studies"):
        group_heterogeneity(linear_model([0.1], [0.2]), [1])
