"""make diff BASE=<revision>: rebuild two states of a review in clean copies and tell which numbers moved, and why."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.commands.rebuild import build_revision, build_tree, parser
from workflow.commands.verify import tell
from workflow.lib.audit.lock import compare, differences
from workflow.lib.audit.lock_table import report_lines
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.seal import cell_diff

HERE = "the files as they are"


def main(words=None) -> None:
    """Print which numbers differ between two revisions, or one and the files as they are."""
    given = parser(main.__doc__)
    given.add_argument("base", help="the older revision: a branch, tag or commit")
    given.add_argument("head", nargs="?", help="the newer one (default: the files as they are)")
    given = given.parse_args(words)
    try:
        lines = diff(given.directory, given.base, given.head)
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    tell(lines, f"Numbers of {given.base} and of {given.head or HERE}")


def diff(review, base, head=None):
    """Lines that tell what moved from `base` to `head`, which is the working tree if it is None."""
    if not base:
        raise InputError(["which revision? Say `make diff BASE=main`, or a tag or commit"])
    with TemporaryDirectory(prefix="diff-") as folder:
        old = build_revision(base, review, Path(folder, "base"))
        target = Path(folder, "head")
        new = build_revision(head, review, target) if head else build_tree(review, target)
        details = changed_cells(old.raw, new.raw)
    found = differences(old.sources, new.sources)
    comparison = compare(old.numbers, new.numbers, found)
    note = [
        f"From {base} to {head or HERE}, both built with the packages that are installed here.",
        "",
    ]
    return [*note, *report_lines(comparison, found, details)]


def changed_cells(old, new):
    """One line for each cell that differs between tables that both folders have."""
    lines = []
    for path in sorted(new.glob("*.csv")):
        try:
            if (old / path.name).is_file():
                lines += cell_diff(read_raw_table(old / path.name), read_raw_table(path))
        except InputError:  # a table that no rule reads
            lines.append(f"{path.name}: cannot be read, so no cells can be shown")
    return lines


if __name__ == "__main__":
    main()
