"""The parts of a collection: every meta-analysis lies whole in one of them, whatever the order of its rows.

A meta-analysis is known by the SHA-256 sum of its review, comparison, outcome and subgroup; the sum
names its part, too. So no index of the collection is kept in memory, and its page finds its part.
"""

import hashlib
import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from workflow.lib.errors import InputError, TableError
from workflow.lib.files.collection.long_table import KEYS, TEXTS, LongTable, joined_key
from workflow.lib.files.schemas import NUMBER, load_schema, type_cure, types_of

DIGITS = (
    16  # of a sum that name a meta-analysis: two of a million share one once in 37 million times
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one part, meta-analyses one after the other as they first appear in the table."""

    table: pa.Table  # row, id, the texts, measure if there, the numbers as they stand in the file
    row: np.ndarray  # (n,), number of the row in the long table
    group: np.ndarray  # (n,), number of the meta-analysis, rising from 0
    study: np.ndarray  # (n,), number of the study's name
    numbers: dict[str, np.ndarray]  # (n,) each; NaN where there is none
    unread: list[
        tuple[int, str, str, str]
    ]  # place, column, text and what to do, of what is no number
    empty: dict[str, np.ndarray]  # column that needs a text -> places where there is none

    def texts(self, name: str, places) -> list:
        """Cells of one column as they stand in the file, at some places."""
        return self.table[name].take(pa.array(places, pa.int64())).to_pylist()


def id_of(key: str) -> str:
    """Name of the meta-analysis with this joined key."""
    return hashlib.sha256(key.encode()).hexdigest()[:DIGITS]


def part_of(name: str, count: int) -> int:
    """Number of the part, of `count`, in which a meta-analysis lies."""
    return int(name[:8], 16) % count


def part_file(wildcards, *, parts: list[str], folder: str) -> str:
    """File of the part that has the meta-analysis `wildcards.id`; `folder` is that of the parts."""
    return f"{folder}/{parts[part_of(wildcards.id, len(parts))]}.parquet"


def spread(table: LongTable, names: tuple[str, ...], folder: Path, parts: list[str]) -> list[Path]:
    """Write the rows of `table` into the files of its parts; return them.

    Only a batch is in memory at a time.

    Raises
    ------
    InputError
        If the table cannot be read to its end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, writers = [folder / f"{part}.parquet" for part in parts], {}
    with ExitStack() as stack:
        for first, batch in table.batches(names):
            rows = _with_names(batch, first)
            place = pc.cast(rows.column("part"), pa.int64()).to_numpy() % len(parts)
            rows, order = rows.drop_columns("part"), np.argsort(place, kind="stable")
            bounds = np.searchsorted(place[order], np.arange(len(parts) + 1))
            rows = rows.take(pa.array(order)) if len(parts) > 1 else rows
            for number, file in enumerate(files):
                if number not in writers:
                    writer = parquet.ParquetWriter(file, rows.schema, compression="zstd")
                    writers[number] = stack.enter_context(writer)
                start, end = bounds[number], bounds[number + 1]
                if end > start:
                    writers[number].write_table(rows.slice(start, end - start))
    return files


def _with_names(batch: pa.Table, first: int) -> pa.Table:
    """The batch with row numbers, names of the meta-analyses and the numbers of their parts."""
    key = joined_key(batch).dictionary_encode()
    if isinstance(key, pa.ChunkedArray):
        key = key.combine_chunks()
    ids = [id_of(text) for text in key.dictionary.to_pylist()]
    part = pa.array([int(name[:8], 16) for name in ids], pa.int64())
    own = {
        "row": pa.array(np.arange(first, first + len(batch))),
        "id": pa.array(ids, pa.string()).take(key.indices),
    }
    given = {name: batch[name] for name in batch.column_names}
    return pa.table(own | given | {"part": part.take(key.indices)})


def remove_others(files, parts) -> None:
    """Remove what an earlier run with more parts has left, so that a folder of parts is one table."""
    home = Path(files[0]).parent.parent
    for name in ("parts", "meta_analyses", "pools"):
        for path in (home / name).glob("*.parquet"):
            if path.stem not in parts:
                path.unlink()


def read_part(path, numbers: tuple[str, ...]) -> Part:
    """The part in `path`, sorted by meta-analysis and row; `numbers` are its columns of numbers.

    Raises
    ------
    InputError
        If two meta-analyses have the same name by chance.
    """
    table = parquet.read_table(path).combine_chunks()
    group = _codes(table["id"])
    if len(table) and group.max() != _codes(joined_key(table)).max():
        raise InputError(
            [f"{path}: two meta-analyses share an id; change a letter of one's review"]
        )
    order = np.argsort(group, kind="stable")
    table = table.take(pa.array(order)).combine_chunks()
    found, unread = {}, []
    for name in numbers:
        found[name], wrong = _numbers(table[name])
        unread += [(place, name, text, type_cure(text, "number")) for place, text in wrong]
    study = _codes(pc.fill_null(table["study"], ""))
    empty = {name: _empty(table[name]) for name in ("review", "study")}
    return Part(table, table["row"].to_numpy(), group[order], study, found, unread, empty)


def _empty(cells) -> np.ndarray:
    """Places of cells that are missing or without a letter."""
    bare = pc.utf8_trim_whitespace(pc.fill_null(cells, ""))
    return np.flatnonzero(pc.equal(bare, "").to_numpy())


def _codes(cells) -> np.ndarray:
    """A number for each text, in order of first appearance."""
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    return cells.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _numbers(cells: pa.ChunkedArray) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """Numbers (NaN where empty), and place and text of what is none."""
    cells = cells.combine_chunks()
    if not pa.types.is_string(cells.type):
        return cells.to_numpy(zero_copy_only=False).astype(float), []
    bare = pc.utf8_trim_whitespace(pc.fill_null(cells, ""))
    is_number = pc.match_substring_regex(bare, f"^(?:{NUMBER.pattern})$")
    wrong = np.flatnonzero(pc.and_not(pc.not_equal(bare, ""), is_number).to_numpy(False))
    values = pc.if_else(is_number, bare, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return values.astype(float), list(
        zip(wrong.tolist(), cells.take(wrong).to_pylist(), strict=True)
    )


def named_columns(part: Part, places) -> dict[str, pa.Array]:
    """id and the texts that tell meta-analyses apart, at some places of a part."""
    rows = part.table.take(pa.array(places, pa.int64()))
    return {"id": rows["id"]} | {name: pc.fill_null(rows[name], "") for name in KEYS}


def write_part(part: Part, keep: np.ndarray, more: dict[str, np.ndarray], path) -> None:
    """Write the rows `keep` (n,) of a part with the columns `more` (n,) instead of its raw numbers."""
    rows = part.table.select(["row", "id", *TEXTS])
    for name, values in more.items():
        rows = rows.append_column(name, pa.array(values))
    write_parquet(rows.filter(pa.array(keep)), path)


def write_parquet(table: pa.Table, path) -> None:
    """Write a table; it stands under its name only when it is whole."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    parquet.write_table(table, draft, compression="zstd")
    draft.replace(path)


def arrow_table(columns: dict, schema_name: str) -> pa.Table:
    """Columns (arrays; NaN is missing) as a table that fits its schema.

    Raises
    ------
    TableError
        If a column is missing or unknown, or a number lies beyond the bounds of its column.
    """
    rules = load_schema(schema_name)["properties"]
    if set(rules) != set(columns):
        raise TableError(f"{schema_name}: columns differ: {sorted(set(rules) ^ set(columns))}")
    table = pa.table({name: _typed(columns[name], rule) for name, rule in rules.items()})
    for name, rule in rules.items():
        if "minimum" in rule or "maximum" in rule:
            ends = pc.min_max(table[name]).as_py()
            low, high = rule.get("minimum", -math.inf), rule.get("maximum", math.inf)
            if ends["min"] is not None and not low <= ends["min"] <= ends["max"] <= high:
                raise TableError(f"{schema_name}, {name}: {ends} is beyond {low} to {high}")
    return table


def _typed(values, rule) -> pa.Array:
    """One column in the type that its rule names."""
    (kind, *_) = types_of(rule) - {"null"}
    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return pa.array(values, kinds.get(kind, pa.string()), from_pandas=True)


def each_part(paths, columns=None) -> Iterator[pa.Table]:
    """The tables of the parts, one after the other."""
    for path in paths:
        yield parquet.read_table(path, columns=columns and list(columns))
