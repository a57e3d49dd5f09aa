"""workflow/lib/review/certainty: what the numbers suggest, by domain, and what they suggest nothing about."""

import pytest

from tests.lib.review.certainty.cases import MEANS, case
from workflow.lib.review.certainty.suggest import (
    gravest,
    imprecision,
    inconsistency,
    publication_bias,
    risk_of_bias,
    suggestions,
    weights_by_risk,
)

POWER = {"alpha": 0.05, "power": 0.8}
SAME, SPREAD = [1.0, 1.0, 1.0], [0.1, 1.0, 4.0]
PRECISE = [0.01, 0.01, 0.01]


def sized(**own):
    """Settings of certainty with alpha and power for analysis a."""
    return POWER | {"analyses": {"a": own}}


def test_the_starting_level_is_that_of_the_lowest_design():
    assert case(SAME, PRECISE).start == "high"
    assert case(SAME, PRECISE, design="controlled_study").start == "low"
    assert (
        case(SAME, PRECISE, design="controlled_study", settings={"nonrandomised": "high"}).start
        == "high"
    )
    assert case(SAME, PRECISE, design="case_series").start == "very_low"


def test_a_change_before_to_after_starts_very_low_even_in_the_arm_of_a_randomised_trial():
    found = case(SAME, PRECISE, measure="MC", design="randomised_trial")
    assert found.start == "very_low"
    assert "themselves" in found.start_reason


@pytest.mark.parametrize("measure", ["PLO", "PR", "ZCOR", "MN", "IRLN"])
def test_where_nothing_is_compared_the_start_depends_on_the_question_and_nobody_guesses_it(measure):
    found = case(SAME, PRECISE, measure=measure, design="case_series")
    assert found.start is None
    assert "frequency and prognosis high" in found.start_reason
    own = {"analyses": {"a": {"start": "high", "start_reason": "prevalence"}}}
    assert case(SAME, PRECISE, measure=measure, settings=own).start == "high"


def test_a_person_can_state_another_start_with_a_reason():
    own = {"analyses": {"a": {"start": "low", "start_reason": "said so"}}}
    found = case(SAME, PRECISE, settings=own)
    assert (found.start, found.start_reason) == ("low", "said so")


def test_nothing_is_suggested_without_studies():
    found = suggestions(case([], []), None, MEANS.egger_test)
    assert {one.judgement for one in found} == {None}
    assert case([], []).start is None


@pytest.mark.parametrize(
    ("judgements", "expected"),
    [
        ({"s1": "low", "s2": "low", "s3": "low"}, "none"),
        ({"s1": "some", "s2": "some", "s3": "low"}, "serious"),
        ({"s1": "high", "s2": "low", "s3": "low"}, "serious"),
        ({"s1": "high", "s2": "critical", "s3": "low"}, "very_serious"),
        ({"s1": "low", "s2": "low"}, None),
        ({"s1": "low", "s2": "low", "s3": "unclear"}, None),
        (None, None),
    ],
)
def test_risk_of_bias_is_suggested_from_the_share_of_the_weight(judgements, expected):
    assert risk_of_bias(case(SAME, PRECISE), judgements)[0] == expected


def test_the_shares_of_the_weight_are_whole():
    shares = weights_by_risk(case(SAME, [0.01, 0.02, 0.04]), {"s1": "low", "s2": "high"})
    assert sum(shares.values()) == pytest.approx(100)
    assert shares["low"] == pytest.approx(100 / 0.01 / (100 + 50 + 25))


def test_of_several_judgements_the_gravest_counts_and_one_that_says_nothing_last():
    assert gravest(["low", "critical", "some"]) == "critical"
    assert gravest(["none", "low"]) == "low"


def test_studies_that_agree_are_not_inconsistent_and_one_study_cannot_be():
    assert inconsistency(case(SAME, PRECISE))[0] == "none"
    assert inconsistency(case([1.0], [0.01]))[0] == "none"


def test_spread_that_changes_no_answer_is_not_inconsistent():
    found = case([5.0, 6.0, 7.0], PRECISE)
    assert found.model["fit"]["I2"] > 90
    assert inconsistency(found)[0] == "none"
    assert inconsistency(case([5.0, 6.0, 7.0], PRECISE, mid=4.5))[0] == "very_serious"


def test_spread_beyond_what_the_interval_of_the_mean_says_is_very_serious():
    found = case([0.2, 1.0, 2.2, 3.0], [0.01] * 4)
    fit = found.model["fit"]
    assert fit["ci_lb"] > 0 > fit["pi_lb"]
    level, reason = inconsistency(found)
    assert level == "very_serious"
    assert reason.startswith("I\u00b2 {pooled.a.I2}; the prediction interval includes no effect")


