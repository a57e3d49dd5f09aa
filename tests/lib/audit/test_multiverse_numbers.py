"""workflow/lib/audit/multiverse_numbers.py and tipping_numbers.py, with what the report says of them."""

import re

import pytest

from tests.made_up import HOMOGENEOUS, studies_of
from tests.made_up_multiverse import SEVERAL, declared
from tests.pipeline import pipeline
from workflow.lib.audit.multiverse_numbers import published_estimate
from workflow.lib.render.shortcodes import ids_in

CLAIM = {
    "id": "c",
    "group": "published",
    "quantity": "estimate",
    "printed": "1.20",
    "level": "",
    "counterpart": "",
    "convention": "not_stated",
    "missing": "the data",
    "sentence": "Made up.",
    "source": "made up",
    "page": "",
    "quote": "made up",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A pass over made-up studies, with a multiverse and a tipping point."""
    config = declared(**SEVERAL, published="published")
    config["analyses"] = {"primary": config["analyses"]["primary"]}
    config["headline"] = {"primary": "primary"}
    config.pop("method_search")
    made = pipeline(
        tmp_path_factory.mktemp("books") / "p",
        config=config,
        extraction=HOMOGENEOUS,
        studies=studies_of(HOMOGENEOUS),
        claims=[CLAIM],
    )
    made.registry = made.numbers()
    return made


def section(run, name):
    return (run.folder / f"books/{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["multiverse", "correlation"])
def test_every_number_of_a_section_is_in_the_registry_and_none_is_typed(run, name):
    text = section(run, name)
    ids = ids_in(text)
    assert ids
    assert set(ids) <= set(run.registry)
    prose = re.sub(r'\{\{<.*?>\}\}|fig-alt="[^"]*"|`[^`]*`|\|.*', "", text)
    assert not re.search(r"\d", prose), re.findall(r".{20}\d.{5}", prose)


def test_counts_of_universes_add_up_in_the_registry(run):
    value = {name: number["value"] for name, number in run.registry.items()}
    parts = ("pooled", "single", "not_estimable")
    assert value["multiverse.universes"] == sum(value[f"multiverse.{part}"] for part in parts)
    assert (
        value["multiverse.all.min"] <= value["multiverse.all.median"] <= value["multiverse.all.max"]
    )


def test_numbers_name_the_decisions_the_analysis_and_every_cell(run):
    number = run.registry["multiverse.all.median"]
    assert {"config:multiverse.decisions", "config:analyses.primary"} <= set(number["basis"])
    later = {row["id"] for row in HOMOGENEOUS if row["time_point"] != "baseline"}
    assert later <= set(number["rows"])
    above = run.registry["multiverse.all.beyond_placebo.holds"]
    assert "config:yardsticks.placebo" in above["basis"]
    placed = run.registry["multiverse.all.published_below"]
    assert "claims:c" in placed["basis"]


def test_the_published_estimate_of_a_ratio_is_a_logarithm():
    claim = CLAIM | {"scale": "log", "printed": "2.00"}
    assert published_estimate([claim], "published")["value"] == pytest.approx(0.693147, abs=1e-6)
    assert published_estimate([CLAIM], "other") is None
    assert published_estimate([CLAIM | {"study": "a"}], "published") is None


def test_the_section_says_where_the_published_estimate_stands(run):
    assert "**The published estimate**, {{< num claims.c.printed >}}" in section(run, "multiverse")


def test_the_section_says_whose_correlation_is_assumed(run):
    text = section(run, "correlation")
    assert "{{< num tipping.imputed >}} of {{< num tipping.studies >}} pooled studies rests" in text
    assert run.registry["tipping.imputed"]["value"] == 1
