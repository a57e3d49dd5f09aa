"""workflow/lib/audit/forensics/granularity.py against published examples and every small sample there is."""

from itertools import combinations_with_replacement
from statistics import mean, stdev

import pytest

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.granularity import Grain, debit, grim, grimmer, has_sample, totals
from workflow.lib.audit.rounding import printed


def ends(text):
    number = printed(text)
    return number.low, number.high


def is_possible(text, n, items=1):
    first, last = totals(*ends(text), Grain(n, items))
    return first <= last


@pytest.mark.parametrize(
    ("text", "n", "items", "possible"),
    [
        ("5.19", 28, 1, False),  # Brown and Heathers 2017, their first example
        ("5.18", 28, 1, True),  # 145 / 28
        ("5.21", 28, 1, True),
        ("3.48", 20, 1, False),  # the die that is rolled twenty times
        ("5.93", 49, 1, False),
        ("5.19", 28, 2, False),  # 290 / 56 is 5.179, 291 / 56 is 5.196
        ("5.20", 28, 2, True),
        ("5.19", 28, 4, True),
        ("2.5", 4, 1, True),
        ("-1.33", 3, 1, True),
        ("1.12", 8, 1, True),  # 1.125, a tie: either way
        ("1.13", 8, 1, True),
    ],
)
def test_grim_agrees_with_published_and_hand_worked_examples(text, n, items, possible):
    assert is_possible(text, n, items) is possible


@pytest.mark.parametrize(
    ("mean_text", "sd_text", "n", "possible"),
    [
        ("3.44", "2.47", 18, False),  # S = 62 is even, and only Q = 317 lies in 316.9 to 317.7
        ("3.44", "2.48", 18, True),  # Q = 318
    ],
)
def test_grimmer_follows_its_arithmetic(mean_text, sd_text, n, possible):
    assert has_sample(ends(mean_text), ends(sd_text), Grain(n, 1)) is possible


def samples(low, high, sizes):
    """Every sample of whole numbers between two ends, of each size."""
    for n in sizes:
        yield from combinations_with_replacement(range(low, high + 1), n)


@pytest.mark.parametrize("digits", [0, 1, 2, 3])
def test_no_sample_of_whole_numbers_is_ever_refused(digits):
    for sample in samples(0, 4, range(2, 7)):
        texts = f"{mean(sample):.{digits}f}", f"{stdev(sample):.{digits}f}"
        assert is_possible(texts[0], len(sample)), sample
        grain = Grain(len(sample), 1, 0, 4)
        assert has_sample(ends(texts[0]), ends(texts[1]), grain), sample


@pytest.mark.parametrize("items", [2, 3])
def test_no_sample_of_scores_with_several_items_is_ever_refused(items):
    for sample in samples(0, 4 * items, (2, 3, 4)):
        scores = [value / items for value in sample]
        texts = f"{mean(scores):.2f}", f"{stdev(scores):.2f}"
        assert is_possible(texts[0], len(sample), items), sample
        assert has_sample(*map(ends, texts), Grain(len(sample), items, 0, 4)), sample


def test_most_of_the_impossible_pairs_of_mean_and_sd_are_refused():
    n = 6
    real = {(f"{mean(s):.2f}", f"{stdev(s):.2f}") for s in samples(0, 4, (n,))}
    means = {one for one, _ in real}
    grid = {(one, f"{sd / 100:.2f}") for one in means for sd in range(230)}
    refused = {pair for pair in grid if not has_sample(*map(ends, pair), Grain(n, 1, 0, 4))}
    assert not refused & real
    assert len(refused) > 0.95 * len(grid - real)


def rows(cells_for, **words):
    return cells_of(cells_for(words))


def test_a_refused_mean_shows_its_arithmetic_and_the_nearest_means(cells_for, scales):
    (finding,) = grim(rows(cells_for, n="28", mean="5.19"), scales["outcomes"]).findings
    for part in ("5.19 x 28 = 145.32", "5.179", "5.214"):
        assert part in finding.message
    assert finding.rows == ("made_up-active-baseline-mean", "made_up-active-baseline-n")
    assert "10.1177/1948550616673876" in finding.source


def test_a_mean_that_cut_off_digits_explain_is_only_a_note(cells_for, scales):
    (finding,) = grim(
        rows(cells_for, n="7", mean="3.28"), scales["outcomes"]
    ).findings  # 23/7 = 3.2857
    assert finding.severity == "note"
    assert "cut off" in finding.message


def test_a_refused_sd_names_the_nearest_one(cells_for, scales):
    (finding,) = grimmer(
        rows(cells_for, n="18", mean="3.44", sd="2.47"), scales["outcomes"]
    ).findings
    assert "nearest possible SD is 2.48" in finding.message


@pytest.mark.parametrize(("sd", "flagged"), [("0.49", False), ("0.48", True), ("0.11", True)])
def test_debit_follows_from_the_mean_of_yes_or_no(cells_for, scales, sd, flagged):
    cells = rows(cells_for, outcome="cured", unit="share", n="20", mean="0.35", sd=sd)
    assert (
        bool(debit(cells, scales["outcomes"]).findings) is flagged
    )  # sqrt(7 x 13 / (20 x 19)) = 0.489
    assert grimmer(cells, scales["outcomes"]).compared == 0


def test_what_is_not_known_is_left_out_with_the_reason(cells_for, scales):
    without_n = grim(rows(cells_for, mean="5.19"), scales["outcomes"])
    assert list(without_n.skipped) == ["n is not printed beside the mean"]
    bare = {"pain": {"low": 0, "high": 10, "units": {"NRS 0-10": [0, 10]}}}
    unknown = grim(rows(cells_for, n="28", mean="5.19"), bare)
    assert (unknown.compared, unknown.findings) == (0, [])
    assert "`integer`" in next(iter(unknown.skipped))
    no_items = {"pain": bare["pain"] | {"integer": True}}
    assert grim(rows(cells_for, n="28", mean="5.19"), no_items).skipped
    continuous = {"pain": bare["pain"] | {"integer": False}}
    assert grim(rows(cells_for, n="28", mean="5.19"), continuous).findings == []


def test_whole_numbers_may_hold_for_one_unit_of_an_outcome_only(cells_for):
    units = {"NRS 0-10": [0, 10], "VAS 0-10": [0, 10]}
    outcomes = {"pain": {"units": units, "integer": ["NRS 0-10"], "items": 1}}
    assert grim(rows(cells_for, n="28", mean="5.19"), outcomes).findings
    assert not grim(rows(cells_for, n="28", mean="5.19", unit="VAS 0-10"), outcomes).findings
