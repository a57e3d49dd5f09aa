"""workflow/lib/review/collection/: the words and counts of a collection, without any file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.audit.registry import text_of
from workflow.lib.review.collection.listing import listing_of
from workflow.lib.review.collection.rows import ranges
from workflow.lib.review.collection.summary import (
    I2_EDGES,
    Counted,
    distribution_rows,
    model_rows,
    summary_rows,
)
from workflow.lib.review.collection.tables import refusal


@given(st.sets(st.integers(1, 200), min_size=1))
def test_ranges_of_rows_name_each_row_once(rows):
    rows = sorted(rows)
    named = []
    for part in ranges(np.array(rows)).split():
        first, _, last = part.partition("-")
        named += range(int(first), int(last or first) + 1)
    assert named == rows


def test_ranges_read_as_a_person_writes_them():
    assert ranges(np.array([2, 3, 4, 8, 11, 12])) == "2-4 8 11-12"


def one_part():
    """Three meta-analyses of 1, 2 and 12 studies in two models; the second does not answer the first."""
    n, pvals = 3, ((0.01, 0.2, 0.04), (np.nan, 0.03, 0.04))
    metas = {name: np.zeros(n, dtype=bool) for name in ("disagree", "opposite")}
    metas |= {"k": np.array([1, 2, 12]), "tau2": np.array([np.nan, 0.0, 0.5])}
    metas |= {"I2": np.array([np.nan, 0.0, 100.0])}
    metas |= {"pval": np.array(pvals[1]), "largest_weight": np.array([100.0, 50.0, 60.0])}
    metas |= {"egger_pval": np.array([np.nan, np.nan, 0.05])}
    metas |= {"pi_includes_null": np.array([np.nan, 0.0, 1.0])}
    metas |= {"significant": np.array(pvals[1]) < 0.05}
    wide = np.array(pvals).T.ravel()
    pools = {"model": ["fe", "hk"] * n, "pval": wide, "beta": np.tile([1.0, -1.0], n)}
    pools |= {"tau2": np.zeros(2 * n), "pi_lb": np.tile([np.nan, 0.0], n)}
    pools |= {"ci_lb": np.zeros(2 * n), "ci_ub": np.where(np.isnan(wide), np.nan, 2.0)}
    return metas, pools


def counted(parts=1):
    found = Counted(95.0)
    for _ in range(parts):
        found.add(*one_part())
    return found


def test_shares_are_of_what_they_say():
    source = {"rows": 15, "broken_rows": 0, "skipped": 0}
    rows = {(r["quantity"], r["statistic"]): r for r in summary_rows(counted(), source)}
    assert rows["results", "count"]["value"] == 15
    assert (
        rows["one_study_heavier", "percent"]["value"] == 50.0
    )  # one of the two with several studies
    assert rows["significant_pi_includes_null", "percent"]["value"] == 50.0
    assert rows["egger_tested", "count"]["value"] == rows["egger_small", "count"]["value"] == 1
    assert rows["not_estimable", "count"]["value"] == 1
    assert rows["tau2", "quantile_50"]["value"] == 0.25


def test_models_are_compared_over_what_both_answer():
    found = counted()
    assert found.pairs["fe", "hk"].tolist() == [1, 0, 1, 0, 2]
    models = {"fe": {"method": "FE", "test": "z"}, "hk": {"method": "REML", "test": "knha"}}
    fe, hk = model_rows(found, models)
    assert (fe["answered"], fe["significant"], hk["answered"], hk["significant"]) == (3, 2, 2, 2)
    assert hk["median_width_ratio"] == 1.0


def test_parts_add_up_to_the_whole():
    once, twice = counted(), counted(parts=2)
    assert twice.sums["meta_analyses"] == 2 * once.sums["meta_analyses"]
    assert (twice.pairs["fe", "hk"] == 2 * once.pairs["fe", "hk"]).all()


def test_every_meta_analysis_is_in_one_class():
    rows = distribution_rows(counted())
    for panel, total in (("k", 3), ("I2", 2), ("tau2", 2)):
        assert sum(row["count"] for row in rows if row["panel"] == panel) == total
    highest = [row for row in rows if row["panel"] == "I2"][-1]
    assert (highest["lower"], highest["upper"], highest["count"]) == (90.0, I2_EDGES[-1], 1)


def test_a_collection_of_which_nothing_is_left_is_summed_up_as_nothing():
    rows = summary_rows(Counted(95.0), {"rows": 3, "broken_rows": 3, "skipped": 1})
    values = {(row["quantity"], row["statistic"]): row["value"] for row in rows}
    assert values["meta_analyses", "count"] == 0
    assert values["significant", "percent"] is None
    assert values["k", "quantile_50"] is None
    assert sum(row["count"] for row in distribution_rows(Counted(95.0))) == 0


def test_a_refusal_prints_the_first_cells_and_says_how_many_there_are():
    row = {"file": "f", "row": 1, "column": "vi", "value": "0", "problem": "cannot be", "id": "a"}
    found = refusal([row | {"row": n} for n in range(1, 71)], 3, "all.csv")
    assert len(found) == 51
    assert found[0] == "f, row 1, vi: '0' cannot be"
    assert found[-1].startswith(
        "broken rows: 70, meta-analyses that have them: 3; all are in all.csv"
    )


@pytest.mark.parametrize("low", [None, -0.5])
def test_an_effect_without_an_interval_is_printed_alone(low):
    listed = {name: ["x"] for name in ("review", "outcome", "comparison", "subgroup", "id")}
    listed |= {"measure": ["GEN"], "k": [1], "beta": [0.25], "ci_lb": [low], "ci_ub": [1.0]}
    listed |= {"pval": [None], "I2": [None], "disagree": [False]}
    found = listing_of(listed, text_of, lambda measure, value: f"{value:.1f}")
    expected = "0.2" if low is None else "0.2 [-0.5, 1.0]"
    assert [column[0] for column in found["numbers"]] == ["1", expected, "", "", ""]
