"""workflow/commands/update.py: an entry for what moved, none for what did not, and nothing half-written."""

import os
import signal
import subprocess
import sys

import pytest
import yaml

from tests.pipeline import Pipeline
from workflow.commands import accept, new_review, rebuild, update
from workflow.commands.in_process import write_seal
from workflow.lib.audit.history import COUNTED
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.fingerprint import file_sha256
from workflow.lib.files.history import read_history
from workflow.lib.files.lock_files import made_from, read_lock
from workflow.lib.files.tables import write_json

SOFTWARE = {"software": {"python": "3"}, "platform": "here"}
LOCKED = """
import sys, time
from workflow.lib.files.running import hold
hold(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


ROW = "example_a,main_outcome,treatment,12 weeks,,mean,4."


@pytest.fixture
def review(tmp_path, monkeypatch):
    """A new review whose numbers are made in this process, without Snakemake."""
    monkeypatch.setattr(new_review, "write_template", lambda path, choices: None)
    for command in (update, accept):
        monkeypatch.setattr(command, "hold", lambda folder: None)  # this process does both, often
    monkeypatch.setattr(update, "build", made)
    monkeypatch.setattr(update, "snakemake", lambda review: subprocess.CompletedProcess([], 0, ""))
    monkeypatch.delenv("WHY", raising=False)
    new_review.main(["living", "--directory", str(tmp_path)])
    return tmp_path / "living"


def made(project, review, title):
    """Stands for the run of Snakemake: the same scripts, in this process."""
    raw, config = review / "data/raw", yaml.safe_load((review / "config.yaml").read_text())
    numbers = Pipeline(raw, review / "results", config).numbers()
    inputs = {f"data/raw/{path.name}": file_sha256(path) for path in raw.glob("*.csv")}
    manifest = {"config": config, **SOFTWARE, "inputs": inputs}
    write_json(manifest, review / "results/inputs.json")
    return rebuild.Build(numbers, made_from(review, project, manifest), raw)


def edit(review, was, now):
    path = review / "data/raw/extraction.csv"
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, now))
    write_seal(path.parent)


def kept(review):
    return {path.name: path.read_bytes() for path in review.iterdir() if path.is_file()}


def test_the_first_update_accepts_the_numbers_and_is_the_first_entry(review):
    told = "\n".join(update.update(review, "first"))
    (entry,) = read_history(review)
    assert "numbers.lock.csv and numbers.lock.json: written" in told
    assert "history.csv: one entry" in told
    assert entry["k"] == 3
    assert entry["ci_lb"] < entry["estimate"] < entry["ci_ub"]
    assert entry["estimate"] == read_lock(review)["pooled.primary.beta"]["value"]
    assert entry["why"] == "first"
    assert entry["lock"] == file_sha256(review / "numbers.lock.csv")


def test_where_nothing_moved_there_is_no_entry_and_no_file_is_touched(review):
    update.update(review, "first")
    before = kept(review)
    told = update.update(review, "again")
    assert told[-1] == update.NOTHING
    assert kept(review) == before


def test_a_changed_row_is_told_and_entered(review):
    update.update(review, "first")
    edit(review, f"{ROW}0", f"{ROW}1")
    told = "\n".join(update.update(review, "erratum  of\nstudy A"))
    first, second = read_history(review)
    assert "pooled.primary.beta" in told
    assert [first[name] for name in COUNTED] == [None] * 3  # nothing is known of a lock before
    assert [second[name] for name in COUNTED] == [0, 1, 0]
    assert second["estimate"] != first["estimate"]
    assert second["why"] == "erratum of study A"
    assert second["lock"] != first["lock"]
    assert "erratum  of" in (review / "CHANGELOG.md").read_text()


def test_new_rows_are_counted_and_the_pool_grows(review):
    update.update(review, "first")
    for name in ("extraction", "studies"):
        path = review / f"data/raw/{name}.csv"
        lines = [line for line in path.read_text().splitlines() if line.startswith("example_c")]
        new = [line.replace("example_c", "example_d") for line in lines]
        path.write_text(path.read_text() + "\n".join(new) + "\n")
    flow = review / "data/raw/flow.csv"
    text = flow.read_text()
    for box in ("studies_included", "studies_pooled"):
        text = text.replace(f"{box},3,", f"{box},4,")
    flow.write_text(text)
    write_seal(flow.parent)
    update.update(review, "a new study")
    first, second = read_history(review)
    assert (first["k"], second["k"]) == (3, 4)
    assert second["rows_added"] == 6 + 1


def test_a_value_that_goes_back_to_what_it_was_is_an_entry_as_well(review):
    for digit, was in ((0, 0), (1, 0), (0, 1)):
        edit(review, f"{ROW}{was}", f"{ROW}{digit}")
        update.update(review, f"4.{digit}")
    first, second, third = read_history(review)
    assert first["lock"] == third["lock"] != second["lock"]
    assert [row["why"] for row in (first, second, third)] == ["4.0", "4.1", "4.0"]


def test_numbers_that_were_accepted_without_an_update_are_entered_by_the_next_one(
    review, monkeypatch
):
    monkeypatch.setattr(accept, "build_tree", lambda folder, _: made(update.PROJECT, folder, ""))
    accept.accept(review)
    update.update(review, "begun")  # nothing has moved, and the history begins
    edit(review, f"{ROW}0", f"{ROW}1")
    accept.accept(review)
    assert update.update(review, "seen")[-1] != update.NOTHING
    assert [row["why"] for row in read_history(review)] == ["begun", "seen"]
    assert update.update(review, "again")[-1] == update.NOTHING


def test_without_the_record_of_what_the_lock_was_made_from_no_rows_are_counted(review):
    update.update(review, "first")
    (review / "numbers.lock.json").unlink()
    edit(review, f"{ROW}0", f"{ROW}1")
    assert "not known" in "\n".join(update.update(review, "second"))
    assert read_history(review)[-1]["rows_changed"] is None


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from tests.commands import test_update
from workflow.commands import update
moves, replace = [], Path.replace

def killed(path, target):
    if path.parent.name == ".accept.ready":
        if len(moves) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        moves.append(target)
    return replace(path, target)

Path.replace = killed
update.build = test_update.made
update.update(Path(sys.argv[1]), "second", today="2199-01-01")
"""


