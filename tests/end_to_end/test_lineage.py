"""Made-up reviews, changed one cell or decision at a time: what moves is named, what is named moves or says why."""

import json
from dataclasses import replace

import pytest

from tests.made_up import (
    HOMOGENEOUS,
    TWO_ARMS,
    analysis,
    config_for_made_up,
    refusing,
    rows_of,
    studies_of,
)
from tests.pipeline import ROOT, merged, pipeline, read_cells, read_config
from tests.projects.screening_made_up import made_up_ledger
from workflow.commands.perturbed import Review, read_review, together
from workflow.lib.audit.perturbation.change import TEXT, VALUE
from workflow.lib.audit.perturbation.survey import SILENT, UNNAMED, Survey
from workflow.lib.files.check import TABLES

OTHER = ("method_search", "multiverse", "r_tipping")  # of the first review, and optional
SOME = 11  # of the other changes of a made-up review every eleventh is tried
STUDIES = ("made_up_p", "made_up_q", "made_up_s")
RECORDS = made_up_ledger([f"r{number}" for number in range(8)], STUDIES, text_share=0.6)


def tables(rows, **others):
    """Raw tables of a made-up review: no claims, and a flow of two boxes."""
    flow = [
        row for row in read_cells("flow") if row["box"] in ("studies_included", "studies_pooled")
    ]
    flow = [row | {"value": "", "reason": "made up", "quote": "", "source": ""} for row in flow]
    return {"extraction": rows, "studies": studies_of(rows), "flow": flow, "claims": []} | others


def lean(config, **analyses):
    """A configuration with these analyses and nothing that another review needs."""
    first = next(iter(analyses))
    left = {key: config[key] for key in config if key not in OTHER}
    return left | {"analyses": analyses, "headline": {"primary": first}, "yardsticks": {}}


def surveyed(review, wanted):
    """The Survey of the wanted changes."""
    survey = Survey(review.base, tuple(review.changes()))
    for change in filter(wanted, survey.changes):
        survey.add(review.attempt(change))
    return survey


def values_and_some(survey_of):
    """Whether to try a change: of a value always, of others some."""
    numbers = {change: number for number, change in enumerate(survey_of.changes())}
    return lambda change: (change.kind == VALUE and change.is_value) or numbers[change] % SOME == 0


@pytest.fixture(scope="module")
def homogeneous(tmp_path_factory):
    """Studies with tau2 = 0, one from quartiles that pass a test which could refuse them; and records."""
    config = refusing()
    own = {name: config["analyses"][name] for name in ("primary", "change")}
    raw = tables(HOMOGENEOUS, screening=RECORDS)
    return Review(raw, lean(config, **own), tmp_path_factory.mktemp("homogeneous"))


@pytest.fixture(scope="module")
def two_arms(tmp_path_factory):
    """Two trials of two arms each, by a difference and by a change against the other arm's."""
    arms = {"arms": ["active"], "comparator": ["sham"]}
    own = {name.lower(): analysis(name, **arms) for name in ("SMD", "PPC")}
    config = lean(config_for_made_up(), **own)
    return Review(tables(TWO_ARMS), config, tmp_path_factory.mktemp("two_arms"))


@pytest.fixture(scope="module")
def completed(tmp_path_factory):
    """The first review, completed with made-up values: tau2 above zero, k = 4."""
    own = {name: read_cells(name) for name in TABLES}
    raw = own | merged(ROOT / "tests/projects/completed_made_up")
    return Review(raw, read_config(), tmp_path_factory.mktemp("completed"))


@pytest.mark.parametrize("name", ["homogeneous", "two_arms"])
def test_no_lineage_of_a_made_up_review_is_false(name, request):
    review = request.getfixturevalue(name)
    survey = surveyed(review, values_and_some(review))
    assert survey.outcomes["extraction", "moved"] > 50
    assert survey.violations() == []


def test_no_lineage_is_false_where_made_up_values_complete_the_first_review(completed):
    rows = read_cells("extraction", ROOT / "tests/projects/completed_made_up")
    names = {row["id"] for row in rows}
    survey = surveyed(
        completed, lambda one: one.kind == VALUE and one.is_value and names & set(one.names)
    )
    assert len(survey.cells["extraction"]) == len(names)
    assert survey.violations() == []


def test_persons_beside_printed_differences_move_no_item_of_the_abstract_unnamed(tmp_path):
    """A printed difference has no persons of its own, so a cell with them answers nothing."""
    arms, last = "active vs sham", "3 months"
    limits = {"difference_ci_lb": "-2.0", "difference_ci_ub": "-0.4"}
    rows = [*rows_of("made_up_g", arms, last, difference="-1.2", **limits, n="30")]
    rows += rows_of("made_up_h", arms, last, difference="-0.8", **limits)
    config = lean(config_for_made_up(), gen=analysis("GEN", arms=[arms]))
    review = Review(tables(rows), config, tmp_path)
    assert "certainty.gen.participants" not in review.base
    survey = surveyed(review, lambda one: one.kind == VALUE and one.table == "extraction")
    assert survey.outcomes["extraction", "moved"]
    assert survey.violations() == []


