"""make bench: time and memory of made-up collections, start-up of all jobs included, and how they grow."""

import csv
import os
import platform
import re
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from made_up_collection import write_collection

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "benchmarks/collection.csv"
SIZES = (1_000, 10_000, 57_397, 100_000, 1_000_000)  # the third: Kontopantelis et al. 2013
LIMITS = {57_397: (15.0, 1024)}  # seconds on 2 cores, MB of all processes together
TOTAL = re.compile(r"^total +(\d+)$", re.MULTILINE)
PAUSE = 0.1  # seconds between two looks at the memory


def main():
    """Print the table and write it to benchmarks/collection.csv; sizes may be given as words."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    rows = [measured(size) for size in sizes]
    if sizes == SIZES:
        with OUTPUT.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for row in rows:
        print("  ".join(f"{name} {row[name]}" for name in row))


def measured(size):
    """One row of the table: the whole run, from Parquet to tables and page, in a folder of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_collection(size, folder)
        load, before = os.getloadavg()[0], resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        command = [sys.executable, "-m", "snakemake", "-s", "workflow/collection.smk"]
        command += ["--directory", str(folder), "--cores", "2"]
        log = folder / "snakemake.log"
        with log.open("w") as file:
            run = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
            peak = watched(run)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        said = log.read_text(encoding="utf-8")
        if run.returncode:
            sys.exit(said)
        cpu = sum(getattr(after, n) - getattr(before, n) for n in ("ru_utime", "ru_stime"))
        made, limits = folder / "results/collection", LIMITS.get(size, ("", ""))
        return {
            **{"meta_analyses": size, "parts": len(list((made / "parts").iterdir()))},
            **{"jobs": int(TOTAL.search(said)[1]) - 1, "wall_s": round(wall, 1)},
            **{
                "cpu_s": round(cpu, 1),
                "limit_s": limits[0],
                "peak_mb": peak,
                "limit_mb": limits[1],
            },
            "index_mb": round((made / "index.html").stat().st_size / 2**20, 1),
            **{"load_before": round(load, 1), "machine": machine()},
        }


def watched(run):
    """Most MB that the process and all below it had in memory together, until it ends."""
    most, done = 0, threading.Event()

    def look():
        nonlocal most
        parent = psutil.Process(run.pid)
        while not done.wait(PAUSE):
            most = max(most, memory(parent))

    thread = threading.Thread(target=look)
    thread.start()
    run.wait()
    done.set()
    thread.join()
    return round(most / 2**20)


def memory(parent):
    """Bytes of a process and all below it; pages that they share are counted in each."""
    try:
        processes = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def machine():
    """What it was measured on."""
    return f"{platform.machine()} {os.cpu_count()} cores Python {platform.python_version()}"


if __name__ == "__main__":
    main()
