"""workflow/lib/stats/measures/two_groups.py, ratios.py, superiority.py and mixed.py: laws and printed values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.effects import MEASURES, effect_size, effect_sizes
from workflow.lib.stats.measures.bias import average, exact_j

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=25)
REL = 1e-9  # closed forms on inputs that differ by up to 1e4
DIFFERENCES = ("MD", "SMD", "SMDH", "ROM", "VR", "CVR", "D2OR", "D2ORN", "RPB", "ZPB", "RBIS")
GROUP = st.tuples(st.floats(0.5, 20), st.floats(0.2, 5), st.integers(3, 300))


def groups(e, c, code="SMD"):
    """Inputs of a measure from (mean, sd, n) of two groups."""
    names = ("mean", "sd", "n")
    found = {f"{name}_e": x for name, x in zip(names, e, strict=True)}
    found |= {f"{name}_c": x for name, x in zip(names, c, strict=True)}
    return {name: found[name] for name in MEASURES[code].inputs}


@LAW
@given(e=GROUP, c=GROUP)
@pytest.mark.parametrize("code", DIFFERENCES)
def test_swapping_the_groups_turns_the_sign(code, e, c):
    there, back = (effect_sizes(code, **groups(*pair, code)) for pair in ((e, c), (c, e)))
    if there.yi[0] is not None:
        assert back.yi[0] == pytest.approx(-there.yi[0], rel=REL, abs=1e-12)
        assert back.vi[0] == pytest.approx(there.vi[0], rel=REL)


@LAW
@given(e=GROUP, c=GROUP)
@pytest.mark.parametrize("code", ["CLESN", "AUCN"])
def test_the_probabilities_of_both_groups_add_up_to_one(code, e, c):
    there, back = (effect_sizes(code, **groups(*pair, code)) for pair in ((e, c), (c, e)))
    assert there.yi[0] + back.yi[0] == pytest.approx(1.0, rel=REL)


@LAW
@given(e=GROUP, c=GROUP, unit=st.sampled_from((1e-4, 0.1, 1e5)))
@pytest.mark.parametrize("code", ["SMD", "SMDH", "SMD1", "SMD1H", "ROM", "VR", "CVR", "CLESN"])
def test_the_unit_of_the_outcome_does_not_matter(code, e, c, unit):
    scaled = [(mean * unit, sd * unit, n) for mean, sd, n in (e, c)]
    plain, other = (
        effect_sizes(code, **groups(e, c, code)),
        effect_sizes(code, **groups(*scaled, code)),
    )
    assert other.yi[0] == pytest.approx(plain.yi[0], rel=REL, abs=1e-12)
    assert other.vi[0] == pytest.approx(plain.vi[0], rel=REL)


@LAW
@given(e=GROUP, c=GROUP, unit=st.sampled_from((1e-4, 0.1, 1e5)))
@pytest.mark.parametrize("vtype", ["LS", "HO"])
def test_a_mean_difference_scales_with_the_unit(e, c, unit, vtype):
    scaled = [(mean * unit, sd * unit, n) for mean, sd, n in (e, c)]
    plain, other = (effect_size("MD", vtype=vtype, **groups(*x)) for x in ((e, c), scaled))
    assert other.yi == pytest.approx(plain.yi * unit, rel=REL)
    assert other.vi == pytest.approx(plain.vi * unit**2, rel=REL)


def test_the_correction_factor_is_exact():
    # the gamma function at halves: J(2) = sqrt(1/pi), J(4) = sqrt(2/pi)
    assert exact_j(2.0) == pytest.approx(np.sqrt(1.0 / np.pi), rel=1e-14)
    assert exact_j(4.0) == pytest.approx(np.sqrt(2.0 / np.pi), rel=1e-14)
    assert np.isnan(exact_j(1.0))


def test_an_unbiased_variance_has_the_mean_that_g_has():
    rng = np.random.default_rng(20261122)
    e, c = rng.standard_normal((60_000, 6)) + 0.8, rng.standard_normal((60_000, 9))
    sides = [(x.mean(axis=1), x.std(axis=1, ddof=1), x.shape[1]) for x in (e, c)]
    found = effect_size("SMD", vtype="UB", **groups(*sides))
    # 60,000 trials: the variance of g has a standard error of 0.8 percent
    assert found.vi.mean() == pytest.approx(found.yi.var(), rel=0.025)
    assert found.yi.mean() == pytest.approx(0.8, abs=0.007)  # three standard errors


def test_averages_are_weighted_by_size_and_leave_out_missing_studies():
    assert average(np.array([1.0, 4.0, np.nan]), np.array([2.0, 1.0, 9.0])) == 2.0
    assert np.isnan(average(np.array([np.nan]), np.array([2.0])))


@pytest.mark.parametrize("code", ["SMD", "D2OR", "D2ORN", "RPB", "ZPB", "RBIS", "ZBIS"])
@pytest.mark.parametrize("name", ["d", "t", "r_pb", "p"])
def test_a_reported_statistic_stands_in_for_means_of_equal_spread(code, name):
    n_e, n_c, d = 20, 31, 0.6
    full = effect_size(code, **groups((d, 1.0, n_e), (0.0, 1.0, n_c), code))
    t = d / np.sqrt(1 / n_e + 1 / n_c)
    values = {"d": d, "t": t, "r_pb": t / np.sqrt(t**2 + n_e + n_c - 2)}
    values["p"] = 2.0 * stdtr(n_e + n_c - 2, -t)
    found = effect_size(code, n_e=n_e, n_c=n_c, **{name: values[name]})
    assert found.yi == pytest.approx(full.yi, rel=REL)
    assert found.vi == pytest.approx(full.vi, rel=REL)


def test_the_manual_example_of_a_signed_p_value():
    found = effect_size("SMD", p=-0.018, n_e=20, n_c=20)
    assert found.yi[0] == pytest.approx(-0.7664, abs=5e-5)  # printed decimals


def test_studies_may_report_different_things():
    inputs = {"mean_e": [10.0, np.nan], "sd_e": [3.0, np.nan], "n_e": [20, 20]}
    inputs |= {"mean_c": [8.0, np.nan], "sd_c": [2.0, np.nan], "n_c": [20, 20]}
    found = effect_size("SMD", t=[9.0, 2.5], **inputs)
    first = effect_size("SMD", **{name: column[0] for name, column in inputs.items()})
    second = effect_size("SMD", t=2.5, n_e=20, n_c=20)
    assert found.yi.tolist() == [first.yi[0], second.yi[0]]


def test_means_of_opposite_sign_have_no_ratio():
    found = effect_sizes("ROM", **groups((1.0, 1.0, 9), (-1.0, 1.0, 9)))
    assert (found.yi, found.vi) == ((None,), (None,))
    assert "opposite signs" in found.reasons[0]


def test_a_group_of_one_person_is_refused():
    with pytest.raises(NotEstimable, match="row 0: n_e is 1: one person has no variance"):
        effect_size("SMD", **groups((1.0, 1.0, 1), (2.0, 1.0, 9)))


def test_observed_probabilities_of_superiority():
    # Hanley and McNeil (1982) derive the variance for exponential scores
    rng = np.random.default_rng(20261122)
    e, c = 3.0 * rng.exponential(size=(20_000, 10, 1)), rng.exponential(size=(20_000, 1, 14))
    found = effect_size("CLES", vtype="LS2", cles=0.75, n_e=10, n_c=14)
    estimator = 140 / (9 * 13)  # Cho et al. (2019): of an estimated probability
    assert found.vi[0] == pytest.approx((e > c).mean(axis=(1, 2)).var() * estimator, rel=0.03)
    sizes = {"cles": 0.5, "n_e": 10, "n_c": 14}
    assert effect_size("AUC", vtype="H0", **sizes).vi[0] == pytest.approx(25 / 1680, rel=1e-14)
    assert effect_size("AUC", vtype="MAX", **sizes).vi[0] == pytest.approx(0.025, rel=1e-14)
    # under no difference Newcombe's groups of equal size have the variance of Mann and Whitney
    expected = pytest.approx(25 / 1680 * estimator, rel=1e-12)
    assert effect_size("AUC", vtype="LS", **sizes).vi[0] == expected


def test_a_probability_known_by_d_t_or_p_takes_the_sds_as_equal():
    e, c = (7.0, 2.0, 11), (5.0, 2.0, 20)
    alike = effect_size("CLESN", vtype="HO", **groups(e, c))
    n = {"n_e": 11, "n_c": 20}
    t = 1.0 / np.sqrt(1 / 11 + 1 / 20)  # of d = 1
    for found in (effect_size("CLESN", d=1.0, **n), effect_size("AUCN", t=t, **n)):
        assert (found.yi[0], found.vi[0]) == pytest.approx((alike.yi[0], alike.vi[0]), rel=1e-12)


@pytest.mark.parametrize("code", ["ROM", "VR", "CVR"])
def test_logarithms_of_two_groups_subtract_to_the_ratio(code):
    log = {"ROM": "MNLN", "VR": "SDLN", "CVR": "CVLN"}[code]
    e, c = (7.0, 2.0, 20), (5.0, 1.5, 30)
    ratio = effect_size(code, correct=False, **groups(e, c, code))
    one = []
    for mean, sd, n in (e, c):
        inputs = {"mean": mean, "sd": sd, "n": n}
        inputs = {name: inputs[name] for name in MEASURES[log].inputs}
        one.append(effect_size(log, correct=False, **inputs))
    assert ratio.yi[0] == pytest.approx(one[0].yi[0] - one[1].yi[0], rel=1e-12)
    assert ratio.vi[0] == pytest.approx(one[0].vi[0] + one[1].vi[0], rel=1e-12)


@pytest.mark.parametrize(("code", "log"), [("ROMC", "MNLN"), ("VRC", "SDLN"), ("CVRC", "CVLN")])
def test_at_r_0_ratios_over_time_are_those_of_two_groups(code, log):
    del log
    groups_code = code[:-1]
    two = effect_size(groups_code, **groups((7.0, 2.0, 20), (5.0, 1.5, 20), groups_code))
    over = {"mean_post": 7.0, "sd_post": 2.0, "mean_pre": 5.0, "sd_pre": 1.5, "n": 20, "r": 0.0}
    pair = effect_size(code, **{name: over[name] for name in MEASURES[code].inputs})
    assert pair.yi[0] == pytest.approx(two.yi[0], rel=1e-12)
    assert pair.vi[0] == pytest.approx(two.vi[0], rel=1e-12)


def test_the_review_manager_variant_is_the_formula_of_deeks_and_higgins():
    """g = d (1 - 3 / (4 N - 9)), se = sqrt(N / (n1 n2) + g^2 / (2 (N - 3.94)))."""
    given = {"mean_e": 18.0, "sd_e": 4.0, "n_e": 12, "mean_c": 14.5, "sd_c": 5.0, "n_c": 9}
    found = effect_size("SMD", vtype="RM", **given)
    pooled = ((11 * 4.0**2 + 8 * 5.0**2) / 19) ** 0.5
    g = 3.5 / pooled * (1 - 3 / (4 * 21 - 9))
    assert found.yi[0] == pytest.approx(g, rel=1e-14)
    assert found.vi[0] == pytest.approx(21 / (12 * 9) + g**2 / (2 * (21 - 3.94)), rel=1e-14)
    exact = effect_size("SMD", **given)
    assert found.yi[0] == pytest.approx(exact.yi[0], rel=1e-3)
    assert found.yi[0] != exact.yi[0]
    assert "J = 1 - 3/(4N - 9)" in found.tag
