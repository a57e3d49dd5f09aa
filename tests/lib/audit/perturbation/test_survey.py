"""workflow/lib/audit/perturbation/survey.py, reasons.py and table.py: what is false, and how it is told."""

import pytest

from workflow.lib.audit.perturbation.change import PLACE, TEXT, VALUE, Change
from workflow.lib.audit.perturbation.reasons import is_true
from workflow.lib.audit.perturbation.survey import Outcome, Survey, outcome_of
from workflow.lib.audit.perturbation.table import change_rows, report_lines


def number(value, text=None, rows=(), basis=(), **words):
    base = {"value": value, "text": text or str(value), "unit": "points", "stands": {}}
    return base | {"rows": list(rows), "basis": list(basis)} | words


def change(*names, kind=VALUE, table="extraction"):
    return Change(names, f"{table}.csv, {names[0]}", table, "1", "2", kind)


BASE = {"pooled.a.beta": number(1.0, rows=["x", "y"]), "pooled.a.k": number(2, unit="studies")}
BOTH = (change("x"), change("y"))


def surveyed(*outcomes, base=BASE, changes=BOTH):
    survey = Survey(base, changes)
    for outcome in outcomes:
        survey.add(outcome)
    return survey


def problems(survey):
    return [(one.number, one.cause, one.problem) for one in survey.violations()]


def after(value, **words):
    return BASE | {"pooled.a.beta": number(value, rows=["x", "y"], **words)}


def test_all_is_well_where_what_moves_is_named_and_what_is_named_moves():
    done = [outcome_of(one, BASE, after(1.5)) for one in BOTH]
    assert problems(surveyed(*done)) == []


def test_a_number_that_moves_without_naming_the_cell_is_false():
    moved = BASE | {"pooled.a.k": number(3, unit="studies")}
    found = problems(surveyed(outcome_of(change("x"), BASE, moved)))
    assert ("pooled.a.k", "extraction.csv, x: 1 -> 2", "moves it and is not named") in found


def test_a_named_cell_that_never_moves_the_number_is_false():
    found = problems(surveyed(Outcome(change("x")), outcome_of(change("y"), BASE, after(1.5))))
    assert found == [("pooled.a.beta", "x", "named, never moves it, and no reason is listed")]


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome(change("x", kind=TEXT)), "text"),
        (Outcome(change("x"), refusal="not admissible"), "refused by check"),
    ],
)
def test_a_cell_of_words_or_one_that_the_check_refuses_has_its_reason(outcome, kind):
    survey = surveyed(outcome, outcome_of(change("y"), BASE, after(1.5)))
    assert problems(survey) == []
    assert [reason for *_, reason in survey.standing()] == [kind]


def test_a_listed_reason_is_accepted_and_an_untrue_one_is_not():
    stands = {"pooled.a.beta": number(1.0, rows=["x", "y"], stands={"x": "refused", "y": "count"})}
    found = problems(surveyed(*map(Outcome, BOTH), base=stands))
    untrue = "named, and this is no reason why it need not move: count"
    assert found == [("pooled.a.beta", "y", untrue)]


def test_what_is_named_and_does_not_exist_is_false():
    base = {"pooled.a.k": number(2, basis=["config:analyses.gone"], unit="studies")}
    found = problems(surveyed(base=base))
    cause = "config:analyses.gone"
    assert found == [("pooled.a.k", cause, "named, and there is no such cell or decision")]


def test_a_rule_that_breaks_is_false():
    found = problems(surveyed(Outcome(change("x"), fault="ZeroDivisionError"), changes=BOTH))
    assert found == [("(every number)", "extraction.csv, x: 1 -> 2", "ZeroDivisionError")]


def test_a_number_to_which_a_value_was_taken_may_name_it_afterwards():
    other = BASE | {"pooled.b.beta": number(1.0, rows=["x"])}
    assert not outcome_of(change("x", kind=PLACE), BASE, other).unnamed
    renamed = BASE | {"pooled.a.beta": number(1.5, rows=["z", "y"])}
    (unnamed,) = outcome_of(change("z"), BASE, renamed).unnamed
    assert unnamed == ("pooled.a.beta", "1.0", "1.5")


@pytest.mark.parametrize(
    ("reason", "name", "words", "holds"),
    [
        ("count", "a.k", {"unit": "studies", "value": 2.0}, True),
        ("count", "a.beta", {"value": None}, True),
        ("count", "a.beta", {"value": 1.5}, False),
        ("clipped at zero", "pooled.a.I2", {"value": 0.0}, True),
        ("clipped at zero", "pooled.a.H2", {"value": 1.0}, True),
        ("clipped at zero", "pooled.a.I2", {"value": 12.0}, False),
        ("cancels", "pooled.a.I2", {"unit": "percent"}, True),
        ("cancels", "pooled.a.beta", {"unit": "points"}, False),
        ("order statistic", "narrated.a.median_percent", {}, True),
        ("order statistic", "pooled.a.beta", {}, False),
        ("refused", "pooled.a.beta", {}, True),
    ],
)
def test_a_reason_must_be_able_to_be_one(reason, name, words, holds):
    assert is_true(reason, name, {name: number(1.0) | words}) is holds


def test_a_field_beside_a_tau2_of_zero_may_be_clipped():
    base = {"pooled.a.tau2": number(0.0), "study.a.s.weight": number(50.0)}
    assert is_true("clipped at zero", "study.a.s.weight", base)


def test_the_report_counts_and_lists():
    moved = BASE | {"pooled.a.k": number(3, unit="studies")}
    survey = surveyed(
        outcome_of(change("x"), BASE, moved), Outcome(change("y"), refusal="| not so")
    )
    text = "\n".join(report_lines(survey, survey.violations()))
    assert "| extraction |     2 |       2 |     1 |     0 |                1 |" in text
    assert "False lineages: 2." in text
    assert "| pooled.a.k " in text and "| moves it and is not named " in text
    good = surveyed(*(outcome_of(one, BASE, after(1.5)) for one in BOTH))
    assert report_lines(good, good.violations())[-1] == "No lineage is false."


def test_the_table_has_a_row_per_change():
    moved = BASE | {"pooled.a.k": number(3, unit="studies")}
    one, two = change_rows(
        [outcome_of(change("x"), BASE, moved), Outcome(change("y"), refusal="not so")]
    )
    assert (one["outcome"], one["numbers"], one["unnamed"]) == ("moved", 1, "pooled.a.k")
    assert (two["outcome"], two["message"]) == ("refused by check", "not so")
