"""workflow/lib/review/values.py: what a value remembers, and what a refusal leaves behind."""

import pytest

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.review.values import (
    Cell,
    Value,
    any_skewed,
    assume,
    corners,
    log_rows,
    shown,
    split,
    union,
    value_rows,
)

WORDS = {"step": "made-up step", "formula": "a + b", "source": "made up"}


def cell(**values):
    made = Cell("made_up", "pain", "single", "3 months", 91.0, unit="0-10")
    made.values |= values
    return made


def refuse(*inputs):
    raise InputError(["these inputs cannot give it"])


def test_a_derived_value_rests_on_all_rows_and_decisions_of_its_inputs():
    made = cell()
    a = Value(1.0, ("row-a",), ("config:outcomes.pain",), decided=("row-c",))
    b = Value(2.0, ("row-b", "row-a"), ("assumptions:r",), skewed=False, tested=("row-d",))
    made.derive("sum", lambda x, y: x + y, {"a": a, "b": b}, **WORDS)
    found = made.values["sum"]
    assert found.value == 3.0
    assert found.rows == ("row-a", "row-b")
    assert found.basis == ("config:outcomes.pain", "assumptions:r")
    assert (found.decided, found.tested, found.skewed) == (("row-c",), ("row-d",), False)
    assert found.method == "a + b (made up)"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [((), None), ((None, None), None), ((None, False), False), ((False, True), True)],
)
def test_a_value_is_skewed_if_any_tested_part_is(flags, expected):
    assert any_skewed([Value(1.0, skewed=flag) for flag in flags]) is expected


def test_skewness_is_inherited_and_logged_as_a_warning():
    made = cell()
    made.derive("twice", lambda x: 2 * x, {"a": Value(1.0, ("r",), skewed=True)}, **WORDS)
    assert made.values["twice"].skewed is True
    assert made.log[-1]["status"] == "warning"


def test_what_cannot_be_derived_is_refused_with_its_rows_and_reason():
    made = cell()
    made.attempt("sd", refuse, {"a": Value(1.0, ("row-a",))}, **WORDS)
    assert "sd" not in made.values
    assert made.refused == {"sd": (("row-a",), ())}
    line = made.log[-1]
    assert (line["status"], line["output"], line["rows"]) == ("refused", "sd", "row-a")
    assert line["message"] == "these inputs cannot give it"


@pytest.mark.parametrize("error", [NotEstimable("no"), ZeroDivisionError(), InputError(["no"])])
def test_every_kind_of_impossibility_is_refused_and_not_raised(error):
    def function(x):
        raise error

    made = cell()
    made.attempt("sd", function, {"a": Value(1.0, ("row-a",))}, **WORDS)
    assert made.refused["sd"] == (("row-a",), ())


def test_other_faults_are_not_swallowed():
    with pytest.raises(TypeError):
        cell().attempt("sd", lambda: 1.0, {"a": Value(1.0)}, **WORDS)


def test_rows_that_decided_a_refusal_join_the_value_that_comes_in_its_place():
    made = cell()
    made.refuse("r", {"a": Value(1.0, ("row-a",))}, basis=("config:x",), message="no", **WORDS)
    item = {"quantity": "r", "value": 0.5, "reason": "made up", "source": ""}
    assume(made, "r", {"assumptions": {"r_made_up": item}})
    found = made.values["r"]
    assert (found.value, found.origin, found.rows) == (0.5, "assumed", ())
    assert found.basis == ("assumptions:r_made_up", "config:x")
    assert found.decided == ("row-a",)


def test_two_refusals_of_one_quantity_keep_both_reasons():
    made = cell()
    for row in ("row-a", "row-b"):
        made.refuse("sd", {"x": Value(1.0, (row,))}, message="no", **WORDS)
    assert made.refused["sd"] == (("row-a", "row-b"), ())


def test_a_refused_quantity_is_listed_without_a_value():
    made = cell(n=Value(20.0, ("row-n",)))
    made.refuse("sd", {"x": Value(1.0, ("row-a",))}, message="no", **WORDS)
    rows = {row["quantity"]: row for row in value_rows([made])}
    assert rows["n"]["value"] == 20.0
    assert rows["sd"]["value"] is None
    assert (rows["sd"]["origin"], rows["sd"]["decision_rows"]) == ("refused", "row-a")


def test_the_most_specific_assumption_wins():
    items = {
        "general": {"quantity": "n", "value": 10, "reason": "made up", "source": ""},
        "of_study": {
            "quantity": "n",
            "value": 20,
            "study": "made_up",
            "reason": "made up",
            "source": "",
        },
        "of_time": {
            "quantity": "n",
            "value": 30,
            "study": "made_up",
            "time_point": "3 months",
            "reason": "made up",
            "source": "",
        },
        "of_other": {
            "quantity": "n",
            "value": 40,
            "study": "another",
            "reason": "made up",
            "source": "",
        },
    }
    found = []
    for names in (("general",), ("general", "of_study"), tuple(items)):
        made = cell()
        assume(made, "n", {"assumptions": {name: items[name] for name in names}})
        found.append(made.values["n"].value)
    assert found == [10.0, 20.0, 30.0]


def test_without_a_fitting_assumption_nothing_is_assumed():
    made = cell()
    assume(made, "n", {"assumptions": {}})
    assert made.values == {}
    assert log_rows([made]) == []


def test_rounding_is_followed_to_the_corners():
    parts = (Value(2.0, rounding=(1.95, 2.05)), Value(1.0, rounding=(0.95, 1.05)))
    assert corners(lambda a, b: a - b, parts) == pytest.approx((0.9, 1.1))
    assert corners(lambda a, b: a - b, (Value(2.0), Value(1.0))) is None
    assert corners(refuse, parts) is None
    assert corners(max, (parts[0],) * 7) is None


def test_joined_cells_come_apart_and_unions_keep_their_order():
    assert split("a;b") == ("a", "b")
    assert split("") == split(None) == ()
    assert union([("b", "a"), ("a", "c")]) == ("b", "a", "c")
    assert shown({"n": Value(21.0), "sd": Value(2.3071)}) == "n = 21, sd = 2.3071"
    assert cell(a=Value(1.0)).get("a", "b") is None
