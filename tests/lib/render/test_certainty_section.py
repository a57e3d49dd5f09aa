"""workflow/lib/render/certainty_section.py: signs and words, and nothing that looks like a verdict without a name."""

import re

import pytest

from workflow.lib.render.certainty_section import SYMBOLS, certainty_section

MODEL = {"unit": "log risk ratio", "fit": {"beta": -0.5}}
FINDING = {
    **{"analysis": "a", "title": "Made | up", "participants": 10, "missing": 0, "start": "high"},
    **{"start_reason": "design", "certainty": "not_rated", "who": "", "date": "", "sd": None},
    **{"assumed": None, "absolute_reason": "", "risk_source": "", "k": 3, "open": "imprecision"},
}
DOMAIN = {
    **{"analysis": "a", "domain": "imprecision", "suggestion": "serious", "outdated": ""},
    **{
        "reason": "I\u00b2 {pooled.a.I2}; {certainty.a.ois} <needed>",
        "judgement": "",
        "footnote": "",
    },
    **{"who": "", "date": "", "status": "suggested"},
}
PERSON = {"who": "A. Madeup", "date": "2026-01-31"}


def text_of(finding=(), domain=()):
    return certainty_section([FINDING | dict(finding)], [DOMAIN | dict(domain)], {"a": MODEL})


def test_without_a_person_there_is_no_sign_of_a_level():
    text = text_of()
    assert "**The certainty is not rated.**" in text
    assert "A suggestion is no rating." in text
    assert not re.search("[\u2295\u25ef]", text)
    assert "({{< num certainty.a.suggested_down >}} down from high suggested)" in text
    assert "Judged by a person" not in text


def test_judgements_without_a_start_are_told_as_such():
    text = text_of({"start": "", "open": ""})
    assert (
        "**The certainty is not rated.** Judged in every domain, but no start is stated: Made"
        in text
    )
    assert "No person's judgement" not in text
    assert "no start is stated" not in text_of({"start": ""})


@pytest.mark.parametrize("level", SYMBOLS)
def test_a_rating_has_four_signs_its_word_its_notes_and_its_person(level):
    own = {"judgement": "serious", "footnote": "few [persons]", "status": "accepted"} | PERSON
    text = text_of({"certainty": level} | PERSON, own)
    signs, word = SYMBOLS[level]
    assert len(signs) == 4
    assert f"[{signs}]{{.grade}} {word} ^a^" in text
    assert (
        "^a^\u00a0**Imprecision, serious.** few &#91;persons&#93; (A&#46; Madeup, [2026-01-31]{.day})"
        in text
    )
    assert "Rated by A&#46; Madeup, last on [2026-01-31]{.day}." in text
    assert "serious, as suggested" in text


@pytest.mark.parametrize(
    ("unit", "end", "words"),
    [("log odds", "ilogit", "proportion"), ("Fisher's z", "ztor", "correlation")],
)
def test_a_proportion_and_a_correlation_are_told_as_such(unit, end, words):
    text = certainty_section([FINDING], [DOMAIN], {"a": MODEL | {"unit": unit}})
    ids = [f"{{{{< num pooled.a.{one}_{end} >}}}}" for one in ("beta", "ci_lb", "ci_ub")]
    assert f"{words} {ids[0]} ({ids[1]} to {ids[2]})" in text


def test_reasons_print_numbers_by_their_id_and_are_harmless():
    text = text_of()
    assert (
        "I\u00b2 {{< num pooled.a.I2 >}}&#59; {{< num certainty.a.ois >}} &#60;needed&#62;" in text
    )
    assert "Made &#124; up" in text


def test_an_override_without_a_reason_and_an_outdated_one_are_told():
    own = {"judgement": "none", "status": "overridden", "outdated": "yes"} | PERSON
    text = text_of({}, own)
    assert "not serious, not as suggested; the suggestion has changed since" in text
    text = text_of({}, own | {"status": "unexplained", "outdated": ""})
    assert "not as suggested; it does not count until a footnote says why" in text


def test_absolute_effects_have_their_columns_only_where_there_are_some():
    assert "| Without" not in text_of()
    text = text_of({"assumed": 50.0, "risk_source": "made up"})
    assert "| Without | With | Difference |" in text
    assert "{{< num certainty.a.risk >}} ({{< num certainty.a.risk_lb >}} to" in text
    assert "Risk without treatment: Made &#124; up: made up." in text
    assert "points" in text_of({"sd": 2.0})
