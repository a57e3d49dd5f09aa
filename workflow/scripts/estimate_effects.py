"""Rule estimate_effects: prepared values in, one table of effect sizes per analysis out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_rows
from workflow.lib.review.effect_rows import effect_rows
from workflow.lib.review.narrate import single_scores
from workflow.lib.review.selection import select
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.wald_effects import wald_effects

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    values = read_rows(smk.input["values"], "values")
    studies = read_raw(smk.input.studies, "studies")
    for path in smk.output.effects:
        analysis = smk.params.analyses[Path(path).stem]
        improvement = smk.params.outcomes[analysis["outcome"]]["improvement"]
        selected = select(
            values,
            analysis,
            inputs=MEASURES[analysis["measure"]].inputs,
            improvement=improvement,
            skewness=smk.params.conversions["skewness"],
        )
        effects = wald_effects(level=analysis["model"]["level"])
        scores = single_scores(values, analysis["outcome"], improvement=improvement)
        rows = effect_rows(selected, studies, analysis, effect_sizes=effects, score_change=scores)
        write_rows(rows, path, "effects")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