def test_a_row_that_is_no_longer_named_is_found(homogeneous):
    name, row = "pooled.change.beta", "made_up_p-single-3months-mean"
    number = homogeneous.base[name]
    assert row in number["rows"]
    planted = homogeneous.base | {name: number | {"rows": [r for r in number["rows"] if r != row]}}
    found = violations(homogeneous, planted, row)
    assert [one.problem for one in found if one.number == name] == [UNNAMED] * 5


def test_a_row_that_is_named_without_need_is_found(homogeneous):
    name, row = "reported.made_up_p-single-baseline-n", "made_up_q-single-baseline-n"
    number = homogeneous.base[name]
    planted = homogeneous.base | {name: number | {"rows": [*number["rows"], row]}}
    found = violations(homogeneous, planted, row)
    assert [(one.number, one.cause, one.problem) for one in found] == [(name, row, SILENT)]


def violations(review, planted, row):
    """What is false in a planted registry, as far as the value of one row shows it."""
    changes = tuple(review.changes())
    survey, base = Survey(planted, changes), review.base
    review.base = planted
    try:
        for one in changes:
            if one.names == (row,) and one.is_value:
                survey.add(review.attempt(one))
    finally:
        review.base = base
    return survey.violations()


def test_a_rule_that_breaks_on_a_change_is_told_and_not_thrown(homogeneous, monkeypatch):
    change = next(one for one in homogeneous.changes() if one.kind == VALUE and one.is_value)
    broken = replace(change, edit=("no number", {}))
    assert "TypeError" in homogeneous.attempt(broken).fault
    assert not homogeneous.attempt(change).fault


def test_a_pass_leaves_the_raw_tables_as_they_were(homogeneous):
    raw = homogeneous.folder / "raw"
    before = {path.name: path.read_bytes() for path in raw.iterdir()}
    for change in list(homogeneous.changes())[:5]:
        homogeneous.attempt(change)
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == before


@pytest.mark.end_to_end
def test_the_passes_make_the_numbers_that_the_workflow_makes(built_project, tmp_path):
    made = json.loads((built_project / "results/numbers.json").read_text(encoding="utf-8"))
    assert read_review(built_project, tmp_path).base == made


def test_a_refused_row_is_one_of_the_skewness_test_and_says_so(tmp_path):
    stands = pipeline(tmp_path / "p").numbers()["pooled.strict.k"]["stands"]
    parts = ("median", "q1", "q3")
    assert {
        "ilfeld2023-active-4m-n",
        *(f"ilfeld2023-active-4m-decrease-{part}" for part in parts),
    } <= {row for row, reason in stands.items() if reason == "refused"}


def test_an_unknown_cell_for_which_an_assumption_stands_in_is_named(tmp_path):
    numbers = pipeline(tmp_path / "p").numbers()
    for name in ("pooled.change.beta", "study.change.prologo2017.vi"):
        assert numbers[name]["stands"]["prologo2017-last-n"] == "refused"
        assert "assumptions:n_prologo2017_follow_up" in numbers[name]["basis"]


def test_the_widest_range_of_r_is_named_where_it_decides(completed, tmp_path):
    name = "prepared.prologo2017.pain.single.last_follow_up_mean_194_days.r"
    assert "config:conversions.r_range_max" in completed.base[name]["basis"]
    config = read_config()
    config["conversions"]["r_range_max"] = 0.01
    raw = merged(ROOT / "tests/projects/completed_made_up")
    narrow = pipeline(tmp_path / "p", **raw, config=config).numbers()
    assert "config:conversions.r_range_max" in narrow[name]["basis"]
    assert narrow[name]["value"] == config["assumptions"]["r_pre_post"]["value"]
    assert narrow[name]["stands"]["prologo2017-last-sd"] == "refused"


def test_words_of_one_row_are_changed_together_and_one_by_one_only_if_they_do_anything(
    homogeneous, monkeypatch
):
    packages = list(together(homogeneous.changes()))
    assert [one for found in packages for one in found] == list(homogeneous.changes())
    several = next(found for found in packages if len(found) > 3)
    assert {one.kind for one in several} == {TEXT}
    several = [one for one in several if "reason" not in one.edit[1]]  # refused beside a value
    tried, attempt = [], homogeneous.attempt
    monkeypatch.setattr(homogeneous, "attempt", lambda one: tried.append(one) or attempt(one))
    assert [one.change for one in homogeneous.attempt_each(several)] == several
    assert len(tried) == 1
    moving = [replace(one, edit=(one.edit[0], {"value": "3"})) for one in several]
    assert len(homogeneous.attempt_each(moving)) == len(moving)
    assert len(tried) == 1 + 1 + len(moving)
