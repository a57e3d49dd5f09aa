"""workflow/lib/audit/with_statsmodels.py: what statsmodels has, and a reason for what it has not."""

import pytest

from workflow.lib.audit.engines import QUANTITIES
from workflow.lib.audit.with_statsmodels import with_statsmodels
from workflow.lib.stats.pooling import random_effects

YI, VI = (0.3, 0.9, 0.1, 0.55), (0.02, 0.1, 0.05, 0.03)
ALIKE = (0.30, 0.31, 0.30, 0.29)  # Q is below its degrees of freedom


def both(yi, method, test, level=90.0):
    values, reasons = with_statsmodels(yi, VI, method=method, test=test, level=level)
    return values, reasons, random_effects(yi, VI, method=method, test=test, level=level)


@pytest.mark.parametrize("method", ["EE", "FE", "DL", "PM", "EB"])
@pytest.mark.parametrize("test", ["z", "t", "knha"])
def test_what_statsmodels_has_agrees(method, test):
    values, reasons, ours = both(YI, method, test)
    assert {"k", "beta", "se", "ci_lb", "ci_ub", "QE", "QEp", "I2_Q"} <= set(values)
    for name, value in values.items():
        # 1e-8: its iteration for PM stops at Q within 1e-10 of k - 1
        assert value == pytest.approx(getattr(ours, name), rel=1e-8), name
    assert not set(reasons) & set(values)


def test_an_estimator_that_it_does_not_have_leaves_what_rests_on_no_estimator():
    values, reasons, ours = both(YI, "REML", "adhoc")
    assert set(values) == {"k", "QE", "QEp", "I2_Q"}
    assert values["QE"] == pytest.approx(ours.QE, rel=1e-12)
    assert reasons["beta"] == "statsmodels has no estimator REML of tau2; it has DL and PM"
    assert "tau2" in reasons


def test_the_ad_hoc_correction_is_not_there_but_the_mean_is():
    values, reasons, ours = both(YI, "DL", "adhoc")
    assert values["beta"] == pytest.approx(ours.beta, rel=1e-12)
    assert "se" not in values
    assert "ad hoc" in reasons["se"]


def test_a_tau2_that_is_not_cut_off_at_zero_is_said_to_differ_on_purpose():
    vi = (0.02, 0.021, 0.019, 0.02)
    values, reasons = with_statsmodels(ALIKE, vi, method="DL", test="z", level=95.0)
    ours = random_effects(ALIKE, vi, method="DL", test="z", level=95.0)
    assert ours.tau2 == 0
    assert values["tau2"] < 0
    assert values["I2_Q"] < 0
    for name in ("tau2", "beta", "se", "ci_lb", "ci_ub", "I2_Q"):
        assert reasons[name] == "statsmodels does not cut off at 0"


def test_a_negative_tau2_that_leaves_no_mean_is_told_and_not_printed():
    values, reasons, _ = both(ALIKE, "DL", "z")
    assert all(value == value for value in values.values())
    assert reasons["se"] == "statsmodels does not cut off at 0"


def test_paule_mandel_is_zero_where_ours_is():
    values, reasons, ours = both(ALIKE, "PM", "z")
    assert values["tau2"] == ours.tau2 == 0
    assert "tau2" not in reasons


@pytest.mark.parametrize("method", ["EE", "DL", "PM", "REML"])
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_every_quantity_has_a_number_or_a_reason(method, test):
    values, reasons, ours = both(YI, method, test)
    for name in QUANTITIES:
        missing = getattr(ours, name) is None
        assert name in values or reasons.get(name) or missing, name


@pytest.mark.parametrize("k", [0, 1])
def test_fewer_than_two_studies_are_not_pooled(k):
    values, reasons = with_statsmodels(YI[:k], VI[:k], method="DL", test="z", level=95.0)
    assert values == {}
    assert reasons == {"": "statsmodels pools at least 2 studies"}


def test_equal_effects_have_no_share_of_heterogeneity_and_no_warning():
    values, _ = with_statsmodels((0.5, 0.5), (0.1, 0.1), method="PM", test="z", level=95.0)
    assert values["QE"] == pytest.approx(0.0, abs=1e-15)
    assert values["tau2"] == 0
