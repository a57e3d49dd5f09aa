"""workflow/lib/stats/diagnostics/{deletions,deleted_moments,many_tau2}.py against direct refits."""

import numpy as np
import pytest

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.diagnostics.deleted_moments import Without
from workflow.lib.stats.diagnostics.deletions import delete_each, subset
from workflow.lib.stats.diagnostics.many_tau2 import ESTIMATORS, tau2_of_many
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.tau2 import estimate_tau2

# the formulas are exact; the sums they subtract lose digits where a study has nearly all weight
EXACT = 1e-9


def made_up(k, p, *, spread=1.0, tau2=0.1, seed=1):
    generator = np.random.default_rng(seed)
    vi = np.exp(generator.normal(-2.0, spread, k))
    columns = [np.ones(k), *(generator.normal(size=k) for _ in range(p - 1))]
    yi = generator.normal(size=k) * np.sqrt(vi + tau2)
    return linear_model(yi, vi, np.column_stack(columns))


def with_outlier(k=60):
    model = made_up(k, 1)
    yi = model.yi.copy()
    yi[7] = 50.0
    return linear_model(yi, model.vi)


def with_ratio_of_a_million(k=12, p=2):
    model = made_up(k, p)
    vi = model.vi.copy()
    vi[3] = 1e-6 * vi.max()
    return linear_model(model.yi, vi, model.X)


MODELS = {
    "few": made_up(7, 1),
    "wide": made_up(40, 1, spread=3.5),
    "moderators": made_up(40, 4),
    "many": made_up(150, 2, spread=2.0),
    "no heterogeneity": made_up(30, 2, tau2=0.0),
    "outlier": with_outlier(),
    "ratio of a million": with_ratio_of_a_million(),
    "equal vi": linear_model(np.arange(9.0) ** 1.5, np.full(9, 0.3)),
    "far from 0": linear_model(1e6 + made_up(20, 1).yi, made_up(20, 1).vi),
    "three": made_up(3, 1),
}


def refit(model, j, method, test="z"):
    keep = np.arange(model.k) != j
    return fit_linear(subset(model, keep), method=method, test=test)


