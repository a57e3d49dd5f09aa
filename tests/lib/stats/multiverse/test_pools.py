"""workflow/lib/stats/multiverse/pools.py: every universe is the single fit of the same studies."""

import numpy as np
import pytest

from workflow.lib.stats.bayes.normal_normal import normal_normal
from workflow.lib.stats.bayes.priors import half_normal
from workflow.lib.stats.multiverse.pools import Effects, pool_universes, ways_of
from workflow.lib.stats.pooling import random_effects

RNG = np.random.default_rng(20)
YI, VI = RNG.normal(0.4, 0.5, (6, 7)), RNG.uniform(0.02, 0.3, (6, 7))
YI[RNG.random((6, 7)) < 0.3] = np.nan
YI[5, 1:] = np.nan  # one study
WAYS = ways_of(["REML", "DL", "EE"], ["z", "knha", "adhoc"], [95, 80], ["none"])
HALF_NORMAL = {"family": "half_normal", "scale": 0.5}


def every(ways):
    data, way = np.divmod(np.arange(6 * len(ways)), len(ways))
    return data, way, pool_universes(Effects(YI, VI), ways, data, way)


def test_every_universe_is_the_single_fit_to_ten_digits():
    data, way, pools = every(WAYS)
    for place in range(len(data)):
        row, own = data[place], np.isfinite(YI[data[place]])
        if own.sum() < 2:
            continue
        one = WAYS[way[place]]
        fit = random_effects(
            YI[row, own], VI[row, own], method=one.method, test=one.test, level=one.level
        )
        for name in ("beta", "se", "pval", "ci_lb", "ci_ub", "tau2", "I2", "QE"):
            expected, found = getattr(fit, name), pools.values[name][place]
            assert found == pytest.approx(expected, rel=1e-10, abs=1e-10), (name, one)


def test_one_study_stands_for_itself_with_its_wald_interval_and_says_so():
    data, _, pools = every(WAYS)
    alone = data == 5
    assert (pools.k[alone] == 1).all()
    assert pools.values["beta"][alone] == pytest.approx(YI[5, 0])
    assert all("one study" in reason for reason in pools.reason[alone])


def test_a_universe_without_a_study_has_a_reason_and_no_estimate():
    empty = Effects(np.full((1, 3), np.nan), np.full((1, 3), np.nan))
    pools = pool_universes(empty, WAYS, np.zeros(1, dtype=int), np.zeros(1, dtype=int))
    assert pools.k[0] == 0
    assert np.isnan(pools.values["beta"][0])
    assert pools.reason[0]


def test_a_prior_makes_the_posterior_mean_with_its_central_interval():
    ways = ways_of(["REML"], ["z"], [95], [HALF_NORMAL])
    _, _, pools = every(ways)
    own = np.isfinite(YI[0])
    model = normal_normal(YI[0, own], VI[0, own], tau_prior=half_normal(0.5))
    assert pools.values["beta"][0] == model.mu.mean
    assert (pools.values["ci_lb"][0], pools.values["ci_ub"][0]) == (model.mu.ci_lb, model.mu.ci_ub)
    assert np.isnan(pools.values["pval"][0])


def test_ways_are_every_combination_the_last_varying_fastest():
    ways = ways_of(["REML", "DL"], ["z"], [95], ["none", HALF_NORMAL])
    assert [(way.method, bool(way.prior)) for way in ways] == [
        ("REML", False),
        ("REML", True),
        ("DL", False),
        ("DL", True),
    ]
