"""Rule prepare_data: printed values in, values on the common scale and the cleaning log out."""

from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_rows
from workflow.lib.review.prepare import prepare
from workflow.lib.review.values import log_rows, value_rows
from workflow.lib.stats import conversions

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    settings = {name: smk.params[name] for name in ("outcomes", "conversions", "assumptions")}
    rows = read_raw(smk.input.extraction, "extraction")
    cells = prepare(rows, config=settings, convert=conversions)
    write_rows(value_rows(cells), smk.output["values"], "values")
    write_rows(log_rows(cells), smk.output.cleaning_log, "cleaning_log")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
