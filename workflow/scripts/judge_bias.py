"""Rule judge_bias: rows of every assessor in, the judgements that stand out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.files.check import read_raw
from workflow.lib.files.instruments import read_instruments
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_rows
from workflow.lib.review.bias.table import assessments, judgement_rows

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    rows = read_raw(smk.input.bias, "risk_of_bias")
    instruments = read_instruments(Path(smk.input.bias).parent)
    found = assessments(rows, instruments=instruments, rules=smk.params["rules"])
    studies = read_raw(smk.input.studies, "studies")
    write_rows(judgement_rows(found, studies), smk.output.bias, "bias_judgements")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
