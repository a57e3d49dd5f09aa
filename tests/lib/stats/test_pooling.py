"""workflow/lib/stats/pooling.py against published analyses, metafor and at its edges."""

import csv
import json
from dataclasses import fields
from math import isfinite, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri, stdtr, stdtrit

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.leave_one_out import refit_without_each
from workflow.lib.stats.pooling import (
    TESTS,
    Pooled,
    all_tests,
    probability_beyond,
    random_effects,
)

REFERENCE = Path(__file__).parents[2] / "reference"
ORACLE = json.loads((REFERENCE / "pooling_metafor.json").read_text())
NORMAND = REFERENCE / "metafor/data/dat.normand1999.csv"
EFFECTS = ORACLE["effects"]
BCG = EFFECTS["bcg_rr"]

# The error of tau2 (1e-10 of tau2 + min vi, see test_heterogeneity) reaches the mean, its error
# and its intervals at most in proportion; all are compared on the scale of the smallest sei.
REL = 1e-10
# p falls like exp(-z^2 / 2): its relative error is about z^2 times that of z; |z| < 14 here
P_REL = 200 * REL


def fit(effects, **options):
    return random_effects(EFFECTS[effects]["yi"], EFFECTS[effects]["vi"], **options)


def close(expected, effects):
    return pytest.approx(expected, rel=REL, abs=REL * sqrt(min(EFFECTS[effects]["vi"])))


def missing_fields(fit):
    return {field.name for field in fields(Pooled) if getattr(fit, field.name) is None}


