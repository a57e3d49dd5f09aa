"""The lineage of every printed number: its cells, the file that holds it, and all jobs on the way."""

from workflow.lib.audit.jobs import given_to, upstream

OF_NUMBER = ("value", "text", "unit", "method", "rule", "file", "rows", "basis", "stands")
OF_ROW = ("study", "quantity", "value", "unit", "source", "page", "quote", "reason")
HEADER = 1  # rows of a table before its first value, as a spreadsheet counts


def lineage(numbers, manifest, extraction):
    """The record of lineage.json.

    `numbers` is the registry, `manifest` the record of results/manifest.json, `extraction` the rows
    of data/raw/extraction.csv in their order.
    """
    jobs, sums = manifest["jobs"], manifest["inputs"] | manifest["outputs"]
    ways = {file: _way(jobs, file) for file in sorted({one["file"] for one in numbers.values()})}
    return {
        "numbers": {
            name: {item: number[item] for item in OF_NUMBER}
            | {"sha256": sums[number["file"]]}
            | ways[number["file"]]
            for name, number in numbers.items()
        },
        "rows": {
            row["id"]: {"row": place, **{item: row[item] for item in OF_ROW}}
            for place, row in enumerate(extraction, HEADER + 1)
        },
        "jobs": {
            job["id"]: {item: job[item] for item in ("rule", "inputs", "outputs")} for job in jobs
        },
    }


def _way(jobs, file):
    """The jobs behind one file and the material they were given; a given file is its own material."""
    needed = upstream(jobs, file)
    given = given_to(jobs)
    used = {path for job in jobs if job["id"] in needed for path in job["inputs"]}
    return {"jobs": needed, "inputs": [path for path in given if path in used] or [file]}
