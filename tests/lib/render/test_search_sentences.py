"""workflow/lib/render/search_sentences.py: what was tried, what comes near, and what that is not."""

from tests.made_up_facts import facts, model
from workflow.lib.render.search_sentences import CAUTION, search_section


def numbers(*, tried=100, matches=0, near=2, pooled=4):
    values = {"tried": tried, "matches": matches}
    found = {f"method_search.{name}": {"value": value} for name, value in values.items()}
    fields = ("k", "beta", "ci_lb", "ci_ub", "pval", "stat", "distance")
    for place in range(1, near + 1):
        for field in fields:
            method = f"SMCC, r 0.5; DL, z; Made|up {place} (3 months)"
            found[f"method_search.nearest.{place}.{field}"] = {"value": 1.0, "method": method}
    return found | {"flow.studies_pooled": {"value": pooled}}


def section(**words):
    return search_section(facts(model(3), numbers=numbers(**words)))


def test_without_a_search_nothing_is_said():
    assert search_section(facts(model(3))) == ""
    assert search_section(facts(model(3), numbers={})) == ""


def test_none_is_an_answer():
    text = section()
    assert "None of them reproduces every printed digit." in text
    assert "{{< num method_search.tried >}} in all" in text
    assert "The source pooled {{< num flow.studies_pooled >}} studies." in text


def test_matches_are_counted_and_the_verb_agrees():
    assert "matches >}} of them reproduces every printed digit" in section(matches=1)
    assert "matches >}} of them reproduce every printed digit" in section(matches=3)


def test_a_match_is_never_shown_without_the_caution():
    for words in ({}, {"matches": 1}, {"matches": 3, "near": 0}):
        assert CAUTION in section(**words)
    assert "not evidence of what was done" in CAUTION


def test_an_unknown_number_of_pooled_studies_is_not_printed():
    assert "studies_pooled" not in section(pooled=None)


def test_the_nearest_are_rows_of_a_table_in_order_with_their_decisions_escaped():
    text = section(near=11)
    rows = [line for line in text.splitlines() if line.startswith("| SMCC")]
    assert len(rows) == 11
    for place, row in enumerate(rows, 1):
        assert f"{{{{< num method_search.nearest.{place}.distance >}}}}" in row
        assert f"Made&#124;up {place}" in row
    assert "{#tbl-method-search}" in text


def test_nothing_tried_is_said_and_no_table_is_made():
    text = section(tried=0, near=0)
    assert "nothing was tried" in text
    assert "|" not in text


def test_no_typed_number_stands_in_the_sentences():
    sentences = section().split("| Combination")[0]
    assert not any(c.isdigit() for c in sentences)
