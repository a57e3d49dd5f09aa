"""Rule trace_correlation: values and effects in, the source of each correlation and where it tips out."""

from functools import partial
from typing import TYPE_CHECKING

from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.audit.registry import registry
from workflow.lib.audit.tipping_numbers import tipping_numbers
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_record, write_rows, write_text
from workflow.lib.render.tipping_section import tipping_section
from workflow.lib.review.correlation import correlation_rows
from workflow.lib.review.search_effects import Means
from workflow.lib.review.tipping import (
    Pooler,
    correlations,
    pooled_at,
    tipping_record,
    tipping_rows,
)
from workflow.lib.stats.effects import MEASURES, effect_sizes
from workflow.lib.stats.multiverse.conversions import CONVERSIONS
from workflow.lib.stats.multiverse.pools import Effects, pool_universes, ways_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def pooler():
    """What the statistics lend to lib/review/tipping.py."""
    means = {name: Means(one, MEASURES, effect_sizes) for name, one in CONVERSIONS.items()}
    return Pooler(means, Effects, pool_universes, ways_of)


def main(smk) -> None:
    given, made, config = smk.input, smk.output, smk.params.config
    wanted = config["r_tipping"]
    name, rs = wanted["analysis"], correlations(wanted["from"], wanted["to"])
    tables = [read_raw(given[table], table) for table in ("extraction", "studies")]
    again = partial(pooled_at, tables, config, name, pooler=pooler())
    analysis = config["analyses"][name]
    inputs = MEASURES[analysis["measure"]].inputs
    takes = {"needs_r": not {"r", "r_e"}.isdisjoint(inputs)}
    takes["comparator"] = analysis.get("comparator", ()) if "r_c" in inputs else ()
    effects, values = read_rows(given.effects[0], "effects"), read_rows(given["values"], "values")
    ladder = correlation_rows(effects, values, **takes)
    record, found = tipping_record(config, ladder, rs, again)
    write_rows(ladder, made.ladder, "correlation")
    write_record(record, made.record, "tipping")
    write_rows(tipping_rows(found, rs), made.rows, "tipping_rows")
    names = keys(row["study"] for row in tables[1])
    write_record(registry(tipping_numbers(record, names)), made.numbers, "numbers")
    write_text(tipping_section(record, names), made.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
