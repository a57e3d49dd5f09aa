"""workflow/commands/update.py: an entry for what moved, none for what did not, and nothing half-written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline import Pipeline
from workflow.commands import new_review, update
from workflow.commands.in_process import write_seal
from workflow.lib.errors import ReviewError
from workflow.lib.files import lock_files
from workflow.lib.files.lock_files import read_history, read_lock
from workflow.lib.files.tables import write_json

SOFTWARE = {"software": {"python": "3"}, "platform": "here"}
LOCKED = """
import sys, time
from workflow.lib.files.running import hold
hold(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def review(tmp_path, monkeypatch):
    """A new review whose numbers are made in this process, without Snakemake."""
    monkeypatch.setattr(new_review, "write_template", lambda path, choices: None)
    monkeypatch.setattr(update, "hold", lambda folder: None)
    monkeypatch.setattr(update, "run", made)
    new_review.main(["living", "--directory", str(tmp_path)])
    return tmp_path / "living"


def made(review, *targets):
    """Stands for the run of Snakemake: the same scripts, in this process."""
    if targets:
        run = Pipeline(
            review / "data/raw",
            review / "results",
            new_review.yaml.safe_load((review / "config.yaml").read_text()),
        )
        run.numbers()
        write_json({"config": run.config, **SOFTWARE}, review / "results/inputs.json")


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
    assert "The first entry" in told
    assert entry["k"] == 3
    assert entry["ci_lb"] < entry["estimate"] < entry["ci_ub"]
    assert entry["estimate"] == read_lock(review)["pooled.primary.beta"]["value"]
    assert entry["why"] == "first"
    assert entry["lock"] == lock_files.file_sha256(review / "numbers.lock.csv")


def test_where_nothing_moved_there_is_no_entry_and_no_file_is_touched(review):
    update.update(review, "first")
    before = kept(review)
    told = update.update(review, "again")
    assert told[-1] == update.NOTHING
    assert kept(review) == before


def test_a_changed_row_is_told_and_entered(review):
    update.update(review, "first")
    edit(
        review,
        "example_a,main_outcome,treatment,12 weeks,,mean,4.0",
        "example_a,main_outcome,treatment,12 weeks,,mean,4.1",
    )
    told = "\n".join(update.update(review, "erratum  of\nstudy A"))
    first, second = read_history(review)
    assert "pooled.primary.beta" in told
    assert (second["rows_added"], second["rows_changed"]) == (0, 1)
    assert second["estimate"] != first["estimate"]
    assert second["why"] == "erratum of study A"
    assert second["lock"] != first["lock"]


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


@pytest.mark.parametrize("dies_at", [0, 1, 2])
def test_an_update_that_is_killed_between_its_files_is_finished_by_another(
    review, monkeypatch, dies_at
):
    update.update(review, "first")
    edit(
        review,
        "example_a,main_outcome,treatment,12 weeks,,mean,4.0",
        "example_a,main_outcome,treatment,12 weeks,,mean,4.1",
    )
    moved, real = [], Path.replace

    def replace(path, target):
        if Path(target).parent == review and path.parent.name.startswith(".accept."):
            if len(moved) == dies_at:
                raise KeyboardInterrupt
            moved.append(Path(target).name)
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            update.update(review, "second")
    assert moved == ["history.csv", "numbers.lock.csv"][:dies_at]
    assert len(read_history(review)) == 1 + bool(dies_at)
    update.update(review, "second")
    assert [row["why"] for row in read_history(review)] == ["first", "second"]
    lock = lock_files.file_sha256(review / "numbers.lock.csv")
    assert read_history(review)[-1]["lock"] == lock
    assert not list(review.glob(".accept.*"))


def test_a_run_that_fails_leaves_the_history_and_the_lock_as_they_were(review, monkeypatch):
    update.update(review, "first")
    before = kept(review)

    def fails(review, *targets):
        raise ReviewError("extraction.csv, row 2: made up")

    monkeypatch.setattr(update, "run", fails)
    with pytest.raises(SystemExit, match="row 2: made up\nNo entry was written"):
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
