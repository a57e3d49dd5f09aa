"""workflow/lib/files/collection/: long tables as they come, and their parts."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv, parquet

from workflow.lib.errors import InputError, TableError
from workflow.lib.files.collection.listing import review_rows, write_listing
from workflow.lib.files.collection.long_table import TEXTS, column_problems, open_table, parts_of
from workflow.lib.files.collection.parts import arrow_table, id_of, part_of, read_part, spread

NAMES = (*TEXTS, "yi", "vi")


def rows(count=12):
    return {name: [f"{name} {i % 4}" for i in range(count)] for name in TEXTS[:4]} | {
        "study": [f"s{i}" for i in range(count)],
        "yi": [0.1 * i for i in range(count)],
        "vi": [1.0] * count,
    }


def saved(folder, columns, name="long.parquet"):
    parquet.write_table(pa.table(columns), folder / name)
    return folder / name


def parted(path, folder, count):
    names = [str(number) for number in range(count)]
    files = spread(open_table(path), NAMES, folder / "parts", names)
    return [read_part(file, ("yi", "vi")) for file in files]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_every_row_is_in_one_part_and_every_meta_analysis_is_whole(tmp_path, count):
    parts = parted(saved(tmp_path, rows()), tmp_path, count)
    found = sorted(row for part in parts for row in part.row)
    assert found == list(range(1, 13))
    homes = [set(part.table["id"].to_pylist()) for part in parts]
    assert sum(map(len, homes)) == len(set.union(*homes)) == 4
    for place, home in enumerate(homes):
        assert {part_of(name, count) for name in home} <= {place}


def test_the_order_of_the_rows_does_not_change_what_is_in_a_part(tmp_path):
    mixed = {name: values[::-1] for name, values in rows().items()}
    one = parted(saved(tmp_path, rows()), tmp_path / "a", 2)
    other = parted(saved(tmp_path, mixed, "mixed.parquet"), tmp_path / "b", 2)
    for a, b in zip(one, other, strict=True):
        assert sorted(a.table["study"].to_pylist()) == sorted(b.table["study"].to_pylist())
        assert (np.diff(b.group) >= 0).all()


def test_csv_and_parquet_give_the_same_numbers_and_rows_as_a_spreadsheet_counts_them(tmp_path):
    columns = rows()
    lines = [
        ",".join(columns),
        *(",".join(map(str, one)) for one in zip(*columns.values(), strict=True)),
    ]
    (tmp_path / "long.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    (a,) = parted(saved(tmp_path, columns), tmp_path / "a", 1)
    (b,) = parted(tmp_path / "long.csv", tmp_path / "b", 1)
    assert a.numbers["yi"].tolist() == b.numbers["yi"].tolist()
    assert (b.row - a.row == 1).all()
    assert parts_of(tmp_path / "long.csv", 5) == ["0", "1", "2"]


def test_dictionaries_and_whole_numbers_are_read_as_what_they_stand_for(tmp_path):
    columns = rows() | {"review": pa.array(["a", "b"] * 6).dictionary_encode(), "vi": [1] * 12}
    (part,) = parted(saved(tmp_path, columns), tmp_path, 1)
    assert set(part.table["review"].to_pylist()) == {"a", "b"}
    assert part.numbers["vi"].tolist() == [1.0] * 12


def test_a_cell_that_is_no_number_is_named_with_its_text(tmp_path):
    columns = rows() | {"yi": ["0.1"] * 10 + ["1,5", "<0.01"]}
    (part,) = parted(saved(tmp_path, columns), tmp_path, 1)
    assert [(name, text) for _, name, text, _ in part.unread] == [("yi", "1,5"), ("yi", "<0.01")]
    assert np.isnan(part.numbers["yi"]).sum() == 2


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 not a table PAR1", b"\x00" * 64])
def test_a_file_that_is_no_table_is_refused_with_its_name(tmp_path, content):
    (tmp_path / "long.parquet").write_bytes(content)
    with pytest.raises(InputError, match="long.parquet: cannot be read"):
        open_table(tmp_path / "long.parquet")


def test_a_file_that_is_cut_off_anywhere_is_refused(tmp_path):
    content = saved(tmp_path, rows(2000)).read_bytes()
    for length in (len(content) - 1, len(content) // 2, 5):
        (tmp_path / "cut.parquet").write_bytes(content[:length])
        with pytest.raises(InputError, match="cut.parquet: cannot be read"):
            parted(tmp_path / "cut.parquet", tmp_path, 1)


def test_a_file_with_broken_pages_is_refused_when_it_is_read(tmp_path):
    content = bytearray(saved(tmp_path, rows(5000)).read_bytes())
    content[100:4000] = b"\xff" * 3900
    (tmp_path / "broken.parquet").write_bytes(bytes(content))
    with pytest.raises(InputError, match="broken.parquet: cannot be read"):
        parted(tmp_path / "broken.parquet", tmp_path, 1)


def test_ragged_lines_of_a_csv_are_all_named(tmp_path):
    head = ",".join(NAMES)
    lines = [head, "a,b,c,d,s1,1,1", "a,b,c,d,s2,1", "a,b,c,d,s3,1,1,9,9"]
    (tmp_path / "long.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        parted(tmp_path / "long.csv", tmp_path, 1)
    assert [text.partition("long.csv, ")[2][:19] for text in refused.value.problems] == [
        *("row 3: has 6 cells ", "row 4: has 9 cells ")
    ]


def test_a_csv_that_is_not_utf_8_is_refused(tmp_path):
    text = ",".join(NAMES) + "\na,b,c,d,M\u00fcller,1,1\n"
    (tmp_path / "long.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="long.csv: cannot be read"):
        parted(tmp_path / "long.csv", tmp_path, 1)


def test_missing_columns_doubled_columns_and_an_empty_table_are_told_at_once(tmp_path):
    (tmp_path / "long.csv").write_text("review,study,study\n", encoding="utf-8")
    found = column_problems(open_table(tmp_path / "long.csv"), NAMES)
    assert len(found) == 1 + 5 + 1
    assert "'study' stands there twice" in found[0]
    assert "column 'comparison' is missing" in found[1]
    assert "has no rows" in found[-1]


@pytest.mark.parametrize("name", ["long.xlsx", "none.parquet", "none.csv"])
def test_another_kind_of_file_and_no_file_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="must be a|no such file"):
        open_table(tmp_path / name)


def test_a_column_of_another_type_is_refused_with_its_type(tmp_path):
    path = saved(tmp_path, rows() | {"yi": [True] * 12})
    with pytest.raises(InputError, match="column 'yi' holds bool; it must hold numbers"):
        parted(path, tmp_path, 1)


@given(st.text(), st.integers(1, 500))
def test_a_key_has_one_part_whatever_it_says(key, count):
    assert 0 <= part_of(id_of(key), count) < count


def test_a_number_beyond_the_bounds_of_its_column_is_not_written():
    columns = {"panel": ["k"], "lower": [1.0], "upper": [None], "count": [-1]}
    with pytest.raises(TableError, match="count"):
        arrow_table(columns, "collection_distributions")
    with pytest.raises(TableError, match="columns differ"):
        arrow_table({"panel": ["k"]}, "collection_distributions")


def test_texts_that_a_spreadsheet_would_run_are_guarded_and_reviews_are_counted(tmp_path):
    table = {
        "review": ["=1+1", "-2", "b", "b"],
        "k": [2, 3, 4, 5],
        "significant": [True, False, True, True],
        "disagree": [False] * 4,
    }
    path = saved(tmp_path, table, "metas.parquet")
    write_listing([path, path], tmp_path / "metas.csv")
    text = (tmp_path / "metas.csv").read_text(encoding="utf-8")
    assert text.count('"\'=1+1"') == 2
    assert text.count('"-2"') == 2
    assert len(text.splitlines()) == 9
    found = review_rows([path], [{"review": "b"}, {"review": "c"}])
    assert [row["review"] for row in found] == ["-2", "=1+1", "b", "c"]
    assert found[2] == {
        **{"review": "b", "meta_analyses": 2, "results": 9, "largest_k": 5},
        **{"significant": 2, "disagree": 0, "skipped": 1},
    }


@pytest.mark.parametrize("name", ["long.csv", "long.parquet"])
def test_a_space_around_a_name_does_not_part_a_meta_analysis(tmp_path, name):
    columns = {key: ["a", "a ", "\u00a0a"] for key in TEXTS} | {"yi": [0.1] * 3, "vi": [1.0] * 3}
    path = tmp_path / name
    if name.endswith(".csv"):
        csv.write_csv(pa.table(columns), path)
    else:
        parquet.write_table(pa.table(columns), path)
    (part,) = parted(path, tmp_path, 1)
    assert len(set(part.table["id"].to_pylist())) == 1
    assert set(part.table["study"].to_pylist()) == {"a"}


def test_a_csv_file_that_is_not_utf_8_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "long.csv").write_bytes("review,study\na,b\n".encode("utf-16"))
    with pytest.raises(InputError, match="cannot be read .*export it again"):
        open_table(tmp_path / "long.csv")
