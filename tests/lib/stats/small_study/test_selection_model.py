"""workflow/lib/stats/small_study/selection_*.py: published values, metafor, definitions, laws, edges."""

import json

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from tests.lib.stats.small_study.examples import BCG, EFFECTS, HACKSHAW, METAFOR, RAUDENBUSH
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.selection_curves import CURVES, CurveWeights
from workflow.lib.stats.small_study.selection_estimates import Selection
from workflow.lib.stats.small_study.selection_likelihood import SelectionProblem
from workflow.lib.stats.small_study.selection_model import selection_model
from workflow.lib.stats.small_study.selection_weights import StepWeights

CASES = json.loads((METAFOR / "selection_metafor.json").read_text())["cases"]
WEIGHTS = [
    (weights(two), delta)
    for two in (False, True)
    for weights, delta in (
        (lambda two: StepWeights((0.05, 0.1, 0.5, 1.0), two), [2.0, 0.9, 0.4]),
        *(
            (lambda two, name=name: CurveWeights(name, two), [0.7] * CURVES[name].m)
            for name in CURVES
        ),
    )
]


def options(case):
    steps = tuple(case["steps"]) or (0.025,)
    return Selection(case["type"], steps, case["alternative"])


def label(case):
    return "-".join([case["effects"], case["type"], case["alternative"], *map(str, case["steps"])])


def test_published_three_parameter_model_of_the_bcg_trials():
    found = selection_model(*BCG, selection=Selection("stepfun", (0.025,), "less"))
    # metafor prints six decimals and stops within about 1e-5 of the maximum
    assert found.beta[0] == pytest.approx(-0.620562, abs=1e-5)
    assert found.delta[1] == pytest.approx(0.635530, abs=1e-5)
    assert found.counts == (8, 5)
    assert found.tag == "selection model, stepfun (0.025, 1), less, ML"


def test_published_step_function_of_passive_smoking():
    found = selection_model(*HACKSHAW, selection=Selection("stepfun", (0.05, 0.10, 0.50)))
    assert pytest.approx(7.066137, abs=5e-7) == found.LRT  # flat at the maximum
    assert found.LRTdf == 3


# metafor 3.8, selmodel(rma(yi, vi, method="ML"), type="stepfun"): variances ten million times apart;
# its optimiser stops within about 1e-6 of the maximum
FAR_APART = ([0.1, 0.3, -0.2, 0.4, 0.05], [1e-6, 1.0, 1e-3, 10.0, 1e-2])


@pytest.mark.parametrize(
    ("steps", "alternative", "beta", "tau2", "ll"),
    [
        ((0.025,), "less", -0.0412489033899205, 0.0178657382690041, -1.34828397404397),
        ((0.025, 0.5), "greater", -0.189881542171715, 0.0141754526933523, 0.936181721045837),
    ],
)
def test_a_maximum_at_tau2_of_0_does_not_hide_a_higher_one(steps, alternative, beta, tau2, ll):
    found = selection_model(*FAR_APART, selection=Selection("stepfun", steps, alternative))
    assert found.ll == pytest.approx(ll, abs=1e-8)
    assert found.beta[0] == pytest.approx(beta, rel=5e-5)
    assert found.tau2 == pytest.approx(tau2, rel=5e-5)


def test_weights_that_fall_like_1_over_p_are_the_end_of_beta_selection():
    # metafor 5.2.1 stops on the way there: ll 1.828398, beta -0.404978, delta 0.00453 and 2.444215
    found = selection_model(*RAUDENBUSH, selection=Selection("beta"))
    mirrored = selection_model(*RAUDENBUSH, selection=Selection("beta", alternative="less"))
    assert found.ll == pytest.approx(1.831341543, abs=1e-8)
    assert (found.delta[0], found.se_delta[0]) == (0.0, None)
    assert found.delta[1] == pytest.approx(2.444215, rel=5e-3)
    assert found.beta[0] == pytest.approx(-0.404978, rel=1e-2)
    assert "strongest selection" in found.reasons["se_delta"]
    assert mirrored.ll == pytest.approx(found.ll, abs=1e-9)
    assert mirrored.delta[::-1] == pytest.approx(found.delta, rel=1e-6)


