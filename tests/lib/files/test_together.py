"""workflow/lib/files/together.py: killed at any moment, a folder has all old files or all new ones."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workflow.lib.files.together import finish, is_pending, replace_together

ROOT = Path(__file__).parents[3]
NAMES = ("CHANGELOG.md", "history.csv", "numbers.lock.csv", "numbers.lock.json")
KILLED = """
import os, signal, sys
from workflow.lib.files.together import replace_together

left = int(sys.argv[2])
STEPS = ("open", "os.mkdir", "os.rename", "os.rmdir", "os.remove")

def hook(event, words):  # every step on the files of the folder is a moment
    global left
    if event in STEPS and sys.argv[1] in str(words[0]):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

def fill(staged):
    for name in sys.argv[3:]:
        (staged / name).write_text("new")

sys.addaudithook(hook)
replace_together(sys.argv[1], fill)
"""


def filled(text):
    def fill(folder):
        for name in NAMES:
            (folder / name).write_text(text)

    return fill


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def killed(folder, moment):
    """Whether the process was killed at that step, rather than at its end by itself."""
    words = [sys.executable, "-c", KILLED, str(folder), str(moment), *NAMES]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, -signal.SIGKILL), run.stderr
    return run.returncode != 0


def test_a_kill_at_any_moment_leaves_the_old_files_or_the_new_ones(tmp_path):
    """The next command moves what a kill has left between two moves."""
    seen, moment = [], 0
    while killed(_folder(tmp_path, moment), moment):
        folder = tmp_path / str(moment)
        pending = is_pending(folder)
        if not pending:
            assert len(set(contents(folder).values())) == 1
        finish(folder)
        (state,) = set(contents(folder).values())
        assert set(contents(folder)) == set(NAMES)
        assert state == "new" if pending else True
        seen.append((state, pending))
        replace_together(folder, filled("third"))
        assert {path.name for path in folder.iterdir()} == set(NAMES)  # the rest is swept away
        moment += 1
    assert seen == sorted(seen, key=lambda one: one[0] == "new")  # old ones first, then new ones
    assert sum(pending for _, pending in seen) >= len(NAMES)
    assert {state for state, _ in seen} == {"old", "new"}


def _folder(place, moment):
    folder = place / str(moment)
    folder.mkdir()
    filled("old")(folder)
    return folder


def test_a_failure_while_they_are_written_leaves_the_old_files_and_nothing_else(tmp_path):
    filled("old")(tmp_path)

    def fails(staged):
        (staged / NAMES[0]).write_text("new")
        raise OSError("No space left")

    with pytest.raises(OSError, match="No space left"):
        replace_together(tmp_path, fails)
    assert contents(tmp_path) == dict.fromkeys(NAMES, "old")
    assert len(list(tmp_path.iterdir())) == len(NAMES)


def test_there_is_nothing_to_finish_where_nothing_was_killed(tmp_path):
    filled("old")(tmp_path)
    assert finish(tmp_path) == []
    assert contents(tmp_path) == dict.fromkeys(NAMES, "old")
