"""make import: a review from a RevMan 5 file or a Cochrane data package, ready to run; or filled-in sheets."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from workflow.lib.config import check_config
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.check import TABLES
from workflow.lib.files.cochrane_package import read_cochrane_package
from workflow.lib.files.review_folder import (
    RAW,
    replace_tables,
    require_new,
    source_words,
    write_review,
)
from workflow.lib.files.revman import read_rm5
from workflow.lib.files.settings import read_settings
from workflow.lib.files.sheets import KNOWN, raw_tables_of
from workflow.lib.files.workbook import read_sheets
from workflow.lib.review.foreign_config import HEAD, config_of
from workflow.lib.review.foreign_tables import raw_tables
from workflow.lib.stats.examine.flatten import safe
from workflow.scripts.check_inputs import check_review

ROOT = Path(__file__).parents[2]
SHEETS = (".xlsx", ".xlsm", ".xltm", ".xlsb", ".xls", ".ods")
MANY = 20  # analyses; each costs two jobs of about two seconds


def main(words=None) -> None:
    """Write the review, or say everything that is wrong with the file."""
    asked = parser().parse_args(words)
    try:
        is_sheets = Path(asked.file).suffix.lower() in SHEETS
        print("\n".join(import_sheets(asked) if is_sheets else import_review(asked)))
    except (ReviewError, OSError) as error:
        sys.exit(str(error))


def parser():
    """The options of the command."""
    found = argparse.ArgumentParser(prog="make import", description=__doc__)
    found.add_argument(
        "file", help=".rm5; a Cochrane data package (.zip, folder, .csv); .xlsx, .ods"
    )
    found.add_argument("review", help="the folder of the review")
    found.add_argument("--replace", action="store_true", help="sheets: change cells that are there")
    found.add_argument("--comparison", type=int, action="append", help="only this comparison")
    found.add_argument("--outcome", help="only this outcome, such as 1.2")
    return found


def import_review(asked):
    """Lines that tell what was imported and what was not."""
    require_new(asked.review)
    path = Path(asked.file)
    is_rm5 = path.suffix.lower() in (".rm5", ".xml")
    read = read_rm5(path) if is_rm5 else read_cochrane_package(path)
    foreign = chosen(read, asked)
    source = source_words(path, foreign.program)
    config = config_of(foreign)
    write_review(
        asked.review,
        raw_tables(foreign, source=source, part=safe),
        config=config,
        head=HEAD.format(source=source),
        check=_check,
    )
    return list(told(foreign, asked.review))


def import_sheets(asked):
    """Lines that tell which raw tables the sheets became, and what a run would still refuse."""
    path, review = Path(asked.file), Path(asked.review)
    tables, notes = raw_tables_of(*read_sheets(path, KNOWN), file=path.name)
    tables = {name: rows for name, rows in tables.items() if rows}  # an empty sheet says nothing
    if not tables:
        raise InputError([f"{path.name}: no sheet has a row below its header; nothing was changed"])
    missing = [name for name in TABLES if not (review / RAW / f"{name}.csv").is_file()]
    tables |= {name: [] for name in missing if name not in tables}
    config = ROOT / "config.yaml"
    lines = replace_tables(review, tables, replace=asked.replace, config=config)
    return [*lines, *notes, *_still_to_do(review)]


def _still_to_do(review):
    """What a run would refuse in the review as it now is."""
    try:
        _check(review / RAW, read_settings(review / "config.yaml"))
    except ReviewError as error:
        return ["Still to do before it runs:", *str(error).splitlines()]
    return [f"Now: snakemake --cores 2 --directory {review}"]


def _check(raw, config):
    """Refuse what the first job of a run would refuse."""
    check_config(config)
    check_review(raw, config)


def chosen(foreign, asked):
    """The review with the wanted analyses only.

    Raises
    ------
    InputError
        If there is none of them.
    """
    wanted = [
        one
        for one in foreign.outcomes
        if (not asked.comparison or one.comparison in asked.comparison)
        and (not asked.outcome or f"{one.comparison}.{one.number}" == asked.outcome)
    ]
    if not wanted:
        known = ", ".join(dict.fromkeys(f"{o.comparison}.{o.number}" for o in foreign.outcomes))
        raise InputError([f"{foreign.name}: no such analysis; there are {known}"])
    return replace(foreign, outcomes=tuple(wanted))


def told(foreign, review):
    """What a reader should know after the import."""
    rows = sum(len(outcome.rows) for outcome in foreign.outcomes)
    yield (
        f"{foreign.name}: {len(foreign.outcomes)} analyses with {rows} rows of data written to {review}"
    )
    yield from foreign.notes
    if len(foreign.outcomes) > MANY:
        jobs = 2 * len(foreign.outcomes) + sum(bool(one.subtotals) for one in foreign.outcomes)
        yield (
            f"{len(foreign.outcomes)} analyses need {jobs} jobs of about two "
            "seconds; --comparison and --outcome choose some of them"
        )
    yield f"Now: snakemake --cores 2 --directory {review}"


if __name__ == "__main__":
    main()
