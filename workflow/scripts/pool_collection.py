"""Rule pool_collection: one part of a collection in; its pools by every model and its diagnoses out."""

from typing import TYPE_CHECKING

import numpy as np
from pyarrow import parquet

from workflow.lib.files.collection.long_table import KEYS
from workflow.lib.files.collection.parts import arrow_table, write_parquet
from workflow.lib.files.runlog import logged
from workflow.lib.review.collection.tables import meta_columns, pool_columns
from workflow.lib.stats.batch.diagnoses import diagnose
from workflow.lib.stats.batch.pool import pool_groups

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def pooled(part, config):
    """(columns of meta_analyses, columns of pools) of the rows of one part."""
    codes = part["id"].combine_chunks().dictionary_encode()
    group = codes.indices.to_numpy().astype(np.int64)
    yi, vi = part["yi"].to_numpy(), part["vi"].to_numpy()
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    pools = {
        name: pool_groups(yi, vi, group, level=float(config["level"]), **model)
        for name, model in config["models"].items()
    }
    primary, least = config["primary"], config["asymmetry_least"]
    found = diagnose(yi, vi, starts, pools, primary=primary, least=least)
    first = part.take(starts)
    named = {"id": first["id"]} | {name: first[name].fill_null("") for name in KEYS}
    measure = first["measure"].to_pylist()
    rows = part["row"].to_numpy()
    metas = meta_columns(named, measure, rows, starts, pools[primary], found)
    return metas, pool_columns(first["id"].to_pylist(), pools)


def main(smk) -> None:
    part = parquet.read_table(smk.input.part)
    metas, pools = pooled(part, smk.params.config)
    write_parquet(arrow_table(metas, "meta_analyses"), smk.output.meta_analyses)
    write_parquet(arrow_table(pools, "collection_pools"), smk.output.pools)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
