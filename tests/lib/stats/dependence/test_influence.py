"""dependence/{influence,deletions,refit}.py: hand values, definitions, laws and edges."""

import tracemalloc

import numpy as np
import pytest

from tests.agreement import differences, load
from tests.lib.stats.dependence.konstantopoulos import DISTRICT, SCHOOL, VI, YI, levels
from tests.oracles.influence_mv import answer
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.influence import dependent_influence
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.solution import solution
from workflow.lib.stats.dependence.terms import Structure, factor, nested, structure
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.diagnostics.influence import influence
from workflow.lib.stats.regression.model import linear_model


def fit_of(model, terms, **settings):
    fitted = multivariate if any(isinstance(t, Structure) for t in terms) else multilevel
    return fitted(model, terms, settings=Settings(**settings))


def by_hand():
    """Made up: three clusters of two, all sampling variances 1, one variance of 1 per cluster."""
    model = dependent_model([1.0, 2.0, 3.0, 4.0, 8.0, 9.0], np.ones(6))
    terms = (factor("trial", ["a", "a", "b", "b", "c", "c"], sigma2=1.0),)
    return model, terms, multilevel(model, terms)


@pytest.mark.parametrize("reestimate", [False, True])
def test_a_cluster_left_out_by_hand(reestimate):
    """Without c: mean 10 / 4, variance 3 / 4; residuals 5.5 and 6.5 with variances I + 1.75 J."""
    found = dependent_influence(*by_hand(), list("aabbcc"), reestimate=reestimate)
    assert found.label == ("a", "b", "c")
    assert found.resid[4:] == pytest.approx((5.5, 6.5), rel=1e-12)
    assert found.se[4] == pytest.approx(2.75**0.5, rel=1e-12)
    assert found.X2[2] == pytest.approx(72.5 - 1.75 / 4.5 * 12.0**2, rel=1e-12)
    assert found.pval[2] == pytest.approx(np.exp(-found.X2[2] / 2.0), rel=1e-12)  # 2 df
    assert found.cook_d[2] == pytest.approx(2.0**2 / 0.5, rel=1e-12)
    assert found.dfbs[2] == pytest.approx((2.0 / 0.5**0.5,), rel=1e-12)
    assert found.beta_del[2] == pytest.approx((2.5,), rel=1e-12)
    assert found.se_del[2] == pytest.approx((0.75**0.5,), rel=1e-12)
    assert found.hat == pytest.approx((1 / 6,) * 6, rel=1e-12)
    assert found.se_exact is None
    assert "no estimate of a cluster" in found.reasons["se_exact"]


@pytest.mark.parametrize("reestimate", [False, True])
def test_an_estimate_left_out_by_hand(reestimate):
    """Without the 9: the 8 alone has variance 2, so the mean is 4 and its variance 6 / 11."""
    found = dependent_influence(*by_hand(), reestimate=reestimate)
    assert found.resid[5] == pytest.approx(5.0, rel=1e-12)
    assert found.se[5] == pytest.approx((28 / 11) ** 0.5, rel=1e-12)
    assert found.se_exact[5] == pytest.approx(2.0**0.5, rel=1e-12)
    assert found.rstudent_exact[5] == pytest.approx(5.0 / 2.0**0.5, rel=1e-12)
    assert found.cook_d[5] == pytest.approx(0.5, rel=1e-12)
    assert found.X2 is found.pval is None
    assert found.reasons["X2"] == "given for clusters"


def made_up(kind, rounds=3):
    """Made-up estimates of trials of 1 to 4: model, terms, trial of each row."""
    rng, sizes = np.random.default_rng(7), [1, 2, 3, 4] * rounds
    trial = np.repeat(np.arange(len(sizes)), sizes)
    k = len(trial)
    inner = np.concatenate([np.arange(size) for size in sizes])
    vi = 10.0 ** rng.uniform(-2, -0.5, k)
    yi = rng.normal(0, 0.4, len(sizes))[trial] + rng.normal(0, np.sqrt(0.05 + vi))
    X = np.column_stack([np.ones(k), rng.normal(size=k), trial % 2 == 0]).astype(float)
    V = np.diag(vi)
    if kind != "nested":
        together = trial[:, None] == trial[None, :]
        V = np.sqrt(np.outer(vi, vi)) * np.where(np.eye(k) == 1, 1.0, 0.5 * together)
    if kind == "structure":
        terms = (structure(np.minimum(inner, 1), trial, struct="HCS"),)
    else:
        terms = nested(("trial", "estimate"), (trial, np.arange(k)))
    return dependent_model(yi, V, X), terms, trial


