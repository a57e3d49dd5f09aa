"""workflow/lib/stats/diagnostics/{interpolation,weighted_sums}.py against direct evaluation."""

import numpy as np
import pytest

from workflow.lib.stats.diagnostics.interpolation import NODES, Interpolated
from workflow.lib.stats.diagnostics.weighted_sums import WeightedSums
from workflow.lib.stats.regression.model import linear_model


def counted(function):
    calls = []

    def wrapped(tau2):
        calls.append(len(tau2))
        return function(tau2)

    return wrapped, calls


@pytest.mark.parametrize("power", [1, 2, 3])
def test_inverse_powers_are_met_to_rounding_on_any_range(power):
    vi = np.exp(np.random.default_rng(1).normal(-2.0, 3.5, 50))
    function = lambda tau2: ((vi + tau2[:, None]) ** -power).sum(axis=1, keepdims=True)  # noqa: E731
    tau2 = np.concatenate([[0.0] * 5, np.geomspace(1e-6, 1e4, 2000)])
    found = Interpolated(function, float(vi.min())).at(tau2)
    assert found == pytest.approx(function(tau2), rel=1e-13)


def test_many_points_of_a_panel_cost_one_set_of_nodes_and_are_kept():
    function, calls = counted(lambda tau2: 1.0 / (1.0 + tau2[:, None]))
    interpolated = Interpolated(function, 1.0)
    for _ in range(3):
        interpolated.at(np.linspace(0.1, 0.9, 500))
    assert calls == [NODES]


def test_few_or_equal_points_are_evaluated_themselves():
    function, calls = counted(lambda tau2: 1.0 / (1.0 + tau2[:, None]))
    interpolated = Interpolated(function, 1.0)
    assert interpolated.at(np.zeros(500))[:, 0].tolist() == [1.0] * 500
    assert interpolated.at(np.array([0.25, 0.5, 5.0]))[:, 0] == pytest.approx([0.8, 2 / 3, 1 / 6])
    assert calls == [1, 2, 1]


def test_sums_of_all_studies_are_those_of_the_model():
    generator = np.random.default_rng(2)
    X = np.column_stack([np.ones(80), generator.normal(size=(80, 2))])
    model = linear_model(generator.normal(size=80), generator.exponential(size=80), X)
    tau2 = np.geomspace(1e-3, 10.0, 300)
    found = WeightedSums(model).at(tau2)
    for i in (0, 40, 150, 299):
        expected = model.at(float(tau2[i]))
        names = {"sum_w": "sum_w", "sum_ww": "sum_ww", "trP": "trP", "trPP": "trPP"}
        names |= {"yPy": "Q", "yPPy": "yPPy", "yPPPy": "yPPPy"}
        for ours, theirs in names.items():
            assert getattr(found, ours)[i] == pytest.approx(getattr(expected, theirs), rel=1e-11)
