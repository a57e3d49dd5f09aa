"""counts/residuals.py: hand values, definitions, laws and edges."""

from math import log

import numpy as np
import pytest

from tests.agreement import table
from workflow.lib.errors import InputError
from workflow.lib.stats.counts.mantel_haenszel import mantel_haenszel
from workflow.lib.stats.counts.peto import peto
from workflow.lib.stats.counts.residuals import residuals_mantel_haenszel, residuals_peto
from workflow.lib.stats.counts.tables import Zeros, person_time, two_by_two

CATHETERS = table("dat.nielweise2007")  # Niel-Weise et al. (2007): 18 trials, one without events


def catheters():
    ai, n1i, ci, n2i = (np.array(CATHETERS[name]) for name in ("ai", "n1i", "ci", "n2i"))
    return two_by_two(ai, n1i - ai, ci, n2i - ci)


def test_two_tables_by_hand():
    """Odds ratios 4 and 1, persons 20 each: R = 3.2, 1.25, S = 0.8, 1.25, so OR = 4.45 / 2.05."""
    tables = two_by_two([8, 5], [2, 5], [5, 5], [5, 5])
    common = log((8 * 5 / 20 + 5 * 5 / 20) / (2 * 5 / 20 + 5 * 5 / 20))
    raw = residuals_mantel_haenszel(tables, "OR", kind="raw")
    assert raw.resid == pytest.approx((log(4.0) - common, -common), rel=1e-12)
    assert raw.se == pytest.approx(((1 / 8 + 1 / 2 + 2 / 5) ** 0.5, (4 / 5) ** 0.5), rel=1e-12)
    deleted = residuals_mantel_haenszel(tables, "OR", kind="deleted")
    assert deleted.resid == pytest.approx((log(4.0), -log(4.0)), rel=1e-12)
    # of a single table the variance of Robins, Breslow & Greenland (1986) is Woolf's
    assert deleted.se == pytest.approx(((1.025 + 0.8) ** 0.5,) * 2, rel=1e-12)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_deleted_residual_is_the_distance_from_the_pool_of_the_others(measure):
    tables = catheters()
    found = residuals_mantel_haenszel(tables, measure)
    raw = residuals_mantel_haenszel(tables, measure, kind="raw")
    whole = mantel_haenszel(tables, measure).beta
    for j in (0, 8, 17):
        rest = mantel_haenszel(tables.rows(np.arange(18) != j), measure)
        assert found.resid[j] == pytest.approx(raw.resid[j] + whole - rest.beta, rel=1e-10)
        assert found.se[j] == pytest.approx((raw.se[j] ** 2 + rest.se**2) ** 0.5, rel=1e-10)


def test_raw_and_standardised_residuals_make_up_q():
    tables = catheters()
    found = residuals_mantel_haenszel(tables, "OR", kind="standardised")
    Q = sum(z * z for z in found.z if z is not None)
    assert pytest.approx(mantel_haenszel(tables, "OR").QE, rel=1e-12) == Q


def test_petos_residuals_of_the_pooled_scale_add_up_to_zero():
    """With nothing added: sum of V (y - beta) is 0, and the sum of z squared is Q."""
    zeros = Zeros((0.0, 0.0), ("none", "none"))
    found, pool = residuals_peto(catheters(), kind="raw", zeros=zeros), peto(catheters())
    known = [(r, s) for r, s in zip(found.resid, found.se, strict=True) if r is not None]
    assert len(known) == 17
    assert sum(r / s**2 for r, s in known) == pytest.approx(0.0, abs=1e-12)
    assert sum((r / s) ** 2 for r, s in known) == pytest.approx(pool.QE, rel=1e-12)


def test_a_table_without_events_has_no_residual_and_says_why():
    for found in (
        residuals_mantel_haenszel(catheters(), "OR"),
        residuals_peto(catheters()),
    ):
        assert CATHETERS["ai"][14] == CATHETERS["ci"][14] == 0.0
        assert [j for j, z in enumerate(found.z) if z is None] == [14]
        assert "no estimate of its own" in found.reasons["row 14"]
        assert found.tag.startswith("deleted residuals; ")


def test_one_table_has_a_raw_residual_of_zero_and_no_deleted_one():
    one = two_by_two([3], [7], [5], [5])
    assert residuals_mantel_haenszel(one, "OR", kind="raw").resid == pytest.approx(
        (0.0,), abs=1e-12
    )
    for found in (residuals_mantel_haenszel(one, "OR"), residuals_peto(one)):
        assert found.resid == found.se == found.z == (None,)
        assert found.reasons == {"row 0": "without this table there is no common effect"}


def test_no_table_has_no_residual():
    none = two_by_two([], [], [], [])
    assert residuals_mantel_haenszel(none, "RR").resid == ()
    assert residuals_peto(none).resid == ()


def test_refusals():
    rates = person_time([1, 2], [10.0, 20.0], [2, 3], [10.0, 20.0])
    assert residuals_mantel_haenszel(rates, "IRR").measure == "IRR"
    with pytest.raises(InputError, match="kind 'conditional'"):
        residuals_mantel_haenszel(rates, "IRR", kind="conditional")
    with pytest.raises(InputError, match="two_by_two"):
        residuals_mantel_haenszel(rates, "OR")
    with pytest.raises(InputError, match="kind"):
        residuals_peto(catheters(), kind="pearson")