@pytest.mark.parametrize(
    ("mid", "expected", "words"),
    [
        (None, "serious", "includes no effect"),
        (0.05, "very_serious", "includes no effect and both decision thresholds"),
        (10.0, "serious", "includes no effect"),
    ],
)
def test_imprecision_counts_the_lines_in_the_interval(mid, expected, words):
    level, reason = imprecision(case([0.1, -0.1, 0.2], [1.0, 1.0, 1.0], mid=mid))
    assert level == expected
    assert reason.endswith(words)


def test_an_interval_on_one_side_still_needs_its_information_size():
    few = case(SAME, PRECISE, mid=0.5, settings=sized(sd=2.0), ni=20)  # needs 504, has 60
    many = case(SAME, PRECISE, mid=0.5, settings=sized(sd=2.0), ni=200)
    assert few.size.total == 504
    assert imprecision(few)[0] == "serious"
    assert imprecision(many)[0] == "none"
    assert "{certainty.a.participants} persons of {certainty.a.ois} needed" in imprecision(few)[1]


@pytest.mark.parametrize(
    ("settings", "measure", "words"),
    [
        ({}, "MD", "states no alpha and power"),
        (
            sized(),
            "MD",
            "an important difference (mid, or a threshold of the analysis) and an SD (sd)",
        ),
        (sized(), "SMD", "an important difference"),
        (sized(), "RR", "a control risk and a relative risk reduction worth finding (rrr)"),
        (sized(mid=0.2), "ROM", "no information size for the measure ROM"),
        (sized(mid=0.2, sd=1.0), "PHI", "no information size for the measure PHI"),
    ],
)
def test_an_information_size_that_cannot_be_computed_says_what_is_missing(settings, measure, words):
    found = case(SAME, PRECISE, measure=measure, settings=settings)
    assert found.size is None
    assert words in found.size_reason


def test_a_standardised_effect_needs_no_sd_and_a_single_arm_half_the_persons():
    assert case(SAME, PRECISE, measure="SMD", settings=sized(mid=0.2)).size.total == 786
    assert case(SAME, PRECISE, measure="SMCC", settings=sized(mid=0.2)).size.total == 197


def test_thresholds_of_ratios_are_read_as_ratios():
    found = case([-0.5] * 3, PRECISE, measure="RR", settings=sized(thresholds=[0.75, 1.25]))
    assert found.lines == pytest.approx((0.0, -0.28768207, 0.22314355))


def test_the_control_risk_is_stated_or_the_median_of_the_control_groups():
    counts = "event_e=1.0;n_e=100.0;event_c=20.0;n_c=100.0"
    found = case([-0.5] * 3, PRECISE, measure="RR", inputs=counts)
    assert (found.control_risk, found.risk_source) == (0.2, "median of the control groups")
    assert found.events == 63
    own = sized(control_risk=0.1, control_risk_source="said so", rrr=0.25)
    stated = case([-0.5] * 3, PRECISE, measure="RR", inputs=counts, settings=own)
    assert (stated.control_risk, stated.risk_source) == (0.1, "said so")
    assert stated.size.total == 2 * 2005  # risks of 0.1 and 0.075
    assert stated.absolute.assumed == pytest.approx(100)


def test_publication_bias_needs_ten_studies():
    few = case(SAME * 3, PRECISE * 3)
    assert publication_bias(few, MEANS.egger_test)[0] is None
    vi = [0.01 * n for n in range(1, 13)]
    lean = [n**0.5 * 0.3 + (-1) ** n * 0.01 for n in range(1, 13)]
    level, reason, pval = publication_bias(case(lean, vi), MEANS.egger_test)
    assert (level, reason) == ("serious", "Egger's test p {certainty.a.egger_pval}")
    assert pval < 0.001
    even = [(-1) ** n * 0.1 for n in range(1, 13)]
    assert publication_bias(case(even, vi), MEANS.egger_test)[0] == "none"


def test_indirectness_is_always_a_persons():
    found = {one.domain: one for one in suggestions(case(SAME, PRECISE), None, MEANS.egger_test)}
    assert found["indirectness"].judgement is None


def test_the_zero_of_a_proportion_is_no_line():
    spread = [-2.0, 0.5, 1.0, 2.5]  # logits around a proportion of one half
    found = case(spread, [0.05] * 4, measure="PLO")
    assert found.lines == ()
    assert found.model["fit"]["ci_lb"] < 0 < found.model["fit"]["ci_ub"]
    assert inconsistency(found)[0] is imprecision(found)[0] is None
    own = {"analyses": {"a": {"thresholds": [0.5]}}}
    stated = case(spread, [0.05] * 4, measure="PLO", settings=own)
    assert stated.lines == (0.0,)
    assert imprecision(stated) == ("serious", "the interval includes a decision threshold")


def test_thresholds_of_a_correlation_are_correlations():
    own = {"analyses": {"a": {"thresholds": [0.3, -0.3]}}}
    found = case(SAME, PRECISE, measure="ZCOR", settings=own)
    assert found.lines == pytest.approx((0.0, 0.30951960, -0.30951960))  # atanh(0.3)
