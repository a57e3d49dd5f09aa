"""Rule draw_flow: the boxes of the flow in, the PRISMA diagram with its rows out."""

from typing import TYPE_CHECKING

from workflow.lib.figures.flow import draw_flow
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_table, write_bytes, write_table

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    boxes = read_table(smk.input.flow, "flow_boxes")
    figure = draw_flow(boxes[["box", "label", "n", "text", "detail"]])
    write_table(boxes, smk.output.rows, "flow_boxes")
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
