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
    "lights": Book(
        tables=("lights.csv", "tools.csv"),
        figures=("lights",),
        **{"title": "Lights", "anchor": "sec-lights", "level": 3},
    ),
    "grid": Book(key="grid", title="The grid", anchor="sec-grid", level=2),
    "list": Book(),
    "watch": Book(files=("watch.csv",), key="watch", title="Watch", anchor="sec-watch"),
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


def test_books_that_are_not_kept_have_no_section_and_are_named_once_in_one_sentence(tmp_path):
    (tmp_path / "grid.md").write_text("All of the grid.", encoding="utf-8")
    found = sections([tmp_path / "grid.md"])
    absent = found.pop("absent")
    assert found == {
        "lights": "",
        "grid": "## The grid {#sec-grid}\n\nAll of the grid.",
        **dict.fromkeys(("list", "watch", "notes"), ""),
    }
    assert absent.startswith(
        "### Not available {#sec-absent}\n\n::: {.absent}\nThis review does not"
    )
    told = (
        "[Lights]{#sec-lights} (`data/raw/lights.csv`); "
        "[Watch]{#sec-watch} (`data/raw/watch.csv`, `watch` in `config.yaml`)."
    )
    assert absent.endswith(f": {told}\n:::\n")


def test_a_review_that_keeps_every_book_says_nothing_of_books(tmp_path):
    for name in MADE_UP:
        (tmp_path / f"{name}.md").write_text("All of it.", encoding="utf-8")
    found = sections(tmp_path.iterdir())
    assert found["absent"] == ""
    assert found["watch"] == found["list"] == "All of it."


def test_the_headings_of_all_books_are_among_those_of_the_report():
    assert books.report_texts()[-2:] == ["### Lights {#sec-lights}", "## The grid {#sec-grid}"]


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
