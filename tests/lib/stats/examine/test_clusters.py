"""workflow/lib/stats/examine/clusters.py: dependent estimates by name, with what is known of V."""

import numpy as np
import pytest

from tests.agreement import table
from workflow.lib.errors import InputError
from workflow.lib.stats.examine.catalogue import PROCEDURES
from workflow.lib.stats.examine.examined import Pool, examine

BERKEY = table("dat.berkey1998")
SCHOOLS = table("dat.konstantopoulos2011")
# metafor 3.8-1: vcalc, rma.mv, aggregate; its optimisers give about six digits
SIX = 5e-6


def berkey(**words):
    """The trials of Berkey et al. (1998): two outcomes each, with their correlation in a column."""
    first = np.arange(0, 10, 2)
    v1, cov, v2 = (np.array(BERKEY[n], float) for n in ("v1i", "v2i", "v2i"))
    r = np.repeat(cov[first] / np.sqrt(v1[first] * v2[first + 1]), 2)
    columns = {
        "trial": tuple(f"trial {t:.0f}" for t in BERKEY["trial"]),
        "measured": tuple(BERKEY["outcome"]),
        "r_errors": tuple(r.tolist()),
        "week": tuple(0.0 if one == "PD" else 1.0 for one in BERKEY["outcome"]),
    }
    return _pool(BERKEY, columns, **words)


def schools(**words):
    return _pool(SCHOOLS, {"district": tuple(f"d{d:.0f}" for d in SCHOOLS["district"])}, **words)


def _pool(data, columns, **words):
    k = len(data["yi"])
    given = {
        **{"yi": np.array(data["yi"], float), "vi": np.array(data["vi"], float)},
        **{"ni": (None,) * k, "studies": tuple(f"estimate {i}" for i in range(k))},
        **{"columns": columns, "inputs": {}, "method": "REML", "test": "z", "level": 95.0},
    }
    return Pool(**given | words)


def answer(pool, procedure, **options):
    (found,) = examine(pool, {procedure: options}, PROCEDURES)
    return found


BOTH = {"cluster": "trial", "inner": "measured", "formula": "~ measured - 1"}


def test_berkey_1998_by_name_gives_the_published_fit():
    pool = berkey(method="ML")
    found = answer(pool, "multivariate", **BOTH, struct="UN", errors={"rho": "r_errors"})
    expected = {
        **{"beta.measuredAL": -0.337938, "beta.measuredPD": 0.344839},
        **{"tau2.AL": 0.026145, "tau2.PD": 0.007002, "rho": 0.699230},
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value, abs=1e-6), name  # six decimals
    assert found.tag == "ML, measured | trial, UN, z"
    assert found.values["robust.se.measuredAL"] > 0.0
    assert found.by_study == {}


def test_the_printed_covariances_are_the_correlations_that_they_imply():
    pool = berkey(method="ML")
    sei = [v**0.5 for v in pool.vi]
    r = pool.columns["r_errors"]
    pool.columns["covariance"] = tuple(
        r[i] * sei[i - i % 2] * sei[i - i % 2 + 1] for i in range(len(sei))
    )
    by_rho, by_cov = (
        answer(pool, "multivariate", **BOTH, struct="UN", errors=errors).values
        for errors in ({"rho": "r_errors"}, {"cov": "covariance"})
    )
    for field in ("beta.measuredAL", "beta.measuredPD", "tau2.AL", "tau2.PD", "rho"):
        assert by_cov[field] == pytest.approx(by_rho[field], rel=1e-9), field


@pytest.mark.parametrize("rho", [0.6, {"AL": {"PD": 0.6}}, {"PD": {"AL": 0.6}}])
def test_one_correlation_of_the_errors_for_all_clusters_is_that_of_vcalc(rho):
    found = answer(berkey(method="ML"), "multivariate", **BOTH, struct="UN", errors={"rho": rho})
    expected = {
        **{"beta.measuredAL": -0.350156621755116, "beta.measuredPD": 0.355201190510429},
        **{"se.measuredAL": 0.0800198593660361, "se.measuredPD": 0.0534305373286263},
        **{"tau2.AL": 0.026296669930331, "tau2.PD": 0.00883489869953967},
        "rho": 0.529819618139556,
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value, rel=SIX), name


def test_times_and_an_autocorrelation_are_those_of_vcalc():
    errors = {"time": "week", "phi": 0.5}
    found = answer(berkey(), "multivariate", **BOTH, struct="HCS", errors=errors)
    expected = {
        **{"beta.measuredAL": -0.34526553683276, "beta.measuredPD": 0.357779148100739},
        **{"se.measuredAL": 0.0881150654788413, "se.measuredPD": 0.0607998082229444},
        **{"tau2.AL": 0.0327710005690055, "tau2.PD": 0.0128225938452548},
        "rho": 0.543779707912375,
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value, rel=SIX), name


