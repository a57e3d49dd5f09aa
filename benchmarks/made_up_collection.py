"""A made-up collection: meta-analyses of 2 to 50 studies, median 5, as a Parquet file with its configuration."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

PER_REVIEW = 15  # meta-analyses of a review
STEP = 100_000  # meta-analyses that are drawn at a time
CONFIG = """\
title: Made-up collection
table: {table}
measure: GEN
level: 95
models:
  fe: {{method: FE, test: z}}
  dl: {{method: DL, test: z}}
  reml: {{method: REML, test: z}}
  reml_hk: {{method: REML, test: knha}}
  pm_hk: {{method: PM, test: knha}}
primary: reml_hk
asymmetry_least: 10
broken: refuse
chunk_rows: {rows}
"""


def made_up(first, count):
    """Rows of the meta-analyses from `first` on; in two of five tau2 is 0."""
    rng, number = np.random.default_rng(first), first + np.arange(count)
    sizes = np.exp(np.log(5.3) + 0.75 * rng.standard_normal(count)).round().astype(int)
    sizes = np.clip(sizes, 2, 50)
    vi = np.exp(rng.standard_normal(sizes.sum()) - 2.0)
    tau2 = np.exp(1.5 * rng.standard_normal(count) - 2.0)
    tau2[rng.random(count) < 0.4] = 0.0
    mean = np.repeat(0.3 * rng.standard_normal(count), sizes)
    yi = mean + rng.standard_normal(len(vi)) * np.sqrt(vi + np.repeat(tau2, sizes))
    study = np.arange(len(vi)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    texts = {
        "review": ("Made-up review {}", np.repeat(number // PER_REVIEW, sizes)),
        "comparison": ("Made-up comparison {}", np.zeros(len(vi), dtype=int)),
        "outcome": ("Made-up outcome {}", np.repeat(number % PER_REVIEW, sizes)),
        "subgroup": ("", np.zeros(len(vi), dtype=int)),
        "study": ("Made-up study {}", study),
    }
    columns = {name: named(words, numbers) for name, (words, numbers) in texts.items()}
    return pa.table(columns | {"yi": pa.array(yi), "sei": pa.array(np.sqrt(vi))})


def named(words, numbers):
    """A text for each number."""
    distinct, place = np.unique(numbers, return_inverse=True)
    return pa.array([words.format(number) for number in distinct]).take(pa.array(place))


def write_collection(count, folder, *, rows=250_000):
    """Write long.parquet with `count` meta-analyses, and collection.yaml, into `folder`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path, schema = folder / "long.parquet", made_up(0, 1).schema
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, count, STEP):
            writer.write_table(made_up(first, min(STEP, count - first)))
    config = CONFIG.format(table=path.name, rows=rows)
    (folder / "collection.yaml").write_text(config, encoding="utf-8")


if __name__ == "__main__":
    write_collection(int(sys.argv[1]), sys.argv[2])
