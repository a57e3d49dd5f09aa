"""workflow/lib/stats/conversions.py against metafor, the Handbook's arithmetic and laws."""

import json
from itertools import product
from math import inf, log, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, stdtr

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats import conversions as conv

ORACLE = json.loads((Path(__file__).parents[2] / "reference/conversions_metafor.json").read_text())
SUMMARIES = ORACLE["data"]["edge.fivenum"]
ROWS = [
    {name: SUMMARIES[name][i] for name in ("case", "min", "q1", "median", "q3", "max", "n")}
    for i in range(10)
]
REL = 1e-12  # closed forms; the normal quantile of two libraries differs by less
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=100)
SD = st.floats(0.1, 10.0)


def five(row):
    return row["min"], row["q1"], row["median"], row["q3"], row["max"]


def mean_and_sd(row, method):
    n, median = row["n"], row["median"]
    if row["case"] == 1:
        ends = row["min"], row["max"]
        return conv.mean_from_range(ends[0], median, ends[1], n), conv.sd_from_range(*ends, n)
    if row["case"] == 2:
        quartiles = row["q1"], row["q3"]
        mean = conv.mean_from_quartiles(quartiles[0], median, quartiles[1], n)
        return mean, conv.sd_from_quartiles(*quartiles, n)
    source = "Wan" if method == "wan2014" else "Shi"
    return conv.mean_from_five_numbers(five(row), n), conv.sd_from_five_numbers(
        five(row), n, source=source
    )


def skewness(row):
    n, median = row["n"], row["median"]
    if row["case"] == 1:
        return conv.skewness_test_range(row["min"], median, row["max"], n)
    if row["case"] == 2:
        return conv.skewness_test(row["q1"], median, row["q3"], n)
    return conv.skewness_test_five_numbers(five(row), n)


@pytest.mark.parametrize("row", range(10))
@pytest.mark.parametrize("case", ORACLE["fivenum"], ids=lambda c: c["method"])
def test_means_and_sds_from_order_statistics_agree_with_metafor(case, row):
    mean, sd = mean_and_sd(ROWS[row], case["method"])
    assert sd == pytest.approx(case["sd"][row], rel=REL)
    if case["method"] != "wan2014":  # its mean is Wan's own, which Luo's has replaced
        assert mean == pytest.approx(case["mean"][row], rel=REL)


@pytest.mark.parametrize("row", range(10))
def test_skewness_tests_agree_with_metafor(row):
    found, case = skewness(ROWS[row]), ORACLE["fivenum"][0]
    assert found.stat == pytest.approx(case["skew_stat"][row], rel=REL)
    assert found.critical == pytest.approx(case["skew_crit"][row], rel=REL)
    assert found.skewed is case["skewed"][row]


@pytest.mark.parametrize(
    ("quartiles", "n", "mean", "sd", "d_z"),
    [((-0.5, 0.5, 3.0), 71, 1.03, 2.65, 0.39), ((0.0, 0.0, 3.0), 73, 1.06, 2.27, 0.47)],
    ids=["active", "sham"],
)
def test_ilfeld_2023_arms_convert_as_published_but_are_skewed(quartiles, n, mean, sd, d_z):
    found_mean = conv.mean_from_quartiles(*quartiles, n)
    found_sd = conv.sd_from_quartiles(quartiles[0], quartiles[2], n)
    assert found_mean == pytest.approx(mean, abs=0.005)  # two printed decimals
    assert found_sd == pytest.approx(sd, abs=0.005)
    assert found_mean / found_sd == pytest.approx(d_z, abs=0.005)
    assert conv.skewness_test(*quartiles, n).skewed


def test_errors_from_intervals_of_ratios_agree_with_metafor():
    data, expected = ORACLE["data"]["dat.hackshaw1998"], ORACLE["wald"]["dat.hackshaw1998"]
    found = [
        conv.se_from_ci(log(lower), log(upper)) ** 2
        for lower, upper in zip(data["ci_lb"], data["ci_ub"], strict=True)
    ]
    assert found == pytest.approx(expected, rel=REL)


