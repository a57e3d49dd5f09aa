"""Bad input to every public function of workflow/lib/stats: one clear error, by row, never another.

Each entry is a good call; its columns are then spoilt one cell at a time.
"""

import numpy as np
import pytest

from workflow.lib.errors import InputError, ReviewError
from workflow.lib.stats import conversions, pooling
from workflow.lib.stats.alternatives.henmi_copas import henmi_copas
from workflow.lib.stats.alternatives.robust_mean import ivhet, unweighted
from workflow.lib.stats.batch.leave_one_out import refit_without_each
from workflow.lib.stats.batch.pool import pool_groups
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.normal_normal import normal_normal
from workflow.lib.stats.bayes.sensitivity import prior_sensitivity
from workflow.lib.stats.certainty import information_size
from workflow.lib.stats.counts import mantel_haenszel as mh
from workflow.lib.stats.counts import peto
from workflow.lib.stats.counts.glmm import glmm
from workflow.lib.stats.counts.tables import one_group, person_time, two_by_two
from workflow.lib.stats.dependence.aggregate import Correlation, aggregate
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.robust import robust, robust_regression
from workflow.lib.stats.dependence.terms import factor, nested, structure
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.dependence.v_matrix import Overlap, v_matrix
from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.diagnostics.gosh import gosh
from workflow.lib.stats.diagnostics.heteroscedastic import group_heterogeneity
from workflow.lib.stats.diagnostics.leave_one_out import leave_one_out
from workflow.lib.stats.diagnostics.new_study import new_study
from workflow.lib.stats.effects import effect_size
from workflow.lib.stats.heterogeneity import heterogeneity, tau2_ci_qp
from workflow.lib.stats.icc import icc_agreement
from workflow.lib.stats.kappa import cohen_kappa
from workflow.lib.stats.regression.fit import fit_linear, meta_regression
from workflow.lib.stats.regression.location_scale import location_scale
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict
from workflow.lib.stats.regression.subgroups import subgroup_analysis
from workflow.lib.stats.reported import change, fivenum, standardized, tables, wald
from workflow.lib.stats.reported import transforms as integrals
from workflow.lib.stats.reported.delta import delta_method
from workflow.lib.stats.small_study import excess_significance as tes
from workflow.lib.stats.small_study import fail_safe, fail_safe_general
from workflow.lib.stats.small_study.contours import contour_limits
from workflow.lib.stats.small_study.given_weights import selection_sensitivity
from workflow.lib.stats.small_study.pet_peese import pet_peese
from workflow.lib.stats.small_study.rank_test import rank_test
from workflow.lib.stats.small_study.regression_test import egger_test, regression_test
from workflow.lib.stats.small_study.selection_model import selection_model
from workflow.lib.stats.small_study.trim_fill import trim_fill
from workflow.lib.stats.weighted_kappa import weighted_kappa

YI, VI = [1.3, -0.2, 0.9, 0.2, 1.4], [0.2, 0.1, 0.3, 0.4, 0.25]
X = [[1.0, 0.1], [1.0, 0.5], [1.0, 0.2], [1.0, 0.9], [1.0, 0.4]]
GROUP, CLUSTER = [0, 0, 1, 1, 1], ["a", "a", "b", "b", "c"]
SEEN = [[True, True, False, True, True], [True] * 5]
FIT = fit_linear(linear_model(YI, VI, X))
PRIOR = priors.half_normal(0.5)
COUNTS = {"ai": [3, 5, 2, 6], "bi": [20, 30, 25, 31], "ci": [6, 4, 7, 9], "di": [19, 28, 22, 30]}
TIMES = {"x1i": [3, 5, 2, 6], "t1i": [20.0, 30.0, 25.0, 31.0]}
TIMES |= {"x2i": [6, 4, 7, 9], "t2i": [19.0, 28.0, 22.0, 30.0]}
BOTH = {"yi": YI, "vi": VI}


def on_model(function, **options):
    """`function` of the model of columns yi, vi and X."""
    return lambda yi, vi, X: function(linear_model(yi, vi, X), **options)


def with_clusters(function):
    """`function` of a model and labels of its rows."""
    return lambda yi, vi, cluster: function(linear_model(yi, vi), cluster)


def sandwich(yi, V, cluster):
    model = dependent_model(yi, V)
    terms = (factor("cluster", cluster),)
    return robust(model, terms, multilevel(model, terms), cluster)


