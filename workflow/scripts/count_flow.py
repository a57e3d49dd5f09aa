"""Rule count_flow: screening ledger and records, or transcribed counts, in, the boxes of the flow out."""

from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_rows
from workflow.lib.review.flow import count_flow
from workflow.lib.review.screening_flow import count_records, count_searches

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    transcribed = read_raw(smk.input.flow, "flow")
    records = read_rows(smk.input.records, "records") if smk.input.get("records") else None
    if smk.input.get("screening"):
        boxes = count_records(
            read_raw(smk.input.screening, "screening"),
            read_raw(smk.input.studies, "studies"),
            records=records,
            transcribed=transcribed,
        )
    else:
        boxes = count_flow(transcribed) if records is None else count_searches(records, transcribed)
    write_rows(boxes, smk.output.flow, "flow_boxes")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
