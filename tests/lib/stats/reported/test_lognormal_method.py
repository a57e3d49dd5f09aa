"""workflow/lib/stats/reported/lognormal_method.py against its own limits; metafor in the oracle."""

from math import exp, log, sqrt

import pytest
from scipy.special import ndtri

from workflow.lib.errors import InputError
from workflow.lib.stats.reported.lognormal_method import (
    back_transformed,
    log_mean,
    log_summary,
    log_variances,
)
from workflow.lib.stats.reported.summary import Summary


def test_exact_quartiles_of_a_large_sample_give_back_the_distribution():
    mu, sigma, n = 0.7, 0.4, 1e7
    q1, q3 = (exp(mu + sigma * float(ndtri(p))) for p in (0.25, 0.75))
    mean, sd = back_transformed(log_summary(Summary(None, q1, exp(mu), q3, None, n)))
    expected = exp(mu + sigma**2 / 2.0)
    assert mean == pytest.approx(expected, rel=1e-6)  # terms in 1/n are left
    assert sd == pytest.approx(expected * sqrt(exp(sigma**2) - 1.0), rel=1e-6)


def test_logs_of_quartiles_give_the_log_mean_and_two_variances():
    logs = log_summary(Summary(None, 3, 9, 20, None, 64))
    assert logs.median == log(9)
    second, fourth = log_variances(logs)
    assert log_mean(logs) == pytest.approx(2.091273588798479, rel=1e-14)  # metafor 5.1-12
    assert fourth < second**2  # its own factor is the larger one


def test_values_at_or_below_zero_are_refused():
    with pytest.raises(InputError, match="value 0: a log-normal outcome is above 0"):
        log_summary(Summary(0, None, 3, None, 9, 20))


def test_a_very_wide_summary_of_few_persons_has_no_negative_variance():
    _, sd = back_transformed(log_summary(Summary(1e-6, None, 1.0, None, 1e6, 5)))
    assert sd >= 0.0
