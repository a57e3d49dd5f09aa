"""Rule count_flow: screening records, or transcribed counts, in, the boxes of the flow out."""

from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_rows
from workflow.lib.review.flow import count_flow
from workflow.lib.review.screening import count_records

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    if smk.input.get("screening"):
        records = read_raw(smk.input.screening, "screening")
        boxes = count_records(records, read_raw(smk.input.studies, "studies"))
    else:
        boxes = count_flow(read_raw(smk.input.flow, "flow"))
    write_rows(boxes, smk.output.flow, "flow_boxes")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
