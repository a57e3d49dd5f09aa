"""make protocol DATE=...: the decisions of config.yaml as data/raw/protocol.csv; a protocol is never overwritten."""

import argparse
import csv
import io
import sys
from pathlib import Path

from workflow.lib.config import check_config
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.settings import read_settings
from workflow.lib.files.tables import write_text
from workflow.lib.review.dates import date_problems
from workflow.lib.review.protocol import COLUMNS, protocol_rows, sum_of

NEXT = "then `make seal`, and commit it together with data/raw/SHA256SUMS"


def main(*words) -> None:
    """Write the protocol of the review in `--directory`."""
    parser = argparse.ArgumentParser(prog="make protocol", description=__doc__)
    parser.add_argument("date", help="day of the decisions, 2026-01-31")
    parser.add_argument("--directory", default=".", help="folder of the review")
    parser.add_argument("--registration", default="", help="registration number or place")
    given = parser.parse_args(words)
    try:
        print(write_protocol(Path(given.directory), given.date, given.registration))
    except ReviewError as error:
        sys.exit(str(error))


def write_protocol(review, date, registration):
    """What was written, in one sentence.

    Raises
    ------
    InputError
        If there is a protocol, the day is none, or config.yaml cannot be used; nothing is written.
    """
    path = review / "data/raw/protocol.csv"
    problems = date_problems("make protocol", date, "DATE")
    if path.exists():
        words = "is there and is never overwritten; an amendment is another row with its own date"
        problems.append(f"{path}: {words}")
    if problems:
        raise InputError(problems)
    config = read_settings(review / "config.yaml")
    check_config(config)
    rows = protocol_rows(config, date=date, registration=registration)
    text = io.StringIO()  # as the cells are: a raw table has no guard against formulas
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(text.getvalue(), path)
    return f"{path}: {len(rows)} decisions of {date}, SHA-256 {sum_of(rows)}; {NEXT}"


if __name__ == "__main__":
    main(*sys.argv[1:])