def test_three_levels_with_correlated_errors_are_those_of_metafor():
    found = answer(schools(), "multilevel", cluster="district", errors={"rho": 0.4})
    expected = {
        **{"beta.intrcpt": 0.18982525994932, "se.intrcpt": 0.0858412299396962},
        **{"sigma2.district": 0.0591433188295373, "sigma2.district_study": 0.0426090938056397},
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value, rel=SIX), name


def test_without_errors_three_levels_are_the_published_ones():
    found = answer(schools(), "multilevel", cluster="district")  # METHODS: six decimals
    expected = {
        **{"beta.intrcpt": 0.184713, "se.intrcpt": 0.084556, "ll": -7.958724},
        **{"sigma2.district": 0.065062, "sigma2.district_study": 0.032737},
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value, abs=1e-6), name
    assert found.values["ICC.district"] == pytest.approx(0.6653, abs=5e-5)
    assert found.values["robust.se.intrcpt"] == pytest.approx(0.084458, abs=1e-6)
    assert found.values["robust.pval.intrcpt"] == pytest.approx(0.05397, abs=1e-5)


def test_one_estimate_per_cluster_is_that_of_aggregate():
    found = answer(schools(), "aggregated", cluster="district", errors={"rho": 0.4})
    expected = (0.210975139647812, 0.0963991554149449, 0.0899491717363118)
    assert [found.values[n] for n in ("beta", "se", "tau2")] == pytest.approx(expected, rel=1e-9)


def test_a_correlation_of_0_changes_nothing():
    without = answer(berkey(), "multivariate", **BOTH, struct="CS")
    zero = answer(berkey(), "multivariate", **BOTH, struct="CS", errors={"rho": 0.0})
    assert zero.values["beta.measuredAL"] == pytest.approx(without.values["beta.measuredAL"])
    assert zero.values["tau2"] == pytest.approx(without.values["tau2"], rel=1e-6)


@pytest.mark.parametrize("struct", ["CS", "HCS", "UN", "ID", "DIAG", "AR", "HAR"])
@pytest.mark.parametrize("test", ["z", "t", "knha"])
def test_every_structure_answers_and_says_why_a_field_is_missing(struct, test):
    found = answer(berkey(test=test), "multivariate", **BOTH, struct=struct)
    assert found.reason == ""
    missing = [name for name, value in found.values.items() if value is None]
    assert [name for name in missing if not found.reasons.get(name)] == []


def told(pool, procedure, **options):
    found = answer(pool, procedure, **options)
    assert found.values == {}
    return found.reason


def test_a_singular_v_is_refused_with_its_clusters_or_repaired():
    same = berkey()
    same.columns["measured"] = tuple(
        "AL" if i < 2 else one for i, one in enumerate(BERKEY["outcome"])
    )
    options = {"cluster": "trial", "inner": "measured", "struct": "CS"}
    reason = told(same, "multivariate", **options, errors={"rho": 0.5})
    assert reason.startswith("cluster trial 1: V is not positive definite")
    assert "trial 2" not in reason
    reason = told(berkey(), "aggregated", cluster="trial", errors={"rho": 1.0})
    assert all(f"cluster trial {number}: V is not" in reason for number in range(1, 6))
    repaired = answer(same, "multivariate", **options, errors={"rho": 0.5, "repair": True})
    assert repaired.reason == ""


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"time": "week"}, "time needs phi"),
        ({"cov": "week", "phi": 0.5, "time": "week"}, "cov says all of the covariance"),
        ({"cov": "measured"}, "measured is not a number for estimate 0 (PD), estimate 1 (AL)"),
        ({"phi": 0.5}, "phi needs time"),
        ({"rho": "measured"}, "measured is not a number for estimate 0 (PD), estimate 1 (AL)"),
        ({"time": "measured", "phi": 0.5}, "measured is not a number for estimate 0 (PD)"),
        ({"rho": "week"}, "week is not the same for all studies of trial 1"),
        ({"rho": {"AL": {"XX": 0.5}}}, "rho has no value for 'AL' with 'PD'"),
    ],
)
def test_errors_that_the_columns_cannot_serve_say_why(errors, words):
    assert words in told(berkey(), "multivariate", **BOTH, errors=errors)


def test_estimates_that_do_not_depend_say_so():
    alone = berkey()
    alone.columns["trial"] = tuple(f"t{i}" for i in range(10))
    assert told(alone, "multivariate", **BOTH) == "every study has its own trial: nothing depends"
    alike = berkey()
    alike.columns["measured"] = ("AL",) * 10
    reason = told(alike, "multivariate", cluster="trial", inner="measured")
    assert reason == "no trial holds two levels of measured: nothing correlates"
    reason = told(berkey(), "aggregated", cluster="trial", errors={"repair": True})
    assert reason.startswith("give rho, or time and phi")
    reason = told(berkey(), "multivariate", cluster="trial", inner="measured", struct="CAR")
    assert "inner must be numbers" in reason


