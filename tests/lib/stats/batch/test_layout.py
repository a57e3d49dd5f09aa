"""workflow/lib/stats/batch/layout.py: every row has its place, and blocks stay small."""

import numpy as np
import pytest

from workflow.lib.stats.batch.layout import ELEMENTS, arrange, blocks


@pytest.mark.parametrize(
    "group",
    [
        np.array([4, 4, 9, 9, 9]),
        np.array([9, 4, 9, 4, -2]),
        np.array([3, 3, 1, 1, 2], dtype=np.uint8),
        np.array([2**62, -(2**62), 2**62, 0]),
        np.array([2**64 - 1, 5, 2**64 - 1], dtype=np.uint64),
        np.array([2**64 - 1, 2**64 - 3, 2**64 - 1], dtype=np.uint64),
        np.array(["x", "b", "x"]),
        np.array([7]),
    ],
)
def test_rows_are_found_under_their_label(group):
    found = arrange(group)
    assert found.labels.tolist() == np.unique(group).tolist()
    rows = np.arange(len(group)) if found.rows is None else found.rows
    for label, start, size in zip(found.labels, found.starts, found.sizes, strict=True):
        expected = np.flatnonzero(group == label).tolist()
        assert rows[start : start + size].tolist() == expected


def test_shorter_columns_say_what_they_lack():
    rows, missing = arrange(np.array([0, 0, 0, 1, 1])).place(np.array([1, 0]), 3)
    assert missing.tolist() == [[False, False], [False, False], [True, False]]
    assert rows[:, 1].tolist() == [0, 1, 2]
    assert rows[:2, 0].tolist() == [3, 4]


def test_every_group_is_in_one_block_and_no_block_is_large():
    sizes = np.random.default_rng(2).integers(0, 400, 20_000)
    seen = []
    for groups, longest in blocks(sizes):
        assert sizes[groups].max() == longest
        assert len(groups) * longest <= ELEMENTS
        assert longest <= 8 or sizes[groups].min() >= longest / 1.3
        seen.extend(groups.tolist())
    assert sorted(seen) == list(range(20_000))


def test_a_group_larger_than_a_block_has_one_of_its_own():
    assert [len(groups) for groups, _ in blocks(np.array([ELEMENTS * 2, ELEMENTS * 2]))] == [1, 1]
