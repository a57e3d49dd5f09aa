"""workflow/lib/review/bias/shares.py and agreement.py: counts, shares of a weight, pairs of judgements."""

import pytest

from tests.lib.review.bias.cases import OTHER, RECORDS, WHO, judged, problems, rob2, row, study
from tests.projects.bias_made_up import made_up_ratings
from workflow.lib.files.schemas import table_problems
from workflow.lib.review.bias.agreement import agreement_tables
from workflow.lib.review.bias.shares import (
    counted,
    light_rows,
    share_rows,
    used_words,
    weight_shares,
)
from workflow.lib.review.bias.table import assessments, judgement_rows

DESIGNS = ("randomised_trial", "controlled_study", "case_series")
STUDIES = [study(f"s{n}", DESIGNS[n % 3]) for n in range(12)]


def rows_of(rows, studies=STUDIES):
    assert problems(rows, studies=studies) == []
    return judgement_rows(assessments(rows, instruments=RECORDS, rules={}), studies)


def model(weights, outcome="pain"):
    fit = {"weights": list(weights.values())}
    return {"analysis": "p", "title": "P", "outcome": outcome, "studies": list(weights), "fit": fit}


def test_shares_of_the_weight_are_sums_over_studies_and_the_rest_is_not_rated():
    studies = [study("a"), study("b"), study("c"), study("d")]
    rows = rows_of(rob2(study="a") + rob2({"1.2": "N"}, study="b") + rob2(study="c"), studies)
    found = weight_shares(rows, model({"a": 10.0, "b": 25.0, "c": 15.0, "d": 50.0}))
    assert found["low"] == (25.0, ("a", "c"))
    assert found["high"] == (25.0, ("b",))
    assert found["not_rated"] == (50.0, ("d",))
    assert sum(percent for percent, _ in found.values()) == pytest.approx(100)
    assert weight_shares(rows, model({})) is None


def test_every_admissible_judgement_is_counted_zeros_too():
    rows = rows_of(made_up_ratings(STUDIES, seed=2))
    counts = counted(rows, RECORDS)
    by_domain = {}
    for one in counts:
        by_domain.setdefault((one["instrument"], one["domain"]), []).append(one)
    assert len(by_domain) == 6 + 7 + 11
    for (name, _), own in by_domain.items():
        assert sum(one["count"] for one in own) == own[0]["total"] == 4, name
    assert {one["judgement"] for one in by_domain["rob2_2019", "D3"]} == {"low", "some", "high"}
    assert "low" not in {one["judgement"] for one in by_domain["robins_i_v2", "D1"]}


@pytest.mark.parametrize("seed", range(4))
def test_each_bar_is_full_unweighted_and_by_the_weights_of_the_pool(seed):
    rows = rows_of(made_up_ratings(STUDIES[:-1], seed=seed))
    weights = {one["study"]: 100 / 7 for one in STUDIES[-7:]}
    bars = share_rows(rows, RECORDS, model(weights))
    assert table_problems("x", "bias_shares", list(bars[0]), bars) == []
    sums = {}
    for bar in bars:
        key = (bar["block"], bar["domain"])
        sums[key] = sums.get(key, 0) + bar["percent"]
    assert all(total == pytest.approx(100) for total in sums.values())
    assert len({bar["block"] for bar in bars}) == 6  # three instruments, twice
    assert {bar["weights"] for bar in bars} == {"unweighted", "p"}


def test_a_pool_without_judged_studies_has_no_weighted_bars():
    rows = rows_of(made_up_ratings(STUDIES[:3], seed=1))
    bars = share_rows(rows, RECORDS, model({"s9": 100.0}))
    assert {bar["weights"] for bar in bars} == {"unweighted"}


def test_lights_are_in_blocks_by_instrument_and_fit_their_schema():
    rows = light_rows(rows_of(made_up_ratings(STUDIES, seed=1)), RECORDS)
    assert table_problems("x", "bias_lights", list(rows[0]), rows) == []
    blocks = list(dict.fromkeys(one["block"] for one in rows))
    assert [block.partition(",")[0] for block in blocks] == [
        "RoB 2",
        "ROBINS-I V2",
        "JBI case series",
    ]


def test_the_words_of_an_instrument_say_whose_rule_judges_overall():
    rows = rows_of(made_up_ratings(STUDIES, seed=1))
    rules = {"jbi_case_series_2020": {"words": "one item", "lines": [{"then": "low"}]}}
    found = used_words(rows, RECORDS, rules)
    assert found["rob2_2019"]["rule"] == "algorithm of the instrument"
    assert found["jbi_case_series_2020"]["rule"] == "the review's own rule: one item"


def test_pairs_of_judgements_are_counted_before_the_consensus():
    consensus = row("D1", judgement="low", stage="consensus", who=f"{WHO} and {OTHER}", reason="x")
    rows = rob2() + rob2({"1.2": "N"}, who=OTHER) + [consensus] + rob2(study="s3")
    assert problems(rows, studies=STUDIES[:1] + [study("s1"), study("s3")]) == []
    found = agreement_tables(assessments(rows, instruments=RECORDS, rules={}))
    codes, ordered, counts = found["rob2_2019"]
    assert (codes, ordered) == (("low", "some", "high"), 3)
    assert counts == [[4, 0, 1], [0, 0, 0], [0, 0, 0]]  # D1 alone differs; s3 has one assessor


def test_unclear_and_not_applicable_have_no_place_in_an_order():
    items = {f"D{n}": "unclear" for n in range(1, 7)}
    rows = judged(items, "generic") + judged(items, "generic", who=OTHER)
    codes, ordered, _ = agreement_tables(assessments(rows, instruments=RECORDS, rules={}))[
        "generic"
    ]
    assert (codes, ordered) == (("low", "some", "high", "unclear"), 3)
    yes = {f"Q{n}": "yes" for n in range(1, 9)} | {"overall": "low"}
    rows = [one for who in (WHO, OTHER) for one in judged(yes, "jbi_case_report_2020", who=who)]
    assert (
        agreement_tables(assessments(rows, instruments=RECORDS, rules={}))["jbi_case_report_2020"][
            1
        ]
        == 0
    )
