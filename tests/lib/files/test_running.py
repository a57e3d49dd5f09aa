"""workflow/lib/files/running.py: one run at a time, and nothing left of one that was killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workflow.lib.errors import InputError
from workflow.lib.files import running

ROOT = Path(__file__).parents[3]
HOLDER = (
    "import sys, time\n"
    "from workflow.lib.files.running import hold\n"
    "hold(sys.argv[1]); print('held', flush=True); time.sleep(60)\n"
)


@pytest.fixture
def hold(monkeypatch):
    """The function; what it holds is let go after the test."""
    held = []
    monkeypatch.setattr(running, "_HELD", held)
    yield running.hold
    for file in held:
        file.close()


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "held")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_folder_that_another_process_holds_is_refused(tmp_path, hold, holder):
    with pytest.raises(
        InputError, match="another run is at work in this folder; wait until it has"
    ):
        hold(tmp_path / "held")


def test_a_process_that_was_killed_holds_nothing(tmp_path, hold, holder):
    holder.kill()
    holder.wait()
    hold(tmp_path / "held")


def test_other_folders_are_free(tmp_path, hold, holder):
    hold(tmp_path / "other")


def test_a_file_system_without_locks_does_not_stop_the_run(tmp_path, hold, monkeypatch):
    def none(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(running.fcntl, "flock", none)
    hold(tmp_path)


@pytest.fixture
def obeyed(monkeypatch):
    """Permissions hold for the user of the tests, too, who may be root."""
    monkeypatch.setattr(os, "access", lambda path, _: bool(Path(path).stat().st_mode & 0o200))


def test_every_folder_of_the_results_that_cannot_be_written_is_named(tmp_path, obeyed):
    for name in ("results/open", "results/closed"):
        (tmp_path / name).mkdir(parents=True)
    running.require_writable(tmp_path / "results")
    (tmp_path / "results/closed").chmod(0o500)
    with pytest.raises(InputError) as caught:
        running.require_writable(tmp_path / "results")
    assert str(caught.value).startswith(f"{tmp_path}/results/closed: cannot be written; allow it")


def test_results_that_are_not_there_yet_need_a_folder_that_can_be_written(tmp_path, obeyed):
    running.require_writable(tmp_path / "results")
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match=f"{tmp_path}: cannot be written"):
        running.require_writable(tmp_path / "results")
    tmp_path.chmod(0o700)


def test_a_file_in_the_place_of_the_results_is_named(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(InputError, match="results: is a file"):
        running.require_writable(tmp_path / "results")
