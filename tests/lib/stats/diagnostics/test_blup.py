"""workflow/lib/stats/diagnostics/blup.py against a published range, its limits and its edges."""

import numpy as np
import pytest

from tests.agreement import effects
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.diagnostics.blup import blup, ranef
from workflow.lib.stats.regression.model import linear_model

RAUDENBUSH = linear_model(*effects("raud_smd")[:2])


def test_the_range_of_raudenbush_and_bryk_1985():
    found = blup(RAUDENBUSH)
    assert min(found.pred) == pytest.approx(-0.0293, abs=5e-5)  # printed to 4 decimals
    assert max(found.pred) == pytest.approx(0.2485, abs=5e-5)


def test_a_prediction_is_the_fitted_value_plus_its_random_effect():
    one, other = blup(RAUDENBUSH, test="knha"), ranef(RAUDENBUSH, test="knha")
    assert np.ptp(np.subtract(one.pred, other.pred)) < 1e-15
    assert one.df == 18
    assert one.tag == "BLUP, REML, knha, t(18)"


def test_without_heterogeneity_all_predictions_are_the_mean():
    found, spread = blup(RAUDENBUSH, method="EE"), ranef(RAUDENBUSH, method="EE")
    assert np.ptp(found.pred) < 1e-15
    assert spread.pred == spread.se == (0.0,) * 19


def test_with_large_heterogeneity_they_are_the_effects_themselves():
    found = blup(RAUDENBUSH, tau2=1e12)
    assert found.pred == pytest.approx(RAUDENBUSH.yi, abs=1e-10)
    assert found.se == pytest.approx(np.sqrt(RAUDENBUSH.vi), rel=1e-6)


def test_few_studies_and_bad_options_are_refused():
    with pytest.raises(NotEstimable):
        blup(linear_model([0.1], [0.2]))
    with pytest.raises(InputError, match="level"):
        ranef(RAUDENBUSH, level=100.0)


def test_two_equal_effects():
    found = blup(linear_model([0.3, 0.3], [0.1, 0.2]))
    assert found.pred == pytest.approx((0.3, 0.3), rel=1e-15)
    assert found.tau2 == 0.0