def test_errors_from_p_values_and_other_levels_agree_with_metafor():
    expected = ORACLE["wald"]["edge.wald"]
    assert conv.se_from_p(log(0.3), 0.003) ** 2 == pytest.approx(expected[5], rel=REL)
    assert conv.se_from_ci(log(1.2), log(4.45), level=90) ** 2 == pytest.approx(
        expected[4], rel=REL
    )
    assert conv.se_from_ci(log(0.55), log(1.31), level=99) ** 2 == pytest.approx(
        expected[6], rel=REL
    )


def test_handbook_example_of_an_sd_from_an_interval_of_a_small_group():
    # Cochrane Handbook 6.5.2.2: n = 25, 95 % interval 30.0 to 34.2; it divides by 4.128, t(24)
    assert conv.sd_from_ci(30.0, 34.2, 25) == pytest.approx(5.09, abs=0.005)


def test_a_correlation_from_three_sds_is_the_formula_of_the_handbook():
    # Cochrane Handbook 6.5.2.8, its formula with SDs of baseline, end and change
    r = conv.r_from_sd_change(4.0, 4.4, 4.5)
    assert r == pytest.approx((4.0**2 + 4.4**2 - 4.5**2) / (2 * 4.0 * 4.4), rel=REL)
    assert conv.sd_change_from_r(4.0, 4.4, r) == pytest.approx(4.5, rel=REL)


def test_sd_from_se_is_se_times_root_n():
    assert conv.sd_from_se(0.5, 16) == 2.0


@LAW
@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(50, 99.9), st.integers(2, 200))
def test_a_t_interval_gives_back_the_se_it_was_made_from(mean, se, level, df):
    tail = (1.0 - level / 100.0) / 2.0
    recovered = conv.se_from_ci(mean - se, mean + se, level=level, df=df)
    assert stdtr(df, -se / recovered) == pytest.approx(tail, rel=1e-9)  # inverse of a quantile


@LAW
@given(st.floats(0.01, 5), st.floats(1e-6, 0.99))
def test_a_p_value_gives_back_the_z_it_was_made_from(estimate, p):
    se = conv.se_from_p(-estimate, p)
    assert 2.0 * ndtr(-estimate / se) == pytest.approx(p, rel=1e-9)  # inverse of a quantile


@LAW
@given(SD, SD, st.floats(-1, 1))
def test_the_correlation_of_a_change_sd_is_the_one_it_was_made_with(sd_pre, sd_post, r):
    assume(abs(r) < 1.0 or sd_pre != sd_post)
    sd_change = conv.sd_change_from_r(sd_pre, sd_post, r)
    # r is a difference of squares: 1e-12 times the ratio of the SDs, at most 100
    assert conv.r_from_sd_change(sd_pre, sd_post, sd_change) == pytest.approx(r, abs=1e-10)


def around(value, half=0.05):
    return max(0.01, value - half), value + half


@LAW
@given(SD, SD, st.floats(-0.9, 0.9), st.floats(0.01, 3))
def test_no_sds_within_the_rounding_imply_an_r_outside_the_range(sd_pre, sd_post, r, half):
    ranges = [around(x, half) for x in (sd_pre, sd_post, conv.sd_change_from_r(sd_pre, sd_post, r))]
    low, high = conv.r_range(*ranges)
    a, b, c = np.meshgrid(*(np.linspace(*x, 15) for x in ranges), indexing="ij")
    inside = np.clip((a**2 + b**2 - c**2) / (2 * a * b), -1.0, 1.0)
    assert low - 1e-12 <= inside.min()  # rounding of r itself
    assert inside.max() <= high + 1e-12
    assert low <= high


