"""Rule check_inputs: raw tables in, their sums and the remarks on how they were read out.

The same check runs before the first job of any run (`onstart` in rules/common.smk), so that a
problem stops everything while the last good report is still there.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.files.books import report_texts
from workflow.lib.files.check import check_raw_tables
from workflow.lib.files.checklists import read_checklists
from workflow.lib.files.retraction_watch import snapshot_problems
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record
from workflow.lib.review.check import cross_checks
from workflow.lib.review.checklist import anchors_of, checklist_problems

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def check_review(folder, config):
    """The record of accepted raw tables; InputError with every problem if there is one."""
    own = (
        lambda tables, cure: checklist_problems(
            tables.get("checklist", []), read_checklists(), anchors_of(report_texts(), config)
        ),
        lambda tables, cure: snapshot_problems(folder, config),
    )
    return check_raw_tables(folder, (*cross_checks(config), *own))


def check_module(modifier, folder, config):
    """As check_review, where another workflow uses this one: Snakemake runs its onstart, not ours."""
    if not modifier.is_main_snakefile():
        check_review(folder, config)


def main(smk) -> None:
    checked = check_review(Path(smk.input.extraction).parent, smk.params.config)
    for note in checked["notes"]:
        logging.info(note)
    write_record(checked, smk.output.checked, "checked")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
