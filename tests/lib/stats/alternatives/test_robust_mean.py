"""workflow/lib/stats/alternatives/robust_mean.py against its formulas and its edges."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.alternatives.henmi_copas import henmi_copas
from workflow.lib.stats.alternatives.robust_mean import ivhet, unweighted
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model

REFERENCE = Path(__file__).parents[3] / "reference"
BCG = json.loads((REFERENCE / "pooling_metafor.json").read_text())["effects"]["bcg_rr"]
YI, VI = np.array(BCG["yi"]), np.array(BCG["vi"])


def test_ivhet_is_the_equal_effects_mean_with_a_wider_variance():
    found, equal = ivhet(YI, VI), random_effects(YI, VI, method="EE")
    assert found.beta == pytest.approx(equal.beta, rel=1e-12)
    assert found.weights == pytest.approx(equal.weights, rel=1e-12)
    share = np.array(found.weights) / 100.0
    expected = sqrt(sum(share**2 * (VI + 0.3087602628623762)))  # tau2 by DL
    assert found.se == pytest.approx(expected, rel=1e-12)
    assert found.se == pytest.approx(henmi_copas(YI, VI).se, rel=1e-15)
    assert (found.ci_lb, found.ci_ub) == pytest.approx(
        (found.beta - 1.959963984540054 * found.se, found.beta + 1.959963984540054 * found.se),
        rel=1e-9,
    )


@pytest.mark.parametrize("method", ["REML", "DL", "EE"])
def test_the_unweighted_mean_is_the_fit_with_equal_user_weights(method):
    model = linear_model(YI, VI, weights=np.ones(13))
    expected, found = fit_linear(model, method=method), unweighted(YI, VI, method=method)
    assert found.beta == pytest.approx(float(YI.mean()), rel=1e-12)
    for name in ("beta", "se", "pval", "ci_lb", "ci_ub"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)[0], rel=1e-10), name


def test_without_heterogeneity_ivhet_is_the_equal_effects_analysis():
    found, equal = (
        ivhet([0.31, 0.36], [0.02, 0.035]),
        random_effects([0.31, 0.36], [0.02, 0.035], method="EE"),
    )
    assert found.tau2 == 0.0
    assert found.se == pytest.approx(equal.se, rel=1e-12)


def test_too_few_studies_and_unknown_options_are_refused():
    with pytest.raises(NotEstimable, match="at least two studies, there are 1"):
        ivhet([0.1], [0.1])
    with pytest.raises(InputError, match="admissible are REML"):
        unweighted([0.1, 0.2], [0.1, 0.1], method="reml")
    with pytest.raises(InputError, match="between 0 and 100"):
        ivhet([0.1, 0.2], [0.1, 0.1], level=0.0)
