"""workflow/lib/review/review_name.py: names that every file system and shell takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.review.review_name import key_of_name, name_problem, title_of


@pytest.mark.parametrize("name", ["my-review", "a", "Review_2", "2026-pain", "x" * 60])
def test_a_plain_name_is_taken(name):
    assert name_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "no name is given"),
        ("my review", "holds ' '"),
        ("my.review", "holds '.'"),
        ("..", "holds '.'"),
        ("a/b", "holds '/'"),
        ("a\\b", "holds"),
        ("-rf", "begins with '-'"),
        ("_x", "begins with '_'"),
        ("x" * 61, "61 characters are too many"),
        ("café", "'é' is not a letter of plain ASCII"),
        ("con", "Windows"),
        ("COM1", "Windows"),
        ("a\nb", "holds"),
        ("$(id)", "holds"),
    ],
)
def test_another_is_refused_in_one_sentence(name, said):
    found = name_problem(name)
    assert said in found
    assert "\n" not in found


@given(st.text(max_size=80))
def test_what_is_taken_is_a_folder_a_title_and_a_key(name):
    if not name_problem(name):
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", name)
        assert title_of(name)[0] == name[0].upper()
        assert re.fullmatch(r"[a-z0-9_]+", f"review_{key_of_name(name)}")
