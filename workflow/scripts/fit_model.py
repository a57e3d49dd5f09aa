"""Rule fit_model: effect sizes of one analysis in, the pool and its leave-one-out table out."""

from typing import TYPE_CHECKING

from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_record, write_rows
from workflow.lib.review.model_record import leave_one_out_rows, model_record
from workflow.lib.stats import pooling
from workflow.lib.stats.batch.leave_one_out import refit_without_each
from workflow.lib.stats.effects import MEASURES

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    name, measure = smk.wildcards.analysis, MEASURES[smk.params.analysis["measure"]]
    analysis = smk.params.analysis | {"name": name, "scale": measure.scale}
    effects = read_rows(smk.input.effects, "effects")
    record = model_record(
        effects,
        analysis,
        threshold=smk.params.thresholds.get(analysis.get("threshold")),
        pooling=pooling,
    )
    write_record(record, smk.output.model, "model")
    rows = leave_one_out_rows(effects, analysis, leave_one_out=refit_without_each)
    write_rows(rows, smk.output.leave_one_out, "leave_one_out")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
