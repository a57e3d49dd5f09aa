"""Risk of bias from a made-up table to numbers, lights, a moderator and the report, in this process."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.made_up import config_for_made_up, review_row, study_of
from tests.made_up import rows_of as cells_of
from tests.pipeline import pipeline, write_raw
from tests.projects.bias_made_up import ASSESSORS, COLUMNS, made_up_ratings
from workflow.commands.in_process import write_cells, write_seal
from workflow.lib.audit.perturbation.change import covers, moved
from workflow.lib.errors import InputError
from workflow.lib.files.tables import read_json
from workflow.lib.render.shortcodes import ids_in
from workflow.scripts.check_inputs import check_review

TRIALS = 13


def extraction():
    """Made-up events and persons of both arms, one trial after the other."""
    rows = []
    for n in range(1, TRIALS + 1):
        for arm, events in (("single", 3 + 5 * n % 11), ("sham", 9 + 7 * n % 13)):
            rows += cells_of(f"trial_{n}", arm, "1 year", n=f"{60 + 10 * n}", events=f"{events}")
    return rows


def studies():
    names = [f"trial_{n}" for n in range(1, TRIALS + 1)]
    return [review_row(), *(study_of(name, design="randomised_trial") for name in names)]


def config_of():
    config = config_for_made_up()
    for key in ("method_search", "multiverse", "r_tipping"):
        config.pop(key, None)  # they name studies of the first review
    own = config["analyses"]["primary"]
    examine = {"by_bias": {"procedure": "subgroups", "by": "rob_overall"}}
    own |= {"measure": "RR", "arms": ["single"], "comparator": ["sham"], "examine": examine}
    own["forest"] = {"subgroups": "by_bias"}
    own["model"] = {"method": "REML", "test": "z", "level": 95}
    config["analyses"] = {"primary": own}
    config["headline"] = {"primary": "primary"}
    said = {"label": "made up", "reason": "made up"}
    low = {"value": {"risk_of_bias": ["low"]}, "relation": "uncertain"} | said | {"label": "low"}
    every = {"value": "all", "relation": "primary"} | said
    config["multiverse"] = {"analysis": "primary", "decisions": {"inclusion": [every, low]}}
    return config


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    trials = studies()
    folder = tmp_path_factory.mktemp("bias") / "p"
    made = pipeline(folder, config=config_of(), extraction=extraction(), studies=trials)
    rows = made_up_ratings(trials[:-1], seed=5, doubled=0.5, overridden=0.6)  # one is not judged
    write_cells("risk_of_bias", rows, made.raw, columns=COLUMNS)
    write_seal(made.raw)
    made.trials, made.rows = trials, rows
    made.registry = made.numbers()
    made.draw()
    made.texts = made.write()
    return made


def rows_of(run, place):
    return list(csv.DictReader(io.StringIO(Path(run.path(place)).read_text(encoding="utf-8"))))


def test_every_judged_study_has_every_domain_and_overall_in_the_order_of_the_studies(run):
    rows = rows_of(run, "tables/risk_of_bias.csv")
    judged = [row["study"] for row in run.trials[:-1] if row["role"] != "review"]
    assert list(dict.fromkeys(row["study"] for row in rows)) == judged
    assert [row["domain"] for row in rows[:6]] == ["D1", "D2", "D3", "D4", "D5", "overall"]
    assert len(rows) == 6 * len(judged)


def test_counts_add_up_to_the_results_and_weights_to_the_pool(run):
    value = {name: number["value"] for name, number in run.registry.items()}
    k = len(run.trials) - 2
    assert value["rob.rob2_2019.k"] == k
    for domain in ("D1", "D2", "D3", "D4", "D5", "overall"):
        given = [value[f"rob.rob2_2019.{domain}.{one}"] for one in ("low", "some", "high")]
        assert sum(given) == k, domain
    shares = {n: v for n, v in value.items() if n.startswith("rob.primary.weight.")}
    assert sum(shares.values()) == pytest.approx(100)
    last = run.trials[-1]["study"]
    weights = [v for n, v in value.items() if n == f"study.primary.{last}.weight"]
    assert shares["rob.primary.weight.not_rated"] == pytest.approx(weights[0])


def test_the_share_at_high_risk_is_the_sum_of_the_weights_of_these_studies(run):
    rows = rows_of(run, "tables/risk_of_bias.csv")
    high = [r["study"] for r in rows if (r["domain"], r["level"]) == ("overall", "high")]
    found = sum(run.registry[f"study.primary.{study}.weight"]["value"] for study in high)
    assert high
    assert run.registry["rob.primary.weight.high"]["value"] == pytest.approx(found)


def test_lights_stand_beside_their_own_study_and_the_one_that_is_not_judged_has_none(run):
    lights = {
        r["slab"]: r["lights"]
        for r in rows_of(run, "figures/forest_primary.csv")
        if r["kind"] == "study"
    }
    judged = {}
    for row in rows_of(run, "tables/risk_of_bias.csv"):
        judged.setdefault(row["slab"], []).append(f"{row['domain']}={row['level']}")
    for slab, found in lights.items():
        assert found == ";".join(judged.get(slab, [])), slab
    assert lights[run.trials[-1]["slab"]] == ""


def test_the_overall_judgement_is_a_subgroup_with_those_that_are_not_judged_beside(run):
    record = read_json(run.path("robustness/examined_primary.json"))
    (one,) = record["examined"]
    assert one["reason"] == ""
    names = {
        entry["field"].split(".")[1] for entry in one["values"] if entry["field"].count(".") == 2
    }
    words = {
        r["words"] for r in rows_of(run, "tables/risk_of_bias.csv") if r["domain"] == "overall"
    }
    assert {name.replace("_", " ") for name in names} >= {word for word in words} | {"not rated"}


def test_the_forest_plot_has_the_judgements_as_subgroups_each_with_its_pool(run):
    rows = rows_of(run, "figures/forest_primary.csv")
    words = {
        r["words"] for r in rows_of(run, "tables/risk_of_bias.csv") if r["domain"] == "overall"
    }
    headings = {row["slab"] for row in rows if row["kind"] == "heading"}
    assert headings == words | {"not rated"}
    assert not [row["slab"] for row in rows if "not estimable" in row["slab"] + row["text"]]


def test_a_universe_pools_only_the_studies_at_low_risk_and_names_the_judgements(run):
    rows = rows_of(run, "tables/risk_of_bias.csv")
    low = [r["study"] for r in rows if (r["domain"], r["level"]) == ("overall", "low")]
    counts = {int(row["k"]) for row in rows_of(run, "robustness/multiverse.csv") if row["k"]}
    assert counts == {len(low), len(run.trials) - 1}
    numbers = [n for name, n in run.registry.items() if name.startswith("multiverse.")]
    assert any("risk_of_bias:rows" in number["basis"] for number in numbers)


def test_the_section_prints_only_numbers_that_exist_and_names_whoever_overrode(run):
    text = run.texts["risk_of_bias"]
    assert set(ids_in(text)) <= set(run.registry)
    overridden = [r for r in rows_of(run, "tables/risk_of_bias.csv") if r["overridden"] == "true"]
    assert overridden
    listed = text.partition("Judged otherwise than suggested")[2].partition(":::")[0]
    assert listed.count("\n- ") == len(overridden)
    assert "a reason that a person would give" in listed
    assert re.search(r'fig-alt="Traffic-light plot\. RoB 2, overall \w+', text)


def test_each_number_names_rows_that_are_there(run):
    keys = {
        f"risk_of_bias:{r['study']}/{r['outcome']}/{r['item']}/{r['assessor']}/{r['stage']}"
        for r in run.rows
    }
    parts = [p for p in run.registry["rob.rob2_2019.D1.low"]["basis"] if "/" in p]
    assert len(parts) <= 60
    assert all(part in keys for part in parts)


GRAVE = {"1.2": "N", "4.1": "Y", "5.2": "Y"}  # answers that alone make a high risk


def graver(run):
    """(place, cells): a grave answer for each in studies that one person judges and that are not at high risk."""
    table = rows_of(run, "tables/risk_of_bias.csv")
    high = {r["study"] for r in table if (r["domain"], r["level"]) == ("overall", "high")}
    doubled = {row["study"] for row in run.rows if row["assessor"] == ASSESSORS[1]}
    for place, row in enumerate(run.rows):
        if row["study"] not in high | doubled and row["item"] in GRAVE:
            yield place, {"answer": GRAVE[row["item"]]}


def test_whatever_moves_with_a_judgement_names_it(run, tmp_path):
    moved_at_all = set()
    for place, cells in list(graver(run))[:4]:
        changed = [*run.rows[:place], run.rows[place] | cells, *run.rows[place + 1 :]]
        raw = write_raw(tmp_path / "raw", extraction=extraction(), studies=run.trials)
        write_cells("risk_of_bias", changed, raw, columns=COLUMNS)
        write_seal(raw)
        try:
            after = type(run)(raw, tmp_path / "results", config_of()).numbers()
        except InputError:
            continue  # an answer that asks for another one
        row = run.rows[place]
        key = "/".join(row[name] for name in ("study", "outcome", "item", "assessor", "stage"))
        for name in moved(run.registry, after):
            number = after.get(name) or run.registry[name]
            entries = [*number["rows"], *number["basis"]]
            assert any(covers(entry, f"risk_of_bias:{key}") for entry in entries), (name, key)
            moved_at_all.add(name.split(".")[0])
    assert {"rob", "examined"} <= moved_at_all


def test_figures_come_with_their_rows(run):
    for name in ("risk_of_bias", "risk_of_bias_summary"):
        assert Path(run.path(f"figures/{name}.svg")).read_text(encoding="utf-8").startswith("<?xml")
        assert rows_of(run, f"figures/{name}.csv")


def spoilt(folder, change, *, instrument=None):
    """Problems of a raw folder whose made-up judgements were changed."""
    raw = write_raw(folder, extraction=extraction(), studies=studies())
    rows = change(made_up_ratings(studies(), seed=5))
    write_cells("risk_of_bias", rows, raw, columns=list(rows[0]))
    if instrument is not None:
        (raw / "instruments").mkdir()
        (raw / "instruments/mine.yaml").write_text(instrument, encoding="utf-8")
    write_seal(raw)
    with pytest.raises(InputError) as caught:
        check_review(raw, config_of())
    return caught.value.problems


def without(rows, column):
    return [{name: cell for name, cell in row.items() if name != column} for row in rows]


def test_faults_are_refused_before_anything_runs_with_file_row_and_column(tmp_path):
    def change(rows):
        rows[0] |= {"answer": "perhaps"}
        rows[1] |= {"stage": "draft"}
        return [*rows[:-1], rows[2]]

    found = spoilt(tmp_path / "raw", change)
    for words in (
        "risk_of_bias.csv, row 2 (",
        "answer: 'perhaps' is no answer to 1.1",
        "risk_of_bias.csv, row 3, stage: 'draft' is not one of: independent, consensus",
        "stands already in row 4",
    ):
        assert any(words in problem for problem in found), (words, found)


def test_a_missing_and_an_unknown_column_are_named(tmp_path):
    found = spoilt(tmp_path / "a", lambda rows: without(rows, "assessor"))
    assert "risk_of_bias.csv: column 'assessor' is missing" in found
    found = spoilt(tmp_path / "b", lambda rows: [row | {"mood": "good"} for row in rows])
    assert any("column 'mood' is unknown" in problem for problem in found)


def test_an_instrument_of_the_review_that_cannot_be_read_is_refused(tmp_path):
    found = spoilt(tmp_path / "raw", list, instrument="id: [")
    assert any("instruments/mine.yaml: cannot be read as YAML" in problem for problem in found)


def test_a_moderator_that_is_not_judged_is_refused(tmp_path):
    config = config_of()
    config["analyses"]["primary"]["examine"]["by_bias"]["by"] = "rob_d9"
    raw = write_raw(tmp_path / "raw", extraction=extraction(), studies=studies())
    write_seal(raw)
    with pytest.raises(InputError, match="no column 'rob_d9'"):
        check_review(raw, config)
