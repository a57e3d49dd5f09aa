"""workflow/commands/gallery.py and the reviews that it builds: every published number is accounted for."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from tests.pipeline import ROOT, read_cells
from workflow.commands import gallery
from workflow.commands.gallery import chosen, entry_of, main
from workflow.commands.gallery_table import DOCS, document
from workflow.commands.in_process import Pipeline
from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import seal_problems
from workflow.lib.stats.pooling import random_effects
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
def test_the_flow_counts_studies_and_not_their_estimates(name, built):
    flow = {
        row["box"]: row["value"] for row in read_cells("flow", ROOT / "reviews" / name / "data/raw")
    }
    numbers = json.loads((built[name] / "numbers.json").read_text(encoding="utf-8"))
    primary = config_of(name)["headline"]["primary"]
    assert int(flow["studies_pooled"]) == numbers[f"pooled.{primary}.k"]["value"]


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


def cells(name, quantity):
    """study -> value of one quantity, as typed in the review."""
    rows = read_cells("extraction", ROOT / "reviews" / name / "data/raw")
    return {row["study"]: float(row["value"]) for row in rows if row["quantity"] == quantity}


def reason(name, claim):
    rows = read_cells("claims", ROOT / "reviews" / name / "data/raw")
    return next(row["missing"] for row in rows if row["id"] == claim)


def columns(name, *quantities):
    return (np.array(list(cells(name, one).values())) for one in quantities)


def test_effects_of_two_digits_allow_the_q_that_the_paper_of_raudenbush_prints():
    y, v = columns("raudenbush1985", "difference", "difference_var")
    studies = read_cells("studies", ROOT / "reviews/raudenbush1985/data/raw")
    weeks = [float(row["weeks_c"]) for row in studies if row["role"] == "pooled"]
    for claim, design in (
        ("q_in_paper_qe", np.ones((19, 1))),
        ("residual_in_paper_qe", np.column_stack([np.ones(19), weeks])),
    ):
        left = projection(v, design)
        q, slack = y @ left @ y, 0.005 * np.abs(2 * left @ y).sum()
        assert f"a Q from {q - slack:.2f} to {q + slack:.2f}" in reason("raudenbush1985", claim)


def projection(v, design):
    """W - W X (X'W X)^-1 X'W of weights 1 / v, whose quadratic form is Q."""
    weighted = design.T / v
    return np.diag(1 / v) - weighted.T @ np.linalg.solve(weighted @ design, weighted)


def test_the_weighted_average_of_proportions_is_what_the_counts_give():
    x, n = columns("pritz1997", "events", "n")
    share, se = x.sum() / n.sum(), np.sqrt((x * (1 - x / n)).sum()) / n.sum()
    told = f"{share:.4f} ({share - 1.96 * se:.4f} to {share + 1.96 * se:.4f}), with a standard error of {se:.4f}"
    assert told in reason("pritz1997", "weighted_estimate")


def test_the_seven_youngest_samples_do_not_pool_to_what_is_printed_of_the_younger_ones():
    r, n = cells("molloy2014", "r"), cells("molloy2014", "n")
    studies = read_cells("studies", ROOT / "reviews/molloy2014/data/raw")
    age = {row["study"]: float(row["meanage"]) for row in studies if row["role"] == "pooled"}
    young = sorted(age, key=age.get)[:7]
    z, v = np.arctanh([r[one] for one in young]), 1 / (np.array([n[one] for one in young]) - 3)
    fit = random_effects(z, v, method="REML", test="z", level=95.0)
    told = "{:.2f} ({:.2f} to {:.2f})".format(*np.tanh([fit.beta, fit.ci_lb, fit.ci_ub]))
    assert f"pool to {told}" in reason("molloy2014", "younger")


def test_digits_that_are_cut_off_are_those_of_konstantopoulos(built):
    numbers = json.loads((built["konstantopoulos2011"] / "numbers.json").read_text("utf-8"))
    for field, printed in (("se.intrcpt", 0.043), ("tau2", 0.088)):
        assert np.floor(1000 * numbers[f"examined.primary.year.{field}"]["value"]) / 1000 == printed


def test_a_claim_has_the_number_that_it_prints_in_its_quote():
    missed = [
        f"{name}: {row['id']}"
        for name in NAMES
        for row in read_cells("claims", ROOT / "reviews" / name / "data/raw")
        if row["quantity"] != "words"
        and not any(form in row["quote"] for form in forms(row["printed"]))
    ]
    assert missed == []


def forms(printed):
    """How a quote may have a number: as it is, with <.0001 for <0.0001, or as a word."""
    words = {"6": "six", "5": "five"}
    return {
        printed,
        printed.replace("<0.", "<.").replace("<.", "< ."),
        printed.replace("<0.", "<."),
    } | {words.get(printed, printed)}


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
