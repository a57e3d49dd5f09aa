"""workflow/lib/stats/reported/fivenum.py: columns of medians; metafor's values are in the oracle."""

from math import nan

import pytest

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported.fivenum import Options, mean_and_sd, means_and_sds
from workflow.lib.stats.reported.summary import Summary

COLUMNS = {
    "min": [None, 2.0, 1.0, nan, None, None, None],
    "q1": [4.0, None, 4.0, 3.0, 4.0, -0.5, 4.0],
    "median": [6.0, 5.5, 6.0, 2.0, 6.0, 0.5, None],
    "q3": [9.0, None, 10.0, 4.0, 9.0, 3.0, 9.0],
    "max": [None, 14.0, 14.0, None, None, None, None],
}
N = [80, 24, 50, 20, 4, 71, 80]


def test_each_row_is_converted_or_says_why_not():
    found = means_and_sds(COLUMNS, N)
    assert found.mean[0] == pytest.approx(6.3524375, rel=1e-14)  # metafor 5.1-12
    assert found.sd[0] == pytest.approx(3.774806147332053, rel=1e-14)
    assert found.mean[2] == pytest.approx(6.773386844018345, rel=1e-14)
    assert found.case == (2, 1, 3, None, None, 2, 2)
    assert found.skewed == (False, True, False, None, None, True, None)
    expected = (None, "skewed: 0.417", None, "must not decrease", "n is 4", "skewed", "median is")
    for reason, text in zip(found.reasons, expected, strict=True):
        assert (reason is None) if text is None else (text in reason)
    assert found.sd[6] == found.sd[0]
    assert found.mean[6] is None


def test_the_test_may_be_left_out():
    found = means_and_sds(COLUMNS, N, test=False)
    assert found.mean[5] == pytest.approx(1.03, abs=0.005)  # Ilfeld et al. 2023, active arm
    assert found.sd[5] == pytest.approx(2.65, abs=0.005)
    assert "not held against" in found.tag


def test_methods_that_choose_a_shape_need_no_symmetry_where_values_are_above_zero():
    found = means_and_sds(COLUMNS, N, method="qe")
    assert found.mean[1] is not None
    assert found.reasons[5].startswith("skewed")  # below 0 it would be fitted as normal
    assert means_and_sds(COLUMNS, N, method="bc").reasons[5].startswith("value -0.5")


def test_log_normal_rows_stand_beside_normal_ones():
    dist = ["lnorm", "norm", "lnorm", "norm", "norm", "lnorm", "lnorm"]
    found = means_and_sds(COLUMNS, N, dist=dist)
    assert found.mean[0] == pytest.approx(7.183078624213574, rel=1e-13)  # metafor 5.1-12
    assert found.sd[0] == pytest.approx(4.659947931249537, rel=1e-13)
    assert "a log-normal outcome is above 0" in found.reasons[5]
    assert found.sd[6] is None
    logs = means_and_sds(COLUMNS, N, dist=dist, transf=False)
    assert logs.mean[0] == pytest.approx(1.791759469228055, rel=1e-14)
    assert logs.sd[6] == logs.sd[0]


def test_pairs_of_methods_are_for_mean_and_sd():
    found = means_and_sds(COLUMNS, N, method=("wan2014", "shi2020"), test=False)
    assert found.mean[0] == pytest.approx(19.0 / 3.0, rel=1e-14)
    assert "shi2020 gives no standard deviation from quartiles" in found.reasons[0]
    assert found.sd[2] is not None


def test_rows_without_width_are_only_converted_without_the_test():
    flat = {"q1": [3.0], "median": [3.0], "q3": [3.0]}
    assert "no width" in means_and_sds(flat, [20]).reasons[0]
    found = means_and_sds(flat, [20], test=False)
    assert (found.mean, found.sd) == ((3.0,), (0.0,))


def test_no_rows_give_no_rows():
    assert means_and_sds({"q1": [], "median": [], "q3": []}, []).mean == ()


def test_a_missing_n_is_told():
    assert means_and_sds({"q1": [1], "median": [2], "q3": [3]}, [None]).reasons == ("missing: n",)


def test_one_summary_is_converted_or_refused():
    summary = Summary(None, 4, 6, 9, None, 80)
    assert mean_and_sd(summary)[0] == pytest.approx(6.3524375, rel=1e-14)
    skewed = Summary(2, None, 5.5, None, 14, 24)
    with pytest.raises(NotEstimable, match="skewed"):
        mean_and_sd(skewed)
    assert mean_and_sd(skewed, Options(test=False))[1] == pytest.approx(3.0818179896893354)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "wan"}, "method 'wan'"),
        ({"method": ("luo2016", "luo2016")}, "for the SD admissible"),
        ({"method": ("qe", "wan2014")}, "together"),
        ({"method": ("a", "b", "c")}, "give one name"),
        ({"dist": "gamma"}, "dist 'gamma'"),
        ({"dist": "lnorm", "method": "wan2014"}, "its own method"),
    ],
)
def test_options_that_do_not_exist_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        means_and_sds(COLUMNS, N, **options)


def test_columns_that_do_not_exist_are_refused():
    with pytest.raises(InputError, match="column 'mean'"):
        means_and_sds({"mean": [1.0]}, [20])
