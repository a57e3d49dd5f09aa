"""workflow/lib/stats/batch/likelihood.py: the maximum, its bounds, and how many steps it takes."""

import numpy as np
import pytest

from workflow.lib.stats.batch.likelihood import maximise_likelihood
from workflow.lib.stats.batch.pool import pool_groups
from workflow.lib.stats.batch.sums import block_of
from workflow.lib.stats.moments import intercept_model


def block(yi, vi):
    return block_of(np.array(yi, dtype=float), np.array(vi, dtype=float), None)[0]


def wild(k, m, seed):
    rng = np.random.default_rng(seed)
    vi = np.exp(3.0 * rng.standard_normal((k, m)))
    return block(rng.standard_normal((k, m)) * np.sqrt(vi + 0.1), vi)


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("k", [2, 3, 6])
def test_the_likelihood_is_nowhere_higher_next_to_the_answer(k, restricted):
    part = wild(k, 300, seed=k)
    found = maximise_likelihood(part, part.at(0.0), restricted=restricted)
    assert not found.stuck.any()
    step = 1e-4 * (found.tau2 + part.floor)
    below = part.slope_at(np.maximum(0.0, found.tau2 - step), restricted=restricted)
    above = part.slope_at(found.tau2 + step, restricted=restricted)
    inside = found.tau2 > 2.0 * step
    assert (below[inside] > 0.0).all()
    assert (above < 0.0).all()


def test_a_zero_that_was_proven_is_one():
    part = wild(5, 400, seed=9)
    found = maximise_likelihood(part, part.at(0.0), restricted=True)
    zero = part.take(np.flatnonzero((found.tau2 == 0.0) & ~found.several))
    spread = zero.plain().spread
    for share in np.geomspace(1e-9, 1.0, 60):
        assert (zero.slope_at(share * spread, restricted=True) <= 0.0).all()


def many_maxima(part):
    """Number of local maxima on a fine grid, (m,)."""
    lowest, highest = part.floor * 1e-3, np.maximum(part.plain().spread, part.floor)
    grid = lowest * (highest / lowest) ** np.linspace(0.0, 1.0, 200)[:, None]
    up = np.array([part.slope_at(t, restricted=True) > 0.0 for t in [0.0 * lowest, *grid]])
    return (up[:-1] & ~up[1:]).sum(axis=0) + ~up[0]


def test_groups_with_several_maxima_are_marked():
    part = wild(5, 4000, seed=11)
    found = maximise_likelihood(part, part.at(0.0), restricted=True)
    several = many_maxima(part) > 1
    assert several.sum() > 20
    assert found.several[several].mean() > 0.9  # eight looks miss a narrow one
    assert found.several[~several].mean() < 0.001  # and see some that the grid misses


def test_zero_wins_if_the_likelihood_is_larger_there():
    part = wild(5, 4000, seed=11)
    found = maximise_likelihood(part, part.at(0.0), restricted=True)
    several = np.flatnonzero(found.several & (found.tau2 > 0.0))
    for column in several:
        model = intercept_model(part.y[:, column], part.v[:, column])
        at_root = model.loglik(found.tau2[column], restricted=True)
        assert at_root >= model.loglik(0.0, restricted=True)


def test_realistic_groups_take_few_evaluations(pool):
    found = pool_groups(*pool("realistic", 2000), test="knha")
    assert found.evaluations_tau2 <= 2.2 * 2000
    assert found.evaluations_profile <= 3.7 * 2000


def test_realistic_groups_rarely_have_several_maxima(pool):
    found = pool_groups(*pool("realistic", 4000))
    assert 0 < found.several_maxima.sum() < 0.004 * 4000
