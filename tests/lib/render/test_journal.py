"""workflow/lib/render/journal.py: statements and citation as config.yaml has them, nothing made up."""

import re

import pytest

from tests.made_up_facts import facts, model
from workflow.lib.errors import RenderError
from workflow.lib.render.journal import how_to_cite, settings_of, statements
from workflow.lib.render.markdown import escape_markdown, without_entities

JOURNAL = {
    "version": "1.2.0",
    "date": "2026-01-31",
    "url": "https://example.org/made-up",
    "authors": [
        {"name": "A. Made", "affiliation": "Nowhere", "orcid": "0000-0000-0000-0000"},
        {"name": "B. Up"},
    ],
    "funding": "None",
    "competing_interests": "None declared.",
}
LOCK = {"sum": "0123456789abcdef" * 4, "equal": True}


def found(journal=None, lock=None):
    config = {} if journal is None else {"journal": journal}
    return facts(model(2), config=config, lock=lock or {})


def test_what_is_missing_is_said_to_be_not_stated():
    text = statements(found())
    assert text.count("not stated.") == 4
    assert re.findall(r"\*\*(.+?)\.\*\*", text) == [
        *("Authors", "Funding", "Competing interests", "Data and code"),
    ]


def test_statements_are_printed_as_they_are():
    text = statements(found(JOURNAL))
    first, second = "A. Made, Nowhere, 0000-0000-0000-0000", "B. Up."
    assert f"{escape_markdown(first)}; {escape_markdown(second)}" in text
    assert "**Funding.** None.\n" in text
    assert "**Competing interests.** None declared.\n" in text
    assert "**Data and code.** not stated." in text


def test_hostile_statements_are_text():
    text = statements(found({"funding": "<b>x</b> {{< num x >}} `#panic()`{=typst}"}))
    assert not re.search(r"<b>|\{\{<|`", text)


def test_the_box_cites_authors_title_version_day_and_sum():
    text = how_to_cite(found(JOURNAL, LOCK))
    title = "A. Made, B. Up. Made up. Version 1.2.0. 2026-01-31. Numbers `0123456789ab`."
    assert title in without_entities(text).replace("&#46;", ".")
    assert "<https://example.org/made-up>" in text
    assert f"`{LOCK['sum']}`" in text
    assert "are those of" in text


def test_the_box_says_when_the_numbers_are_not_the_accepted_ones():
    assert "are not all those of" in how_to_cite(found(JOURNAL, LOCK | {"equal": False}))


def test_the_box_says_when_no_numbers_are_accepted():
    text = how_to_cite(found())
    assert "\n\nMade up.\n\nNo numbers are accepted yet" in text


@pytest.mark.parametrize(
    ("journal", "settings"),
    [
        ({}, {}),
        ({"citation_style": "author-date"}, {}),
        ({"citation_style": "made-up"}, {"csl": "csl/made-up.csl"}),
        ({"authors": JOURNAL["authors"]}, {"author": ["A. Made", "B. Up"]}),
    ],
)
def test_pages_get_title_authors_and_style(journal, settings):
    config = {"review": {"title": "Made *up*"}, "journal": journal}
    title = {"title": "Made &#42;up&#42;"}  # Markdown to both renderers
    assert settings_of(config, ["index.qmd", "made-up.csl"]) == title | settings


def test_a_style_without_a_file_is_refused_with_those_that_there_are():
    with pytest.raises(RenderError) as caught:
        config = {"review": {"title": "Made up"}, "journal": {"citation_style": "apa"}}
        settings_of(config, ["made-up.csl"])
    assert str(caught.value) == (
        "config.yaml: journal.citation_style: no file report/csl/apa.csl; "
        "admissible: author-date, made-up"
    )
