"""workflow/lib/files/columns.py: the same bytes and the same refusals as row by row."""

import math

import pytest

from workflow.lib.errors import TableError
from workflow.lib.files.columns import write_columns
from workflow.lib.files.tables import read_rows, write_rows

COLUMNS = {
    "universe": [1, 2, 3],
    "measure": ["SMD", "=cmd", 'a "quoted", one'],
    "r": [0, 0.5, None],
    "correct": [True, False, True],
    "method": ["REML", "DL", "DL"],
    "test": ["z", "z", "z"],
    "studies": ["a;b", "a;b", "line\nbreak"],
    "time_points": ["", "7 days", ""],
    "k": [2, 2, 2],
    "beta": [0.1 + 0.2, -1e-300, None],
    "pval": [0.0, 1.0, None],
    "matches": [False, True, False],
    "distance": [0.0, 1e300, None],
    "reason": ["", "", "one study"],
}


def rows_of(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def changed(**values):
    return {name: list(values.get(name, own)) for name, own in COLUMNS.items()}


@pytest.mark.parametrize("columns", [COLUMNS, {name: [] for name in COLUMNS}], ids=["rows", "none"])
def test_the_bytes_are_those_of_write_rows(tmp_path, columns):
    write_columns(columns, tmp_path / "columns.csv", "universes")
    write_rows(rows_of(columns), tmp_path / "rows.csv", "universes")
    assert (tmp_path / "columns.csv").read_bytes() == (tmp_path / "rows.csv").read_bytes()


def test_what_is_written_can_be_read(tmp_path):
    write_columns(COLUMNS, tmp_path / "columns.csv", "universes")
    found = read_rows(tmp_path / "columns.csv", "universes")
    assert [row["beta"] for row in found] == COLUMNS["beta"]
    assert [row["measure"] for row in found] == COLUMNS["measure"]


@pytest.mark.parametrize(
    "columns",
    [
        changed(pval=[0.5, 1.5, 0.2]),
        changed(pval=[0.5, -1e-9, 0.2]),
        changed(distance=[0.0, math.inf, 1.0]),
        changed(k=[2, 2.5, 2]),
        changed(k=[2, None, 2]),
        changed(k=[2, True, 2]),
        changed(matches=[False, 1, False]),
        changed(studies=["a;b", "", "a"]),
        changed(universe=[1, 2, 2]),
        changed(beta=[0.1, "0.2", 0.3]),
        changed(r=[0, 1.5, 0.5]),
        COLUMNS | {"extra": [1, 2, 3]},
        {name: own for name, own in COLUMNS.items() if name != "studies"},
    ],
    ids=str,
)
def test_what_row_by_row_refuses_is_refused_in_the_same_words(tmp_path, columns):
    with pytest.raises(TableError) as by_columns:
        write_columns(columns, tmp_path / "table.csv", "universes")
    with pytest.raises(TableError) as by_rows:
        write_rows(rows_of(columns), tmp_path / "table.csv", "universes")
    assert str(by_columns.value) == str(by_rows.value)
    assert not (tmp_path / "table.csv").exists()


def test_a_number_that_is_none_is_empty_as_row_by_row(tmp_path):
    columns = changed(beta=[math.nan, 0.5, None])
    write_columns(columns, tmp_path / "table.csv", "universes")
    assert [row["beta"] for row in read_rows(tmp_path / "table.csv", "universes")] == [
        None,
        0.5,
        None,
    ]


def test_a_key_of_several_columns_is_unique_and_a_type_alone_is_looked_at(tmp_path):
    pair = {"decision": "same", "score": 100.0, "rule": "doi", "reason": "same DOI"}
    names = ("record_a", "record_b", *pair)
    rows = [dict(zip(names, (a, b, *pair.values()), strict=True)) for a, b in ("xy", "xz", "yz")]
    columns = {name: [row[name] for row in rows] for name in names}
    write_columns(columns, tmp_path / "pairs.csv", "duplicate_pairs")
    assert len(read_rows(tmp_path / "pairs.csv", "duplicate_pairs")) == 3
    for name, value in (("record_b", "y"), ("title_a", 3)):
        wrong = columns | {name: [columns.get(name, ["", "", ""])[0], value, "z"]}
        with pytest.raises(TableError, match="row 3"):
            write_columns(wrong, tmp_path / "wrong.csv", "duplicate_pairs")
