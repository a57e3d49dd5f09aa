"""workflow/lib/audit/other_numbers.py: reported, prepared, narrated, counted and assumed numbers."""

import pytest

from workflow.lib.audit.other_numbers import (
    config_numbers,
    flow_numbers,
    narrated_numbers,
    outcome_numbers,
    prepared_numbers,
    reported_numbers,
    role_numbers,
)


def by_id(numbers):
    return {number.id: number for number in numbers}


def test_a_reported_number_keeps_its_printed_digits_and_names_its_row():
    rows = [
        {"id": "a", "value": "2.0", "unit": "VAS 0-10", "quantity": "mean"},
        {"id": "b", "value": "paired", "unit": "", "quantity": "pairing"},
        {"id": "c", "value": "", "unit": "", "quantity": "sd"},
    ]
    found = by_id(reported_numbers(rows))
    assert list(found) == ["reported.a"]
    assert (found["reported.a"].text, found["reported.a"].rows) == ("2.0", ("a",))


def value(quantity, number, **words):
    return {
        "study": "a",
        "outcome": "pain",
        "arm": "single",
        "time_point": "3 months",
        "quantity": quantity,
        "value": number,
        "unit": "0-10",
        "origin": "converted",
        "method": "made up",
        "rows": "row-q1;row-n",
        "basis": "assumptions:n",
        "decision_rows": "row-d",
        **words,
    }


def prepared(*rows):
    found = by_id(prepared_numbers(list(rows), {"a": "a"}))
    return {name.removeprefix("prepared.a.pain.single.3_months."): n for name, n in found.items()}


def test_prepared_numbers_carry_rows_basis_and_decisions():
    found = prepared(value("sd", 2.307))["sd"]
    assert (found.text, found.unit) == ("2.31", "0-10")
    assert (found.rows, found.basis) == (("row-q1", "row-n"), ("assumptions:n",))
    assert found.stands == {"row-d": "refused"}


def test_refused_and_unprinted_values_are_no_prepared_numbers():
    assert prepared(value("sd", None, origin="refused"), value("median", 5.0)) == {}


def test_a_value_keeps_its_id_when_it_is_printed_instead_of_derived():
    printed = prepared(value("mean", 5.0, origin="reported", rows="row-mean", decision_rows=""))
    assert (printed["mean"].rows, printed["mean"].stands) == (("row-mean",), {})


def test_a_correlation_has_no_unit_of_the_scale():
    found = prepared(value("r", 0.5), value("r_if_paired", 0.11, origin="refused"))
    assert {number.unit for number in found.values()} == {"correlation"}


def test_a_converted_mean_that_is_its_median_does_not_move_with_n():
    size = value("n", 20.0, origin="reported", rows="row-n")
    same = prepared(value("mean", 5.0), value("median", 5.0, origin="reported"), size)["mean"]
    assert same.stands["row-n"] == "order statistic"
    other = prepared(value("mean", 5.1), value("median", 5.0, origin="reported"), size)["mean"]
    assert "row-n" not in other.stands


def told(**words):
    empty = dict.fromkeys(
        ("before", "after", "decrease", "percent_decrease", "sd_percent", "median_percent", "n")
    )
    rows = {"before_rows": "b", "after_rows": "c", "rows": "b;c", "n_rows": "n", "basis": ""}
    return {"study": "a", "decision_rows": "row-d", "n_basis": "", **empty, **rows, **words}


def narrated(row, effects=()):
    return by_id(narrated_numbers([row], {"a": "a"}, {"change": list(effects)}))


def test_a_narrated_score_rests_on_its_own_rows():
    found = narrated(told(before=9.0, after=1.0, decrease=8.0, percent_decrease=800 / 9, n=1))
    assert found["narrated.a.before"].rows == ("b",)
    assert found["narrated.a.after"].rows == ("c",)
    assert found["narrated.a.decrease"].rows == ("b", "c")
    assert found["narrated.a.n"].rows == ("n",)
    assert found["narrated.a.percent_decrease"].text == "89%"
    assert found["narrated.a.before"].stands == dict.fromkeys(("row-d", "c", "n"), "refused")
    assert "narrated.a.increase" not in found


def test_scores_that_rose_have_an_increase():
    found = narrated(told(before=2.0, after=5.0, decrease=-3.0, percent_decrease=-150.0))
    assert found["narrated.a.increase"].text == "3"
    assert found["narrated.a.percent_increase"].text == "150%"


def test_a_median_is_an_order_statistic():
    found = narrated(told(percent_decrease=69.0, median_percent=90.0, sd_percent=36.5))
    assert found["narrated.a.median_percent"].stands["b"] == "order statistic"
    assert "b" not in found["narrated.a.sd_percent"].stands


def test_the_count_of_told_studies_rests_on_every_decision():
    effect = dict.fromkeys(("decision_rows", "ni_rows", "yi_rows", "vi_rows", "basis"), "")
    effects = [
        effect | {"decision_rows": "row-x", "ni_rows": "row-m", "basis": "assumptions:r;studies:b"},
        effect | {"yi_rows": "row-yi", "vi_rows": "row-vi"},
    ]
    found = narrated(told(decrease=1.0), effects)["narrated.k"]
    decided = dict.fromkeys(("row-x", "row-m", "row-yi", "row-vi"), "refused")
    assert found.stands == decided | {"b": "count", "c": "count"}
    assert found.basis == ("studies:a", "assumptions:r", "config:analyses.change")


def test_roles_are_counted_with_their_studies():
    rows = [{"study": "a", "role": "pooled"}, {"study": "b", "role": "pooled"}]
    found = by_id(role_numbers(rows))
    assert (found["studies.pooled"].value, found["studies.candidate"].value) == (2, 0)
    assert found["studies.pooled"].basis == ("studies:a", "studies:b")


@pytest.mark.parametrize(
    ("origin", "basis", "method", "named"),
    [
        ("transcribed", "x", "as printed by the source", ("flow:x",)),
        ("derived", "y;z", "included minus pooled", ("flow:y", "flow:z")),
        ("counted", "screening:x;studies:a", "counted", ("screening:x", "studies:a")),
        ("not_reported", "x", "not reported", ("flow:x",)),
    ],
)
def test_a_box_says_how_its_count_came_about(origin, basis, method, named):
    box = {"box": "x", "n": 5, "text": "5", "origin": origin, "basis": basis}
    (found,) = flow_numbers([box])
    assert (found.id, found.method, found.basis) == ("flow.x", method, named)


CONFIG = {
    "assumptions": {"r": {"quantity": "r", "value": 0.5}},
    "thresholds": {"two": {"value": 2, "citation": "made_up"}},
    "yardsticks": {"none": {"value": 0.24, "ci_lb": 0.12, "ci_ub": 0.36, "citation": "made_up"}},
    "outcomes": {"pain": {"low": 0, "high": 10}},
}


def test_numbers_of_the_configuration_name_their_key():
    found = by_id([*config_numbers(CONFIG), *outcome_numbers(CONFIG)])
    assert found["assumption.r"].basis == ("assumptions:r",)
    assert found["threshold.two"].basis == ("config:thresholds.two",)
    assert found["yardstick.none.ci_lb"].text == "0.12"
    assert found["scale.pain.high"].basis == ("config:outcomes.pain",)
    assert all(number.rows == () for number in found.values())