def levels(yi, V, cluster, inner):
    model = dependent_model(yi, V)
    return multilevel(model, nested(("cluster", "inner"), (cluster, inner)))


def outcomes(yi, V, cluster, inner):
    return multivariate(dependent_model(yi, V), (structure(inner, cluster),))


V = np.diag(VI).tolist()
INNER = [1, 2, 1, 2, 1]
OF_EFFECTS = {
    "random_effects": pooling.random_effects,
    "all_tests": pooling.all_tests,
    "henmi_copas": henmi_copas,
    "ivhet": ivhet,
    "unweighted": unweighted,
    "refit_without_each": refit_without_each,
    "normal_normal": lambda yi, vi: normal_normal(yi, vi, tau_prior=PRIOR),
    "prior_sensitivity": lambda yi, vi: prior_sensitivity(yi, vi, priors=[PRIOR]),
    "heterogeneity": heterogeneity,
    "tau2_ci_qp": tau2_ci_qp,
    "excess_significance": tes.excess_significance,
    "limit_theta": tes.limit_theta,
    "rosenthal": fail_safe.rosenthal,
    "rosenberg": fail_safe.rosenberg,
    "orwin": fail_safe.orwin,
    "general": fail_safe_general.general,
    "dilute": lambda yi, vi: fail_safe_general.dilute(yi, vi, 3),
    "selection_sensitivity": selection_sensitivity,
    "pet_peese": pet_peese,
    "rank_test": rank_test,
    "egger_test": egger_test,
    "regression_test": regression_test,
    "selection_model": selection_model,
    "trim_fill": trim_fill,
    "gosh": lambda yi, vi: gosh(yi, vi, subsets=50),
    "new_study": lambda yi, vi: new_study(yi, vi, sei=0.3),
    "delta_method": lambda yi, vi: delta_method(yi, vi, np.exp),
}
GOOD = {name: (function, BOTH, ()) for name, function in OF_EFFECTS.items()} | {
    "pool_groups": (pool_groups, BOTH | {"group": GROUP}, ("group",)),
    "pool_subsets": (pool_subsets, BOTH | {"include": SEEN}, ("include",)),
    "binomial": (fail_safe.binomial, {"yi": YI}, ()),
    "orwin, unweighted": (fail_safe.orwin, {"yi": YI}, ()),
    "contour_limits": (contour_limits, {"sei": VI}, ()),
    "meta_regression": (meta_regression, BOTH | {"X": X}, ()),
    "linear_model": (linear_model, BOTH | {"X": X, "weights": VI}, ()),
    "location_scale": (
        lambda yi, vi, Z: location_scale(linear_model(yi, vi), Z),
        BOTH | {"Z": X},
        (),
    ),
    "predict": (lambda at: predict(linear_model(YI, VI, X), FIT, at), {"at": X}, ()),
    "subgroup_analysis": (subgroup_analysis, BOTH | {"groups": GROUP}, ("groups",)),
    "group_heterogeneity": (
        with_clusters(group_heterogeneity),
        BOTH | {"cluster": GROUP},
        ("cluster",),
    ),
    "leave_one_out": (
        lambda yi, vi, cluster: leave_one_out(linear_model(yi, vi), clusters=cluster),
        BOTH | {"cluster": CLUSTER},
        ("cluster",),
    ),
    "cumulative": (
        lambda yi, vi, order: cumulative(linear_model(yi, vi), order=order),
        BOTH | {"order": INNER},
        ("order",),
    ),
    "robust_regression": (
        lambda yi, vi, cluster: robust_regression(
            linear_model(yi, vi), fit_linear(linear_model(yi, vi)), cluster
        ),
        BOTH | {"cluster": CLUSTER},
        ("cluster",),
    ),
    "robust": (sandwich, {"yi": YI, "V": VI, "cluster": CLUSTER}, ("cluster",)),
    "multilevel": (
        levels,
        {"yi": YI, "V": V, "cluster": CLUSTER, "inner": INNER},
        ("cluster", "inner"),
    ),
    "multivariate": (
        outcomes,
        {"yi": YI, "V": V, "cluster": CLUSTER, "inner": INNER},
        ("cluster", "inner"),
    ),
    "aggregate": (
        lambda yi, vi, cluster: aggregate(yi, vi, cluster, correlation=Correlation(rho=0.5)),
        BOTH | {"cluster": CLUSTER},
        ("cluster",),
    ),
    "aggregate, time": (
        lambda yi, vi, time: aggregate(
            yi, vi, CLUSTER, correlation=Correlation("CAR", phi=0.5, time=time)
        ),
        BOTH | {"time": INNER},
        (),
    ),
    "aggregate, V": (
        lambda yi, V: aggregate(yi, V, CLUSTER),
        {"yi": YI, "V": V},
        (),
    ),
    "v_matrix": (
        lambda vi, cluster, obs: v_matrix(vi, cluster, Overlap(obs=obs, rho=0.5)),
        {"vi": VI, "cluster": CLUSTER, "obs": INNER},
        ("cluster", "obs"),
    ),
    "v_matrix, time": (
        lambda vi, time1: v_matrix(vi, CLUSTER, Overlap(time1=time1, phi=0.5)),
        {"vi": VI, "time1": INNER},
        (),
    ),
    "dependent_model": (dependent_model, {"yi": YI, "V": V, "X": X}, ()),
    "egger_test, ni": (
        lambda yi, vi, ni: egger_test(yi, vi, predictor="ni", ni=ni),
        BOTH | {"ni": [10, 20, 30, 15, 25]},
        (),
    ),
    "mantel_haenszel": (lambda **n: mh.mantel_haenszel(two_by_two(**n)), COUNTS, ()),
    "mantel_haenszel, each left out": (lambda **n: mh.leave_one_out(two_by_two(**n)), COUNTS, ()),
    "mantel_haenszel, rates": (
        lambda **n: mh.mantel_haenszel(person_time(**n), "IRR"),
        TIMES,
        (),
    ),
    "peto": (lambda **n: peto.peto(two_by_two(**n)), COUNTS, ()),
    "peto, each left out": (lambda **n: peto.leave_one_out(two_by_two(**n)), COUNTS, ()),
    "glmm": (lambda **n: glmm(two_by_two(**n)), COUNTS, ()),
    "glmm, one group": (
        lambda xi, ni: glmm(one_group(xi, ni=ni), "PLO"),
        {"xi": [3, 5, 2], "ni": [20, 30, 40]},
        (),
    ),
    "effect_size, MD": (
        lambda **n: effect_size("MD", **n),
        {
            **{"mean_e": YI, "sd_e": VI, "n_e": [9, 8, 7, 6, 5]},
            **{"mean_c": YI, "sd_c": VI, "n_c": [9, 8, 7, 6, 5]},
        },
        (),
    ),
    "dumouchel": (priors.dumouchel, {"vi": VI}, ()),
    "jeffreys": (priors.jeffreys, {"vi": VI}, ()),
    "cohen_kappa": (cohen_kappa, {"table": [[5, 2], [1, 6]]}, ()),
    "weighted_kappa": (weighted_kappa, {"table": [[5, 2], [1, 6]]}, ()),
    "icc_agreement": (icc_agreement, {"ratings": [[5, 2], [1, 6], [3, 3]]}, ()),
    "exp_int": (lambda x: integrals.exp_int(x, 0.1), {"x": YI}, ()),
}
BY_ROW = ("delta_method",)  # answer every row that they can, with a reason for each other one
ANY_SHAPE = (("pool_subsets", "include"), ("predict", "at"), ("exp_int", "x"))
CASES = [(name, column) for name, (_, columns, _) in GOOD.items() for column in columns]
NUMBERS = ("x", "0,2", None, np.nan, np.inf, 1j)


