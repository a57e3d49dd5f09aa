"""make bench: what benchmarks/collection.csv and benchmarks/cluster.csv say, written into docs/scale.md."""

import csv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/scale.md"
START, END = "<!-- {}: written by make bench -->\n", "<!-- end of {} -->\n"


def main():
    """Write both tables into the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def filled(text):
    """The page with its two tables as they are now."""
    for name, table in (("growth", growth()), ("cluster", cluster())):
        start, end = START.format(name), END.format(name)
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = before + start + table + end + after
    return text


def growth():
    """How time and memory of a collection grow with its size."""
    rows = read("collection")
    heads = [
        "Meta-analyses",
        "Parts",
        "Jobs",
        "Seconds",
        "Processor seconds",
        "per 1,000",
        "Peak MB",
    ]
    heads += ["Index page, MB", "Load before"]
    lines = [
        [f"{int(row['meta_analyses']):,}", row["parts"], row["jobs"], row["wall_s"], row["cpu_s"]]
        + [f"{1000 * float(row['cpu_s']) / int(row['meta_analyses']):.2f}", row["peak_mb"]]
        + [row["index_mb"], row["load_before"]]
        for row in rows
    ]
    limit = next(row for row in rows if row["limit_s"])
    goal = (
        f"Goal at {int(limit['meta_analyses']):,}, the number of Kontopantelis et al. (2013): "
        f"{float(limit['limit_s']):g} s and {limit['limit_mb']} MB on two cores.\n"
    )
    return f"\n{table(heads, lines)}\nMeasured on {rows[0]['machine']}. {goal}\n"


def cluster():
    """The same runs here and on Slurm."""
    rows = read("cluster")
    heads = [
        "Run",
        "Jobs",
        "Submissions",
        "of them again, after a kill",
        "Files equal, byte for byte",
    ]
    heads += ["Seconds here", "Seconds on Slurm", "Load before"]
    lines = [
        [_run(row), row["jobs"], row["submissions"], row["submitted_again"], row["files"]]
        + [row["seconds_here"], row["seconds_slurm"], row["load_before"]]
        for row in rows
    ]
    return f"\n{table(heads, lines)}\nMeasured on {rows[0]['machine']}.\n\n"


def _run(row):
    many = row["meta_analyses"]
    return f"a collection of {int(many):,} meta-analyses" if many else row["run"]


def table(heads, lines):
    """A table in Markdown, numbers to the right."""
    rule = ["---"] + ["--:"] * (len(heads) - 1)
    return "".join(f"| {' | '.join(row)} |\n" for row in [heads, rule, *lines])


def read(name):
    """Rows of one table of benchmarks/."""
    with (ROOT / f"benchmarks/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
