"""workflow/lib/stats/measures/transforms.py and translations.py against their inverses and metafor."""

import numpy as np
import pytest

from workflow.lib.stats.measures import transforms as to
from workflow.lib.stats.measures import translations as via

SHARES = np.array([0.001, 0.2, 0.5, 0.93, 0.999])
EXACT = 1e-12  # closed forms
NUMERICAL = 1e-9  # metafor integrates numerically; so its values are good to about 1e-12


@pytest.mark.parametrize("name", [name for name, one in to.TRANSFORMS.items() if not one.per_study])
def test_every_scale_has_a_way_back(name):
    scale = to.TRANSFORMS[name]
    assert scale.inverse(scale.forward(SHARES)) == pytest.approx(SHARES, rel=EXACT)


@pytest.mark.parametrize("name", ["Freeman-Tukey arcsine", "Freeman-Tukey root"])
@pytest.mark.parametrize("size", [2, 17, 4000])
def test_freeman_tukey_scales_have_a_way_back_at_every_size(name, size):
    scale = to.TRANSFORMS[name]
    found = scale.inverse(scale.forward(SHARES, size), size)
    assert found == pytest.approx(SHARES, rel=1e-9)  # the sine loses digits near 0 and 1


@pytest.mark.parametrize(
    ("found", "expected"),  # metafor 3.8 and 5.1 have the same transformations
    [
        (to.ipft(np.array([0, 0.05, 0.3, 0.8, 1.5]), np.array([10, 10, 20, 20, 5])),
         [0, 0, 0.0682424509776914, 0.515312343827502, 1]),
        (to.ipft_hm(0.3, [10, 20, 40]), 0.0653457050198621),
        (to.iirft(np.array([0.1, 0.5, 2]), np.array([3, 3, 10])), [0, 0.111111111111111, 3.95015625]),
        (to.isqrt(np.array([-0.2, 0.3])), [0, 0.09]),
        (to.iarcsin(np.array([-0.2, 0.3, 2])), [0, 0.0873321925451608, 1]),
        (to.ilogit_int(0.5, 0.8), 0.605174320770087),
        (to.ztor_int(0.5, 0.8), 0.313926531613399),
        (to.exp_int(0.5, 0.8), 2.4596031111569),
        (via.dtobesd(np.array([-0.5, 1.2])), [0.378732187481834, 0.757247877713763]),
        (to.iahw(np.array([-0.5, 0.3, 1.5])), [0, 0.657, 1]),
        (to.iabt(np.array([-0.5, 0.3])), [0, 0.259181779318282]),
        (via.clestod(np.array([0.05, 0.9])), [-2.32617430735335, 1.81238760487365]),
        (via.dtou1(np.array([-0.5, 1.2])), [0.329732028704834, 0.62210913411044]),
        (via.dtou2(1.2), 0.725746882249926),
        (via.dtou3(1.2), 0.884930329778292),
        (via.dtocles(1.2), 0.801928045423963),
        (via.dtorpb(1.2), 0.514495755427527),
        (via.lnortord(1.2, 0.3), 0.287272687005935),
        (via.lnortorr(1.2, 0.3), 1.95757562335312),
    ],
)  # fmt: skip
def test_agrees_with_metafor(found, expected):
    assert found == pytest.approx(np.array(expected), rel=NUMERICAL)


@pytest.mark.parametrize("function", [to.ilogit_int, to.iprobit_int, to.ztor_int, to.exp_int])
def test_a_mean_over_no_spread_is_the_value_itself(function):
    plain = {"ilogit_int": to.ilogit, "iprobit_int": to.iprobit, "ztor_int": to.ztor}
    expected = plain.get(function.__name__, np.exp)(np.array([-1.0, 0.4]))
    assert function(np.array([-1.0, 0.4]), 0.0) == pytest.approx(expected, rel=EXACT)


def test_a_mean_over_a_wide_spread_of_log_odds_is_near_that_of_probits():
    # the logistic distribution is a probit of SD 16 sqrt(3) / (15 pi) to about one percent
    found = to.ilogit_int(1.0, 9.0)
    scale = 16.0 * np.sqrt(3.0) / (15.0 * np.pi)
    assert found == pytest.approx(to.iprobit_int(1.0 * scale, 9.0 * scale**2), abs=0.005)


@pytest.mark.parametrize("sizes", [(None, None), (10.0, 25.0)])
def test_correlations_and_d_translate_both_ways(sizes):
    d = np.array([-2.0, 0.0, 0.7])
    assert via.rpbtod(via.dtorpb(d, *sizes), *sizes) == pytest.approx(d, rel=EXACT)
    assert via.rtod(via.dtorbis(d, *sizes), *sizes) == pytest.approx(d, rel=EXACT)


def test_odds_ratios_and_d_translate_both_ways():
    assert via.lnortod_logis(via.dtolnor_logis(0.7)) == pytest.approx(0.7, rel=EXACT)
    assert via.lnortod_norm(via.dtolnor_norm(0.7)) == pytest.approx(0.7, rel=EXACT)
    assert via.dtocliffd(0.7) == pytest.approx(2 * via.dtocles(0.7) - 1, rel=EXACT)
    assert via.dtoovl(0.0) == 1.0
    assert via.dtomd(0.5, 4.0) == 2.0
    assert via.lnortortetyule(np.log(9.0)) == pytest.approx(0.5, rel=EXACT)
    assert via.lnortortetdigby(np.log(16.0)) == pytest.approx(7 / 9, rel=EXACT)
