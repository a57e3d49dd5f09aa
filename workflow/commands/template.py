"""make template: an empty workbook with a sheet per raw table, with drop-downs and the words of each column."""

import argparse
import sys
from pathlib import Path

from workflow.lib.config import check_config
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.settings import read_settings
from workflow.lib.files.template import write_template

NAME = "extraction_template.xlsx"


def main(words=None) -> None:
    """Write the workbook; the drop-downs of outcomes and arms are those of the review's config.yaml."""
    asked = argparse.ArgumentParser(prog="make template", description=__doc__)
    asked.add_argument("--directory", default=".", help="the review whose config.yaml is meant")
    asked.add_argument("--file", default=NAME, help="the workbook to write")
    asked = asked.parse_args(words)
    path = Path(asked.file)
    try:
        if path.exists():
            raise InputError([f"{path}: is there; move it away or name another file with FILE="])
        write_template(path, choices=choices_of(Path(asked.directory) / "config.yaml"))
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    print(f"{path}: fill it in, then: make import FILE={path} REVIEW=<folder>")


def choices_of(path):
    """(table, column) -> what the configuration admits there.

    Raises
    ------
    InputError
        If config.yaml is missing or cannot be used.
    """
    if not path.is_file():
        raise InputError([f"{path}: there is no such file; a template needs its outcomes and arms"])
    config = read_settings(path)
    check_config(config)
    arms = [arm for group in config["arms"].values() for arm in group]
    units = {unit for outcome in config["outcomes"].values() for unit in outcome.get("units", ())}
    found = {("extraction", "outcome"): list(config["outcomes"]), ("extraction", "arm"): arms}
    return found | ({("extraction", "unit"): [*sorted(units), "patients"]} if units else {})


if __name__ == "__main__":
    main()
