"""workflow/lib/files/settings.py: what a person mistypes in YAML is named with its line."""

import pytest

from workflow.lib.errors import InputError
from workflow.lib.files.settings import read_settings


def refused(tmp_path, content):
    path = tmp_path / "config.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with pytest.raises(InputError) as error:
        read_settings(path)
    return [problem.removeprefix(f"{path}") for problem in error.value.problems]


def test_a_good_file_is_read_with_or_without_a_byte_order_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "config.yaml"
    for content in (b"a: {b: 1}\n", b"\xef\xbb\xbfa: {b: 1}\r\n", b"x: &m {b: 1}\na: *m\n"):
        path.write_bytes(content)
        assert read_settings(path)["a"] == {"b": 1}


def test_every_key_that_stands_twice_is_named_with_both_lines(tmp_path):
    text = "a: 1\nb:\n  c: 1\n  d: [{e: 1, e: 2}]\n  c: 2\na: 2\n"
    assert refused(tmp_path, text) == [
        ", line 4: key 'e' stands already in line 4; delete one of them",
        ", line 5: key 'c' stands already in line 3; delete one of them",
        ", line 6: key 'a' stands already in line 1; delete one of them",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:\n  1: x\n", ", line 2: the key '1' is a number to YAML; begin it with a letter"),
        ("no: x\n", ", line 1: the key 'no' is a yes or no to YAML"),
        ("? [a]\n: x\n", ", line 1: the key here is a list to YAML"),
        ("a:\n\tb: 1\n", ", line 2: 'b: 1' has a tab; indent with spaces"),
        ("", ": there is no key in it; restore the file"),
        ("# only a comment\n", ": there is no key in it"),
        ("- a\n- b\n", ", line 1: is no group of keys; write `key: value`"),
        ("a: b: c\n", ", line 1: 'a: b: c' is no YAML (mapping values are not allowed"),
        ("a: 1\nb: *x\n", ", line 2: 'b: *x' is no YAML"),
        ("a: 1\n---\nb: 1\n", ", line 2: '---' is no YAML"),
        ("a: [1\n", "is no YAML"),
        ("a: !!python/name:os.system\n", ", line 1: 'a: !!python"),
        ("a: 1\nb: \x00\n", ", line 2: a character that no text file should have"),
        ("a: é\n".encode("utf-16"), ": UTF-16 text; save the file as UTF-8"),
        ("a: 1\nb: é\n".encode("latin-1"), ", line 2: byte 0xe9 is not UTF-8; save the file"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence_with_its_line(tmp_path, text, words):
    (problem,) = refused(tmp_path, text)
    assert words in problem


def test_a_group_that_holds_itself_is_read_without_end_to_nobody(tmp_path):
    (tmp_path / "config.yaml").write_text("a: &a [*a]\n", encoding="utf-8")
    assert list(read_settings(tmp_path / "config.yaml")) == ["a"]


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_settings(tmp_path / "config.yaml")
