"""What a run was made of and what it made: files with their sums, configuration, code and software.

No time stamps: equal runs on equal machines give equal records.
"""

import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from workflow.lib.files.fingerprint import WORKFLOW, file_sha256

PACKAGES = (
    *("snakemake", "numpy", "pandas", "scipy", "matplotlib", "jsonschema", "pyyaml"),
    *("pypandoc_binary", "typst", "rapidfuzz", "bibtexparser", "defusedxml"),
)
PROJECT = WORKFLOW.parent
CODE = (
    *("Snakefile", "Makefile", "environment.yml", "requirements.in", "requirements.lock"),
    *("pyproject.toml", "CITATION.cff", "LICENSE"),
)
CODE_FOLDERS = ("profiles", "workflow")
LISTED = ("inputs", "outputs", "code")  # parts of a manifest that have sums
# folders and files of results/ that a manifest does not list
NOT_LISTED = ("logs", "benchmarks", "explain", "crate", "bundle.zip", "manifest.json")


def software():
    """Name -> version of Python and of the packages that numbers and pages can depend on."""
    return {"python": platform.python_version(), **dict(_packages())}


@cache
def _packages():
    """(name, version) of each package."""
    return tuple((name, version(name)) for name in PACKAGES)


def inputs_record(inputs, *, config, library):
    """The record of what numbers are made of; `inputs` are paths."""
    return {
        "inputs": {named(path): file_sha256(path) for path in sorted(inputs)},
        "config": config,
        "library": library,
        "software": software(),
        "platform": sys.platform,
        "machine": platform.machine(),
    }


def manifest_record(jobs, inputs, *, config, library, code):
    """The manifest of a run: its inputs, everything that `jobs` have made, and what made it.

    `inputs` are the files that no job makes; `code` is that of code_sums, which sources of the
    report that lie beside the workflow join. A folder among the files of a job is listed file by
    file.
    """
    jobs = [_plain_job(job) for job in jobs]
    outputs = {path: file_sha256(path) for job in jobs for path in job["outputs"]}
    own = [path for path in inputs if not Path(path).is_absolute()]
    shared = {named(path): file_sha256(path) for path in inputs if Path(path).is_absolute()}
    record = inputs_record(own, config=config, library=library)
    return record | {"outputs": outputs, "code": code | shared, "jobs": jobs}


def _plain_job(job):
    parts = {name: [named(path) for path in spread(job[name])] for name in ("inputs", "outputs")}
    return job | parts


def spread(paths):
    """The files among `paths` and in the folders among them, without hidden ones."""
    return [file.as_posix() for path in map(Path, paths) for file in _files(path)]


def _files(path):
    return sorted(visible_files(path)) if path.is_dir() else [path]


def visible_files(folder):
    """Files below a folder that are neither hidden nor Python's own by-products."""
    for path in Path(folder).rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            yield path


def named(path):
    """The path as the manifest has it: relative to the review, or to the project with the workflow."""
    path = Path(path)
    if path.is_absolute() and path.is_relative_to(PROJECT):
        path = path.relative_to(PROJECT)
    return path.as_posix()


def code_sums():
    """Path -> sum of every file of the workflow and of what sets it up, wherever the review lies."""
    files = [PROJECT / name for name in CODE if (PROJECT / name).is_file()]
    for folder in CODE_FOLDERS:
        files += visible_files(PROJECT / folder)
    return {named(path): file_sha256(path) for path in sorted(files)}


def raw_notes(folder="data/raw"):
    """Pages beside the raw tables that say how to read and complete them."""
    return sorted(path.as_posix() for path in Path(folder).glob("*.md"))


def place_of(part, name, folder="."):
    """Where a file of one part of the manifest lies: code beside the workflow, all else in the review."""
    return (PROJECT if part == "code" else Path(folder)) / name


def manifest_problems(record, folder="."):
    """Every file that is not what the manifest says, with what was expected and what was found."""
    return [
        f"{name}: {problem}"
        for part in LISTED
        for name, total in sorted(record[part].items())
        if (problem := _difference(place_of(part, name, folder), total))
    ]


def _difference(path, total):
    if not path.is_file():
        return f"expected {total[:12]}, but the file is missing"
    found = file_sha256(path)
    return "" if found == total else f"expected {total[:12]}, found {found[:12]}"


def manifest_remarks(record, folder="."):
    """What is not wrong but should be known: files that no job made, other versions of software."""
    results = Path(folder) / "results"
    made = {path.relative_to(folder).as_posix() for path in visible_files(results)}
    kept = {name for name in made if not _is_left_out(name)}
    lines = [f"{name}: not in the manifest" for name in sorted(kept - set(record["outputs"]))]
    here = software() | {"platform": sys.platform, "machine": platform.machine()}
    then = record["software"] | {name: record[name] for name in ("platform", "machine")}
    return lines + [
        f"{name}: the run had {then[name]}, here is {here.get(name, 'none')}"
        for name in sorted(then)
        if then[name] != here.get(name)
    ]


def _is_left_out(name):
    """Whether a file below results/ is one of those that a manifest does not list."""
    parts = Path(name).parts
    staged = parts[1] == "report" and parts[2].startswith("_")  # the sources of a page
    return parts[1] in NOT_LISTED or staged
