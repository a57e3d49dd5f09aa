"""Rule pack_crate: a finished run in, its RO-Crate with the lineage of every number out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.crate import crate_metadata
from workflow.lib.audit.crate_lineage import lineage
from workflow.lib.files.bundle import README, copy_files, described, files_of, read_citation
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, write_json, write_record, write_text

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    given, folder = smk.input, Path(smk.output.crate)
    manifest = read_record(given.manifest, "manifest")
    found = lineage(
        read_record(given.numbers, "numbers"), manifest, read_raw(given.extraction, "extraction")
    )
    write_record(found, folder / "lineage.json", "lineage")
    files = files_of(manifest) | {"results/manifest.json": Path(given.manifest)}
    copy_files(files, folder)
    title = manifest["config"]["review"]["title"]
    write_text(README.format(title=title), folder / "README.md")
    files |= {name: folder / name for name in ("README.md", "lineage.json")}
    metadata = crate_metadata(
        manifest,
        described(files),
        title=title,
        citation=read_citation(given.citation),
    )
    write_json(metadata, folder / "ro-crate-metadata.json")  # last: without it there is no crate


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
