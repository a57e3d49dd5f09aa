"""permutation.py and refit.py: exact fractions, Monte Carlo, laws, intervals and refusals."""

from itertools import permutations, product
from math import factorial

import numpy as np
import pytest

from tests.agreement import effects
from workflow.lib.errors import InputError
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.permutation import (
    Permutations,
    permutation_intervals,
    permutation_test,
)
from workflow.lib.stats.regression.refit import METHODS, Variants, statistics

BCG_YI, BCG_VI, _ = effects("bcg_rr")
YI, VI = BCG_YI[:6], BCG_VI[:6]
X = np.column_stack([np.ones(6), [0, 0, 1, 1, 0, 1], [3.0, 1.0, 2.0, 5.0, 4.0, 6.0]])
EVERY = Permutations(exact=True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
def test_every_fit_of_a_batch_is_the_fit_by_itself(method, test):
    rng = np.random.default_rng(1)
    y = rng.normal(0.0, 1.0, (20, 6)) * np.repeat([0.2, 1.5], 10)[:, None]
    batch = Variants(y, VI, np.broadcast_to(X, (20, 6, 3)))
    stats, wald = statistics(batch, method, test, [1, 2])
    for i in range(20):
        one = fit_linear(linear_model(y[i], VI, X), method=method, test=test, tested=[1, 2])
        assert stats[i] == pytest.approx(one.stat, rel=1e-6)
        factor = 1 if test == "z" else 2  # F is over the number of coefficients
        assert wald[i] == pytest.approx(factor * one.QM, rel=1e-6)


def test_sign_flips_are_those_of_the_definition():
    observed = abs(fit_linear(linear_model(YI, VI), method="DL").stat[0])
    sizes = [
        abs(fit_linear(linear_model(YI * signs, VI), method="DL").stat[0])
        for signs in product([1.0, -1.0], repeat=6)
    ]
    found = permutation_test(linear_model(YI, VI), method="DL", permutations=EVERY)
    assert found.pval == (np.mean(np.array(sizes) >= observed - 1e-8),)
    assert found.QMp == found.pval[0]
    assert (found.n_perm, found.exact, found.kind) == (64, True, "sign flips")


def test_row_permutations_are_those_of_the_definition():
    design = X[:5, :2]
    model = linear_model(YI[:5], VI[:5], design)
    observed = np.abs(fit_linear(model, method="DL").stat)
    sizes = [
        np.abs(fit_linear(linear_model(YI[:5], VI[:5], design[list(o)]), method="DL").stat)
        for o in permutations(range(5))
    ]
    found = permutation_test(model, method="DL", permutations=EVERY)
    assert found.n_perm == 10  # equal rows are exchanged once
    assert found.pval == pytest.approx(np.mean(np.array(sizes) >= observed - 1e-8, axis=0))


def test_all_different_rows_give_all_orders():
    found = permutation_test(linear_model(YI, VI, X), method="EE", permutations=EVERY)
    assert found.n_perm == factorial(6)


@pytest.mark.parametrize("factor", [1e-4, 1e3])
def test_p_values_do_not_depend_on_the_unit(factor):
    one = permutation_test(linear_model(YI, VI, X[:, :2]), permutations=EVERY)
    other = linear_model(factor * YI, factor**2 * VI, X[:, :2])
    assert permutation_test(other, permutations=EVERY).pval == one.pval


def test_monte_carlo_repeats_with_its_seed_and_nears_the_exact_value():
    model = linear_model(BCG_YI, BCG_VI)
    drawn = [
        permutation_test(model, method="DL", permutations=Permutations(4000, seed=s))
        for s in (7, 7, 8)
    ]
    exact = permutation_test(model, method="DL", permutations=EVERY)
    assert drawn[0] == drawn[1]
    assert drawn[0].n_perm == 4000
    for one in drawn:
        assert one.pval[0] == pytest.approx(exact.pval[0], abs=0.003)  # 4 standard errors
        assert one.pval[0] >= 1 / 4000


def test_the_interval_is_where_the_p_value_falls_to_alpha():
    model = linear_model(BCG_YI[:8], BCG_VI[:8])
    found = permutation_intervals(model, method="DL", permutations=EVERY)[0]
    assert found.ci_lb < fit_linear(model, method="DL").beta[0] < found.ci_ub
    for bound, step in ((found.ci_lb, -1e-6), (found.ci_ub, 1e-6)):
        for shift, inside in ((step, False), (-step, True)):
            moved = linear_model(BCG_YI[:8] - bound - shift, BCG_VI[:8])
            p = permutation_test(moved, method="DL", permutations=EVERY).pval[0]
            assert (p > 0.05) == inside


def test_too_few_permutations_have_no_interval_and_say_so():
    found = permutation_intervals(linear_model(YI[:4], VI[:4]), method="DL", permutations=EVERY)
    assert (found[0].ci_lb, found[0].ci_ub) == (None, None)
    assert found[0].reason == "16 permutations are too few"


@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
def test_effects_that_are_all_equal_are_extreme_in_the_observed_order_only(test):
    model = linear_model(np.full(5, 0.3), np.full(5, 0.1))
    found = permutation_test(model, test=test, permutations=EVERY)
    assert found.pval == (2 / 32,)
    assert (found.stat[0] is None) == (test == "knha")  # no width: infinitely far


def test_one_huge_outlier_is_answered():
    yi = np.append(YI, 1e4)
    found = permutation_test(linear_model(yi, np.append(VI, 1e-3)), permutations=EVERY)
    assert 2 / 128 <= found.pval[0] <= 1.0


def test_what_cannot_be_done_is_refused():
    model = linear_model(BCG_YI, BCG_VI)
    with pytest.raises(InputError, match="needs a seed"):
        permutation_test(model)
    with pytest.raises(InputError, match="too many"):
        large = linear_model(np.arange(30.0), np.ones(30))
        permutation_test(large, permutations=EVERY)
    with pytest.raises(InputError, match="admissible here"):
        permutation_test(model, method="PMM", permutations=Permutations(10, seed=1))
    with pytest.raises(InputError, match="iterations 0"):
        permutation_test(model, permutations=Permutations(0, seed=1))
