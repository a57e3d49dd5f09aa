"""dependence/multivariate.py and shapes.py: a published example, metafor, bounds and laws."""

import numpy as np
import pytest

from tests import agreement
from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.likelihood import Likelihood, covariance_of
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.shapes import shape_of
from workflow.lib.stats.dependence.solution import parameters_of, solution
from workflow.lib.stats.dependence.terms import STRUCTS, factor, structure
from workflow.lib.stats.dependence.three_level import multilevel

BERKEY = agreement.table("dat.berkey1998")
OUTCOME, TRIAL = np.array(BERKEY["outcome"]), np.array(BERKEY["trial"], dtype=int)


def berkey_model(unit=1.0):
    V = np.zeros((10, 10))
    for row in range(10):
        first = 2 * (row // 2)
        V[row, first], V[row, first + 1] = BERKEY["v1i"][row], BERKEY["v2i"][row]
    X = np.column_stack([OUTCOME == "AL", OUTCOME == "PD"]).astype(float)
    return dependent_model(np.array(BERKEY["yi"]) * unit, V * unit**2, X, names=("AL", "PD"))


def made_up(seed, q=3, outer=14, rho=0.5, tau2=0.3):
    """yi, vi, inner, outer of an unbalanced data set."""
    rng = np.random.default_rng(seed)
    inner, study = np.tile(np.arange(q), outer), np.repeat(np.arange(outer), q)
    u = rng.multivariate_normal(np.zeros(q), tau2 * ((1 - rho) * np.eye(q) + rho), outer)
    keep = rng.random(q * outer) < 0.85
    vi = 10.0 ** rng.uniform(-2, 0, q * outer)
    yi = u.ravel() + rng.normal(0, np.sqrt(vi))
    return yi[keep], vi[keep], inner[keep], study[keep]


def test_berkey_1998_gives_the_published_fit():
    found = multivariate(
        berkey_model(), structure(OUTCOME, TRIAL, struct="UN"), settings=Settings("ML")
    )
    assert found.beta == pytest.approx((-0.337938, 0.344839), abs=5e-7)  # six decimals
    assert found.tau2 == pytest.approx((0.026145, 0.007002), abs=5e-7)
    assert found.rho == pytest.approx((0.699230,), abs=1e-6)
    assert found.inner_levels == ("AL", "PD")


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_a_change_of_unit_changes_nothing_but_the_unit(unit):
    term = structure(OUTCOME, TRIAL, struct="UN")
    one, other = multivariate(berkey_model(), term), multivariate(berkey_model(unit), term)
    assert np.array(other.tau2) / unit**2 == pytest.approx(one.tau2, rel=1e-8)
    assert other.rho == pytest.approx(one.rho, rel=1e-8)


@pytest.mark.parametrize("struct", STRUCTS)
def test_the_slope_is_that_of_the_likelihood(struct):
    yi, vi, inner, outer = made_up(1)
    model, term = dependent_model(yi, vi), structure(inner, outer, struct=struct)
    shape = shape_of(term)
    likelihood = Likelihood(model, covariance_of(model, (term,), (shape,)), restricted=True)
    point = shape.starts(0.4)[0] + 0.03 * np.arange(shape.n_parameters)
    slope = likelihood.at(point).slope
    for i, expected in enumerate(slope):
        step = 1e-5 * np.eye(len(point))[i]
        difference = likelihood.at(point + step, ()).ll - likelihood.at(point - step, ()).ll
        # differences of ll keep about nine digits
        assert difference / 2e-5 == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("struct", STRUCTS)
def test_parameters_of_a_fit_give_its_likelihood_again(struct):
    yi, vi, inner, outer = made_up(2)
    model, term = dependent_model(yi, vi), structure(inner, outer, struct=struct)
    found = multivariate(model, term)
    assert solution(model, term, found).ll == pytest.approx(found.ll, rel=1e-12)
    slope = (
        Likelihood(model, covariance_of(model, (term,), (shape_of(term),)), restricted=True)
        .at(parameters_of(found, (term,)))
        .slope
    )
    inside = np.array([t > 0.0 for t in found.tau2]).all() and abs(max(found.rho, default=0)) < 1
    if inside:
        assert np.abs(slope).max() < 1e-7


def test_richer_structures_have_higher_likelihoods():
    yi, vi, inner, outer = made_up(3)
    X = (inner[:, None] == np.arange(3)).astype(float)
    model = dependent_model(yi, vi, X)
    ll = {s: multivariate(model, structure(inner, outer, struct=s)).ll for s in STRUCTS}
    for poor, rich in (("ID", "CS"), ("CS", "HCS"), ("HCS", "UN"), ("ID", "DIAG"), ("DIAG", "HCS")):
        assert ll[poor] <= ll[rich] + 1e-9


def test_compound_symmetry_is_two_random_intercepts():
    yi, vi, inner, outer = made_up(4)
    model = dependent_model(yi, vi)
    one = multivariate(model, structure(inner, outer, struct="CS"))
    two = multilevel(model, [factor("outer", outer), factor("row", np.arange(len(yi)))])
    assert one.ll == pytest.approx(two.ll, rel=1e-12)
    assert one.tau2[0] == pytest.approx(sum(two.sigma2), rel=1e-8)
    assert one.rho[0] * one.tau2[0] == pytest.approx(two.sigma2[0], rel=1e-7)
    assert (one.pi_lb, one.pi_ub) == pytest.approx((two.pi_lb, two.pi_ub), rel=1e-7)


def test_a_structure_beside_a_factor_is_its_definition():
    yi, vi, inner, outer = made_up(5)
    lab, model = np.arange(len(yi)) % 4, dependent_model(yi, vi)
    terms = (factor("lab", lab), structure(inner, outer, struct="DIAG"))
    found = multivariate(model, terms)
    M = np.diag(vi + np.array(found.tau2)[inner]) + found.sigma2[0] * (lab[:, None] == lab)
    same = (outer[:, None] == outer) & (inner[:, None] == inner)
    M += np.where(same & ~np.eye(len(yi), dtype=bool), np.array(found.tau2)[inner], 0.0)
    W = np.linalg.inv(M)
    assert found.beta[0] == pytest.approx(W.sum(axis=0) @ yi / W.sum(), rel=1e-10)
    assert found.vb[0][0] == pytest.approx(1.0 / W.sum(), rel=1e-10)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_correlation_may_end_at_its_bound(sign):
    rng = np.random.default_rng(1)
    u = rng.normal(size=20)
    yi = np.column_stack([u, sign * u]).ravel() + rng.normal(0, 0.03, 40)
    term = structure(np.tile([1, 2], 20), np.repeat(np.arange(20), 2), struct="CS")
    found = multivariate(dependent_model(yi, np.full(40, 0.01)), term)
    assert found.rho == (pytest.approx(sign, abs=1e-12),)


@pytest.mark.parametrize("struct", STRUCTS)
def test_equal_effects_give_variances_of_0_and_no_correlation(struct):
    inner, outer = np.tile([1, 2, 3], 4), np.repeat(np.arange(4), 3)
    found = multivariate(
        dependent_model(np.full(12, 0.3), np.full(12, 0.1)), structure(inner, outer, struct=struct)
    )
    assert found.tau2 == pytest.approx((0.0,) * len(found.tau2), abs=1e-20)
    assert set(found.rho) <= {None}
    assert struct in ("ID", "DIAG") or "a variance is 0" in found.reasons["rho"]


def test_fixed_parts_keep_their_values():
    yi, vi, inner, outer = made_up(6, q=2)
    term = structure(inner, outer, struct="HCS", fixed=((0, 0.2), (2, 0.5)))
    found = multivariate(dependent_model(yi, vi), term)
    assert (found.tau2[0], found.rho[0]) == pytest.approx((0.2, 0.5), rel=1e-12)
    assert (found.fixed, found.parms) == ((True, False, True), 2)


def test_what_cannot_be_used_is_refused():
    yi, vi, inner, outer = made_up(7)
    model = dependent_model(yi, vi)
    with pytest.raises(InputError, match="struct 'XX'"):
        structure(inner, outer, struct="XX")
    with pytest.raises(InputError, match="struct CAR: inner must be numbers"):
        structure(["a", "b"], [1, 1], struct="CAR")
    with pytest.raises(InputError, match="one length"):
        structure([1], [1, 2])
    with pytest.raises(InputError, match="give one inner"):
        multivariate(model, [factor("a", outer)])
    with pytest.raises(InputError, match="2 rows, yi has"):
        multivariate(model, structure([1, 2], [1, 1]))
    with pytest.raises(InputError, match="nothing can be fixed"):
        multivariate(model, structure(inner, outer, struct="UN", fixed=((0, 1.0),)))
