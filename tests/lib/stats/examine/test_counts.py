"""workflow/lib/stats/examine/counts.py: pools of counts by name, without each study and in steps."""

import numpy as np
import pytest

from tests.lib.stats.examine.test_catalogue import bcg
from workflow.lib.stats.counts.mantel_haenszel import mantel_haenszel
from workflow.lib.stats.counts.peto import peto
from workflow.lib.stats.counts.tables import two_by_two
from workflow.lib.stats.examine.catalogue import PROCEDURES
from workflow.lib.stats.examine.examined import examine


def answer(pool, procedure, **options):
    (found,) = examine(pool, {procedure: options}, PROCEDURES)
    return found


def tables():
    event_e, n_e, event_c, n_c = (
        np.array(bcg().inputs[name], float) for name in ("event_e", "n_e", "event_c", "n_c")
    )
    return two_by_two(event_e, n_e - event_e, event_c, n_c - event_c)


def test_leave_one_out_is_the_pool_of_the_others():
    found = answer(bcg(), "count_leave_one_out", measure="RR")
    rest = mantel_haenszel(tables().rows(np.arange(13) != 3), "RR")
    assert found.by_study["beta"][3] == pytest.approx(rest.beta, rel=1e-12)
    assert found.by_study["QE"][3] == pytest.approx(rest.QE, rel=1e-12)
    found = answer(bcg(), "count_leave_one_out", method="PETO")
    rest = peto(tables().rows(np.arange(13) != 3))
    assert found.by_study["ci_ub"][3] == pytest.approx(rest.ci_ub, rel=1e-12)


@pytest.mark.parametrize(("method", "pool"), [("MH", mantel_haenszel), ("PETO", peto)])
def test_the_last_step_is_the_pool_of_all_and_the_first_that_of_the_oldest(method, pool):
    found = answer(bcg(), "count_cumulative", method=method)
    years = bcg().columns["year"]
    last, first = (found.by_study["step"].index(step) for step in (13, 1))
    assert (years[last], years[first]) == (max(years), min(years))
    assert found.by_study["beta"][last] == pytest.approx(pool(tables()).beta, rel=1e-12)
    assert found.by_study["beta"][first] == pytest.approx(
        pool(tables().rows(np.array([first]))).beta, rel=1e-12
    )
    assert found.tag.startswith("cumulative by year; ")


def test_residuals_are_those_of_metafor():
    """metafor 3.8-1, rstudent(rma.mh(ai, bi, ci, di, data = dat.bcg)), trial 1 and 8."""
    found = answer(bcg(), "count_residuals")
    assert found.tag.startswith("deleted residuals; Mantel-Haenszel OR")
    assert set(found.by_study) == {"resid", "se", "z"}
    raw = answer(bcg(), "count_residuals", kind="raw").by_study["resid"]
    assert raw[0] == pytest.approx(-0.465283152481807, rel=1e-12)
    one_step = answer(bcg(), "count_residuals", method="PETO", kind="standardised")
    assert one_step.tag.startswith("standardised residuals; Peto one-step OR")


def test_what_cannot_be_says_why():
    for name in ("count_residuals", "count_leave_one_out", "count_cumulative"):
        found = answer(bcg(), name, method="PETO", measure="RR")
        assert found.reason.startswith("Peto's method pools odds ratios, not RR")
        found = answer(bcg(), name, measure="IRR")
        assert "are not made of event_e, time_e" in found.reason
