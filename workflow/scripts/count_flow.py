"""Rule count_flow: transcribed counts in, the boxes of the flow diagram out."""

from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_rows
from workflow.lib.review.flow import count_flow

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    boxes = count_flow(read_raw(smk.input.flow, "flow"))
    write_rows(boxes, smk.output.flow, "flow_boxes")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
