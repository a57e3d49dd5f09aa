"""workflow/scripts/check_inputs.py: any cell of a book is refused in words or passes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline import read_cells, read_config, write_raw
from tests.projects.double_extraction_made_up import decision, second_extraction
from tests.projects.records_made_up import made_up_review
from workflow.commands.in_process import write_cells, write_seal
from workflow.lib.errors import InputError
from workflow.lib.files.exports.read import read_bytes
from workflow.scripts.check_inputs import check_review

CONFIG, EXTRACTION = read_config(), read_cells("extraction")
REVIEW = made_up_review(24, seed=5)
DIFFERENT = EXTRACTION[6]
PAIR = [
    f"{row['source']}:{read_bytes(REVIEW.exports[row['file']], row['file']).records[0].accession}"
    for row in REVIEW.sources[:2]
]
TABLES = {
    "sources": [{**row, "note": ""} for row in REVIEW.sources],
    "duplicates": [
        {"record_a": PAIR[0], "record_b": PAIR[1], "decision": "different", "who": "made up"}
        | {"when": "2026-03-01", "why": "made up"}
    ],
    "flow": read_cells("flow"),
    "extraction_a": EXTRACTION,
    "extraction_b": second_extraction(
        EXTRACTION, differ={DIFFERENT["id"]: "4.5"}, decimals=(), missing=()
    ),
    "adjudication": [decision(DIFFERENT, "a")],
}
VALUES = [
    *("", " ", "0", "-1", "1.5", "9" * 400, "nan", "made up", "=1+1", "../../etc/passwd", "/", "a;b", "\u202e"),
    *("2026-02-30", "different", "same", "database", "a", "other", "left_out", PAIR[0], PAIR[1], "<b>", "x" * 5000),
]  # fmt: skip
PLACES = [
    (name, place, column)
    for name, rows in TABLES.items()
    for place in range(len(rows))
    for column in rows[0]
]


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = write_raw(tmp_path_factory.mktemp("books") / "data/raw")
    (folder / "records").mkdir()
    for name, content in REVIEW.exports.items():
        (folder / "records" / name).write_bytes(content)
    for name, rows in TABLES.items():
        write_cells(name, rows, folder)
    return folder


def check(folder):
    write_seal(folder)
    return check_review(folder, CONFIG)


def test_the_made_up_books_pass(raw):
    assert "sources.csv" in check(raw)["files"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(TABLES)).flatmap(
        lambda name: st.sampled_from([one for one in PLACES if one[0] == name])
    ),
    st.sampled_from(VALUES),
)
def test_any_other_cell_is_refused_by_its_file_or_passes(raw, place, value):
    name, number, column = place
    rows = [dict(row) for row in TABLES[name]]
    rows[number][column] = value
    write_cells(name, rows, raw)
    try:
        check(raw)
    except InputError as error:
        heading, *problems = error.problems
        assert "nothing was run" in heading
        assert all(".csv" in problem or "records/" in problem for problem in problems)
    finally:
        write_cells(name, TABLES[name], raw)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_lost_row_or_column_is_refused_by_its_file_or_passes(raw, name):
    for rows in (
        TABLES[name][:-1],
        [{k: v for k, v in row.items() if k != next(iter(row))} for row in TABLES[name]],
        [*TABLES[name], TABLES[name][-1]],
    ):
        if not rows:
            continue
        write_cells(name, rows, raw)
        try:
            check(raw)
        except InputError as error:
            assert all(".csv" in one or "records/" in one for one in error.problems[1:])
        finally:
            write_cells(name, TABLES[name], raw)
