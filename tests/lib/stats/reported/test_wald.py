"""workflow/lib/stats/reported/wald.py: intervals and tests; metafor's values are in the oracle."""

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from workflow.lib.errors import InputError
from workflow.lib.stats.reported.wald import wald_variances

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=50)


def one(level=95.0, transf=None, **printed):
    found = wald_variances({name: [x] for name, x in printed.items()}, level=level, transf=transf)
    names = ("yi", "vi", "sources", "notes", "reasons")
    return {name: getattr(found, name)[0] for name in names}


def test_the_interval_is_preferred_to_the_test():
    both = one(est=1.0, ci_lb=0.5, ci_ub=1.5, zval=9.0, pval=0.2)
    assert both["sources"] == "ci"
    assert both["vi"] == one(est=1.0, ci_lb=0.5, ci_ub=1.5)["vi"]
    assert one(est=1.0, zval=2.0, pval=0.2)["vi"] == 0.25


def test_one_bound_is_enough_where_the_estimate_is_there():
    lower = one(est=1.0, ci_lb=0.5)
    assert lower["sources"] == "one bound"
    assert lower["vi"] == pytest.approx(one(est=1.0, ci_lb=0.5, ci_ub=1.5)["vi"], rel=1e-14)
    assert "no interval" in one(ci_lb=0.5)["reasons"]


@LAW
@given(st.floats(-5, 5), st.floats(0.01, 5), st.sampled_from([80.0, 90.0, 95.0, 99.0]))
def test_what_was_printed_gives_back_the_variance(est, se, level):
    z = float(ndtri(0.5 + level / 200.0))
    whole = one(est=est, ci_lb=est - z * se, ci_ub=est + z * se, level=level)
    assert whole["vi"] == pytest.approx(se**2, rel=1e-9)  # bounds lose digits to the estimate
    assert whole["notes"] is None
    if 0.01 < abs(est / se) < 20.0:
        assert one(est=est, zval=est / se)["vi"] == pytest.approx(se**2, rel=1e-12)
        p = 2.0 * float(ndtr(-abs(est / se)))
        assert one(est=est, pval=p)["vi"] == pytest.approx(se**2, rel=1e-9)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ({"est": 1.0}, "no interval, test statistic or p-value"),
        ({"est": 1.0, "ci_lb": 2.0, "ci_ub": 1.5}, "wrong order"),
        ({"est": 1.0, "ci_lb": 1.2}, "wrong order"),
        ({"est": 1.0, "ci_lb": 1.0, "ci_ub": 1.0}, "says nothing"),
        ({"est": 1.0, "zval": 0.0}, "says nothing"),
        ({"est": 0.0, "zval": 1.0}, "says nothing"),
        ({"est": 1.0, "pval": 0.0}, "above 0 and at most 1"),
        ({"est": 1.0, "pval": 1.2}, "above 0 and at most 1"),
        ({"est": 1.0, "pval": 1.0}, "says nothing"),
        ({"est": 1.0, "ci_lb": 0.5, "ci_ub": 1.5, "level": 0.0}, "level 0.0"),
    ],
)
def test_rows_without_a_variance_say_why(printed, reason):
    found = one(**printed)
    assert found["vi"] is None
    assert reason in found["reasons"]
    assert found["yi"] == printed["est"]


def test_a_missing_estimate_leaves_the_variance():
    found = one(ci_lb=0.4, ci_ub=1.9, transf=log)
    assert found["yi"] is None
    assert found["reasons"] == "missing: est"
    assert found["vi"] == pytest.approx(0.15800082495149195, rel=1e-14)  # metafor 5.1-12


def test_what_has_no_logarithm_is_told():
    assert one(est=-1.0, zval=2.0, transf=log)["reasons"].startswith("est has no value")


def test_bounds_at_or_below_zero_leave_the_other_bound():
    found = one(est=0.15, ci_lb=0.0, ci_ub=0.4, transf=log)
    assert found["sources"] == "one bound"
    assert found["notes"] == "ci_lb has no value on the analysis scale"


@pytest.mark.parametrize(
    ("printed", "note"),
    [
        ({"est": 3.0, "ci_lb": 0.5, "ci_ub": 1.5}, "outside its interval"),
        ({"est": 1.2, "ci_lb": 0.5, "ci_ub": 1.5}, "not midway"),
        ({"est": 1.0, "zval": -2.0}, "opposite signs"),
    ],
)
def test_what_does_not_fit_together_is_noted_beside_the_variance(printed, note):
    found = one(**printed)
    assert found["vi"] is not None
    assert note in found["notes"]


def test_columns_that_do_not_exist_are_refused():
    with pytest.raises(InputError, match="column 'or'"):
        wald_variances({"or": [1.0]})


def test_no_rows_give_no_rows():
    assert wald_variances({"est": []}).yi == ()
