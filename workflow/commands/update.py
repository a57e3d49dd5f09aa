"""make update: rerun what depends on new rows, tell what moved, append a dated entry to history.csv."""

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from workflow.commands.rebuild import MADE, PROJECT, parser, require_review, snakemake
from workflow.commands.verify import tell
from workflow.lib.audit.history import history_entry, with_entry
from workflow.lib.audit.lock import compare, differences, lock_rows
from workflow.lib.audit.lock_table import report_lines
from workflow.lib.errors import ReviewError
from workflow.lib.files.lock_files import (
    HISTORY,
    made_from,
    read_history,
    read_lock,
    read_made_from,
    write_lock,
)
from workflow.lib.files.running import hold
from workflow.lib.files.tables import read_json

NOTHING = f"Nothing moved: no entry in {HISTORY}."


def main(words=None) -> None:
    """Update the review; the reason may stand in the variable WHY."""
    review = parser(main.__doc__).parse_args(words).directory
    try:
        lines = update(review, os.environ.get("WHY", "") or "update")
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\nNo entry was written.")
    tell(lines, f"Update of {review.resolve().name}")


def update(review, why):
    """Lines that tell what moved and what was written."""
    require_review(review)
    hold(review / ".snakemake/update")  # a run inside takes the lock of runs
    old, sources, history = read_lock(review), read_made_from(review), read_history(review)
    run(review, *MADE)
    numbers, manifest = (read_json(review / path) for path in MADE)
    now = made_from(review, PROJECT, manifest)
    found = differences(sources, now) if sources else ()
    comparison = compare(old, numbers, found if sources else None)
    if old and not comparison.changes:
        run(review)
        return [*report_lines(comparison, found), NOTHING]
    entry = partial(
        history_entry,
        numbers,
        primary=manifest["config"]["headline"]["primary"],
        found=found,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        why=" ".join(why.split()),
    )
    rows = lock_rows(old, numbers)
    write_lock(review, rows, now, history=lambda lock: with_entry(history, entry(lock=lock)))
    run(review)  # the report shows the entry
    done = f"{review / HISTORY}: one entry; commit it together with numbers.lock.csv and .json"
    first = [f"The first entry: {len(rows)} numbers are accepted."]
    return [*(report_lines(comparison, found) if old else first), done]


def run(review, *targets):
    """Run what has to be made again; a run that fails is told in its own words.

    Raises
    ------
    ReviewError
        If the run fails.
    """
    done = snakemake(*targets, review=Path(review).resolve())
    if done.returncode:
        raise ReviewError(done.stdout.strip())


if __name__ == "__main__":
    main()
