"""Runs that were killed: a plain rerun finishes them, with the bytes of a run that nobody disturbed."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.end_to_end

PAUSE = """def main(smk) -> None:
    import os, time
    from pathlib import Path
    if not Path("do_not_pause_{rule}").exists():
        Path("paused_{rule}").write_text(str(os.getpid()))
        time.sleep(600)
"""
FULL = """def main(smk) -> None:
    import os
    from pathlib import Path
    def full(*_):
        raise OSError(28, "No space left on device")
    if Path("disk_is_full").exists():
        os.fsync = full
"""


def insert(folder, rule, lines):
    """Put lines at the beginning of the main function of a copied script."""
    path = folder / f"workflow/scripts/{rule}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count("def main(smk) -> None:\n") == 1
    path.write_text(text.replace("def main(smk) -> None:\n", lines.format(rule=rule)), "utf-8")


class Run:
    """A run in its own process group that stops in the middle of a rule."""

    def __init__(self, folder, rule, *words):
        self.folder, self.rule = folder, rule
        (folder / f"paused_{rule}").unlink(missing_ok=True)
        self.output = (folder / f"run_{rule}.txt").open("w+")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *words],
            cwd=folder,
            env=environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.job = self.wait_for_pause()

    def wait_for_pause(self):
        """The process id of the script that sleeps."""
        path, end = self.folder / f"paused_{self.rule}", time.monotonic() + 60
        while time.monotonic() < end:
            if path.exists() and path.read_text():
                return int(path.read_text())
            assert self.process.poll() is None, self.text()
            time.sleep(0.05)
        raise AssertionError(f"{self.rule} was not reached: {self.text()}")

    def text(self):
        self.output.flush()
        return (self.folder / f"run_{self.rule}.txt").read_text()

    def end(self):
        """Kill what is left of it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.output.close()


@pytest.fixture
def start(project):
    """Function (rule, words) -> Run that sleeps in that rule of the project's copy."""
    runs = []

    def starter(rule, *words):
        runs.append(Run(project, rule, *words))
        return runs[-1]

    yield starter
    for run in runs:
        run.end()


def test_a_run_that_was_killed_twice_is_finished_by_a_plain_rerun_with_the_same_bytes(
    project, built_project, start, run_snakemake
):
    insert(project, "collect_numbers", PAUSE)
    insert(project, "draw_flow", PAUSE)
    first = start("collect_numbers")
    os.killpg(first.process.pid, signal.SIGKILL)  # snakemake and its jobs: a power cut
    first.process.wait()
    assert not (project / "results/numbers.json").exists()
    (project / "do_not_pause_collect_numbers").touch()
    second = start("draw_flow")
    os.kill(second.job, signal.SIGKILL)  # one script alone: out of memory
    assert second.process.wait(timeout=60) == 1
    assert "draw_flow" in second.text()
    assert not (project / "results/report/index.html").exists()
    (project / "do_not_pause_draw_flow").touch()
    third = run_snakemake(project)
    assert third.returncode == 0, third.stdout
    whole = sorted((built_project / "results").rglob("*.svg"))
    assert whole
    for path in (*whole, built_project / "results/numbers.json"):
        again = project / path.relative_to(built_project)
        assert again.read_bytes() == path.read_bytes(), path.name
    assert not [path.name for path in (project / "results").rglob(".*.svg.*")]


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_one_lives(
    project, start, run_snakemake
):
    target = "results/prepared/checked.json"
    insert(project, "check_inputs", PAUSE)
    first = start("check_inputs", target)
    second = run_snakemake(project, target)
    assert second.returncode == 1
    assert "another run is at work in this folder; wait until it has finished" in second.stdout
    assert first.process.poll() is None
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    (project / "do_not_pause_check_inputs").touch()
    third = run_snakemake(project, target)
    assert third.returncode == 0, third.stdout


def test_a_full_disk_leaves_no_half_written_file_and_a_plain_rerun_finishes(project, run_snakemake):
    target = "results/prepared/values.csv"
    insert(project, "prepare_data", FULL)
    (project / "disk_is_full").touch()
    run = run_snakemake(project, target)
    assert run.returncode == 1
    assert "the disk has no room left; make some and run again" in run.stdout
    assert not (project / target).exists()
    assert not list((project / "results").rglob("*values*"))
    (project / "disk_is_full").unlink()
    run = run_snakemake(project, target)
    assert run.returncode == 0, run.stdout
    assert (project / target).stat().st_size > 1000
