"""make accept: rebuild in a clean copy, accept its numbers into numbers.lock.csv, and tell the changelog."""

import os
import sys
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


def main(words=None) -> None:
    """Rewrite the lock and print what moved; the reason may stand in the variable WHY."""
    review = parser(main.__doc__).parse_args(words).directory
    try:
        lines = accept(review, os.environ.get("WHY", ""))
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\nNothing was accepted.")
    print("\n".join(lines))


def accept(review, why=""):
    """Lines that tell what was accepted and written."""
    require_review(review)
    hold(review / ".snakemake")  # one accept, or one run, at a time
    old, sources = read_lock(review), read_made_from(review)
    with TemporaryDirectory(prefix="accept-") as folder:
        built = build_tree(review, Path(folder))
    rows = lock_rows(old, built.numbers)
    if not old:
        write_lock(review, rows, built.sources)
        return [f"{review / LOCK} and {MADE_FROM}: written, {len(rows)} numbers; commit both"]
    found = differences(sources, built.sources) if sources else None
    comparison = compare(old, built.numbers, found)
    if not comparison.changes:
        write_lock(review, rows, built.sources)
        return [*report_lines(comparison, found), f"{review / LOCK} and {MADE_FROM}: up to date"]
    write_lock(review, rows, built.sources, changelog_with(read_changelog(review), comparison, why))
    done = f"{review / LOCK}, {MADE_FROM} and {CHANGELOG}: rewritten; commit them together"
    return [*report_lines(comparison, found), done]


if __name__ == "__main__":
    main()
