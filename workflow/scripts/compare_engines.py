"""Rule compare_engines: pools in, the same fits by R metafor and statsmodels beside them out."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit import with_statsmodels as second
from workflow.lib.audit.engines import engine_lines, engine_rows, fits_of, skipped_lines
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_rows
from workflow.lib.files.with_metafor import Task, with_metafor
from workflow.lib.stats.counts.pooling import COUNT_METHODS
from workflow.lib.stats.pooling import random_effects

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    models = [read_record(path, "model") for path in smk.input.models]
    models = [
        one for one in models if one["fit"]["method"] not in COUNT_METHODS
    ]  # no effects alone
    effects = {Path(path).stem: read_rows(path, "effects") for path in smk.input.effects}
    fits = fits_of(models, effects, random_effects)
    options = [{name: fit[name] for name in ("method", "test", "level")} for fit in fits]
    tasks = [
        Task(tuple(fit["yi"]), tuple(fit["vi"]), **own)
        for fit, own in zip(fits, options, strict=True)
    ]
    by_r = with_metafor(tasks)
    found = {
        "metafor": [(v, {"": why}) for v, why in zip(by_r.values, by_r.reasons, strict=True)],
        "statsmodels": [
            second.with_statsmodels(fit["yi"], fit["vi"], **own)
            for fit, own in zip(fits, options, strict=True)
        ],
    }
    versions = by_r.versions | {"statsmodels": second.VERSION}
    rows = list(engine_rows(fits, found, versions))
    write_rows(rows, smk.output.engines, "engines")
    for line in [*engine_lines(rows), *skipped_lines(found)]:
        logging.info(line)
        print(line, flush=True)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
