"""make reconcile: what two extractors agree on, as a proposal for extraction.csv, and what is open."""

import argparse
import sys
from pathlib import Path

from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.check import read_raw
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.review_folder import RAW, write_raw
from workflow.lib.review.proposal import proposal
from workflow.lib.review.reconciliation import double_problems, place, reconcile

FOLDER = "reconciliation"
PROPOSED, OPEN = "extraction_proposed.csv", "adjudication_open.csv"


def main(words=None) -> None:
    """Write the proposal beside the raw tables, never over them; end with 1 where something is open."""
    asked = argparse.ArgumentParser(prog="make reconcile", description=__doc__)
    asked.add_argument("--directory", default=".", help="the review")
    review = Path(asked.parse_args(words).directory)
    try:
        lines, is_done = reconcile_review(review)
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    print("\n".join(lines))
    sys.exit(0 if is_done else 1)


def reconcile_review(review):
    """(lines that tell what was found, whether extraction.csv is the consensus)."""
    raw, folder = review / RAW, review / FOLDER
    tables = {
        "extraction_a": read_raw(raw / "extraction_a.csv", "extraction"),
        "extraction_b": read_raw(raw / "extraction_b.csv", "extraction"),
        "adjudication": _optional(raw, "adjudication"),
        "extraction": _optional(raw, "extraction"),
    }
    a, b, decisions, extraction = tables.values()
    cells = reconcile(a, b, decisions, extraction)
    rows, to_decide = proposal(cells, a, b, decisions, extraction)
    _keep_what_was_typed(folder / OPEN)
    write_raw(rows, folder / PROPOSED, "extraction")
    write_raw(to_decide, folder / OPEN, "adjudication")
    return list(_told(cells, double_problems(tables), folder)), not double_problems(tables)


def _optional(raw, name):
    return read_raw(raw / f"{name}.csv", name) if (raw / f"{name}.csv").is_file() else []


def _keep_what_was_typed(path):
    """Nothing, if the list of open cells can be written anew without losing a decision.

    Raises
    ------
    InputError
        If somebody has typed decisions into it.
    """
    if path.is_file() and any(row["decision"] for row in read_raw_table(path).rows):
        raise InputError(
            [
                f"{path}: has decisions in it; move its rows to data/raw/adjudication.csv and delete "
                "it, then run again"
            ]
        )


def _told(cells, problems, folder):
    """Counts, open conflicts, what extraction.csv lacks, and where the proposal is."""
    counts = {}
    for cell in cells:
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    yield f"{len(cells)} cells: " + ", ".join(f"{n} {name}" for name, n in counts.items())
    for cell in (cell for cell in cells if cell["is_open"]):
        a, b = (cell[s] or ("no value" if cell[f"row_{s}"] else "no row") for s in ("a", "b"))
        yield f"open: {place(cell)}, {cell['column']}: A: {a} | B: {b}"
    if not problems:
        yield "data/raw/extraction.csv is what was agreed and adjudicated."
        return
    yield from (problem for problem in problems if "open conflict" not in problem)
    yield f"{folder / PROPOSED}: what holds so far; compare, then copy to data/raw/extraction.csv"
    yield f"{folder / OPEN}: fill in, and add its rows to data/raw/adjudication.csv; then `make seal`"


if __name__ == "__main__":
    main()
