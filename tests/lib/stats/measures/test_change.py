"""workflow/lib/stats/measures/change.py against Morris (2008), printed values and laws."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.effects import MEASURES, effect_size
from workflow.lib.stats.measures.bias import exact_j
from workflow.lib.stats.pooling import random_effects

ORACLE = json.loads((Path(__file__).parents[3] / "reference/effects_metafor.json").read_text())
MORRIS = {name: np.array(column) for name, column in ORACLE["data"]["dat.morris2008"].items()}
REL = 1e-11  # closed forms; J from the gamma function loses a few digits of 16 at n = 300
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=60)
PREPOST = ("SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH")


def arm(group):
    """Inputs of the pre-post measures from one arm of Morris (2008), "T" or "C"."""
    sd_pre, sd_post, r = MORRIS[f"sd_pre_{group}"], MORRIS[f"sd_post_{group}"], MORRIS["r"]
    return {
        "mean_change": MORRIS[f"m_post_{group}"] - MORRIS[f"m_pre_{group}"],
        "sd_pre": sd_pre,
        "sd_post": sd_post,
        "sd_change": np.sqrt(sd_pre**2 + sd_post**2 - 2 * r * sd_pre * sd_post),
        "n": MORRIS[f"n_{group}"],
        "r": r,
    }


def both_arms():
    """Inputs of the pre-post-control measures."""
    names = {"T": "e", "C": "c"}
    return {
        f"{name}_{suffix}": arm(group)[name]
        for group, suffix in names.items()
        for name in ("mean_change", "sd_pre", "n", "r")
    }


@pytest.mark.parametrize(
    ("measure", "yi", "vi"),
    [
        (
            "SMCR",
            (0.5056, 1.0481, 1.8054, 1.4181, 0.0801),
            (0.0594, 0.0254, 0.2322, 0.1225, 0.0802),
        ),
        ("SMCC", (0.5417, 1.0198, 2.6619, 1.9088, 0.0765), None),
    ],
)
def test_morris_2008_treatment_arms_give_the_published_changes(measure, yi, vi):
    given_inputs = {name: arm("T")[name] for name in MEASURES[measure].inputs}
    found = effect_size(measure, **given_inputs)
    assert found.yi == pytest.approx(np.array(yi), abs=5e-5)  # four printed decimals
    if vi is not None:
        assert found.vi == pytest.approx(np.array(vi), abs=5e-5)


@pytest.mark.parametrize(
    ("measure", "yi"),
    [
        ("PPC", (0.7421, 0.9524, 1.8054, 1.1514, 0.5050)),
        ("DPPC2", (0.7684, 0.8010, 1.2045, 1.0476, 0.4389)),
    ],
)
def test_morris_2008_gives_the_published_pre_post_control_effects(measure, yi):
    found = effect_size(measure, **both_arms())
    assert found.yi == pytest.approx(np.array(yi), abs=5e-5)  # four printed decimals


def test_the_variance_of_dppc2_is_the_formula_of_morris_2008():
    found = effect_size("DPPC2", **both_arms())
    n_t, n_c, r = MORRIS["n_T"], MORRIS["n_C"], MORRIS["r"]
    df, per_person = n_t + n_c - 2, (n_t + n_c) / (n_t * n_c)
    inner = 1 + found.yi**2 / (2 * (1 - r) * per_person)
    expected = 2 * exact_j(df) ** 2 * (1 - r) * per_person * df / (df - 2) * inner - found.yi**2
    assert found.vi == pytest.approx(expected, rel=REL)


def simulated_groups(trials):
    """Inputs of DPPC2 from `trials` simulated trials: true effect 0.5, r 0.3 and 0.8."""
    rng, inputs = np.random.default_rng(20241122), {}
    for suffix, n, r, change in (("e", 12, 0.3, 0.5), ("c", 9, 0.8, 0.0)):
        pre = rng.standard_normal((trials, n))
        post = change + r * pre + np.sqrt(1 - r**2) * rng.standard_normal((trials, n))
        inputs[f"mean_change_{suffix}"] = (post - pre).mean(axis=1)
        inputs[f"sd_pre_{suffix}"] = pre.std(axis=1, ddof=1)
        inputs |= {f"n_{suffix}": n, f"r_{suffix}": r}
    return inputs


@pytest.mark.parametrize("correct", [True, False])
def test_the_variance_of_dppc2_is_that_of_simulated_trials_whose_r_differ(correct):
    trials = simulated_groups(40_000)
    found = effect_size("DPPC2", correct=correct, **trials)
    truth = trials | {"mean_change_c": 0.0, "sd_pre_e": 1.0, "sd_pre_c": 1.0}
    truth["mean_change_e"] = 0.5 / exact_j(19) if correct else 0.5  # so that yi is 0.5
    # the variance of 40,000 trials has a standard error of 0.7 percent
    expected = effect_size("DPPC2", correct=correct, **truth).vi[0]
    assert found.yi.var() == pytest.approx(expected, rel=0.02)
    mean = 0.5 if correct else 0.5 / exact_j(19)
    assert found.yi.mean() == pytest.approx(float(mean), abs=0.0065)  # three standard errors


def test_without_an_effect_each_group_adds_its_own_r_to_the_variance_of_dppc2():
    inputs = {"mean_change_e": 1.0, "sd_pre_e": 2.0, "n_e": 10, "r_e": 0.2}
    inputs |= {"mean_change_c": 1.0, "sd_pre_c": 2.0, "n_c": 20, "r_c": 0.9}
    of_d = 28 / 26 * (2 * 0.8 / 10 + 2 * 0.1 / 20)
    d, g = (effect_size("DPPC2", correct=c, **inputs) for c in (False, True))
    assert d.vi[0] == pytest.approx(of_d, rel=REL)
    assert g.vi[0] == pytest.approx(of_d * exact_j(28) ** 2, rel=REL)


@pytest.mark.parametrize(
    ("measure", "beta", "p_wald", "p_knha"),
    [("SMCR", 0.912054, 0.0014, 0.037), ("SMCC", 1.091760, 0.0086, 0.067)],
)
def test_pools_of_morris_2008_flip_with_measure_and_test(measure, beta, p_wald, p_knha):
    given_inputs = {name: arm("T")[name] for name in MEASURES[measure].inputs}
    found = effect_size(measure, **given_inputs)
    wald, knha = (random_effects(found.yi, found.vi, test=test) for test in ("z", "knha"))
    # printed decimals; REML was run with its default stop at a step of 1e-5
    assert wald.beta == pytest.approx(beta, abs=5e-6)
    assert wald.pval == pytest.approx(p_wald, abs=5e-5)
    assert knha.pval == pytest.approx(p_knha, abs=5e-4)


@pytest.mark.parametrize("r", [0.0, 0.25, 0.5, 0.75, 0.9])
def test_the_baseline_sd_gives_the_same_g_at_any_r(r):
    found = effect_size("SMCR", mean_change=4.0, sd_pre=1.5, n=10, r=r)
    assert found.yi[0] == pytest.approx(2.437, abs=5e-4)  # printed decimals


@pytest.mark.parametrize(
    ("r", "g"), [(0.0, 1.46), (0.25, 1.68), (0.5, 2.03), (0.75, 2.76), (0.9, 3.96)]
)
def test_the_sd_of_change_moves_g_with_r(r, g):
    sd_change = np.sqrt(1.5**2 + 2.0**2 - 2 * r * 1.5 * 2.0)
    found = effect_size("SMCC", mean_change=4.0, sd_change=sd_change, n=10)
    assert found.yi[0] == pytest.approx(g, abs=5e-3)  # printed decimals


@pytest.mark.parametrize(("r", "variance"), [(0.0, 0.497), (0.9, 0.317)])
def test_the_variance_over_the_baseline_sd_needs_r(r, variance):
    found = effect_size("SMCR", mean_change=4.0, sd_pre=1.5, n=10, r=r)
    assert found.vi[0] == pytest.approx(variance, abs=5e-4)  # printed decimals


@pytest.mark.parametrize(("n", "too_high"), [(3, 0.013), (5, 0.003)])
def test_the_usual_approximation_of_j_is_too_high_in_small_samples(n, too_high):
    df = n - 1
    approximation = 1 - 3 / (4 * df - 1)
    assert approximation / exact_j(df) - 1 == pytest.approx(too_high, abs=5e-4)  # printed


@pytest.mark.parametrize(("n", "below"), [(5, 0.20), (3, 0.44)])
def test_g_is_far_below_d_in_small_samples(n, below):
    g = effect_size("SMCR", mean_change=1.0, sd_pre=1.0, n=n, r=0.5)
    d = effect_size("SMCR", correct=False, mean_change=1.0, sd_pre=1.0, n=n, r=0.5)
    assert 1.0 - g.yi[0] / d.yi[0] == pytest.approx(below, abs=5e-3)  # printed decimals


def test_the_escalc_manual_example_of_a_change_known_by_its_p_value():
    # p = 0.018 for a fall among 50 persons: t(49) = mean / (sd / sqrt(50))
    change = stdtrit(49, 0.009) / np.sqrt(50)
    g = effect_size("SMCC", mean_change=change, sd_change=1.0, n=50)
    assert g.yi[0] == pytest.approx(-0.3408, abs=5e-5)  # printed decimals


@LAW
@given(
    mean_change=st.floats(-5, 5),
    sds=st.tuples(st.floats(0.2, 5), st.floats(0.2, 5)),
    n=st.integers(3, 500),
    r=st.floats(-0.95, 0.95),
    unit=st.sampled_from((1e-4, 0.1, 10.0, 1e5)),
)
@pytest.mark.parametrize("measure", PREPOST)
def test_standardised_changes_do_not_depend_on_the_unit(measure, mean_change, sds, n, r, unit):
    def at(unit):
        sd_pre, sd_post = sds[0] * unit, sds[1] * unit
        sd_change = np.sqrt(sd_pre**2 + sd_post**2 - 2 * r * sd_pre * sd_post)
        given_inputs = {"mean_change": mean_change * unit, "n": n, "r": r}
        given_inputs |= {"sd_pre": sd_pre, "sd_post": sd_post, "sd_change": sd_change}
        return effect_size(
            measure, **{name: given_inputs[name] for name in MEASURES[measure].inputs}
        )

    assert at(unit).yi == pytest.approx(at(1.0).yi, rel=1e-9)
    assert at(unit).vi == pytest.approx(at(1.0).vi, rel=1e-9)


@LAW
@given(st.floats(-5, 5), st.floats(0.2, 5), st.integers(3, 500), st.floats(-0.95, 0.95))
def test_the_sign_of_a_change_is_kept_and_nothing_else(mean_change, sd_pre, n, r):
    rise = effect_size("SMCR", mean_change=mean_change, sd_pre=sd_pre, n=n, r=r)
    fall = effect_size("SMCR", mean_change=-mean_change, sd_pre=sd_pre, n=n, r=r)
    assert fall.yi[0] == -rise.yi[0]
    assert fall.vi[0] == rise.vi[0]
    assert np.sign(rise.yi[0]) == np.sign(mean_change)


def test_a_pre_post_control_effect_of_two_equal_groups_is_zero():
    groups = both_arms()
    same = {
        name: groups[name.removesuffix("_c") + "_e"] if name.endswith("_c") else value
        for name, value in groups.items()
    }
    for measure in ("PPC", "DPPC2"):
        assert effect_size(measure, **same).yi == pytest.approx(np.zeros(5), abs=0.0)


def test_two_persons_allow_d_but_not_the_corrected_g():
    inputs = {"mean_change": 1.0, "sd_pre": 1.0, "n": 2, "r": 0.5}
    with pytest.raises(NotEstimable, match="row 0: SMCR"):
        effect_size("SMCR", **inputs)
    assert effect_size("SMCR", correct=False, **inputs).yi[0] == 1.0
