"""The meta-analyses of all parts in one CSV, counted by review, and as columns for a page."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from workflow.lib.files.collection.long_table import KEYS
from workflow.lib.files.collection.parts import each_part

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
SHOWN = ("measure", "k", "beta", "ci_lb", "ci_ub", "pval", "I2", "disagree")
COUNTED = ("meta_analyses", "results", "largest_k", "significant", "disagree", "skipped")


def as_arrays(table: pa.Table, names) -> dict[str, np.ndarray]:
    """Columns of numbers and flags as arrays; NaN where missing. Texts stay lists."""
    found = {}
    for name in names:
        cells = table[name].combine_chunks()
        if pa.types.is_string(cells.type):
            found[name] = cells.to_pylist()
        elif pa.types.is_boolean(cells.type) and cells.null_count == 0:
            found[name] = cells.to_numpy(zero_copy_only=False)
        else:
            found[name] = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def write_listing(paths, output) -> None:
    """Write the tables of all parts as one CSV, part by part; texts that a spreadsheet would run are guarded."""
    output = Path(output)
    draft, writer = output.with_name(f".{output.name}.draft"), None
    for table in each_part(paths):
        table = pa.table({name: _guarded(table[name]) for name in table.column_names})
        if writer is None:
            writer = csv.CSVWriter(draft, table.schema)
        writer.write_table(table)
    writer.close()
    draft.replace(output)


def remove_pages(index) -> None:
    """Remove the pages beside `index`: they were made of the numbers of an earlier run."""
    for path in Path(index).parent.glob("pages/*.html"):
        path.unlink()


def _guarded(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts with an apostrophe before what a spreadsheet would run, as every table has them."""
    if not pa.types.is_string(cells.type):
        return cells
    runs = pc.match_substring_regex(cells, r"^'*[=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]")
    runs = pc.and_not(runs, pc.match_substring_regex(cells, NUMBER))
    return pc.if_else(runs, pc.binary_join_element_wise("'", cells, ""), cells)


def review_rows(paths, skipped) -> list[dict]:
    """Rows of by_review.csv, by name of the review; `skipped` are the rows of skipped.csv."""
    found: dict[str, dict] = {}
    names = ["review", "k", "significant", "disagree"]
    for table in each_part(paths, names):
        table = table.set_column(2, "significant", pc.cast(table["significant"], pa.int64()))
        table = table.set_column(3, "disagree", pc.cast(table["disagree"], pa.int64()))
        aggregates = [("k", "count"), ("k", "sum"), ("k", "max")]
        aggregates += [("significant", "sum"), ("disagree", "sum")]
        for row in table.group_by("review").aggregate(aggregates).to_pylist():
            own = found.setdefault(row["review"], _empty(row["review"]))
            own["meta_analyses"] += row["k_count"]
            own["results"] += row["k_sum"]
            own["largest_k"] = max(own["largest_k"] or 0, row["k_max"])
            own["significant"] += row["significant_sum"]
            own["disagree"] += row["disagree_sum"]
    for row in skipped:
        found.setdefault(row["review"], _empty(row["review"]))["skipped"] += 1
    return [found[name] for name in sorted(found)]


def _empty(review: str) -> dict:
    return {"review": review} | dict.fromkeys(COUNTED, 0) | {"largest_k": None}


def listed_columns(paths) -> dict[str, list]:
    """Columns of all meta-analyses for a page, by review and outcome: the texts, the id and the numbers."""
    columns = ["id", *KEYS, *SHOWN]
    table = pa.concat_tables(each_part(paths, columns)).combine_chunks()
    order = pc.sort_indices(table, [(name, "ascending") for name in KEYS])
    return table.take(order).to_pydict()
