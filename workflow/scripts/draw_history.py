"""Rule draw_history: the history of a living review in, the plot of its updates with its rows out."""

from typing import TYPE_CHECKING

import pandas as pd

from workflow.lib.audit.history import comparable
from workflow.lib.audit.readings import printed
from workflow.lib.figures.history import draw_history
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_bytes, write_rows
from workflow.lib.review.forest_words import axis_words, marks_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

COLUMNS = ["date", "k", "rows_added", "estimate", "ci_lb", "ci_ub", "unit"]


def main(smk) -> None:
    shown = comparable(read_rows(smk.input.history, "history"))
    rows = pd.DataFrame(shown, columns=COLUMNS)
    unit = rows["unit"].iloc[-1] if len(rows) else "no estimate"
    figure = draw_history(
        rows, axis_label=axis_words(unit), told=printed(unit), marks=marks_of({"unit": unit})
    )
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)
    write_rows(shown, smk.output.rows, "history")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
