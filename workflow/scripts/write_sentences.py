"""Rule write_sentences: tables, models and the registry in, the pieces of the report out."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.guards import GUARDS
from workflow.lib.audit.lock import is_equal
from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.errors import InputError
from workflow.lib.files.books import sections
from workflow.lib.files.check import read_raw
from workflow.lib.files.fingerprint import prose_texts
from workflow.lib.files.instruments import read_instruments
from workflow.lib.files.lock_files import read_lock, read_made_from
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
    studies = read_raw(given.studies, "studies")
    prose, numbers = prose_texts(given.prose), read_record(given.numbers, "numbers")
    facts = Facts(
        numbers=numbers,
        config=smk.params.config,
        models={Path(path).stem: read_record(path, "model") for path in given.models},
        effects=effects,
        leave_one_out=leave_one_out(effects, given.leave_one_out),
        claims=read_rows(given.claims, "claims_audit"),
        studies=studies,
        extraction=read_raw(given.extraction, "extraction"),
        flow=read_rows(given.flow, "flow_boxes"),
        raw_flow=read_raw(given.raw_flow, "flow"),
        narrated=read_rows(given.narrated, "narrated"),
        cleaning_log=read_rows(given.cleaning_log, "cleaning_log"),
        forensics=read_rows(given.forensics, "forensics"),
        inputs=read_record(given.inputs, "inputs"),
        remarks=read_record(given.checked, "checked")["notes"],
        examined=examinations(given.examined),
        guards={name: (one.words, one.citation) for name, one in GUARDS.items()},
        findings=read_rows(given.findings, "findings"),
        lock=accepted(given.get("lock"), numbers),
        **of_books(given),
        names=keys(row["study"] for row in studies),
        used=tuple(number for text in prose for number in ids_in(text)),
    )
    for name, text in pieces(facts).items():
        write_text(text, Path(smk.output.sentences) / name)
    write_text(plain_summary(facts), smk.output.summary)


def of_books(given):
    """What the optional books add to the facts; empty where they are not kept."""
    bias = kept(read_rows, given.get("bias"), "bias_judgements")
    return {
        "books": sections(given.get("books", [])),
        "sources": tuple(kept(read_raw, given.get("sources"), "sources")),
        "tools": tools_of(bias, Path(given.extraction).parent) if bias else (),
        "marks": marks(kept(read_rows, given.get("retractions"), "retractions")),
        "history": tuple(kept(read_rows, given.get("history"), "history")),
    }


def kept(read, path, schema):
    """Rows of a table that not every review keeps; none where it is not there."""
    return read(path, schema) if path else []


def leave_one_out(names, paths):
    """Analysis -> rows of its table of pools without one study."""
    tables = zip(names, paths, strict=True)
    return {name: read_rows(path, "leave_one_out") for name, path in tables}


def examinations(paths):
    """Analysis -> record of its examinations."""
    names = [Path(path).stem.removeprefix("examined_") for path in paths]
    return {name: read_record(path, "examined") for name, path in zip(names, paths, strict=True)}


def tools_of(rows, folder):
    """Names of the instruments that risk of bias was judged with; `folder` is data/raw."""
    names = {name: record["name"] for name, record in read_instruments(folder).items()}
    return tuple(dict.fromkeys(names[row["instrument"]] for row in rows))


def accepted(paths, numbers):
    """The sum of the accepted numbers, and whether `numbers` are they; {} where there are none to be read."""
    if not paths:
        return {}
    folder = Path(paths[0]).parent
    try:
        lock, made_from = read_lock(folder), read_made_from(folder)
    except InputError as error:  # `make verify` says it to the one who can mend it
        logging.warning("%s", error)
        return {}
    same = lock.keys() == numbers.keys()
    return {
        "sum": made_from["numbers"],
        "equal": same and all(is_equal(lock[name], numbers[name]) for name in lock),
    }


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
