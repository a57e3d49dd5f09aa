"""workflow/lib/render/pieces.py: every piece of the report, and the plain summary."""

import re

import pytest

from tests.pipeline import RAW, pipeline, read_config
from workflow.lib.files.books import BOOKS, book_figures, kept_books
from workflow.lib.render.markdown import without_entities
from workflow.lib.render.shortcodes import ids_in


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    made = pipeline(tmp_path_factory.mktemp("pieces") / "p")
    numbers = made.numbers()
    return numbers, made.write()


NAMES = {
    *("lead", "answer", "status", "summary", "claims", "flow", "characteristics", "narrated"),
    *(
        "assumptions",
        "cleaning_log",
        "results",
        "history",
        "limits",
        "methods",
        "inputs",
        "sources",
    ),
    *("quotes", "provenance", "plain", "forensics", "abstract", "statements", "cite"),
}


def test_every_piece_is_there(built):
    assert set(built[1]) == NAMES | set(BOOKS) | {"absent"}


def test_every_printed_number_is_in_the_registry_and_in_the_provenance(built):
    numbers, texts = built
    printed = {name for text in texts.values() for name in ids_in(text)}
    assert printed <= set(numbers)
    for name in printed:
        told = f'<tr id="provenance-{name}">' in texts["provenance"]
        assert told or f"{{#provenance-{name}}}" in texts["sources"], name


def test_every_link_to_an_extraction_row_has_its_target(built):
    _, texts = built
    linked = set(re.findall(r'href="#(row-[^"]+)"', texts["provenance"]))
    targets = set(re.findall(r"\{#(row-[^}]+)\}", texts["sources"]))
    assert linked
    assert linked <= targets


def test_every_figure_has_an_alternative_text_without_markup(built):
    _, texts = built
    found = re.findall(r'fig-alt="([^"]*)"', "".join(texts.values()))
    config = read_config()
    drawn = len(book_figures(kept_books(RAW, config)))
    drawn += sum(len(one.get("figures", ())) for one in config["analyses"].values())
    assert len(found) == 4 + drawn
    for words in found:
        assert len(words) > 80
        assert not re.search(r"\{\{|\[@|&#", words)


def test_captions_say_how_many_studies_and_only_promise_what_is_drawn(built):
    _, texts = built
    captions = re.findall(
        r"^!\[(.*?)\]\(", "".join((texts["answer"], texts["results"])), re.MULTILINE
    )
    assert captions[0].endswith("pooled studies; hollow squares are told, not pooled")
    assert captions[-1].endswith("forest plot of one study, not a pool")


def test_the_analyses_stand_in_the_order_of_the_headline(built):
    _, texts = built
    labels = re.findall(r"^### .*\n\n\[\]\{#sec-([\w-]+)\}$", texts["results"], re.MULTILINE)
    assert labels == ["primary", "change", "controlled", "strict"]


def test_the_plain_summary_has_its_numbers_filled_in(built):
    _, texts = built
    assert texts["plain"].startswith("# Cryoneurolysis for phantom limb pain: plain summary\n")
    assert "The average change was 2.59 points, on a scale from 0 to 10." in texts["plain"]
    assert not re.search(r"\{\{|\[@", texts["plain"])


def test_the_claims_print_wald_beside_wald(built):
    _, texts = built
    line = next(row for row in texts["claims"].splitlines() if "pooled_d_ci_lb.printed" in row)
    assert "pooled.primary.z.ci_lb" in line


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("5&#37;", "5%"),
        ("&#45;0.1", "-0.1"),
        ("p &#60;0.001", "p <0.001"),
        ("a&#58; b&#39;s", "a: b's"),
        ("&#60;b", "&#60;b"),
        ("&#42;", "&#42;"),
    ],
)
def test_only_harmless_entities_are_undone(text, plain):
    assert without_entities(text) == plain