def spoilt(values, cell):
    """`values` with `cell` in row 1, and in its last column if there are several."""
    rows = [list(row) if isinstance(row, list) else row for row in values]
    if isinstance(rows[1], list):
        rows[1][-1] = cell
    else:
        rows[1] = cell
    return rows


def complaint(function, columns):
    """The error of a call; None if it was answered. Nothing but our own errors may come out."""
    try:
        function(**columns)
    except ReviewError as error:
        return error
    return None


@pytest.mark.parametrize("name", GOOD)
def test_the_unspoilt_call_is_answered(name):
    function, columns, _ = GOOD[name]
    assert complaint(function, columns) is None


@pytest.mark.parametrize(("name", "column"), [c for c in CASES if c[1] not in GOOD[c[0]][2]])
@pytest.mark.parametrize("cell", NUMBERS, ids=repr)
def test_a_cell_that_is_no_number_is_refused_by_its_row_and_column(name, column, cell):
    function, columns, _ = GOOD[name]
    if name in BY_ROW and not isinstance(cell, (str, complex)):
        found = function(**columns | {column: spoilt(columns[column], cell)})
        assert [row for row, reason in enumerate(found.reasons) if reason] == [1]
        return
    error = complaint(function, columns | {column: spoilt(columns[column], cell)})
    assert isinstance(error, InputError)
    assert "row 1" in str(error)
    as_object = np.array(spoilt(columns[column], cell), dtype=object)
    assert isinstance(complaint(function, columns | {column: as_object}), InputError)


