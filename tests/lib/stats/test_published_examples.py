"""Published examples that no test of a single module has, through the functions a review uses.

Values are those that the papers print, to the digits printed, or where "run" stands of
metafor 5.1-12; data in tests/reference/published and tests/reference/metafor/data.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.agreement import effects
from tests.lib.stats.small_study.examples import EGGER_2001
from workflow.lib.stats.alternatives.henmi_copas import henmi_copas
from workflow.lib.stats.counts.glmm import glmm
from workflow.lib.stats.counts.tables import one_group
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.terms import nested
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.effects import effect_size
from workflow.lib.stats.pooling import random_effects

FILE = Path(__file__).parents[2] / "reference/published/examples.json"
EXAMPLES = json.loads(FILE.read_text(encoding="utf-8"))
SIX = 5e-7  # half of the last of six decimals
STOP = 5e-6  # the value was printed after metafor's own stop of REML, a step of 1e-5
ARMS = ("event_e", "n_e", "event_c", "n_c")


def compared(name, measure):
    """Effect sizes of a comparison of two groups."""
    one = EXAMPLES[name]
    return effect_size(measure, **{arm: one[arm] for arm in ARMS})


@pytest.mark.parametrize(
    ("method", "expected"),  # tau2, I2, H2: p. 272; tau2 to four decimals as metafor has it
    [
        ("HS", (0.0099, 22.93, 1.30)),
        ("HE", (0.0, 0.0, 1.0)),
        ("DL", (0.0126, 27.53, 1.38)),
        ("ML", (0.0132, 28.45, 1.40)),
        ("REML", (0.0157, 32.02, 1.47)),
        ("EB", (0.0104, 23.72, 1.31)),
        ("SJ", (0.0248, 42.67, 1.74)),
    ],
)
def test_the_second_example_of_viechtbauer_2005(method, expected):
    one = EXAMPLES["viechtbauer2005_2"]
    found = random_effects(one["yi"], one["vi"], method=method)
    assert found.k == 18
    assert found.tau2 == pytest.approx(expected[0], abs=5e-5)
    shares = [found.I2, found.H2]
    assert shares == pytest.approx(expected[1:], abs=5e-3)


@pytest.mark.parametrize("method", ["DL", "REML"])
def test_lidocaine_has_no_heterogeneity_under_either_estimator(method):
    found_effects = compared("hine1989", "RD")
    found = random_effects(found_effects.yi, found_effects.vi, method=method)
    assert found.tau2 == 0.0
    percent = [100.0 * x for x in (found.beta, found.ci_lb, found.ci_ub)]
    assert percent == pytest.approx([2.9444, 0.3831, 5.5058], abs=5e-5)  # Normand's, by metafor


def test_acupuncture_by_henmi_and_copas():
    found_effects = compared("lee2004", "OR")
    pool = random_effects(found_effects.yi, found_effects.vi, method="DL")
    assert (pool.beta, pool.tau2) == pytest.approx((-0.6787, 0.3325), abs=5e-5)
    found = henmi_copas(found_effects.yi, found_effects.vi)
    expected = (-0.5145, -0.9994, -0.0295)  # of the example of Henmi & Copas 2010, by metafor
    assert (found.beta, found.ci_lb, found.ci_ub) == pytest.approx(expected, abs=5e-5)


def test_rates_pooled_as_log_odds_and_by_a_mixed_model():
    one = EXAMPLES["pritz1997"]
    logits = effect_size("PLO", event=one["event"], n=one["n"])
    pool = random_effects(logits.yi, logits.vi)
    assert pool.beta == pytest.approx(1.138909, abs=SIX)  # run
    mixed = glmm(one_group(np.array(one["event"], float), ni=np.array(one["n"], float)), "PLO")
    assert mixed.beta == pytest.approx(1.376604, abs=5e-6)  # run; lme4 stops near five decimals


def test_a_hundred_estimates_in_seventeen_studies():
    one = EXAMPLES["assink2016"]
    k = len(one["yi"])
    factors = nested(("study", "esid"), (one["study"], list(range(k))))
    found = multilevel(dependent_model(one["yi"], one["vi"]), factors)
    assert (k, found.n_levels) == (100, (17, 100))
    assert (found.beta[0], found.se[0]) == pytest.approx((0.426799, 0.118429), abs=SIX)  # run
    assert found.sigma2 == pytest.approx((0.187870, 0.111992), abs=SIX)  # run


def test_correlations_of_conscientiousness_and_adherence():
    yi, vi, _ = effects("molloy_zcor")
    found = random_effects(yi, vi)
    expected = (0.149918, 0.088060, 0.211776)  # run
    assert (found.beta, found.ci_lb, found.ci_ub) == pytest.approx(expected, abs=STOP)


def test_magnesium_before_its_large_trial():
    assert random_effects(*EGGER_2001).beta == pytest.approx(-0.766589, abs=STOP)  # run


def test_the_interval_of_knapp_and_hartung_for_the_bcg_trials():
    yi, vi, _ = effects("bcg_rr")
    found = random_effects(yi, vi, test="knha")
    assert (found.ci_lb, found.ci_ub) == pytest.approx((-1.108444, -0.320621), abs=SIX)  # run
    assert found.pval == pytest.approx(0.00192, abs=5e-6)
