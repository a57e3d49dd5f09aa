"""dependence/aggregate.py against metafor's aggregate and the laws of least squares."""

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.aggregate import Correlation, aggregate
from workflow.lib.stats.dependence.model import dependent_model, known_fit
from workflow.lib.stats.dependence.v_matrix import Overlap, v_matrix
from workflow.lib.stats.pooling import random_effects

YI, VI = [0.3, 0.1, 0.2, 0.5, 0.4], [0.1, 0.2, 0.1, 0.3, 0.2]
CLUSTER, TIME = ["b", "a", "b", "a", "c"], [1, 2, 3, 4, 1]

# what metafor's aggregate prints with seven decimals, clusters b and a (c is alone)
CASES = [
    (Correlation("CS", rho=0.5), (0.25, 0.2215843), (0.075, 0.1764353)),
    (Correlation("CAR", phi=0.5, time=TIME), (0.25, 0.2470234), (0.0625, 0.1489966)),
    (
        Correlation("CS+CAR", rho=0.3, phi=0.5, time=TIME),
        (0.25, 0.2251773),
        (0.07375, 0.1738225),
    ),
    (Correlation("CS", rho=[0.1, 0.5, 0.9]), (0.25, 0.2215843), (0.055, 0.1764353)),
]


@pytest.mark.parametrize(("correlation", "yi", "vi"), CASES, ids=lambda x: getattr(x, "struct", ""))
def test_estimates_agree_with_metafor(correlation, yi, vi):
    found = aggregate(YI, VI, CLUSTER, correlation=correlation)
    assert (found.cluster, found.ki) == (("b", "a", "c"), (2, 2, 1))
    assert found.yi == pytest.approx((*yi, 0.4), abs=5.1e-8)
    assert found.vi == pytest.approx((*vi, 0.2), abs=5.1e-8)


def test_the_product_structure_is_that_of_its_parts():
    yi, vi, obs, time = [0.1, 0.2, 0.4, 0.3], [0.1] * 4, [1, 2, 1, 2], [1, 1, 3, 3]
    both = Correlation("CS*CAR", rho=0.6, phi=0.9, time=time, obs=obs)
    V = v_matrix(vi, [1] * 4, Overlap(obs=obs, time1=time, rho=0.6, phi=0.9))
    one, other = aggregate(yi, vi, [1] * 4, correlation=both), aggregate(yi, V, [1] * 4)
    assert (*one.yi, *one.vi) == pytest.approx((*other.yi, *other.vi), rel=1e-14)


def test_a_plain_mean_has_the_variance_of_a_mean():
    found = aggregate(YI, VI, CLUSTER, correlation=Correlation(rho=0.5), weighted=False)
    assert found.yi == pytest.approx((0.25, 0.3, 0.4), rel=1e-15)
    assert found.vi[1] == pytest.approx((0.2 + 0.3 + np.sqrt(0.06)) / 4.0, rel=1e-15)
    assert found.tag == "CS, rho 0.5, plain mean"


def test_aggregated_then_pooled_is_the_equal_effects_fit_of_the_whole_matrix():
    rng = np.random.default_rng(3)
    cluster = rng.integers(0, 8, 40)
    yi, vi = rng.normal(size=40), 10.0 ** rng.uniform(-3, 1, 40)
    V = v_matrix(vi, cluster, Overlap(obs=np.arange(40), rho=0.4))
    found = aggregate(yi, V, cluster)
    pooled = random_effects(found.yi, found.vi, method="EE")
    W = np.linalg.inv(V.dense())
    assert pooled.beta == pytest.approx(W.sum(axis=0) @ yi / W.sum(), rel=1e-12)
    assert pooled.se**2 == pytest.approx(1.0 / W.sum(), rel=1e-12)
    model = dependent_model(yi, V)
    assert float((model.back @ known_fit(model).beta)[0]) == pytest.approx(pooled.beta, rel=1e-12)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_any_unit_of_variance_will_do(size):
    found = aggregate([1.0, 3.0], [size, size], [1, 1], correlation=Correlation("ID"))
    assert (found.yi, found.vi) == ((2.0,), pytest.approx((size / 2.0,), rel=1e-15))


def test_no_estimate_gives_no_cluster():
    assert aggregate([], [], [], correlation=Correlation("ID")).yi == ()


@pytest.mark.parametrize(
    ("correlation", "problem"),
    [
        (None, "give correlation"),
        (Correlation("XX"), "struct 'XX': admissible are ID, CS"),
        (Correlation("CAR", phi=0.5), "struct CAR needs time"),
        (Correlation("CS"), "struct CS needs rho"),
        (Correlation("CS", rho=1.5), "rho is 1.5: must lie between -1 and 1"),
        (Correlation("CS", rho=[0.1, 0.2]), "rho has 2 values, 3 are needed"),
        (Correlation("CS", rho=1.0), "cluster b: V is not positive definite"),
    ],
)
def test_what_is_missing_or_impossible_is_refused(correlation, problem):
    with pytest.raises(InputError, match=problem):
        aggregate(YI, VI, CLUSTER, correlation=correlation)


def test_bad_rows_and_matrices_across_clusters_are_refused():
    with pytest.raises(InputError, match="row 0: yi is nan"):
        aggregate([float("nan")], [0.1], [1], correlation=Correlation("ID"))
    with pytest.raises(InputError, match=r"row 0: vi is -1\.0"):
        aggregate([0.1], [-1.0], [1], correlation=Correlation("ID"))
    with pytest.raises(InputError, match="different clusters"):
        aggregate([0.1, 0.2], [[1.0, 0.5], [0.5, 1.0]], [1, 2])
    with pytest.raises(InputError, match="correlation must be None"):
        aggregate([0.1, 0.2], np.eye(2), [1, 2], correlation=Correlation("ID"))
    with pytest.raises(InputError, match="row 0: V is not symmetric"):
        aggregate([0.1, 0.2], [[1.0, 0.5], [0.4, 1.0]], [1, 1])
