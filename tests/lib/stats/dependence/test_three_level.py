"""dependence/three_level.py: published multilevel fits, its definition, laws and edges."""

from dataclasses import fields, replace
from math import isfinite

import numpy as np
import pytest

from tests.lib.stats.dependence.konstantopoulos import DISTRICT, SCHOOL, VI, YI, levels
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.likelihood import Likelihood, covariance_of
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.terms import factor, nested
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.pooling import random_effects

KONST = dependent_model(YI, VI)


def dense_ll(yi, M, X, *, restricted):
    """The definition, with k x k matrices (Harville 1977)."""
    W, k, p = np.linalg.inv(M), len(yi), X.shape[1]
    beta = np.linalg.solve(X.T @ W @ X, X.T @ W @ yi)
    r, n = yi - X @ beta, k - p if restricted else k
    ll = n * np.log(2.0 * np.pi) + np.linalg.slogdet(M)[1] + r @ W @ r
    if restricted:
        ll += np.linalg.slogdet(X.T @ W @ X)[1] - np.linalg.slogdet(X.T @ X)[1]
    return -0.5 * ll


def made_up(seed, k=40, clusters=9):
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, clusters, k)
    vi = 10.0 ** rng.uniform(-3, 0, k)
    yi = rng.normal(0, 0.4, clusters)[cluster] + rng.normal(0, np.sqrt(0.05 + vi))
    return yi, vi, cluster


@pytest.mark.parametrize(
    ("method", "beta", "se", "sigma2"),
    [
        ("ML", 0.1845, 0.0805, (0.0577, 0.0329)),
        ("REML", 0.1847, 0.0846, (0.0651, 0.0327)),
    ],
)
def test_the_schools_give_the_published_fit(method, beta, se, sigma2):
    found = multilevel(KONST, levels(), settings=Settings(method))
    assert (found.beta[0], found.se[0], *found.sigma2) == pytest.approx(
        (beta, se, *sigma2),
        abs=5e-5,  # four decimals
    )


def test_the_schools_give_the_published_shares():
    found = multilevel(KONST, levels())
    assert found.ll == pytest.approx(-7.958724, abs=5e-7)  # six decimals
    assert pytest.approx((0.6653, 1.0), abs=5e-5) == found.ICC
    assert found.n_levels == (11, 56)
    assert found.I2_total == pytest.approx(sum(found.I2), rel=1e-14)
    assert found.tag == "REML, district, district/school, z"


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("seed", range(3))
def test_the_likelihood_is_its_definition_and_no_neighbour_is_higher(method, seed):
    yi, vi, cluster = made_up(seed)
    X = np.column_stack([np.ones(40), np.arange(40) / 10.0])
    fit = multilevel(
        dependent_model(yi, vi, X),
        nested(["a", "b"], [cluster, np.arange(40)]),
        settings=Settings(method),
    )

    def ll(s1, s2):
        M = np.diag(vi + s2) + s1 * (cluster[:, None] == cluster)
        return dense_ll(yi, M, X, restricted=method == "REML")

    assert fit.ll == pytest.approx(ll(*fit.sigma2), rel=1e-11)
    for step in (1e-3, -1e-3):
        for i in (0, 1):
            moved = [s * (1.0 + step * (i == j)) for j, s in enumerate(fit.sigma2)]
            assert ll(*moved) <= fit.ll + 1e-12


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_clusters_of_one_estimate_have_the_likelihood_of_two_levels(method):
    yi, vi, _ = made_up(7)
    pooled = random_effects(yi, vi, method=method)
    model, own = dependent_model(yi, vi), np.arange(40)
    likelihood = Likelihood(
        model,
        covariance_of(model, (factor("a", own), factor("b", own))),
        restricted=method == "REML",
    )
    two = multilevel(model, [factor("a", own)], settings=Settings(method))
    assert two.sigma2[0] == pytest.approx(pooled.tau2, rel=1e-9)
    assert (two.beta[0], two.se[0]) == pytest.approx((pooled.beta, pooled.se), rel=1e-9)
    split = likelihood.at([0.3 * two.sigma2[0], 0.7 * two.sigma2[0]], ())
    assert split.ll == pytest.approx(two.ll, rel=1e-13)