@pytest.mark.parametrize("by_cluster", [False, True])
@pytest.mark.parametrize("kind", ["nested", "correlated", "structure"])
def test_with_the_variances_kept_all_columns_are_their_definitions(kind, by_cluster):
    """Haslett (1999), with k x k matrices: weights of the others at the covariances of all."""
    model, terms, trial = made_up(kind)
    fit = fit_of(model, terms)
    M = solution(model, terms, fit, blocks=True).state.M.dense()
    X, vb = model.X, np.array(fit.vb)
    found = dependent_influence(model, terms, fit, trial if by_cluster else None, reestimate=False)
    codes = trial if by_cluster else np.arange(model.k)
    for u in range(codes.max() + 1):
        D, R = codes == u, codes != u
        W = np.linalg.inv(M[np.ix_(R, R)])
        own = np.linalg.inv(X[R].T @ W @ X[R])
        beta = own @ X[R].T @ W @ model.yi[R]
        change, r = np.array(fit.beta) - beta, model.yi[D] - X[D] @ beta
        weights = np.zeros((D.sum(), model.k))
        weights[:, R] = -X[D] @ own @ X[R].T @ W
        weights[:, D] = np.eye(D.sum())
        exact = weights @ M @ weights.T  # of y_D - X_D b, whatever correlates
        apart = M[np.ix_(D, D)] + X[D] @ own @ X[D].T  # as if y_D were independent of b
        assert np.array(found.resid)[D] == pytest.approx(r, rel=1e-9, abs=1e-11)
        assert np.array(found.se)[D] == pytest.approx(np.sqrt(np.diag(apart)), rel=1e-9)
        assert found.cook_d[u] == pytest.approx(change @ np.linalg.solve(vb, change), rel=1e-8)
        assert found.dfbs[u] == pytest.approx(change / np.sqrt(np.diag(vb)), rel=1e-8, abs=1e-10)
        assert found.beta_del[u] == pytest.approx(beta, rel=1e-9, abs=1e-11)
        assert found.se_del[u] == pytest.approx(np.sqrt(np.diag(own)), rel=1e-9)
        if by_cluster:
            assert exact == pytest.approx(apart, rel=1e-9, abs=1e-12)
            assert found.X2[u] == pytest.approx(r @ np.linalg.solve(exact, r), rel=1e-8)
        else:
            assert found.se_exact[u] == pytest.approx(np.sqrt(exact[0, 0]), rel=1e-9)


@pytest.mark.parametrize("kind", ["nested", "structure"])
def test_a_deleted_residual_is_the_distance_from_the_fit_without_it(kind):
    model, terms, trial = made_up(kind, rounds=2)
    fit = fit_of(model, terms)
    found = dependent_influence(model, terms, fit, trial)
    full = np.array(fit.vb)
    for u in (1, 6):
        rest = trial != u
        yi, V, X = model.yi[rest], model.V.dense()[np.ix_(rest, rest)], model.X[rest]
        if kind == "nested":
            others = nested(("trial", "estimate"), (trial[rest], np.flatnonzero(rest)))
        else:
            others = (structure(terms[0].inner[rest], trial[rest], struct="HCS"),)
        without = fit_of(dependent_model(yi, V, X), others)
        expected = model.yi[~rest] - model.X[~rest] @ without.beta
        change = np.subtract(fit.beta, without.beta)
        assert np.array(found.resid)[~rest] == pytest.approx(expected, rel=1e-6, abs=1e-8)
        assert found.cook_d[u] == pytest.approx(change @ np.linalg.solve(full, change), rel=1e-5)


