"""workflow/lib/stats/diagnostics/{leave_one_out,clusters,series}.py: published series and edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError
from workflow.lib.stats.diagnostics.clusters import cluster_influence
from workflow.lib.stats.diagnostics.deletions import subset
from workflow.lib.stats.diagnostics.influence import influence
from workflow.lib.stats.diagnostics.leave_one_out import leave_one_out
from workflow.lib.stats.diagnostics.residuals import rstudent
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
BCG = linear_model(YI, VI)
# metafor's own examples of BCG, to 4 decimals
PUBLISHED = (
    *(-0.7071, -0.6540, -0.6856, -0.6284, -0.7642, -0.7109, -0.6552),
    *(-0.7948, -0.7412, -0.6530, -0.7579, -0.7598, -0.7775),
)


def test_the_published_series_of_bcg():
    found = leave_one_out(BCG)
    assert [row[0] for row in found.beta] == pytest.approx(PUBLISHED, abs=5e-5)
    assert found.k == (12,) * 13
    assert found.label == tuple(range(13))
    assert found.tag == "leave-one-out, REML, z"


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_with_moderators_every_row_is_a_refit(test):
    X = np.column_stack([np.ones(13), table("dat.bcg")["ablat"]])
    model = linear_model(YI, VI, X)
    found = leave_one_out(model, test=test, level=90.0)
    names = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub", "df", "QE", "QEp", "tau2", "I2", "H2")
    for j in range(13):
        expected = fit_linear(subset(model, np.arange(13) != j), test=test, level=90.0)
        for name in names:
            value = getattr(found, name)[j]
            target = getattr(expected, name)
            assert value == (target if target is None else pytest.approx(target, rel=1e-8)), name


def test_user_weights_with_the_knapp_hartung_scale_agree_with_metafor():
    """metafor 3.8-1, leave1out(rma(yi, vi, weights=1:5, method="DL", test="knha"))."""
    model = linear_model(
        [-0.2, 0.1, 0.9, 0.4, 0.35], [0.02, 0.05, 0.3, 0.1, 0.04], weights=np.arange(1.0, 6.0)
    )
    found = leave_one_out(model, method="DL", test="knha")
    expected = (0.14218805899408, 0.24302652819004, 0.17424282830622, 0.24365168158765)
    assert [row[0] for row in found.se][:4] == pytest.approx(expected, rel=1e-12)


def test_clusters_of_one_are_the_studies():
    one, other = (
        leave_one_out(BCG, method="DL"),
        leave_one_out(BCG, clusters=range(13), method="DL"),
    )
    for name in ("beta", "se", "QE", "tau2", "I2"):
        assert np.array(getattr(one, name)) == pytest.approx(
            np.array(getattr(other, name)), rel=1e-10
        )


def test_clusters_are_left_out_whole():
    clusters = table("dat.bcg")["alloc"]
    found = leave_one_out(BCG, clusters=clusters)
    assert found.label == ("random", "alternate", "systematic")
    assert found.k == (6, 11, 9)
    keep = np.array([label != "random" for label in clusters])
    assert found.beta[0] == pytest.approx(fit_linear(subset(BCG, keep)).beta, rel=1e-12)


def test_cluster_influence_of_single_studies_is_that_of_the_studies():
    model = linear_model(YI, VI, np.column_stack([np.ones(13), table("dat.bcg")["ablat"]]))
    found = cluster_influence(model, range(13), test="knha")
    assert pytest.approx(np.square(rstudent(model, test="knha").z), rel=1e-9) == found.X2
    assert found.cook_d == pytest.approx(influence(model, test="knha").cook_d, rel=1e-8)
    assert found.size == (1,) * 13


def test_cluster_influence_agrees_with_metafor():
    """metafor 3.8-1, rma.mv with one random effect for each trial; it stops at 1e-7 or so."""
    model = linear_model(YI, VI, np.column_stack([np.ones(13), table("dat.bcg")["ablat"]]))
    found = cluster_influence(model, table("dat.bcg")["alloc"])
    assert found.label == ("random", "alternate", "systematic")
    assert pytest.approx((6.3369927483, 0.6635680691, 7.1213742697), rel=1e-6) == found.X2
    assert found.cook_d == pytest.approx((2.4372380410, 0.2591244512, 0.1532714063), rel=1e-6)


def test_cluster_residuals_are_decorrelated():
    found = cluster_influence(BCG, table("dat.bcg")["alloc"])
    keep = np.array([label != "random" for label in table("dat.bcg")["alloc"]])
    rest = fit_linear(subset(BCG, keep))
    r = YI[~keep] - rest.beta[0]
    variance = np.diag(VI[~keep] + rest.tau2) + rest.vb[0][0]
    assert found.X2[0] == pytest.approx(r @ np.linalg.solve(variance, r), rel=1e-11)
    assert 0.0 < found.pval[0] < 1.0


def test_a_cluster_of_all_studies_has_a_reason():
    for found in (cluster_influence(BCG, [1] * 13), leave_one_out(BCG, clusters=[1] * 13)):
        assert found.tau2 == (None,) if hasattr(found, "tau2") else found.X2 == (None,)
        assert "no study is left" in found.reasons["row 0"]


def test_one_study_left_is_itself_with_a_wald_test():
    found = leave_one_out(linear_model([0.31, 0.36], [0.02, 0.035]), test="knha")
    assert [row[0] for row in found.beta] == pytest.approx([0.36, 0.31], rel=1e-15)
    assert found.df == (None, None)
    assert found.tau2 == found.QE == found.I2 == (0.0, 0.0)
    assert found.QEp == found.H2 == (1.0, 1.0)
    assert found.pval[0][0] == pytest.approx(0.05431937812711484, rel=1e-12)  # metafor 5.1-12
    assert "z" in found.reasons["df"]


def test_a_single_study_has_no_series():
    found = leave_one_out(linear_model([0.31], [0.02]))
    assert found.beta == ((None,),)
    assert "no study is left" in found.reasons["row 0"]


def test_equal_effects_have_no_test_under_knapp_hartung():
    found = leave_one_out(linear_model([0.2] * 4, [0.1] * 4), test="knha")
    assert found.se == ((0.0,),) * 4
    assert found.stat == found.pval == ((None,),) * 4
    assert "stat" in found.reasons


def test_labels_of_another_number_and_unknown_options_are_refused():
    with pytest.raises(InputError, match="13 labels"):
        leave_one_out(BCG, clusters=[1, 2])
    with pytest.raises(InputError, match="method"):
        leave_one_out(BCG, method="XX")
    with pytest.raises(InputError, match="level"):
        leave_one_out(BCG, level=0.0)
