"""workflow/lib/review/selection.py: which values an analysis takes, and why it takes none."""

import pytest

from tests.made_up import TWO_ARMS, analysis, config_for_made_up, rows_of
from workflow.lib.errors import InputError
from workflow.lib.review.prepare import prepare
from workflow.lib.review.reasons import REASONS
from workflow.lib.review.selection import select
from workflow.lib.review.values import value_rows
from workflow.lib.stats import conversions
from workflow.lib.stats.effects import MEASURES

SKEWED = {"median": "0.5", "q1": "0", "q3": "3.0"}
BOTH = [
    *rows_of("made_up", "single", "baseline", n="20", mean="7.0", sd="1.5"),
    *rows_of("made_up", "single", "7 days", n="19", mean="5.0", sd="1.8"),
    *rows_of("made_up", "single", "3 months", n="18", mean="4.0", sd="2.0"),
]


def selected(rows, measure="SMCR", *, skewness="warn", improvement="decrease", **words):
    config = config_for_made_up()
    values = value_rows(prepare(rows, config=config, convert=conversions))
    chosen = analysis(measure, **{"arms": ["single"], **words})
    inputs = MEASURES[measure].inputs
    return select(values, chosen, inputs=inputs, improvement=improvement, skewness=skewness)


def one(rows, *args, **words):
    found = selected(rows, *args, **words)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("wanted", "taken", "n"),
    [("longest", "3 months", 18), ("shortest", "7 days", 19), ("7 days", "7 days", 19)],
)
def test_the_wanted_time_point_is_taken(wanted, taken, n):
    found = one(BOTH, time_point=wanted)
    assert (found.time_point, found.inputs["n"]) == (taken, n)


def test_a_time_point_that_the_study_does_not_have_is_a_reason_of_its_own():
    found = one(BOTH, time_point="2 years")
    assert (found.reason_code, found.inputs) == ("no_such_time", {})


def test_the_longest_time_point_with_all_inputs_is_taken():
    rows = [*BOTH, *rows_of("made_up", "single", "1 year", n="17", mean="")]
    assert one(rows).time_point == "3 months"


def test_rows_of_the_effect_and_of_its_variance_are_told_apart():
    change = one(BOTH, "MC")
    assert "made_up-single-3months-mean" in change.yi_rows
    assert "made_up-single-3months-mean" not in change.vi_rows
    assert "made_up-single-3months-sd" in change.vi_rows
    assert "made_up-single-3months-n" not in change.yi_rows
    standard = one(BOTH, "SMCR")
    assert "made_up-single-3months-n" in standard.yi_rows  # through the correction
    assert "made_up-single-3months-n" not in one(BOTH, "SMCR", correct=False).yi_rows
    assert "made_up-single-3months-sd" not in standard.yi_rows + standard.vi_rows
    assert standard.n_rows == ("made_up-single-3months-n",)


def test_an_uncorrected_average_sd_does_not_rest_on_r():
    rows = [*BOTH, *rows_of("made_up", "single", "3 months", r="0.4")]
    row = "made_up-single-3months-r"
    assert row in one(rows, "SMCRP").yi_rows
    assert row not in one(rows, "SMCRP", correct=False).yi_rows
    assert row in one(rows, "SMCRP", correct=False).vi_rows


def test_skewed_medians_are_used_with_a_warning_or_refused_with_their_rows():
    rows = [
        *rows_of("made_up", "single", "baseline", n="71", mean="5.0", sd="1.5"),
        *rows_of("made_up", "single", "3 months", n="71", mean_decrease="1.0", **SKEWED),
    ]
    assert one(rows, "SMCRH").inputs["sd_post"] > 0
    refused = one(rows, "SMCRH", skewness="refuse")
    assert refused.reason_code == "skewed"
    assert set(refused.decision_rows) == {
        f"made_up-single-3months-{q}" for q in ("q1", "median", "q3", "n", "mean_decrease")
    }
    assert refused.basis[-1] == "config:conversions.skewness"
    assert set(one(rows, "SMCRH").decision_rows) == {
        f"made_up-single-3months-{q}" for q in ("median", "mean_decrease")
    }


def test_medians_that_pass_name_the_rows_that_could_have_refused_them():
    rows = [
        *rows_of("made_up", "single", "baseline", n="40", median="7.0", q1="6.0", q3="8.0"),
        *rows_of("made_up", "single", "3 months", n="40", mean="4.0"),
    ]
    found = one(rows, skewness="refuse")
    assert not found.reason_code
    assert "made_up-single-baseline-median" in found.decision_rows


def test_a_refused_later_time_point_decides_on_the_one_that_is_taken():
    rows = [*BOTH, *rows_of("made_up", "single", "1 year", n="71", **SKEWED)]
    assert one(rows, "SMCRH").time_point == "1 year"
    found = one(rows, "SMCRH", skewness="refuse")
    assert found.time_point == "3 months"
    assert "made_up-single-1year-median" in found.decision_rows


