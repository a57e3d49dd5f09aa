"""vif.py against metafor, by its law and at its edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.formula import design
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.vif import variance_inflation

YI, VI, _ = effects("bcg_rr")


def fitted(formula):
    found = design(formula, table("dat.bcg"))
    return fit_linear(linear_model(YI, VI, found.X, names=found.names), method="DL")


def test_moderators_of_the_bcg_trials_agree_with_metafor():
    fit = fitted("~ ablat + year + alloc")
    found = variance_inflation(fit)
    # metafor 3.8-1: vif(rma(yi, vi, mods = ~ ablat + year + alloc, method = "DL"))
    expected = (1.7525473210115, 1.9231603541381, 2.08787907548, 2.0008516542083)
    assert tuple(x.vif for x in found) == pytest.approx(expected, rel=1e-9)
    assert found[0].sif == pytest.approx(1.3238381022661, rel=1e-9)
    group = variance_inflation(fit, groups=[["allocrandom", "allocsystematic"]])[0]
    assert (group.vif, group.sif) == pytest.approx((1.2493, 1.0572), abs=5e-5)  # as printed
    assert (group.m, group.names) == (2, ("allocrandom", "allocsystematic"))


def test_orthogonal_moderators_have_an_inflation_of_one():
    a, b = np.tile([-1.0, 1.0], 4), np.repeat([-1.0, 1.0], 4)
    X = np.column_stack([np.ones(8), a, b, a * b])
    fit = fit_linear(linear_model(np.arange(8.0), np.full(8, 0.4), X))
    for one in variance_inflation(fit, groups=[[1], [2], [3], [1, 3]]):
        assert one.vif == pytest.approx(1.0, abs=1e-12)


def test_the_inflation_does_not_depend_on_the_unit_of_a_moderator():
    one, other = fitted("~ ablat + year"), fitted("~ I(ablat / 1000) + year")
    assert variance_inflation(one)[0].vif == pytest.approx(variance_inflation(other)[0].vif)


def test_one_moderator_alone_has_an_inflation_of_one():
    assert variance_inflation(fitted("~ ablat"))[0].vif == pytest.approx(1.0, abs=1e-14)


def test_what_has_no_inflation_is_refused():
    with pytest.raises(NotEstimable, match="beside the intercept"):
        variance_inflation(fitted("~ 1"))
    with pytest.raises(InputError, match="no inflation"):
        variance_inflation(fitted("~ ablat"), groups=[["intrcpt"]])
    with pytest.raises(InputError, match="there are intrcpt, ablat"):
        variance_inflation(fitted("~ ablat"), groups=[["year"], [7]])
    with pytest.raises(InputError, match="empty"):
        variance_inflation(fitted("~ ablat"), groups=[[]])
