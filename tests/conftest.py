"""What tests share: a fresh copy of the project, one that has been run, and a way to run Snakemake."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")  # a test that passed passes again

ROOT = Path(__file__).parents[1]
NOT_SOURCES = shutil.ignore_patterns(".*", "results", "__pycache__", "tests", "benchmarks")


def copy_sources(folder):
    """The folder, filled with the sources of this project: no results, no environment, no tests."""
    return Path(shutil.copytree(ROOT, folder, ignore=NOT_SOURCES))


def snakemake(folder, *words, timeout=300):
    """The finished `snakemake --cores 2 <words>` in `folder`; its output is text."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *map(str, words)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def run_snakemake():
    """The function (folder, *words) -> CompletedProcess; stdout holds both streams."""
    return snakemake


@pytest.fixture
def project(tmp_path):
    """A fresh copy of the sources, without results."""
    return copy_sources(tmp_path / "project")


@pytest.fixture(scope="session")
def built_project(tmp_path_factory):
    """One copy of the project after one full run, for all tests and workers; only read it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = shared / "built_project", shared / "built_project.done"
    with (shared / "built_project.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers of pytest-xdist wait here for the first one
        if not done.exists():
            run = snakemake(copy_sources(folder))
            assert run.returncode == 0, run.stdout
            done.touch()
    return folder


@pytest.fixture
def built_copy(built_project, tmp_path):
    """A copy of the project that has been run, with its times and records, to change at will."""
    subprocess.run(["cp", "-a", str(built_project), str(tmp_path / "built")], check=True)
    return tmp_path / "built"
