"""workflow/lib/stats/counts/mantel_haenszel.py and homogeneity.py at empty cells and by laws."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError
from workflow.lib.stats.counts.homogeneity import expected_events
from workflow.lib.stats.counts.mantel_haenszel import leave_one_out, mantel_haenszel
from workflow.lib.stats.counts.tables import Zeros, person_time, two_by_two

# empty cells in one arm (rows 1, 2), in both (rows 3, 5): events never, or always
SPARSE = two_by_two(
    [5, 0, 3, 0, 10, 7], [20, 15, 0, 12, 40, 0], [8, 2, 6, 0, 12, 5], [22, 14, 4, 11, 35, 0]
)
RATES = person_time(
    [5, 0, 3, 0, 10], [20.5, 15, 30, 12, 40], [8, 2, 6, 0, 12], [22, 14, 4, 11, 35.5]
)
BOTH = Zeros((0.5, 0.5), ("only0", "only0"), (False, False))
# metafor 3.8-1 on these counts: (measure, zeros) -> b, se, QE, QEp, k_yi, MH, TA, TAp
METAFOR = {
    ("OR", "default"): (
        *(-0.301011329353119, 0.363727712518698, 2.08692327735502, 0.554562800238589, 4),
        *(0.411809217814474, 3.75750925831267, 0.28886735226695),
    ),
    ("OR", "both"): (
        *(-0.273393556867336, 0.344555675039113, 2.18424865768414, 0.823107868919874, 6),
        *(0.380567961398337, 2.53663369917368, 0.770968139836681),
    ),
    ("RR", "default"): (
        *(-0.16488534899072, 0.196621684911216, 4.09466388851606, 0.251421906411865, 4),
        *(None, None, None),
    ),
    ("RR", "both"): (
        *(-0.15480355449012, 0.193436194846875, 5.35589677195156, 0.374006109737108, 6),
        *(None, None, None),
    ),
    ("RD", "default"): (
        *(-0.0405518680857559, 0.0488381841619945, 2.83075269569266, 0.41846246438666, 4),
        *(None, None, None),
    ),
    ("IRR", "default"): (
        *(-0.772274796443771, 0.283450984548194, 9.47244018269651, 0.0236263652780696, 4),
        *(6.94793435836089, None, None),
    ),
    ("IRR", "both"): (
        *(-0.742219656958644, 0.277294371206639, 9.6218024945039, 0.0473037564822155, 5),
        *(6.68411978184903, None, None),
    ),
    ("IRD", "default"): (
        *(-0.193815538606986, 0.0815467940328943, 4.90566805162557, 0.178836353501655, 4),
        *(None, None, None),
    ),
}
REL = 1e-11  # sums of a few terms in both; metafor's output was printed with 15 digits
counts = st.lists(st.tuples(*[st.integers(1, 60)] * 4), min_size=1, max_size=6)


def tables_of(rows):
    return two_by_two(*np.array(rows).T)


@pytest.mark.parametrize("case", METAFOR, ids="-".join)
def test_sparse_tables_agree_with_metafor(case):
    measure, zeros = case
    tables = RATES if measure.startswith("IR") else SPARSE
    fit = mantel_haenszel(tables, measure, zeros=BOTH if zeros == "both" else None)
    found = (fit.beta, fit.se, fit.QE, fit.QEp, fit.k_yi, fit.MH, fit.TA, fit.TAp)
    for one, other in zip(found, METAFOR[case], strict=True):
        assert one == (None if other is None else pytest.approx(other, rel=REL))
    assert fit.k == tables.k
    missing = {name for name in fit.__slots__ if getattr(fit, name) is None}
    assert missing - {"k_pos"} == set(fit.reasons)


def test_additions_differ_for_studies_and_pool():
    # metafor 3.8-1: add = c(1/2, 1/4), to = c("all", "if0all")
    fit = mantel_haenszel(SPARSE, zeros=Zeros((0.5, 0.25), ("all", "if0all")))
    assert fit.beta == pytest.approx(-0.279633455298438, rel=REL)
    assert pytest.approx((2.07950850924197, 3.01889340704816), rel=REL) == (fit.QE, fit.TA)
    assert (fit.k_pos, fit.TA_df) == (6, 5)


@given(row=st.tuples(*[st.integers(1, 500)] * 4))
@settings(max_examples=25, deadline=None)
def test_one_table_gives_its_own_odds_ratio_and_woolfs_error(row):
    fit = mantel_haenszel(tables_of([row]))
    a, b, c, d = row
    assert fit.beta == pytest.approx(log(a * d / (b * c)), abs=1e-12)
    assert fit.se == pytest.approx(sqrt(1 / a + 1 / b + 1 / c + 1 / d), rel=1e-12)
    assert fit.QE is None
    assert "two tables" in fit.reasons["QE"]


@given(rows=counts)
@settings(max_examples=25, deadline=None)
def test_swapping_the_groups_changes_the_sign_only(rows):
    a, b, c, d = np.array(rows).T
    for measure in ("OR", "RR", "RD"):
        one = mantel_haenszel(two_by_two(a, b, c, d), measure)
        other = mantel_haenszel(two_by_two(c, d, a, b), measure)
        assert one.beta == pytest.approx(-other.beta, abs=1e-12)
        assert one.se == pytest.approx(other.se, rel=1e-9)


@given(rows=counts, factor=st.floats(0.1, 10.0))
@settings(max_examples=25, deadline=None)
def test_expected_events_keep_margins_and_odds_ratio(rows, factor):
    t = tables_of(rows)
    a = expected_events(t, factor)
    b, c = t.ai + t.bi - a, t.ai + t.ci - a
    d = t.ci + t.di - c
    assert (np.minimum.reduce([a, b, c, d]) > 0).all()
    assert a * d == pytest.approx(factor * b * c, rel=1e-9)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "IRR", "IRD"])
@pytest.mark.parametrize("zeros", [None, BOTH, Zeros((0.5, 0.5), ("if0all", "if0all"))])
def test_leaving_one_out_is_pooling_the_rest(measure, zeros):
    tables = RATES if measure.startswith("IR") else SPARSE
    left = leave_one_out(tables, measure, zeros=zeros)
    for i in range(tables.k):
        rest = mantel_haenszel(tables.rows(np.delete(np.arange(tables.k), i)), measure, zeros=zeros)
        for name in ("beta", "se", "ci_lb", "QE"):
            assert getattr(left, name)[i] == pytest.approx(getattr(rest, name), rel=1e-10), name


def test_no_heterogeneity_is_claimed_where_one_table_with_an_own_estimate_is_left():
    # the third table has nothing but events: metafor 3.8-1's leave1out has Q of one study there, 0
    tables = two_by_two([20, 5, 30], [0, 10, 0], [18, 3, 30], [2, 14, 0])
    left = leave_one_out(tables, "RR")
    assert np.isnan(left.QE).tolist() == [True, True, False]
    assert left.QE[2] == pytest.approx(1.6159930857299747, rel=1e-12)
    assert np.isfinite(left.beta).all()
    assert "two tables" in left.reason


def test_one_dominant_table_costs_no_digits_when_it_is_left_out():
    tables = two_by_two([3, 4, 30_000_000], [50, 60, 7e8], [5, 3, 4e7], [45, 62, 7e8])
    rest = mantel_haenszel(tables.rows([0, 1]))
    left = leave_one_out(tables)
    assert left.beta[2] == pytest.approx(rest.beta, rel=1e-14)
    assert left.se[2] == pytest.approx(rest.se, rel=1e-14)


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_events_in_one_group_only_have_no_ratio_but_a_test(measure):
    fit = mantel_haenszel(two_by_two([0, 0], [10, 20], [3, 2], [10, 30]), measure)
    assert fit.beta is fit.se is fit.QE is None
    assert "missing in one group" in fit.reasons["beta"]
    assert fit.weights == () or sum(fit.weights) == pytest.approx(100.0)
    if measure == "OR":
        expected = 2.18295819922974  # metafor 3.8-1
        assert abs(fit.MH - expected) < 1e-12


def test_empty_tables_have_a_risk_difference_of_zero_without_a_test():
    fit = mantel_haenszel(two_by_two([0, 0], [10, 20], [0, 0], [10, 30]), "RD")
    assert (fit.beta, fit.se, fit.k_yi) == (0.0, 0.0, 0)
    assert fit.stat is fit.pval is fit.QE is None
    assert set(fit.reasons) >= {"stat", "pval", "QE"}


def test_no_table_is_answered():
    fit = mantel_haenszel(two_by_two([], [], [], []))
    assert fit.k == 0
    assert fit.reasons["beta"] == "no table"


def test_a_variance_ratio_of_a_million_stays_finite():
    fit = mantel_haenszel(two_by_two([1, 1e6], [2, 2e6], [2, 1e6], [1, 3e6]))
    assert fit.beta == pytest.approx(log(1.5), abs=1e-5)
    assert fit.QE >= 0.0


def test_measures_and_tables_must_fit():
    with pytest.raises(InputError, match="person_time"):
        mantel_haenszel(SPARSE, "IRR")
    with pytest.raises(InputError, match="admissible are OR, RR"):
        mantel_haenszel(SPARSE, "SMD")
    with pytest.raises(InputError, match="level 100"):
        mantel_haenszel(SPARSE, level=100)
