"""workflow/lib/stats/batch/pool.py against `random_effects`, group by group, and at its edges."""

from dataclasses import fields

import numpy as np
import pytest

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.estimators import ESTIMATORS
from workflow.lib.stats.batch.fits import TESTS
from workflow.lib.stats.batch.pool import PooledGroups, pool_groups
from workflow.lib.stats.pooling import random_effects

TOLERANCE = 1e-10  # see conftest.py


@pytest.mark.parametrize("difficulty", ["realistic", "wide", "extreme", "small"])
def test_a_thousand_groups_have_the_numbers_of_single_fits(pool, worst_difference, difficulty):
    yi, vi, group = pool(difficulty, 1000)
    found = pool_groups(yi, vi, group, test="knha")
    assert not found.reason.any()
    assert worst_difference(found, yi, vi, group) < TOLERANCE


@pytest.mark.parametrize("method", ESTIMATORS)
def test_every_method_has_the_numbers_of_single_fits(pool, worst_difference, method):
    yi, vi, group = pool("wide", 60)
    found = pool_groups(yi, vi, group, method=method, test="z")
    assert worst_difference(found, yi, vi, group) < TOLERANCE


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("level", [80.0, 99.0])
def test_every_test_and_level_has_the_numbers_of_single_fits(pool, worst_difference, test, level):
    yi, vi, group = pool("realistic", 60)
    found = pool_groups(yi, vi, group, test=test, level=level)
    assert worst_difference(found, yi, vi, group) < TOLERANCE


def test_long_groups_have_the_numbers_of_single_fits(worst_difference):
    rng = np.random.default_rng(3)
    k = np.array([700, 63, 64, 65, 80, 1500])
    group, vi = np.repeat(np.arange(6), k), np.exp(rng.standard_normal(k.sum()))
    yi = rng.standard_normal(len(vi)) * np.sqrt(vi + 0.2)
    assert worst_difference(pool_groups(yi, vi, group), yi, vi, group) < TOLERANCE


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_the_unit_of_the_effects_does_not_matter(pool, worst_difference, scale):
    yi, vi, group = pool("wide", 150)
    yi, vi = yi * scale, vi * scale**2
    assert worst_difference(pool_groups(yi, vi, group), yi, vi, group) < TOLERANCE


def degenerate(name, yi, vi, group):
    """One kind of pool that breaks naive code."""
    if name == "equal effects":
        return np.full_like(yi, 0.7), vi
    if name == "equal variances":
        return yi, np.full_like(vi, 0.3)
    if name == "tau2 a million times vi":
        return yi * 1e3, vi
    if name == "one study beyond all precision":
        return yi, np.where(np.append(True, group[1:] != group[:-1]), 1e-14, vi)
    if name == "two studies beyond all precision":
        first = np.append(True, group[1:] != group[:-1])
        return yi, np.where(first | np.append(False, first[:-1]), 1e-14, vi)
    if name == "one huge outlier":
        return np.where(np.append(True, group[1:] != group[:-1]), 1e6, yi), vi
    return yi + 1e6, vi


@pytest.mark.parametrize(
    "name",
    [
        *("equal effects", "equal variances", "tau2 a million times vi", "mean of a million"),
        *("one study beyond all precision", "two studies beyond all precision"),
        "one huge outlier",
    ],
)
def test_degenerate_pools_have_the_numbers_of_single_fits(pool, worst_difference, name):
    yi, vi, group = pool("realistic", 200)
    yi, vi = degenerate(name, yi, vi, group)
    found = pool_groups(yi, vi, group)
    assert not found.reason.any()
    assert worst_difference(found, yi, vi, group) < TOLERANCE


def test_groups_of_one_study_are_that_study_with_a_wald_interval():
    found = pool_groups([0.5, 1.0, 2.0], [0.04, 0.1, 0.2], ["b", "a", "a"], test="knha")
    one = random_effects([0.5], [0.04])
    assert found.group.tolist() == ["a", "b"]
    assert found.k.tolist() == [2, 1]
    for name in ("beta", "se", "stat", "pval", "ci_lb", "ci_ub"):
        assert getattr(found, name)[1] == pytest.approx(getattr(one, name), rel=1e-15), name
    assert found.reason.tolist() == ["", "one study: needs at least two"]
    assert np.isnan(found.tau2[1])
    assert np.isnan(found.QE[1])


def test_no_row_gives_no_group():
    assert len(pool_groups([], [], []).beta) == 0


