"""workflow/lib/stats/batch/subsets.py against single fits of each subset."""

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.pooling import random_effects

FIELDS = ("beta", "se", "pval", "ci_lb", "pi_ub", "tau2", "tau2_ub", "I2", "QE", "QEp")


def universes(m=60, K=12, seed=4):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.standard_normal((m, K)) - 2.0)
    include = rng.random((m, K)) < rng.random(m)[:, None]
    include[0], include[1] = False, np.arange(K) == 3
    return rng.standard_normal((m, K)) * np.sqrt(vi + 0.1), vi, include


@pytest.mark.parametrize("own", [True, False])
def test_each_subset_has_the_numbers_of_a_single_fit(own):
    yi, vi, include = universes()
    yi, vi = (yi, vi) if own else (yi[0], vi[0])
    found = pool_subsets(yi, vi, include, test="knha")
    assert found.group.tolist() == list(range(len(include)))
    for place, chosen in enumerate(include):
        if chosen.sum() < 2:
            continue
        y, v = (x[place] if own else x for x in (yi, vi))
        fit = random_effects(y[chosen], v[chosen], test="knha")
        for name in FIELDS:  # both iterations end within 1e-11 of tau2 + min(vi)
            expected = pytest.approx(getattr(fit, name), rel=1e-10, abs=1e-10 * v.min())
            assert getattr(found, name)[place] == expected, name


def test_an_empty_subset_says_so():
    found = pool_subsets([0.1, 0.2], [0.3, 0.4], np.array([[False, False], [True, False]]))
    assert found.k.tolist() == [0, 1]
    assert found.reason.tolist() == ["no study", "one study: needs at least two"]
    assert np.isnan(found.beta[0])
    assert found.beta[1] == 0.1


def test_what_is_not_included_is_not_looked_at():
    yi, vi, include = universes()
    clean = pool_subsets(yi, vi, include)
    found = pool_subsets(np.where(include, yi, np.nan), np.where(include, vi, -1.0), include)
    np.testing.assert_array_equal(found.beta, clean.beta)


def test_a_bad_value_is_named_by_subset_and_study():
    yi, vi, include = universes()
    include[5, 7], vi[5, 7] = True, 0.0
    with pytest.raises(InputError, match="row 5, 7: vi is 0.0"):
        pool_subsets(yi, vi, include)


@pytest.mark.parametrize(
    ("yi", "include", "text"),
    [
        ([0.1, 0.2], np.ones((3, 2)), "true or false"),
        ([0.1, 0.2], np.ones((3, 4), dtype=bool), r"\(K,\) or \(m, K\)"),
    ],
)
def test_masks_and_effects_that_do_not_fit_are_refused(yi, include, text):
    with pytest.raises(InputError, match=text):
        pool_subsets(yi, [1.0, 1.0], include)
