"""workflow/lib/stats/multiverse/summary.py: shares of sentences, and the variance by decision."""

import numpy as np
import pytest

from workflow.lib.stats.multiverse.summary import position, share, split_variance, statements

CHOICE = np.stack(np.unravel_index(np.arange(24), (2, 3, 4)), axis=1)


def test_the_variance_of_a_sum_belongs_to_its_terms_and_nothing_is_left():
    beta = np.array([0.0, 1.0])[CHOICE[:, 0]] + np.array([0.0, 2.0, 5.0])[CHOICE[:, 1]]
    split = split_variance(beta, CHOICE, (2, 3, 4))
    first, second = 0.25, np.var([0.0, 2.0, 5.0])
    assert split.variance == pytest.approx(first + second)
    assert split.first == pytest.approx(
        (100 * first / (first + second), 100 * second / (first + second), 0.0), abs=1e-12
    )
    assert split.rest == pytest.approx(0.0, abs=1e-9)


def test_a_pure_interaction_belongs_to_no_single_decision():
    beta = np.where((CHOICE[:, 0] == 1) ^ (CHOICE[:, 2] >= 2), 1.0, -1.0)
    split = split_variance(beta, CHOICE, (2, 3, 4))
    assert split.first == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert split.rest == pytest.approx(100.0)


def test_equal_estimates_have_no_variance_to_split():
    split = split_variance(np.full(24, 0.3) + 1e-17, CHOICE, (2, 3, 4))
    assert (split.variance, split.rest) == (0.0, 0.0)
    assert split.first == (0.0, 0.0, 0.0)


def test_without_an_estimate_there_is_nothing_to_split():
    assert np.isnan(split_variance(np.full(24, np.nan), CHOICE, (2, 3, 4)).variance)


def test_universes_without_an_estimate_do_not_count():
    beta = np.where(CHOICE[:, 1] == 2, np.nan, CHOICE[:, 0].astype(float))
    split = split_variance(beta, CHOICE, (2, 3, 4))
    assert split.first[0] == pytest.approx(100.0)


def test_a_sentence_is_asked_only_where_its_interval_exists():
    values = {
        "beta": np.array([0.5, 0.5, -0.5, np.nan]),
        "ci_lb": np.array([0.1, np.nan, -1.0, np.nan]),
        "ci_ub": np.array([0.9, np.nan, -0.2, np.nan]),
        "pi_lb": np.full(4, np.nan),
        "pi_ub": np.full(4, np.nan),
    }
    found, everywhere = statements(values, beyond={"placebo": 0.4}), np.ones(4, dtype=bool)
    shares = {name: share(*one, everywhere) for name, one in found.items()}
    assert (shares["positive"].holds, shares["positive"].asked) == (2, 3)
    assert (shares["interval_above_zero"].holds, shares["interval_above_zero"].asked) == (1, 2)
    assert shares["interval_below_zero"].percent == 50.0
    assert (shares["beyond_placebo"].holds, shares["beyond_placebo"].asked) == (2, 3)
    assert shares["prediction_includes_zero"].percent is None


def test_a_published_estimate_has_a_place_among_the_others():
    assert position(1.55, np.array([0.3, 1.2, 1.55, 1.8, np.nan])) == (2, 4)
