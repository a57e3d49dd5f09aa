"""workflow/lib/stats/student.py against tables, and its refusals."""

import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.student import (
    above_chi2,
    above_f,
    below,
    check_test,
    quantile,
    two_sided,
)


@pytest.mark.parametrize(
    ("level", "df", "printed"),
    [(95.0, None, 1.959964), (90.0, None, 1.644854), (95.0, 3, 3.182446), (99.0, 12, 3.054540)],
)
def test_quantiles_are_those_of_the_tables(level, df, printed):
    assert quantile(level, df) == pytest.approx(printed, abs=5e-7)
    assert two_sided(quantile(level, df), df) == pytest.approx(1.0 - level / 100.0, rel=1e-9)


def test_upper_tails_are_those_of_the_tables():
    assert above_chi2(3.841459, 1) == pytest.approx(0.05, abs=1e-7)
    assert above_f(4.747225, 1, 12) == pytest.approx(0.05, abs=1e-7)
    assert below(0.0, 4) == below(0.0) == 0.5


def test_an_unknown_test_and_a_wrong_level_are_refused_at_once():
    with pytest.raises(InputError) as refusal:
        check_test("HKSJ", 0.0)
    assert len(refusal.value.problems) == 2
