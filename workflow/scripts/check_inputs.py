"""Rule check_inputs: raw tables in, their sums and the remarks on how they were read out."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.files.check import check_raw_tables
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record
from workflow.lib.review.books import claims_problems, flow_problems, studies_problems
from workflow.lib.review.extraction import extraction_problems

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    config = smk.params.config
    checked = check_raw_tables(
        Path(smk.input.extraction).parent,
        {
            "extraction": lambda tables, cure: extraction_problems(
                tables["extraction"], studies=tables["studies"], config=config, not_a_number=cure
            ),
            "studies": lambda tables, cure: studies_problems(
                tables["studies"], review=config["review"]["study"]
            ),
            "flow": lambda tables, cure: flow_problems(tables["flow"]),
            "claims": lambda tables, cure: claims_problems(tables["claims"], not_a_number=cure),
        },
    )
    for note in checked["notes"]:
        logging.info(note)
    write_record(checked, smk.output.checked, "checked")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