def test_one_estimate_per_cluster_is_the_plain_meta_regression():
    """Both are the model of Viechtbauer & Cheung (2010); two searches for one tau2."""
    X = np.column_stack([np.ones(20), np.arange(20.0)])
    model, terms = dependent_model(YI[:20], VI[:20], X), (factor("school", range(20)),)
    found = dependent_influence(model, terms, multilevel(model, terms))
    plain = influence(linear_model(YI[:20], VI[:20], X))
    assert found.rstudent == pytest.approx(plain.rstudent, rel=1e-6)
    assert found.rstudent_exact == pytest.approx(found.rstudent, rel=1e-9)
    assert found.cook_d == pytest.approx(plain.cook_d, rel=1e-6, abs=1e-9)
    assert found.hat == pytest.approx(plain.hat, rel=1e-6)
    assert np.array(found.dfbs) == pytest.approx(np.array(plain.dfbs), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("kind", ["nested", "correlated", "structure"])
def test_hat_values_add_up_to_the_number_of_coefficients(kind):
    model, terms, _ = made_up(kind)
    found = dependent_influence(model, terms, fit_of(model, terms), reestimate=False)
    assert sum(found.hat) == pytest.approx(3.0, rel=1e-12)


@pytest.mark.parametrize("by_cluster", [False, True])
def test_neither_the_unit_nor_the_coding_nor_the_order_moves_a_distance(by_cluster):
    model, terms, trial = made_up("correlated", rounds=2)
    clusters = trial if by_cluster else None
    first = dependent_influence(model, terms, fit_of(model, terms), clusters)
    turn = np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 1.0], [0.0, 0.0, -5.0]])
    other = dependent_model(
        1e3 * model.yi + model.X @ [5e3, 0.0, 1e3], 1e6 * model.V.dense(), model.X @ turn
    )
    second = dependent_influence(other, terms, fit_of(other, terms), clusters)
    for name in ("rstudent", "cook_d", "hat", *(["X2"] if by_cluster else ["rstudent_exact"])):
        assert getattr(second, name) == pytest.approx(getattr(first, name), rel=1e-5), name


def test_with_the_variances_kept_x2_is_that_of_the_internally_standardised_residuals():
    """metafor 3.8-1, rstandard(rma.mv(yi, vi, random = ~ 1 | district/school), cluster = district)."""
    model = dependent_model(YI, VI)
    fit = multilevel(model, levels())
    found = dependent_influence(model, levels(), fit, DISTRICT, reestimate=False)
    published = (1.9333, 3.9386, 0.6867, 4.5909, 1.0837, 4.2500, 15.3432, 1.0976, 8.5063, 15.3360)
    assert found.X2[:10] == pytest.approx(published, abs=5e-5)  # printed to four decimals
    assert found.label == (11, 12, 18, 27, 56, 58, 71, 86, 91, 108, 644)
    assert found.size == (4, 4, 3, 4, 4, 11, 3, 8, 6, 5, 4)


def test_at_given_variances_metafor_agrees_to_nine_digits():
    """Where both search for the variances, metafor's search ends first: tests/oracles says how."""
    kept = [case for case in load("influence_mv")["cases"] if not case["reestimate"]]
    assert len(kept) == 20
    for case in kept:
        for name, distance in differences(answer(case, None), case["expected"]):
            assert distance <= 1e-9, (case["id"], name)


def test_rows_in_another_order_give_the_same_numbers():
    order = np.random.default_rng(3).permutation(56)
    model, shuffled = dependent_model(YI, VI), dependent_model(YI[order], VI[order])
    terms = nested(("district", "school"), (DISTRICT[order], SCHOOL[order]))
    first = dependent_influence(model, levels(), multilevel(model, levels()), reestimate=False)
    second = dependent_influence(shuffled, terms, multilevel(shuffled, terms), reestimate=False)
    assert second.rstudent == pytest.approx(np.array(first.rstudent)[order], rel=1e-7, abs=1e-9)


