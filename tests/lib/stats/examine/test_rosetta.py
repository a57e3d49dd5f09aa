"""workflow/lib/stats/examine/rosetta.py: the same effects, the numbers of each program."""

import numpy as np
import pytest

from tests.agreement import effects
from workflow.lib.stats.examine.rosetta import SOFTWARE, rosetta

# thirteen trials of BCG, log risk ratios: published beside the definitions they follow
INTERVALS = {
    "metafor": ((-1.0669, -0.3622), (-1.8667, 0.4376), 92.2214),
    "meta 7": ((-1.0669, -0.3622), (-2.0084, 0.5793), 92.1173),
    "meta 8": ((-1.0669, -0.3622), (-1.9953, 0.5663), 92.1173),
    "Stata": ((-1.0669, -0.3622), (-2.0084, 0.5793), 92.2214),
    "RevMan 2025": ((-1.1084, -0.3206), (-1.9960, 0.5670), 92.2214),
}


@pytest.fixture(scope="module")
def bcg():
    yi, vi, *_ = effects("bcg_rr")
    made = rosetta(yi, vi)
    return {one.name: one for one in made.software}


@pytest.mark.parametrize("name", INTERVALS)
def test_each_program_has_its_own_intervals_and_its_own_share(bcg, name):
    (ci_lb, ci_ub), (pi_lb, pi_ub), share = INTERVALS[name]
    found = bcg[name]
    assert (found.ci_lb, found.ci_ub) == pytest.approx((ci_lb, ci_ub), abs=5e-5)
    assert (found.pi_lb, found.pi_ub) == pytest.approx((pi_lb, pi_ub), abs=1e-4)
    assert abs(found.I2 - share) <= 5e-5


def test_revman_5_pools_by_dersimonian_and_laird_without_a_prediction_interval(bcg):
    found = bcg["RevMan 5"]
    assert found.beta == pytest.approx(-0.714117, abs=5e-7)
    assert found.tau2 == pytest.approx(0.308760, abs=5e-7)
    assert (found.pi_lb, found.pi_ub) == (None, None)


def test_two_studies_have_no_interval_with_no_degree_of_freedom():
    made = rosetta(np.array([0.2, 0.5]), np.array([0.04, 0.05]))
    found = {one.name: one for one in made.software}
    assert found["metafor"].ci_lb == pytest.approx(0.041, abs=5e-4)
    assert found["RevMan 2025"].ci_lb == pytest.approx(-1.561, abs=5e-4)
    assert found["Stata"].pi_lb is None
    assert found["meta 8"].pi_lb is not None


def test_one_study_is_the_same_everywhere():
    made = rosetta(np.array([0.2]), np.array([0.04]))
    assert {one.beta for one in made.software} == {0.2}
    assert len(made.software) == len(SOFTWARE)
