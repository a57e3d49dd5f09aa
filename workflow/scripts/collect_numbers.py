"""Rule collect_numbers: every table and model in, the registry of numbers and the record of inputs out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.collect import Books, collect
from workflow.lib.files.check import read_raw
from workflow.lib.files.manifest import inputs_record
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_record

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    given, params = smk.input, smk.params
    effects = {Path(path).stem: read_rows(path, "effects") for path in given.effects}
    tables = zip(effects, given.leave_one_out, strict=True)
    books = Books(
        extraction=read_raw(given.extraction, "extraction"),
        studies=read_raw(given.studies, "studies"),
        claims=read_raw(given.raw_claims, "claims"),
        audited=read_rows(given.claims, "claims_audit"),
        values=read_rows(given["values"], "values"),
        flow=read_rows(given.flow, "flow_boxes"),
        narrated=read_rows(given.narrated, "narrated"),
        effects=effects,
        models={Path(path).stem: read_record(path, "model") for path in given.models},
        leave_one_out={name: read_rows(path, "leave_one_out") for name, path in tables},
        examined=[read_record(path, "examined") for path in given.examined],
        config=params.config,
        searched=read_record(given.searched, "method_search") if given.get("searched") else None,
        kept=tuple(read_record(path, "numbers") for path in given.get("books", [])),
    )
    write_record(collect(books), smk.output.numbers, "numbers")
    raw = [given.extraction, given.studies, given.raw_flow, given.raw_claims]
    raw += [path for path in given.get("book_files", []) if path not in raw]
    record = inputs_record(raw, config=params.config, library=params.library)
    write_record(record, smk.output.inputs, "inputs")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