def test_an_inner_variance_fixed_at_0_leaves_the_outer_factor_alone():
    yi, vi, _ = made_up(8)
    own = np.arange(40)
    held = nested(["a", "b"], [own // 2, own], sigma2=(None, 0.0))
    found = multilevel(dependent_model(yi, vi), held)
    alone = multilevel(dependent_model(yi, vi), held[:1])
    assert found.ll == pytest.approx(alone.ll, rel=1e-13)
    assert found.sigma2 == (pytest.approx(alone.sigma2[0], rel=1e-9), 0.0)
    assert found.fixed == (False, True)
    assert found.parms == alone.parms == 2


def test_the_order_of_the_rows_is_irrelevant():
    yi, vi, cluster = made_up(1)
    order = np.random.default_rng(0).permutation(40)
    one = multilevel(dependent_model(yi, vi), nested("ab", [cluster, np.arange(40)]))
    other = multilevel(
        dependent_model(yi[order], vi[order]), nested("ab", [cluster[order], np.arange(40)[order]])
    )
    for name in ("beta", "se", "sigma2", "ll", "QE"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9), name


@pytest.mark.parametrize("unit", [1e-3, 10.0, 1e3])
def test_a_change_of_unit_changes_nothing_but_the_unit(unit):
    yi, vi, cluster = made_up(2)
    terms = nested("ab", [cluster, np.arange(40)])
    plain = multilevel(dependent_model(yi, vi), terms)
    scaled = multilevel(dependent_model(yi * unit, vi * unit**2), terms)
    assert np.array(scaled.sigma2) / unit**2 == pytest.approx(plain.sigma2, rel=1e-9)
    assert scaled.beta[0] / unit == pytest.approx(plain.beta[0], rel=1e-9)
    assert (scaled.I2, scaled.pval) == (
        pytest.approx(plain.I2, rel=1e-9),
        pytest.approx(plain.pval, rel=1e-8),
    )


def test_a_mean_of_a_million_costs_no_digits():
    yi, vi, cluster = made_up(3)
    terms = nested("ab", [cluster, np.arange(40)])
    near, far = (multilevel(dependent_model(yi + shift, vi), terms) for shift in (0.0, 1e6))
    # yi + 1e6 keeps 1e-10; the smallest sei is 0.03
    assert far.sigma2 == pytest.approx(near.sigma2, rel=1e-7)


def test_three_nested_levels_and_crossed_factors_agree_with_their_definition():
    yi, vi, cluster = made_up(4)
    outer, lab = cluster // 3, np.arange(40) % 5
    for terms in (
        nested("abc", [outer, cluster, np.arange(40)]),
        (factor("cluster", cluster), factor("lab", lab)),
    ):
        fit = multilevel(dependent_model(yi, vi), terms)
        M = np.diag(vi) + sum(
            s * (t.codes[:, None] == t.codes) for s, t in zip(fit.sigma2, terms, strict=True)
        )
        assert fit.ll == pytest.approx(
            dense_ll(yi, M, np.ones((40, 1)), restricted=True), rel=1e-11
        )


def test_contained_degrees_of_freedom_count_levels():
    year = np.linspace(-1, 1, 11)[np.unique(DISTRICT, return_inverse=True)[1]]
    X = np.column_stack([np.ones(56), year, SCHOOL])
    settings = Settings(test="t", dfs="contain")
    found = multilevel(dependent_model(YI, VI, X), levels(), settings=settings)
    assert found.df == (8.0, 8.0, 53.0)
    assert (found.QM_df1, found.QM_df2) == (2, 8.0)
    assert found.QM_names == ("x1", "x2")


def test_equal_effects_give_variances_of_exactly_0():
    found = multilevel(
        dependent_model(np.full(6, 0.3), np.full(6, 0.1)),
        nested("ab", [[1, 1, 2, 2, 3, 3], range(6)]),
    )
    assert found.sigma2 == (0.0, 0.0)
    assert found.ICC is None
    assert found.reasons["ICC"] == "no variance of true effects"


@pytest.mark.parametrize("vi", [[1e-6, 1.0, 1e-6, 1.0], [0.1] * 4])
@pytest.mark.parametrize("yi", [[0.0, 0.1, -0.1, 1e4], [0.1, 0.2, 0.1, 0.3]])
def test_extreme_variances_and_outliers_give_finite_fits(yi, vi):
    found = multilevel(dependent_model(yi, vi), nested("ab", [[1, 1, 2, 2], range(4)]))
    assert all(isfinite(x) for x in (*found.beta, *found.se, *found.sigma2, found.ll))


def test_two_estimates_in_two_clusters_are_answered():
    found = multilevel(dependent_model([0.1, 0.9], [0.1, 0.1]), [factor("a", [1, 2])])
    assert found.sigma2[0] == pytest.approx(0.22, rel=1e-9)  # 0.8^2 / 2 - 0.1


@pytest.mark.parametrize("yi", [[], [0.3]])
def test_too_few_estimates_are_not_estimable(yi):
    with pytest.raises(NotEstimable, match="no study|more than 1 estimates, there are 1"):
        dependent_model(yi, [0.1] * len(yi))


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_equal_effects_have_no_variances_and_the_mean_of_equal_effects(method, unit):
    vi = np.array([0.02, 0.5, 0.03, 0.01, 0.04]) * unit**2
    model = dependent_model([0.4 * unit] * 5, vi)
    factors = nested(("study", "effect"), ([1, 1, 2, 2, 3], [1, 2, 3, 4, 5]))
    found = multilevel(model, factors, settings=Settings(method))
    assert found.sigma2 == (0.0, 0.0)
    assert found.beta == pytest.approx((0.4 * unit,), rel=1e-14)
    assert found.se == pytest.approx(((1.0 / vi).sum() ** -0.5,), rel=1e-12)


def test_a_factor_of_one_level_is_refused_unless_its_variance_is_fixed():
    with pytest.raises(NotEstimable, match="a: one level, whose variance cannot be told"):
        multilevel(KONST, [factor("a", np.ones(56)), factor("b", np.arange(56))])
    given = [factor("a", np.ones(56), sigma2=0.0), factor("b", np.arange(56))]
    alone = multilevel(KONST, [factor("b", np.arange(56))])
    assert multilevel(KONST, given).sigma2[1] == pytest.approx(alone.sigma2[0], rel=1e-8)


def test_what_cannot_be_used_is_refused_all_at_once():
    with pytest.raises(InputError) as refusal:
        multilevel(KONST, levels(), settings=Settings("reml", "knha", "x", 0.0))
    assert len(refusal.value.problems) == 4
    with pytest.raises(InputError, match="a: 2 rows, yi has 56"):
        multilevel(KONST, [factor("a", [1, 2])])
    with pytest.raises(InputError, match="a and b group the rows alike"):
        multilevel(KONST, [factor("a", DISTRICT), factor("b", DISTRICT * 2)])
    with pytest.raises(InputError, match="row 1: yi is nan"):
        dependent_model([0.1, float("nan"), 0.3], [0.1, 0.1, 0.1])
    with pytest.raises(NotEstimable, match="not positive definite"):
        dependent_model([0.1, 0.2], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(InputError, match="sigma2 is -1"):
        factor("a", [1, 2], sigma2=-1)
    few = Settings(test="t", dfs="contain")
    with pytest.raises(NotEstimable, match="no degrees of freedom for intrcpt"):
        multilevel(KONST, [factor("a", np.ones(56), sigma2=0.1)], settings=few)


@pytest.mark.parametrize("test", ["z", "t"])
def test_every_missing_field_has_a_reason_and_every_number_is_plain(test):
    X = np.column_stack([np.ones(56), SCHOOL])
    for model in (KONST, dependent_model(YI, VI, X)):
        found = multilevel(model, levels(), settings=Settings(test=test))
        missing = {f.name for f in fields(Fit) if getattr(found, f.name) is None}
        assert missing == set(found.reasons)
        for f in fields(Fit):
            value = getattr(found, f.name)
            assert type(value) in (float, int, str, tuple, dict, type(None)), f.name
    with pytest.raises(AttributeError):
        found.beta = (0.0,)
    assert replace(found, k=1).k == 1
