"""workflow/lib/stats/examine/examined.py: procedures by name, reasons instead of holes."""

from dataclasses import dataclass

import numpy as np
import pytest

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.examine.examined import Pool, Procedure, examine


@dataclass(frozen=True)
class Result:
    beta: float
    tag: str = "made up"
    reason: str = ""


def pool(k=3, **words):
    given = {
        "yi": np.arange(k, dtype=float),
        "vi": np.ones(k),
        "ni": (10,) * k,
        "studies": tuple(f"s{i}" for i in range(k)),
        "columns": {"year": tuple(2000.0 + i for i in range(k)), "design": ("a",) * k},
        "inputs": {},
        "method": "REML",
        "test": "z",
        "level": 95.0,
    }
    return Pool(**given | words)


def raising(error):
    def function(pool):
        raise error

    return Procedure("bad", "Bad", function, "nobody")


MEAN = Procedure("mean", "Mean", lambda pool, plus=0.0: Result(pool.yi.mean() + plus), "nobody")


def test_entries_run_under_their_own_names_with_their_options():
    wanted = {"mean": {}, "shifted": {"procedure": "mean", "plus": 2.0}}
    first, second = examine(pool(), wanted, {"mean": MEAN})
    assert (first.name, first.procedure, first.values) == ("mean", "mean", {"beta": 1.0})
    assert (second.name, second.procedure, second.values) == ("shifted", "mean", {"beta": 3.0})
    assert first.tag == "made up"


FEW = "too few studies"


@pytest.mark.parametrize("error", [NotEstimable(FEW), ConvergenceError(FEW), InputError([FEW])])
def test_what_cannot_be_computed_has_its_reason_and_no_values(error):
    (found,) = examine(pool(), {"bad": {}}, {"bad": raising(error)})
    assert (found.values, found.by_study, found.reason) == ({}, {}, "too few studies")


def test_all_entries_that_cannot_be_used_are_refused_at_once():
    wanted = {
        "mean": {"cluster": "yeer"},
        "unknown": {},
        "formula": {"procedure": "mean", "formula": "~ log(year) + designn"},
    }
    with pytest.raises(InputError) as error:
        examine(pool(), wanted, {"mean": MEAN})
    assert error.value.problems == (
        "examine.mean: there is no column 'yeer'; columns are design, year",
        "examine.unknown: procedures are mean",
        "examine.formula: there is no column 'designn'; columns are design, year",
    )


def test_without_a_study_nothing_is_computed():
    (found,) = examine(pool(0, columns={}), {"mean": {"cluster": "year"}}, {"mean": MEAN})
    assert found.reason == "no study is pooled"


def test_a_column_that_a_study_lacks_is_a_reason_with_its_name():
    some = pool(columns={"year": (2001.0, None, 2003.0)})
    with pytest.raises(NotEstimable, match="year is not known for s1"):
        some.column("year")
    with pytest.raises(NotEstimable, match="sample size is not known for s2"):
        pool(ni=(1, 2, None)).sizes()
    assert pool().sizes().tolist() == [10.0, 10.0, 10.0]
