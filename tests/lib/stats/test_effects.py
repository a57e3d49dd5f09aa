"""workflow/lib/stats/effects.py against metafor, Normand (1999) and its refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.effects import MEASURES, effect_size, effect_sizes
from workflow.lib.stats.measures.continuity import KINDS
from workflow.lib.stats.measures.definition import COMPARISONS
from workflow.lib.stats.measures.transforms import TRANSFORMS
from workflow.lib.stats.pooling import random_effects

ORACLE = json.loads((Path(__file__).parents[2] / "reference/effects_metafor.json").read_text())
NORMAND = {name: np.array(column) for name, column in ORACLE["data"]["dat.normand1999"].items()}
REL = 1e-11  # closed forms; J from the gamma function loses a few digits of 16 at n = 300


def inputs_of(case):
    """Inputs of one reference case under this library's names."""
    columns = {name: np.array(x) for name, x in ORACLE["data"][case["data"]].items()}
    args = {name: columns[column] for name, column in case["args"].items()}
    if "ri" not in args:
        names = ("mean_e", "sd_e", "n_e", "mean_c", "sd_c", "n_c")
        values = (args[name] for name in ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"))
        return dict(zip(names, values, strict=True))
    known = {"mean_change": args["m1i"] - args["m2i"], "n": args["ni"], "r": args["ri"]}
    known["sd_pre"] = args["sd1i"]  # the SD that standardises, whichever time it is from
    if "sd2i" in args:
        first, second, r = args["sd1i"], args["sd2i"], args["ri"]
        known["sd_post"] = second
        known["sd_change"] = np.sqrt(first**2 + second**2 - 2 * r * first * second)
    return {name: known[name] for name in MEASURES[case["measure"]].inputs}


@pytest.mark.parametrize(
    "case",
    ORACLE["cases"],
    ids=lambda c: f"{c['data']}-{c['args']['m1i']}-{c['measure']}-{c['correct']}",
)
def test_effects_and_variances_agree_with_metafor(case):
    found = effect_size(case["measure"], correct=case["correct"], **inputs_of(case))
    assert found.yi == pytest.approx(np.array(case["yi"]), rel=REL, abs=1e-13)
    assert found.vi == pytest.approx(np.array(case["vi"]), rel=REL)


def test_normand_1999_with_pooled_sds_gives_the_published_pools():
    n1, n2 = NORMAND["n1i"], NORMAND["n2i"]
    ss = (n1 - 1) * NORMAND["sd1i"] ** 2 + (n2 - 1) * NORMAND["sd2i"] ** 2
    pooled = np.sqrt(ss / (n1 + n2 - 2))
    effects = effect_size(
        "MD",
        **{"mean_e": NORMAND["m1i"], "sd_e": pooled, "n_e": n1},
        **{"mean_c": NORMAND["m2i"], "sd_c": pooled, "n_c": n2},
    )
    ee, dl, reml = (random_effects(effects.yi, effects.vi, method=m) for m in ("EE", "DL", "REML"))
    # four printed decimals; REML printed from an iteration that stops at an absolute 1e-5
    assert ee.beta == pytest.approx(-3.4939, abs=5e-5)
    assert (dl.beta, dl.ci_lb, dl.ci_ub) == pytest.approx((-14.0972, -24.4454, -3.7490), abs=6e-5)
    assert dl.tau2 == pytest.approx(218.7216, abs=5e-5)
    assert (reml.beta, reml.ci_lb, reml.ci_ub) == pytest.approx(
        (-15.1217, -32.6716, 2.4282), abs=6e-5
    )
    assert reml.tau2 == pytest.approx(685.1965, abs=6e-5)


def test_normand_1999_as_standardised_differences():
    effects = effect_size(
        "SMD",
        **{"mean_e": NORMAND["m1i"], "sd_e": NORMAND["sd1i"], "n_e": NORMAND["n1i"]},
        **{"mean_c": NORMAND["m2i"], "sd_c": NORMAND["sd2i"], "n_c": NORMAND["n2i"]},
    )
    # six decimals from an iteration that stops at 1e-5
    assert random_effects(effects.yi, effects.vi).beta == pytest.approx(-0.537108, abs=5e-6)


def test_the_escalc_manual_example_of_a_difference_known_by_its_p_value():
    # p = 0.018 for a difference between two groups of 20: t(38) = difference / sqrt(1/20 + 1/20)
    difference = stdtrit(38, 0.009) * np.sqrt(0.1)
    g = effect_size("SMD", mean_e=difference, sd_e=1.0, n_e=20, mean_c=0.0, sd_c=1.0, n_c=20)
    assert g.yi[0] == pytest.approx(-0.7664, abs=5e-5)  # printed decimals


def test_a_generic_effect_is_passed_on_as_a_copy():
    yi = np.array([0.1, 0.2])
    found = effect_size("GEN", yi=yi, vi=0.04)
    yi[0] = 9.0
    assert found.yi.tolist() == [0.1, 0.2]
    assert found.vi.tolist() == [0.04, 0.04]


def test_one_number_stands_for_all_studies():
    found = effect_size("SMCR", mean_change=[1.0, 2.0], sd_pre=[1.0, 1.5], n=[10, 12], r=0.5)
    alone = effect_size("SMCR", mean_change=2.0, sd_pre=1.5, n=12, r=0.5)
    assert found.vi.shape == (2,)
    assert (found.yi[1], found.vi[1]) == (alone.yi[0], alone.vi[0])


def test_tags_say_how_the_numbers_were_made():
    g = effect_size("SMCR", mean_change=1.0, sd_pre=1.0, n=9, r=0.5)
    d = effect_size("SMCR", correct=False, mean_change=1.0, sd_pre=1.0, n=9, r=0.5)
    md = effect_size("MC", mean_change=1.0, sd_change=1.0, n=9)
    assert g.tag == "SMCR, exact J(n - 1), vtype LS"
    assert d.tag == "SMCR, no small-sample correction, vtype LS"
    assert md.tag == "MC, vtype LS"


@pytest.mark.parametrize("code", MEASURES)
def test_every_measure_says_what_it_is(code):
    measure = MEASURES[code]
    assert measure.code == code
    assert measure.comparison in COMPARISONS
    assert measure.standardised == bool(measure.df)
    assert all((measure.inputs, measure.source, measure.scale, measure.label))
    assert all((measure.direction, measure.vtypes, measure.undefined, measure.function.__doc__))
    assert measure.transform in TRANSFORMS
    assert not measure.counts or measure.counts in KINDS


def test_an_unknown_measure_is_refused_with_the_admissible_ones():
    with pytest.raises(InputError, match="'SMDX': admissible are MD, SMD, SMDH, SMD1"):
        effect_size("SMDX", yi=1.0)


def test_missing_and_superfluous_inputs_are_refused_together():
    with pytest.raises(InputError) as refusal:
        effect_size("SMCC", mean_change=1.0, n=10, r=0.5)
    assert refusal.value.problems == (
        "SMCC: sd_change is missing",
        "SMCC: r is not an input; it takes mean_change, sd_change, n; or d, t, p",
    )


def test_impossible_values_are_refused_all_at_once_with_their_rows():
    with pytest.raises(InputError) as refusal:
        effect_size("SMCR", mean_change=[1.0, np.nan], sd_pre=[-1.0, 1.0], n=[10, 0], r=[0.5, 1.01])
    assert [text.split(":")[0:2] for text in refusal.value.problems] == [
        ["row 1", " mean_change is nan"],
        ["row 0", " sd_pre is -1.0"],
        ["row 1", " n is 0.0"],
        ["row 1", " r is 1.01"],
    ]


def test_a_sampling_variance_of_zero_is_refused():
    with pytest.raises(InputError, match="row 1: vi is 0.0: a sampling variance"):
        effect_size("GEN", yi=[0.1, 0.2], vi=[0.1, 0.0])


def test_inputs_of_different_length_are_refused():
    with pytest.raises(InputError, match=r"differ in shape: yi \(2,\), vi \(3,\)"):
        effect_size("GEN", yi=[0.1, 0.2], vi=[0.1, 0.2, 0.3])


def test_a_case_report_has_no_variance():
    with pytest.raises(NotEstimable, match="row 1: n is 1: one person has no variance"):
        effect_size("MC", mean_change=[1.0, 2.0], sd_change=[1.0, 0.0], n=[8, 1])


def test_a_standard_deviation_of_zero_cannot_standardise():
    with pytest.raises(NotEstimable, match="row 1: SMCR .* a standard deviation is 0"):
        effect_size("SMCR", mean_change=[1.0, 1.0], sd_pre=[1.0, 0.0], n=10, r=0.5)


def test_a_variance_that_comes_out_as_zero_is_not_returned():
    with pytest.raises(NotEstimable, match="row 0: MC is 1.0, vi 0.0"):
        effect_size("MC", mean_change=1.0, sd_change=0.0, n=10)


def test_the_smallest_groups_of_a_two_group_comparison_are_estimable():
    inputs = {"mean_e": 5.5, "sd_e": 1.2, "n_e": 2, "mean_c": 4.1, "sd_c": 0.9, "n_c": 2}
    assert effect_size("SMD", **inputs).yi[0] == pytest.approx(0.7446922567493413, rel=REL)


MEANS = {"mean_e": [10.0, 5.0, 7.0], "sd_e": [3.0, 1.2, np.nan], "n_e": [40, 2, 20]}
MEANS |= {"mean_c": [9.0, 4.0, 7.0], "sd_c": [2.8, 0.0, 2.5], "n_c": [38, 3, 60]}


def test_a_table_gives_every_study_its_effect_or_its_reason():
    found = effect_sizes("SMD1H", **MEANS)
    assert found.yi[1:] == (None, None)
    assert found.reasons[0] is None
    assert found.reasons[1].startswith("SMD1H is nan, vi nan: a standard deviation is 0")
    assert found.reasons[2] == "sd_e is nan: a standard deviation is finite and at least 0"
    assert found.ni == (78.0, 5.0, 80.0)
    alone = effect_size("SMD1H", **{name: column[0] for name, column in MEANS.items()})
    assert (found.yi[0], found.vi[0]) == (alone.yi[0], alone.vi[0])


def test_a_table_shows_the_numbers_of_a_study_that_cannot_be_pooled():
    found = effect_sizes("MD", mean_e=5.0, sd_e=0.0, n_e=9, mean_c=4.0, sd_c=0.0, n_c=9)
    assert (found.yi, found.vi) == ((1.0,), (0.0,))
    assert found.reasons[0].startswith("MD is 1.0, vi 0.0")
    single = effect_sizes("MN", mean=5.0, sd=2.0, n=1)
    assert (single.yi, single.vi) == ((5.0,), (4.0,))
    assert single.reasons == ("n is 1: one person has no variance",)


def test_no_study_gives_an_empty_table():
    found = effect_sizes("MD", **{name: [] for name in MEANS})
    assert (found.yi, found.vi, found.reasons) == ((), (), ())
    assert effect_size("UCOR", r=[], n=[]).yi.shape == (0,)


def test_a_standardised_difference_beyond_2_gets_a_remark():
    means = {"mean_e": [10.0, 30.0], "mean_c": 9.0, "sd_e": 3.0, "sd_c": 3.0, "n_e": 40, "n_c": 40}
    assert [text[:20] for text in effect_size("SMD", **means).remarks] == ["row 1: SMD is 6.93, "]
    assert effect_size("MD", **means).remarks == ()
    many = effect_size("SMD", **(means | {"mean_e": np.full(60, 30.0)})).remarks
    assert len(many) == 51
    assert many[-1] == "SMD is as large in 10 more rows"


def test_an_option_that_a_measure_does_not_have_is_refused_with_what_it_has():
    with pytest.raises(InputError) as refusal:
        effect_size("MD", vtype="UB", add=0.5, **MEANS)
    assert refusal.value.problems == (
        "MD: vtype 'UB': admissible are LS, HO",
        "MD: add is not an option; it is for measures of counts",
    )
    with pytest.raises(InputError, match="to 'some': admissible are only0, all, if0all, none"):
        effect_size("OR", to="some", event_e=1, n_e=2, event_c=1, n_c=2)
    with pytest.raises(InputError, match="add is -1"):
        effect_size("OR", add=-1, event_e=1, n_e=2, event_c=1, n_c=2)


def test_tags_name_the_continuity_correction_and_where_it_was_made():
    counts = {"event_e": [0, 5], "n_e": 20, "event_c": [3, 4], "n_c": 20}
    assert effect_size("RR", **counts).tag == (
        "RR, 0.5 added to the counts of 1 of 2 studies (to=only0), vtype LS"
    )
    assert effect_size("AS", **counts).tag == "AS, vtype LS"
    assert effect_size("VR", sd_e=1, n_e=9, sd_c=2, n_c=9).tag == "VR, bias-corrected, vtype LS"
