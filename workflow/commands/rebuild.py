"""What make verify, accept, update and diff share: a review built, in a clean copy or where it stands."""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.lock_files import made_from
from workflow.lib.files.tables import read_json

PROJECT = Path(__file__).parents[2]
CODE = ("Snakefile", "workflow", "profiles", "report", "environment.yml")
REVIEW = ("config.yaml", "data", "report", "references.bib")
MADE = ("results/numbers.json", "results/inputs.json")
QUIET = ("--quiet", "host", "reason", "rules", "progress")
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__")


@dataclass(frozen=True, slots=True)
class Build:
    """The numbers of one build, what they were made from, and the folder of its raw tables."""

    numbers: dict
    sources: dict
    raw: Path


def parser(description):
    """The arguments that the commands share."""
    words = argparse.ArgumentParser(description=description)
    words.add_argument(
        "--directory", type=Path, default=Path(), help="folder of the review (default: here)"
    )
    return words


def require_review(folder):
    """Nothing, if the folder holds a review; else an InputError."""
    if not (folder / "config.yaml").is_file():
        raise InputError([f"{folder.resolve()}: is no review, for it has no config.yaml"])


def build_tree(review, target):
    """The Build of the review as it stands in its folder, in copies below `target`."""
    require_review(review)
    _copy(PROJECT, target / "project", CODE)
    _copy(review, target / "review", REVIEW)
    return build(target / "project", target / "review", "the files as they are")


def build_revision(name, review, target):
    """The Build of the review as it was in one revision of git, with the workflow of that revision."""
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if not commit:
        raise InputError(
            [f"{name}: git knows no such revision here; `git fetch` may bring it, or name another"]
        )
    try:
        place = review.resolve().relative_to(PROJECT.resolve())
    except ValueError:
        raise InputError(
            [f"{review.resolve()}: lies outside {PROJECT}, whose revisions are compared"]
        ) from None
    archive = _git("archive", "--format=tar", commit.decode().strip())
    with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
        # Python before 3.11.4 (Debian 12) has no filters; the archive is git's own
        tree.extraction_filter = getattr(tarfile, "data_filter", None)
        tree.extractall(target)
    require_review(target / place)
    return build(target, target / place, name)


def _copy(source, target, names):
    target.mkdir(parents=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=NOT_COPIED)
        elif (source / name).exists():
            shutil.copy2(source / name, target / name)


def build(project, review, title):
    """The Build of a review in its folder by the workflow of `project`.

    Raises
    ------
    ReviewError
        If the run fails; in its own words.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = snakemake(*MADE, review=review, project=project, environment=environment)
    if run.returncode or not all((review / path).is_file() for path in MADE):
        raise ReviewError(f"{run.stdout.strip()}\n\n{title}: the build failed, see above")
    numbers, manifest = (read_json(review / path) for path in MADE)
    return Build(numbers, made_from(review, project, manifest), review / "data/raw")


def snakemake(*words, review, project=PROJECT, environment=None):
    """The finished run of the workflow of `project` in the folder of a review; it prints to one text."""
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *words, *QUIET, "--directory", str(review)],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _git(*words):
    """What a git command prints about this project; nothing if it refuses."""
    try:
        run = subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, check=False)
    except OSError:
        raise InputError(["git is needed to compare revisions; install it"]) from None
    return run.stdout if run.returncode == 0 else b""
