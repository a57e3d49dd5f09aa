"""Rule audit_claims: published claims in, a verdict with its arithmetic for each out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.claims import audit_claims
from workflow.lib.audit.ours import ours_from_examined, ours_from_models, ours_from_studies
from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_rows
from workflow.lib.stats.batch.pool import pool_groups

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    claims = read_raw(smk.input.claims, "claims")
    studies = read_raw(smk.input.studies, "studies")
    flow = {
        row["box"]: (row["n"], row["origin"]) for row in read_rows(smk.input.flow, "flow_boxes")
    }
    models = [read_record(path, "model") for path in smk.input.models]
    pooled = flow.get("studies_pooled", (None, ""))[0]
    examined = [read_record(path, "examined") for path in smk.input.examined]
    effects = {Path(path).stem: read_rows(path, "effects") for path in smk.input.effects}
    ours = ours_from_models(models, pooled=pooled)
    ours |= ours_from_examined(examined, models, pooled=pooled)
    ours |= ours_from_studies(effects, keys(row["study"] for row in studies))
    rows = audit_claims(
        claims,
        ours=ours,
        flow=flow,
        narrated=[row["study"] for row in studies if row["role"] == "narrated"],
        pool_groups=pool_groups,
    )
    write_rows(rows, smk.output.claims, "claims_audit")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
