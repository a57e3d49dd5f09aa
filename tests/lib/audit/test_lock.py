"""workflow/lib/audit/lock.py: what counts as a move, how large it is, and what explains it; made-up numbers."""

import copy
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.audit.lock import compare, differences, is_equal, lock_rows

ID = "pooled.made_up.beta"
SOURCES = {
    "data": {
        "extraction.csv": {"sha256": "0", "rows": {"a-mean": "1", "b-mean": "2"}},
        "flow.csv": {"sha256": "0", "rows": {"studies_pooled": "3"}},
    },
    "config": {"analyses.made_up.model.method": "REML", "analyses.other.model.method": "DL"},
    "code": {"workflow/lib/stats": "4"},
    "environment": {"python": "3.11.1", "numpy": "2.0.0"},
}


def number(value, text=None, *, rows=(), basis=(), method="made up"):
    text = text or ("none" if value is None else f"{value:.2f}")
    return {"value": value, "text": text, "method": method, "rows": rows, "basis": basis}


def locked(value, text=None, method="made up"):
    """A row of the lock: no lineage."""
    record = number(value, text, method=method)
    return {"id": ID, **{item: record[item] for item in ("value", "text", "method")}}


def edited(*path, to):
    """What numbers were made from, with one entry set, or deleted where `to` is None."""
    sources = copy.deepcopy(SOURCES)
    place = sources
    for key in path[:-1]:
        place = place[key]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return sources


def causes(now, *path, to, was=None):
    """The causes of a move of one number after one edit of what it was made from."""
    was = was or locked(1.0)
    (change,) = compare({ID: was}, {ID: now}, differences(SOURCES, edited(*path, to=to))).changes
    return change.causes


@pytest.mark.parametrize(
    ("was", "now", "equal"),
    [
        (number(1.0), number(1.0), True),
        (number(1.0), number(1.0 + 0.9e-9), True),
        (number(1.0, "1.00"), number(1.0 + 1.1e-9, "1.00"), False),
        (number(1e12, "1e12"), number(1e12 + 100, "1e12"), True),
        (number(1e-12, "0.00"), number(1.1e-12, "0.00"), False),
        (number(0.0, "0.00"), number(-0.0, "0.00"), True),
        (number(0.0, "0.00"), number(1e-15, "0.00"), False),
        (number(1.0, "1.00"), number(1.0, "1.0"), False),
        (number(None, "k = 1"), number(None, "k = 1"), True),
        (number(None, "k = 1"), number(None, "k = 0"), False),
        (number(None, "0.00"), number(0.0, "0.00"), False),
        (number(3, "3"), number(3.0, "3"), True),
    ],
)
def test_equal_means_the_same_text_and_a_relative_difference_of_at_most_1e9(was, now, equal):
    assert is_equal(was, now) is equal
    assert is_equal(now, was) is equal


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_last_bit_of_another_processor_is_no_move(value):
    near = math.nextafter(value, math.inf)
    if math.isfinite(near) and abs(value) > 1e-300:  # below, floats are sparser than 1e-9
        assert is_equal(number(value, "x"), number(near, "x"))


def test_moved_new_and_gone_are_told_apart_and_counted():
    old = {"a": number(1.0), "b": number(2.0), "c": number(3.0)}
    new = {"a": number(1.0), "b": number(2.5), "d": number(4.0)}
    found = compare(old, new, differences(SOURCES, edited("code", "workflow/lib/stats", to="9")))
    assert found.equal == 1
    assert {change.id: change.kind for change in found.changes} == {
        "b": "moved",
        "c": "gone",
        "d": "new",
    }
    assert not found.unexplained


def test_the_size_is_the_step_and_its_share_of_the_old_value():
    (change,) = compare({ID: locked(-2.0)}, {ID: number(-1.5)}, []).changes
    assert (change.old, change.new, change.size) == ("-2.00", "-1.50", "+0.5 (+25%)")
    (change,) = compare({ID: locked(0.0)}, {ID: number(0.5)}, []).changes
    assert change.size == "+0.5"
    (change,) = compare({ID: locked(None, "k = 1")}, {ID: number(0.5)}, []).changes
    assert (change.old, change.new, change.size) == ("k = 1", "0.50", "")
    (change,) = compare({ID: locked(0.5, "0.5")}, {ID: number(0.5, "0.50")}, []).changes
    assert change.size == "text only"


def test_a_move_that_the_print_does_not_show_is_shown_in_full_precision():
    (change,) = compare({ID: locked(1.0, "1.00")}, {ID: number(1.00001, "1.00")}, []).changes
    assert (change.old, change.new) == ("1.00 (1)", "1.00 (1.00001)")


