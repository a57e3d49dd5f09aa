"""workflow/lib/audit/relations/means.py: GRIM and GRIMMER on claimed means."""

import pytest


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"mean": "5.19", "n": "28", "items": "1"}, {"mean": "contradicted", "n": "contradicted"}),
        ({"mean": "5.18", "n": "28", "items": "1"}, {"mean": "consistent", "n": "consistent"}),
        ({"mean": "5.19", "n": "28", "items": "4"}, {"mean": "consistent"}),
        (
            {"mean": "3.44", "sd": "2.47", "n": "18", "items": "1"},
            {"mean": "consistent", "sd": "contradicted"},
        ),
        ({"mean": "3.44", "sd": "2.48", "n": "18", "items": "1"}, {"sd": "consistent"}),
        ({"mean": "5.19", "n": "28"}, {"mean": "not_checkable"}),  # not said to be whole numbers
        ({"mean": "5.19", "items": "1"}, {"mean": "not_checkable"}),
        (
            {"mean": "5", "sd": "0", "n": "1", "items": "1"},
            {"mean": "consistent", "sd": "not_checkable"},
        ),
    ],
)
def test_means_and_sds_of_whole_numbers(claimed, verdicts, texts, found):
    rows = verdicts(claimed({"digits": "rounded"}, **texts))
    assert {name: rows[name] for name in found} == found


def test_the_arithmetic_shows_the_nearest_means(claimed, audited):
    row = audited(claimed(mean="5.19", n="28", items="1"))["mean"]
    assert (
        row["arithmetic"]
        == "5.19 x 28 = 145.32; the nearest means of whole numbers are 5.179 and 5.214"
    )
