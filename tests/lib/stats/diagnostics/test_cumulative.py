"""workflow/lib/stats/diagnostics/{cumulative,gosh}.py against refits, laws and edges."""

from itertools import combinations

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.diagnostics.deletions import subset
from workflow.lib.stats.diagnostics.gosh import gosh
from workflow.lib.stats.diagnostics.many_tau2 import ESTIMATORS
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
BCG = linear_model(YI, VI)
YEARS = [int(year) for year in table("dat.bcg")["year"]]


@pytest.mark.parametrize("test", ["z", "knha", "adhoc"])
@pytest.mark.parametrize("method", ESTIMATORS)
def test_every_step_is_a_refit(method, test):
    found = cumulative(BCG, method=method, test=test)
    for i in (1, 4, 12):
        expected = fit_linear(subset(BCG, np.arange(13) <= i), method=method, test=test)
        for name in ("beta", "se", "ci_lb", "df", "QE", "tau2", "I2", "H2"):
            value, target = getattr(found, name)[i], getattr(expected, name)
            close = target if target is None else pytest.approx(target, rel=1e-9, abs=1e-12)
            assert value == close, (name, i)


def test_the_last_step_is_the_whole_and_the_first_the_study_itself():
    found = cumulative(BCG, order=YEARS)
    assert found.beta[-1][0] == pytest.approx(fit_linear(BCG).beta[0], rel=1e-12)
    assert found.beta[0] == pytest.approx((YI[0],), rel=1e-15)
    assert found.label[0] == 1948
    assert found.k == tuple(range(1, 14))


def test_studies_of_one_year_come_together_if_asked():
    found = cumulative(BCG, order=YEARS, collapse=True)
    assert found.label == tuple(sorted(set(YEARS)))
    assert found.k[7] == 9  # two studies of 1973


def test_by_precision_the_most_precise_comes_first_and_ties_as_given():
    found = cumulative(linear_model([1.0, 2.0, 3.0], [0.2, 0.1, 0.1]), order="precision")
    assert found.label == (0.1, 0.1, 0.2)
    assert found.beta[0] == (2.0,)


def test_a_study_of_a_million_times_the_precision_keeps_the_digits_of_the_others():
    vi = VI.copy()
    vi[4] = 1e-6 * vi.max()
    model = linear_model(YI, vi)
    found = cumulative(model, order="precision")
    order = np.argsort(vi)
    for i in (2, 6, 12):
        expected = fit_linear(subset(model, np.isin(np.arange(13), order[: i + 1])))
        assert found.tau2[i] == pytest.approx(expected.tau2, rel=1e-9, abs=1e-9 * vi.min())


def test_with_moderators_steps_that_do_not_determine_them_have_reasons():
    model = linear_model(YI, VI, np.column_stack([np.ones(13), table("dat.bcg")["ablat"]]))
    found = cumulative(model)
    assert found.beta[0] == found.beta[1] == (None, None)
    assert {"row 0", "row 1"} <= set(found.reasons)
    assert found.beta[-1] == pytest.approx(fit_linear(model).beta, rel=1e-12)


def test_one_study_is_a_series_of_one():
    assert cumulative(linear_model([0.3], [0.2])).se[0][0] == pytest.approx(np.sqrt(0.2))


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ([1, 2], "13 keys"),
        ([*YEARS[:-1], float("nan")], "row 12"),
        ([*YEARS[:-1], None], "row 12"),
        ([*YEARS[:-1], "1990"], "row 12"),
        ("year", "precision"),
    ],
)
def test_keys_that_cannot_be_ordered_are_refused(order, text):
    with pytest.raises(InputError, match=text):
        cumulative(BCG, order=order)


def test_gosh_has_all_subsets_by_size_once():
    found = gosh(YI[:6], VI[:6], method="DL")
    rows = [tuple(np.flatnonzero(row)) for row in found.include]
    sizes = [len(row) for row in rows]
    assert sizes == sorted(sizes)
    assert set(rows) == {s for n in range(1, 7) for s in combinations(range(6), n)}
    assert len(rows) == found.n_subsets == 63
    assert found.exact
    assert found.seed is None


def test_gosh_subsets_are_refits():
    found = gosh(YI[:5], VI[:5])
    for row in (3, 9, 17, 30):
        model = subset(linear_model(YI[:5], VI[:5]), found.include[row])
        if model.k > 1:
            expected = fit_linear(model)
            assert found.estimate[row] == pytest.approx(expected.beta[0], rel=1e-9)
            assert found.I2[row] == pytest.approx(expected.I2, rel=1e-8, abs=1e-8)


def test_gosh_samples_beyond_fifteen_studies_by_its_seed():
    generator = np.random.default_rng(1)
    yi, vi = generator.normal(size=20), generator.exponential(size=20)
    one, same, other = (gosh(yi, vi, method="EE", subsets=200, seed=s) for s in (4, 4, 5))
    assert (one.estimate == same.estimate).all()
    assert (one.estimate != other.estimate).any()
    assert one.include.any(axis=1).all()
    assert not one.exact
    assert one.tag == "GOSH, EE, 200 subsets, seed 4"


def test_gosh_cannot_be_changed():
    found = gosh(YI[:3], VI[:3])
    with pytest.raises(ValueError, match="read-only"):
        found.estimate[0] = 1.0


def test_gosh_of_one_study_and_of_none():
    assert gosh([0.3], [0.1]).estimate.tolist() == [0.3]
    with pytest.raises(NotEstimable, match="no study"):
        gosh([], [])


def test_gosh_refuses_what_it_cannot_do():
    with pytest.raises(InputError, match="GENQ"):
        gosh(YI, VI, method="GENQ")
    with pytest.raises(InputError, match="at least 1"):
        gosh(YI, VI, subsets=0)
    with pytest.raises(InputError, match="row 0"):
        gosh([float("nan"), 1.0], [1.0, 1.0])
