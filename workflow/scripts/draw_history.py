"""Rule draw_history: the history of a living review in, the plot of its updates with its rows out."""

from typing import TYPE_CHECKING

import pandas as pd

from workflow.lib.audit.history import comparable
from workflow.lib.figures.history import draw_history
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_bytes, write_rows

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

COLUMNS = ["date", "k", "rows_added", "estimate", "ci_lb", "ci_ub", "unit"]


def main(smk) -> None:
    shown = comparable(read_rows(smk.input.history, "history"))
    rows = pd.DataFrame(shown, columns=COLUMNS)
    figure = draw_history(rows, axis_label=rows["unit"].iloc[-1] if len(rows) else "no estimate")
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)
    write_rows(shown, smk.output.rows, "history")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
