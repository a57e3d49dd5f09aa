"""Rule write_manifest: everything that was given and made in, the list of it with sums out."""

from typing import TYPE_CHECKING

from workflow.lib.files.manifest import manifest_record
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    given, params = smk.input, smk.params
    record = manifest_record(
        params.jobs,
        [*given.given, *given.notes, given.config],
        config=params.config,
        library=params.library,
        code=params.code,
    )
    write_record(record, smk.output.manifest, "manifest")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
