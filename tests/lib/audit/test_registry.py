"""workflow/lib/audit/registry.py: texts of numbers, and the registry itself."""

import pytest

from workflow.lib.audit.registry import (
    FORMATS,
    Number,
    deciding,
    decimals,
    joined,
    p_text,
    registry,
    text_of,
)
from workflow.lib.errors import TableError


def number(name="a", value=1.0, **words):
    about = {"text": "1", "unit": "u", "scale": "s", "method": "m", "rule": "r", "file": "f"}
    return Number(name, value, **about | words)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1.005, "effect", "1.00"),
        (-0.004, "effect", "0.00"),
        (-0.1, "effect", "-0.10"),
        (0.25, "slope", "0.25"),
        (-0.0280, "slope", "-0.028"),
        (0.00190, "slope", "0.0019"),
        (0.0, "slope", "0.00"),
        (-4e-12, "slope", "0.00000000"),
        (0.0004, "p", "<0.001"),
        (0.001, "p", "0.001"),
        (0.2754, "p", "0.275"),
        (88.4, "percent", "88%"),
        (36.469, "weight", "36.5%"),
        (0.568, "probability", "57%"),
        (4, "count", "4"),
        (0.43368, "fine", "0.434"),
        (9.0, "score", "9"),
        (0.5125, "squared", "0.512"),
        (None, "effect", "not estimable"),
        (float("inf"), "fine", "not estimable"),
    ],
)
def test_each_kind_of_number_has_its_text(value, kind, text):
    assert text_of(value, kind) == text


def test_a_missing_number_prints_its_reason():
    assert (
        text_of(None, "effect", "one study: needs at least two") == "one study: needs at least two"
    )


def test_no_kind_prints_a_negative_zero():
    for kind in set(FORMATS) - {"p", "count"}:
        assert not text_of(-1e-9, kind).startswith("-0.0 ")
    assert decimals(-0.0001, 2) == "0.00"
    assert p_text(0.0) == "<0.001"


def test_the_registry_is_sorted_and_rows_hold_what_stands():
    found = registry([number("b"), number("a", rows=("y", "x"), stands={"z": "refused"})])
    assert list(found) == ["a", "b"]
    assert found["a"]["rows"] == ["x", "y", "z"]
    assert found["a"]["stands"] == {"z": "refused"}


def test_a_number_that_is_not_finite_has_no_value():
    assert registry([number(value=float("inf"))])["a"]["value"] is None


def test_an_id_that_is_given_twice_is_refused():
    with pytest.raises(TableError, match="the id 'a' is given twice"):
        registry([number("a"), number("a")])


def test_registries_of_several_books_are_one_and_share_no_id():
    assert list(joined([{"b": 1}, {"a": 2}])) == ["a", "b"]
    with pytest.raises(TableError, match="the id 'a' is given twice"):
        joined([{"a": 1}, {"a": 2}])


def of_basis(unit, *basis, **stands):
    made = ("a.b", 1.5, "1.50", unit, unit, "m", "rule", "file")
    return registry([Number(*made, rows=("row",), basis=basis, stands=stands)])["a.b"]


def test_a_scale_cancels_out_of_what_has_no_unit_of_it():
    scale = "config:outcomes.pain"
    assert of_basis("percent", scale)["stands"] == {scale: "cancels"}
    assert of_basis("points", scale)["stands"] == {}
    assert of_basis("squared points", scale)["stands"] == {}


def test_which_conversions_are_taken_is_a_decision():
    key = "config:conversions.skewness"
    assert of_basis("points", key, "studies:a")["stands"] == {key: "refused"}


def test_what_only_decided_is_named_among_rows_or_basis():
    number = of_basis("points", "studies:a", **{"other-row": "refused", "studies:b": "refused"})
    assert number["rows"] == ["other-row", "row"]
    assert number["basis"] == ["studies:a", "studies:b"]


def test_an_entry_that_is_behind_a_number_did_not_only_decide():
    assert deciding(["a", "b", "c"], ["a"], ["b"]) == {"c": "refused"}