def test_power_selection_finds_the_higher_of_two_maxima():
    # metafor 5.2.1, selmodel(type="power", alternative="less")
    found = selection_model(*RAUDENBUSH, selection=Selection("power", alternative="less"))
    assert found.ll == pytest.approx(-1.200168932, abs=2e-5)
    assert found.beta[0] == pytest.approx(1.33731, rel=1e-3)
    assert found.tau2 == pytest.approx(0.201504, rel=1e-3)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_the_likelihood_is_at_least_that_at_metafors_estimates(case):
    yi, vi = EFFECTS[case["effects"]]
    found = selection_model(yi, vi, selection=options(case))
    sign = -1.0 if case["alternative"] == "less" else 1.0
    two = case["alternative"] == "two.sided"
    if case["type"] == "stepfun":
        weights, delta = (
            StepWeights(
                (*case["steps"], 1.0) if case["steps"][-1] < 1 else tuple(case["steps"]), two
            ),
            case["delta"][1:],
        )
        claimed = 1e-12  # normal integrals on both sides
    else:
        weights, delta = CurveWeights(case["type"], two), case["delta"]
        claimed = (
            6e-4  # metafor integrates weights adaptively to 1e-4; ours agree with quad to 1e-9
        )
    problem = SelectionProblem(sign * yi, vi, np.ones((len(yi), 1)), weights)
    there = problem.at(np.array([sign * case["beta"]]), case["tau2"], np.array(delta)).value
    assert there == pytest.approx(case["ll"], abs=claimed)
    assert found.ll >= there - 1e-12


@pytest.mark.parametrize("case", [c for c in CASES if c["type"] == "stepfun"], ids=label)
def test_step_functions_agree_with_metafor(case):
    found = selection_model(*EFFECTS[case["effects"]], selection=options(case))
    # metafor's optimiser stops a few 1e-5 of a standard error off; its likelihood is never higher
    for name, value in (("beta", found.beta[0]), ("tau2", found.tau2)):
        assert value == pytest.approx(case[name], abs=3e-5 * case["se"]), name
    assert found.delta[1:] == pytest.approx(case["delta"][1:], rel=5e-5)
    assert found.se[0] == pytest.approx(case["se"], rel=1e-4)
    assert found.se_tau2 == pytest.approx(case["se_tau2"], rel=1e-4)
    assert found.se_delta[1:] == pytest.approx(case["se_delta"][1:], rel=1e-4)
    assert (found.LRT, found.LRTp) == (
        pytest.approx(case["LRT"], abs=1e-8),
        pytest.approx(case["LRTp"], abs=1e-8),
    )


@pytest.mark.parametrize(("weights", "delta"), WEIGHTS)
def test_derivatives_are_those_of_the_likelihood(weights, delta):
    yi, vi = HACKSHAW
    X = np.column_stack([np.ones(37), np.linspace(-1, 1, 37)])
    problem, at = SelectionProblem(yi, vi, X, weights), np.array([0.1, 0.05, 0.03, *delta])

    def evaluate(x):
        return problem.at(x[:2], x[2], x[3:])

    found, step = evaluate(at), 1e-5
    for i in range(len(at)):
        there, back = (evaluate(at + s * step * np.eye(len(at))[i]) for s in (1, -1))
        # central differences: error of the order of step^2 times the fourth derivative
        slope = (there.value - back.value) / (2 * step)
        bend = (there.gradient - back.gradient) / (2 * step)
        assert slope == pytest.approx(found.gradient[i], abs=1e-5)
        assert bend == pytest.approx(found.hessian[i], abs=1e-3)


@pytest.mark.parametrize(("weights", "delta"), WEIGHTS)
@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (3.0, 1.2), (-4.0, 1.0), (1.0, 8.0)])
def test_the_expected_weight_is_its_integral(weights, delta, mean, sd):
    delta = np.array(delta)
    found = weights.expected(np.array([mean]), np.array([sd]), delta).moments[0, 0]

    def at(z):
        log = weights.observed(np.array([z]), delta).log[0]
        return np.exp(log - 0.5 * ((z - mean) / sd) ** 2) / sd / np.sqrt(2 * np.pi)

    edges = {mean + sd * u for u in (-12, -6, -3, 0, 3, 6, 12)}
    edges |= {
        s * z for z in (0, 1e-4, 0.01, 0.1, 0.6744897501960817, 1.2815515655446004) for s in (1, -1)
    }
    edges |= {
        s * z
        for z in (1.6448536269514722, 1.959963984540054, 4.264890793922602, 4.417173413469025)
        for s in (1, -1)
    }
    points = sorted(x for x in edges if abs(x - mean) <= 12 * sd)
    pieces = zip(points, points[1:], strict=False)
    expected = sum(quad(at, a, b, epsabs=0, epsrel=1e-11, limit=200)[0] for a, b in pieces)
    assert found == pytest.approx(expected, rel=1e-9)


def test_the_gradient_is_zero_at_the_maximum():
    yi, vi = HACKSHAW
    found = selection_model(yi, vi, selection=Selection("stepfun", (0.05, 0.5)))
    problem = SelectionProblem(yi, vi, np.ones((37, 1)), StepWeights((0.05, 0.5, 1.0), False))
    at = problem.at(np.array(found.beta), found.tau2, np.array(found.delta[1:]))
    assert at.value == pytest.approx(found.ll, abs=1e-11)
    errors = np.array([found.se[0], found.se_tau2, *found.se_delta[1:]])
    assert np.abs(at.gradient * errors).max() < 1e-8


