"""make bench: time builds of a copy of the project, the audit of one number, and the audit of much."""

import csv
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import audit

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "benchmarks/latest.csv"
RUNS = 3
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".snakemake", "results", "__pycache__", "tests")
JOBS = re.compile(r"^(\w+) +(\d+)$", re.MULTILINE)
LIMITS = {  # seconds on 2 cores, with the stand-in
    "clean build": 30.0,
    "nothing to do": 2.5,
    "explain a number": 2.5,
    "claims and forensics, 10,000 rows each": 2.0,
    "method search, 10,000 universes": 2.0,
}
VERIFY, MOST = "make verify", 1.3  # of a clean build
CHAIN = "results/explain/pooled.primary.beta.md"


def main():
    """Print the table and write it to benchmarks/latest.csv."""
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT, project, ignore=LEFT_OUT)
        rows = [summary(name, task, project) for name, task in TASKS.items()]
        clean = rows[0]["median_s"]
        rows += [audited(name, task, project) for name, task in AUDIT.items()]
    limits = LIMITS | {VERIFY: round(MOST * clean, 2)}
    for row in rows:
        row["limit_s"] = limits.get(row["task"], "")
        row["ratio_to_clean"] = round(row["median_s"] / clean, 3)
    write(rows)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for row in rows:
        print("  ".join(f"{name} {row[name]}" for name in row))


def summary(name, task, project):
    """Median wall time of a task over several runs, and the rules that ran last."""
    times, rules = [], ""
    for number in range(RUNS):
        task(project, number)
        start = time.perf_counter()
        rules = snakemake(project)
        times.append(time.perf_counter() - start)
    return told(name, times, rules)


def told(name, times, rules):
    """One row of the table; its limit is filled in when all are known."""
    median = round(statistics.median(times), 2)
    return {"task": name, "runs": RUNS, "median_s": median, "limit_s": "", "jobs": rules}


def audited(name, task, project):
    """Median time of a task of the audit; it returns its own seconds."""
    return told(name, [task(project) for _ in range(RUNS)], "none")


def explain(project):
    """Seconds for the chain of one number as a target, all results being there."""
    (project / CHAIN).unlink(missing_ok=True)
    return audit.timed(snakemake, project, CHAIN)


def verify(project):
    """Seconds for the comparison of a clean build with the lock."""
    command = [sys.executable, "-m", "workflow.commands.verify"]
    start = time.perf_counter()
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if not run.stdout.startswith("Numbers"):  # what moved by the cells changed above is no matter
        sys.exit(run.stdout + run.stderr)
    return time.perf_counter() - start


AUDIT = {
    "explain a number": explain,
    VERIFY: verify,
    "claims and forensics, 10,000 rows each": lambda _: audit.claims_and_forensics(),
    "method search, 10,000 universes": lambda _: audit.method_search(),
}


def snakemake(project, *targets):
    """Run the workflow on 2 cores; 'rule:count' of what ran."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *targets]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(run.stderr)
    table = run.stderr.partition("Job stats:")[2].partition("\n\n")[0]
    jobs = [(rule, count) for rule, count in JOBS.findall(table) if rule not in ("all", "total")]
    return " ".join(f"{rule}:{count}" for rule, count in jobs) or "none"


def start_clean(project, _):
    """Nothing is there yet."""
    shutil.rmtree(project / "results", ignore_errors=True)


def leave(_project, _number):
    """Nothing changes."""


def change_cell(name, old, new):
    """A task that changes one cell of a raw table back and forth, and seals it."""

    def change(project, number):
        path = project / "data/raw" / name
        text = path.read_text(encoding="utf-8")
        here, there = (old, new) if old in text else (new, old)
        assert here in text, f"{name}: neither {old} nor {new}"
        path.write_text(text.replace(here, there, 1), encoding="utf-8")
        seal = [sys.executable, "-m", "workflow.commands.seal"]
        subprocess.run(seal, cwd=project, check=True, capture_output=True)

    return change


TASKS = {
    "clean build": start_clean,
    "nothing to do": leave,
    "one changed claim": change_cell("claims.csv", ",2.32,", ",2.31,"),
    "one changed flow count": change_cell(
        "flow.csv", "records_identified,200", "records_identified,201"
    ),
    "one changed extraction cell": change_cell(
        "extraction.csv", ",mean_decrease,4.2,", ",mean_decrease,4.1,"
    ),
}


def write(rows):
    """The table as CSV."""
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
