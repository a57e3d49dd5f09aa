"""workflow/lib/files/lock_files.py: a lock is read or refused, and written whole or not at all; made-up numbers."""

import ast
import json
import os
import re
from pathlib import Path

import pytest

from workflow.lib.errors import InputError
from workflow.lib.files import lock_files
from workflow.lib.files.lock_files import (
    belong_together,
    made_from,
    read_lock,
    read_made_from,
    write_lock,
)

ROOT = Path(__file__).parents[3]
FILES = ("numbers.lock.csv", "numbers.lock.json", "CHANGELOG.md")
SOURCES = {"data": {}, "config": {"a.b": 1}, "code": {}, "environment": {"python": "3"}}
ROWS = [
    {"id": "a", "value": 0.1 + 0.2, "text": "0.30", "method": "made up, by hand"},
    {"id": "b", "value": None, "text": "-1 to 1", "method": 'said "so"'},
    {"id": "c", "value": 7, "text": "7", "method": "count"},
]
MANIFEST = {"config": {"a": {"b": 1, "c": {}}, "d": [1]}, "software": {}, "platform": "made up"}


@pytest.fixture
def locked(tmp_path):
    """A folder with a lock of made-up numbers."""
    write_lock(tmp_path, ROWS, SOURCES, "# Changelog\n")
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def line(folder, number, text):
    """Replace one line of the lock, as a hand would."""
    path = folder / "numbers.lock.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[number - 1] = text
    path.write_text("\n".join(lines), encoding="utf-8")


def test_what_was_written_is_read_again_to_the_last_bit(locked):
    assert list(read_lock(locked).values()) == ROWS
    record = read_made_from(locked)
    assert {**SOURCES, "numbers": record["numbers"]} == record
    assert belong_together(locked, record)
    assert set(contents(locked)) == set(FILES)


def test_the_lock_has_exactly_four_columns_and_one_line_for_each_number(locked):
    lines = (locked / "numbers.lock.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "id,value,text,method"
    assert len(lines) == 1 + len(ROWS)


def test_a_lock_that_is_read_and_written_keeps_its_bytes(locked):
    before = contents(locked)
    assert b"\nc,7,7,count\n" in before["numbers.lock.csv"]
    write_lock(locked, list(read_lock(locked).values()), SOURCES)
    assert contents(locked) == before


def test_where_there_is_no_lock_there_is_nothing_to_read(tmp_path):
    assert read_lock(tmp_path) == {}
    assert read_made_from(tmp_path) is None


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (2, "a,blue,0.30,made up", "row 2, value: 'blue' is not a number"),
        (3, "a,1,1,made up", "row 3, id: 'a' stands already in row 2"),
        (3, "b,nan,1,made up", "row 3, value: 'nan' is not a number"),
        (3, "b,1e999,1,made up", "row 3, value: 'inf' is not a finite number"),
        (3, "b,1", "row 3: 2 cells instead of 4"),
        (4, "c,7,7,count,more", "row 4: 5 cells instead of 4"),
        (4, ",7,7,count", "row 4, id: '' is empty"),
        (4, "c,7,,count", "row 4, text: '' is empty"),
        (3, "<<<<<<< HEAD", "row 3: a merge was not finished"),
        (1, "id;value;text;method", "row 1: 'id;value;text;method' is not the header"),
        (4, 'c,7,"7,count', "row 4: unexpected end of data"),
    ],
)
def test_a_lock_edited_into_nonsense_is_refused_with_the_row(locked, number, text, said):
    line(locked, number, text)
    before = contents(locked)
    with pytest.raises(InputError) as caught:
        read_lock(locked)
    assert said in str(caught.value)
    assert "nothing was written; restore the file from git" in str(caught.value)
    assert contents(locked) == before


def test_every_problem_of_a_lock_is_told_at_once(locked):
    line(locked, 2, "a,blue,0.30,made up")
    line(locked, 4, "c,red,7,count")
    with pytest.raises(InputError) as caught:
        read_lock(locked)
    assert [int(n) for n in re.findall(r"row (\d)", str(caught.value))] == [2, 4]


def test_bytes_that_are_no_text_are_refused_with_the_row(locked):
    path = locked / "numbers.lock.csv"
    path.write_bytes(path.read_bytes().replace(b"0.30", b"\xff"))
    with pytest.raises(InputError, match="row 2: is not UTF-8"):
        read_lock(locked)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"a.b": 1', '"a.b": ', "numbers.lock.json, line 5: "),
        ('"code"', '"coat"', "coat"),
        ('"code": {}', '"code": 3', "code"),
    ],
)
def test_a_broken_record_of_what_the_lock_was_made_from_is_refused(locked, old, new, said):
    path = locked / "numbers.lock.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_made_from(locked)
    assert said in str(caught.value)


