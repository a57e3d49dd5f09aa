"""workflow/lib/render/abstract.py: every sentence from what is recorded, and a list of what is not.

Everything here is made up.
"""

import pytest

from tests.made_up_facts import Registry, facts, model
from workflow.lib.files.checklists import read_checklists
from workflow.lib.render.abstract import ITEMS, abstract

ANALYSES = {"analyses": {"primary": {"model": {"method": "REML"}}}}
EVERY = {words for _, _, words in ITEMS}


def written(k=3, *, journal=None, registration="", **words):
    config = ANALYSES | ({"journal": journal} if journal else {}) | words.pop("config", {})
    numbers = words.pop("numbers", Registry())
    found = facts(model(k), numbers=numbers, config=config, **words)
    found.studies[-1]["registration"] = registration
    return abstract(found)


def missing(text):
    return {words for words in EVERY if words in text.partition("**Not reported:**")[2]}


def test_what_a_review_does_not_record_is_listed_and_not_made_up():
    assert missing(written(0)) == EVERY - {"the question"}
    assert "**Results.**" not in written(0)


def test_a_pool_answers_the_items_of_the_results():
    numbers = Registry(certainty__primary__participants=92, flow__studies_included=5)
    text = written(2, numbers=numbers)
    assert "studies are included. The primary analysis rests on" in text
    assert "random effects (REML)" in text
    assert "Pooled over" in text
    assert {"a pooled result", "the number of studies and persons"} & missing(text) == set()


@pytest.mark.parametrize(
    ("k", "included", "words"),
    [
        (1, 1, "study is included. The primary analysis rests on one study with"),
        (4, 5, "studies are included. The primary analysis rests on {{< num pooled.primary.k >}}"),
        (4, None, "The primary analysis rests on {{< num pooled.primary.k >}} studies"),
    ],
)
def test_studies_are_counted_in_grammar(k, included, words):
    numbers = Registry(certainty__primary__participants=92, flow__studies_included=included)
    assert words in written(k, numbers=numbers)


def test_persons_that_no_study_gives_are_not_reported():
    numbers = Registry(flow__studies_included=5)
    assert "the number of studies and persons" in missing(written(2, numbers=numbers))


def test_sources_are_told_with_the_day_of_their_last_search():
    rows = (
        {"database": "Made-up index", "date": "2024-01-02"},
        {"database": "Made-up index", "date": "2024-03-02"},
        {"database": "Other <b>", "date": "2024-02-02"},
    )
    text = written(sources=rows)
    assert "Made&#45;up index" in text or "Made-up index (2024-03-02) and Other" in text
    assert "2024-01-02" not in text
    assert "<b>" not in text


def test_instruments_funding_eligibility_and_registration_are_told_where_they_are():
    journal = {"funding": "Nobody paid.", "eligibility": "Made-up trials of water"}
    text = written(journal=journal, registration="MADE-UP-1", tools=("RoB 2",))
    assert "Risk of bias was judged with RoB 2." in text
    assert "Funding: Nobody paid." in text
    assert "Made-up trials of water" in text
    assert "Registration: MADE-UP-1." in text
    assert not {"who paid", "how risk of bias was judged", "the registration"} & missing(text)


def test_limits_are_the_guard_rails_of_the_pool():
    numbers = Registry()
    numbers["pooled.primary.beta"] = {"value": 1.0, "text": "1", "guards": ["few"], "rows": []}
    text = written(numbers=numbers, guards={"few": ("fewer than five studies.", "made_up")})
    assert "**Discussion.** Fewer than five studies." in text
    assert "what limits the evidence" not in missing(text)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "The certainty of the evidence has not been rated by a person."),
        (
            ({"analysis": "primary", "certainty": "very_low"},),
            "The evidence is very uncertain about the effect of cold water on pain.",
        ),
    ],
)
def test_the_interpretation_is_as_sure_as_a_person_has_said(rows, words):
    assert words in written(findings=rows)


def test_the_checklist_for_abstracts_looks_for_the_same_items():
    listed = [one["where"] for one in read_checklists()["abstract"]][1:]
    assert listed == [["sec-abstract"]] * len(ITEMS)
