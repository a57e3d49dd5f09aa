"""workflow/commands/gallery.py and the reviews that it builds: every published number is accounted for."""

import json

import pytest
import yaml

from tests.pipeline import ROOT, read_cells
from workflow.commands.gallery import chosen, entry_of, main
from workflow.commands.gallery_table import DOCS, document
from workflow.commands.in_process import Pipeline
from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import seal_problems
from workflow.scripts.check_inputs import check_review

NAMES = chosen(ROOT)
KINDS = {"RR", "PETO", "MD", "GEN", "PPC", "ZCOR", "PLO", "IRR", "RD"}


def config_of(name):
    return yaml.safe_load((ROOT / "reviews" / name / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """name -> folder of results with every number and verdict; nothing is drawn or rendered."""
    folders = {}
    for name in NAMES:
        folder = tmp_path_factory.mktemp("gallery") / name
        made = Pipeline(ROOT / "reviews" / name / "data/raw", folder, config_of(name))
        made.numbers()
        folders[name] = folder
    return folders


def test_there_are_ten_reviews_or_more_of_different_kinds():
    measures = {config_of(name)["analyses"]["primary"]["measure"] for name in NAMES}
    assert len(NAMES) >= 10
    assert measures >= KINDS


@pytest.mark.parametrize("name", NAMES)
def test_a_review_passes_the_check_and_its_tables_are_sealed(name):
    raw = ROOT / "reviews" / name / "data/raw"
    assert check_review(raw, config_of(name))["files"]
    assert seal_problems(raw) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_value_has_its_source_and_its_row_as_quote_and_no_page_is_made_up(name):
    for row in read_cells("extraction", ROOT / "reviews" / name / "data/raw"):
        assert row["page"] == ""
        assert bool(row["quote"]) == bool(row["value"])
        assert not row["value"] or "as transcribed in the" in row["source"]


@pytest.mark.parametrize("name", NAMES)
def test_every_claim_is_reproduced_or_says_why_not(name, built):
    own = {row["id"]: row for row in read_cells("claims", ROOT / "reviews" / name / "data/raw")}
    audited = read_cells("claims", built[name] / "audit")
    assert {row["claim"] for row in audited} == own.keys()
    explained = {claim for claim, row in own.items() if row["missing"]}
    assert explained == {row["claim"] for row in audited if row["verdict"] != "reproduced"}
    assert sum(row["verdict"] == "reproduced" for row in audited) >= 0.75 * len(audited)


@pytest.mark.parametrize("name", NAMES)
def test_a_verdict_rests_on_a_number_that_the_registry_has(name, built):
    numbers = json.loads((built[name] / "numbers.json").read_text(encoding="utf-8"))
    audited = read_cells("claims", built[name] / "audit")
    beside = {row["counterpart"] for row in audited if row["counterpart"]}
    assert beside
    assert beside <= numbers.keys()


def test_the_table_in_the_docs_is_current(built):
    entries = [entry_of(name, ROOT / "reviews" / name, built[name]) for name in NAMES]
    assert (ROOT / DOCS).read_text(encoding="utf-8") == document(entries)


def test_a_name_that_is_no_review_is_refused_with_those_that_are():
    with pytest.raises(InputError, match="bcg1949.*there: .*bcg1994"):
        chosen(ROOT, ["bcg1949"])
    with pytest.raises(InputError, match="no review"):
        chosen(ROOT / "tests")


@pytest.fixture
def broken(tmp_path):
    """A folder with one review whose raw tables are not there."""
    folder = tmp_path / "reviews/broken"
    folder.mkdir(parents=True)
    text = (ROOT / "reviews/hine1989/config.yaml").read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_review_that_fails_is_named_with_what_it_said_and_no_page_is_written(broken):
    with pytest.raises(SystemExit, match=r"reviews/broken failed:[\s\S]*extraction.csv"):
        main(["--directory", str(broken)])
    assert not (broken / "results").exists()
