"""make import-screening: turn exports of Covidence, Rayyan or ASReview into rows of the screening ledger."""

import argparse
import csv
import io
import sys
from pathlib import Path

from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.check import read_raw
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.screening_tables import read_screening_table
from workflow.lib.files.settings import read_settings
from workflow.lib.files.tables import read_rows, write_text
from workflow.lib.review.screening_exports.entry import Options
from workflow.lib.review.screening_exports.ledger_rows import EMPTY, ledger_rows, merged
from workflow.lib.review.screening_exports.rayyan_log import REQUIRED, read_log
from workflow.lib.review.screening_exports.tools import (
    STAGES,
    TOOLS,
    parse_export,
    parse_references,
)

NEXT = "read the new rows, then `make seal` and `make report`; the check tells what is missing"


def main(words=None) -> None:
    """Add the decisions of exports to data/raw/screening.csv, all or none of them."""
    given = _arguments().parse_args(words)
    try:
        print("\n".join(import_screening(given, Path(given.directory))))
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\nnothing was imported; the ledger stays as it was")


def import_screening(given, review):
    """Lines that tell what was imported into the ledger of the folder `review`."""
    ledger = review / "data/raw/screening.csv"
    old = read_raw(ledger, "screening") if ledger.is_file() else []
    reasons = tuple(_settings(review).get("reasons", ()))
    records, studies = _records(review), _studies(review)
    options = Options(*(given.stage, given.reviewer, reasons, given.reason_column, given.category))
    log, problems = _log(given)
    new, remarks, known = [], [], {"records": records, "studies": studies, "reasons": reasons}
    for table in _tables(given.files, problems):
        parsed, unit = _parsed(table, given.tool, options=options, log=log)
        rows, found = ledger_rows(parsed.entries, unit=unit, **known)
        problems += [*parsed.problems, *(f"{table.name}{problem}" for problem in found)]
        remarks += [*table.notes, *parsed.remarks, f"{table.name}: {len(parsed.entries)} records"]
        new += rows
    rows, added, found = merged(old, new)
    if problems or found:
        raise InputError([*problems, *found])
    if added:
        write_text(_text(rows), ledger)
    return [*remarks, *_tell(added, len(new), records, ledger), *([NEXT] if added else [])]


def _tables(files, problems):
    """The exports that can be read; what is wrong with the others joins the problems."""
    for path in files:
        try:
            yield read_screening_table(path)
        except InputError as error:
            problems += error.problems


def _parsed(table, tool, **more):
    """(the Parsed of a table or of references, what their numbers count)."""
    if table.references:
        return parse_references(tool, table.name, table.references, **more), "line"
    return parse_export(tool, table.name, table.columns, table.rows, **more), "row"


def _arguments():
    parser = argparse.ArgumentParser(prog="make import-screening", description=main.__doc__)
    parser.add_argument("tool", choices=sorted(TOOLS))
    parser.add_argument("files", nargs="+", help="CSV, RIS or XLSX files as the tool exports them")
    parser.add_argument("--stage", choices=STAGES, default="", help="not for Covidence")
    parser.add_argument("--reviewer", default="", help="who decided, if the export does not say")
    parser.add_argument("--category", default="", help="Covidence: the list that was exported")
    parser.add_argument("--log", default="", help="Rayyan: customizations_log.csv")
    parser.add_argument("--reason-column", default="", help="a column that holds the reason")
    parser.add_argument("--directory", default=".", help="the folder of the review")
    return parser


def _settings(review):
    config = review / "config.yaml"
    found = read_settings(config) if config.is_file() else {}
    return found.get("screening") or {}


def _records(review):
    """The review's table of records; None if there is none, and the tool's own ids name the records."""
    path = review / "results/tables/records.csv"
    return read_rows(path, "records") if path.is_file() else None


def _studies(review):
    path = review / "data/raw/studies.csv"
    return read_raw(path, "studies") if path.is_file() else []


def _log(given):
    """(Rayyan's decisions of single members, problems); (None, problems) without a log."""
    problems = []
    if given.tool != "covidence" and not given.stage:
        problems.append("name the stage that was screened: STAGE=title_abstract or full_text")
    if not given.log:
        return None, problems
    name, table = Path(given.log).name, read_raw_table(given.log)
    missing = [column for column in REQUIRED if column not in table.columns]
    if missing:
        raise InputError([f"{name}: column '{column}' is missing" for column in missing])
    log, found = read_log(enumerate(table.rows, 2))
    return log, [*problems, *(f"{name}{problem}" for problem in found)]


def _tell(added, found, records, ledger):
    """What became of the decisions, and how records were named."""
    yield f"{ledger.name}: {added} rows added, {found - added} stood there already"
    if records is None:
        yield "results/tables/records.csv is not there, so the records have the names of the tool"


def _text(rows):
    """The ledger as CSV, every cell as it is."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(EMPTY), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    main()
