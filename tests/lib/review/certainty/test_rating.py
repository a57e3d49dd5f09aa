"""workflow/lib/review/certainty/rating.py: no verdict without a person's name in every domain."""

import pytest

from tests.lib.review.certainty.cases import MEANS, case, effects_of, model_of
from tests.projects.certainty_made_up import bias_row
from workflow.lib.review.certainty.rating import (
    certainty_of,
    domain_rows,
    overall_lights,
    rated,
)
from workflow.lib.review.certainty.suggest import suggestions
from workflow.lib.review.certainty.words import DOWNGRADES, LEVELS, NOT_RATED, STEPS


def judged(**words):
    """domain -> a person's row; domains that are not named are judged none."""
    return {
        domain: {
            "judgement": words.get(domain, "none"),
            "footnote": "",
            "who": "A. Madeup",
            "date": "2026-01-31",
        }
        for domain in (*DOWNGRADES, *(one for one in words if one not in DOWNGRADES))
    }


@pytest.mark.parametrize("left_out", DOWNGRADES)
def test_a_domain_without_a_person_leaves_the_analysis_unrated(left_out):
    own = judged()
    del own[left_out]
    assert certainty_of("high", own) == NOT_RATED
    assert certainty_of("high", judged()) == "high"
    assert certainty_of(None, judged()) == NOT_RATED


@pytest.mark.parametrize(
    ("start", "words", "expected"),
    [
        ("high", {"imprecision": "serious"}, "moderate"),
        ("high", {"imprecision": "very_serious", "risk_of_bias": "serious"}, "very_low"),
        ("low", {"large_effect": "large"}, "moderate"),
        ("low", {"large_effect": "very_large", "dose_response": "present"}, "high"),
        ("very_low", {"imprecision": "very_serious"}, "very_low"),
        ("high", {"confounding": "present"}, "high"),
    ],
)
def test_levels_go_down_and_up_and_stay_between_very_low_and_high(start, words, expected):
    assert certainty_of(start, judged(**words)) == expected


def test_every_step_of_every_domain_is_within_two_levels():
    assert {step for steps in STEPS.values() for step in steps.values()} == {-2, -1, 0, 1, 2}
    assert len(LEVELS) == 4


def test_a_row_says_whether_the_person_took_the_suggestion_over():
    found = case([0.1, -0.1, 0.2], [1.0, 1.0, 1.0])
    own = judged(imprecision="serious", inconsistency="serious", large_effect="large")
    own["inconsistency"]["footnote"] = "They point in opposite directions (made up)."
    rows = domain_rows(found, suggestions(found, None, MEANS.egger_test), own)
    status = {row["domain"]: row["status"] for row in rows}
    assert status["imprecision"] == "accepted"
    assert status["inconsistency"] == "overridden"
    assert status["indirectness"] == status["large_effect"] == "judged"
    bare = domain_rows(found, suggestions(found, None, MEANS.egger_test), {})
    assert {row["status"] for row in bare} == {"suggested", "open"}
    assert {row["who"] for row in bare} == {""}


def one_rating(own):
    """The finding and the status of imprecision of an analysis for which 'serious' is suggested."""
    effects = effects_of([0.1, -0.1, 0.2], [1.0, 1.0, 1.0])
    rows = [{"analysis": "a", "domain": domain, **row} for domain, row in own.items()]
    given = {"judged": rows, "bias": None, "means": MEANS}
    models = {"a": model_of(effects)}
    findings, domains = rated(models, {"a": effects}, settings(certainty={}), **given)
    return findings[0], next(row for row in domains if row["domain"] == "imprecision")["status"]


def test_a_suggestion_that_is_set_aside_without_a_footnote_leaves_the_analysis_unrated():
    own = judged()
    finding, status = one_rating(own)
    assert (finding["certainty"], finding["open"], status) == (
        NOT_RATED,
        "imprecision",
        "unexplained",
    )
    assert finding["who"] == ""
    own["imprecision"]["footnote"] = "Any effect of this size would be welcome (made up)."
    finding, status = one_rating(own)
    assert (finding["certainty"], finding["open"], status) == ("high", "", "overridden")


def test_what_was_as_suggested_on_its_day_needs_no_footnote_later():
    own = judged()
    own["imprecision"]["suggested"] = "none"
    finding, status = one_rating(own)
    assert (finding["certainty"], status) == ("high", "overridden")


def test_a_judgement_on_another_suggestion_is_called_outdated():
    found = case([0.1, -0.1, 0.2], [1.0, 1.0, 1.0])
    own = judged(imprecision="none")
    own["imprecision"]["suggested"] = "none"
    own["inconsistency"]["suggested"] = "none"
    rows = domain_rows(found, suggestions(found, None, MEANS.egger_test), own)
    outdated = {row["domain"]: row["outdated"] for row in rows}
    assert outdated["imprecision"] == "yes"
    assert outdated["inconsistency"] == ""


def settings(**words):
    analysis = {"threshold": "t", "outcome": "pain"}
    return {
        "analyses": {"a": analysis},
        "headline": {"primary": "a"},
        "thresholds": {"t": {"value": 2}},
    } | words


def test_the_summary_counts_suggested_levels_and_names_the_open_domains():
    effects = effects_of([0.1, -0.1, 0.2], [1.0, 1.0, 1.0])
    findings, domains = rated(
        {"a": model_of(effects)},
        {"a": effects},
        settings(certainty={}),
        judged=[],
        bias=None,
        means=MEANS,
    )
    assert findings[0]["suggested_down"] == 1
    assert findings[0]["open"].split(";") == list(DOWNGRADES)
    assert (findings[0]["certainty"], findings[0]["who"]) == (NOT_RATED, "")
    assert len(domains) == len(DOWNGRADES)


def test_the_threshold_of_the_analysis_is_its_important_difference():
    effects = effects_of([3.0] * 3, [0.01] * 3)
    own = {"alpha": 0.05, "power": 0.8, "analyses": {"a": {"sd": 4.0, "sd_source": "made up"}}}
    findings, _ = rated(
        {"a": model_of(effects)},
        {"a": effects},
        settings(certainty=own),
        judged=[],
        bias=None,
        means=MEANS,
    )
    assert findings[0]["ois"] == 126  # 2 * 63, for half an SD


def test_only_overall_judgements_count_and_those_of_the_outcome_first():
    rows = [
        bias_row("s1", "low"),
        bias_row("s1", "high", domain="d1"),
        bias_row("s1", "some"),
        bias_row("s2", "low"),
        bias_row("s2", "critical", outcome="pain"),
        bias_row("s3", "high", outcome="sleep"),
    ]
    assert overall_lights(rows, "pain") == {"s1": "some", "s2": "critical"}
