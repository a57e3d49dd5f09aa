"""Rule check_forensics: printed values in, what does not fit among them, with its arithmetic, out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.forensics.runner import forensics
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_rows

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    rows = forensics(
        read_raw(smk.input.extraction, "extraction"),
        read_raw(smk.input.studies, "studies"),
        outcomes=smk.params.outcomes,
        arms=smk.params.arms,
        severities=smk.params.forensics,
    )
    write_rows(rows, smk.output.forensics, "forensics")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
