"""Rule split_collection: the long table in; its checked parts, its broken rows and its source out."""

import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.files.collection.long_table import TEXTS, column_problems, open_table
from workflow.lib.files.collection.parts import (
    named_columns,
    read_part,
    remove_others,
    spread,
    write_part,
)
from workflow.lib.files.fingerprint import file_sha256
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record, write_rows
from workflow.lib.review.collection.rows import inputs_of, row_problems
from workflow.lib.review.collection.tables import broken_rows, refusal, skipped_rows
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.measures.estimation import estimate

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

MOST = 100_000  # broken cells after which a run that refuses reads no further
BROKEN = "results/logs/split_collection/broken_rows.csv"  # a log outlives a run that refuses


def numbers_in(table, config):
    """Columns of numbers that the measures of a collection take from its table, and problems."""
    code = config["measure"]
    if code == "column":
        known = dict.fromkeys(
            n for spec in MEASURES.values() for n in inputs_of(spec, table.columns)
        )
        return tuple(n for n in known if n in table.columns), ("measure",), []
    if code not in MEASURES:
        return (
            (),
            (),
            [f"collection.yaml: measure: '{code}' is none; docs/statistics.md lists them"],
        )
    needed = inputs_of(MEASURES[code], table.columns)
    return needed, needed, []


def checked(part, config):
    """(effects, problems) of the rows of a part."""
    code, options = config["measure"], config.get("effects", {})
    measure = np.array([code] * len(part.row), dtype=object)
    if code == "column":
        texts = part.texts("measure", np.arange(len(part.row)))
        measure = np.array([text or "" for text in texts], dtype=object)

    def effects_of(code, places):
        spec = MEASURES[code]
        names = inputs_of(spec, part.numbers)
        missing = [name for name in names if name not in part.numbers]
        if missing:
            raise InputError([f"measure {code}: column '{', '.join(missing)}' is missing"])
        given = {name: part.numbers[name][places] for name in names}
        found = estimate(spec, spec.options(options)[0], given)
        wrong = [(places[row], text) for row, text in (*found.impossible, *found.unusable)]
        return found.yi, found.vi, wrong

    known = {code: inputs_of(spec, part.numbers) for code, spec in MEASURES.items()}
    return measure, *row_problems(part, measure.astype(str), known, effects_of)


def looked_at(table, names, numbers, smk):
    """(broken rows, skipped meta-analyses, meta-analyses that are kept, rows), part by part."""
    broken, skipped, count, rows = [], [], 0, 0
    drafts = Path(smk.output.source).parent / ".drafts"
    shutil.rmtree(drafts, ignore_errors=True)  # of a run that was killed
    files = spread(table, names, drafts, list(smk.params.parts))
    for draft, output in zip(files, smk.output.parts, strict=True):
        part = read_part(draft, numbers)
        measure, effects, wrong = checked(part, smk.params.config)
        bad = np.unique(part.group[[one.place for one in wrong]]) if wrong else []
        keep = ~np.isin(part.group, bad)
        write_part(part, keep, {"measure": measure, "yi": effects.yi, "vi": effects.vi}, output)
        broken += broken_rows(part, wrong, table.path)
        skipped += skipped_rows(part, wrong, bad, named_columns)
        count, rows = count + len(np.unique(part.group[keep])), rows + len(part.row)
        if smk.params.config["broken"] == "refuse" and len(broken) > MOST:
            break  # what is wrong with all of them is clear by now
    shutil.rmtree(drafts)
    return sorted(broken, key=lambda one: (one["row"], one["column"])), skipped, count, rows


def main(smk) -> None:
    config, table = smk.params.config, open_table(smk.input.table)
    numbers, needed, problems = numbers_in(table, config)
    problems += column_problems(table, (*TEXTS, *needed))
    if problems:
        raise InputError(problems)
    names = tuple(dict.fromkeys((*TEXTS, *needed, *numbers)))
    broken, skipped, count, rows = looked_at(table, names, numbers, smk)
    if broken:
        write_rows(broken, BROKEN, "collection_broken")
    if broken and config["broken"] == "refuse":
        raise InputError(refusal(broken, len(skipped), BROKEN, whole=len(broken) <= MOST))
    if rows == 0:
        raise InputError([f"{table.path}: has no rows; give it one row per study"])
    remove_others(smk.output.parts, smk.params.parts)
    logging.info("%s meta-analyses in %s rows; %s skipped", count, rows, len(skipped))
    write_rows(broken, smk.output.broken, "collection_broken")
    write_rows(skipped, smk.output.skipped, "collection_skipped")
    source = {"file": smk.input.table, "sha256": file_sha256(smk.input.table), "rows": rows}
    source |= {"first_row": table.first_row, "columns": list(names)}
    source |= {"ignored": [name for name in table.columns if name not in names]}
    source |= {"meta_analyses": count, "skipped": len(skipped), "parts": len(smk.params.parts)}
    source |= {"broken_rows": len({row["row"] for row in broken})}
    write_record(source, smk.output.source, "collection_source")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
