"""workflow/lib/stats/batch/asymmetry.py and diagnoses.py against the single functions, one by one."""

import numpy as np
import pytest

from workflow.lib.stats.batch.asymmetry import egger_groups, largest_weights
from workflow.lib.stats.batch.diagnoses import diagnose
from workflow.lib.stats.batch.pool import pool_groups
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.regression_test import egger_test

TOLERANCE = 1e-10  # relative: both sum the same terms, in another order


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(8)
    sizes = rng.integers(1, 40, 300)
    vi = np.exp(rng.standard_normal(sizes.sum()) - 2)
    yi = 50.0 + rng.standard_normal(len(vi)) * np.sqrt(vi + 0.1)  # far from 0: digits could cancel
    return yi, vi, np.cumsum(sizes) - sizes, sizes


def test_every_test_is_that_of_the_single_function(groups):
    yi, vi, starts, sizes = groups
    found = egger_groups(yi, vi, starts)
    assert (sizes >= 10).sum() > 200
    for place, (start, k) in enumerate(zip(starts, sizes, strict=True)):
        if k < 10:
            assert np.isnan(found.pval[place])
            assert found.reason[place] == "fewer than 10 studies"
            continue
        one = egger_test(yi[start : start + k], vi[start : start + k])
        ours = [getattr(found, name)[place] for name in ("slope", "se", "stat", "pval")]
        assert found.reason[place] == ""
        assert ours == pytest.approx([one.beta[1], one.se[1], one.stat, one.pval], rel=TOLERANCE)


def test_fewer_studies_are_tested_only_where_that_is_asked_for(groups):
    yi, vi, starts, sizes = groups
    found = egger_groups(yi, vi, starts, least=3)
    assert (np.isnan(found.pval) == (sizes < 3)).all()
    assert (np.isnan(egger_groups(yi, vi, starts, least=1).pval) == (sizes < 3)).all()


def test_equal_standard_errors_and_an_exact_line_have_a_reason_instead_of_a_test():
    same, line = np.full(12, 0.25), np.arange(1.0, 13.0)
    yi = np.concatenate([np.arange(12.0), np.zeros(12)])
    found = egger_groups(yi, np.concatenate([same, line]), np.array([0, 12]))
    assert np.isnan(found.pval).all()
    assert found.reason.tolist() == ["all standard errors are equal", "exact line"]


def test_the_largest_weight_is_that_of_the_single_fit(groups):
    yi, vi, starts, sizes = groups
    group = np.repeat(np.arange(len(sizes)), sizes)
    pool = pool_groups(yi, vi, group, method="REML", test="z")
    found = largest_weights(vi, pool.tau2, starts)
    for place, (start, k) in enumerate(zip(starts, sizes, strict=True)):
        one = random_effects(yi[start : start + k], vi[start : start + k], method="REML")
        assert found[place] == pytest.approx(max(one.weights), rel=1e-9)  # tau2 is iterated
    assert (found[sizes == 1] == 100.0).all()


def test_models_disagree_where_one_interval_excludes_zero_and_another_does_not():
    yi, vi = np.array([0.2, 0.9, 0.5, 0.5, -0.1, 0.1]), np.array([0.01, 0.01] * 3)
    starts, group = np.array([0, 2, 4]), np.repeat(np.arange(3), 2)
    pools = {
        "fe": pool_groups(yi, vi, group, method="FE", test="z"),
        "hk": pool_groups(yi, vi, group, method="REML", test="adhoc"),
    }
    found = diagnose(yi, vi, starts, pools, primary="hk", least=10)
    assert found.disagree.tolist() == [True, True, False]
    assert found.significant.tolist() == [False, False, False]
    assert found.significant_in.tolist() == [1, 1, 0]
    assert found.pi_includes_null.tolist() == [1.0, 1.0, 1.0]
    assert diagnose(yi, vi, starts, pools, primary="fe", least=10).significant.tolist() == [
        *(True, True, False)
    ]
