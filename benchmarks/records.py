"""make bench: time and memory of reading and deduplicating made-up exports, and how they grow."""

import csv
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "benchmarks/records.csv"
SIZES = (3_125, 12_500, 50_000)
LIMITS = {50_000: (30.0, 1024)}  # seconds on 2 cores, MB at the peak


def main():
    """Print the table and write it to benchmarks/records.csv; each size in a process of its own."""
    if len(sys.argv) > 1:
        print(",".join(map(str, measured(int(sys.argv[1])))))
        return
    rows = []
    for size in SIZES:
        command = [sys.executable, __file__, str(size)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        wall, cpu, peak, unique = map(float, run.stdout.split(","))
        limit = LIMITS.get(size, ("", ""))
        rows.append({"records": size, "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "limit_s": limit[0],
                     "peak_mb": round(peak), "limit_mb": limit[1], "unique": int(unique)})  # fmt: skip
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for row in rows:
        print("  ".join(f"{name} {row[name]}" for name in row))


def measured(size):
    """(wall seconds, processor seconds, peak in MB, unique records) of the rule on `size` records."""
    sys.path.insert(0, str(ROOT))
    from tests.projects.records_made_up import made_up_review
    from workflow.commands.in_process import Named, write_cells
    from workflow.lib.files.tables import read_json
    from workflow.scripts import remove_duplicates

    with TemporaryDirectory() as name:
        raw = Path(name)
        (raw / "records").mkdir()
        review = made_up_review(size)
        for file, content in review.exports.items():
            (raw / "records" / file).write_bytes(content)
        write_cells("sources", review.sources, raw)
        del review
        made = ("records", "pairs", "uncertain", "numbers", "section")
        given = Named(sources=str(raw / "sources.csv"))
        output = Named({one: str(raw / f"made_{one}") for one in made})
        start, spent = time.perf_counter(), time.process_time()
        remove_duplicates.main(SimpleNamespace(input=given, output=output, params=Named()))
        wall, cpu = time.perf_counter() - start, time.process_time() - spent
        unique = read_json(output.numbers)["records.unique"]["value"]
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, unique


if __name__ == "__main__":
    main()
