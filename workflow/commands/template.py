"""make template: an empty workbook with a sheet per raw table, with drop-downs and the words of each column."""

import argparse
import sys
from pathlib import Path

from workflow.lib.config import check_config
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.checklists import read_checklists
from workflow.lib.files.instruments import read_instruments
from workflow.lib.files.review_folder import RAW
from workflow.lib.files.schemas import load_schema
from workflow.lib.files.settings import read_settings
from workflow.lib.files.template import write_template

NAME = "extraction_template.xlsx"
# the tables with outcomes and arms
EXTRACTIONS = ("extraction", "extraction_a", "extraction_b", "adjudication")


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
    outcomes = list(config["outcomes"])
    arms = [arm for own in config["arms"].values() for arm in own]
    units = sorted({unit for one in config["outcomes"].values() for unit in one.get("units", ())})
    found = {
        ("adjudication", "quantity"): load_schema("extraction")["properties"]["quantity"]["enum"]
    }
    for table in EXTRACTIONS:
        found |= {(table, "outcome"): outcomes, (table, "arm"): arms}
        if units and table != "adjudication":
            found[table, "unit"] = [*units, "patients"]
    instruments = read_instruments(Path(path).parent / RAW)
    found |= {("risk_of_bias", "outcome"): outcomes, ("risk_of_bias", "instrument"): [*instruments]}
    items = [one["item"] for own in read_checklists().values() for one in own]
    found["checklist", "item"] = list(dict.fromkeys(items))
    return found | {("certainty", "analysis"): list(config["analyses"])}


if __name__ == "__main__":
    main()
