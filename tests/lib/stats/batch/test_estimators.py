"""workflow/lib/stats/batch/estimators.py knows the methods that single fits know."""

from workflow.lib.stats import tau2
from workflow.lib.stats.batch.estimators import ESTIMATORS


def test_no_method_of_single_fits_is_missing():
    assert set(ESTIMATORS) == set(tau2.ESTIMATORS)
