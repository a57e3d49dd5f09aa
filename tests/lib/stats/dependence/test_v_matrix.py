"""dependence/v_matrix.py and definite.py against metafor's vcalc and their own definition."""

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.definite import nearest_correlation
from workflow.lib.stats.dependence.v_matrix import Overlap, v_matrix

CONTRASTS = {
    "grp1": (1, 1, 1, 2),
    "grp2": (1, 1, 2, 3),
    "time1": (2, 3, 1, 2),
    "time2": (1, 1, 1, 3),
    "w1": (10, 20, 30, 15),
    "w2": (40, 45, 30, 20),
    "phi": 0.9,
}
OBS = {("1", "2"): 0.3, ("1", "3"): 0.2, ("2", "3"): 0.5}


def without(columns, *names):
    return {name: value for name, value in columns.items() if name not in names}


def correlations(**columns):
    """Upper triangle of the correlations of one cluster of four."""
    V = v_matrix(np.full(4, 0.1), [1] * 4, Overlap(**columns), repair=False).dense()
    return V[np.triu_indices(4, 1)] / 0.1


# what metafor's vcalc prints with six decimals; only blocks that are positive definite
CASES = {
    "scales": ({"obs": (1, 2, 3, 4), "rho": 0.6}, (0.6,) * 6),
    "subgroups": (
        {"obs": (1, 2, 3, 4), "subgroup": (1, 1, 2, 2), "rho": 0.6},
        (0.6, 0, 0, 0, 0, 0.6),
    ),
    "types and scales": (
        {"type": (1, 1, 2, 2), "obs": (1, 2, 1, 2), "rho": (0.6, 0.4)},
        (0.6, 0.4, 0.4, 0.4, 0.4, 0.6),
    ),
    "scales over time": (
        {"obs": (1, 2, 1, 2), "time1": (1, 1, 3, 3), "rho": 0.6, "phi": 0.9},
        (0.6, 0.81, 0.486, 0.486, 0.81, 0.6),
    ),
    "shared groups": (
        {"grp1": (1, 2, 4, 5), "grp2": (3, 3, 3, 2)},
        (0.5, 0.5, 0, 0.5, -0.5, 0),
    ),
    "contrasts over time": (
        without(CONTRASTS, "w1", "w2"),
        (0.689202, -0.158114, 0, -0.217945, 0, -0.45),
    ),
    "contrasts over time with sizes": (
        CONTRASTS,
        (0.639322, 0.478091, 0, 0.167887, 0, -0.48107),
    ),
    "time of both conditions alike": (
        {**without(CONTRASTS, "time2", "w1", "w2"), "grp2": (3, 3, 2, 3)},
        (0.9, 0.45, 0.5, 0.405, 0.45, -0.45),
    ),
    "all at once": (
        {**CONTRASTS, "type": (1, 1, 2, 2), "obs": (1, 2, 1, 2), "rho": (0.6, 0.4)},
        (0.383593, 0.191237, 0, 0.067155, 0, -0.288642),
    ),
    "a matrix of scales and one of types": (
        {
            "obs": ("1", "2", "3", "1"),
            "type": ("a", "a", "b", "b"),
            "rho": (OBS, {"a": {"b": 0.25}, "b": {"a": 0.25}}),
        },
        (0.3, 0.25, 0.25, 0.25, 0.25, 0.2),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_correlations_agree_with_vcalc(name):
    columns, expected = CASES[name]
    assert correlations(**columns) == pytest.approx(expected, abs=5.1e-7)  # six decimals


def test_variances_scale_the_correlations_and_clusters_stay_apart():
    vi = np.array([0.1, 0.4, 0.2, 0.9])
    V = v_matrix(vi, ["a", "b", "a", "b"], Overlap(obs=(1, 1, 2, 2), rho=0.5)).dense()
    assert np.diag(V) == pytest.approx(vi, rel=1e-15)
    assert V[0, 2] == pytest.approx(0.5 * np.sqrt(0.02), rel=1e-15)
    assert V[1, 3] == pytest.approx(0.5 * 0.6, rel=1e-15)
    assert not V[np.ix_([0, 2], [1, 3])].any()


def test_ten_thousand_estimates_take_memory_in_proportion():
    cluster = np.repeat(np.arange(2500), 4)
    V = v_matrix(np.full(10000, 0.1), cluster, Overlap(obs=np.tile(range(4), 2500), rho=0.5))
    assert [part.values.shape for part in V.parts] == [(2500, 4, 4)]


def test_a_block_that_is_not_positive_definite_is_refused_with_its_cluster():
    overlap = Overlap(obs=(1, 2, 3, 4, 1), rho=-0.6)
    with pytest.raises(InputError) as refusal:
        v_matrix([0.1] * 5, ["x"] * 4 + ["y"], overlap)
    (problem,) = refusal.value.problems
    assert problem.startswith("cluster x: V is not positive definite (smallest eigenvalue")


def test_a_repaired_block_is_positive_definite_and_keeps_its_variances():
    vi = np.array([0.1, 0.2, 0.3, 0.4])
    V = v_matrix(vi, [1] * 4, Overlap(obs=(1, 2, 3, 4), rho=-0.6), repair=True).dense()
    assert np.diag(V) == pytest.approx(vi, rel=1e-12)
    assert np.linalg.eigvalsh(V)[0] > 0.0
    # the nearest exchangeable matrix has the least correlation that four can share
    assert V[0, 1] / np.sqrt(0.02) == pytest.approx(-1.0 / 3.0, rel=1e-6)


def test_the_nearest_correlation_matrix_is_that_of_higham():
    found = nearest_correlation(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    # Higham (2002), section 4: 0.7607, 0.1573
    assert (found[0, 1], found[0, 2]) == pytest.approx((0.7607, 0.1573), abs=5e-5)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"obs": (1, 2)}, "obs needs rho"),
        ({"time1": (1, 2)}, "time1 needs phi"),
        ({"grp1": (1, 2)}, "grp1 needs grp2"),
        ({"time1": (1, 2), "time2": (1, 2), "phi": 0.5}, "time2 needs grp2"),
        ({"obs": (1, 2), "type": (1, 2), "rho": 0.5}, "obs and type need two values of rho"),
        ({"time1": (1, 2), "phi": 1.5}, "phi is 1.5: must lie between 0 and 1"),
        ({"time1": (1, float("nan")), "phi": 0.5}, "row 1: time1 is nan"),
        ({"obs": (1, 2, 3), "rho": 0.5}, "obs has 3 rows, vi has 2"),
        ({}, "give at least one of"),
        ({"obs": (1, 2), "rho": {("1", "2"): 0.5}}, "rho has no value for 1 with 2"),
        ({"grp1": (1, 1), "grp2": (1, 2)}, "are the same in a contrast"),
    ],
)
def test_what_is_missing_or_impossible_is_refused(columns, problem):
    with pytest.raises(InputError, match=problem.replace("(", r"\(")):
        v_matrix([0.1, 0.2], [1, 1], Overlap(**columns))


def test_bad_variances_are_refused_by_row():
    with pytest.raises(InputError, match=r"row 1: vi is 0\.0") as refusal:
        v_matrix([0.1, 0.0, float("nan")], [1, 1, 1], Overlap(obs=(1, 2, 3), rho=0.5))
    assert len(refusal.value.problems) == 2


def test_no_estimate_gives_no_block():
    assert v_matrix([], [], Overlap(obs=[], rho=0.5)).parts == ()
