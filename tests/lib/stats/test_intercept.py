"""workflow/lib/stats/intercept.py and few_studies.py: the same sums in two arithmetics."""

from dataclasses import fields
from math import log

import numpy as np
import pytest

from workflow.lib.stats.few_studies import FEW, FewStudies
from workflow.lib.stats.intercept import BLOCK, InterceptModel, sum_of_logs
from workflow.lib.stats.moments import intercept_model


def both(k, seed=0):
    """The model in plain loops and in arrays, with variances six orders of magnitude apart."""
    rng = np.random.default_rng(seed)
    loops = intercept_model(rng.normal(size=k), 10.0 ** rng.uniform(-6, 0, k))
    names = [f.name for f in fields(InterceptModel) if f.init]
    return loops, InterceptModel(**{name: getattr(loops, name) for name in names})


def test_few_studies_are_taken_in_loops_and_many_in_arrays():
    assert isinstance(both(2)[0], FewStudies)
    assert isinstance(both(FEW)[0], FewStudies)
    assert not isinstance(both(FEW + 1)[0], FewStudies)


@pytest.mark.parametrize("k", [2, 3, 10, FEW])
@pytest.mark.parametrize("tau2", [0.0, 1e-4, 3.0])
def test_both_arithmetics_give_the_same_sums(k, tau2):
    loops, arrays = both(k, seed=k)
    # 1e-11: the same sums, in another order
    assert loops.q_at(tau2) == pytest.approx(arrays.q_at(tau2), rel=1e-11)
    assert loops.at(tau2) == pytest.approx(arrays.at(tau2), rel=1e-10)
    assert loops.q_at(tau2) == (loops.at(tau2).Q, loops.at(tau2).yPPy)
    assert loops.spread() == pytest.approx(arrays.spread(), rel=1e-11)
    assert loops.expected_spread() == pytest.approx(arrays.expected_spread(), rel=1e-11)
    for restricted in (False, True):
        found, expected = (m.loglik(tau2, restricted=restricted) for m in (loops, arrays))
        assert found == pytest.approx(expected, rel=1e-11)


def test_sums_over_several_blocks_are_those_over_one():
    k = 2 * BLOCK + 7
    model = both(k)[0]
    w = 1.0 / (model.vi + 0.5)
    mu = (w @ model.yi) / w.sum()
    found = model.at(0.5)
    assert found.sum_w == pytest.approx(w.sum(), rel=1e-12)
    assert pytest.approx(w @ (model.yi - mu) ** 2, rel=1e-12) == found.Q
    assert model.q_at(0.25)[0] > found.Q


@pytest.mark.parametrize("k", [0, 1, 2, 3, 7, 8, 15, 16, 100])
@pytest.mark.parametrize("size", [1e-30, 1.0, 2e30, 1e60])
def test_logarithms_of_products_are_sums_of_logarithms(k, size):
    x = size * np.linspace(1.0, 2.0, k)
    assert sum_of_logs(x) == pytest.approx(sum(map(log, x)), rel=1e-12, abs=1e-12)
