"""make check-manifest: compare every file of a run with results/manifest.json; nothing is rewritten."""

import sys
from pathlib import Path

from workflow.lib.errors import ReviewError
from workflow.lib.files.manifest import LISTED, manifest_problems, manifest_remarks
from workflow.lib.files.tables import read_record


def main(folder=".") -> None:
    """Name every file that differs, with the sum that was expected and the one that was found."""
    try:
        record = read_record(Path(folder) / "results/manifest.json", "manifest")
    except ReviewError as error:
        sys.exit(f"{error}\nrun `make report` first")
    problems, remarks = manifest_problems(record, folder), manifest_remarks(record, folder)
    count = sum(len(record[part]) for part in LISTED)
    for line in [*problems, *(f"remark: {line}" for line in remarks)]:
        print(line)
    if problems:
        sys.exit(f"{len(problems)} of {count} files differ from results/manifest.json")
    print(f"all {count} files are as results/manifest.json says")


if __name__ == "__main__":
    main(*sys.argv[1:])
