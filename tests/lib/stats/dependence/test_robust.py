"""dependence/robust.py: a published fit, the papers' definitions with k x k matrices, edges."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.linalg import sqrtm

from tests.lib.stats.dependence.konstantopoulos import DISTRICT, SCHOOL, VI, YI, levels
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.robust import (
    Correction,
    prepare,
    report,
    robust,
    robust_regression,
    wald_test,
    working_of_fit,
)
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.tau2 import estimate_tau2

X = np.column_stack([np.ones(56), SCHOOL, np.sin(DISTRICT)])
MODEL = dependent_model(YI, VI, X)
FIT = multilevel(MODEL, levels())


def definition():
    """CR2 by the formulas of Pustejovsky & Tipton (2018), all matrices k x k."""
    same = DISTRICT[:, None] == DISTRICT
    Phi = np.diag(VI + FIT.sigma2[1]) + FIT.sigma2[0] * same
    W = np.linalg.inv(Phi)
    M = np.linalg.inv(X.T @ W @ X)
    IH = np.eye(56) - X @ M @ X.T @ W
    A, D = np.zeros((56, 56)), np.zeros((56, 56))
    for district in np.unique(DISTRICT):
        j = np.flatnonzero(district == DISTRICT)
        D = np.linalg.cholesky(Phi[np.ix_(j, j)]).T
        B = D @ (IH[j] @ Phi @ IH[j].T) @ D.T
        values, vectors = np.linalg.eigh(B)
        root = np.where(values > 1e-10 * values[-1], 1.0 / np.sqrt(np.maximum(values, 1e-300)), 0)
        A[np.ix_(j, j)] = D.T @ (vectors * root) @ vectors.T @ D
    return SimpleNamespace(Phi=Phi, W=W, M=M, IH=IH, A=A, same=same, e=YI - X @ np.array(FIT.beta))


def test_the_schools_give_the_published_robust_test():
    model = dependent_model(YI, VI)
    found = robust(model, levels(), multilevel(model, levels()), DISTRICT)
    assert found.se[0] == pytest.approx(0.084458, abs=5e-7)  # printed decimals
    assert found.df[0] == pytest.approx(9.863, abs=5e-4)
    assert found.pval[0] == pytest.approx(0.05397, abs=5e-6)
    assert found.tag == "CR2, Satterthwaite t, 11 clusters"


def test_variances_and_degrees_of_freedom_are_their_definition():
    d, found = definition(), robust(MODEL, levels(), FIT, DISTRICT)
    U = d.A.T @ d.W @ X @ d.M  # weights of the residuals in each coefficient
    vb = U.T @ (d.same * np.outer(d.e, d.e)) @ U
    assert np.array(found.vb) == pytest.approx(vb, rel=1e-7)  # singular clusters cost digits
    clusters = np.unique(DISTRICT)[:, None] == DISTRICT
    for c in range(3):
        G = d.IH.T @ (U[:, c] * clusters).T  # (k, J)
        Q = G.T @ d.Phi @ G
        assert found.df[c] == pytest.approx(np.trace(Q) ** 2 / (Q**2).sum(), rel=1e-7)


def test_the_joint_test_is_its_definition():
    d = definition()
    state = prepare(working_of_fit(MODEL, levels(), FIT), DISTRICT, Correction())
    C = np.eye(3)[1:]
    found = wald_test(state, C)
    root = np.linalg.inv(sqrtm(C @ d.M @ C.T).real)
    U = d.A.T @ d.W @ X @ d.M @ C.T @ root
    clusters = np.unique(DISTRICT)[:, None] == DISTRICT
    G = [d.IH.T @ (U[:, s] * clusters).T for s in (0, 1)]
    P = [[G[s].T @ d.Phi @ G[t] for t in (0, 1)] for s in (0, 1)]
    total = sum(
        (P[s][s] * P[t][t]).sum() + (P[s][t] * P[t][s]).sum() for s in (0, 1) for t in (0, 1)
    )
    eta = 6.0 / total
    b = np.array(FIT.beta)[1:]
    Q = b @ np.linalg.solve(state.vb[1:, 1:], b)
    assert found.df2 == pytest.approx(eta - 1.0, rel=1e-7)
    assert found.stat == pytest.approx((eta - 1.0) / (2.0 * eta) * Q, rel=1e-7)
    single = wald_test(state, [[0.0, 1.0, 0.0]])
    assert single.pval == pytest.approx(report(state).pval[1], rel=1e-9)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3"])
def test_the_coding_of_moderators_and_the_order_of_rows_are_irrelevant(kind):
    order = np.random.default_rng(1).permutation(56)
    other = X @ np.array([[1.0, 0, 0], [5.0, 2.0, 0], [0, 0, 1.0]]).T
    one = robust(MODEL, levels(), FIT, DISTRICT, Correction(kind))
    model = dependent_model(YI[order], VI[order], other[order])
    terms = tuple(
        type(t)(t.name, t.codes[order], t.levels, t.sigma2) for t in levels(sigma2=FIT.sigma2)
    )
    two = robust(model, terms, multilevel(model, terms), DISTRICT[order], Correction(kind))
    assert two.stat[1:] == pytest.approx(one.stat[1:], rel=1e-7)
    assert two.df[1:] == pytest.approx(one.df[1:], rel=1e-7)
    assert pytest.approx(one.QM, rel=1e-7) == two.QM


@pytest.mark.parametrize(
    ("one", "se", "df", "joint"),
    [
        (
            (DISTRICT == 58) & (SCHOOL > 5),
            (0.1121062361630, 0.0703266068247, 0.0166004953462),
            (7.16778032053, 2.79436141433, 3.51742138454),
            (3.590510124551, 4.037853326303, 0.127058271166),
        ),
        (
            DISTRICT == 58,
            (0.1062554205210, 0.1102964707182, 0.0221907700065),
            (6.25050403278, 2.80964626034, 2.47525475892),
            (4.428206616432, 3.579088398064, 0.107659375551),
        ),
    ],
    ids=["within", "alone"],
)
def test_a_moderator_of_one_district_agrees_with_club_sandwich(one, se, df, joint):
    # robust(rma(yi, vi, mods = ~ one + school), cluster, clubSandwich = TRUE), twelve digits
    linear = linear_model(YI, VI, np.column_stack([np.ones(56), one, SCHOOL]))
    tau2 = estimate_tau2(linear, "REML")[0]
    found = robust_regression(linear, SimpleNamespace(tau2=tau2), DISTRICT)
    assert found.se == pytest.approx(se, rel=1e-10)
    assert found.df == pytest.approx(df, rel=1e-10)
    assert (found.QM, found.QM_df2, found.QMp) == pytest.approx(joint, rel=1e-10)


def test_one_estimate_per_cluster_and_equal_variances_is_the_textbook_t_test():
    y = np.array([0.3, 0.1, 0.5, -0.2, 0.9, 0.4])
    linear = linear_model(y, np.full(6, 0.1))
    found = robust_regression(linear, SimpleNamespace(tau2=0.0), range(6))
    assert found.se[0] == pytest.approx(y.std(ddof=1) / np.sqrt(6), rel=1e-12)
    assert found.df[0] == pytest.approx(5.0, rel=1e-12)


def test_a_thousand_clusters_of_unequal_size_need_no_large_matrix():
    rng = np.random.default_rng(2)
    cluster = rng.integers(0, 1000, 4000)
    linear = linear_model(rng.normal(size=4000), rng.uniform(0.1, 1, 4000))
    found = robust_regression(linear, SimpleNamespace(tau2=0.1), cluster)
    assert 600 < found.df[0] < 1000


def test_clusters_that_the_model_correlates_are_refused_where_it_matters():
    plain = robust(MODEL, levels(), FIT, np.arange(56), Correction("CR1p", "residual"))
    assert plain.n_clusters == 56
    for correction in (Correction("CR2", "residual"), Correction("CR0")):
        with pytest.raises(InputError, match="take a coarser one"):
            robust(MODEL, levels(), FIT, np.arange(56), correction)


def test_too_few_clusters_are_said():
    with pytest.raises(NotEstimable, match="two clusters, there are 1"):
        robust(MODEL, levels(), FIT, np.ones(56))
    halves = DISTRICT > 60
    with pytest.raises(NotEstimable, match="more than 3 clusters, there are 2"):
        robust(MODEL, levels(), FIT, halves, Correction("CR0", "residual"))
    found = robust(MODEL, levels(), FIT, DISTRICT // 200)
    assert (found.QM, found.QMp) == (None, None) or found.QM > 0.0


def test_a_coefficient_that_rests_on_one_cluster_has_no_robust_error():
    cluster = np.repeat([1, 2, 3, 4], 3)
    design = np.column_stack([np.ones(12), cluster == 4]).astype(float)
    linear = linear_model(np.cos(np.arange(12.0)), np.full(12, 0.1), design)
    found = robust_regression(linear, SimpleNamespace(tau2=0.1), cluster)
    assert found.se[0] > 0.0
    exact = linear_model([0.2] * 4, [0.1] * 4)
    found = robust_regression(exact, SimpleNamespace(tau2=0.0), [1, 1, 2, 2])
    assert (found.se, found.pval, found.QM) == ((None,), (None,), None)
    assert "no robust error" in found.reasons["pval"]


@pytest.mark.parametrize("one", [(DISTRICT == 58) & (SCHOOL > 5), DISTRICT == 58])
def test_the_jackknife_is_refused_where_a_cluster_alone_determines_a_coefficient(one):
    # without district 58 the column is 0: the inverse of I - H would be rounding error
    linear = linear_model(YI, VI, np.column_stack([np.ones(56), one, SCHOOL]))
    with pytest.raises(NotEstimable, match="CR3: a cluster alone"):
        robust_regression(linear, SimpleNamespace(tau2=0.1), DISTRICT, Correction("CR3"))


def test_options_weights_and_lengths_that_cannot_be_used_are_refused():
    with pytest.raises(InputError) as refusal:
        robust(MODEL, levels(), FIT, DISTRICT, Correction("CR9", "x", 0))
    assert len(refusal.value.problems) == 3
    with pytest.raises(InputError, match="cluster has 2 rows, yi has 56"):
        robust(MODEL, levels(), FIT, [1, 2])
    weighted = linear_model([0.1, 0.2], [0.1, 0.1], weights=[1.0, 2.0])
    with pytest.raises(InputError, match="user weights"):
        robust_regression(weighted, SimpleNamespace(tau2=0.0), [1, 2])
