"""workflow/lib/files/cluster.py: a cluster that is not reachable is told before anything is submitted."""

import pytest

from workflow.lib.errors import InputError
from workflow.lib.files import cluster


def commands(folder, scontrol):
    """A folder with made-up commands of Slurm."""
    for name in ("sbatch", "squeue", "scontrol"):
        text = f"#!/bin/sh\n{scontrol if name == 'scontrol' else 'exit 1'}\n"
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_other_executors_are_not_asked(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for executor in ("local", "dryrun", "kubernetes"):
        cluster.require_cluster(executor)


def test_missing_commands_are_all_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        InputError, match="sbatch, squeue, scontrol is not on the PATH; nothing was"
    ):
        cluster.require_cluster("slurm")


def test_a_controller_that_is_up_is_enough(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", commands(tmp_path, "echo 'Slurmctld(primary) at node is UP'"))
    cluster.require_cluster("slurm")


@pytest.mark.parametrize(
    "answer",
    ["echo 'Slurmctld(primary) at node is DOWN'", "echo 'no such host' >&2; exit 1", "exit 1"],
)
def test_a_controller_that_is_not_up_is_told_in_its_own_words(monkeypatch, tmp_path, answer):
    monkeypatch.setenv("PATH", commands(tmp_path, answer))
    with pytest.raises(InputError, match=r"not up \((.+)\); nothing was submitted") as told:
        cluster.require_cluster("slurm")
    said = {"DOWN": "is DOWN", "such": "no such host"}
    assert next((text for key, text in said.items() if key in answer), "no answer") in str(
        told.value
    )


def test_a_controller_that_never_answers_is_not_waited_for(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", commands(tmp_path, "exec sleep 30"))
    monkeypatch.setattr(cluster, "WAIT", 0.2)
    with pytest.raises(InputError, match="no answer within 0.2 seconds; nothing was submitted"):
        cluster.require_cluster("slurm")
