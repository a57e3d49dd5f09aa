"""Rule run_multiverse: raw tables and the declared choices in, every universe and what they say together out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.multiverse_numbers import multiverse_numbers, published_estimate
from workflow.lib.audit.registry import registry
from workflow.lib.files.check import read_raw
from workflow.lib.files.columns import write_columns, write_parquet
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_rows, write_record, write_rows, write_text
from workflow.lib.render.multiverse_section import multiverse_section
from workflow.lib.review.bias.table import overall_levels
from workflow.lib.review.multiverse_effects import prepared
from workflow.lib.review.multiverse_grid import grid
from workflow.lib.review.multiverse_options import POOLED, PREPARED, impossible_of, options_of
from workflow.lib.review.multiverse_record import (
    Multiverse,
    curve_rows,
    multiverse_columns,
    multiverse_record,
    states,
)
from workflow.lib.review.search_effects import Means
from workflow.lib.stats.effects import MEASURES, effect_sizes
from workflow.lib.stats.multiverse import summary
from workflow.lib.stats.multiverse.conversions import CONVERSIONS
from workflow.lib.stats.multiverse.curve import curve
from workflow.lib.stats.multiverse.pools import Effects, pool_universes, ways_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def universes(extraction, studies, claims, config, bias=()):
    """The Multiverse of a review: every declared universe, prepared and pooled."""
    options = options_of(config)
    values = {name: [one.value for one in members] for name, members in options.items()}
    found = grid([len(one) for one in values.values()], impossible_of(config, options))
    means = {name: Means(one, MEASURES, effect_sizes) for name, one in CONVERSIONS.items()}
    outcome = config["analyses"][config["multiverse"]["analysis"]]["outcome"]
    judgements = overall_levels(bias, outcome)
    effects = prepared((extraction, studies), config, values, means, judgements)
    data, way = found.place(slice(0, len(PREPARED))), found.place(slice(len(PREPARED), None))
    ways = ways_of(*(values[name] for name in POOLED))
    pools = pool_universes(Effects(effects.yi, effects.vi), ways, data, way)
    published = published_estimate(claims, config["multiverse"].get("published"))
    return Multiverse(config, options, found, effects, pools, published)


def main(smk) -> None:
    given, made, config = smk.input, smk.output, smk.params.config
    tables = [read_raw(given[name], name) for name in ("extraction", "studies", "claims")]
    bias = read_rows(given.bias, "bias_judgements") if given.get("bias") else ()
    multiverse = universes(*tables, config, bias)
    beyond = {name: one["value"] for name, one in config["yardsticks"].items()}
    values, options = multiverse.pools.values, multiverse.options
    columns, tiles, where = curve(
        values, multiverse.grid.choice, multiverse.grid.sizes, states(multiverse)
    )
    record = multiverse_record(multiverse, summary, beyond, where)
    write_record(record, made.record, "multiverse")
    table = multiverse_columns(multiverse)
    write_columns(table, made.universes, "multiverse_universes")
    write_parquet(table, made.parquet, "multiverse_universes")
    write_rows(curve_rows(columns, tiles, options), made.curve, "multiverse_curve")
    write_record(registry(multiverse_numbers(record)), made.numbers, "numbers")
    write_text(multiverse_section(record, config), made.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
