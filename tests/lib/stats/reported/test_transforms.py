"""workflow/lib/stats/reported/transforms.py against numerical integration and definitions."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, ndtr

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.measures import transforms as whole
from workflow.lib.stats.reported import transforms as tr

X = np.array([-1.2, 0.0, 0.5, 2.3])
PAIRS = {"ztor_int": np.tanh, "exp_int": np.exp, "ilogit_int": expit, "iprobit_int": ndtr}
MODES = {"ztor_mode": np.tanh, "ilogit_mode": expit, "exp_mode": np.exp}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("tau2", [0.0, 1e-8, 0.3, 30.0])
def test_without_limits_they_are_the_expected_values(name, tau2):
    found = getattr(tr, name)(X, tau2)
    assert found == pytest.approx(getattr(whole, name)(X, tau2), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", PAIRS)
def test_between_limits_they_are_the_integral(name):
    def integrand(z, x):
        return PAIRS[name](z) * np.exp(-((z - x) ** 2) / 0.6) / np.sqrt(0.6 * np.pi)

    expected = [quad(integrand, -1.0, 2.0, args=(x,), epsabs=1e-13)[0] for x in X]
    assert getattr(tr, name)(X, 0.3, -1.0, 2.0) == pytest.approx(expected, rel=1e-10)


def test_without_heterogeneity_a_value_outside_the_limits_counts_nothing():
    assert tr.ztor_int([0.5, 3.0], 0.0, -1.0, 2.0) == pytest.approx([np.tanh(0.5), 0.0])


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("tau2", [0.0, 0.3, 3.0])
def test_modes_are_where_the_density_is_highest(name, tau2):
    x = np.array([-1.2, 0.01, 0.5])
    found = getattr(tr, name)(x, tau2)
    if tau2 == 0.0:
        assert found == pytest.approx(MODES[name](x), rel=1e-12)
        return
    z = np.linspace(-9.0, 9.0, 360001)
    values = MODES[name](z)
    for mode, centre in zip(found, x, strict=True):
        with np.errstate(divide="ignore"):  # the ends of the scale
            slope = {
                "ztor_mode": np.log1p(-(values**2)) if name[0] == "z" else z,
                "ilogit_mode": np.log(values * (1 - values)) if name[0] == "i" else z,
            }
        logs = -((z - centre) ** 2) / (2 * tau2) - slope.get(name, z)
        best = values[np.argmax(logs)]
        assert mode == pytest.approx(best, rel=1e-3, abs=1e-4)  # the step of the grid


def test_superiority_and_probits_agree_with_metafor():
    # metafor 5.2.1: transf.dtocles.int, transf.iprobit.mode (found to 1e-4 by its search)
    found = tr.dtocles_int([-2.0, 0.6, 1.7], 0.2)
    assert found == pytest.approx(
        [0.088764926206376, 0.657084782774197, 0.874131337051159], rel=1e-8
    )
    assert tr.iprobit_mode([-0.5, 0.6], 0.2) == pytest.approx([0.265986, 0.773393], abs=3e-5)
    with pytest.raises(NotEstimable, match="tau2 is 1 or more"):
        tr.iprobit_mode([0.2], 1.5)


def test_two_equal_modes_are_none():
    with pytest.raises(NotEstimable, match="equally likely"):
        tr.ztor_mode([0.0], 0.6)
    assert tr.ztor_mode([0.0], 0.4) == pytest.approx([0.0])


def test_pearsons_tetrachoric_correlation_is_the_cosine():
    lnor = np.array([-3.0, 0.0, 1.0])
    expected = np.cos(np.pi / (1.0 + np.sqrt(np.exp(lnor))))
    assert tr.lnortortet_pearson(lnor) == pytest.approx(expected, abs=1e-15)


def test_impossible_input_is_refused():
    with pytest.raises(InputError, match="tau2"):
        tr.exp_int(X, -0.1)
    with pytest.raises(InputError, match="lower 2.0 is not below"):
        tr.exp_int(X, 0.1, 2.0, 1.0)
    with pytest.raises(InputError, match="row 0: x is nan, must be finite"):
        tr.ztor_mode([np.nan], 0.1)
