"""workflow/lib/stats/reported/change.py: paired tests and intervals, against their own forward way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr, stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.conversions import sd_change_from_r
from workflow.lib.stats.reported import change

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=50)


@LAW
@given(
    st.floats(0.5, 5), st.floats(0.5, 5), st.floats(-0.9, 0.9), st.floats(-3, 3), st.integers(3, 60)
)
def test_t_p_and_interval_give_back_the_correlation(sd_pre, sd_post, r, mean, n):
    sd, sds = sd_change_from_r(sd_pre, sd_post, r), (sd_pre, sd_post)
    half = float(stdtrit(n - 1, 0.975)) * sd / n**0.5
    # r is a difference of squares, so digits of the SD are lost in it
    assert change.r_from_ci(sds, (mean - half, mean + half), n) == pytest.approx(r, abs=1e-7)
    t = change.t_from_change(mean, sd, n)
    if abs(t) > 0.01:
        assert change.r_from_t(sds, mean, t, n) == pytest.approx(r, abs=1e-9)
        p = 2.0 * float(stdtr(n - 1, -abs(t)))
        if p > 1e-200:
            assert change.r_from_p(sds, mean, p, n) == pytest.approx(r, abs=1e-6)


def test_a_paired_t_is_mean_over_standard_error():
    assert change.sd_change_from_t(-2.0, -4.0, 16) == 2.0
    assert change.t_from_change(-2.0, 2.0, 16) == -4.0
    assert change.sd_change_from_ci(-1.0, 1.0, 16) == pytest.approx(
        4.0 / float(stdtrit(15, 0.975)), rel=1e-14
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: change.sd_change_from_t(2.0, -1.0, 9), InputError, "opposite signs"),
        (lambda: change.sd_change_from_t(0.0, 1.0, 9), NotEstimable, "says nothing"),
        (lambda: change.sd_change_from_t(1.0, 1.0, 1), InputError, "n is 1"),
        (lambda: change.sd_change_from_p(1.0, 0.0, 9), InputError, "above 0"),
        (lambda: change.sd_change_from_p(1.0, 1.0, 9), NotEstimable, "says nothing"),
        (lambda: change.r_from_t((1.0, 1.0), 9.0, 1.0, 9), InputError, "imply r"),
        (lambda: change.t_from_change(1.0, 0.0, 9), NotEstimable, "sd_change is 0"),
        (lambda: change.t_from_change(1.0, -1.0, 9), InputError, "at least 0"),
    ],
)
def test_impossible_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
