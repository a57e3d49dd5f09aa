"""Rule summarise_screening: the ledger in, agreement, conflicts and reasons with their numbers and section out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.registry import registry
from workflow.lib.audit.screening_numbers import based, reason_ids, screening_numbers
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record, write_rows, write_text
from workflow.lib.render.screening_section import screening_section
from workflow.lib.review.screening_summary import summary
from workflow.lib.stats.kappa import cohen_kappa

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    rows = read_raw(smk.input.screening, "screening")
    pairs, conflicts, reasons, stages = summary(rows, agreement=cohen_kappa)
    write_rows(pairs, smk.output.agreement, "screening_agreement")
    write_rows(conflicts, smk.output.conflicts, "screening_conflicts")
    write_rows(reasons, smk.output.reasons, "screening_reasons")
    numbers = registry(screening_numbers(pairs, reasons, stages))
    write_record(numbers, smk.output.numbers, "numbers")
    ids, named = reason_ids(reasons), list(based(pairs))
    write_text(
        screening_section(named, conflicts, reasons, stages=stages, ids=ids), smk.output.section
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