@pytest.mark.parametrize("swap", [False, True], ids=["pre", "post"])
def test_the_lowest_r_may_lie_between_the_corners(swap):
    # r = (a^2 + b^2 - c^2) / (2ab) is lowest at a = sqrt(b^2 - c^2) = 4, inside (3, 6)
    wide, exact = (3.0, 6.0), (5.0, 5.0)
    low, high = conv.r_range(*((exact, wide) if swap else (wide, exact)), (3.0, 3.0))
    corners = [(a**2 + 25.0 - 9.0) / (10.0 * a) for a in wide]
    assert low == pytest.approx(0.8, rel=REL)
    assert low < min(corners)
    assert high == pytest.approx(max(corners), rel=REL)


def test_a_range_of_r_is_clipped_to_what_correlations_can_be():
    assert conv.r_range((1.0, 2.0), (1.0, 2.0), (0.1, 5.0)) == (-1.0, 1.0)


def test_exact_sds_give_a_range_of_one_point():
    r = conv.r_from_sd_change(4.0, 4.4, 4.5)
    assert conv.r_range((4.0, 4.0), (4.4, 4.4), (4.5, 4.5)) == (r, r)


def test_sds_that_no_correlation_joins_are_refused():
    with pytest.raises(InputError, match=r"imply r = -1\.250"):
        conv.r_from_sd_change(2.0, 2.0, sqrt(18.0))
    with pytest.raises(InputError, match="imply r in"):
        conv.r_range((2.0, 2.1), (2.0, 2.1), (5.0, 5.1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv.sd_from_se(-1.0, 10), "standard error is -1.0"),
        (lambda: conv.sd_from_se(1.0, 0), "n is 0: must be at least 1"),
        (lambda: conv.sd_from_ci(1.0, 2.0, 1), "n is 1: must be at least 2"),
        (lambda: conv.se_from_ci(2.0, 1.0), "swap the bounds"),
        (lambda: conv.se_from_ci(1.0, 2.0, level=0.95, df=0), "df 0: must be above 0"),
        (lambda: conv.se_from_ci(1.0, 2.0, level=100), "between 0 and 100"),
        (lambda: conv.se_from_ci(nan, 2.0), "ci_lb is nan, not finite"),
        (lambda: conv.se_from_p(1.0, 0.0), "above 0 and at most 1"),
        (lambda: conv.mean_from_quartiles(3.0, 2.0, 4.0, 20), "must not decrease"),
        (lambda: conv.sd_from_quartiles(1.0, inf, 20), "value 2 is inf"),
        (lambda: conv.sd_from_range(1.0, 2.0, 1), "n is 1"),
        (lambda: conv.sd_from_five_numbers((1, 2, 3, 4, 5), 20, source="shi"), "Shi, Wan"),
        (lambda: conv.sd_change_from_r(1.0, 1.0, 1.2), "between -1 and 1"),
        (lambda: conv.sd_change_from_r(-1.0, 1.0, 0.2), "a standard deviation is -1.0"),
        (lambda: conv.r_range((2.0, 1.0), (1.0, 1.0), (1.0, 1.0)), "sd_pre .* not a range"),
    ],
)
def test_impossible_input_is_refused_with_its_value(call, message):
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv.se_from_ci(1.0, 1.0), "no width"),
        (lambda: conv.se_from_p(0.0, 0.5), "says nothing"),
        (lambda: conv.se_from_p(0.5, 1.0), "says nothing"),
        (lambda: conv.skewness_test(1.0, 1.0, 1.0, 20), "no width to judge"),
        (lambda: conv.r_from_sd_change(0.0, 1.0, 1.0), "needs both above 0"),
    ],
)
def test_what_the_data_cannot_give_is_said_so(call, message):
    with pytest.raises(NotEstimable, match=message):
        call()


@pytest.mark.parametrize(("n", "low"), list(product((2, 3, 5), (-1.0, 0.0))))
def test_the_smallest_samples_give_finite_positive_sds(n, low):
    summary = (low, low + 0.5, low + 1.0, low + 1.5, low + 2.0)
    assert conv.sd_from_range(low, low + 2.0, n) > 0.0
    assert 0.0 < conv.sd_from_quartiles(low, low + 2.0, n) < inf
    assert 0.0 < conv.sd_from_five_numbers(summary, n) < inf