def test_equal_effects_have_no_knapp_hartung_statistic_and_say_why():
    found = pool_groups([0.3, 0.3, 1.0, 2.0], [0.1, 0.2, 0.1, 0.2], [0, 0, 1, 1], test="knha")
    assert np.isnan(found.stat[0])
    assert "use test adhoc" in found.reason[0]
    assert found.reason[1] == ""
    assert found.tau2[0] == 0.0


@pytest.mark.parametrize(
    "kind", ["shuffled", "texts", "objects", "negative", "far apart", "not contiguous"]
)
def test_order_and_kind_of_the_group_labels_do_not_matter(pool, kind):
    yi, vi, group = pool("realistic", 50)
    expected = pool_groups(yi, vi, group)
    labels = {
        "texts": np.array([f"{number:03d}" for number in group]),
        "negative": group - 1000,
        "far apart": group.astype(np.int64) * (2**62 // 34) - 2**61,
        "objects": np.array([f"{number:03d}" for number in group], dtype=object),
    }.get(kind, group)
    order = np.random.default_rng(1).permutation(len(yi))
    if kind == "not contiguous":
        order = np.argsort(np.arange(len(yi)) % 7, kind="stable")
    found = pool_groups(yi[order], vi[order], labels[order])
    assert found.group.tolist() == np.unique(labels).tolist()
    # the sums run over the same studies in another order
    assert found.beta == pytest.approx(expected.beta, rel=1e-12)
    assert found.tau2 == pytest.approx(expected.tau2, rel=1e-9, abs=1e-12)


def test_bad_rows_are_listed_and_counted():
    yi, vi = np.zeros(100), np.ones(100)
    yi[3], vi[5], vi[7:50] = np.nan, 0.0, np.inf
    with pytest.raises(InputError) as raised:
        pool_groups(yi, vi, np.arange(100))
    problems = raised.value.problems
    assert problems[0].startswith("row 3: yi is nan")
    assert problems[1].startswith("row 5: vi is 0.0")
    assert len(problems) == 21
    assert problems[-1] == "45 rows in all, of 100"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"method": "X", "test": "Y", "level": 0.0}, "method 'X'.*\ntest 'Y'.*\nlevel 0.0"),
        ({"level": 100.0}, "level 100.0"),
    ],
)
def test_unknown_options_are_refused_all_at_once(options, text):
    with pytest.raises(InputError, match=text):
        pool_groups([0.1, 0.2], [1.0, 1.0], [0, 0], **options)


def test_labels_that_are_neither_whole_numbers_nor_texts_are_refused():
    with pytest.raises(InputError, match="whole numbers or texts"):
        pool_groups([0.1, 0.2], [1.0, 1.0], [0.5, 1.5])
    with pytest.raises(InputError, match="row 1: group is missing"):
        pool_groups([0.1, 0.2], [1.0, 1.0], [0.5, np.nan])


def test_lists_of_different_length_are_refused():
    with pytest.raises(InputError, match="one length"):
        pool_groups([0.1, 0.2], [1.0, 1.0], [0])


def test_the_result_says_what_was_done(pool):
    found = pool_groups(*pool("realistic", 5))
    assert (found.method, found.test, found.level) == ("REML", "adhoc", 95.0)
    assert found.tag == "REML, adhoc, t(k - 1), PI t(k - 1), Q-profile"
    arrays = [getattr(found, field.name) for field in fields(PooledGroups)]
    assert {len(x) for x in arrays if isinstance(x, np.ndarray)} == {5}
    assert pool_groups(*pool("realistic", 5), method="EE", test="z").tag == "EE, z, no PI"


def test_one_group_can_be_had_as_plain_values():
    row = pool_groups([0.5, 1.0, 2.0], [0.04, 0.1, 0.2], ["b", "a", "a"], test="z").row(1)
    assert (row["group"], row["k"], row["beta"], row["several_maxima"]) == ("b", 1, 0.5, False)
    assert (row["df"], row["tau2"], row["reason"]) == (None, None, "one study: needs at least two")
    assert {type(value) for value in row.values()} == {str, int, float, bool, type(None)}


def test_a_group_that_is_stuck_is_named_and_keeps_nothing_that_rests_on_tau2(pool, monkeypatch):
    monkeypatch.setattr("workflow.lib.stats.batch.likelihood.MAX_STEPS", 1)
    found = pool_groups(*pool("wide", 50))
    stuck = found.reason != ""
    assert 0 < stuck.sum() < 50
    assert all("did not end" in text for text in found.reason[stuck])
    for name in ("beta", "se", "tau2", "tau2_lb", "ci_lb", "pi_lb", "pval", "I2"):
        assert np.isnan(getattr(found, name)[stuck]).all(), name
        assert not np.isnan(getattr(found, name)[~stuck]).any(), name
    assert not np.isnan(found.QE).any()
