"""workflow/lib/stats/measures/correlations.py, tetrachoric.py, hypergeometric.py and one_group.py."""

import numpy as np
import pytest
from scipy.special import fdtrc

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.effects import effect_size, effect_sizes
from workflow.lib.stats.measures.hypergeometric import hypergeometric
from workflow.lib.stats.measures.tetrachoric import bivariate_normal, tetrachoric

EXACT = 1e-12  # closed forms


def test_manual_examples_of_signed_p_values():
    # printed decimals of metafor's manual page
    assert effect_size("COR", p=-0.07, n=30).yi[0] == pytest.approx(-0.3354, abs=5e-5)
    assert effect_size("PCOR", p=-0.07, n=30, predictors=5).yi[0] == pytest.approx(
        -0.3610, abs=5e-5
    )


@pytest.mark.parametrize("code", ["COR", "UCOR", "ZCOR"])
def test_a_correlation_is_that_of_its_t_statistic(code):
    r, n = 0.4, 25
    t = r * np.sqrt(n - 2) / np.sqrt(1 - r**2)
    direct, of_t = effect_size(code, r=r, n=n), effect_size(code, t=t, n=n)
    assert (of_t.yi[0], of_t.vi[0]) == pytest.approx((direct.yi[0], direct.vi[0]), rel=EXACT)


def test_with_one_predictor_partial_and_plain_correlations_agree():
    t, n = 2.2, 30
    plain, partial = effect_size("COR", t=t, n=n), effect_size("PCOR", t=t, n=n, predictors=1)
    assert partial.yi[0] == pytest.approx(plain.yi[0], rel=EXACT)
    assert partial.vi[0] == pytest.approx(plain.vi[0], rel=EXACT)
    z, partial_z = effect_size("ZCOR", t=t, n=n), effect_size("ZPCOR", t=t, n=n, predictors=1)
    assert partial_z.vi[0] == pytest.approx(z.vi[0], rel=EXACT)
    r2 = plain.yi[0] ** 2
    semi = effect_size("SPCOR", t=t, n=n, predictors=1, r2=r2)
    assert semi.yi[0] == pytest.approx(plain.yi[0], rel=EXACT)
    assert semi.vi[0] == pytest.approx((1.0 - r2) ** 2 / n, rel=EXACT)


@pytest.mark.parametrize("code", ["R2", "ZR2", "R2F", "ZR2F"])
def test_r2_is_that_of_its_f_statistic_and_p_value(code):
    n, m, r2 = 40, 3, 0.3
    f = r2 / m / ((1 - r2) / (n - m - 1))
    direct = effect_size(code, r2=r2, n=n, predictors=m)
    of_f = effect_size(code, f=f, n=n, predictors=m)
    assert (of_f.yi[0], of_f.vi[0]) == pytest.approx((direct.yi[0], direct.vi[0]), rel=EXACT)
    of_p = effect_size(code, p=fdtrc(m, n - m - 1, f), n=n, predictors=m)
    assert of_p.yi[0] == pytest.approx(direct.yi[0], rel=1e-10)  # two iterated quantiles


def test_the_z_of_r2_has_the_variance_of_the_raw_one_by_the_delta_method():
    r2, n, step = 0.3, 50, 1e-6
    for raw, z in (("R2F", "ZR2F"), ("R2", "ZR2")):
        given = {"n": n, "predictors": 2}
        ends = [effect_size(z, r2=r2 + s, **given).yi[0] for s in (-step, step)]
        slope = (ends[1] - ends[0]) / (2 * step)
        variance = slope**2 * effect_size(raw, r2=r2, **given).vi[0]
        found = effect_size(z, r2=r2, **given)
        assert found.yi[0] == pytest.approx(np.arctanh(np.sqrt(r2)), rel=EXACT)
        assert found.vi[0] == pytest.approx(variance, rel=1e-8)  # central difference
    assert effect_size("ZR2", r2=r2, n=n, predictors=2).vi[0] == pytest.approx(1 / n, rel=EXACT)


def test_variances_of_r2_are_those_of_simulated_models():
    # fixed predictors: R2/(1 - R2) over noncentral and central chi-squares; random ones: n R2/(1 - R2)
    # is itself spread by the predictors. Large-sample formulas: n = 2000 leaves about one percent.
    rng, n, m, r2 = np.random.default_rng(20261122), 2000, 2, 0.3
    odds, trials = r2 / (1 - r2), 40_000
    rest = rng.chisquare(n - m - 1, trials)
    for code, spread in (("R2F", np.full(trials, float(n))), ("R2", rng.chisquare(n, trials))):
        explained = rng.noncentral_chisquare(m, spread * odds)
        simulated = (explained / (explained + rest)).var()
        found = effect_size(code, r2=r2, n=n, predictors=m).vi[0]
        assert found == pytest.approx(simulated, rel=0.04)


