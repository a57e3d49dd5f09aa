"""The first review's known values, each recomputed here by plain formulas, not by the library.

Quantiles are from printed tables of Student's t; the rest is arithmetic on the printed digits.
"""

import re
from math import atan, gamma, pi, sqrt
from statistics import NormalDist, mean, median, stdev

import pytest

from tests.pipeline import pipeline, read_cells
from workflow.lib.files.tables import read_rows

T_20, T_3, T_1 = 2.085963, 3.182446, 12.706205  # two-sided 5 percent
Z = NormalDist().inv_cdf(0.975)
TIMES = {  # time point -> (printed interval, SD, range that rounding allows)
    "baseline": ("5.2", "7.3", 2.31, (2.20, 2.42)),
    "7 days": ("4.2", "6.6", 2.64, (2.53, 2.75)),
    "45 days": ("1.6", "3.0", 1.54, (1.43, 1.65)),
    "last follow-up (mean 194 days)": ("0.9", "3.0", 2.31, (2.20, 2.42)),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    made = pipeline(tmp_path_factory.mktemp("acceptance") / "p")
    made.registry = made.numbers()
    made.values = read_rows(made.path("prepared/values.csv"), "values")
    made.log = read_rows(made.path("prepared/cleaning_log.csv"), "cleaning_log")
    return made


def value(run, study, arm, time_point, quantity):
    place = (study, arm, time_point, quantity)
    names = ("study", "arm", "time_point", "quantity")
    return next(row for row in run.values if tuple(row[name] for name in names) == place)


def sd_from(low, high, n=21, t=T_20):
    return (float(high) - float(low)) / (2 * t) * sqrt(n)


@pytest.mark.parametrize("time_point", TIMES)
def test_prologo_sds_follow_from_their_intervals_within_rounding(run, time_point):
    low, high, expected, (least, most) = TIMES[time_point]
    found = value(run, "prologo2017", "single", time_point, "sd")["value"]
    assert round(found, 2) == expected
    assert found == pytest.approx(sd_from(low, high), abs=1e-5)
    narrow, wide = float(high) - float(low) - 0.1, float(high) - float(low) + 0.1
    assert (round(sd_from(0, narrow), 2), round(sd_from(0, wide), 2)) == (least, most)


def test_prologo_interval_of_the_change_is_refused_and_what_it_would_imply_is_told(run):
    time_point = "last follow-up (mean 194 days)"
    spread = value(run, "prologo2017", "single", time_point, "sd_change_if_paired")
    pre, post, change = sd_from(5.2, 7.3), sd_from(0.9, 3.0), sd_from(2.8, 5.6)
    assert round(spread["value"], 2) == 3.08
    assert spread["value"] == pytest.approx(change, abs=1e-5)
    assert spread["origin"] == "refused"
    r = (pre**2 + post**2 - change**2) / (2 * pre * post)
    found = value(run, "prologo2017", "single", time_point, "r_if_paired")["value"]
    assert found == pytest.approx(r, abs=1e-5)
    assert round(found, 2) == 0.11
    ends = (f"r_if_paired_{end}" for end in ("lb", "ub"))
    low, high = (value(run, "prologo2017", "single", time_point, q)["value"] for q in ends)
    assert (round(low, 2), round(high, 2)) == (-0.05, 0.25)
    line = next(row for row in run.log if row["step"] == "r from the interval of the change")
    assert line["status"] == "refused"
    assert "does not say that the interval is paired" in line["message"]
    used = value(run, "prologo2017", "single", time_point, "r")
    assert (used["origin"], used["basis"]) == ("assumed", "assumptions:r_pre_post")


@pytest.mark.parametrize(
    ("arm", "quartiles", "n", "expected"),
    [("active", (-0.5, 0.5, 3.0), 71, (1.03, 2.65)), ("sham", (0, 0, 3), 73, (1.06, 2.27))],
)
def test_ilfeld_quartiles_convert_and_both_arms_fail_the_skewness_test(
    run, arm, quartiles, n, expected
):
    low, middle, high = quartiles
    weight = 0.7 + 0.39 / n
    by_hand = weight * (low + high) / 2 + (1 - weight) * middle
    score = NormalDist().inv_cdf((0.75 * n - 0.125) / (n + 0.25))
    spread = (high - low) / (2 * score)
    found = [value(run, "ilfeld2023", arm, "4 months", q) for q in ("mean_decrease", "sd_change")]
    assert [row["value"] for row in found] == pytest.approx([by_hand, spread], abs=1e-9)
    assert tuple(round(row["value"], 2) for row in found) == expected
    assert all(row["skewed"] is True for row in found)
    stat, critical = abs(low + high - 2 * middle) / (high - low), 2.65 / sqrt(n) - 6 / n**2
    assert stat > critical
    place = ("ilfeld2023", arm, "4 months")
    line = next(
        row
        for row in run.log
        if (row["study"], row["arm"], row["time_point"]) == place and "skewness" in row["step"]
    )
    assert line["value"] == pytest.approx(stat)
    assert line["status"] == "warning"


def test_ilfeld_difference_has_its_standard_error_and_stands_as_printed(run):
    se = value(run, "ilfeld2023", "active vs sham", "4 months", "difference_se")["value"]
    assert se == pytest.approx((0.7 + 1.0) / (2 * Z))
    assert round(se, 3) == 0.434
    texts = [
        run.registry[f"pooled.controlled.{item}"]["text"] for item in ("beta", "ci_lb", "ci_ub")
    ]
    assert texts == ["-0.10", "-1.00", "0.70"]
    assert run.registry["pooled.controlled.pval"]["value"] == 0.759


def test_moesker_is_told_with_its_percentages(run):
    percents = [100, 95, 90, 40, 20]
    base = "narrated.moesker2014"
    found = [run.registry[f"{base}.{q}"]["value"] for q in ("percent_decrease", "sd_percent")]
    assert found == pytest.approx([mean(percents), stdev(percents)])
    assert run.registry[f"{base}.sd_percent"]["text"] == "36.5%"
    assert run.registry[f"{base}.median_percent"]["value"] == median(percents) == 90
    assert run.registry[f"{base}.percent_decrease"]["value"] == 69.0


def smcr(change, sd, n, r):
    """Change over the SD at the start with the exact correction, and its variance (Becker 1988)."""
    df = n - 1
    j = gamma(df / 2) / (sqrt(df / 2) * gamma((df - 1) / 2))
    g = j * change / sd
    return g, 2 * (1 - r) / n + g**2 / (2 * n)


def test_primary_pool_is_that_of_two_studies_by_hand(run):
    weight = 0.7 + 0.39 / 71
    score = NormalDist().inv_cdf((0.75 * 71 - 0.125) / 71.25)
    ilfeld = smcr(weight * 1.25 + (1 - weight) * 0.5, 2.0 / (2 * score), 71, 0.5)
    prologo = smcr(4.2, sd_from(5.2, 7.3), 21, 0.5)
    (a, va), (b, vb) = ilfeld, prologo
    tau2 = max(0.0, ((a - b) ** 2 - va - vb) / 2)  # REML of two studies: Q at tau2 is one
    wa, wb = 1 / (va + tau2), 1 / (vb + tau2)
    beta, se = (wa * a + wb * b) / (wa + wb), 1 / sqrt(wa + wb)
    pool = {name: run.registry[f"pooled.primary.{name}"]["value"] for name in ("k", "beta", "tau2")}
    assert pool == {"k": 2, "beta": pytest.approx(beta), "tau2": pytest.approx(tau2, rel=1e-5)}
    for test, quantile, expected in (("z", Z, (0.1, 2.2)), ("adhoc", T_1, (-5.7, 8.0))):
        ends = [run.registry[f"pooled.primary.{test}.{end}"]["value"] for end in ("ci_lb", "ci_ub")]
        assert ends == pytest.approx([beta - quantile * se, beta + quantile * se], abs=1e-4)
        assert tuple(round(end, 1) for end in ends) == expected


def p_of_z(z):
    return 2 * NormalDist().cdf(-abs(z))


def p_of_t3(t):
    """Two-sided p of t with three degrees of freedom, in closed form."""
    x = abs(t) / sqrt(3)
    return 1 - 2 / pi * (atan(x) + x / (1 + x * x))


def test_published_line_implies_what_its_digits_allow(run):
    found = {
        name.removeprefix("claims.published_pool."): number["value"]
        for name, number in run.registry.items()
        if name.startswith("claims.published_pool.")
    }
    se, narrow, wide = (
        (high - low) / (2 * Z) for low, high in ((0.24, 2.87), (0.245, 2.865), (0.235, 2.875))
    )
    assert [found["se"], found["se_lb"], found["se_ub"]] == pytest.approx([se, narrow, wide])
    assert [round(x, 4) for x in (se, narrow, wide)] == [0.6709, 0.6684, 0.6735]
    z = (1.545 / wide, 1.555 / narrow)
    assert (found["z_lb"], found["z_ub"]) == pytest.approx(z)
    assert tuple(round(x, 3) for x in z) == (2.294, 2.327)
    p = (p_of_z(z[1]), p_of_z(z[0]))
    assert (found["p_lb"], found["p_ub"]) == pytest.approx(p)
    assert tuple(round(x, 4) for x in p) == (0.0200, 0.0218)
    t_p = p_of_t3(1.55 / (2.63 / (2 * T_3)))
    assert found["t_p"] == pytest.approx(t_p, abs=1e-6)
    assert round(t_p, 3) == 0.033
    hartung = (1.55 - T_3 * se, 1.55 + T_3 * se, p_of_t3(1.55 / se))
    assert (found["hk_lb"], found["hk_ub"], found["hk_pval"]) == pytest.approx(hartung, abs=1e-5)
    assert (round(hartung[0], 2), round(hartung[1], 2), round(hartung[2], 2)) == (-0.59, 3.69, 0.10)
    assert found["hk_se_max"] == pytest.approx(1.55 / T_3, abs=1e-6)
    assert round(found["hk_se_max"], 3) == 0.487


def test_published_z_and_p_are_consistent_with_wald_and_not_with_t(run):
    audited = {row["claim"]: row for row in read_rows(run.path("audit/claims.csv"), "claims_audit")}
    assert audited["pooled_d_z"]["verdict"] == audited["pooled_d_p"]["verdict"] == "consistent"
    wald, t = audited["pooled_d_p"]["arithmetic"].split("; ")[:2]
    assert wald.endswith(": consistent")
    assert t.endswith(": inconsistent")
    assert {row["verdict"] for row in audited.values()} == {"consistent", "not_checkable"}


def test_every_quote_holds_the_digits_of_its_value():
    """The project's own data: a value that its quote does not print was not read there."""
    for row in read_cells("extraction"):
        if row["value"] and row["quote"] and re.fullmatch(r"-?[\d.]+", row["value"]):
            digits = row["value"].lstrip("-")
            # counted in the quote, or the difference of the two means that it prints
            words = {
                "5": "3 patients",
                "1": "a case report",
                "4.2": "6.2 to 2.0",
                "8.0": "11.3 to 3.3",
            }
            assert digits in row["quote"] or words.get(digits, "\0") in row["quote"], row["id"]