@pytest.mark.parametrize(
    ("rows", "measure", "code"),
    [
        (BOTH[:3], "SMCR", "no_follow_up"),
        (rows_of("made_up", "single", "3 months", n="20", sd="2.0"), "SMCR", "no_change"),
        (rows_of("made_up", "single", "3 months", n="20", mean_decrease="2"), "MC", "no_sd"),
        (rows_of("made_up", "single", "3 months", mean_decrease="2", sd_change="1"), "MC", "no_n"),
        (rows_of("made_up", "single", "3 months", score="2"), "MC", "single_patient"),
        (rows_of("made_up", "single", "3 months", n="20", mean="2", sd="1"), "MD", "no_comparator"),
    ],
)
def test_each_missing_input_has_its_reason(rows, measure, code):
    words = {"comparator": ["sham"]} if measure == "MD" else {}
    found = one(rows, measure, **words)
    assert found.reason_code == code
    assert REASONS[code]


def test_percentages_alone_are_a_reason_of_their_own():
    rows = rows_of("made_up", "single", "1 year", n="5", percent_decrease="40")
    rows = [row | {"patient": "1"} if row["quantity"] != "n" else row for row in rows]
    assert one(rows, "MC").reason_code == "percent_only"


def test_one_patient_has_no_variance_and_n_decides():
    rows = rows_of("made_up", "single", "3 months", n="1", mean_decrease="2", sd_change="1")
    found = one(rows, "MC")
    assert found.reason_code == "single_patient"
    assert found.decision_rows == ("made_up-single-3months-n",)


def test_two_groups_take_their_values_from_both_arms():
    first = selected(TWO_ARMS, "MD", arms=["active"], comparator=["sham"])[0]
    values = {"mean_e": -3.9, "mean_c": -5.0, "n_e": 28, "n_c": 29, "sd_e": 2.1, "sd_c": 2.0}
    assert first.inputs == values
    assert "made_up_c-sham-3months-n" in first.vi_rows
    assert "made_up_c-sham-3months-n" not in first.yi_rows


def test_several_arms_or_controls_of_one_study_are_a_question_to_the_reviewer():
    rows = [*TWO_ARMS, *rows_of("made_up_c", "single", "3 months", n="5", mean="1.0")]
    with pytest.raises(InputError, match="made_up_c has the arms single, active: name one"):
        selected(rows, "SMCR", arms=["single", "active"])
    with pytest.raises(InputError, match="made_up_c has the arms sham, single"):
        selected(rows, "MD", arms=["active"], comparator=["sham", "single"])


def contrast(direction, **words):
    rows = rows_of(
        *("made_up", "active vs sham", "3 months"),
        difference="-0.4",
        difference_ci_lb="-1.0",
        difference_ci_ub="0.2",
        difference_pval="0.19",
        **({"direction": direction} if direction else {}),
    )
    return one(rows, "GEN", arms=["active vs sham"], **words)


@pytest.mark.parametrize(
    ("direction", "improvement", "yi", "stated"),
    [
        ("", "decrease", -0.4, "not_stated"),
        ("", "increase", -0.4, "not_stated"),
        ("decrease_positive", "decrease", -0.4, "improvement_positive"),
        ("decrease_negative", "decrease", 0.4, "improvement_positive"),
        ("decrease_positive", "increase", 0.4, "improvement_positive"),
        ("decrease_negative", "increase", -0.4, "improvement_positive"),
    ],
)
def test_a_printed_difference_turns_only_when_its_sign_is_stated(
    direction, improvement, yi, stated
):
    found = contrast(direction, improvement=improvement)
    assert (found.inputs["yi"], found.direction) == (yi, stated)
    limits = (found.printed["ci_lb"][0], found.printed["ci_ub"][0])
    assert limits == ((-1.0, 0.2) if yi < 0 else (-0.2, 1.0))
    lower = "difference_ci_lb" if yi < 0 else "difference_ci_ub"
    names = [lower, "direction"] if direction else [lower]  # which row says so decides on the sign
    assert found.printed["ci_lb"][1] == tuple(f"made_up-activevssham-3months-{n}" for n in names)
    assert ("made_up-activevssham-3months-direction" in found.yi_rows) is bool(direction)
    assert found.printed["pval"][0] == 0.19


def test_improvement_is_positive_on_either_kind_of_scale():
    less, more = one(BOTH, "MC"), one(BOTH, "MC", improvement="increase")
    assert (less.inputs["mean_change"], more.inputs["mean_change"]) == (3.0, -3.0)
    assert less.inputs["sd_change"] == more.inputs["sd_change"]


def two_arms(**words):
    return [
        *rows_of("made_up", "single", "not stated", n="20", mean="5.0", sd="1.5"),
        *rows_of("made_up", "sham", "not stated", n="20", mean="7.0", sd="1.5"),
    ]


def test_a_time_point_that_nobody_states_lies_after_treatment():
    found = one(two_arms(), "MD", comparator=["sham"])
    assert (found.time_point, found.inputs["mean_e"]) == ("not stated", -5.0)


def test_without_a_stated_direction_the_sign_is_that_of_the_measure():
    found = one(two_arms(), "MD", comparator=["sham"], improvement="not_stated")
    assert (found.direction, found.inputs["mean_e"], found.inputs["mean_c"]) == (
        "as_defined",
        5.0,
        7.0,
    )
