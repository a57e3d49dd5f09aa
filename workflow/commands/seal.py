"""make seal: show what has changed in the raw tables, cell by cell, and rewrite their sums."""

import sys

from workflow.lib.errors import ReviewError
from workflow.lib.files.seal import seal


def main(folder="data/raw") -> None:
    """Print what has changed in `folder` and rewrite its sums."""
    try:
        print("\n".join(seal(folder)))
    except ReviewError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
