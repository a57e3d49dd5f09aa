"""make explain ID=...: the chain behind one number of the last run, without a run; refused if that is outdated."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

from workflow.lib.audit.chain_page import chain_page
from workflow.lib.audit.explain import explain
from workflow.lib.errors import ReviewError
from workflow.lib.files.books import BOOKS, book_tables
from workflow.lib.files.fingerprint import file_sha256, library_sha256
from workflow.lib.files.settings import read_settings
from workflow.lib.files.tables import read_json
from workflow.scripts.explain_number import evidence


class Given(SimpleNamespace):
    """Named files, asked for as those of a rule are."""

    def get(self, name, default=None):
        """The file of that name, or `default`."""
        return getattr(self, name, default)


GIVEN = Given(
    numbers="results/numbers.json",
    inputs="results/inputs.json",
    extraction="data/raw/extraction.csv",
    studies="data/raw/studies.csv",
    raw_claims="data/raw/claims.csv",
    raw_flow="data/raw/flow.csv",
    cleaning_log="results/prepared/cleaning_log.csv",
    book_tables=book_tables("data/raw", BOOKS),
)
USAGE = "name one number: make explain ID=pooled.primary.beta; all are in results/numbers.json"


def main(number_id="", directory=".") -> None:
    """Print the chain of the number `number_id` of the review in `directory`."""
    if not number_id:
        sys.exit(USAGE)
    try:
        os.chdir(directory)
        changed = outdated(read_json(GIVEN.inputs))
        if changed:
            raise ReviewError(f"the results are older than {' and '.join(changed)}")
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\nrun `make report` first")
    try:
        print(chain_page(explain([number_id], evidence(GIVEN)), number_id), end="")
    except ReviewError as error:
        sys.exit(str(error))


def outdated(manifest):
    """What has changed since the run that wrote `manifest`: raw tables, config.yaml, the library."""
    changed = [
        path
        for path, total in manifest["inputs"].items()
        if not Path(path).is_file() or file_sha256(path) != total
    ]
    if read_settings("config.yaml") != manifest["config"]:
        changed.append("config.yaml")
    if library_sha256() != manifest["library"]:
        changed.append("workflow/lib or workflow/schemas")
    return changed


if __name__ == "__main__":
    main(*sys.argv[1:])
