"""workflow/lib/files/runlog.py: records, warnings and reasons of one job in its own log."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
JOB = """
import logging, sys, warnings
from workflow.lib.errors import InputError
from workflow.lib.files.runlog import logged
with logged(sys.argv[1]):
    logging.info("a remark")
    warnings.warn("a warning")
    {end}
"""


@pytest.fixture
def job(tmp_path):
    """Function last line -> (finished process, text of its log)."""

    def run(end):
        log = tmp_path / "logs/made_up.log"
        command = [sys.executable, "-c", JOB.format(end=end), str(log)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return done, log.read_text(encoding="utf-8")

    return run


def test_remarks_and_warnings_go_to_the_log_and_not_to_the_terminal(job):
    done, log = job("pass")
    assert (done.returncode, done.stderr) == (0, "")
    assert log.startswith("INFO a remark\nWARNING ")
    assert "UserWarning: a warning" in log


def test_an_error_on_purpose_is_told_in_its_own_words_without_a_traceback(job):
    done, log = job("raise InputError(['first problem', 'second problem'])")
    assert done.returncode == 1
    assert done.stderr == "\nfirst problem\nsecond problem\n\n"
    assert "ERROR first problem\nsecond problem" in log
    assert "Traceback" not in log + done.stderr


def test_any_other_error_comes_with_its_traceback_in_both(job):
    done, log = job("1 / 0")
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback (most recent call last)" in log


def test_a_disk_without_room_is_told_in_one_sentence_and_not_by_a_traceback(job):
    done, log = job("raise OSError(28, 'No space left on device', 'results/numbers.json')")
    assert done.returncode == 1
    assert "results/numbers.json: the disk has no room left; make some" in done.stderr
    assert "Traceback" not in done.stderr + log
    assert "the disk has no room left" in log


def test_a_file_that_may_not_be_opened_is_told_without_a_traceback(job):
    done, log = job("raise PermissionError(13, 'Permission denied', 'results/numbers.json')")
    assert done.returncode == 1
    assert "results/numbers.json: may not be opened; see who owns it" in done.stderr
    assert "Traceback" not in done.stderr + log


def test_another_error_of_the_system_keeps_its_traceback(job):
    done, log = job("raise OSError(5, 'Input/output error', 'results/numbers.json')")
    assert done.returncode == 1
    assert "Traceback" in log
