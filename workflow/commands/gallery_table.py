"""make gallery-table: compute the numbers of every review in this process and write docs/gallery.md."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from workflow.commands.gallery import REVIEWS, chosen, config_of, entry_of
from workflow.commands.in_process import Pipeline
from workflow.commands.rebuild import PROJECT
from workflow.lib.errors import ReviewError
from workflow.lib.files.tables import write_text
from workflow.lib.render.gallery import differences, table

DOCS = Path("docs/gallery.md")
WORDS = """# The gallery

Each folder under `reviews/` is a complete review that regenerates a published meta-analysis: `config.yaml`, the raw
tables with source and quote, and in `claims.csv` what others have printed about the same data, with the place where
it is printed. `make gallery` runs the workflow in each of them (about two minutes on two idle cores) and writes one
page with all answers, forest plots and links to the reports: `results/gallery/index.html`. A review that fails is
named there and at the end; the others are built. One review alone: `snakemake --cores 2 --directory reviews/bcg1994`.

The data were read in the R package metadat (one review: in the test suite of metafor) and typed into this project's
tables, each row of a data set being the quote of its values; the source named is the paper. Where the paper itself
could not be read, a claim names the documentation or the test suite that prints its value, and a page only where
that names one: *as the test suite has it* where it has the digits of the paper, *set beside* where it has its own.

A claim stands beside any number of the registry: `counterpart` is `pooled.primary.beta`,
`examined.primary.latitude.se.ablat` or `study.primary.aronson1948.yi`. `scale` says how it is printed: log (a
ratio), z (a correlation), logit (a proportion), percent, or, for a single percentage, reduction or excess.
`convention: stated` makes a difference a contradiction, and `missing` says why it differs.

{table}
This table is made by `make gallery-table`; a test holds it equal to what the workflow computes.

## Not reproduced, and why

{differences}"""


def main() -> None:
    """Write docs/gallery.md."""
    try:
        with TemporaryDirectory(prefix="gallery-") as folder:
            entries = [_entry(name, Path(folder) / name) for name in chosen(PROJECT)]
    except ReviewError as error:
        sys.exit(str(error))
    write_text(document(entries), PROJECT / DOCS)
    print(f"{DOCS} tells {len(entries)} reviews")


def document(entries):
    """The text of docs/gallery.md."""
    return WORDS.format(table=table(entries), differences=differences(entries))


def _entry(name, results):
    """The entry of one review, from numbers that are computed into the folder `results`."""
    review = PROJECT / REVIEWS / name
    Pipeline(review / "data/raw", results, config_of(review)).numbers()
    return entry_of(name, review, results)


if __name__ == "__main__":
    main()