def test_unbiased_correlations_agree_with_metafor_3_8():
    found = effect_size("UCOR", r=[0.5, -0.2, 0.0, 0.95], n=[40, 10, 7, 5])
    unbiased = effect_size("UCOR", vtype="UB", r=[0.5, -0.2, 0.0, 0.95], n=[40, 10, 7, 5])
    assert found.yi == pytest.approx(
        np.array([0.5051597326956071, -0.21625375491827864, 0, 0.96615694001604224]), rel=1e-12
    )
    assert unbiased.vi == pytest.approx(
        np.array([0.015021592336073586, 0.14577711118443151, 1 / 3, 0.0011453527090775628]),
        rel=1e-10,  # 1 minus nearly 1 at r = 0.95
    )


@pytest.mark.parametrize("r", [0.9, 0.1, 1e-3, 1e-6, 0.0])
def test_the_hypergeometric_function_has_its_known_value(r):
    expected = np.arccos(r) / np.sqrt(1.0 - r**2)  # F(1/2, 1/2; 3/2; 1 - r^2)
    found = hypergeometric(0.5, np.full(2, 1.5), np.full(2, r**2))
    assert found == pytest.approx(np.full(2, expected), rel=1e-12)


@pytest.mark.parametrize("n", [50, 326, 1e5, 1e7])
def test_the_hypergeometric_function_is_its_series_at_every_size(n):
    term = total = 1.0
    for k in range(400):
        term *= (0.5 + k) ** 2 / ((n / 2 - 1 + k) * (k + 1)) * 0.9975
        total += term
    found = hypergeometric(0.5, np.array([n / 2 - 1]), np.array([0.0025]))
    assert found[0] == pytest.approx(total, rel=1e-13)


@pytest.mark.parametrize(("code", "n"), [("COR", 3), ("ZCOR", 3), ("UCOR", 4)])
def test_a_correlation_of_too_few_persons_has_no_variance(code, n):
    found = effect_sizes(code, r=[0.5, 0.5], n=[n, n + 1])
    assert found.vi[0] is None
    assert found.reasons[0].startswith(code)
    assert found.vi[1] is not None


def test_a_bivariate_normal_probability_has_its_known_values():
    rho = np.array([-0.9, 0.0, 0.3, 0.99])
    orthant = 0.25 + np.arcsin(rho) / (2 * np.pi)
    assert bivariate_normal(0.0, 0.0, rho) == pytest.approx(orthant, abs=1e-15)
    below = bivariate_normal(0.7, -1.1, rho)
    opposite = bivariate_normal(0.7, 1.1, -rho)  # P(X < h) = P(X < h, Y < k) + P(X < h, -Y < -k)
    assert below + opposite == pytest.approx(np.full(4, 0.7580363477769270), abs=1e-14)
    assert bivariate_normal(0.0, -1.0, 0.0) == pytest.approx(0.5 * 0.15865525393145707, abs=1e-15)


def test_a_tetrachoric_correlation_is_that_behind_its_table():
    h, k = 0.4, -0.8
    rho = np.array([-0.95, -0.3, 0.0, 0.6, 0.9])
    row, column = 0.6554217416103242, 0.2118553985833967  # P(X < 0.4), P(Y < -0.8)
    a = bivariate_normal(h, k, rho)
    yi, vi = tetrachoric(a, row - a, column - a, 1.0 - row - column + a)
    assert yi == pytest.approx(rho, abs=1e-10)
    # Brown and Benedetti (1977) and Pearson (1900): pi/2 squared over n for medians and rho = 0
    median = tetrachoric(*(np.array([25.0]) for _ in range(4)))
    assert median[0][0] == pytest.approx(0.0, abs=1e-12)
    assert median[1][0] == pytest.approx((np.pi / 2) ** 2 / 100, rel=1e-12)
    assert (vi > 0).all()


def test_the_variance_of_a_tetrachoric_correlation_is_that_of_simulated_tables():
    shares = np.array([0.3, 0.15, 0.2, 0.35])
    n = 2000
    drawn = np.random.default_rng(20261122).multinomial(n, shares, size=20_000).astype(float)
    found = tetrachoric(*drawn.T)
    expected = tetrachoric(*(np.array([n * share]) for share in shares))
    # the variance of 20,000 tables has a standard error of one percent
    assert found[0].var() == pytest.approx(expected[1][0], rel=0.03)


def test_a_tetrachoric_correlation_at_its_limit_has_no_variance():
    found = effect_sizes("RTET", event_e=[0, 20, 0], n_e=50, event_c=[3, 0, 0], n_c=50)
    assert found.yi == (-1.0, 1.0, None)
    assert found.vi == (None, None, None)
    assert "without a variance" in found.reasons[0]


