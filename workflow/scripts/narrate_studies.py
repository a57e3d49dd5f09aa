"""Rule narrate_studies: effect tables and values in, the table of narrated studies out."""

from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_rows
from workflow.lib.review.narrate import narrated_rows

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    studies = read_raw(smk.input.studies, "studies")
    values = read_rows(smk.input["values"], "values")
    effects = [row for path in smk.input.effects for row in read_rows(path, "effects")]
    write_rows(narrated_rows(studies, values, effects), smk.output.narrated, "narrated")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
