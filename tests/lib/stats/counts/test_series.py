"""series.py against metafor and against the pool of all tables."""

import numpy as np
import pytest

from tests.agreement import table
from workflow.lib.errors import InputError
from workflow.lib.stats.counts.mantel_haenszel import mantel_haenszel
from workflow.lib.stats.counts.peto import peto
from workflow.lib.stats.counts.series import cumulative
from workflow.lib.stats.counts.tables import two_by_two

BCG = two_by_two(*(table("dat.bcg")[name] for name in ("tpos", "tneg", "cpos", "cneg")))


def test_cumulative_counts_agree_with_metafor():
    # metafor 5.2.1: cumul(rma.mh(measure = "RR")), cumul(rma.peto()), positions 2, 8 and 13
    risk = cumulative(BCG, lambda tables: mantel_haenszel(tables, "RR"))
    odds = cumulative(BCG, peto)
    found = [[risk[i].beta, risk[i].se, odds[i].beta] for i in (1, 7, 12)]
    expected = [
        [-1.351739157485988, 0.3455005826705648, -1.240086498859259],
        [-0.455156955045184, 0.0440958279770964, -0.478805003916764],
        [-0.453709604683754, 0.0393373668712944, -0.474446310940636],
    ]
    assert np.array(found) == pytest.approx(np.array(expected), rel=1e-12)
    assert (pytest.approx(0.937348031426333, rel=1e-10), None) == (risk[1].QE, risk[0].QE)
    assert risk[-1] == mantel_haenszel(BCG, "RR")


def test_an_order_is_followed_and_ties_keep_that_of_the_data():
    years = table("dat.bcg")["year"]
    found = cumulative(BCG, peto, order=years)
    rows = sorted(range(13), key=lambda row: years[row])
    assert found[5] == peto(BCG.rows(np.array(rows[:6])))


@pytest.mark.parametrize("order", [[1.0], [np.nan] * 13])
def test_an_order_that_is_none_is_refused(order):
    with pytest.raises(InputError, match="13 finite numbers"):
        cumulative(BCG, peto, order=order)
