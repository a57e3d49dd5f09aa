"""workflow/lib/stats/small_study/given_weights.py: metafor's example, definitions, laws, refusals."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from tests.lib.stats.small_study.examples import BCG
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.given_weights import (
    VEVEA_WOODS,
    Weights,
    selection_sensitivity,
)
from workflow.lib.stats.small_study.selection_estimates import Selection
from workflow.lib.stats.small_study.selection_model import selection_model

# Cohen (1981), ratings of instructors and achievement of students: sections and correlations
NI = [10, 20, 13, 22, 28, 12, 12, 36, 19, 12, 36, 75, 33, 121, 37, 14, 40, 16, 14, 20]
RI = [0.68, 0.56, 0.23, 0.64, 0.49, -0.04, 0.49, 0.33, 0.58, 0.18, -0.11, 0.27, 0.26, 0.40, 0.49]
RI += [0.51, 0.40, 0.34, 0.42, 0.16]
COHEN = np.arctanh(RI), 1.0 / (np.array(NI) - 3.0)
# metafor's own test of selmodel() with the weights of Vevea & Woods (2005), printed to six decimals
METAFOR = {
    "moderate, one-tailed": (0.351894, 0.0045),
    "severe, one-tailed": (0.321518, 0.009544),
    "moderate, two-tailed": (0.362019, 0.002774),
    "severe, two-tailed": (0.33218, 0.005652),
}


def by_name(found):
    return {one.name: one for one in found.weights}


@pytest.mark.parametrize("name", METAFOR)
def test_the_four_weight_functions_give_what_metafor_prints(name):
    found = by_name(selection_sensitivity(*COHEN))[name]
    beta, tau2 = METAFOR[name]
    assert found.beta == pytest.approx(beta, abs=5e-7)
    assert found.tau2 == pytest.approx(tau2, abs=5e-7)


def test_without_selection_it_is_the_pool_by_maximum_likelihood():
    first, *_ = selection_sensitivity(*COHEN).weights
    plain = random_effects(*COHEN, method="ML", test="z")
    assert first.name == "no selection"
    assert first.beta == pytest.approx(plain.beta, rel=1e-8)
    assert first.tau2 == pytest.approx(plain.tau2, rel=1e-6)


def test_the_weights_that_a_selection_model_estimates_give_its_estimate_back():
    model = selection_model(*BCG, selection=Selection("stepfun", (0.025,), "less"))
    own = (Weights("estimated", (0.025, 1.0), model.delta),)
    found = by_name(selection_sensitivity(*BCG, weights=own, alternative="less"))["estimated"]
    assert found.beta == pytest.approx(model.beta[0], rel=1e-7)
    assert found.tau2 == pytest.approx(model.tau2, rel=1e-6)


def test_the_maximum_is_that_of_the_likelihood_written_out():
    yi, vi = np.array([0.3, 0.8, 0.5, 0.1]), np.array([0.04, 0.09, 0.02, 0.05])
    steps, delta = np.array([0.05, 0.5, 1.0]), np.array([1.0, 0.6, 0.2])

    def weight(y, sei):
        return delta[np.searchsorted(steps, norm.sf(y / sei))]

    def loss(at):
        mu, tau2 = at[0], np.exp(at[1])
        total = 0.0
        for y, v in zip(yi, vi, strict=True):
            sd = np.sqrt(v + tau2)
            ends = [-np.inf, *sorted(norm.isf([0.5, 0.05]) * np.sqrt(v)), np.inf]
            seen = sum(
                weight(np.clip(0.5 * (a + b), a + 0.01, b - 0.01) if np.isfinite(a + b) else
                       (b - 1.0 if np.isfinite(b) else a + 1.0), np.sqrt(v))
                * (norm.cdf(b, mu, sd) - norm.cdf(a, mu, sd))
                for a, b in zip(ends, ends[1:], strict=False)
            )  # fmt: skip
            total += np.log(weight(y, np.sqrt(v))) + norm.logpdf(y, mu, sd) - np.log(seen)
        return -total

    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
    top = minimize(loss, [0.3, -3.0], method="Nelder-Mead", options=options)
    own = (Weights("own", tuple(steps), tuple(delta)),)
    found = by_name(selection_sensitivity(yi, vi, weights=own))["own"]
    assert found.beta == pytest.approx(top.x[0], abs=1e-5)


def test_mirrored_effects_have_mirrored_pools():
    found, mirrored = (
        selection_sensitivity(*COHEN),
        selection_sensitivity(-COHEN[0], COHEN[1], alternative="less"),
    )
    assert [one.beta for one in mirrored.weights] == pytest.approx(
        [-one.beta for one in found.weights]
    )


def test_only_the_ratios_of_weights_matter():
    halved = tuple(Weights(w.name, w.steps, tuple(d / 2 for d in w.delta)) for w in VEVEA_WOODS)
    one, other = selection_sensitivity(*COHEN), selection_sensitivity(*COHEN, weights=halved)
    assert [w.beta for w in one.weights] == pytest.approx([w.beta for w in other.weights], rel=1e-9)


def test_the_range_and_the_intervals_that_include_zero_are_counted():
    found = selection_sensitivity(*COHEN)
    betas = [one.beta for one in found.weights]
    assert (found.beta_lowest, found.beta_highest) == (min(betas), max(betas))
    assert found.n_including_zero == 0
    assert selection_sensitivity([0.1, -0.2, 0.15], [0.04, 0.05, 0.03]).n_including_zero == 4


def test_equal_effects_need_one_study_and_others_two():
    assert selection_sensitivity([0.4], [0.04], method="EE").weights[0].beta == pytest.approx(0.4)
    with pytest.raises(NotEstimable, match="2 parameters need at least as many studies: 1"):
        selection_sensitivity([0.4], [0.04])


def test_weights_that_cannot_be_used_are_refused_all_at_once():
    bad = (
        Weights("short", (0.5, 1.0), (1.0,)),
        Weights("falling", (0.5, 0.2), (1.0, 0.5)),
        Weights("zero", (0.5, 1.0), (1.0, 0.0)),
        Weights("zero", (0.5, 1.0), (1.0, 0.5)),
    )
    with pytest.raises(InputError) as error:
        selection_sensitivity(*COHEN, weights=bad, alternative="two.sided", method="REML")
    assert len(error.value.problems) == 6
