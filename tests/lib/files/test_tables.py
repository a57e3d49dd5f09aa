"""workflow/lib/files/tables.py: whole files or none, checked at every read and write."""

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.errors import TableError
from workflow.lib.files import schemas
from workflow.lib.files.tables import (
    read_json,
    read_record,
    read_rows,
    read_table,
    write_bytes,
    write_json,
    write_record,
    write_rows,
    write_table,
    write_text,
)

ROOT = Path(__file__).parents[3]
SCHEMA = """
type: object
key: study
additionalProperties: false
required: [study, yi]
properties:
  study: {type: string, minLength: 1}
  yi: {type: number}
  ni: {type: [integer, "null"], minimum: 1}
  sei: {type: [number, "null"]}
  skewed: {type: [boolean, "null"]}
  role: {enum: [pooled, narrated]}
"""
ROW = {"study": "a", "yi": 0.5, "ni": 3, "sei": 0.1, "skewed": True, "role": "pooled"}
DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+2",
    "-a",
    "@x",
    "\tx",
    "\rx",
    "\nx",
    "\uff1d1",
    "'=1",
]
ONE_CELL = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@pytest.fixture(scope="module", autouse=True)
def made_up_schema(tmp_path_factory):
    """A made up schema beside no real one."""
    folder = tmp_path_factory.mktemp("schemas")
    (folder / "made_up.schema.yaml").write_text(SCHEMA)
    patch = pytest.MonkeyPatch()
    patch.setattr(schemas, "SCHEMAS", folder)
    yield
    patch.undo()
    schemas.load_schema.cache_clear()
    schemas._validator.cache_clear()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("tables") / "table.csv"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_table_has_its_columns_in_schema_order_commas_and_unix_line_ends(scratch):
    write_rows([dict(reversed(ROW.items()))], scratch, "made_up")
    assert scratch.read_bytes() == b"study,yi,ni,sei,skewed,role\na,0.5,3,0.1,true,pooled\n"


@given(
    study=ONE_CELL,
    yi=st.floats(allow_nan=False, allow_infinity=False),
    ni=st.none() | st.integers(1, 10**30),
    sei=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    skewed=st.none() | st.booleans(),
    role=st.sampled_from(["pooled", "narrated"]),
)
def test_what_is_written_is_read_again_for_every_type(scratch, study, **cells):
    row = {"study": study, **cells}
    write_rows([row], scratch, "made_up")
    assert read_rows(scratch, "made_up") == [row]


@pytest.mark.parametrize("name", ["NA", "nan", "None", "null", "true", "1", "1.0", "", *DANGEROUS])
def test_only_an_empty_cell_is_missing(scratch, name):
    if name == "":
        with pytest.raises(TableError, match="row 2, study: '' is empty"):
            write_rows([ROW | {"study": name}], scratch, "made_up")
        return
    write_rows([ROW | {"study": name, "sei": None}], scratch, "made_up")
    found = read_rows(scratch, "made_up")[0]
    assert found["study"] == name
    assert found["sei"] is None


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_cell_that_a_spreadsheet_would_run_is_guarded_by_an_apostrophe(scratch, name):
    write_rows([ROW | {"study": name}], scratch, "made_up")
    line = scratch.read_text(encoding="utf-8").partition("\n")[2]
    assert line.lstrip('"').startswith("'")


def test_a_negative_number_is_no_formula(scratch):
    write_rows([ROW | {"yi": -0.5}], scratch, "made_up")
    assert b"a,-0.5," in scratch.read_bytes()


def test_numbers_of_numpy_and_pandas_are_written_as_plain_ones(scratch):
    frame = pd.DataFrame([ROW, ROW | {"study": "b", "ni": None, "sei": math.nan, "skewed": False}])
    assert frame["ni"].dtype == "float64"
    write_table(frame, scratch, "made_up")
    assert scratch.read_text().splitlines()[1:] == [
        "a,0.5,3,0.1,true,pooled",
        "b,0.5,,,false,pooled",
    ]
    write_rows([ROW | {"ni": np.int64(3), "skewed": np.bool_(False)}], scratch, "made_up")
    assert read_rows(scratch, "made_up") == [ROW | {"skewed": False}]


