"""Rule draw_tipping: the pools over the correlation in, the tipping-point plot out."""

from typing import TYPE_CHECKING

from workflow.lib.figures.style import figure_bytes
from workflow.lib.figures.tipping import draw_tipping
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_table, write_bytes
from workflow.lib.render.facts import TESTS

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    record = read_record(smk.input.record, "tipping")
    found = [(test, one["r"]) for test, own in record["flips"].items() for one in own]
    figure = draw_tipping(
        read_table(smk.input.rows, "tipping_rows"),
        names={test: TESTS[test] for test in record["flips"]},
        flips=found,
        axis_label=record["title"],
        assumed=record["assumed"],
    )
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
