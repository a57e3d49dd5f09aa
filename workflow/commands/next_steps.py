"""What a new review still has to fill in: printed by `make new` and at the end of each run."""

from pathlib import Path

from workflow.lib.files.check import TABLES
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.review.example_tables import EXAMPLE, examples_left

HEADING = "This review still holds example data. To make it yours, fill in next:"


def next_steps(review):
    """Lines for the terminal; none where no example is left in the folder `review`."""
    review = Path(review)
    left = examples_left(
        {name: read_raw_table(review / f"data/raw/{name}.csv").rows for name in TABLES}
    )
    lines = [
        f"data/raw/{name}.csv: {count} {'row' if count == 1 else 'rows'} with '{EXAMPLE}' as source"
        for name, count in left.items()
    ]
    words = (review / "config.yaml").read_text(encoding="utf-8").count(f'"{EXAMPLE}')
    lines += [f'config.yaml: {words} texts that begin with "{EXAMPLE}"'] if words else []
    if not left:
        return []
    numbered = [f"  {number}. {line}" for number, line in enumerate(lines, 1)]
    shown = review.as_posix()
    last = f"Then: make seal REVIEW={shown} and make report REVIEW={shown}"
    return [HEADING, *numbered, last if shown != "." else "Then: make seal, and run again"]


def tell_next(review="."):
    """Print the next steps of the review in this folder, if there are any."""
    print("\n".join(next_steps(review)), end="\n" if next_steps(review) else "")
