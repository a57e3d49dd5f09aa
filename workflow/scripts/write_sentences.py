"""Rule write_sentences: tables, models and the registry in, the pieces of the report out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.guards import GUARDS
from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.files.books import sections
from workflow.lib.files.check import read_raw
from workflow.lib.files.fingerprint import prose_texts
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_text
from workflow.lib.render.facts import Facts
from workflow.lib.render.pieces import pieces, plain_summary
from workflow.lib.render.shortcodes import ids_in
from workflow.lib.review.retractions import marks

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    given = smk.input
    effects = {Path(path).stem: read_rows(path, "effects") for path in given.effects}
    tables = zip(effects, given.leave_one_out, strict=True)
    studies = read_raw(given.studies, "studies")
    prose = prose_texts(given.prose)
    facts = Facts(
        numbers=read_record(given.numbers, "numbers"),
        config=smk.params.config,
        models={Path(path).stem: read_record(path, "model") for path in given.models},
        effects=effects,
        leave_one_out={name: read_rows(path, "leave_one_out") for name, path in tables},
        claims=read_rows(given.claims, "claims_audit"),
        studies=studies,
        extraction=read_raw(given.extraction, "extraction"),
        flow=read_rows(given.flow, "flow_boxes"),
        narrated=read_rows(given.narrated, "narrated"),
        cleaning_log=read_rows(given.cleaning_log, "cleaning_log"),
        forensics=read_rows(given.forensics, "forensics"),
        inputs=read_record(given.inputs, "inputs"),
        remarks=read_record(given.checked, "checked")["notes"],
        examined={
            Path(path).stem.removeprefix("examined_"): read_record(path, "examined")
            for path in given.examined
        },
        guards={name: (one.words, one.citation) for name, one in GUARDS.items()},
        books=sections(given.get("books", [])),
        marks=marks(
            read_rows(given.retractions, "retractions") if given.get("retractions") else []
        ),
        names=keys(row["study"] for row in studies),
        used=tuple(number for text in prose for number in ids_in(text)),
    )
    for name, text in pieces(facts).items():
        write_text(text, Path(smk.output.sentences) / name)
    write_text(plain_summary(facts), smk.output.summary)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
