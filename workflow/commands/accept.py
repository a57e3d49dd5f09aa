"""make accept: rebuild in a clean copy, accept its numbers into numbers.lock.csv, and tell the changelog."""

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.commands.rebuild import build_tree, parser, require_review
from workflow.lib.audit.lock import compare, differences, lock_rows
from workflow.lib.audit.lock_table import changelog_with, report_lines
from workflow.lib.errors import ReviewError
from workflow.lib.files.lock_files import (
    CHANGELOG,
    LOCK,
    MADE_FROM,
    read_changelog,
    read_lock,
    read_made_from,
    write_lock,
)
from workflow.lib.files.running import hold
from workflow.lib.files.together import READY, finish, is_pending

# Its lock is held by whoever accepts; a run holds that of .snakemake.
UPDATING = ".snakemake/update"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted last: the rows of the lock by id, what they were made from (None: not known), the changelog."""

    numbers: dict
    sources: dict | None
    changelog: str


def main(words=None) -> None:
    """Rewrite the lock and print what moved; the reason may stand in the variable WHY."""
    review = parser(main.__doc__).parse_args(words).directory
    try:
        lines = accept(review, os.environ.get("WHY", ""))
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\n{outcome(review)}")
    print("\n".join(lines))


def accept(review, why=""):
    """Lines that tell what was accepted and written."""
    require_review(review)
    hold(review / ".snakemake")  # one accept, or one run, at a time
    hold(review / UPDATING)
    old = last_accepted(review)
    with TemporaryDirectory(prefix="accept-") as folder:
        built = build_tree(review, Path(folder))
    return take(review, old, built, why)


def last_accepted(review):
    """The Accepted of a review, after what a killed command had left of it was moved into place."""
    done = finish(review)
    if done:
        print(f"Moved into place what a killed command had accepted: {', '.join(done)}", flush=True)
    return Accepted(read_lock(review), read_made_from(review), read_changelog(review))


def take(review, old, built, why="", history=None):
    """Lines that tell what moved from the Accepted `old` to the Build `built`, which is now the lock.

    `history(lock rows, comparison, differences)` gives what write_lock takes as its history.
    """
    rows = lock_rows(old.numbers, built.numbers)
    found = differences(old.sources, built.sources) if old.sources else None
    comparison = compare(old.numbers, built.numbers, found)
    told = history(rows, comparison, found) if history else None
    write = partial(write_lock, review, rows, built.sources, history=told)
    if not old.numbers:
        write()
        return [f"{review / LOCK} and {MADE_FROM}: written, {len(rows)} numbers; commit both"]
    if not comparison.changes:
        write()
        return [*report_lines(comparison, found), f"{review / LOCK} and {MADE_FROM}: up to date"]
    write(changelog_with(old.changelog, comparison, why))
    done = f"{review / LOCK}, {MADE_FROM} and {CHANGELOG}: rewritten; commit them together"
    return [*report_lines(comparison, found), done]


def outcome(review):
    """What a command that fails has left of the accepted numbers."""
    if is_pending(review):
        return f"The accepted files wait in {review / READY}: run the command again, it moves them."
    return "Nothing was accepted."


if __name__ == "__main__":
    main()