@pytest.mark.parametrize("method", [m for m in ESTIMATORS if m not in ("FE", "PM", "DLIT", "SJIT")])
@pytest.mark.parametrize("name", MODELS)
def test_tau2_without_each_study_is_that_of_a_refit(name, method):
    model = MODELS[name]
    tau2, _ = estimate_tau2(model, method)
    found = delete_each(model, tau2, method=method, test="z")
    scale = float(model.vi.min())
    for j in range(0, model.k, max(1, model.k // 12)):
        expected, _ = estimate_tau2(subset(model, np.arange(model.k) != j), method)
        assert abs(found.tau2[j] - expected) <= EXACT * (expected + scale), j
    assert not found.reasons


@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
@pytest.mark.parametrize("name", MODELS)
def test_coefficients_and_their_variances_are_those_of_a_refit(name, test):
    model = MODELS[name]
    tau2, _ = estimate_tau2(model, "REML")
    found = delete_each(model, tau2, method="REML", test=test)
    for j in range(0, model.k, max(1, model.k // 12)):
        expected = refit(model, j, "REML", test)
        se = np.asarray(expected.se)
        close = EXACT * se.min() + 1e-15 * np.abs(expected.beta).max()  # and rounding of beta
        assert np.abs(found.beta[j] - expected.beta).max() <= close
        assert found.vb[j] == pytest.approx(
            np.asarray(expected.vb), rel=EXACT, abs=EXACT * se.min() ** 2
        )
        assert found.QE[j] == pytest.approx(expected.QE, rel=EXACT, abs=1e-10)


def test_changes_and_residuals_keep_their_digits_far_from_0():
    near, far = made_up(20, 1), MODELS["far from 0"]
    for name in ("change", "resid", "QE"):
        one, other = (
            getattr(delete_each(m, 0.1, method="REML", test="z"), name) for m in (near, far)
        )
        # an effect of 1e6 is itself known to 1e-10
        assert other == pytest.approx(one, abs=1e-8 * np.abs(one).max())


def test_the_variances_with_all_studies_are_at_the_tau2_without_one():
    model = MODELS["moderators"]
    found = delete_each(model, estimate_tau2(model, "DL")[0], method="DL", test="z")
    for j in (0, 5, 39):
        expected = model.solution_at(float(found.tau2[j])).vb
        assert found.full_vb[j] == pytest.approx(expected, rel=1e-11, abs=1e-13)


def test_sums_without_a_study_are_those_of_the_other_studies():
    model = MODELS["moderators"]
    without, rows = Without(model), np.arange(model.k)
    tau2 = np.linspace(0.0, 3.0, model.k)
    found = without.at(rows, tau2)
    for j in rows:
        rest = subset(model, rows != j)
        expected = rest.at(float(tau2[j]))
        for name in ("sum_w", "sum_ww", "trP", "trPP", "Q", "yPPy", "yPPPy"):
            value = getattr(found, name)[j]
            assert value == pytest.approx(getattr(expected, name), rel=1e-9), name
        assert without.spread[j] == pytest.approx(rest.spread(), rel=1e-12)
        assert without.expected_spread[j] == pytest.approx(rest.expected_spread(), rel=1e-12)
        assert without.total_spread[j] == pytest.approx(rest.total_spread(), rel=1e-12)


def test_likelihoods_without_a_study_differ_as_those_of_the_other_studies():
    model = MODELS["moderators"]
    without, rows = Without(model), np.arange(model.k)
    for restricted in (True, False):
        values = []
        for tau2 in (np.zeros(model.k), np.full(model.k, 0.7)):
            m = without.at(rows, tau2)
            values.append(without.loglik(rows, tau2, m, restricted=restricted))
        for j in (0, 17):
            rest = subset(model, rows != j)
            expected = rest.loglik(0.7, restricted=restricted) - rest.loglik(
                0.0, restricted=restricted
            )
            assert values[1][j] - values[0][j] == pytest.approx(expected, rel=1e-10)


def test_a_study_that_alone_determines_a_coefficient_has_a_reason():
    X = np.column_stack([np.ones(6), [0, 0, 1, 0, 0, 0]])
    model = linear_model([0.1, 0.4, 2.0, 0.3, 0.5, 0.2], np.full(6, 0.1), X)
    found = delete_each(model, 0.0, method="EE", test="z")
    assert list(found.reasons) == [2]
    assert "x1" in found.reasons[2]
    assert np.isnan(found.tau2[2])
    assert np.isfinite(np.delete(found.beta, 2, axis=0)).all()


def test_one_study_too_few_is_a_reason_and_one_left_is_itself():
    X = np.column_stack([np.ones(3), [1.0, 2.0, 4.0]])
    model = linear_model([0.1, 0.4, 2.0], [0.1, 0.2, 0.1], X)
    found = delete_each(model, 0.0, method="REML", test="z")
    assert list(found.reasons) == [0, 1, 2]
    pair = delete_each(linear_model([0.1, 0.5], [0.1, 0.2]), 0.0, method="REML", test="knha")
    assert pair.beta[:, 0] == pytest.approx([0.5, 0.1], rel=1e-15)
    assert (pair.tau2.tolist(), pair.QE.tolist(), pair.scale.tolist()) == ([0, 0], [0, 0], [1, 1])
    assert pair.vb[:, 0, 0] == pytest.approx([0.2, 0.1], rel=1e-15)


def test_all_other_effects_equal_give_exact_zeros_without_the_one():
    model = linear_model([0.3, 0.3, 0.3, 4.0, 0.3], [0.1, 0.2, 0.3, 0.1, 0.2])
    found = delete_each(model, 1.0, method="REML", test="knha")
    assert (found.tau2[3], found.QE[3], found.scale[3]) == (0.0, 0.0, 0.0)
    assert (found.tau2[[0, 1, 2, 4]] > 0.0).all()


def test_user_weights_are_kept_in_every_refit():
    weights = np.array([1.0, 2.0, 3.0, 1.0, 5.0])
    model = linear_model(made_up(5, 1).yi, made_up(5, 1).vi, weights=weights)
    found = delete_each(model, 0.1, method="REML", test="z")
    for j in range(5):
        assert found.beta[j] == pytest.approx(refit(model, j, "REML").beta, rel=1e-13)


def test_a_single_study_cannot_be_left_out():
    found = delete_each(linear_model([0.1], [0.2]), 0.0, method="EE", test="z")
    assert "no study is left" in found.reasons[0]
    with pytest.raises(NotEstimable, match="no study is left"):
        subset(linear_model([0.1], [0.2]), np.array([False]))


def test_a_search_that_does_not_end_is_marked_and_then_refitted(monkeypatch):
    monkeypatch.setattr("workflow.lib.stats.diagnostics.many_tau2.MAX_STEPS", 1)
    model, rows = made_up(7, 1, tau2=1.0), np.arange(7)
    for method in ("REML", "PM"):
        assert np.isnan(tau2_of_many(Without(model), rows, method)).any()
        found = delete_each(model, estimate_tau2(model, method)[0], method=method, test="z")
        expected = [estimate_tau2(subset(model, rows != j), method)[0] for j in rows]
        assert found.tau2 == pytest.approx(expected, rel=1e-10)
