"""Rule search_methods: raw tables and a printed result in, every declared universe tried on it out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.method_search import targets_of
from workflow.lib.audit.search_record import level_of, search_record
from workflow.lib.audit.universes import declared
from workflow.lib.errors import InputError
from workflow.lib.files.check import read_raw
from workflow.lib.files.columns import write_columns
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record
from workflow.lib.review.search_effects import Means, supply
from workflow.lib.stats import conversions
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.effects import MEASURES, effect_sizes

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

SETTINGS = ("method_search", "analyses", "outcomes", "conversions", "assumptions")


def main(smk) -> None:
    given, config = smk.input, {name: smk.params[name] for name in SETTINGS}
    extraction, studies, claims = (
        read_raw(given[name], name) for name in ("extraction", "studies", "claims")
    )
    search = config["method_search"]
    if not search:
        raise InputError(["config.yaml: method_search is not there; declare what is to be tried"])
    analysis, targets = config["analyses"][search["analysis"]], targets_of(claims, search["target"])
    found = supply(extraction, studies, config, Means(conversions, MEASURES, effect_sizes), search)
    level = level_of(targets, analysis)
    settings = found.settings if targets else {}
    universes = declared(
        settings, search, analysis=analysis, level=level, pool_subsets=pool_subsets
    )
    record, columns = search_record(universes, found, targets, search, level)
    write_record(record, smk.output.record, "method_search")
    write_columns(columns, smk.output.universes, "universes")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
