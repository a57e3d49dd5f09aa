"""make import: a review from a RevMan 5 file or a Cochrane data package, ready to run; or filled-in sheets."""

import argparse
import sys
from pathlib import Path

from workflow.lib.config import check_config
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.cochrane_package import read_cochrane_package
from workflow.lib.files.review_folder import require_new, source_words, write_review
from workflow.lib.files.revman import read_rm5
from workflow.lib.review.foreign_config import HEAD, config_of
from workflow.lib.review.foreign_tables import raw_tables
from workflow.scripts.check_inputs import check_review

MANY = 20  # analyses; each costs two jobs of about two seconds


def main(words=None) -> None:
    """Write the review, or say everything that is wrong with the file."""
    asked = parser().parse_args(words)
    try:
        print("\n".join(import_review(asked)))
    except (ReviewError, OSError) as error:
        sys.exit(str(error))


def parser():
    """The options of the command."""
    found = argparse.ArgumentParser(prog="make import", description=__doc__)
    found.add_argument("file", help=".rm5, a Cochrane data package (.zip, folder, .csv)")
    found.add_argument("review", help="the new folder of the review")
    found.add_argument("--comparison", type=int, action="append", help="only this comparison")
    found.add_argument("--outcome", help="only this outcome, such as 1.2")
    return found


def import_review(asked):
    """Lines that tell what was imported and what was not."""
    require_new(asked.review)
    path = Path(asked.file)
    is_rm5 = path.suffix.lower() in (".rm5", ".xml")
    foreign = chosen(read_rm5(path) if is_rm5 else read_cochrane_package(path), asked)
    source = source_words(path, foreign.program)
    config = config_of(foreign)
    write_review(
        asked.review,
        raw_tables(foreign, source=source),
        config=config,
        head=HEAD.format(source=source),
        check=_check,
    )
    return list(told(foreign, asked.review))


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
    from dataclasses import replace

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
        yield (
            f"{len(foreign.outcomes)} analyses need {2 * len(foreign.outcomes)} jobs of about two "
            "seconds; --comparison and --outcome choose some of them"
        )
    yield f"Now: snakemake --cores 2 --directory {review}"


if __name__ == "__main__":
    main()
