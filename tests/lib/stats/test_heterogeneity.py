"""workflow/lib/stats/heterogeneity.py against metafor, the BCG trials and its definition."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainccinv, gammaincinv

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.heterogeneity import heterogeneity, tau2_ci_qp

ORACLE = json.loads((Path(__file__).parents[2] / "reference/pooling_metafor.json").read_text())
EFFECTS = ORACLE["effects"]
BCG = EFFECTS["bcg_rr"]
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=60)

# tau2 rests on min(vi): metafor stops its iterations at an absolute 1e-13 times the spread of the
# data, which leaves up to 4e-12 of (tau2 + min vi); 1e-10 keeps a margin and no more. QEp and QE
# have closed forms; 1e-12 is for sums taken in another order. I2 is in percent.
TAU2_REL, CLOSED_REL, I2_ABS = 1e-10, 1e-12, 1e-8


def studies(min_size=2, max_size=9):
    """Strategy: (yi, vi) with variances over four orders of magnitude."""
    one = st.tuples(st.floats(-3, 3), st.floats(-3, 1))
    return st.lists(one, min_size=min_size, max_size=max_size).map(
        lambda rows: (np.array([y for y, _ in rows]), 10.0 ** np.array([v for _, v in rows]))
    )


def dense_projection(vi, tau2):
    """The k x k matrix P of the papers: the definition, fit for readers and small k."""
    W, ones = np.diag(1.0 / (vi + tau2)), np.ones((len(vi), 1))
    return W - W @ ones @ np.linalg.inv(ones.T @ W @ ones) @ ones.T @ W


@pytest.mark.parametrize("case", ORACLE["fits"], ids=lambda c: f"{c['effects']}-{c['method']}")
def test_every_estimator_agrees_with_metafor(case):
    yi, vi = (EFFECTS[case["effects"]][name] for name in ("yi", "vi"))
    found, expected = heterogeneity(yi, vi, method=case["method"]), case["heterogeneity"]
    scale = expected["tau2"] + min(vi)
    assert found.tau2 == pytest.approx(expected["tau2"], rel=0, abs=TAU2_REL * scale)
    if expected["se_tau2"] is None:
        assert found.se_tau2 is None
    else:
        assert found.se_tau2 == pytest.approx(expected["se_tau2"], rel=TAU2_REL)
    for name in ("I2", "H2", "QE", "QEp"):
        rel = CLOSED_REL if name.startswith("Q") else TAU2_REL
        floor = I2_ABS if name == "I2" else 1e-300
        assert getattr(found, name) == pytest.approx(expected[name], rel=rel, abs=floor), name
    assert found.QE_df == expected["QE_df"]


@pytest.mark.parametrize("case", ORACLE["q_profile"], ids=lambda c: f"{c['effects']}-{c['level']}")
def test_q_profile_interval_agrees_with_metafor(case):
    yi, vi = (EFFECTS[case["effects"]][name] for name in ("yi", "vi"))
    found = tau2_ci_qp(yi, vi, case["level"])
    # metafor finds the bounds with uniroot, tightened to 1e-13 or so of the search interval
    for bound, expected in zip(found, (case["tau2_lb"], case["tau2_ub"]), strict=True):
        assert bound == pytest.approx(expected, rel=1e-9, abs=1e-10 * min(vi))


def test_bcg_trials_give_the_published_q_profile_interval():
    # printed to six decimals from a root search with R's default tolerance of 1.2e-4
    assert tau2_ci_qp(BCG["yi"], BCG["vi"]) == pytest.approx((0.119695, 1.111486), abs=1.2e-4)


def test_both_definitions_of_i2_are_reported_for_the_bcg_trials():
    found = heterogeneity(BCG["yi"], BCG["vi"], method="REML")
    from_tau2, from_q = found.I2, found.I2_Q
    assert from_tau2 == pytest.approx(92.2214, abs=5e-5)  # four printed decimals
    assert from_q == pytest.approx(92.1173, abs=5e-5)


@LAW
@given(studies(), st.sampled_from((80.0, 95.0, 99.0)))
def test_q_profile_bounds_solve_their_equations_written_with_full_matrices(data, level):
    yi, vi = data
    lower, upper = tau2_ci_qp(yi, vi, level)
    half_df, tail = (len(yi) - 1) / 2.0, (1.0 - level / 100.0) / 2.0
    for bound, target in (
        (lower, 2.0 * gammainccinv(half_df, tail)),
        (upper, 2.0 * gammaincinv(half_df, tail)),
    ):
        residual = yi @ dense_projection(vi, bound) @ yi
        # 1e-8: the dense form loses digits where vi and tau2 differ by orders of magnitude
        assert residual <= target * (1.0 + 1e-8)
        if bound > 0.0:
            assert residual == pytest.approx(target, rel=1e-8)
    assert 0.0 <= lower <= upper


def test_a_level_outside_0_to_100_is_refused():
    with pytest.raises(InputError, match="between 0 and 100"):
        tau2_ci_qp([0.1, 0.2], [0.1, 0.1], 100.0)


@pytest.mark.parametrize("function", [heterogeneity, tau2_ci_qp])
@pytest.mark.parametrize("k", [0, 1])
def test_fewer_than_two_studies_have_no_heterogeneity(function, k):
    with pytest.raises(NotEstimable, match=f"needs more than 1 studies, there are {k}"):
        function([0.3] * k, [0.1] * k)
