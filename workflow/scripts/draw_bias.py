"""Rule draw_bias: judgements and the primary pool in, traffic lights and their summary with their rows out."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workflow.lib.figures.bias_summary import draw_bias_summary
from workflow.lib.figures.style import figure_bytes
from workflow.lib.figures.traffic_light import draw_traffic_light
from workflow.lib.files.instruments import read_instruments
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_bytes, write_rows
from workflow.lib.review.bias.shares import light_rows, share_rows

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    bias, out = read_rows(smk.input.bias, "bias_judgements"), smk.output
    instruments = read_instruments(Path(smk.input.raw).parent)
    (model,) = (read_record(path, "model") for path in smk.input.model)
    lights, shares = light_rows(bias, instruments), share_rows(bias, instruments, model)
    write_rows(lights, out.rows, "bias_lights")
    write_rows(shares, out.summary_rows, "bias_shares")
    drawn = draw_traffic_light(pd.DataFrame(lights)), draw_bias_summary(pd.DataFrame(shares))
    for figure, paths in zip(
        drawn, ((out.svg, out.png), (out.summary_svg, out.summary_png)), strict=True
    ):
        for path in paths:
            write_bytes(figure_bytes(figure, path.rpartition(".")[2]), path)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
