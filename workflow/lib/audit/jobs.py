"""The jobs of a run: which rule reads which files and makes which, and what a file was made from."""

from itertools import product
from pathlib import PurePosixPath
from types import SimpleNamespace


def jobs_of(rule, *, when=True, **values):
    """A record of each job of one rule: its id, rule, inputs, outputs and log; none if not `when`.

    `rule` is what a rule file calls rules.<name>; `values` has the values of each of its wildcards.
    The id is the place of the job's log below results/logs, such as fit_model/primary.
    """
    if not when:
        return []
    chosen = (dict(zip(values, row, strict=True)) for row in product(*values.values()))
    return [_job(rule, wildcards) for wildcards in chosen]


LOGS = "results/logs/"  # below the folder of the review


def _job(rule, wildcards):
    log = _paths(rule.log, wildcards)[0]
    place = PurePosixPath(log.partition(LOGS)[2])
    return {
        "id": place.with_suffix("").as_posix(),
        "rule": place.parts[0],
        "inputs": _paths(rule.input, wildcards),
        "outputs": _paths(rule.output, wildcards),
        "log": log,
    }


def _paths(items, wildcards):
    """Plain paths of a rule's input, output or log, wildcards filled in."""
    found = []
    for item in items:
        value = item(SimpleNamespace(**wildcards)) if callable(item) else item
        for path in [value] if isinstance(value, str) else value:
            found.append(_filled(str(path), wildcards))
    return found


def _filled(path, wildcards):
    for name, value in wildcards.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def made_by(jobs):
    """Files that jobs make, in the order of the jobs: path -> id of the job."""
    return {path: job["id"] for job in jobs for path in job["outputs"]}


def given_to(jobs):
    """Files that jobs read and none makes: the material that the run was given."""
    made = made_by(jobs)
    return sorted({path for job in jobs for path in job["inputs"] if path not in made})


def upstream(jobs, path):
    """Ids of all jobs that had to run for one file, in the order of `jobs`; none for a given file."""
    made, inputs = made_by(jobs), {job["id"]: job["inputs"] for job in jobs}
    needed, waiting = set(), [path]
    while waiting:
        job = made.get(waiting.pop())
        if job is not None and job not in needed:
            needed.add(job)
            waiting += inputs[job]
    return [job["id"] for job in jobs if job["id"] in needed]
