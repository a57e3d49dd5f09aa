"""workflow/lib/stats/examine/flatten.py: any result as named numbers."""

from dataclasses import dataclass

import numpy as np
import pytest

from workflow.lib.stats.examine.flatten import flatten, safe


@dataclass(frozen=True)
class Inner:
    beta: float
    method: str = "REML"


@dataclass(frozen=True)
class Result:
    beta: object = 1.0
    method: str = "REML"
    names: tuple = ()
    reasons: object = None
    reason: str = ""


def test_a_scalar_keeps_its_name_and_what_echoes_the_call_is_left_out():
    found = flatten(Result(2.5), 3)
    assert found.values == {"beta": 2.5}
    assert found.by_study == {}


def test_a_list_of_k_values_belongs_to_the_studies():
    assert flatten(Result((1.0, 2.0, 3.0)), 3).by_study == {"beta": (1.0, 2.0, 3.0)}
    assert flatten(Result(np.array([1.0, np.nan, 3.0])), 3).by_study == {"beta": (1.0, None, 3.0)}


def test_a_list_of_another_length_is_numbered_or_takes_the_names_of_the_result():
    assert flatten(Result((1.0, 2.0)), 3).values == {"beta.1": 1.0, "beta.2": 2.0}
    named = Result((1.0, 2.0), names=("intrcpt", "year [1990)"))
    assert flatten(named, 3).values == {"beta.intrcpt": 1.0, "beta.year_1990": 2.0}


def test_members_with_names_may_have_a_value_per_study_or_members_of_their_own():
    found = flatten(
        Result({"year [1990)": (1.0, 2.0, 3.0), "oslo": {"X2": 4.0, "dfbs": {"a": 5}}}), 3
    )
    assert found.by_study == {"beta.year_1990": (1.0, 2.0, 3.0)}
    assert found.values == {"beta.oslo.X2": 4.0, "beta.oslo.dfbs.a": 5}


def test_as_many_names_as_studies_are_coefficients_not_studies():
    named = Result((1.0, 2.0), names=("intrcpt", "year"))
    assert flatten(named, 2).values == {"beta.intrcpt": 1.0, "beta.year": 2.0}


def test_results_within_results_are_named_by_their_path():
    assert flatten(Result(Inner(2.0)), 3).values == {"beta.beta": 2.0}
    found = flatten(Result((Inner(1.0), Inner(2.0, "DL"))), 2)
    assert found.values == {"beta.REML.beta": 1.0, "beta.DL.beta": 2.0}


def test_members_bring_their_reasons():
    @dataclass(frozen=True)
    class Member:
        name: str
        beta: object
        reasons: dict

    found = flatten(Result((Member("a b", None, {"beta": "no data"}),)), 3)
    assert found.values["beta.a_b.beta"] is None
    assert found.reasons["beta.a_b.beta"] == "no data"


def test_a_matrix_is_left_to_python():
    assert flatten(Result(((1.0, 0.0), (0.0, 1.0))), 3).values == {}


def test_a_missing_number_has_its_reason():
    assert flatten(Result(None, reasons={"beta": "one study"}), 1).reasons == {"beta": "one study"}
    assert flatten(Result(None, reason="no study"), 0).reasons["beta"] == "no study"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("nan")])
def test_what_is_not_finite_is_missing(number):
    assert flatten(Result(number), 3).values == {"beta": None}


@pytest.mark.parametrize(
    ("label", "part"), [("a b", "a_b"), ("t(k-2)", "t_k_2"), ("§", "x"), (1, "1")]
)
def test_labels_become_parts_of_ids(label, part):
    assert safe(label) == part
