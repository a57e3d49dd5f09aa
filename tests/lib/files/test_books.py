"""workflow/lib/files/books.py: which optional books a review keeps, and what stands where one is not kept."""

import pytest

from workflow.lib.files import books
from workflow.lib.files.books import (
    Book,
    book_figures,
    book_files,
    book_tables,
    kept_books,
    sections,
)

MADE_UP = {
    "lights": Book(tables=("lights.csv", "tools.csv"), figures=("lights",), absent="No lights."),
    "grid": Book(key="grid", absent="No grid."),
    "list": Book(absent="never printed"),
    "watch": Book(files=("watch.csv",), key="watch"),
    "notes": Book(tables=("notes.csv",), always=True),
}


@pytest.fixture(autouse=True)
def made_up_books(monkeypatch):
    monkeypatch.setattr(books, "BOOKS", MADE_UP)


def test_a_book_is_kept_by_its_first_table_by_its_key_or_always(tmp_path):
    assert kept_books(tmp_path, {}) == ["list", "notes"]
    assert kept_books(tmp_path, {"grid": {"r": [0.5]}}) == ["grid", "list", "notes"]
    (tmp_path / "tools.csv").touch()
    assert kept_books(tmp_path, {}) == ["list", "notes"]
    (tmp_path / "lights.csv").touch()
    assert kept_books(tmp_path, {}) == ["lights", "list", "notes"]


def test_tables_and_figures_are_those_of_the_kept_books_that_are_there(tmp_path):
    (tmp_path / "lights.csv").touch()
    assert book_tables(tmp_path, ["lights", "list"]) == [f"{tmp_path}/lights.csv"]
    assert book_figures(["lights", "list"]) == ["lights"]


def test_a_book_that_is_not_kept_has_its_one_line(tmp_path):
    (tmp_path / "grid.md").write_text("All of the grid.", encoding="utf-8")
    found = sections([tmp_path / "grid.md"])
    assert found == {
        "lights": "::: {.absent}\nNo lights.\n:::\n",
        "grid": "All of the grid.",
        "list": "::: {.absent}\nnever printed\n:::\n",
        "watch": "",
        "notes": "",
    }


def test_the_files_of_a_book_are_its_tables_and_what_lies_in_its_folders(tmp_path, monkeypatch):
    monkeypatch.setitem(MADE_UP, "trunk", Book(tables=("keys.csv",), folders=("trunk",)))
    (tmp_path / "trunk").mkdir()
    for name in ("keys.csv", "trunk/b.txt", "trunk/a.txt", "trunk/.c"):
        (tmp_path / name).touch()
    found = [f"{tmp_path}/{name}" for name in ("keys.csv", "trunk/a.txt", "trunk/b.txt")]
    assert books.book_files(tmp_path, ["trunk", "list"]) == found
    assert books.folder_files(tmp_path, ["trunk"]) == found[1:]


def test_a_file_that_is_no_table_is_a_raw_file_of_its_book_and_only_that(tmp_path):
    assert book_files(tmp_path, ["watch"]) == []
    (tmp_path / "watch.csv").touch()
    assert book_files(tmp_path, ["watch"]) == [f"{tmp_path}/watch.csv"]
    assert book_tables(tmp_path, ["watch"]) == []
