"""workflow/lib/stats/batch/q_profile.py: roots of Q(tau2) = target for many groups."""

import numpy as np
import pytest

from workflow.lib.stats.batch.estimators import known_of
from workflow.lib.stats.batch.q_profile import solve_q
from workflow.lib.stats.batch.sums import block_of
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.tau2 import solve_q as solve_one


def wild(k=6, m=200, seed=1):
    rng = np.random.default_rng(seed)
    vi = np.exp(3.0 * rng.standard_normal((k, m)))
    return block_of(rng.standard_normal((k, m)) * np.sqrt(vi + 0.1), vi, None)[0]


@pytest.mark.parametrize("target", [0.5, 5.0, 12.0])
def test_roots_are_those_of_single_groups(target):
    part = wild()
    found = solve_q(part, np.full(200, target), (known_of(0.0, part.at(0.0)),))
    assert not found.stuck.any()
    for column in range(200):
        model = intercept_model(part.y[:, column], part.v[:, column])
        allowed = 2e-11 * (found.tau2[column] + part.floor[column])  # LAST_STEP squared
        assert found.tau2[column] == pytest.approx(solve_one(model, target), rel=0, abs=allowed)


def test_what_is_known_elsewhere_saves_steps_but_changes_nothing():
    part, target = wild(), np.full(200, 2.0)
    zero = known_of(0.0, part.at(0.0))
    plain = solve_q(part, target, (zero,))
    near = 0.9 * plain.tau2
    helped = solve_q(part, target, (zero, known_of(near, part.at(near))), start=0.5 * plain.tau2)
    assert helped.tau2 == pytest.approx(plain.tau2, rel=1e-10)
    assert helped.evaluations < plain.evaluations


def test_no_solution_above_zero_is_zero():
    part = wild()
    found = solve_q(part, np.full(200, 1e9), (known_of(0.0, part.at(0.0)),))
    assert (found.tau2 == 0.0).all()
    assert found.evaluations == 0


def test_a_group_that_runs_out_of_steps_is_marked(monkeypatch):
    monkeypatch.setattr("workflow.lib.stats.batch.q_profile.MAX_STEPS", 1)
    part = wild()
    assert solve_q(part, np.full(200, 0.5), (known_of(0.0, part.at(0.0)),)).stuck.any()
