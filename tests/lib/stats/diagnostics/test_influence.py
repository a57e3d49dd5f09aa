"""workflow/lib/stats/diagnostics/influence.py: definitions, published flags and edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.diagnostics.deletions import subset
from workflow.lib.stats.diagnostics.influence import influence
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model


def bcg(moderators=("ablat", "year")):
    yi, vi, _ = effects("bcg_rr")
    columns = [table("dat.bcg")[name] for name in moderators]
    return linear_model(yi, vi, np.column_stack([np.ones(13), *columns]))


@pytest.mark.parametrize("test", ["z", "knha"])
@pytest.mark.parametrize("method", ["REML", "DL", "EE", "SJ", "PMM"])
def test_with_moderators_all_columns_are_their_definitions(method, test):
    """Viechtbauer & Cheung (2010), from refits; 1e-8 as determinants lose digits with years in X."""
    model, rows = bcg(), np.arange(13)
    found, fit = (
        influence(model, method=method, test=test),
        fit_linear(model, method=method, test=test),
    )
    hat = model.solution_at(fit.tau2).hat
    for j in rows:
        rest = subset(model, rows != j)
        without = fit_linear(rest, method=method, test=test)
        change, x = np.subtract(fit.beta, without.beta), model.X[j]
        scale = without.vb[0][0] / rest.solution_at(without.tau2).vb[0, 0]
        total = model.vi[j] + without.tau2
        own = x @ np.asarray(without.vb) @ x
        expected = {
            "rstudent": (model.yi[j] - x @ without.beta) / np.sqrt(scale * total + own),
            "dffits": x @ change / np.sqrt(scale * hat[j] * total),
            "cook_d": change @ np.linalg.solve(fit.vb, change),
            "cov_r": np.linalg.det(without.vb) / np.linalg.det(fit.vb),
            "tau2_del": without.tau2,
            "QE_del": without.QE,
            "hat": hat[j],
            "weight": fit.weights[j],
        }
        for name, value in expected.items():
            assert getattr(found, name)[j] == pytest.approx(value, rel=1e-6, abs=1e-9), (name, j)
        vb = model.solution_at(without.tau2).vb
        dfbs = change / np.sqrt(scale * np.diag(vb))
        assert found.dfbs[j] == pytest.approx(dfbs, rel=1e-7, abs=1e-9)


def test_user_weights_agree_with_metafor():
    """metafor 3.8-1, rma(yi, vi, weights=1:13); its tau2 is known to about 1e-7."""
    yi, vi, _ = effects("bcg_rr")
    found = influence(linear_model(yi, vi, weights=np.arange(1.0, 14.0)))
    assert found.rstudent[:3] == pytest.approx((-0.44102828, -1.49072292, -0.96474882), rel=1e-6)
    assert found.cook_d[10:] == pytest.approx((0.0138179564, 0.4750540556, 0.1553889228), rel=1e-6)


def test_user_weights_with_the_knapp_hartung_scale_agree_with_metafor():
    """metafor 3.8-1, rma(yi, vi, weights=1:5, method="DL"), closed forms throughout."""
    model = linear_model(
        [-0.2, 0.1, 0.9, 0.4, 0.35], [0.02, 0.05, 0.3, 0.1, 0.04], weights=np.arange(1.0, 6.0)
    )
    found = influence(model, method="DL", test="knha")
    expected = {
        "rstudent": (-3.4738679924548297, -0.7702262645179834, 1.0872498162088764),
        "dffits": (-0.3241463890781867, -0.2152962402331117, 0.7022966342264282),
        "cook_d": (4.9261262820996e-02, 5.7764435534061e-02, 4.0893757439148e-01),
        "cov_r": (0.53625730755416, 1.56658634727282, 0.80529832500478),
    }
    for name, values in expected.items():
        assert getattr(found, name)[:3] == pytest.approx(values, rel=1e-12), name
    plain = influence(model, method="DL")
    assert plain.dffits[:2] == pytest.approx((-0.2751382715488119, -0.2029994909275552), rel=1e-12)


def test_an_outlier_is_flagged_and_its_neighbours_are_not():
    yi = np.array([0.1, 0.2, 0.15, 0.12, 0.18, 0.11, 5.0, 0.14])
    found = influence(linear_model(yi, np.full(8, 0.05)))
    assert found.is_infl == (False,) * 6 + (True, False)
    assert found.cutoffs["dffits"] == pytest.approx(3.0 * np.sqrt(1 / 7))
    assert found.tau2_del[6] == 0.0


def test_order_of_the_studies_does_not_matter():
    yi, vi, _ = effects("bcg_or")
    order = np.random.default_rng(3).permutation(13)
    one, other = influence(linear_model(yi, vi)), influence(linear_model(yi[order], vi[order]))
    assert np.array(one.cook_d)[order] == pytest.approx(other.cook_d, rel=1e-9)


def test_units_do_not_matter():
    yi, vi, _ = effects("bcg_or")
    one, other = influence(linear_model(yi, vi)), influence(linear_model(1e4 * yi, 1e8 * vi))
    for name in ("rstudent", "dffits", "cook_d", "cov_r", "hat", "is_infl"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9)


def test_equal_effects_have_reasons_instead_of_numbers_under_knapp_hartung():
    found = influence(linear_model([0.2] * 4, [0.1, 0.2, 0.1, 0.3]), test="knha")
    assert found.cook_d == found.rstudent == found.is_infl == (None,) * 4
    assert {"rstudent", "dffits", "cook_d", "cov_r", "dfbs", "is_infl"} <= set(found.reasons)
    assert found.tau2_del == (0.0,) * 4


def test_a_study_that_cannot_be_left_out_has_its_reason_and_is_flagged_by_its_leverage():
    X = np.column_stack([np.ones(9), [0, 0, 1, 0, 0, 0, 0, 0, 0]])
    found = influence(linear_model(np.arange(9.0), np.full(9, 0.1), X))
    assert found.rstudent[2] is found.cook_d[2] is None
    assert found.dfbs[2] == (None, None)
    assert found.is_infl[2]
    assert set(found.reasons) == {"row 2"}


def test_two_studies_have_all_columns():
    found = influence(linear_model([0.1, 0.5], [0.1, 0.2]))
    assert found.tau2_del == found.QE_del == (0.0, 0.0)
    assert None not in found.cook_d


@pytest.mark.parametrize("k", [1, 2])
def test_too_few_studies_are_not_estimable(k):
    model = linear_model(np.arange(k), np.ones(k), np.eye(k))
    with pytest.raises(NotEstimable, match=f"more than {k} studies"):
        influence(model)


def test_unknown_options_are_refused():
    with pytest.raises(InputError, match="method 'XX'"):
        influence(bcg(), method="XX")
    with pytest.raises(InputError, match="test 'f'"):
        influence(bcg(), test="f")


def test_a_thousand_studies_equal_refits_where_sums_are_interpolated():
    generator = np.random.default_rng(5)
    vi = np.exp(generator.normal(-2.0, 1.0, 1000))
    yi = generator.normal(size=1000) * np.sqrt(vi + 0.1)
    model = linear_model(yi, vi)
    found = influence(model)
    for j in (0, 500, int(np.argmax(np.abs(yi)))):
        rest = fit_linear(subset(model, np.arange(1000) != j))
        assert found.tau2_del[j] == pytest.approx(rest.tau2, rel=1e-10)
        assert found.QE_del[j] == pytest.approx(rest.QE, rel=1e-12)
        assert found.cov_r[j] == pytest.approx(
            rest.vb[0][0] / fit_linear(model).vb[0][0], rel=1e-11
        )