def test_an_estimate_that_alone_determines_a_coefficient_has_a_reason():
    X = np.column_stack([np.ones(56), np.arange(56) == 3]).astype(float)
    model = dependent_model(YI, VI, X, names=("intrcpt", "only"))
    fit = multilevel(model, levels())
    for reestimate in (False, True):
        found = dependent_influence(model, levels(), fit, reestimate=reestimate)
        assert found.resid[3] is found.rstudent[3] is found.cook_d[3] is None
        assert found.dfbs[3] == (None, None)
        assert "only" in found.reasons["row 3"]
        assert None not in found.cook_d[:3] + found.cook_d[4:]
        assert "row 2" not in found.reasons


def test_an_estimate_that_nearly_determines_a_coefficient_is_fitted_anew():
    column = 1e-4 * np.arange(56.0)
    column[3] = 1e3
    model = dependent_model(YI, VI, np.column_stack([np.ones(56), column]))
    fit = multilevel(model, levels())
    found = dependent_influence(model, levels(), fit, reestimate=False)
    keep = np.arange(56) != 3
    rest = dependent_model(YI[keep], VI[keep], model.X[keep])
    known = nested(("district", "school"), (DISTRICT[keep], SCHOOL[keep]), sigma2=fit.sigma2)
    without = multilevel(rest, known)
    assert found.beta_del[3] == pytest.approx(without.beta, rel=1e-8)
    assert found.se_del[3] == pytest.approx(without.se, rel=1e-8)


def test_a_lost_level_a_lost_pair_and_a_lost_variance_have_reasons():
    trial = ["a", "a", "b", "b", "c", "d"]
    outcome = ["x", "y", "x", "y", "x", "z"]
    model = dependent_model([0.1, 0.5, 0.2, 0.4, 0.9, 0.3], np.full(6, 0.1))
    term = structure(outcome, trial, struct="DIAG")
    found = dependent_influence(model, (term,), multivariate(model, term), trial)
    assert found.reasons["row 3"].endswith("no estimate is left of z")
    pair = structure(["x", "y", "x", "x"], ["a", "a", "b", "c"], struct="CS")
    model = dependent_model([0.1, 0.5, 0.2, 0.4], np.full(4, 0.1))
    found = dependent_influence(model, pair, multivariate(model, pair), ["a", "a", "b", "c"])
    assert found.reasons["row 0"].endswith("nothing is left that correlates")
    two = (factor("trial", ["a", "a", "b", "b"]),)
    found = dependent_influence(model, two, multilevel(model, two), ["a", "a", "b", "b"])
    assert "one level" in found.reasons["row 0"]
    assert found.cook_d == (None, None)


def test_refusals():
    model, terms, trial = made_up("nested")
    fit = multilevel(model, terms)
    with pytest.raises(InputError, match="cluster has 2 rows, yi has 30"):
        dependent_influence(model, terms, fit, [1, 2])
    with pytest.raises(InputError, match="the model correlates different clusters"):
        dependent_influence(model, terms, fit, np.arange(30))
    with pytest.raises(NotEstimable, match="only one cluster"):
        dependent_influence(model, terms, fit, np.zeros(30, dtype=int), reestimate=False)
    coarse = dependent_influence(model, terms, fit, trial // 2, reestimate=False)
    assert len(coarse.X2) == 6


def test_large_clusters_cost_memory_in_proportion_to_their_estimates():
    """Blocks of 3,000 rows would take 72 MB each."""
    rng = np.random.default_rng(1)
    k = 9_000
    trial = np.repeat(np.arange(3), k // 3)
    model = dependent_model(rng.normal(0, 1, k) + trial, rng.uniform(0.1, 1.0, k))
    terms = nested(("trial", "estimate"), (trial, np.arange(k)), sigma2=(0.5, 0.3))
    fit = multilevel(model, terms)
    tracemalloc.start()
    found = dependent_influence(model, terms, fit, trial, reestimate=False)
    dependent_influence(model, terms, fit, reestimate=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000 * k
    rest = trial != 0
    mean = multilevel(
        dependent_model(model.yi[rest], model.V.diagonal()[rest]),
        nested(("trial", "estimate"), (trial[rest], np.flatnonzero(rest)), sigma2=(0.5, 0.3)),
    ).beta[0]
    assert found.beta_del[0][0] == pytest.approx(mean, rel=1e-10)
