"""make verify-lineage: a made-up review from end to end, what is printed, refused and left alone."""

import csv
import subprocess
import sys

import pytest
import yaml

from tests.made_up import analysis, config_for_made_up, rows_of, studies_of
from tests.pipeline import ROOT, read_cells, write_raw
from workflow.commands import verify_lineage
from workflow.lib.audit.perturbation.change import VALUE, Change
from workflow.lib.audit.perturbation.survey import Outcome, Survey

ROWS = rows_of("made_up_a", "single", "3 months", n="20", mean_decrease="2.1", sd_change="1.9")
OTHER = {"method_search", "multiverse", "r_tipping"}  # of the first review, and optional
NUMBER = {"value": 1.0, "text": "1", "unit": "points", "rows": ["x"], "basis": [], "stands": {}}


@pytest.fixture
def review(tmp_path):
    """A made-up review of one study, one analysis, one claim and one box of the flow."""
    config = config_for_made_up()
    change = analysis("MC", arms=["single"], forest=False)
    config |= {"analyses": {"change": change}, "headline": {"primary": "change"}}
    config |= {"thresholds": {}, "yardsticks": {}, "assumptions": {}}
    config = {key: config[key] for key in config.keys() - OTHER}
    claims = [row | {"counterpart": ""} for row in read_cells("claims") if row["id"] == "pooled_d"]
    flow = [row for row in read_cells("flow") if row["box"] == "records_identified"]
    studies = studies_of(ROWS)
    write_raw(tmp_path / "data/raw", extraction=ROWS, studies=studies, claims=claims, flow=flow)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return tmp_path


def contents(folder):
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_review_is_tried_in_two_processes_and_nothing_of_it_is_written(review, tmp_path_factory):
    before, table = contents(review), tmp_path_factory.mktemp("made") / "lineage.csv"
    command = [sys.executable, "-m", "workflow.commands.verify_lineage"]
    words = ["--directory", review, "--table", table]
    run = subprocess.run([*command, *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.rstrip().endswith("No lineage is false.")
    assert contents(review) == before
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert f"{len(rows)} of {len(rows)} changes tried" in run.stderr
    assert {"moved", "stood", "refused by check"} == {row["outcome"] for row in rows}
    cells = {row["place"] for row in rows}
    assert {f"extraction.csv, row 2 ({ROWS[0]['id']}), {column}" for column in ROWS[0]} <= cells
    assert "config.yaml, analyses.change.model.method" in cells


def test_a_false_lineage_ends_with_one_and_a_table(monkeypatch, capsys, tmp_path):
    change = Change(("y",), "extraction.csv, row 2 (y), value", "extraction", "1", "2", VALUE)
    outcome = Outcome(change, ("a.b",), (("a.b", "1", "3"),))
    survey = Survey({"a.b": NUMBER | {"stands": {"x": "refused"}}}, (change,))
    survey.add(outcome)
    monkeypatch.setattr(verify_lineage, "verify_lineage", lambda *_, **__: (survey, [outcome]))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    with pytest.raises(SystemExit) as end:
        verify_lineage.main(["--table", str(tmp_path / "made.csv")])
    assert end.value.code == 1
    text = capsys.readouterr().out
    assert "False lineages: " in text
    assert "extraction.csv, row 2 (y), value: 1 -> 2" in text
    assert "moves it and is not named" in text
    assert (tmp_path / "made.csv").read_text(encoding="utf-8").count("\n") == 2


def refusal(folder):
    with pytest.raises(SystemExit) as end:
        verify_lineage.main(["--directory", str(folder)])
    return str(end.value.code)


def test_a_folder_without_a_review_and_a_table_that_cannot_be_read_are_refused(review, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "has no config.yaml" in refusal(tmp_path / "empty")
    path = review / "data/raw/extraction.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",2.1,", ",two,"), encoding="utf-8")
    assert "extraction.csv, row 3 (made_up_a-single-3months-mean_decrease), value: 'two'" in (
        refusal(review)
    )
    (review / "config.yaml").write_text("analyses: [", encoding="utf-8")
    assert "config.yaml" in refusal(review)
