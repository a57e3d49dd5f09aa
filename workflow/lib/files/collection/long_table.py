"""A long table of many meta-analyses, Parquet or CSV, read batch by batch: never the whole file at once."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from workflow.lib.errors import InputError

KEYS = ("review", "comparison", "outcome", "subgroup")  # what tells meta-analyses apart
TEXTS = (*KEYS, "study")
BATCH = 1 << 17  # rows of a batch
CURE = "export it again, or take the file from its source again"


@dataclass(frozen=True, slots=True)
class LongTable:
    """What a long table is, before any of its cells is read."""

    path: Path
    columns: tuple[str, ...]
    rows: int  # of CSV at most so many: a text may run over several lines
    first_row: int  # number of its first row of data: 1 in Parquet; 2 in CSV, after the header

    def batches(self, names: tuple[str, ...]) -> Iterator[tuple[int, pa.Table]]:
        """Yield the number of the first row of each batch, and the columns `names` of it.

        Spaces around a text that names something do not make it another.

        Raises
        ------
        InputError
            If the file breaks off or a line has too many or too few cells; lists them.
        """
        read = _parquet_batches if self.first_row == 1 else _csv_batches
        number = self.first_row
        try:
            for batch in read(self.path, names):
                yield number, _tidy(batch)
                number += len(batch)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(self.path, error) from error


def open_table(path) -> LongTable:
    """The table at `path`; its name says whether it is .parquet or .csv.

    Raises
    ------
    InputError
        If there is no such file, it has another name or cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() not in (".parquet", ".csv"):
        raise InputError([f"{path}: must be a .parquet or a .csv file"])
    if not path.is_file():
        raise InputError([f"{path}: there is no such file; name it under `table`"])
    try:
        if path.suffix.lower() == ".parquet":
            with parquet.ParquetFile(path) as file:
                return LongTable(path, tuple(file.schema_arrow.names), file.metadata.num_rows, 1)
        return LongTable(path, _header(path), _lines(path) - 1, 2)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def _tidy(batch: pa.Table) -> pa.Table:
    """The batch with the spaces around its texts removed, as in every raw table."""
    for place, name in enumerate(batch.column_names):
        if name in TEXTS:
            batch = batch.set_column(place, name, pc.utf8_trim_whitespace(batch[name]))
    return batch


def _header(path: Path) -> tuple[str, ...]:
    """Names of the columns of a CSV file; what follows the header is not looked at."""
    with path.open("rb") as file:
        line = file.readline().removeprefix(b"\xef\xbb\xbf")
    with csv.open_csv(io.BytesIO(line)) as reader:
        return tuple(reader.schema.names)


def parts_of(path, chunk_rows: int) -> list[str]:
    """Names of the parts that the table at `path` is worked on in: about `chunk_rows` rows each."""
    count = max(1, math.ceil(open_table(path).rows / chunk_rows))
    return [f"{number:0{len(str(count - 1))}d}" for number in range(count)]


def column_problems(table: LongTable, needed: tuple[str, ...]) -> list[str]:
    """Columns that are missing or stand twice, and a table without rows."""
    twice = sorted({name for name in table.columns if table.columns.count(name) > 1})
    found = [f"{table.path}: column '{name}' stands there twice; delete one" for name in twice]
    found += [
        f"{table.path}: column '{name}' is missing; there are {', '.join(table.columns) or 'none'}"
        for name in needed
        if name not in table.columns
    ]
    if table.rows <= 0:
        found.append(f"{table.path}: has no rows; give it one row per study")
    return found


def _parquet_batches(path: Path, names) -> Iterator[pa.Table]:
    """Columns of a Parquet file, batch by batch; dictionaries become their values."""
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH, columns=list(names), use_threads=False):
            yield pa.table({name: _plain(path, name, batch.column(name)) for name in names})


def _plain(path: Path, name: str, cells: pa.Array) -> pa.Array:
    """Numbers as float64, anything that is text as text.

    Raises
    ------
    InputError
        For a column of another type, or numbers where a text should be.
    """
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells, kind = cells.dictionary_decode(), kind.value_type
    if pa.types.is_null(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return cells.cast(pa.string())
    if name in TEXTS and pa.types.is_integer(kind):
        return cells.cast(pa.string())
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if number and name not in (*TEXTS, "measure"):
        return cells.cast(pa.float64(), safe=False)
    wanted = "text" if name in (*TEXTS, "measure") else "numbers"
    raise InputError([f"{path}: column '{name}' holds {kind}; it must hold {wanted}"])


def _csv_batches(path: Path, names) -> Iterator[pa.Table]:
    """Columns of a CSV file as texts, batch by batch."""
    ragged = []

    def keep(row):
        ragged.append((row.number, row.actual_columns, row.expected_columns))
        return "skip"

    options = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=list(names),
        strings_can_be_null=False,
    )
    reading = csv.ReadOptions(use_threads=False, block_size=1 << 24)
    parsing = csv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep)
    with csv.open_csv(
        path, read_options=reading, parse_options=parsing, convert_options=options
    ) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])
    if ragged:
        raise InputError(
            [
                f"{path}, row {number or '?'}: has {found} cells where the header has {wanted}; "
                "put a text with commas in quotes"
                for number, found, wanted in ragged
            ]
        )


def _lines(path: Path) -> int:
    """Lines of a file; a last one without its end counts."""
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")


def _unreadable(path: Path, error: Exception) -> InputError:
    """A file that is no table, in the words of its reader."""
    return InputError([f"{path}: cannot be read ({' '.join(str(error).split())}); {CURE}"])


def joined_key(table: pa.Table) -> pa.Array:
    """One text per row that tells the meta-analyses apart; an empty cell is an empty text."""
    cells = [pc.fill_null(table[name].combine_chunks(), "") for name in KEYS]
    return pc.binary_join_element_wise(*cells, "\x1f")
