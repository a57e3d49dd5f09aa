"""workflow/lib/stats/batch/sums.py against the sums of single groups."""

from dataclasses import fields

import numpy as np
import pytest

from workflow.lib.stats.batch.sums import Sums, block_of
from workflow.lib.stats.moments import intercept_model


def columns(k=7, m=30, seed=2):
    rng = np.random.default_rng(seed)
    vi = np.exp(2.0 * rng.standard_normal((k, m)))
    vi[0, :5] = 1e-14  # one study makes up nearly all of the weights
    return rng.standard_normal((k, m)) + 100.0, vi


@pytest.mark.parametrize("shape", [(7, 30), (30, 7)])
@pytest.mark.parametrize("tau2", [0.0, 0.3])
def test_sums_of_every_column_are_those_of_single_groups(shape, tau2):
    yi, vi = columns(*shape)
    missing = np.arange(shape[0])[:, None] >= np.where(np.arange(shape[1]) % 2, 5, shape[0])
    block, centre = block_of(yi.copy(), vi.copy(), missing)
    found = block.at(tau2)
    for column in range(shape[1]):
        here = ~missing[:, column]
        model = intercept_model(yi[here, column], vi[here, column])
        expected = model.at(tau2)
        assert centre[column] == model.centre
        for field in fields(Sums):
            value = getattr(found, field.name)[column]
            # sums of at most 30 terms of one sign, or a difference that keeps half of them
            wanted = pytest.approx(getattr(expected, field.name), rel=1e-12, abs=1e-15)
            assert value == wanted, field.name
        growth = model.loglik(0.0, restricted=False) - model.loglik(tau2, restricted=False)
        lost = 2.0 * growth - (expected.Q - model.at(0.0).Q)
        assert block.log_growth(tau2)[column] == pytest.approx(lost, rel=1e-9, abs=1e-8)


@pytest.mark.parametrize("restricted", [True, False])
def test_shortcuts_agree_with_the_full_set_of_sums(restricted):
    block, _ = block_of(*columns(), None)
    m, (Q, yPPy) = block.at(0.2), block.q_at(0.2)
    assert pytest.approx(m.Q, rel=1e-12) == Q
    assert yPPy == pytest.approx(m.yPPy, rel=1e-12)
    slope = m.yPPy - (m.trP if restricted else m.sum_w)
    assert block.slope_at(0.2, restricted=restricted) == pytest.approx(slope, rel=1e-9, abs=1e-12)


def test_taking_groups_keeps_columns_together():
    block, _ = block_of(*columns(), None)
    part = block.take(np.array([3, 8]))
    assert part.at(0.1).mu == pytest.approx(block.at(0.1).mu[[3, 8]], rel=1e-14)