@pytest.mark.parametrize("moves", [0, 2, 3])
def test_an_update_that_is_killed_between_its_files_is_whole_after_the_next_one(
    review, moves, capsys
):
    update.update(review, "first")
    edit(review, f"{ROW}0", f"{ROW}1")
    words = [sys.executable, "-c", KILLED, str(review), str(moves)]
    run = subprocess.run(words, cwd=update.PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert update.update(review, "third", today="2199-01-02")[-1] == update.NOTHING
    assert "a killed command had accepted" in capsys.readouterr().out
    assert [row["why"] for row in read_history(review)] == ["first", "second"]
    assert read_history(review)[-1]["lock"] == file_sha256(review / "numbers.lock.csv")
    assert (review / "CHANGELOG.md").read_text().count(" second.") == 1
    assert not list(review.glob(".accept.*"))


def test_a_file_that_cannot_be_moved_into_place_is_told_and_moved_later(review):
    update.update(review, "first")
    edit(review, f"{ROW}0", f"{ROW}1")
    changelog = review / "CHANGELOG.md"
    changelog.unlink(missing_ok=True)
    changelog.mkdir()
    with pytest.raises(SystemExit, match="CHANGELOG"):
        update.main(["--directory", str(review)])
    changelog.rmdir()
    update.update(review, "second")
    assert len(read_history(review)) == 2


def test_a_run_that_fails_leaves_the_history_and_the_lock_as_they_were(review, monkeypatch):
    update.update(review, "first")
    before = kept(review)

    def fails(*words):
        raise ReviewError("extraction.csv, row 2: made up")

    monkeypatch.setattr(update, "build", fails)
    with pytest.raises(SystemExit, match="row 2: made up\nNothing was accepted"):
        update.main(["--directory", str(review)])
    assert kept(review) == before


def test_a_history_that_was_edited_by_hand_is_refused_with_its_row(review):
    update.update(review, "first")
    path = review / "history.csv"
    path.write_text(path.read_text().replace(",3,points", ",three,points"))
    before = kept(review)
    with pytest.raises(SystemExit, match=r"history\.csv.*row 2.*k"):
        update.main(["--directory", str(review)])
    assert kept(review) == before


def test_a_report_that_fails_does_not_take_back_what_was_accepted(review, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "made up")
    monkeypatch.setattr(update, "snakemake", lambda review: failed)
    with pytest.raises(SystemExit, match="made up\nThe numbers are accepted and entered; only"):
        update.main(["--directory", str(review)])
    assert len(read_history(review)) == 1


def test_rows_that_change_while_the_numbers_are_made_are_not_accepted(review, monkeypatch):
    update.update(review, "first")
    before = kept(review)

    def edited(*words):
        built = made(*words)
        edit(review, f"{ROW}0", f"{ROW}1")
        return built

    monkeypatch.setattr(update, "build", edited)
    with pytest.raises(InputError, match=r"extraction\.csv: has changed while the numbers were"):
        update.update(review, "second")
    assert kept(review) == before


def test_a_clock_that_runs_behind_the_history_is_told_and_nothing_is_written(review):
    update.update(review, "first", today="2026-01-31")
    edit(review, f"{ROW}0", f"{ROW}1")
    before = kept(review)
    with pytest.raises(InputError, match=r"row 3, date: '2026-01-30' comes after 2026-01-31"):
        update.update(review, "second", today="2026-01-30")
    assert kept(review) == before


def test_of_two_updates_at_once_one_is_refused(tmp_path):
    (tmp_path / "config.yaml").write_text("schema_version: 1\n")
    place = tmp_path / ".snakemake/update"
    held = subprocess.Popen(
        [sys.executable, "-c", LOCKED, str(place)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert held.stdout.readline() == "held\n"
        with pytest.raises(SystemExit, match="another run is at work"):
            update.main(["--directory", str(tmp_path)])
    finally:
        held.kill()
        held.wait()
        held.stdout.close()
    assert not (tmp_path / "history.csv").exists()


def test_a_folder_without_a_review_is_refused(tmp_path):
    with pytest.raises(SystemExit, match=r"is no review, for it has no config\.yaml"):
        update.main(["--directory", os.fspath(tmp_path)])
