"""workflow/lib/stats/batch/interpolated_sums.py against sums in extended precision."""

import numpy as np
import pytest

from workflow.lib.stats.batch.interpolated_sums import POWERS, InterpolatedSums

# 24 nodes leave rounding alone: some 20 operations at 1e-16 each
TOLERANCE = 1e-14


def studies(k, spread, seed=1):
    rng = np.random.default_rng(seed)
    vi, yi = np.exp(spread * rng.standard_normal(k)), rng.standard_normal(k)
    return vi, np.column_stack([np.ones(k), yi, yi * yi])


def exact(vi, columns, t):
    w = 1.0 / (vi.astype(np.longdouble) + t)
    return np.array([(w**q) @ columns for q in range(1, POWERS + 1)])


@pytest.mark.parametrize(("k", "spread"), [(1, 1.0), (60, 0.0), (300, 1.0), (9000, 3.5)])
def test_sums_are_exact_however_far_tau2_and_variances_spread(k, spread):
    vi, columns = studies(k, spread)
    t = np.append(0.0, vi.min() * np.geomspace(1e-8, 1e8, 30))
    found = InterpolatedSums(vi, columns).at(t)
    assert found.shape == (POWERS, 3, len(t))
    for place, value in enumerate(t):
        error = np.abs(found[:, :, place] - exact(vi, columns, value))
        assert (error <= TOLERANCE * exact(vi, np.abs(columns), value)).all()


def test_what_remains_without_a_study_is_the_sum_over_the_others():
    vi, columns = studies(50, 1.0)
    sums, t = InterpolatedSums(vi, columns), np.linspace(0.0, 3.0, 50)
    found = sums.without(np.arange(50), t)
    for i in range(50):
        rest = np.arange(50) != i
        expected = exact(vi[rest], columns[rest], t[i]).astype(float)
        assert found[:, :, i] == pytest.approx(expected, rel=1e-12)


def test_growth_of_the_log_determinant_is_exact():
    vi, columns = studies(400, 2.0)
    t = np.append(0.0, np.geomspace(1e-6, 1e6, 20))
    expected = [np.log1p(value / vi).sum() for value in t]
    found = InterpolatedSums(vi, columns).log_growth(t)
    # absolute next to 0: the panel holds values up to 400 log 2
    assert found == pytest.approx(expected, rel=TOLERANCE, abs=1e-12)


def test_a_study_that_makes_up_a_sum_is_seen():
    vi, columns = studies(40, 0.5)
    vi[7], columns[9, 1] = 1e-9, 1e12
    share = InterpolatedSums(vi, columns).dominance(0.0)
    assert np.flatnonzero(share > 0.9).tolist() == [7, 9]
