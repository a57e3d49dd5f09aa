"""Rule check_retractions: a dated snapshot and the studies in, what it says about each out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.checklist_numbers import retraction_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.files.check import read_raw
from workflow.lib.files.retraction_watch import read_notices
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record, write_rows, write_text
from workflow.lib.render.checklist_section import warning
from workflow.lib.review.retractions import papers, retraction_rows

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    made, studies = smk.output, read_raw(smk.input.studies, "studies")
    dois, pmids = (
        {one for paper in papers(studies).values() for one in paper[place]} for place in (0, 1)
    )
    rows = retraction_rows(studies, read_notices(smk.input.snapshot, dois, pmids))
    write_rows(rows, made.retractions, "retractions")
    write_record(registry(retraction_numbers(rows)), made.numbers, "numbers")
    write_text(warning(rows, smk.params.retractions["snapshot"]), made.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