@pytest.mark.parametrize("form", ["stepfun", "beta", "negexp"])
def test_a_change_of_unit_or_of_sign_changes_nothing_else(form):
    yi, vi = HACKSHAW
    plain = selection_model(yi, vi, selection=Selection(form, (0.05,)))
    scaled = selection_model(-1e3 * yi, 1e6 * vi, selection=Selection(form, (0.05,), "less"))
    assert scaled.beta[0] == pytest.approx(-1e3 * plain.beta[0], rel=1e-7, abs=1e-5)
    assert scaled.tau2 == pytest.approx(1e6 * plain.tau2, rel=1e-7)
    assert scaled.delta == pytest.approx(plain.delta, rel=1e-7)
    assert pytest.approx(plain.LRT, abs=1e-9) == scaled.LRT


def test_selection_that_was_put_in_is_found_again():
    rng = np.random.default_rng(20)
    sei = rng.uniform(0.1, 0.5, 4000)
    yi = 0.2 + rng.normal(size=4000) * np.sqrt(sei**2 + 0.02)
    seen = rng.uniform(size=4000) < np.where(ndtr(-yi / sei) <= 0.025, 1.0, 0.3)
    found = selection_model(yi[seen], sei[seen] ** 2)
    assert found.ci_lb[0] < 0.2 < found.ci_ub[0]
    assert found.delta_lb[1] < 0.3 < found.delta_ub[1]
    assert found.LRTp < 1e-6
    assert random_effects(yi[seen], sei[seen] ** 2).beta > 0.25


def test_moderators_are_allowed():
    yi, vi = HACKSHAW
    X = np.column_stack([np.ones(37), np.arange(37) < 20])
    found = selection_model(yi, vi, X=X, selection=Selection("stepfun", (0.05,)))
    assert (found.p, len(found.beta), len(found.ci_ub)) == (2, 2, 2)


def test_equal_effects_keep_tau2_at_zero():
    found = selection_model(*HACKSHAW, method="EE")
    assert (found.tau2, found.se_tau2) == (0.0, None)
    assert "takes tau2 as 0" in found.reasons["se_tau2"]
    assert found.beta[0] == pytest.approx(0.1379224, rel=1e-5)  # metafor 3.8-1
    assert found.delta[1] == pytest.approx(0.3854892, rel=1e-5)
    assert pytest.approx(2.378413609, abs=1e-8) == found.LRT


@pytest.mark.parametrize("form", ["halfnorm", "negexp", "logistic", "power"])
def test_no_selection_is_a_bound_with_a_reason(form):
    found = selection_model(*BCG, selection=Selection(form, alternative="two.sided"))
    assert (found.delta, found.se_delta, found.LRT, found.LRTp) == ((0.0,), (None,), 0.0, 1.0)
    assert "on its bound" in found.reasons["se_delta"]
    assert found.beta[0] == pytest.approx(random_effects(*BCG, method="ML").beta, rel=1e-9)


def test_tau2_of_zero_is_a_bound_with_a_reason():
    sei = np.linspace(0.1, 0.5, 14)
    yi = 0.2 + sei * np.array([0.3, -0.4, 0.2, -0.1, 0.5, -0.6, 0.1] * 2)
    found = selection_model(yi, sei**2, selection=Selection("stepfun", (0.2,)))
    assert (found.tau2, found.se_tau2) == (0.0, None)
    assert "on its bound" in found.reasons["se_tau2"]


def test_an_interval_without_studies_is_named():
    selection = Selection("stepfun", (0.05, 0.1, 0.5), "two.sided")
    with pytest.raises(NotEstimable, match=r"no study has a p value in \(0.05, 0.1\]"):
        selection_model(*BCG, selection=selection)


def test_few_studies_and_bad_options_say_why():
    with pytest.raises(NotEstimable, match="no study"):
        selection_model([], [])
    for k in (1, 2):
        with pytest.raises(NotEstimable, match="3 parameters need"):
            selection_model(BCG[0][:k], BCG[1][:k])
    with pytest.raises(InputError, match="(?s)method 'DL'.*type 'x'.*alternative 'y'.*steps"):
        selection_model(*BCG, method="DL", selection=Selection("x", (2.0,), "y"))
    with pytest.raises(InputError, match="row 0: vi is -1"):
        selection_model([0.1, 0.2], [-1.0, 0.2])


@pytest.mark.parametrize("case", ["outlier", "precise"])
def test_hard_data_are_answered_or_refused_with_a_reason(case):
    yi, vi = (x.copy() for x in HACKSHAW)
    if case == "outlier":
        yi[0] = 60.0
    else:
        vi[0] *= 1e-6
    for form in ("stepfun", *CURVES):
        try:
            found = selection_model(yi, vi, selection=Selection(form, (0.05,)))
        except NotEstimable as reason:
            assert "no estimate" in str(reason)
        else:
            assert np.isfinite([*found.beta, found.tau2, *found.delta, found.ll]).all()
            assert found.ll >= found.ll0 - 1e-9
