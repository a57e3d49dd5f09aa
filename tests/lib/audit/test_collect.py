"""workflow/lib/audit/collect.py: one registry of everything, without a hole."""

import pytest

from tests.pipeline import pipeline, read_cells


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    return pipeline(tmp_path_factory.mktemp("collect") / "p").numbers()


def test_every_number_has_its_unit_method_rule_and_file(numbers):
    for name, number in numbers.items():
        for part in ("text", "unit", "scale", "method", "rule", "file"):
            assert number[part], (name, part)


def test_every_named_row_and_basis_exists(numbers):
    rows = {row["id"] for row in read_cells("extraction")}
    studies = {row["study"] for row in read_cells("studies")}
    for name, number in numbers.items():
        assert set(number["rows"]) <= rows, name
        assert set(number["stands"]) <= {*number["rows"], *number["basis"]}, name
        for part in number["basis"]:
            kind, _, key = part.partition(":")
            assert kind in ("flow", "claims", "studies", "assumptions", "config"), part
            assert kind != "studies" or key in studies


def test_every_number_rests_on_something(numbers):
    for name, number in numbers.items():
        assert number["rows"] or number["basis"], name


def test_a_missing_value_has_a_reason_for_a_text(numbers):
    missing = {name: number["text"] for name, number in numbers.items() if number["value"] is None}
    assert missing
    for name, text in missing.items():
        assert text[0].isalpha(), (name, text)
