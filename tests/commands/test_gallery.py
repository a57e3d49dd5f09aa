"""workflow/commands/gallery.py and the reviews that it builds: every published number is accounted for."""

import json
import shutil
from types import SimpleNamespace

import pytest
import yaml

from tests.pipeline import ROOT, read_cells
from workflow.commands import gallery
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
def with_broken(tmp_path):
    """A folder with three reviews, the one in the middle without its raw tables."""
    for name in ("a_first", "b_broken", "c_last"):
        folder = tmp_path / "reviews" / name
        shutil.copytree(ROOT / "reviews/hine1989/data", folder / "data")
        shutil.copy(ROOT / "reviews/hine1989/config.yaml", folder)
    shutil.rmtree(tmp_path / "reviews/b_broken/data")
    return tmp_path


def runs_without_snakemake(words, review, **_):
    """A run that fails where there are no raw tables, and else has made what the page reads."""
    made = (review / "data").exists()
    if made:
        Pipeline(review / "data/raw", review / "results", config_of("hine1989")).numbers()
        (review / "results/figures").mkdir()
        (review / "results/figures/forest_primary.svg").write_bytes(b"<svg/>")
    said = f"{words} done" if made else "data/raw/extraction.csv: is not there"
    return SimpleNamespace(returncode=int(not made), stdout=said)


def test_reviews_beside_a_broken_one_are_built_and_the_page_and_the_end_name_it(
    with_broken, monkeypatch
):
    monkeypatch.setattr(
        gallery, "snakemake", lambda *words, **given: runs_without_snakemake(words, **given)
    )
    with pytest.raises(SystemExit, match=r"reviews/b_broken failed:\s+data/raw/extraction.csv"):
        main(["--directory", str(with_broken)])
    text = (with_broken / gallery.PAGE).read_text(encoding="utf-8")
    assert text.count("<article") == 2
    assert "reviews/b_broken</summary><pre>data/raw/extraction.csv: is not there" in text


def test_what_a_real_run_says_about_a_review_without_tables_is_on_the_page(with_broken):
    with pytest.raises(SystemExit, match=r"reviews/b_broken failed:[\s\S]*extraction.csv"):
        main(["b_broken", "--directory", str(with_broken)])
    text = (with_broken / gallery.PAGE).read_text(encoding="utf-8")
    assert "1 review could not be built" in text
    assert "<article" not in text
