"""Rule draw_forest: effect sizes, pool and registry in, one forest plot with its rows out."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.figures.forest import draw_forest
from workflow.lib.figures.forest_looks import look_of
from workflow.lib.figures.lights import TONES
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_bytes, write_rows
from workflow.lib.review.bias.table import lights_note, study_columns, study_lights
from workflow.lib.review.examination import studies_of
from workflow.lib.review.forest_table import (
    COLUMNS,
    Groups,
    Wanted,
    forest_rows,
    published_results,
)
from workflow.lib.review.forest_words import axis, marks_of
from workflow.lib.review.retractions import marks
from workflow.lib.stats.examine.flatten import parts
from workflow.lib.stats.regression.subgroups import in_order, label_of
from workflow.lib.stats.student import quantile

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


SYMBOLS = {level: tone.symbol for level, tone in TONES.items()}


def wanted_of(analysis, model, effects, studies):
    """What config.yaml wants of the forest plot of one analysis."""
    said = analysis["forest"] if isinstance(analysis["forest"], dict) else {}
    fit, spread, groups = model["fit"], None, None
    if said.get("prediction") == "distribution" and fit["pi_lb"] is not None:
        spread = (fit["pi_ub"] - fit["beta"]) / quantile(fit["level"], fit["df"])
    if "subgroups" in said:
        name = said["subgroups"]
        pooled, columns = studies_of(effects, studies)
        known = columns.get(analysis["examine"][name]["by"], [None] * len(pooled))
        values = ["" if value is None else value for value in known]
        of = {row["study"]: label_of(value) for row, value in zip(pooled, values, strict=True)}
        base = f"examined.{model['analysis']}.{name}"
        groups = Groups(base, of, parts(map(label_of, sorted(set(values), key=in_order))))
    return Wanted(preset=said.get("preset", "house"), spread=spread, groups=groups)


def main(smk) -> None:
    effects = read_rows(smk.input.effects, "effects")
    model = read_record(smk.input.model, "model")
    numbers = read_record(smk.input.numbers, "numbers")
    studies = read_raw(smk.input.studies, "studies")
    names = keys(row["study"] for row in studies)
    published = published_results(
        read_raw(smk.input.claims, "claims"), f"pooled.{model['analysis']}.beta"
    )
    bias = read_rows(smk.input.bias, "bias_judgements") if smk.input.get("bias") else []
    lights = study_lights(bias, model["outcome"], {row["study"] for row in effects})
    joined = study_columns(studies, bias, model["outcome"]) if bias else studies
    wanted = wanted_of(smk.params.analysis, model, effects, joined)
    given = smk.input.get("retractions")
    retracted = marks(read_rows(given, "retractions") if given else [])
    wanted = replace(wanted, lights=lights, marks=retracted)
    rows = forest_rows(effects, model, numbers, names, published, wanted)
    rows += lights_note(bias, model["outcome"], lights, SYMBOLS)
    write_rows(rows, smk.output.rows, "figure_rows")
    words = axis(model, smk.params.outcomes[model["outcome"]], wanted.preset)
    frame = pd.DataFrame(rows, columns=COLUMNS)
    figure = draw_forest(frame, **words, look=look_of(wanted.preset, marks=marks_of(model)))
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
