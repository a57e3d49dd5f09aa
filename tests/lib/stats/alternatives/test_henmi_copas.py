"""workflow/lib/stats/alternatives/henmi_copas.py against its definition by adaptive integration."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammainc

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.alternatives.henmi_copas import henmi_copas

REFERENCE = Path(__file__).parents[3] / "reference"
EFFECTS = json.loads((REFERENCE / "pooling_metafor.json").read_text())["effects"]


def exceeds(vi, tau2, u):
    """P(R / its estimated error > u), from k x k matrices: Henmi & Copas (2010), section 4."""
    w, one = 1.0 / vi, np.ones(len(vi))
    A = np.diag(w) - np.outer(w, w) / w.sum()
    S, c = np.diag(vi + tau2), w / sqrt(w.sum())
    VR = c @ S @ c
    S_given = S - np.outer(S @ c, c @ S) / VR
    m = S @ c / VR
    W1, W2 = w.sum(), w @ w
    slope = W2 / W1 / (W1 - W2 / W1)

    def integrand(r):
        mean = np.trace(A @ S_given) + r**2 * m @ A @ m
        variance = 2 * np.trace(A @ S_given @ A @ S_given) + 4 * r**2 * m @ A @ S_given @ A @ m
        limit = len(one) - 1 + ((r / u) ** 2 - 1) / slope
        share = gammainc(mean**2 / variance, limit * mean / variance)
        return share * np.exp(-0.5 * r * r / VR) / sqrt(2 * np.pi * VR)

    return quad(integrand, u, u + 12 * sqrt(VR), epsabs=1e-13, limit=400)[0]


@pytest.mark.parametrize("level", [90.0, 95.0, 99.0])
@pytest.mark.parametrize("name", ["bcg_rr", "raud_smd", "normand_md", "k4_huge", "k2_close"])
def test_the_critical_value_leaves_its_tail(name, level):
    yi, vi = EFFECTS[name]["yi"], np.array(EFFECTS[name]["vi"])
    found = henmi_copas(yi, vi, level=level)
    tail = exceeds(vi, found.tau2, found.critical)
    assert tail == pytest.approx(0.5 - level / 200.0, rel=1e-9)
    assert found.ci_ub - found.beta == pytest.approx(found.critical * found.se, rel=1e-12)


def test_the_interval_is_wider_than_walds_and_has_no_p_value():
    found = henmi_copas(EFFECTS["bcg_rr"]["yi"], EFFECTS["bcg_rr"]["vi"])
    assert found.critical > 1.96
    assert found.pval is None
    assert set(found.reasons) == {"pval"}
    assert found.beta == pytest.approx(-0.430285, abs=1e-6)  # the equal-effects mean


def test_equal_effects_variances_far_apart_and_an_outlier_have_an_interval():
    for yi, vi in (
        ([0.3, 0.3, 0.3], [0.1, 0.2, 0.3]),
        ([0.3, -0.2, 0.9], [1e-6, 1.0, 0.1]),
        ([0.0, 0.1, 1e6], [0.1, 0.2, 0.1]),
    ):
        found = henmi_copas(yi, vi)
        assert np.isfinite([found.ci_lb, found.ci_ub]).all()
        assert found.ci_lb < found.beta < found.ci_ub


def test_too_few_studies_and_wrong_levels_are_refused():
    for yi in ([], [0.1]):
        with pytest.raises(NotEstimable, match=f"at least two studies, there are {len(yi)}"):
            henmi_copas(yi, [0.1] * len(yi))
    with pytest.raises(InputError, match="between 0 and 100"):
        henmi_copas([0.1, 0.2], [0.1, 0.1], level=100.0)
    with pytest.raises(InputError, match="row 1: vi is 0.0"):
        henmi_copas([0.1, 0.2], [0.1, 0.0])
