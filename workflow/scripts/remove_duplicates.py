"""Rule remove_duplicates: exports and decisions in, unique records, pairs, numbers and the section out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.records_numbers import records_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.errors import InputError
from workflow.lib.files.check import read_raw
from workflow.lib.files.collector import no_search_for_circles
from workflow.lib.files.columns import write_columns
from workflow.lib.files.exports.sources import read_sources
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record, write_rows, write_text
from workflow.lib.render.records_section import records_section
from workflow.lib.review.dedupe.rows import PAIR, record_tables

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


@no_search_for_circles()
def main(smk) -> None:
    sources = read_raw(smk.input.sources, "sources")
    exports, problems = read_sources(Path(smk.input.sources).parent, sources)
    if problems:
        raise InputError(problems)
    decided = smk.input.get("decisions")
    tables = record_tables(sources, exports, read_raw(decided, "duplicates") if decided else [])
    write_columns(tables.records, smk.output.records, "records")
    pairs = {name: [row[name] for row in tables.pairs] for name in PAIR}
    write_columns(pairs, smk.output.pairs, "duplicate_pairs")
    write_rows(tables.uncertain, smk.output.uncertain, "duplicate_pairs")
    formats = {name: (export.format, export.encoding) for name, export in exports.items()}
    numbers = registry(records_numbers(sources, tables.records, tables.uncertain))
    write_record(numbers, smk.output.numbers, "numbers")
    write_text(records_section(sources, formats, tables.records, tables.pairs), smk.output.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
