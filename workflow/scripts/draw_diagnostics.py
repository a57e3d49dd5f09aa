"""Rule draw_diagnostics: pools in, the plots that config.yaml names for each of them out."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workflow.lib.audit.readings import printed
from workflow.lib.errors import ConvergenceError, NotEstimable
from workflow.lib.figures.forest import draw_forest
from workflow.lib.figures.forest_looks import look_of
from workflow.lib.figures.plane import draw_plane
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_bytes, write_rows
from workflow.lib.review.forest_table import COLUMNS
from workflow.lib.review.forest_words import axis, marks_of
from workflow.lib.review.series_forest import one_after_another, without_each
from workflow.lib.stats.plots.diagnostic import PLOTS
from workflow.lib.stats.plots.steps import steps
from workflow.scripts.examine_model import columns_of, pool_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def forest(rows, model, outcome):
    """(figure, rows, schema) of a series of pools."""
    heads = ("Pool", f"Estimate [{model['fit']['level']:g}% CI]")
    words = axis(model, outcome) | {"columns": heads, "look": look_of(marks=marks_of(model))}
    return draw_forest(pd.DataFrame(rows, columns=COLUMNS), **words), rows, "figure_rows"


def plot(kind, pool, options, labels):
    """(figure, rows, schema) of a plot on two axes; one that cannot be drawn says why.

    `labels` are the words of config.yaml for columns of the studies.
    """
    try:
        made = PLOTS[kind](pool, **options)
    except (NotEstimable, ConvergenceError) as error:
        empty = pd.DataFrame(columns=["kind", "name", "x", "y", "size"])
        title = kind.replace("_", " ").capitalize()
        figure = draw_plane(empty, title=title, x_label="", y_label="", reason=str(error))
        return figure, [], "plot_rows"
    rows = [asdict(mark) for mark in made.marks]
    words = {name: getattr(made, name) for name in ("title", "x_label", "y_label", "frame")}
    if label := labels.get(options.get("by")):
        words |= {"title": made.title.replace(made.x_label, label), "x_label": label}
    return draw_plane(pd.DataFrame(rows), **words), rows, "plot_rows"


def figures(given, name, config):
    """kind -> (figure, rows, schema) of everything that one analysis wants drawn."""
    analysis, model = config["analyses"][name], read_record(given["model"], "model")
    effects = read_rows(given["effects"], "effects")
    pool = pool_of(effects, columns_of(given, model["outcome"]), analysis)
    outcome, told = config["outcomes"][analysis["outcome"]], printed(model["unit"])
    for kind, options in analysis["figures"].items():
        if kind == "leave_one_out":
            left_out = read_rows(given["leave_one_out"], "leave_one_out")
            yield kind, forest(without_each(left_out, model, told), model, outcome)
        elif kind == "cumulative":
            rows = one_after_another(steps(pool, **options), model, told)
            yield kind, forest(rows, model, outcome)
        else:
            own = {"measure": analysis["measure"]} if kind == "labbe" else {}
            yield kind, plot(kind, pool, options | own, config.get("column_labels", {}))


def main(smk) -> None:
    folder = Path(smk.output.svg[0]).parent
    for place, name in enumerate(smk.params.names):
        given = {"studies": smk.input.studies, "bias": smk.input.get("bias")} | {
            part: smk.input[part][place] for part in ("effects", "model", "leave_one_out")
        }
        for kind, (figure, rows, schema) in figures(given, name, smk.params.config):
            base = folder / f"{kind}_{name}"
            write_rows(rows, f"{base}.csv", schema)
            write_bytes(figure_bytes(figure, "svg"), f"{base}.svg")
            write_bytes(figure_bytes(figure, "png"), f"{base}.png")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
