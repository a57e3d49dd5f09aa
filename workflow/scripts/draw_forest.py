"""Rule draw_forest: effect sizes, pool and registry in, one forest plot with its rows out."""

from typing import TYPE_CHECKING

import pandas as pd

from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.figures.forest import draw_forest
from workflow.lib.figures.lights import TONES
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_bytes, write_rows
from workflow.lib.review.bias.table import lights_note, study_lights
from workflow.lib.review.forest_table import COLUMNS, axis, forest_rows, published_results

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    effects = read_rows(smk.input.effects, "effects")
    model = read_record(smk.input.model, "model")
    numbers = read_record(smk.input.numbers, "numbers")
    names = keys(row["study"] for row in read_raw(smk.input.studies, "studies"))
    published = published_results(
        read_raw(smk.input.claims, "claims"), f"pooled.{model['analysis']}.beta"
    )
    bias = read_rows(smk.input.bias, "bias_judgements") if smk.input.get("bias") else []
    lights = study_lights(bias, model["outcome"], {row["study"] for row in effects})
    rows = forest_rows(effects, model, numbers, names, published, lights)
    rows += lights_note(bias, model["outcome"], lights, SYMBOLS)
    write_rows(rows, smk.output.rows, "figure_rows")
    words = axis(model, smk.params.outcomes[model["outcome"]])
    frame = pd.DataFrame(rows, columns=COLUMNS)
    figure = draw_forest(frame, **words)
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)


SYMBOLS = {level: tone.symbol for level, tone in TONES.items()}


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
