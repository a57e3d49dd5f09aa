"""Rule rate_certainty: pools and a person's judgements in, the summary of findings out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.certainty_numbers import certainty_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_record, write_rows, write_text
from workflow.lib.render.certainty_section import certainty_section
from workflow.lib.review.certainty.case import Means
from workflow.lib.review.certainty.rating import rated
from workflow.lib.stats.certainty.absolute_effects import FORMULAS, absolute_effect
from workflow.lib.stats.certainty.information_size import one_mean, two_means, two_proportions
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.small_study.regression_test import egger_test

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

MEANS = Means(MEASURES, two_proportions, two_means, one_mean, absolute_effect, egger_test, FORMULAS)


def main(smk) -> None:
    given, made, params = smk.input, smk.output, smk.params
    effects = {Path(path).stem: read_rows(path, "effects") for path in given.effects}
    models = {Path(path).stem: read_record(path, "model") for path in given.models}
    judged = read_raw(given.judged, "certainty") if given.get("judged") else []
    bias = read_rows(given.bias, "bias_judgements") if given.get("bias") else None
    settings = {name: params[name] for name in ("analyses", "headline", "thresholds", "certainty")}
    findings, domains = rated(models, effects, settings, judged=judged, bias=bias, means=MEANS)
    write_rows(domains, made.certainty, "certainty_domains")
    write_rows(findings, made.findings, "findings")
    numbers = certainty_numbers(findings, models, effects, judged)
    write_record(registry(numbers), made.numbers, "numbers")
    write_text(certainty_section(findings, domains, models), made.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