def test_tetrachoric_correlations_agree_with_metafor_as_far_as_it_goes():
    # metafor 5.1-12, dat.bcg, first three trials; it stops near 1e-5
    tables = {"event_e": [4, 6, 3], "n_e": [123, 306, 231], "event_c": [11, 29, 11]}
    found = effect_size("RTET", **tables, n_c=[139, 303, 220])
    expected = [-0.2631432143715102, -0.43612953497561024, -0.34576693738031455]
    assert found.yi == pytest.approx(np.array(expected), abs=3e-5)


def test_reliabilities_agree_with_metafor_3_8():
    inputs = {"alpha": [0.8, -0.2], "items": [10, 2], "n": [40, 8]}
    expected = {
        "ARAW": ([0.8, -0.2], [0.0023391812865497063, 0.96]),
        "AHW": ([0.41519645235742686, -0.062658569182611146],
                [0.0021900989949307859, 0.076476564131583713]),
        "ABT": ([1.6094379124341005, -0.18232155679395459], [0.058479532163742687, 2 / 3]),
    }  # fmt: skip
    for code, (yi, vi) in expected.items():
        found = effect_size(code, **inputs)
        assert found.yi == pytest.approx(np.array(yi), rel=EXACT), code
        assert found.vi == pytest.approx(np.array(vi), rel=EXACT), code


PREDICTORS = {"t": [2.1, -0.5], "n": [40, 25], "predictors": [3, 4]}


def test_partial_correlations_agree_with_metafor_3_8():
    partial = effect_size("PCOR", **PREDICTORS)
    assert partial.yi == pytest.approx(
        np.array([0.33035042472810616, -0.1111111111111111]), rel=EXACT
    )
    semi = effect_size("SPCOR", **PREDICTORS, r2=[0.3, 0.2])
    assert semi.yi == pytest.approx(np.array([0.29283100928692646, -0.1]), rel=EXACT)
    assert semi.vi == pytest.approx(np.array([0.016458673437500002, 0.031756]), rel=EXACT)


def test_variances_of_partial_correlations_are_those_of_as_many_persons_less():
    n, m = np.array(PREDICTORS["n"]), np.array(PREDICTORS["predictors"])
    partial, z = (effect_size(code, **PREDICTORS) for code in ("PCOR", "ZPCOR"))
    # metafor 3.8 has n - m - 1 in both; recent ones a correlation of n - (m - 1) persons
    older = np.array([0.022045746025289775, 0.048773052888279225])
    assert partial.vi * (n - m) == pytest.approx(older * (n - m - 1), rel=EXACT)
    assert z.vi == pytest.approx(1.0 / (n - (m - 1) - 3), rel=EXACT)


def test_a_partial_correlation_is_a_correlation_of_as_many_persons_less():
    """Simulated: both variances are those of n less the other predictors, not of n."""
    rng = np.random.default_rng(20240711)
    n, others, runs = 30, 6, 20_000
    Z = np.column_stack([np.ones(n), rng.normal(size=(n, others))])
    q, _ = np.linalg.qr(Z)
    x, y = rng.normal(size=(2, runs, n))
    x, y = (v - (v @ q) @ q.T for v in (x, x + 0.8 * y))
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    found = effect_size("ZPCOR", r=r[:1], n=n, predictors=others + 1).vi[0]
    # the variance of 20,000 draws has an error of 1 percent; n - m - 1 would be 5 percent less
    assert np.arctanh(r).var() == pytest.approx(found, rel=0.03)
    rho = 1.0 / np.sqrt(1.64)
    at = effect_size("PCOR", r=rho, n=n, predictors=others + 1).vi[0]
    plain = effect_size("COR", r=rho, n=n - others).vi[0]
    assert at == pytest.approx(plain, rel=EXACT)


def test_too_few_persons_for_their_predictors_have_no_variance():
    for n, m in ((5, 4), (6, 4), (4, 4)):
        with pytest.raises(NotEstimable, match="n is too small"):
            effect_size("PCOR", r=0.3, n=n, predictors=m)
    assert effect_size("PCOR", r=0.3, n=7, predictors=4).vi[0] > 0.0


def test_impossible_statistics_are_refused_with_their_rows():
    with pytest.raises(InputError, match=r"row 1: p is 1.2: a signed p-value lies in"):
        effect_size("COR", p=[0.1, 1.2], n=20)
    with pytest.raises(InputError, match=r"row 0: r2 is 1.2: a share of variance"):
        effect_size("R2", r2=1.2, n=20, predictors=1)
    with pytest.raises(InputError, match="COR: n is missing"):
        effect_size("COR", t=2.0)
    with pytest.raises(InputError, match="row 0: sei is 0.0: a standard error"):
        effect_size("HR", yi=0.3, sei=0.0)


def test_a_standard_error_stands_in_for_a_variance():
    assert effect_size("HR", yi=0.3, sei=0.2).vi[0] == pytest.approx(0.04, rel=EXACT)
