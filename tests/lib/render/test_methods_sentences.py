"""workflow/lib/render/methods_sentences.py: methods are told only where an analysis uses them."""

import pytest

from tests.made_up_facts import facts, model
from workflow.lib.render.methods_sentences import methods_sentences

SCALE = {"pain": {"label": "pain", "improvement": "decrease", "low": 0, "high": 10}}


def told(*analyses, outcomes=None):
    named = {f"a{place}": one for place, one in enumerate(analyses)}
    return methods_sentences(
        facts(model(2), config={"analyses": named, "outcomes": outcomes or SCALE})
    )


def one(measure="SMD", method="REML", test="adhoc", **more):
    return {"measure": measure, "model": {"method": method, "test": test, "level": 95}, **more}


@pytest.mark.parametrize(
    ("analysis", "said", "unsaid"),
    [
        (one("SMCR"), "deviation at the start [@becker1988] with the exact", "both groups"),
        (one("SMD"), "both groups with the exact small-sample correction", "becker1988"),
        (one("SMD", correct=False), "both groups.", "small-sample"),
        (one("RR"), "restricted maximum likelihood", "Standardised"),
        (
            one(method="DL"),
            "is estimated by the method of DerSimonian and Laird, its interval",
            "restricted",
        ),
        (one(method="EE"), "taken to share one true effect", "Q-profile"),
        (
            one(test="z"),
            "given by Wald, and by @hartung2001 with the ad hoc",
            "given by @hartung2001",
        ),
        (one(test="knha"), "given by @hartung2001, and by Wald beside it", "ad hoc"),
    ],
)
def test_a_method_is_told_where_it_is_used_and_nowhere_else(analysis, said, unsaid):
    text = told(analysis)
    assert said in text
    assert unsaid not in text


def test_several_methods_and_tests_refer_to_the_table():
    text = told(one(), one(method="DL", test="z"))
    assert (
        "by restricted maximum likelihood [@viechtbauer2005] and the method of DerSimonian and Laird, as the table says"
        in text
    )
    assert "The interval of the mean is given, as the table says, by @hartung2001" in text


def test_outcomes_without_a_scale_say_nothing_of_scores():
    events = {"events": {"label": "events", "improvement": "decrease"}}
    assert "Scores are brought" not in told(one("RR"), outcomes=events)
    assert "Scores are brought" in told(one("RR"))