def test_a_changed_row_is_the_cause_of_numbers_whose_lineage_names_it_and_only_of_these():
    row = ("data", "extraction.csv", "rows", "a-mean")
    assert causes(number(2.0, rows=["a-mean"]), *row, to="9") == ("data: row a-mean",)
    assert causes(number(2.0, rows=["b-mean"]), *row, to="9") == (
        "data: row a-mean (not in its lineage)",
    )


def test_a_row_of_another_table_is_named_with_its_table():
    box = ("data", "flow.csv", "rows", "studies_pooled")
    moved = number(2.0, basis=["flow:studies_pooled"])
    assert causes(moved, *box, to="9") == ("data: row studies_pooled of flow.csv",)


@pytest.mark.parametrize("basis", ["flow:records_screened", "screening:title_abstract.kappa"])
def test_a_row_of_the_screening_ledger_explains_what_is_counted_from_all_of_it(basis):
    now = number(2.0, basis=[basis])
    found = causes(now, "data", "screening.csv", to={"sha256": "0", "rows": {"r1": "5"}})
    assert found == ("data: row r1 of screening.csv (new)",)


def test_a_row_that_is_gone_explains_a_move_because_the_lock_does_not_keep_the_old_lineage():
    row = ("data", "extraction.csv", "rows", "a-mean")
    assert causes(number(2.0, rows=["b-mean"]), *row, to=None) == ("data: row a-mean (gone)",)
    known = number(1.0, rows=["b-mean"])
    assert causes(number(2.0, rows=["b-mean"]), *row, to=None, was=known) == (
        "data: row a-mean (gone) (not in its lineage)",
    )


def test_a_key_of_the_configuration_is_the_cause_below_the_part_that_the_basis_names():
    key = ("config", "analyses.made_up.model.method")
    named = number(2.0, basis=["config:analyses.made_up"])
    assert causes(named, *key, to="DL") == ("config: analyses.made_up.model.method",)
    similar = number(2.0, basis=["config:analyses.made"])
    assert "(not in its lineage)" in causes(similar, *key, to="DL")[0]


def test_an_assumption_is_found_in_the_configuration():
    now = number(2.0, basis=["assumptions:r"])
    assert causes(now, "config", "assumptions.r.value", to=0.7) == (
        "config: assumptions.r.value (new)",
    )


def test_code_and_environment_are_always_told_because_no_lineage_can_exclude_them():
    sources = edited("environment", "numpy", to="2.1.0")
    sources["code"]["workflow/lib/stats"] = "9"
    sources["data"]["extraction.csv"]["rows"]["a-mean"] = "9"
    now = number(2.0, rows=["a-mean"])
    (change,) = compare({ID: locked(1.0)}, {ID: now}, differences(SOURCES, sources)).changes
    assert change.causes == (
        "data: row a-mean",
        "code: workflow/lib/stats",
        "environment: numpy 2.0.0 -> 2.1.0",
    )


def test_a_move_with_nothing_changed_is_unexplained_and_comes_first():
    key = ("data", "extraction.csv", "rows", "a-mean")
    assert differences(SOURCES, copy.deepcopy(SOURCES)) == ()
    found = compare({ID: locked(1.0)}, {ID: number(2.0)}, ())
    assert found.unexplained == found.changes
    assert causes(number(2.0), *key, to="9")  # something differs: it is told, lineage or not


def test_without_a_record_of_what_the_lock_was_made_from_the_cause_is_not_known():
    found = compare({ID: locked(1.0)}, {ID: number(2.0)}, None)
    assert found.changes[0].causes is None
    assert not found.unexplained


def test_another_method_tag_alone_is_told_but_no_move():
    found = compare({ID: locked(1.0)}, {ID: number(1.0, method="other words")}, ())
    assert (found.equal, found.changes, found.retagged) == (1, (), (ID,))


def test_bytes_that_leave_every_row_as_it_is_are_no_difference():
    assert differences(SOURCES, edited("data", "extraction.csv", "sha256", to="9")) == ()


def test_an_accepted_lock_keeps_the_last_bits_of_numbers_that_are_equal():
    old = {"a": locked(1.0, "1.00"), "b": locked(2.0), "c": locked(5.0)}
    new = {"a": number(1.0 + 1e-12, "1.00"), "b": number(2.5), "d": number(4.0)}
    rows = lock_rows(old, new)
    assert [(row["id"], row["value"]) for row in rows] == [("a", 1.0), ("b", 2.5), ("d", 4.0)]
    assert set(rows[0]) == {"id", "value", "text", "method"}
    assert not compare({row["id"]: row for row in rows}, new, ()).changes
