"""make update: rerun what depends on new rows, accept the numbers, and append a dated entry to history.csv."""

import os
import sys
from datetime import UTC, datetime
from functools import partial

from workflow.commands.accept import UPDATING, last_accepted, outcome, take
from workflow.commands.rebuild import MADE, PROJECT, build, parser, require_review, snakemake
from workflow.commands.verify import tell
from workflow.lib.audit.history import answer_of, counted_rows, is_due
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.fingerprint import file_sha256
from workflow.lib.files.history import read_history, row_problems
from workflow.lib.files.lock_files import HISTORY
from workflow.lib.files.running import hold
from workflow.lib.files.tables import read_json

TITLE = "the review in its folder"
NOTHING = f"Nothing to enter: the answer is that of the last entry of {HISTORY}."
LATER = "The numbers are accepted and entered; only the report could not be made: `make report`."


def main(words=None) -> None:
    """Update the review; the reason may stand in the variable WHY."""
    review = parser(main.__doc__).parse_args(words).directory
    try:
        lines = update(review, os.environ.get("WHY", ""))
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\n{outcome(review)}")
    tell(lines, f"Update of {review.resolve().name}")
    done = snakemake(review=review.resolve())  # the report shows the entry
    if done.returncode:
        sys.exit(f"{done.stdout.strip()}\n{LATER}")


def update(review, why="", today=None):
    """Lines that tell what moved and what was written.

    Whatever is refused leaves lock, changelog and history as they were.
    """
    require_review(review)
    hold(review / UPDATING)  # the run inside takes the lock of runs
    old, history = last_accepted(review), read_history(review)
    built = build(PROJECT, review.resolve(), TITLE)
    require_unchanged(review)
    details = {
        "date": today or f"{datetime.now(UTC):%Y-%m-%d}",
        "why": " ".join(why.split()) or "update",
    }
    lines = take(review, old, built, why, partial(with_entry, history, built, details))
    is_new = len(read_history(review)) > len(history)
    done = f"{review / HISTORY}: one entry; commit it together with the lock"
    return [*lines, done if is_new else NOTHING]


def require_unchanged(review):
    """Nothing, if the raw tables are those that the last run has read; else an InputError names them."""
    inputs = read_json(review / MADE[1])["inputs"]
    problems = [
        f"{review / path}: has changed while the numbers were made; run `make update` again"
        for path, total in inputs.items()
        if not (review / path).is_file() or file_sha256(review / path) != total
    ]
    if problems:
        raise InputError(problems)


def with_entry(history, built, details, rows, comparison, found):
    """The function that gives the history with an entry under a lock; None where nothing is to be entered."""
    primary = built.sources["config"]["headline.primary"]
    answer = answer_of(rows, built.numbers, primary)
    if not is_due(history, answer, moved=comparison.changes):
        return None

    def entered(lock):
        new = [*history, {**answer, **counted_rows(found), **details, "lock": lock}]
        problems = row_problems(new)
        if problems:
            raise InputError(["the entry cannot be written", *problems])
        return new

    return entered


if __name__ == "__main__":
    main()
