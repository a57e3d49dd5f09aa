"""workflow/lib/stats/counts/peto.py against metafor at empty cells, by laws and at its edges."""

import numpy as np
import pytest

from workflow.lib.stats.counts.peto import leave_one_out, peto
from workflow.lib.stats.counts.tables import Zeros, two_by_two

SPARSE = two_by_two(
    [5, 0, 3, 0, 10, 7], [20, 15, 0, 12, 40, 0], [8, 2, 6, 0, 12, 5], [22, 14, 4, 11, 35, 0]
)
# metafor 3.8-1: b, se, QE, QEp
METAFOR = [
    (Zeros(), (-0.293532215393221, 0.35771303522709, 3.6143876492683, 0.306226640978215)),
    (
        Zeros(drop00=(False, False)),
        (-0.293532215393221, 0.35771303522709, 3.6143876492683, 0.606154353538316),
    ),
    (
        Zeros((0.5, 0.5), ("only0", "only0")),
        (-0.266712990750095, 0.339128398567806, 2.44336822448321, 0.485612700219212),
    ),
]


@pytest.mark.parametrize(("zeros", "expected"), METAFOR)
def test_sparse_tables_agree_with_metafor(zeros, expected):
    fit = peto(SPARSE, zeros=zeros)
    assert (fit.beta, fit.se, fit.QE, fit.QEp) == pytest.approx(expected, rel=1e-11)


def test_events_in_one_group_only_are_pooled():
    fit = peto(two_by_two([0, 0], [10, 20], [3, 2], [10, 30]))
    # metafor 3.8-1, printed with four decimals
    assert (fit.beta, fit.se) == pytest.approx((-1.8281, 0.9389), abs=5e-5)


def test_tables_without_events_cannot_be_pooled():
    fit = peto(two_by_two([0, 0], [10, 20], [0, 0], [10, 30]))
    assert fit.beta is None
    assert fit.weights == ()
    assert fit.reasons["beta"] == "one of the two outcomes never occurs in any table"


@pytest.mark.parametrize("k", [0, 1])
def test_fewer_than_two_tables_have_no_heterogeneity(k):
    fit = peto(SPARSE.rows(slice(0, k)))
    assert fit.QE is None
    assert (fit.beta is None) == (k == 0)


def test_leaving_one_out_is_pooling_the_rest():
    left = leave_one_out(SPARSE)
    for i in range(SPARSE.k):
        rest = peto(SPARSE.rows(np.delete(np.arange(SPARSE.k), i)))
        for name in ("beta", "se", "ci_ub", "QE"):
            assert getattr(left, name)[i] == pytest.approx(getattr(rest, name), rel=1e-12), name


def test_of_two_tables_one_is_left_without_heterogeneity():
    left = leave_one_out(two_by_two([1, 3], [9, 9], [2, 8], [9, 6]))
    assert np.isnan(left.QE).all()
    assert np.isfinite(left.beta).all()
    assert "two tables" in left.reason


def test_a_table_of_one_person_per_group_counts():
    fit = peto(two_by_two([1], [0], [0], [1]))
    assert fit.beta == pytest.approx(2.0)  # (1 - 1/2) / (1/4)
