"""Rule examine_model: one pool in, what the examinations named in config.yaml find about it out."""

from typing import TYPE_CHECKING

import numpy as np

from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_record, write_rows
from workflow.lib.review.bias.table import study_columns
from workflow.lib.review.examination import (
    examination_record,
    examination_rows,
    inputs_of,
    studies_of,
)
from workflow.lib.stats.counts.pooling import COUNT_METHODS, INVERSE
from workflow.lib.stats.examine.catalogue import PROCEDURES
from workflow.lib.stats.examine.examined import Pool, examine
from workflow.scripts.fit_model import engine_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def pool_of(effects, studies, analysis):
    """The Pool of one analysis, from rows of its effect table and of studies.csv."""
    method = analysis["model"][
        "method"
    ]  # but for subgroups, examinations weigh by inverse variance
    pooled, columns = studies_of(effects, studies)
    return Pool(
        yi=np.array([row["yi"] for row in pooled]),
        vi=np.array([row["vi"] for row in pooled]),
        ni=tuple(row["ni"] for row in pooled),
        studies=tuple(row["slab"] for row in pooled),
        columns=columns,
        inputs=inputs_of(pooled),
        counts=engine_of(effects, analysis)[0] if method in COUNT_METHODS else None,
        of_counts=method if method in COUNT_METHODS else "",
        **analysis["model"] | {"method": INVERSE.get(method, method)},
    )


def columns_of(given, outcome):
    """Rows of studies.csv, joined by the judgements of risk of bias where they are kept."""
    studies = read_raw(given["studies"], "studies")
    if not given.get("bias"):
        return studies
    return study_columns(studies, read_rows(given["bias"], "bias_judgements"), outcome)


def main(smk) -> None:
    analysis = smk.params.analysis
    effects, model = read_rows(smk.input.effects, "effects"), read_record(smk.input.model, "model")
    pool = pool_of(effects, columns_of(smk.input, model["outcome"]), analysis)
    pooled = [row for row in effects if row["status"] == "pooled"]
    found = examine(pool, analysis["examine"], PROCEDURES)
    record = examination_record(model, found, analysis["examine"])
    write_record(record, smk.output.record, "examined")
    write_rows(examination_rows(pooled, found), smk.output.by_study, "examined_studies")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
