"""workflow/lib/stats/counts/pooling.py against a published example, its definition and laws."""

from dataclasses import asdict
from math import exp

import numpy as np
import pytest

from workflow.lib.stats import pooling
from workflow.lib.stats.counts.mantel_haenszel import mantel_haenszel
from workflow.lib.stats.counts.pooling import count_pooling
from workflow.lib.stats.counts.tables import two_by_two
from workflow.lib.stats.effects import effect_size

# seven trials of aspirin after myocardial infarction (Fleiss 1993, Stat Methods Med Res 2:121)
ASPIRIN = {
    "event_e": (49, 44, 102, 32, 85, 246, 1570),
    "n_e": (615, 758, 832, 317, 810, 2267, 8587),
    "event_c": (67, 64, 126, 38, 52, 219, 1720),
    "n_c": (624, 771, 850, 309, 406, 2257, 8600),
}
SPARSE = {"event_e": (0, 2, 5), "n_e": (50, 40, 60), "event_c": (3, 4, 9), "n_c": (52, 41, 58)}


def fitted(inputs, measure, method, *, test="z", revman=True):
    found = effect_size(measure, **inputs)
    engine = count_pooling(inputs, measure, revman=revman)
    return engine, found, engine.random_effects(found.yi, found.vi, method=method, test=test)


def test_the_odds_ratio_of_the_aspirin_trials_is_the_published_one():
    """As printed in the documentation of R's meta for these data (metabin, sm = OR)."""
    _, _, fit = fitted(ASPIRIN, "OR", "MH")
    assert [round(exp(x), 4) for x in (fit.beta, fit.ci_lb, fit.ci_ub)] == [0.8969, 0.8405, 0.9570]
    assert (round(fit.stat, 2), round(fit.pval, 4)) == (-3.29, 0.0010)
    assert (round(fit.QE, 2), fit.QE_df, round(fit.QEp, 4)) == (9.95, 6, 0.1269)
    assert round(fit.I2_Q, 1) == 39.7


def test_the_random_effects_of_the_aspirin_trials_are_the_published_ones():
    _, _, fit = fitted(ASPIRIN, "OR", "DLMH")
    assert [round(exp(x), 4) for x in (fit.beta, fit.ci_lb, fit.ci_ub)] == [0.8763, 0.7743, 0.9917]
    assert (round(fit.tau2, 4), round(fit.pval, 4)) == (0.0096, 0.0365)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_its_estimate_is_that_of_mantel_haenszel_and_its_q_goes_around_it(measure):
    engine, found, fit = fitted(ASPIRIN, measure, "MH")
    own = mantel_haenszel(engine.tables, measure, zeros=engine.zeros, sato=False)
    assert fit.beta == own.beta
    assert fit.se == pytest.approx(own.se, rel=1e-14)
    assert pytest.approx(float(((found.yi - fit.beta) ** 2 / found.vi).sum()), rel=1e-12) == fit.QE
    assert sum(fit.weights) == pytest.approx(100.0)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_tau2_is_that_of_der_simonian_and_laird_with_q_around_mantel_haenszel(measure):
    _, found, fit = fitted(ASPIRIN, measure, "DLMH")
    w = 1.0 / found.vi
    common = fitted(ASPIRIN, measure, "MH")[2].beta
    Q = float((w * (found.yi - common) ** 2).sum())
    tau2 = max(0.0, (Q - len(w) + 1) / (w.sum() - (w**2).sum() / w.sum()))
    assert fit.tau2 == pytest.approx(tau2, rel=1e-12)
    again = pooling.random_effects(found.yi, found.vi + tau2, method="EE")
    assert (fit.beta, fit.se) == pytest.approx((again.beta, again.se), rel=1e-12)


def test_review_manager_adds_a_half_for_the_pool_too_and_metafor_does_not():
    plus = {name: np.array(x) + 0.5 for name, x in SPARSE.items()}
    plus |= {name: np.array(SPARSE[name]) + 1.0 for name in ("n_e", "n_c")}
    first = [
        np.where(np.arange(3) == 0, plus[name], SPARSE[name])
        for name in ("event_e", "n_e", "event_c", "n_c")
    ]
    treated = two_by_two(first[0], first[1] - first[0], first[2], first[3] - first[2])
    assert fitted(SPARSE, "RR", "MH")[2].beta == mantel_haenszel(treated, "RR").beta
    plain = two_by_two(
        SPARSE["event_e"],
        np.subtract(SPARSE["n_e"], SPARSE["event_e"]),
        SPARSE["event_c"],
        np.subtract(SPARSE["n_c"], SPARSE["event_c"]),
    )
    assert fitted(SPARSE, "RR", "MH", revman=False)[2].beta == mantel_haenszel(plain, "RR").beta


def test_the_variance_of_one_risk_difference_is_binomial():
    """Greenland & Robins (1985) reduces to p(1 - p) / n of each group."""
    table = two_by_two([12], [38], [20], [35])
    own = 12 * 38 / 50**3 + 20 * 35 / 55**3
    assert mantel_haenszel(table, "RD", sato=False).se ** 2 == pytest.approx(own, rel=1e-12)
    both = two_by_two([12, 1], [38, 30], [20, 2], [35, 99])
    assert mantel_haenszel(both, "RD", sato=False).se != mantel_haenszel(both, "RD").se


@pytest.mark.parametrize("method", ["MH", "DLMH"])
def test_groups_swapped_turn_the_sign_and_nothing_else(method):
    swapped = {
        **{f"{name}_e": ASPIRIN[f"{name}_c"] for name in ("event", "n")},
        **{f"{name}_c": ASPIRIN[f"{name}_e"] for name in ("event", "n")},
    }
    fit, turned = fitted(ASPIRIN, "RR", method)[2], fitted(swapped, "RR", method)[2]
    assert turned.beta == pytest.approx(-fit.beta, rel=1e-10)
    assert (turned.se, turned.tau2, turned.QE) == pytest.approx((fit.se, fit.tau2, fit.QE))


@pytest.mark.parametrize("method", ["MH", "DLMH"])
def test_one_study_stands_for_itself_and_none_gives_nothing(method):
    one = {name: x[:1] for name, x in ASPIRIN.items()}
    _, found, fit = fitted(one, "OR", method)
    assert (fit.k, fit.method, fit.beta) == (1, method, pytest.approx(float(found.yi[0])))
    none = count_pooling({}, "OR").random_effects([], [], method=method)
    assert (none.k, none.beta, none.method) == (0, None, method)


def test_each_pool_without_one_study_is_the_pool_of_the_rest():
    engine, found, _ = fitted(ASPIRIN, "OR", "DLMH")
    left = engine.refit_without_each(found.yi, found.vi, method="DLMH", test="adhoc", level=95.0)
    rest = {name: x[1:] for name, x in ASPIRIN.items()}
    assert left.row(0) == asdict(fitted(rest, "OR", "DLMH", test="adhoc")[2])


def test_knapp_hartung_scales_the_variance_by_the_spread_around_the_estimate():
    engine, found, wald = fitted(ASPIRIN, "OR", "MH")
    fits = {fit.test: fit for fit in engine.all_tests(found.yi, found.vi, method="MH")}
    assert fits["knha"].se == pytest.approx(wald.se * (wald.QE / 6) ** 0.5)
    assert fits["adhoc"].se >= fits["z"].se == wald.se
    assert fits["t"].df == 6
