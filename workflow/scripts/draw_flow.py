"""Rule draw_flow: the boxes of the flow in, the PRISMA diagram with its rows out."""

from typing import TYPE_CHECKING

from workflow.lib.figures.flow import TITLE, describe_flow, draw_flow, names_of_boxes
from workflow.lib.figures.style import figure_bytes
from workflow.lib.figures.svg import described
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_table, write_bytes, write_table

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

TARGET = "../report/index.html#provenance-flow.{}"  # where the report tells what a box rests on


def main(smk) -> None:
    boxes = read_table(smk.input.flow, "flow_boxes")
    figure = draw_flow(boxes, links={name: TARGET.format(name) for name in boxes["box"]})
    svg = described(
        figure_bytes(figure, "svg"),
        title=TITLE,
        description=describe_flow(boxes),
        links=names_of_boxes(boxes),
    )
    write_table(boxes, smk.output.rows, "flow_boxes")
    write_bytes(svg, smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
