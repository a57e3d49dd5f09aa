"""workflow/lib/audit/perturbation/change.py: steps, neighbours, what moved, and who names it."""

import pytest

from workflow.lib.audit.perturbation.change import (
    NOISE,
    VALUE,
    Change,
    is_named,
    moved,
    nudged,
    others,
)


def number(value, text=None, rows=(), basis=()):
    text = str(value) if text is None else text
    return {"value": value, "text": text, "rows": list(rows), "basis": list(basis)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.0", ["2.1", "1.9", "2.5", "1.5"]),
        ("21", ["22", "20", "26", "16"]),
        ("-0.5", ["-0.4", "-0.6", "0.0", "-1.0"]),
        ("paired", []),
        ("", []),
    ],
)
def test_a_number_goes_both_ways_by_one_and_by_five_of_its_last_digit(text, expected):
    assert nudged(text) == expected


def test_of_few_admissible_values_each_is_tried_and_of_many_the_two_beside():
    assert others("b", "abc") == ["a", "c"]
    assert others("m", "abcdefghijklmnopqrst") == ["l", "n"]
    assert others("unknown", "abc") == ["a", "b"]
    assert others("b", "abcdefg", 7) == ["a", "c", "d", "e", "f", "g"]


def test_a_number_moves_by_value_by_text_by_coming_and_by_going():
    before = {"a": number(1.0), "b": number(1.0), "c": number(1.0), "d": number(None, "no study")}
    after = {"a": number(1.0), "b": number(1.1, "1.0"), "d": number(2.0), "e": number(1.0)}
    assert moved(before, after) == ["b", "c", "d", "e"]
    assert moved({"a": number(1.0)}, {"a": number(1.0 + NOISE / 10, "1.0")}) == []
    assert moved({"a": number(1.0, "1")}, {"a": number(1.0, "one")}) == ["a"]


@pytest.mark.parametrize(
    ("entry", "cause", "is_meant"),
    [
        ("row-1", "row-1", True),
        ("row-1", "row-12", False),
        ("config:analyses.a", "config:analyses.a.model.level", True),
        ("config:analyses.a", "config:analyses.ab.model", False),
        ("claims:p", "claims:p", True),
        ("claims:p", "claims:p2", False),
        ("risk_of_bias:made_up", "risk_of_bias:made_up/D1", True),
        ("screening:records_screened", "screening:record 7", True),
        ("flow:records_screened", "screening:record 7", False),
        ("certainty:rows", "certainty:made_up/risk_of_bias", True),
        ("certainty:rows", "claims:p", False),
    ],
)
def test_an_entry_means_itself_and_what_lies_below_it(entry, cause, is_meant):
    kind = "basis" if ":" in entry else "rows"
    named = number(1.0, **{kind: [entry]})
    assert is_named(named, Change((cause,), "", "", "", "", VALUE)) is is_meant
