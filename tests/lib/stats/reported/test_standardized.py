"""workflow/lib/stats/reported/standardized.py against the Handbook's examples and laws."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr, stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported import standardized as std

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=50)


def test_handbook_example_of_an_sd_from_a_p_value():
    # Cochrane Handbook 6.5.2.3: difference 3.8, p = 0.008, 25 and 22 persons: t 2.78, SE 1.37, SD 4.69
    assert std.t_from_p(0.008, 45, sign=1) == pytest.approx(2.78, abs=0.005)
    assert std.sd_from_p(3.8, 0.008, 25, 22) == pytest.approx(4.69, abs=0.02)  # it rounds SE first


def test_combined_groups_are_the_sample_of_all():
    rng = np.random.default_rng(3)
    one, other = rng.normal(1.0, 2.0, 30), rng.normal(-3.0, 1.0, 12)
    parts = [(len(x), x.mean(), x.std(ddof=1)) for x in (one, other)]
    both = np.concatenate([one, other])
    expected = (len(both), both.mean(), both.std(ddof=1))
    assert std.combined_groups(*parts) == pytest.approx(expected, rel=1e-12)


@LAW
@given(st.floats(0.1, 20), st.integers(2, 50), st.integers(2, 50), st.floats(-5, 5))
def test_t_p_f_and_interval_lead_to_the_same_sd(sd, n1, n2, d):
    difference, df = d * sd, n1 + n2 - 2
    se = sd * (1 / n1 + 1 / n2) ** 0.5
    half = float(stdtrit(df, 0.975)) * se
    assert std.sd_from_difference_ci(difference - half, difference + half, n1, n2) == pytest.approx(
        sd, rel=1e-9
    )
    if abs(difference / se) > 0.01:
        t, sign = difference / se, 1 if d > 0 else -1
        p = 2.0 * float(stdtr(df, -abs(t)))
        assert std.sd_from_t(difference, t, n1, n2) == pytest.approx(sd, rel=1e-12)
        assert std.d_from_t(t, n1, n2) == pytest.approx(d, rel=1e-12)
        assert std.d_from_f(t * t, n1, n2, sign=sign) == pytest.approx(d, rel=1e-12)
        if p > 1e-200:
            assert std.sd_from_p(difference, p, n1, n2) == pytest.approx(sd, rel=1e-7)
            assert std.d_from_p(p, n1, n2, sign=sign) == pytest.approx(d, rel=1e-7)


def test_pooled_sds_weigh_by_degrees_of_freedom():
    assert std.pooled_sd(2.0, 11, 4.0, 31) == pytest.approx(((10 * 4 + 30 * 16) / 40) ** 0.5)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: std.d_from_t(nan, 5, 5), InputError, "t is nan"),
        (lambda: std.d_from_t(1.0, 1, 1), InputError, "3 persons in all"),
        (lambda: std.d_from_f(-1.0, 5, 5, sign=1), InputError, "F -1.0"),
        (lambda: std.d_from_p(0.1, 5, 5, sign=0), InputError, "direction is not in p"),
        (lambda: std.t_from_p(0.0, 5, sign=1), InputError, "above 0 and at most 1"),
        (lambda: std.t_from_p(0.1, 0, sign=1), InputError, "df 0"),
        (lambda: std.sd_from_t(1.0, -2.0, 5, 5), InputError, "opposite signs"),
        (lambda: std.sd_from_t(0.0, 2.0, 5, 5), NotEstimable, "says nothing"),
        (lambda: std.sd_from_p(1.0, 1.0, 5, 5), NotEstimable, "says nothing"),
        (lambda: std.pooled_sd(-1.0, 5, 1.0, 5), InputError, "at least 0"),
    ],
)
def test_impossible_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
