"""workflow/lib/stats/batch/leave_one_out.py against refitting each set of studies directly."""

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.leave_one_out import DIRECT, refit_without_each
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.pooling import random_effects

FIELDS = (
    *("beta", "se", "stat", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "se_tau2", "tau2_lb", "tau2_ub", "H2", "QE", "QEp"),
)


def studies(kind, k=DIRECT + 40, seed=0):
    """Effects and variances; in all but one kind something would ruin a careless difference."""
    rng = np.random.default_rng(seed)
    vi = np.exp((3.5 if kind == "wild variances" else 1.0) * rng.standard_normal(k) - 2.0)
    yi = rng.standard_normal(k) * np.sqrt(vi + (0.0 if kind == "no heterogeneity" else 0.1))
    changes = {
        "an outlier": lambda: yi.__setitem__(3, 50.0),
        "a far outlier": lambda: yi.__setitem__(3, 1e6),
        "an outlier of all precision": lambda: yi.__setitem__(int(vi.argmin()), 50.0),
        "one outlier makes the heterogeneity": lambda: yi.__setitem__(5, 8.0),
        "two studies beyond all precision": lambda: vi.__setitem__([7, 8], [1e-14, 1e-12]),
        "one study beyond all imprecision": lambda: vi.__setitem__(9, 1e20),
        "a mean of a million": lambda: yi.__iadd__(1e6),
        "equal variances": lambda: vi.fill(0.3),
        "equal effects": lambda: yi.fill(0.3),
    }
    changes.get(kind, lambda: None)()
    return yi, vi


KINDS = (
    *("plain", "no heterogeneity", "wild variances", "an outlier", "a far outlier"),
    *("an outlier of all precision", "one outlier makes the heterogeneity"),
    *("two studies beyond all precision", "one study beyond all imprecision"),
    *("a mean of a million", "equal variances", "equal effects"),
)


def assert_same(found, expected, smallest):
    for name in FIELDS:
        one, other = getattr(found, name), getattr(expected, name)
        scale = {"tau2": smallest, "be": smallest**0.5, "ci": smallest**0.5, "pi": smallest**0.5}
        floor = next((scale[start] for start in scale if name.startswith(start)), 0.0)
        # sums minus one term keep all digits but those of the term, at most 0.9 of the sum
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10 * floor, err_msg=name)
    np.testing.assert_array_equal(found.reason, expected.reason)
    np.testing.assert_array_equal(found.k, expected.k)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["REML", "DL"])
def test_differences_of_sums_give_what_refitting_gives(kind, method):
    yi, vi = studies(kind)
    found = refit_without_each(yi, vi, method=method)
    direct = pool_subsets(yi, vi, ~np.eye(len(yi), dtype=bool), method=method)
    assert_same(found, direct, vi.min())


@pytest.mark.parametrize("method", ["ML", "PM", "HE", "SJ", "EE", "HSk"])
def test_other_methods_give_what_refitting_gives(method):
    yi, vi = studies("wild variances")
    found = refit_without_each(yi, vi, method=method, test="knha")
    direct = pool_subsets(yi, vi, ~np.eye(len(yi), dtype=bool), method=method, test="knha")
    assert_same(found, direct, vi.min())


@pytest.mark.parametrize("k", [2, 3, 9])
def test_few_studies_have_the_numbers_of_single_fits(k):
    yi, vi = studies("plain", k)
    found = refit_without_each(yi, vi)
    fits = [
        random_effects(np.delete(yi, i), np.delete(vi, i), test="adhoc") for i in range(len(yi))
    ]
    for name in ("beta", "se", "ci_lb", "ci_ub", "pval", "tau2", "tau2_ub", "I2", "QE"):
        expected = [np.nan if getattr(fit, name) is None else getattr(fit, name) for fit in fits]
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-10, atol=1e-14)


def test_nothing_remains_without_the_only_study():
    found = refit_without_each([0.3], [0.1])
    assert found.k.tolist() == [0]
    assert found.reason.tolist() == ["no study"]
    assert len(refit_without_each([], []).beta) == 0


def test_bad_rows_keep_the_number_that_the_caller_knows():
    with pytest.raises(InputError, match="row 1: vi is 0.0"):
        refit_without_each([0.1, 0.2], [1.0, 0.0])