def test_what_each_trial_does_has_a_name_for_each_trial_and_coefficient():
    """metafor 3.8-1: rstudent, cooks.distance, dfbetas with cluster = trial; about six digits."""
    options = {**BOTH, "struct": "UN", "errors": {"rho": "r_errors"}}
    found = answer(berkey(), "multivariate_influence", **options, delete="cluster")
    expected = {"X2": 8.8043, "cook_d": 0.996805}
    expected |= {"dfbs.measuredAL": -1.371930, "dfbs.measuredPD": -0.916608}
    for name, value in expected.items():
        assert found.values[f"clusters.trial_2.{name}"] == pytest.approx(value, rel=2e-5), name
    assert found.values["clusters.trial_2.size"] == 2
    assert found.by_study["rstudent"][3] == pytest.approx(-2.6425, abs=5e-5)
    assert sum(found.by_study["hat"]) == pytest.approx(2.0)
    assert found.tag == ("influence of clusters, re-estimated; REML, measured | trial, UN, z")


def test_what_each_estimate_does_is_one_value_per_study_and_coefficient():
    options = {**BOTH, "struct": "UN", "errors": {"rho": "r_errors"}, "reestimate": False}
    found = answer(berkey(), "multivariate_influence", **options)
    assert found.by_study["rstudent"][:2] == pytest.approx((0.9189, 0.0106), abs=5e-5)
    assert len(found.by_study["dfbs.measuredAL"]) == 10
    assert found.values == {}
    assert found.tag.startswith("influence of estimates, variances kept; REML")


def test_a_trial_without_which_nothing_correlates_has_no_numbers_but_a_reason():
    alone = berkey()
    alone.columns["trial"] = ("a", "a", *(f"t{i}" for i in range(8)))
    found = answer(alone, "multivariate_influence", **BOTH, delete="cluster")
    assert found.values["clusters.a.X2"] is None
    assert "nothing is left that correlates" in found.reasons["clusters.a.X2"]
    assert "nothing is left" in found.reasons["clusters.a.dfbs.measuredAL"]
    assert found.values["clusters.t1.X2"] > 0.0
    assert found.by_study["rstudent"][0] is None
    missing = [name for name, value in found.values.items() if value is None]
    assert [name for name in missing if not found.reasons.get(name)] == []


def test_the_variances_of_the_schools_have_the_intervals_of_metafor():
    """metafor 5.1-12, confint(rma.mv(yi, vi, random = ~ 1 | district/school)); rma_mv.json."""
    found = answer(schools(), "variance_intervals", cluster="district").values
    expected = {
        **{"district.sigma2_lb": 0.022239690688407383, "district.sigma2_ub": 0.2072416192230731},
        "district_study.sigma2_lb": 0.016265255017032597,
        "district_study.sigma2_ub": 0.06282758049966841,
    }
    for name, value in expected.items():
        assert found[f"interval.{name}"] == pytest.approx(value, rel=1e-5), name  # its search's end
    assert found["interval.district.sigma2"] == pytest.approx(0.065062, abs=5e-7)


def test_the_variances_and_the_correlation_of_outcomes_have_intervals_by_name():
    options = {**BOTH, "struct": "HCS", "errors": {"rho": "r_errors"}}
    found = answer(berkey(), "variance_intervals", **options)
    for name, kind in (("AL", "tau2"), ("PD", "tau2"), ("rho", "rho")):
        low, est, high = (
            found.values[f"interval.{name}.{kind}{end}"] for end in ("_lb", "", "_ub")
        )
        assert low <= est <= high
        assert low < high
    fit = answer(berkey(), "multivariate", **options).values
    assert found.values["interval.AL.tau2"] == pytest.approx(fit["tau2.AL"])
    missing = [name for name, value in found.values.items() if value is None]
    assert [name for name in missing if not found.reasons.get(name)] == []


def test_columns_that_do_not_exist_are_refused_all_at_once():
    wanted = {
        "multivariate": {
            "cluster": "trail",
            "inner": "outcome",
            "errors": {"rho": "r", "time": "t"},
        },
        "weighted": {"by": "weight"},
    }
    with pytest.raises(InputError) as error:
        examine(berkey(), wanted, PROCEDURES)
    assert [problem.partition(";")[0] for problem in error.value.problems] == [
        f"examine.{name}: there is no column {column!r}"
        for name, column in (
            *(("multivariate", one) for one in ("trail", "outcome", "t", "r")),
            ("weighted", "weight"),
        )
    ]
