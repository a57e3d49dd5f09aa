"""workflow/lib/stats/examine/estimates.py: other estimates of a pool, with weights of one's own."""

from dataclasses import replace

import numpy as np
import pytest

from tests.lib.stats.examine.test_catalogue import bcg
from workflow.lib.stats.examine.catalogue import PROCEDURES
from workflow.lib.stats.examine.estimates import METHODS
from workflow.lib.stats.examine.examined import examine
from workflow.lib.stats.tau2 import ESTIMATORS

WEIGHTS = (*range(1, 6), *range(1, 6), 1, 2, 3)


def weighted(**options):
    pool = replace(bcg(), test="z")
    pool.columns["weight"] = tuple(map(float, WEIGHTS))
    (found,) = examine(pool, {"weighted": {"by": "weight"} | options}, PROCEDURES)
    return found


def test_genq_with_own_weights_is_that_of_metafor():
    found = weighted(method="GENQ").values  # metafor 3.8-1, rma(weights=, method="GENQ")
    assert found["tau2"] == pytest.approx(0.358658726674446, rel=1e-12)
    assert found["se_tau2"] == pytest.approx(0.219558087136048, rel=1e-12)
    assert found["beta.intrcpt"] == pytest.approx(-0.755115916138077, rel=1e-12)
    assert found["se.intrcpt"] == pytest.approx(0.210387266782372, rel=1e-12)


def test_own_weights_leave_the_tau2_of_the_analysis_unless_a_method_is_named():
    assert weighted().values["tau2"] == pytest.approx(0.313243, abs=1e-6)  # REML
    assert weighted(method="DL").values["tau2"] == pytest.approx(0.308760, abs=1e-6)
    assert weighted(method="GENQM").values["tau2"] > 0.0
    assert weighted(method="EE").values["tau2"] == 0.0
    beta = np.average(bcg().yi, weights=WEIGHTS)
    for method in (None, "EE", "GENQ", "PM"):
        assert weighted(method=method).values["beta.intrcpt"] == pytest.approx(beta, rel=1e-12)


def test_weights_that_cannot_be_used_say_why():
    pool = bcg()
    (found,) = examine(pool, {"weighted": {"by": "alloc"}}, PROCEDURES)
    assert found.reason.startswith("alloc is not a number for 0 (random), 1 (random)")
    pool.columns["weight"] = (None, *WEIGHTS[1:])
    (found,) = examine(pool, {"weighted": {"by": "weight"}}, PROCEDURES)
    assert found.reason == "weight is not a number for 0 (empty)"
    pool.columns["weight"] = (-1.0, *WEIGHTS[1:])
    (found,) = examine(pool, {"weighted": {"by": "weight"}}, PROCEDURES)
    assert found.reason == "row 0: weight is -1.0, not finite and >= 0"


def test_the_generalised_q_interval_needs_weights_or_a_method_that_has_some():
    pool = bcg()
    pool.columns["weight"] = tuple(map(float, WEIGHTS))
    plain, own = examine(
        pool,
        {"tau2_intervals": {}, "own": {"procedure": "tau2_intervals", "by": "weight"}},
        PROCEDURES,
    )
    assert plain.values["GENQ"] is None
    assert "type GENQ needs method" in plain.reasons["GENQ"]
    low, high = own.values["GENQ.tau2_lb"], own.values["GENQ.tau2_ub"]
    assert low < weighted(method="GENQ").values["tau2"] < high
    assert own.values["QP.tau2_lb"] == pytest.approx(plain.values["QP.tau2_lb"], rel=1e-10)


def test_every_estimator_that_needs_no_weights_is_among_the_estimators():
    same = {"FE", "DLIT", "SJIT"}  # EE, and iterations that end at PM
    assert {*METHODS, *same} == set(ESTIMATORS)
