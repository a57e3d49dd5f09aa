"""workflow/lib/stats/multiverse/curve.py: universes in order of their estimates, in columns."""

import numpy as np

from workflow.lib.stats.multiverse.curve import curve

N = 1000
RNG = np.random.default_rng(3)
BETA = RNG.normal(0.0, 1.0, N)
VALUES = {"beta": BETA, "ci_lb": BETA - 1.0, "ci_ub": BETA + 1.0}
CHOICE = np.stack([np.arange(N) % 2, np.arange(N) % 5, np.zeros(N, dtype=int)], axis=1)
SIZES, STATE = (2, 5, 1), np.arange(N) % 3


def test_columns_rise_and_hold_every_universe_once():
    columns, _, where = curve(VALUES, CHOICE, SIZES, STATE)
    betas = [one["beta"] for one in columns]
    assert betas == sorted(betas)
    assert sum(one["universes"] for one in columns) == N
    assert len(columns) == 200
    assert [int((where == one["column"]).sum()) for one in columns] == [
        one["universes"] for one in columns
    ]


def test_the_tiles_of_a_column_share_it_out_and_a_decision_with_one_option_has_none():
    _, tiles, _ = curve(VALUES, CHOICE, SIZES, STATE)
    total = {}
    for tile in tiles:
        key = (tile["column"], tile["decision"])
        total[key] = total.get(key, 0.0) + tile["share"]
    assert {decision for _, decision in total} == {0, 1}
    assert all(abs(share - 1.0) < 1e-12 for share in total.values())


def test_few_universes_have_a_column_each_with_its_own_interval():
    few = {name: values[:3] for name, values in VALUES.items()}
    columns, _, _ = curve(few, CHOICE[:3], SIZES, STATE[:3])
    assert [one["universes"] for one in columns] == [1, 1, 1]
    assert all(one["ci_lb"] == one["inner_lb"] for one in columns)


def test_universes_without_an_estimate_have_no_column():
    values = VALUES | {"beta": np.where(np.arange(N) < 990, np.nan, BETA)}
    columns, _, where = curve(values, CHOICE, SIZES, STATE)
    assert len(columns) == 10
    assert (where[:990] == 0).all()


def test_no_universe_has_an_estimate():
    values = {name: np.full(4, np.nan) for name in VALUES}
    assert curve(values, CHOICE[:4], SIZES, STATE[:4])[:2] == ([], [])
