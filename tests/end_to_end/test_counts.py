"""Counts from the extraction to the registry: the trials of Colditz et al. (1994) as a review."""

import json

import pytest

from tests.agreement import table
from tests.made_up import analysis, config_for_made_up, rows_of, study_of
from tests.pipeline import pipeline, read_cells
from workflow.commands.in_process import TABLES
from workflow.commands.perturbed import Review

TRIALS = table("dat.bcg")
VARIED = ("method_search", "multiverse", "r_tipping")  # of the first review, and optional
EXAMINE = {
    "mantel_haenszel": {},
    "peto": {},
    "cumulative": {"by": "year"},
    "allocation": {"procedure": "subgroups", "by": "design"},
}


def extraction():
    """Events and persons of both arms, one trial after the other."""
    rows = []
    columns = zip(*(TRIALS[name] for name in ("tpos", "tneg", "cpos", "cneg")), strict=True)
    for number, (tpos, tneg, cpos, cneg) in enumerate(columns, start=1):
        for arm, events, others in (("single", tpos, tneg), ("sham", cpos, cneg)):
            counts = {"n": f"{events + others:.0f}", "events": f"{events:.0f}"}
            rows += rows_of(f"trial_{number}", arm, "1 year", **counts)
    return rows


def studies():
    review = next(row for row in read_cells("studies") if row["role"] == "review")
    return [review] + [
        study_of(f"trial_{number}", year=f"{year:.0f}", design="randomised_trial")
        for number, year in enumerate(TRIALS["year"], start=1)
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = config_for_made_up()
    config = {key: config[key] for key in config if key not in VARIED}
    own = config["analyses"]["primary"]
    own |= {"measure": "RR", "arms": ["single"], "comparator": ["sham"], "examine": EXAMINE}
    config["analyses"] = {"primary": own}
    config["headline"] = {"primary": "primary"}
    folder = tmp_path_factory.mktemp("counts") / "p"
    made = pipeline(folder, config=config, extraction=extraction(), studies=studies())
    made.registry = made.numbers()
    return made


def test_the_pool_is_the_published_one(run):
    beta = run.registry["pooled.primary.beta"]
    assert beta["value"] == pytest.approx(-0.714532, abs=1e-6)  # METHODS: REML, six decimals
    assert beta["unit"] == "log risk ratio"
    assert len(beta["rows"]) == 4 * 13


def test_the_counts_themselves_are_pooled_too(run):
    found = run.registry["examined.primary.mantel_haenszel.beta"]
    assert found["value"] == pytest.approx(-0.473411, abs=1e-6)  # the published log odds ratio
    assert "Robins 1986" in found["method"]


def test_the_effects_show_their_inputs_and_the_sign_is_that_of_the_measure(run):
    text = (run.folder / "effects/primary.csv").read_text(encoding="utf-8")
    assert "event_e=4.0;n_e=123.0;event_c=11.0;n_c=139.0" in text
    assert "as_defined" in text


def test_studies_enter_one_after_the_other_in_the_table_of_steps(run):
    text = (run.folder / "robustness/examined_primary.csv").read_text(encoding="utf-8")
    steps = [line for line in text.splitlines() if line.startswith("cumulative,cumulative,")]
    assert len([line for line in steps if ",beta," in line]) == 13


def test_a_procedure_that_these_studies_cannot_answer_says_why(run):
    record = json.loads((run.folder / "robustness/examined_primary.json").read_text())
    found = {one["name"]: one for one in record["examined"]}
    assert found["allocation"]["values"] == []
    assert found["allocation"]["reason"]
    assert found["mantel_haenszel"]["reason"] == ""


def test_the_report_is_written_and_says_what_the_sign_means(run):
    run.draw()
    texts = run.write()
    assert "The ratio is that of the measure (RR): above one it means more" in texts["results"]
    assert "{{< num examined.primary.mantel_haenszel.beta >}}" in texts["results"]


TOGETHER = {"averaged": {"measure": "OR", "vtype": "AV"}, "corrected": {"to": "if0all"}}
EVENT, PERSONS = "one_event-single-1year-events", "trial_2-sham-1year-n"


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """Four trials, the last with one event in one arm, under options about all of them."""
    config = config_for_made_up()
    config["analyses"] = {
        name: analysis("RR", arms=["single"], comparator=["sham"]) | options
        for name, options in TOGETHER.items()
    }
    config["headline"] = {"primary": "averaged"}
    left = {key: config[key] for key in config if key not in VARIED}
    rows = [row for row in extraction() if row["study"] in ("trial_1", "trial_2", "trial_3")]
    rows += rows_of("one_event", "single", "1 year", n="30", events="1")
    rows += rows_of("one_event", "sham", "1 year", n="31", events="6")
    raw = {name: read_cells(name) for name in TABLES}
    raw |= {"extraction": rows, "studies": [*studies(), study_of("one_event")]}
    return Review(raw, left, tmp_path_factory.mktemp("together"))


@pytest.fixture(scope="module")
def outcomes(together):
    """row -> what became of one event or person less."""
    wanted = {EVENT: "0", PERSONS: f"{float(TRIALS['cpos'][1] + TRIALS['cneg'][1]) - 1:.0f}"}
    return {
        change.names[0]: together.attempt(change)
        for change in together.changes()
        if change.table == "extraction" and wanted.get(change.names[0]) == change.new
    }


def test_a_variance_of_vtype_av_moves_with_every_study_and_names_it(together, outcomes):
    for outcome in outcomes.values():
        assert "study.averaged.trial_1.vi" in outcome.moved
        assert "study.averaged.trial_1.yi" not in outcome.moved
    rows = together.base["study.averaged.trial_1.vi"]["rows"]
    studies_named = {row.partition("-")[0] for row in rows}
    assert studies_named == {"trial_1", "trial_2", "trial_3", "one_event"}


def test_with_if0all_a_count_of_0_moves_every_study_and_is_named_by_each(together, outcomes):
    assert "study.corrected.trial_3.yi" in outcomes[EVENT].moved
    assert together.base["study.corrected.trial_3.yi"]["stands"][EVENT] == "refused"
    assert EVENT not in together.base["pooled.corrected.beta"]["stands"]


def test_no_number_hides_what_moved_it(outcomes):
    assert outcomes.keys() == {EVENT, PERSONS}
    for outcome in outcomes.values():
        assert (outcome.unnamed, outcome.refusal, outcome.fault) == ((), "", "")
