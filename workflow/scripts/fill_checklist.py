"""Rule fill_checklist: what the report has and what was planned in, checklists and deviations out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.checklist_numbers import checklist_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.files.check import read_raw
from workflow.lib.files.checklists import read_checklists
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_record, write_rows, write_text
from workflow.lib.render.checklist_section import checklist_section
from workflow.lib.review.checklist import filled, what_holds
from workflow.lib.review.protocol import compared, last_day, sum_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

RAW = {"checklist": "own", "protocol": "planned", "deviations": "deviations"}


def main(smk) -> None:
    given, made, config = smk.input, smk.output, smk.params.config
    raw = {name: read_raw(given[key], name) for name, key in RAW.items() if given.get(key)}
    studies, findings = read_raw(given.studies, "studies"), read_rows(given.findings, "findings")
    planned = raw.get("protocol", [])
    anchors = smk.params.anchors
    models = [read_record(path, "model") for path in given.models]
    primary = next(row for row in findings if row["analysis"] == config["headline"]["primary"])
    holds = what_holds(
        config,
        studies=studies,
        models=models,
        flow=read_rows(given.flow, "flow_boxes"),
        kept={f"book:{name}" for name in smk.params.books}
        | {f"table:{name}" for name in read_record(given.checked, "checked")["files"]},
        words={
            "protocol": bool(planned),
            "rated": any(row["who"] for row in findings),
            "persons": bool(primary["k"]) and primary["participants"] is not None,
        },
    )
    items = filled(read_checklists(), raw.get("checklist", []), anchors=anchors, holds=holds)
    beside = compared(planned, config, raw.get("deviations", []))
    write_rows(items, made.checklist, "checklist_filled")
    write_rows(beside, made.protocol, "protocol_compared")
    numbers = checklist_numbers(
        items, beside, kept=raw, config=config, models=models, studies=studies
    )
    write_record(registry(numbers), made.numbers, "numbers")
    protocol = {"compared": beside, "sums": (sum_of(planned), last_day(planned)), "kept": raw}
    review = next(row for row in studies if row["study"] == config["review"]["study"])
    retractions = None
    if given.get("retractions"):
        rows = read_rows(given.retractions, "retractions")
        retractions = (rows, config["retractions"]["snapshot"])
    protocol |= {"registration": review["registration"]}
    write_text(checklist_section(items, anchors, protocol, retractions), made.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