def test_a_table_is_read_as_a_frame_with_missing_numbers_as_nan(scratch):
    write_rows([ROW | {"study": "NA", "sei": None}], scratch, "made_up")
    frame = read_table(scratch, "made_up")
    assert frame["study"].tolist() == ["NA"]
    assert frame["yi"].dtype == "float64"
    assert math.isnan(frame["sei"][0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"yi": None}, "row 2, yi: empty; a value is required"),
        ({"yi": math.nan}, "row 2, yi: empty; a value is required"),
        ({"yi": math.inf}, "row 2, yi: 'inf' is not a finite number"),
        ({"sei": -math.inf}, "row 2, sei: '-inf' is not a finite number"),
        ({"yi": "0.5"}, "row 2, yi: '0.5' is not a number"),
        ({"ni": 0}, "row 2, ni: '0' is below the minimum of 1"),
        ({"ni": 2.5}, "row 2, ni: '2.5' is not a whole number"),
        ({"role": "pool"}, "row 2, role: 'pool' is not one of: pooled, narrated"),
        ({"rle": "pooled"}, "column 'rle' is unknown"),
    ],
)
def test_a_row_that_does_not_fit_never_reaches_the_disk(scratch, change, words):
    scratch.write_text("as it was")
    with pytest.raises(TableError) as caught:
        write_rows([ROW | change], scratch, "made_up")
    assert words in str(caught.value)
    assert scratch.read_text() == "as it was"


def test_every_problem_of_a_table_is_told_at_once(scratch):
    rows = [ROW | {"yi": None}, ROW | {"role": "pool", "ni": -1}]
    with pytest.raises(TableError) as caught:
        write_rows(rows, scratch, "made_up")
    assert len(str(caught.value).splitlines()) == 4  # yi, role, ni and the repeated key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; delete it and run again"),
        ("study,yi,ni,sei,skewed,role\na,0.5,3\n", "row 2: a cell is missing"),
        ('study,yi\n"a,0.5', "cannot be read"),
        ("study,yi\na,high\n", "row 2, yi: 'high' is not a number"),
        ("study,ni\na,1\n", "column 'yi' is missing"),
        ("study,yi\na,1\na,2\n", "row 3, study: 'a' stands already in row 2"),
    ],
)
def test_a_table_of_results_that_was_changed_by_hand_is_refused_when_it_is_read(
    scratch, text, words
):
    scratch.write_text(text)
    with pytest.raises(TableError) as caught:
        read_rows(scratch, "made_up")
    assert words in str(caught.value)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(TableError, match=r"none\.csv: cannot be read"):
        read_rows(tmp_path / "none.csv", "made_up")


def test_one_cell_may_hold_the_rows_of_thousands_of_studies(scratch):
    write_rows([ROW | {"study": "x" * 300_000}], scratch, "made_up")
    assert len(read_rows(scratch, "made_up")[0]["study"]) == 300_000


@dataclass(frozen=True)
class Point:
    study: str
    yi: float


def test_a_record_is_sorted_json_that_comes_back(tmp_path):
    path = tmp_path / "record.json"
    write_record(Point("M\u00fcller \u4e2d\u6587", 0.5), path, "made_up")
    assert path.read_text(encoding="utf-8") == '{\n "study": "Müller 中文",\n "yi": 0.5\n}\n'
    assert read_record(path, "made_up") == {"study": "Müller 中文", "yi": 0.5}


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_record_without_a_finite_number_is_refused(tmp_path, number):
    with pytest.raises(TableError, match=r"record\.json: .*; a missing number is null"):
        write_record({"study": "a", "yi": number}, tmp_path / "record.json", "made_up")
    with pytest.raises(TableError, match="a missing number is null"):
        write_json([number], tmp_path / "record.json")
    assert names(tmp_path) == []


def test_a_record_that_does_not_fit_or_is_cut_off_is_refused(tmp_path):
    path = tmp_path / "record.json"
    with pytest.raises(TableError, match=r"record\.json, yi: empty"):
        write_record({"study": "a"}, path, "made_up")
    path.write_text(json.dumps(ROW)[:20])
    with pytest.raises(TableError, match="delete it and run again"):
        read_record(path, "made_up")
    with pytest.raises(TableError, match="cannot be read"):
        read_json(tmp_path / "none.json")


def test_a_file_is_replaced_whole_and_its_folder_is_made(tmp_path):
    path = tmp_path / "new/folder/file.txt"
    write_text("first", path)
    write_text("second", path)
    assert path.read_text() == "second"
    assert names(path.parent) == ["file.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, call):
    def full(*_):
        raise OSError(28, "No space left on device")

    path = tmp_path / "file.txt"
    write_text("old", path)
    monkeypatch.setattr(*((os, "fsync", full) if call == "fsync" else (Path, "replace", full)))
    with pytest.raises(OSError, match="No space left"):
        write_bytes(b"new", path)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_a_file_that_does_not_fit_on_the_disk_leaves_the_old_one(tmp_path):
    program = (
        "import resource, sys\n"
        "from workflow.lib.files.tables import write_text\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_text('x' * 100_000, sys.argv[1])\n"
    )
    path = tmp_path / "numbers.json"
    path.write_text("old")
    command = [sys.executable, "-c", program, str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "File too large" in run.stderr
    assert path.read_text() == "old"
    assert names(tmp_path) == ["numbers.json"]
