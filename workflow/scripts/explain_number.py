"""Rule explain_number: the registry and the tables behind it in, the chain of one number out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.chain_page import chain_page
from workflow.lib.audit.explain import Evidence, explain
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.schemas import load_schema
from workflow.lib.files.tables import read_json, read_rows, write_text

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def keyed(path):
    """Key -> row of an optional raw table; several key columns are joined by /."""
    name = Path(path).stem
    key = load_schema(name)["key"]
    columns = [key] if isinstance(key, str) else key
    return {"/".join(str(row[one]) for one in columns): row for row in read_raw(path, name)}


def evidence(given):
    """The Evidence in the files that a rule is given; the registry was checked when it was written."""
    return Evidence(
        numbers=read_json(given.numbers),
        extraction=read_raw(given.extraction, "extraction"),
        studies=read_raw(given.studies, "studies"),
        claims=read_raw(given.raw_claims, "claims"),
        flow=read_raw(given.raw_flow, "flow"),
        cleaning_log=read_rows(given.cleaning_log, "cleaning_log"),
        books={Path(path).stem: keyed(path) for path in given.get("book_tables", [])},
        manifest=read_json(given.inputs),
    )


def main(smk) -> None:
    number_id = smk.wildcards.number
    text = chain_page(explain([number_id], evidence(smk.input)), number_id)
    write_text(text, smk.output.chain)
    print(text, flush=True)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
