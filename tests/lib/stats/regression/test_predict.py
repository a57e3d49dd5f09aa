"""workflow/lib/stats/regression/predict.py against the intervals in use and at its edges."""

import json
from pathlib import Path

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import mean_and_error, predict, probability_above

REFERENCE = Path(__file__).parents[3] / "reference"
EFFECTS = json.loads((REFERENCE / "pooling_metafor.json").read_text())["effects"]
METAFOR = json.loads((REFERENCE / "metafor/predict.json").read_text())["cases"]
BCG = EFFECTS["bcg_rr"]
MODEL = linear_model(BCG["yi"], BCG["vi"])
YEARS = np.array([48, 49, 60, 77, 73, 53, 73, 80, 68, 61, 74, 69, 76], float)


def of_bcg(test, distribution, **options):
    fit = fit_linear(MODEL, method="REML", test=test)
    return predict(MODEL, fit, distribution=distribution, **options)


@pytest.mark.parametrize(
    ("test", "distribution", "lower", "upper", "law"),
    [
        ("z", "default", -1.8667, 0.4376, "PI z"),
        ("t", "default", -1.9953, 0.5663, "PI t(12)"),
        ("z", "t", -1.9953, 0.5663, "PI t(12)"),
        ("z", "riley", -2.0084, 0.5793, "PI t(11)"),
        ("knha", "default", -1.9960, 0.5670, "PI t(12)"),
        ("knha", "riley", -2.0091, 0.5800, "PI t(11)"),
    ],
)
def test_every_prediction_interval_in_use_has_its_value_and_its_tag(
    test, distribution, lower, upper, law
):
    found = of_bcg(test, distribution)
    # four printed decimals: normal, HTS with k - 1 and k - 2, Partlett & Riley (2017)
    assert (found.pi_lb[0], found.pi_ub[0]) == pytest.approx((lower, upper), abs=5e-5)
    assert law in found.tag
    assert found.tag.startswith(f"REML, {test}, CI ")


@pytest.mark.parametrize(
    ("test", "lower", "upper"), [("z", -1.0669, -0.3622), ("knha", -1.1084, -0.3206)]
)
def test_the_confidence_interval_is_that_of_the_test(test, lower, upper):
    found = of_bcg(test, "riley")
    assert (found.ci_lb[0], found.ci_ub[0]) == pytest.approx((lower, upper), abs=5e-5)


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_the_default_is_the_interval_of_the_pooled_mean(test):
    pooled = random_effects(BCG["yi"], BCG["vi"], method="REML", test=test)
    found = of_bcg(test, "default")
    for name in ("ci_lb", "ci_ub", "pi_lb", "pi_ub"):
        assert getattr(found, name)[0] == pytest.approx(getattr(pooled, name), rel=1e-10), name


@pytest.mark.parametrize(
    "case", [c for c in METAFOR if "prob_raw" in c], ids=lambda c: c["effects"]
)
def test_probabilities_above_a_threshold_agree_with_metafor(case):
    entry = json.loads((REFERENCE / "metafor/effects.json").read_text())["effects"]
    data = next(e for e in entry if e["id"] == case["effects"])
    model = linear_model(data["yi"], data["vi"])
    fit = fit_linear(model, method="REML", test="z")
    found = probability_above(predict(model, fit), -0.2)
    assert found == pytest.approx((case["prob_raw"],), rel=1e-9)


def test_the_median_of_the_prediction_has_half_of_the_probability_above():
    found = of_bcg("knha", "default")
    assert probability_above(found, found.pred[0]) == (0.5,)
    assert probability_above(found, found.pi_ub[0]) == pytest.approx((0.025,), rel=1e-9)


def test_equal_effects_have_no_prediction_interval_and_say_why():
    fit = fit_linear(MODEL, method="EE")
    found = predict(MODEL, fit)
    assert (found.pi_se, found.pi_df, found.pi_lb, found.pi_ub) == (None, None, None, None)
    assert "equal" in found.reasons["pi_lb"]
    assert probability_above(found, 0.0) is None
    assert found.tag.endswith("no PI")


def test_a_prediction_without_width_is_a_point():
    model = linear_model([0.3, 0.3, 0.3], [0.1, 0.2, 0.3])
    found = predict(model, fit_linear(model, method="REML", test="knha"))
    assert (found.pi_lb, found.pi_ub) == (found.pred, found.pred)
    assert [probability_above(found, t)[0] for t in (0.0, 1.0)] == [1.0, 0.0]


def test_a_fixed_tau2_costs_no_degree_of_freedom():
    fit = fit_linear(MODEL, test="knha", tau2=0.1)
    assert predict(MODEL, fit, distribution="riley").pi_df == 12


def test_two_studies_leave_one_degree_of_freedom():
    model = linear_model([0.3, 0.5], [0.1, 0.2])
    found = predict(model, fit_linear(model, method="REML"), distribution="riley")
    assert found.pi_df == 1


def test_rows_are_the_studies_unless_others_are_given():
    X = np.column_stack([np.ones(13), YEARS])
    model = linear_model(BCG["yi"], BCG["vi"], X)
    fit = fit_linear(model, method="REML", test="knha")
    vb, beta = np.array(fit.vb), np.array(fit.beta)
    own, new = predict(model, fit), predict(model, fit, [[1, 50], [1, 60], [1, 90]], level=90.0)
    assert own.pred == pytest.approx(X @ beta, rel=1e-10)
    assert own.se == pytest.approx(np.sqrt(((X @ vb) * X).sum(axis=1)), rel=1e-8)
    assert (len(own.pred), len(new.pred), new.level) == (13, 3, 90.0)


def test_years_of_four_digits_cost_the_standard_errors_no_digits():
    near, far = (
        linear_model(BCG["yi"], BCG["vi"], np.column_stack([np.ones(13), shift + YEARS]))
        for shift in (-60.0, 1e6)
    )
    fits = [fit_linear(model, method="DL") for model in (near, far)]
    errors = [mean_and_error(model, fit)[1] for model, fit in zip((near, far), fits, strict=True)]
    # shifted by 1e6 the variance of the intercept is 1e12 times that of a prediction
    assert errors[1] == pytest.approx(errors[0], rel=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"distribution": "normal"}, "admissible are default, simple, riley, t"),
        ({"level": 100.0}, "between 0 and 100"),
        ({"at": [[1.0, 2.0]]}, "a row of moderators needs intrcpt"),
        ({"at": [[np.nan]]}, "row 0: intrcpt is nan"),
    ],
)
def test_what_cannot_be_predicted_is_refused(options, message):
    fit = fit_linear(MODEL, method="REML")
    with pytest.raises(InputError, match=message):
        predict(MODEL, fit, **options)
