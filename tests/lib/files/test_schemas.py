"""workflow/lib/files/schemas.py: the short way over long lists refuses what the library refuses."""

import pytest

from workflow.lib.files.schemas import record_problems

NUMBER = {
    "value": 1,
    "rows": ["a", "b"],
    "basis": [],
    "stands": {"a": "count"},
    "rule": "made_up",
} | dict.fromkeys(("text", "unit", "scale", "method", "file"), "made up")


def test_lists_of_texts_fit():
    assert record_problems("numbers.json", "numbers", {"one": NUMBER}) == []


@pytest.mark.parametrize(
    ("wrong", "shown"), [(3, "3"), (None, "None"), (True, "True"), (["b"], r"['b']")]
)
def test_what_is_no_text_in_a_list_is_refused_with_its_place(wrong, shown):
    record = {"one": NUMBER | {"rows": ["a", wrong, "c"]}}
    (problem,) = record_problems("numbers.json", "numbers", record)
    assert problem == f"numbers.json, one.rows.1: '{shown}' is not a string"


def test_a_list_of_named_words_admits_no_other():
    (problem,) = record_problems("numbers.json", "numbers", {"one": NUMBER | {"guards": ["none"]}})
    assert problem.startswith("numbers.json, one.guards.0: 'none' is not one of: uncontrolled")


@pytest.mark.parametrize("wrong", ["counts", 1, None, ["count"]])
def test_a_named_entry_admits_no_other_word(wrong):
    record = {"one": NUMBER | {"stands": {"a": "count", "b": wrong}}}
    (problem,) = record_problems("numbers.json", "numbers", record)
    assert problem.startswith(f"numbers.json, one.stands.b: '{wrong}' is not one of: count,")


def test_an_entry_that_nothing_admits_is_refused_though_it_is_a_text():
    (problem,) = record_problems("numbers.json", "numbers", {"one": NUMBER | {"colour": "red"}})
    assert "colour" in problem