@pytest.mark.parametrize(
    ("case", "test"),
    [(case, test) for case in ORACLE["fits"] for test in case["tests"]],
    ids=lambda x: x if isinstance(x, str) else f"{x['effects']}-{x['method']}",
)
def test_fits_agree_with_metafor(case, test):
    found, expected = fit(case["effects"], method=case["method"], test=test), case["tests"][test]
    for name in ("beta", "se", "ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        if expected[name] is None:
            assert getattr(found, name) is None, name
        else:
            assert getattr(found, name) == close(expected[name], case["effects"]), name
    assert found.df == expected["df"]
    if found.se == 0.0:  # metafor prints an infinite statistic and p = 0
        assert (found.stat, found.pval, expected["stat"]) == (None, None, None)
    else:
        assert found.stat == pytest.approx(expected["stat"], rel=REL)
        assert found.pval == pytest.approx(expected["pval"], rel=P_REL)
    if "weights" in case:
        assert found.weights == pytest.approx(tuple(case["weights"]), rel=REL)


@pytest.mark.parametrize(
    "case",
    ORACLE["predictions"],
    ids=lambda c: f"{c['effects']}-{c['method']}-{c['test']}-{c['level']}",
)
def test_intervals_at_other_levels_agree_with_metafor(case):
    found = fit(case["effects"], **{name: case[name] for name in ("method", "test", "level")})
    for name in ("ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        assert getattr(found, name) == close(case[name], case["effects"]), name


@pytest.mark.parametrize(
    "case",
    [case for case in ORACLE["predictions"] if "probability_above_minus_0.2" in case],
    ids=lambda c: c["effects"],
)
def test_probabilities_beyond_a_threshold_agree_with_metafor(case):
    found = probability_beyond(fit(case["effects"], method=case["method"]), -0.2)
    assert found.value == pytest.approx(case["probability_above_minus_0.2"], rel=REL)


@pytest.mark.parametrize(
    "case", ORACLE["leave_one_out"], ids=lambda c: f"{c['effects']}-{c['method']}-{c['test']}"
)
def test_leave_one_out_agrees_with_metafor(case):
    effects = EFFECTS[case["effects"]]
    options = {"method": case["method"], "test": case["test"]}
    found = refit_without_each(effects["yi"], effects["vi"], **options)
    for name in ("beta", "se", "ci_lb", "ci_ub"):
        values = getattr(found, name).tolist()
        assert values == close(case[name], case["effects"]), name
    if "tau2" in case and len(effects["yi"]) > 2:  # metafor prints 0 for one study
        scale = min(effects["vi"])
        assert found.tau2 == pytest.approx(case["tau2"], rel=REL, abs=REL * scale)


@pytest.mark.parametrize(
    ("method", "beta"),
    [("EE", -0.430285), ("DL", -0.714117), ("REML", -0.714532)],
)
def test_bcg_trials_give_the_published_mean(method, beta):
    assert fit("bcg_rr", method=method).beta == pytest.approx(beta, abs=5.1e-7)  # six decimals


def test_bcg_trials_give_the_published_equal_effects_fit():
    found = fit("bcg_rr", method="EE")
    assert found.se == pytest.approx(0.040499, abs=5e-7)  # printed decimals, here and below
    assert found.stat == pytest.approx(-10.6247, abs=5e-5)
    assert pytest.approx(152.2330, abs=5e-5) == found.QE


@pytest.mark.parametrize(
    ("test", "ci", "pi"),
    [
        ("z", (-1.0669, -0.3622), (-1.8667, 0.4376)),
        ("t", None, (-1.9953, 0.5663)),
        ("knha", (-1.1084, -0.3206), (-1.9960, 0.5670)),
    ],
)
def test_bcg_trials_give_the_published_intervals(test, ci, pi):
    found = fit("bcg_rr", test=test)
    if ci is not None:
        assert (found.ci_lb, found.ci_ub) == pytest.approx(ci, abs=5e-5)  # four decimals
    assert (found.pi_lb, found.pi_ub) == pytest.approx(pi, abs=5e-5)


def test_bcg_trials_give_the_published_knapp_hartung_p():
    assert fit("bcg_rr", test="knha").pval == pytest.approx(0.00192, abs=5e-6)  # five decimals


def test_bcg_trials_left_out_one_by_one_give_the_published_means():
    expected = (
        *(-0.7071, -0.6540, -0.6856, -0.6284, -0.7642, -0.7109, -0.6552),
        *(-0.7948, -0.7412, -0.6530, -0.7579, -0.7598, -0.7775),
    )
    found = refit_without_each(BCG["yi"], BCG["vi"]).beta
    assert found == pytest.approx(expected, abs=6e-5)  # four decimals, REML stopped at 1e-5


@pytest.mark.parametrize(
    ("method", "beta"),
    [("EE", 0.0604), ("ML", 0.0777), ("REML", 0.0837), ("DL", 0.0893), ("HE", 0.1143)],
)
def test_raudenbush_1985_gives_the_published_means(method, beta):
    assert fit("raud_smd", method=method).beta == pytest.approx(beta, abs=5e-5)  # four decimals


@pytest.mark.parametrize(
    ("method", "printed"),
    [
        ("EE", {"beta": -3.4939}),
        ("DL", {"beta": -14.0972, "ci_lb": -24.4454, "ci_ub": -3.7490, "tau2": 218.7216}),
        ("REML", {"beta": -15.1217, "ci_lb": -32.6716, "ci_ub": 2.4282, "tau2": 685.1965}),
    ],
)
def test_normand_1999_gives_the_published_analysis_with_pooled_sds(method, printed):
    # Normand (1999), Statistics in Medicine 18:321-359: length of stay after specialist stroke care
    rows = list(csv.reader(NORMAND.read_text(encoding="utf-8").splitlines()))[1:]
    n1, m1, s1, n2, m2, s2 = np.array([row[2:] for row in rows], float).T
    pooled = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)
    found = random_effects(m1 - m2, pooled * (1 / n1 + 1 / n2), method=method)
    for name, value in printed.items():
        # four decimals; REML was printed from an iteration that stops at a step of 1e-5
        assert getattr(found, name) == pytest.approx(value, abs=5e-5, rel=1e-6), name


def test_hackshaw_1998_gives_the_published_means():
    path = REFERENCE / "metafor/effects.json"
    sets = json.loads(path.read_text(encoding="utf-8"))["effects"]
    data = next(entry for entry in sets if entry["id"] == "hackshaw_or")
    equal, found = (random_effects(data["yi"], data["vi"], method=m) for m in ("EE", "REML"))
    # Hackshaw (1998); six decimals, REML from an iteration that stops at a step of 1e-5
    assert equal.beta == pytest.approx(0.185760, abs=5.1e-7)
    assert (found.beta, found.tau2) == pytest.approx((0.218890, 0.022395), abs=5e-6)


def test_raudenbush_1985_gives_the_published_prediction_interval():
    found = fit("raud_smd", method="REML")
    assert (found.pi_lb, found.pi_ub) == pytest.approx((-0.2036, 0.3711), abs=1.5e-4)
    # the last digit of the upper bound was printed from REML stopped at a step of 1e-5
    assert fit("raud_smd", test="knha").se == pytest.approx(0.061582, abs=5e-6)


def test_with_two_studies_the_choice_of_test_flips_the_conclusion():
    wald = random_effects([0.2, 0.5], [0.04, 0.05])
    knha = random_effects([0.2, 0.5], [0.04, 0.05], test="knha")
    assert wald.tau2 == 0.0
    assert (wald.ci_lb, wald.ci_ub) == pytest.approx((0.041, 0.626), abs=5e-4)  # three decimals
    assert (knha.ci_lb, knha.ci_ub) == pytest.approx((-1.561, 2.227), abs=5e-4)


def test_a_published_interval_of_four_studies_is_a_wald_interval():
    # Brancaccio et al. 2024: d = 1.55 [0.24, 2.87], p = 0.02, z = 2.32, k = 4
    se = (2.87 - 0.24) / (2.0 * ndtri(0.975))
    assert se == pytest.approx(0.6709, abs=5e-5)
    assert 2.0 * stdtr(3, -1.55 / ((2.87 - 0.24) / (2.0 * stdtrit(3, 0.975)))) > 0.03
    wide = random_effects([1.55] * 4, [4.0 * se**2] * 4, test="t")
    assert (wide.ci_lb, wide.ci_ub) == pytest.approx((-0.59, 3.69), abs=6e-3)  # two decimals
    assert wide.pval == pytest.approx(0.10, abs=5e-3)


@pytest.mark.parametrize(
    ("options", "tag", "pi_tag"),
    [
        ({"test": "z"}, "REML, z, PI z", "z"),
        ({"test": "knha"}, "REML, knha, t(12), PI t(12)", "t(12)"),
        ({"test": "t", "method": "EE"}, "EE, t, t(12), no PI", None),
    ],
)
def test_tags_name_estimator_test_and_intervals(options, tag, pi_tag):
    found = fit("bcg_rr", **options)
    assert (found.tag, found.pi_tag) == (tag, pi_tag)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("effects", [*EFFECTS, "one", "none"])
@pytest.mark.parametrize("method", ["REML", "EE"])
def test_every_missing_field_has_a_reason_and_every_number_is_plain(method, effects, test):
    few = {"one": ([0.3], [0.04]), "none": ([], [])}
    yi, vi = few[effects] if effects in few else (EFFECTS[effects][name] for name in ("yi", "vi"))
    found = random_effects(yi, vi, method=method, test=test)
    assert {field for field, _ in found.reasons} == missing_fields(found)
    assert len(found.reasons) == len(missing_fields(found))
    for field in fields(Pooled):
        value = getattr(found, field.name)
        assert type(value) in (float, int, str, tuple, type(None)), field.name
        assert not isinstance(value, float) or isfinite(value), field.name
    assert all(type(weight) is float for weight in found.weights)
    assert sum(found.weights) == pytest.approx(100.0 if found.k else 0.0, rel=1e-12)


def test_no_study_gives_no_estimate():
    found = random_effects([], [])
    assert (found.k, found.weights, found.tag) == (0, (), "no study")
    assert dict(found.reasons)["beta"] == "no study"
    assert refit_without_each([], []).beta.tolist() == []


@pytest.mark.parametrize("test", TESTS)
def test_one_study_is_returned_with_its_wald_interval_whatever_the_test(test):
    found = random_effects([0.3], [0.04], test=test)
    assert (found.beta, found.se, found.weights) == (0.3, 0.2, (100.0,))
    assert found.stat == pytest.approx(1.5, rel=1e-15)
    assert (found.ci_lb, found.ci_ub) == pytest.approx((-0.0919928, 0.6919928), abs=5e-8)
    assert (found.df, found.tau2, found.I2, found.QE, found.pi_lb) == (None,) * 5
    assert found.tag == "one study, Wald z"
    assert dict(found.reasons)["tau2"] == "one study: needs at least two"


def test_the_only_study_left_out_leaves_none():
    found = refit_without_each([0.3], [0.04]).row(0)
    assert (found["k"], found["beta"], found["tag"]) == (0, None, "no study")


@pytest.mark.parametrize("yi", [[0.3], []])
def test_fewer_than_two_studies_give_no_probability(yi):
    found = probability_beyond(random_effects(yi, [0.04] * len(yi)), 0.0)
    assert (found.value, found.mean_value, found.tag) == (None, None, None)
    assert found.reason in ("one study: needs at least two", "no study")


def test_equal_effects_give_no_prediction_and_no_probability():
    found = fit("bcg_rr", method="EE")
    assert missing_fields(found) == {
        *("df", "pi_lb", "pi_ub", "pi_tag", "se_tau2", "tau2_lb", "tau2_ub")
    }
    assert found.tau2 == 0.0
    assert "takes the true effects as equal" in probability_beyond(found, 0.0).reason


def test_identical_effects_under_knapp_hartung_have_no_test():
    found = fit("k3_same", test="knha")
    assert (found.se, found.ci_lb, found.ci_ub) == (0.0, -0.25, -0.25)
    assert missing_fields(found) == {"stat", "pval"}
    assert "use test adhoc" in dict(found.reasons)["pval"]
    assert "use test adhoc" in probability_beyond(found, 0.0).reason
    assert fit("k3_same", test="adhoc").pval == fit("k3_same", test="t").pval


def test_variances_a_million_times_apart_let_the_precise_study_decide_under_equal_effects():
    found = random_effects([0.5, -3.0], [1e-6, 1.0], method="EE")
    assert found.beta == pytest.approx(0.5 - 3.5e-6, abs=1e-11)
    assert found.weights[0] == pytest.approx(100.0 / (1.0 + 1e-6), rel=1e-12)


@pytest.mark.parametrize("test", TESTS)
def test_a_huge_outlier_widens_the_interval_and_breaks_nothing(test):
    found = random_effects([0.0, 0.1, -0.1, 1e6], [0.1, 0.2, 0.1, 0.1], test=test)
    assert found.beta == pytest.approx(2.5e5, rel=1e-6)
    assert found.ci_lb < 0.0 < found.ci_ub
    share = found.I2
    assert 99.999 < share < 100.0


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("yi", [1e30, 1.0, 1e-30])
@pytest.mark.parametrize("vi", [1e30, 1.0, 1e-30])
def test_the_largest_and_smallest_numbers_accepted_give_finite_fits(yi, vi, test):
    found = random_effects(
        [yi, -yi, yi / 3], [vi, vi / 2, vi] if vi > 1 else [vi, vi * 2, vi], test=test
    )
    assert all(isfinite(getattr(found, name)) for name in ("beta", "se", "tau2", "pi_lb", "pi_ub"))


@pytest.mark.parametrize("function", [random_effects, all_tests, refit_without_each])
def test_rows_that_cannot_be_used_are_refused_with_their_values(function):
    with pytest.raises(InputError) as refusal:
        function([0.1, float("nan"), 0.2], [0.1, 0.1, 0.0])
    assert refusal.value.problems == (
        "row 1: yi is nan, not finite (or above 1e+30)",
        "row 2: vi is 0.0, not finite and above 0 (or not between 1e-30 and 1e+30)",
    )


def test_options_that_do_not_exist_are_refused_all_at_once():
    with pytest.raises(InputError) as refusal:
        random_effects([0.1], [0.1], method="reml", test="hksj", level=0)
    assert [text.split(":")[0] for text in refusal.value.problems] == [
        "method 'reml'",
        "test 'hksj'",
        "level 0",
    ]