def test_a_lock_edited_by_hand_no_longer_belongs_to_its_record(locked):
    line(locked, 4, "c,8,8,count")
    assert read_lock(locked)["c"]["value"] == 8
    assert not belong_together(locked, read_made_from(locked))


def test_a_full_disk_leaves_the_old_lock_whole_and_nothing_beside_it(locked, monkeypatch):
    before = contents(locked)

    def full(_):
        raise OSError(28, "No space left on device")

    for free in range(3):  # files that still find room
        calls = iter(range(free))
        monkeypatch.setattr(
            os,
            "fsync",
            lambda handle, calls=calls: full(handle) if next(calls, None) is None else None,
        )
        with pytest.raises(OSError, match="No space left"):
            write_lock(locked, ROWS[:1], SOURCES, "# Other\n")
        assert contents(locked) == before


@pytest.fixture
def review(tmp_path):
    """A made-up review and a made-up workflow in one folder."""
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "workflow/lib/stats").mkdir(parents=True)
    (tmp_path / "Snakefile").write_text("rule all\n")
    (tmp_path / "workflow/lib/stats/made_up.py").write_text("x = 1\n")
    table(tmp_path, "id,value,note\na,1,\nb,2,x\n")
    return tmp_path


def table(folder, text):
    (folder / "data/raw/extraction.csv").write_text(text, encoding="utf-8")


def rows_of(folder):
    return made_from(folder, folder, MANIFEST)["data"]["extraction.csv"]["rows"]


def test_only_the_row_with_a_changed_cell_has_another_sum(review):
    before = rows_of(review)
    table(review, "id,value,note\na,1,\nb,3,x\n")
    after = rows_of(review)
    assert set(before) == set(after) == {"a", "b"}
    assert [name for name in after if after[name] != before[name]] == ["b"]


@pytest.mark.parametrize(
    "text",
    [
        "id,value,note\r\na,1,\r\nb,2,x\r\n",
        "id,note,value\na,,1\nb,x,2\n",
        "id,value,note,empty\nb,2,x,\na,1,,\n",
        'id,value,note\n"a","1",""\nb,2,x\n',
    ],
)
def test_line_ends_order_quotes_and_empty_columns_leave_every_sum_as_it_is(review, text):
    before = rows_of(review)
    table(review, text)
    assert rows_of(review) == before


def test_rows_that_begin_alike_count_together(review):
    table(review, "study,domain\na,1\na,2\n")
    before = rows_of(review)
    table(review, "study,domain\na,1\na,3\n")
    assert list(before) == ["a"]
    assert rows_of(review) != before


def test_a_table_that_cannot_be_read_counts_as_one_row(review):
    table(review, "id,value\na\n")
    assert list(rows_of(review)) == ["(whole table)"]


def test_every_key_of_the_configuration_is_kept_with_its_path_and_value(review):
    found = made_from(review, review, MANIFEST)
    assert found["config"] == {"a.b": 1, "a.c": {}, "d": [1]}
    assert set(found["environment"]) == {"platform", "machine"}


def test_an_edit_of_the_code_changes_the_sum_of_its_folder_only(review):
    before = made_from(review, review, MANIFEST)["code"]
    (review / "workflow/lib/stats/made_up.py").write_text("x = 2\n")
    after = made_from(review, review, MANIFEST)["code"]
    assert [name for name in after if after[name] != before[name]] == ["workflow/lib/stats"]
    assert set(after) == {"Snakefile", "workflow/lib/stats"}


def drawn_or_told(tree):
    """Names that a script imports from the rooms whose code the lock leaves out."""
    rooms = ("workflow.lib.figures", "workflow.lib.render", "workflow.commands")
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith(rooms)
        for alias in node.names
    }


def test_what_is_left_out_of_the_code_comes_after_the_numbers():
    later = ("draw_", "render_", "write_", "pack_", "explain_", "compare_")
    for path in (ROOT / "workflow/scripts").glob("*.py"):
        if path.stem.startswith(later) or path.stem.endswith("_collection"):
            continue  # of a collection nothing is locked
        tree = ast.parse(path.read_text("utf-8"))
        names = drawn_or_told(tree)
        used = [node for node in ast.walk(tree) if getattr(node, "id", "") in names]
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        written = [node for node in calls if getattr(node.func, "id", "") == "write_text"]
        told = [node for call in written for node in ast.walk(call)]
        assert all(node in told for node in used), (
            f"{path.name}: its numbers could be made of prose"
        )
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for block in path.read_text("utf-8").split("\nrule ")[1:]:
            given = block.partition("    output:")[0]
            if not block.startswith(later):
                assert not re.search("results/(figures|sentences|report)", given), block[:40]


def test_the_record_is_sorted_so_that_a_diff_shows_only_what_changed(locked):
    text = (locked / lock_files.MADE_FROM).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
