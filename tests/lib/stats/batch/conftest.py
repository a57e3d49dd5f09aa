"""Made-up pools of every difficulty, and how close two answers are."""

import numpy as np
import pytest

from workflow.lib.stats.pooling import random_effects

# (log-sd of vi, smallest and largest k)
DIFFICULTY = {
    "realistic": (1.0, 2, 12),
    "wide": (2.0, 2, 12),
    "extreme": (3.5, 2, 12),
    "small": (1.5, 2, 4),
}
FIELDS = (
    *("beta", "se", "stat", "df", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "se_tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q", "H2", "QE", "QEp"),
)
# Both iterations end within 1e-11 of tau2 + min(vi); nothing else is computed in another way
TOLERANCE = 1e-10


def make_pool(difficulty, groups, seed=5):
    """Effects, variances and group numbers; in two of five groups tau2 is 0."""
    rng = np.random.default_rng(seed)
    spread, fewest, most = DIFFICULTY[difficulty]
    k = rng.integers(fewest, most + 1, groups)
    vi = np.exp(spread * rng.standard_normal(k.sum()) - 2.0)
    tau2 = np.where(rng.random(groups) < 0.4, 0.0, np.exp(1.5 * rng.standard_normal(groups) - 2.0))
    yi = rng.standard_normal(k.sum()) * np.sqrt(vi + np.repeat(tau2, k))
    return yi + np.repeat(rng.standard_normal(groups), k), vi, np.repeat(np.arange(groups), k)


def scale_of(name, value, smallest):
    """What a difference in a field is measured against; `smallest` is the smallest vi."""
    if name in ("tau2", "tau2_lb", "tau2_ub"):
        return value + smallest
    if name in ("beta", "ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        return abs(value) + smallest**0.5
    if name in ("I2", "I2_Q"):
        return 100.0  # percent: next to 0 only the absolute error means anything
    return max(abs(value), 1e-300)


def difference(found, place, fit, smallest):
    """Largest relative difference between an entry of a batch and one fit."""
    worst = 0.0
    for name in FIELDS:
        one, other = getattr(found, name)[place], getattr(fit, name)
        if other is None:
            assert np.isnan(one), name
            continue
        allowed = scale_of(name, other, smallest)
        if name in ("pval", "QEp"):  # its relative error is that of stat times stat^2
            allowed *= 1.0 + (fit.stat**2 if name == "pval" else fit.QE)
        worst = max(worst, abs(one - other) / allowed)
    return worst


@pytest.fixture
def worst_difference():
    """A function (found, yi, vi, group) -> largest difference from `random_effects`."""

    def compare(found, yi, vi, group):
        options = {"method": found.method, "test": found.test, "level": found.level}
        worst = 0.0
        for place, label in enumerate(found.group):
            here = group == label
            fit = random_effects(yi[here], vi[here], **options)
            assert found.k[place] == fit.k
            worst = max(worst, difference(found, place, fit, vi[here].min()))
        return worst

    return compare


@pytest.fixture
def pool():
    """The function that makes a pool."""
    return make_pool
