"""Rule fit_model: effect sizes of one analysis in, the pool and its leave-one-out table out."""

from typing import TYPE_CHECKING

from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_record, write_rows
from workflow.lib.review.examination import inputs_of
from workflow.lib.review.model_record import leave_one_out_rows, model_record
from workflow.lib.stats import pooling
from workflow.lib.stats.batch.leave_one_out import refit_without_each
from workflow.lib.stats.counts.pooling import COUNT_METHODS, count_pooling
from workflow.lib.stats.effects import MEASURES

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def engine_of(effects, analysis):
    """(what pools, what pools without each study): of effects, or of the counts behind them."""
    if analysis["model"]["method"] not in COUNT_METHODS:
        return pooling, refit_without_each
    inputs = inputs_of([row for row in effects if row["status"] == "pooled"])
    options = {name: analysis[name] for name in ("revman", "add", "to") if name in analysis}
    engine = count_pooling(inputs, analysis["measure"], **options)
    return engine, engine.refit_without_each


def main(smk) -> None:
    name, measure = smk.wildcards.analysis, MEASURES[smk.params.analysis["measure"]]
    on_scale = "low" in smk.params.outcomes[smk.params.analysis["outcome"]]
    analysis = smk.params.analysis
    unit = analysis.get("unit", measure.scale)
    analysis = analysis | {"name": name, "scale": unit, "on_scale": on_scale}
    effects = read_rows(smk.input.effects, "effects")
    engine, leave_one_out = engine_of(effects, analysis)
    record = model_record(
        effects,
        analysis,
        threshold=smk.params.thresholds.get(analysis.get("threshold")),
        pooling=engine,
    )
    write_record(record, smk.output.model, "model")
    rows = leave_one_out_rows(effects, analysis, leave_one_out=leave_one_out)
    write_rows(rows, smk.output.leave_one_out, "leave_one_out")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
