"""make verify: rebuild in a clean copy and compare every number with numbers.lock.csv; nothing is rewritten."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.commands.rebuild import build_tree, parser, require_review
from workflow.lib.audit.lock import compare, differences
from workflow.lib.audit.lock_table import report_lines
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.lock_files import (
    LOCK,
    MADE_FROM,
    belong_together,
    read_lock,
    read_made_from,
)

SUMMARY_MAX = 900_000  # bytes; GitHub refuses a summary of more than 1 MiB
ACCEPT = 'If a change is intended, `make accept` accepts it and `WHY="..."` says why.'


def main(words=None) -> None:
    """Print what moved; end with 1 if a number is not what the lock says."""
    review = parser(main.__doc__).parse_args(words).directory
    try:
        lines, is_kept = verify(review)
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    tell(lines, f"Numbers against {LOCK}")
    sys.exit(0 if is_kept else 1)


def verify(review):
    """(lines, whether every number is what the lock says)."""
    require_review(review)
    old, sources = read_lock(review), read_made_from(review)
    if not old:
        raise InputError([f"{review / LOCK}: there is no lock; `make accept` writes it"])
    remarks = remarks_on(review, sources)
    with TemporaryDirectory(prefix="verify-") as folder:
        built = build_tree(review, Path(folder))
    found = differences(sources, built.sources) if sources else None
    comparison = compare(old, built.numbers, found)
    lines = [*remarks, *report_lines(comparison, found)]
    return [*lines, ACCEPT] if comparison.changes else lines, not comparison.changes


def remarks_on(review, sources):
    """What limits the causes that can be told."""
    if sources is None:
        return [f"{MADE_FROM} is missing: no cause can be told; `make accept` writes it.", ""]
    if not belong_together(review, sources):
        return [
            f"{LOCK} is not the file that was written with {MADE_FROM} (edited by hand, or an accept "
            "that was killed): causes may be incomplete; `make accept` writes both.",
            "",
        ]
    return []


def tell(lines, title):
    """Print the lines; in a GitHub workflow they join the summary of the run, too."""
    text = "\n".join(lines).strip()
    print(text)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        body = text.encode("utf-8")
        if len(body) > SUMMARY_MAX:
            whole = body[:SUMMARY_MAX].rpartition(b"\n")[0]
            body = whole + b"\n\nThe table is longer: see the log of the run."
        with Path(summary).open("ab") as file:
            file.write(f"## {title}\n\n".encode() + body + b"\n\n")


if __name__ == "__main__":
    main()
