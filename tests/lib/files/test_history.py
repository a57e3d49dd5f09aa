"""history.csv: read as it was written, or refused with file, row and column; made-up entries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError
from workflow.lib.files.history import HISTORY, read_history
from workflow.lib.files.tables import write_rows

ROWS = [
    {
        **{"date": day, "rows_added": None, "rows_changed": 0, "rows_removed": 0},
        **{"estimate": 0.5, "ci_lb": 0.25, "ci_ub": 0.75, "k": k, "unit": "points", "level": 95},
        **{"lock": f"{k}" * 64, "why": "made up, with a comma"},
    }
    for day, k in (("2026-01-31", 2), ("2026-02-28", 3))
]


def written(folder):
    write_rows(ROWS, folder / HISTORY, "history")
    return folder / HISTORY


def refused(folder, text):
    (folder / HISTORY).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_history(folder)
    return str(error.value)


def test_a_folder_without_a_history_has_none(tmp_path):
    assert read_history(tmp_path) == []


def test_a_history_comes_back_as_it_was_written(tmp_path):
    written(tmp_path)
    assert read_history(tmp_path) == ROWS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2026-02-28,", "2026-02-30,", "row 3, date: '2026-02-30' is no day of the calendar"),
        ("2026-02-28,", "28.2.2026,", "row 3, date: '28.2.2026'"),
        ("2026-02-28,", "2025-02-28,", "row 3, date: '2025-02-28' comes after 2026-01-31"),
        (",3,points", ",three,points", "row 3, k: 'three'"),
        ("0.25,0.75,3", "0.6,0.75,3", "row 3, estimate: 0.5 does not lie between ci_lb 0.6"),
        ("0.25,0.75,3", ",0.75,3", "row 3, ci_lb: is empty; an interval has two ends"),
        ("0.5,0.25,0.75,3", ",0.25,0.75,3", "row 3, estimate: is empty beside an interval"),
        ("3" * 64, "abc", "row 3, lock: 'abc' does not have the form of a SHA-256 sum"),
        ("date,rows_added", "day,rows_added", "row 1: 'day,rows_added"),
        (",3,points,", ",3,", "row 3: 11 cells instead of 12"),
        ("2026-02-28,", "<<<<<<< HEAD\n2026-02-28,", "row 3: a merge was not finished"),
    ],
)
def test_a_cell_that_a_hand_broke_is_named_with_its_row(tmp_path, old, new, words):
    text = written(tmp_path).read_text()
    head, _, tail = text.rpartition(old)
    said = refused(tmp_path, f"{head}{new}{tail}")
    assert f"{HISTORY}, {words}" in said
    assert "restore history.csv from git" in said


def test_all_problems_are_told_at_once(tmp_path):
    text = written(tmp_path).read_text().replace(",2,points", ",-1,points")
    said = refused(tmp_path, text.replace("3" * 64, "x"))
    for words in ("row 2, k: '-1'", "row 3, lock: 'x'"):
        assert words in said


@settings(max_examples=60)
@given(st.data())
def test_a_history_with_any_byte_changed_is_read_or_refused_in_words(tmp_path_factory, data):
    path = written(tmp_path_factory.mktemp("history"))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        rows = read_history(path.parent)
    except InputError as error:
        assert HISTORY in str(error)
    else:
        assert len(rows) == len(ROWS)
