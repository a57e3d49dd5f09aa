"""workflow/lib/audit/method_search.py: which universes print the same digits, and which come nearest."""

import numpy as np
import pytest

from workflow.lib.audit.method_search import FIELD_OF, by_decision, compare, nearest, targets_of
from workflow.lib.review.search_checks import SEARCHABLE

NONE = np.nan


def claim(quantity, text, **words):
    return {
        "id": f"made_up_{quantity}",
        "group": "made_up",
        "quantity": quantity,
        "printed": text,
        "level": 95.0 if quantity.startswith("ci") else None,
        **words,
    }


RESULT = [claim("estimate", "1.55"), claim("ci_lb", "0.24"), claim("ci_ub", "2.87")]
ROUNDED = [one | {"digits": "rounded"} for one in RESULT]


def values(*rows):
    """Pools (beta, ci_lb, ci_ub) as the search has them."""
    columns = np.array(rows, dtype=float).reshape(len(rows), 3).T
    found = dict(zip(("beta", "ci_lb", "ci_ub"), columns, strict=True))
    return found | {"se": (found["ci_ub"] - found["ci_lb"]) / 4, "stat": found["beta"]}


def test_a_universe_matches_only_if_every_printed_digit_is_reproduced():
    pools = values((1.551, 0.2449, 2.874), (1.551, 0.2449, 2.876), (1.53, 0.24, 2.87))
    found = compare(ROUNDED, pools)
    assert found.matches.tolist() == [True, False, False]
    assert found.distance == pytest.approx([0.0, 0.1, 1.5])
    assert found.misses["estimate"] == pytest.approx([0.0, 0.0, 1.5])
    assert found.misses["ci_ub"] == pytest.approx([0.0, 0.1, 0.0])


def test_the_distance_is_the_largest_miss_in_units_of_the_last_printed_digit():
    targets = [claim("estimate", "1.5", digits="rounded"), claim("pval", "0.020")]
    pools = {"beta": np.array([1.65]), "pval": np.array([0.0305])}
    pools |= {"ci_lb": pools["beta"], "ci_ub": pools["beta"]}
    found = compare(targets, pools)
    assert found.misses["estimate"] == pytest.approx([1.0])
    assert found.misses["pval"] == pytest.approx([10.0])
    assert found.distance == pytest.approx([10.0])


def test_digits_may_have_been_cut_off_unless_the_claims_say_rounded():
    pools = values((1.559, 0.249, 2.879))
    either = compare(RESULT, pools)
    assert either.matches.tolist() == [True]
    assert either.reading.tolist() == ["truncated"]
    assert compare(ROUNDED, pools).matches.tolist() == [False]


def test_all_digits_of_a_universe_are_read_in_one_way():
    pools = values((1.559, 0.24, 2.866))  # the estimate only if cut off, the limit only if rounded
    assert compare(RESULT, pools).matches.tolist() == [False]


def test_a_value_on_the_border_counts_for_both_texts():
    pools = values((1.545, 0.24, 2.87), (1.555, 0.24, 2.87))
    assert compare(RESULT, pools).matches.tolist() == [True, True]


def test_a_limit_such_as_below_0_001_is_met_by_everything_below_it():
    targets = [claim("pval", "<0.001")]
    pools = values((0, 0, 0), (0, 0, 0)) | {"pval": np.array([1e-9, 0.002])}
    found = compare(targets, pools)
    assert found.matches.tolist() == [True, False]
    assert found.distance == pytest.approx([0.0, 1.0])


def test_a_ratio_is_compared_as_it_is_printed():
    targets = [claim("estimate", "1.65", scale="log"), claim("ci_lb", "1.22", scale="log")]
    pools = values((0.5, 0.2, 0.8))  # exp: 1.649, 1.221
    assert compare(targets, pools).matches.tolist() == [True]


def test_a_source_that_counts_improvement_as_negative_is_turned():
    turned = [claim("estimate", "-1.55"), claim("ci_lb", "-2.87"), claim("ci_ub", "-0.24")]
    turned.append(claim("zval", "-1.55"))
    pools = values((1.55, 0.24, 2.87))
    assert compare(turned, pools).matches.tolist() == [False]
    assert compare(turned, pools, sign="reversed").matches.tolist() == [True]


def test_a_universe_without_an_answer_never_matches_and_is_never_near():
    pools = values((NONE, NONE, NONE), (9.0, 8.0, 10.0))
    found = compare(RESULT, pools)
    assert found.matches.tolist() == [False, False]
    assert np.isinf(found.distance[0])
    assert nearest(found, pools, 5) == [1]


def test_the_nearest_are_different_results_in_order():
    pools = values((1.7, 0.4, 3.0), (1.56, 0.25, 2.88), (1.56, 0.25, 2.88), (1.6, 0.3, 2.9))
    found = compare(RESULT, pools)
    assert nearest(found, pools, 5) == [1, 3, 0]
    assert nearest(found, pools, 1) == [1]
    assert found.distinct == 3


def test_equal_results_with_other_last_bits_are_one():
    pools = values((0.1 + 0.2, 0.1, 0.5), (0.3, 0.1, 0.5), (0.0, -0.5, 0.5), (-0.0, -0.5, 0.5))
    assert compare(RESULT, pools).distinct == 2


def test_each_decision_is_counted_with_its_matches_and_its_least_distance():
    pools = values((1.55, 0.24, 2.87), (1.6, 0.24, 2.87), (NONE, NONE, NONE))
    found = compare(RESULT, pools)
    decisions = {"method": np.array(["DL", "DL", "PM"], dtype=object), "r": np.array([0, 1, 0])}
    rows = {(row["axis"], row["value"]): row for row in by_decision(decisions, found)}
    assert rows["method", "DL"] == {
        **{"axis": "method", "value": "DL", "tried": 2, "matches": 1, "distance": 0.0}
    }
    assert rows["method", "PM"]["distance"] is None
    assert rows["r", 1]["matches"] == 0
    for axis in decisions:
        assert sum(row["tried"] for (own, _), row in rows.items() if own == axis) == 3


def test_nothing_to_search_for_matches_nothing():
    found = compare([], values((1.55, 0.24, 2.87)))
    assert found.matches.tolist() == [False]
    assert compare([], values()).matches.tolist() == []


def test_a_group_stands_for_its_result_without_lines_of_studies_and_words():
    words, line = claim("words", "high"), claim("estimate", "0.9", study="made up study")
    other = claim("estimate", "3.1", group="another")
    assert targets_of([*RESULT, words, line, other], "made_up") == RESULT
    assert targets_of([*RESULT, other], ["made_up_ci_lb"]) == [RESULT[1]]


def test_what_the_check_admits_is_what_the_search_knows():
    assert set(SEARCHABLE) == set(FIELD_OF)