@pytest.mark.parametrize(("name", "column"), [c for c in CASES if c[1] in GOOD[c[0]][2]])
@pytest.mark.parametrize("cell", [None, np.nan], ids=repr)
def test_a_missing_label_is_refused_by_its_row(name, column, cell):
    function, columns, _ = GOOD[name]
    error = complaint(function, columns | {column: spoilt(columns[column], cell)})
    assert isinstance(error, InputError)
    assert "row 1" in str(error)


@pytest.mark.parametrize(("name", "column"), [c for c in CASES if c not in ANY_SHAPE])
def test_a_column_of_another_shape_is_refused(name, column):
    function, columns, _ = GOOD[name]
    values = columns[column]
    for wrong in ("text", {"a": 1}, [values], [[x] for x in values], 1j, [[0.1], [0.1, 0.2]]):
        error = complaint(function, columns | {column: wrong})
        assert isinstance(error, ReviewError), f"{column}: {wrong!r}"
    if len(columns) > 1:
        for wrong in (values[:-1], [*values, values[0]]):
            error = complaint(function, columns | {column: wrong})
            assert isinstance(error, ReviewError), f"{column}: {wrong!r}"


@pytest.mark.parametrize("name", GOOD)
def test_nothing_at_all_is_answered_or_refused_on_purpose(name):
    function, columns, _ = GOOD[name]
    complaint(function, dict.fromkeys(columns, ()))
    complaint(function, {column: np.empty(0) for column in columns})


@pytest.mark.parametrize(
    ("name", "column"),
    [
        c
        for c in CASES
        if c[0] not in BY_ROW and c[1] in {"vi", "sei", "V", *COUNTS, *TIMES, "sd_e"}
    ],
)
@pytest.mark.parametrize("cell", [-0.1, -np.inf])
def test_a_variance_or_count_below_zero_is_refused_by_its_row(name, column, cell):
    function, columns, _ = GOOD[name]
    values = list(columns[column])
    if isinstance(values[1], list):
        values[1] = [0.0, cell, *[0.0] * (len(values) - 2)]
    else:
        values[1] = cell
    error = complaint(function, columns | {column: values})
    assert isinstance(error, InputError)
    assert "row 1" in str(error)


