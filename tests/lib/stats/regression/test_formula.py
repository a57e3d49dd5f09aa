"""formula.py and expressions.py: R's design matrices, and what is refused."""

import numpy as np
import pytest

from tests.agreement import table
from workflow.lib.errors import InputError
from workflow.lib.stats.regression.formula import design

BCG = {name: table("dat.bcg")[name] for name in ("ablat", "year", "alloc")}
# model.matrix(~ log(ablat) + I(year^2) + poly(ablat, 2)) of R 4.2.2, first two rows
R_ROWS = [
    [1, 3.7841896339183, 3794704, 0.21063317327703, -0.11079193794559],
    [1, 4.0073331852325, 3798601, 0.43049115706255, 0.53260166480895],
]


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("~ 1", "intrcpt"),
        ("", "intrcpt"),
        ("~ ablat", "intrcpt ablat"),
        ("~ ablat - 1", "ablat"),
        ("~ alloc", "intrcpt allocrandom allocsystematic"),
        ("~ 0 + alloc", "allocalternate allocrandom allocsystematic"),
        (
            "~ ablat * alloc",
            "intrcpt ablat allocrandom allocsystematic ablat:allocrandom ablat:allocsystematic",
        ),
        ("~ (ablat + year)^2", "intrcpt ablat year ablat:year"),
        ("ablat + year - ablat", "intrcpt year"),
        ("~ I(ablat/10)", "intrcpt I(ablat/10)"),
    ],
)
def test_columns_have_the_names_that_r_gives(formula, names):
    found = design(formula, BCG)
    assert found.names == tuple(names.split())
    assert found.X.shape == (13, len(found.names))


def test_functions_have_the_values_that_r_gives():
    found = design("~ log(ablat) + I(year^2) + poly(ablat, 2)", BCG)
    assert found.names[3:] == ("poly(ablat, 2)1", "poly(ablat, 2)2")
    assert found.terms == ("intrcpt", "log(ablat)", "I(year^2)", *["poly(ablat, 2)"] * 2)
    assert found.X[:2] == pytest.approx(np.array(R_ROWS), rel=1e-12)


def test_columns_of_one_term_carry_its_name():
    found = design("~ ablat + alloc + ablat:alloc", BCG)
    assert found.terms == ("intrcpt", "ablat", *["alloc"] * 2, *["ablat:alloc"] * 2)


def test_numbers_as_levels_are_sorted_as_numbers():
    found = design("~ factor(x)", {"x": [10, 9, 10, 2]})
    assert found.names == ("intrcpt", "factor(x)9", "factor(x)10")
    assert found.X[:, 1].tolist() == [0, 1, 0, 0]


def test_truths_are_levels_as_in_r():
    assert design("~ x", {"x": [True, False]}).names == ("intrcpt", "xTRUE")


def test_centering_and_dots_in_names_are_understood():
    found = design("~ center(or.lb)", {"or.lb": [1.0, 2.0, 6.0]})
    assert found.X[:, 1].tolist() == [-2.0, -1.0, 3.0]
    assert found.names[1] == "center(or.lb)"


def test_levels_with_operators_in_their_text_stay_texts():
    found = design("~ x", {"x": ["a:b", "a[T.c]", "__import__('os')"]})
    assert found.names == ("intrcpt", "xa:b", "xa[T.c]")


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')",
        "ablat.__class__",
        "I(ablat.mean())",
        "eval(ablat)",
        "I(open)",
        "I(__builtins__)",
        "log(ablat, 2)",
        "I(exec)",
        "I(ablat if year else 1)",
        "I([ablat])",
        "ablat; year",
        "`ablat`",
        "ablat @ year",
        "ablat | year",
        "{ablat}",
        "C(alloc)(ablat)",
        "I(alloc)",
        "factor(ablat + year)",
        "poly(ablat, 99)",
        "poly(ablat, year)",
        "log(",
        "((ablat)",
        "ablat year",
        "ablat +",
        "ablat^99999999",
        "ablat + 2",
        "ablat / year",
        "0",
        "y ~ ablat",
        "I(9^9^9^9)",
        "I(" * 300 + "ablat" + ")" * 300,
        "ablat + " * 500 + "year",
        " * ".join(["ablat"] * 13),
    ],
)
def test_whatever_is_not_a_formula_of_moderators_is_refused(formula):
    with pytest.raises(InputError, match="formula|not finite"):
        design(formula, BCG)


def test_unknown_names_are_refused_with_what_there_is():
    with pytest.raises(InputError) as refused:
        design("~ latitude + alloc + cos(year)", BCG)
    first, second = refused.value.problems
    assert first == "formula: no column 'latitude'; there are ablat, year, alloc"
    assert second.startswith("formula: no function 'cos'; there are I, log")


def test_every_missing_value_is_named_by_its_row():
    with pytest.raises(InputError) as refused:
        design("~ x + y", {"x": [1.0, None, 3.0], "y": ["a", "b", ""], "z": [None] * 3})
    assert refused.value.problems == ("row 1: x is missing", "row 2: y is missing")


def test_values_that_a_function_cannot_take_are_named_by_their_row():
    with pytest.raises(InputError, match=r"row 1: log\(x\) is -inf"):
        design("~ log(x)", {"x": [1.0, 0.0]})


def test_columns_must_exist_and_have_one_length():
    with pytest.raises(InputError, match="no columns"):
        design("~ 1", {})
    with pytest.raises(InputError, match="different lengths"):
        design("~ x", {"x": [1.0], "y": [1.0, 2.0]})
