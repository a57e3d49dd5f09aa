"""Tests of this review; run them from the project's folder with `python -m pytest <this file>`."""

from pathlib import Path

import pytest
import yaml

from workflow.commands.in_process import Pipeline
from workflow.lib.files.check import read_raw
from workflow.lib.files.tables import read_rows

REVIEW = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The numbers of this review, made in a folder of their own."""
    config = yaml.safe_load((REVIEW / "config.yaml").read_text(encoding="utf-8"))
    made = Pipeline(REVIEW / "data/raw", tmp_path_factory.mktemp("results"), config)
    made.registry = made.numbers()
    return made


def test_every_value_has_a_source_and_a_quote():
    for row in read_raw(REVIEW / "data/raw/extraction.csv", "extraction"):
        assert row["reason"] or (row["source"] and row["quote"]), row["id"]


def test_every_study_that_should_be_pooled_is_pooled(run):
    rows = read_rows(run.path("effects/primary.csv"), "effects")
    wanted = {
        row["study"]
        for row in read_raw(REVIEW / "data/raw/studies.csv", "studies")
        if row["role"] in run.config["analyses"]["primary"]["roles"]
    }
    assert {row["study"] for row in rows if row["status"] == "pooled"} == wanted


def test_the_pool_lies_between_the_smallest_and_the_largest_effect(run):
    rows = read_rows(run.path("effects/primary.csv"), "effects")
    effects = [row["yi"] for row in rows if row["status"] == "pooled"]
    assert min(effects) <= run.registry["pooled.primary.beta"]["value"] <= max(effects)