FIVE, PAIR = (1.0, 2.0, 3.0, 4.0, 6.0), (2.0, 2.5)
SINGLE = {
    conversions.sd_from_se: {"se": 0.5, "n": 20},
    conversions.se_from_ci: {"ci_lb": 0.1, "ci_ub": 0.9},
    conversions.sd_from_ci: {"ci_lb": 0.1, "ci_ub": 0.9, "n": 20},
    conversions.se_from_p: {"estimate": 0.4, "p": 0.03},
    conversions.mean_from_quartiles: {"q1": 1.0, "median": 2.0, "q3": 4.0, "n": 20},
    conversions.mean_from_range: {"minimum": 1.0, "median": 2.0, "maximum": 4.0, "n": 20},
    conversions.mean_from_five_numbers: {"five": FIVE, "n": 20},
    conversions.sd_from_quartiles: {"q1": 1.0, "q3": 4.0, "n": 20},
    conversions.sd_from_range: {"minimum": 1.0, "maximum": 4.0, "n": 20},
    conversions.sd_from_five_numbers: {"five": FIVE, "n": 20},
    conversions.skewness_test: {"q1": 1.0, "median": 2.0, "q3": 4.0, "n": 20},
    conversions.skewness_test_range: {"minimum": 1.0, "median": 2.0, "maximum": 4.0, "n": 20},
    conversions.skewness_test_five_numbers: {"five": FIVE, "n": 20},
    conversions.sd_change_from_r: {"sd_pre": 2.0, "sd_post": 3.0, "r": 0.5},
    conversions.r_from_sd_change: {"sd_pre": 2.0, "sd_post": 3.0, "sd_change": 2.5},
    conversions.r_range: {"sd_pre": PAIR, "sd_post": PAIR, "sd_change": PAIR},
    change.sd_change_from_t: {"mean_change": 2.0, "t": 3.0, "n": 20},
    change.sd_change_from_p: {"mean_change": 2.0, "p": 0.03, "n": 20},
    change.sd_change_from_ci: {"ci_lb": 0.1, "ci_ub": 0.9, "n": 20},
    change.r_from_t: {"sds": (5.0, 6.0), "mean_change": 2.0, "t": 3.0, "n": 20},
    change.r_from_p: {"sds": (5.0, 6.0), "mean_change": 2.0, "p": 0.03, "n": 20},
    change.r_from_ci: {"sds": (5.0, 6.0), "interval": (0.1, 4.0), "n": 20},
    change.t_from_change: {"mean_change": 2.0, "sd_change": 3.0, "n": 20},
    standardized.d_from_t: {"t": 2.0, "n1": 20, "n2": 22},
    standardized.d_from_f: {"F": 2.0, "n1": 20, "n2": 22, "sign": 1},
    standardized.d_from_p: {"p": 0.03, "n1": 20, "n2": 22, "sign": 1},
    standardized.t_from_p: {"p": 0.03, "df": 20, "sign": 1},
    standardized.sd_from_t: {"difference": 2.0, "t": 3.0, "n1": 20, "n2": 22},
    standardized.sd_from_p: {"difference": 2.0, "p": 0.03, "n1": 20, "n2": 22},
    standardized.sd_from_difference_ci: {"ci_lb": 0.1, "ci_ub": 0.9, "n1": 20, "n2": 22},
    standardized.pooled_sd: {"sd1": 2.0, "n1": 20, "sd2": 3.0, "n2": 22},
    standardized.combined_groups: {"first": (20, 2.0, 3.0), "second": (22, 2.5, 3.5)},
    tables.table_from_accuracy: {
        **{"sensitivity": 0.9, "specificity": 0.8, "diseased": 20, "healthy": 40},
    },
    information_size.two_proportions: {"control_risk": 0.2, "risk": 0.1},
    information_size.two_means: {"difference": 1.0, "sd": 2.0},
    information_size.one_mean: {"difference": 1.0, "sd": 2.0},
    priors.normal: {"mean": 0.0, "sd": 1.0},
    priors.half_normal: {"scale": 1.0},
    priors.half_cauchy: {"scale": 1.0},
    priors.half_t: {"df": 3.0, "scale": 1.0},
    priors.log_t: {"df": 3.0, "location": 0.0, "scale": 1.0},
    priors.log_normal: {"location": 0.0, "scale": 1.0},
}


@pytest.mark.parametrize("function", SINGLE, ids=lambda f: f.__name__)
def test_a_single_value_that_is_no_finite_number_is_refused(function):
    good = SINGLE[function]
    assert complaint(function, good) is None
    for name, value in good.items():
        for cell in ("x", "1,5", None, np.nan, np.inf, 1j, [1.0, 2.0]):
            wrong = (*value[:-1], cell) if isinstance(value, tuple) else cell
            error = complaint(function, good | {name: wrong})
            assert isinstance(error, InputError), f"{name}: {wrong!r}"
            assert str(error)


@pytest.mark.parametrize("cell", ["x", "0,2", 1j, np.inf], ids=repr)
def test_a_converted_column_has_the_reason_of_the_row_that_is_no_number(cell):
    odds = tables.tables_from("OR", [2.0, cell, 3.0], ni=100, n1i=50, n2i=40)
    assert [row for row, reason in enumerate(odds.reasons) if reason] == [1]
    for column in ("est", "zval", "pval"):
        printed = {"est": [2.0, 1.5, 1.0], "zval": [2.0, 1.5, 2.5], "pval": [0.04, 0.1, 0.01]}
        found = wald.wald_variances(printed | {column: [printed[column][0], cell, 1.0]})
        assert found.reasons[1], column
        assert found.reasons[0] is None, column
    five = {"min": [1.0, 1.0], "q1": [2.0, 2.0], "median": [3.0, 3.0], "q3": [4.0, 4.0]}
    for column, values in five.items():
        found = fivenum.means_and_sds(five | {column: [values[0], cell]}, 20)
        assert found.reasons[1], column
        assert found.reasons[0] is None, column
    assert fivenum.means_and_sds({"q1": [1.0, 1.0], "q3": [2.0, 2.0]}, [20, cell]).reasons[1]
