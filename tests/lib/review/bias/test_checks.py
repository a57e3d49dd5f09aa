"""workflow/lib/review/bias/checks.py: what is wrong, all at once, with row, column and what to do."""

import random

import pytest
from hypothesis import given
from hypothesis import settings as quick
from hypothesis import strategies as st

from tests.lib.review.bias.cases import (
    CONFIG,
    JBI,
    OTHER,
    RECORDS,
    WHO,
    judged,
    problems,
    rob2,
    row,
    study,
)
from tests.projects.bias_made_up import made_up_ratings
from workflow.lib.review.bias.table import assessments, judgement_rows

SERIES = study(design="case_series")
DESIGNS = ("randomised_trial", "controlled_study", "case_series", "case_report", "single_arm")
MANY = [study(f"s{n}", DESIGNS[n % 5]) for n in range(20)]


def jbi(changes=(), **words):
    return judged(JBI | dict(changes), "jbi_case_series_2020", **words)


def only(found):
    """The one problem that there is."""
    assert len(found) == 1, found
    return found[0]


def test_whole_judgements_in_codes_or_in_words_are_accepted():
    assert problems(rob2()) == []
    assert (
        problems(rob2({"1.1": "yes", "1.2": "Probably yes", "2.2": "no information", "2.3": "no"}))
        == []
    )
    assert problems(rob2() + [row("d1", judgement="LOW")]) == []
    assert problems(jbi(), studies=[SERIES]) == []


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Some concern", "'Some concerns'"),
        ("some_concerns risk", "'Some concerns'"),
        ("low risk of bias", "'Low'"),
        ("hihg", "'High'"),
        ("unclear", "admissible: Low, Some concerns, High"),
    ],
)
def test_a_judgement_in_other_words_is_told_the_nearest(typed, nearest):
    found = only(problems(rob2() + [row("D1", judgement=typed, reason="made up")]))
    assert f"risk_of_bias.csv, row 15 (s1), judgement: '{typed}' is no judgement of D1" in found
    assert nearest in found


def test_the_judgement_of_another_version_is_told_that_this_one_has_another():
    domains = {"D1": "Low", **{f"D{n}": "Low" for n in range(2, 7)}}
    found = only(
        problems(judged(domains, "robins_i_v2"), studies=[study(design="controlled_study")])
    )
    assert "'Low' is no judgement of D1 in ROBINS-I V2" in found
    assert "'Low except for uncontrolled confounding'" in found


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (rob2({"1.1": "X"}), "row 2 (s1), answer: 'X' is no answer to 1.1; admissible: "),
        (rob2({"3.2": "NI"}), "answer: 'NI' is no answer to 3.2"),
        (rob2({"1.1": ""}), "row 2 (s1), answer: empty; 1.1 admits: Y, PY, PN, N, NI"),
        (rob2() + [row("1.4", answer="Y")], "row 15 (s1), item: RoB 2 has no '1.4'"),
        (rob2() + [row("D1", answer="Y")], "answer: D1 is no signalling question"),
        (rob2()[:-3], "(s1, A. Person (made up)), item: RoB 2 has no row for D5; judge every domain"),
        (rob2({"2.1": "Y"}), "D2 is answered in part; answer 2.3, too"),
        (rob2({"3.1": "N"}), "D3 is answered in part; answer 3.2, too"),
        (rob2(instrument="rob_2_2019"), "instrument: 'rob_2_2019' is not known; did you mean 'rob2_2019'?"),
        (rob2(instrument=""), "instrument: '' is not known; admissible: "),
        (rob2(study="s2"), "(s2), study: not an included study of studies.csv; add it there or correct the key"),
        (rob2(outcome="pian"), "outcome: 'pian' is not in config.yaml; known: pain, sleep"),
        (rob2(support=""), "support: empty for D1; quote what the report says"),
        (rob2() + [row("D1", judgement="High")], "reason: empty; 'High' is judged for D1 where the"),
        (rob2() + [row("overall", judgement="High")], "judged for overall where the algorithm suggests 'Low'"),
        (rob2() + [row("1.1", answer="N", instrument="generic")], "one result has one instrument"),
        (rob2() + [row("d1", judgement="Low"), row("D1", judgement="Low")], "stands in row 15 already"),
        (rob2(stage="consensus"), "stage: a consensus without assessors"),
        (rob2() + [row("D1", judgement="Low", stage="consensus")], "a consensus needs two assessors"),
        (jbi()[:-1], "no row for overall; JBI case series has no rule for it"),
        (jbi({"Q3": ""}), "judgement: Q3 has none (row 4); type it"),
        (rob2()[:3] + rob2()[6:] + [row("D2")], "D2 has none (row 12); answer its signalling questions"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_what_to_do(rows, words):
    found = problems(rows, studies=[study()])
    assert any(words in problem for problem in found), found


def test_faults_of_several_studies_are_told_together():
    rows = rob2({"1.1": "X"}) + rob2(study="s2")[:-1] + rob2(study="nobody")
    found = problems(rows, studies=[study(), study("s2")])
    assert {"row 2 (s1)", "(s2, A. Person (made up))", "(nobody)"} == {
        name for name in ("row 2 (s1)", "(s2, A. Person (made up))", "(nobody)")
        if any(name in problem for problem in found)
    }  # fmt: skip


def test_where_a_row_cannot_be_read_its_study_is_not_told_that_it_lacks_it():
    assert len(problems(rob2({"5.3": "X"}))) == 1


def test_two_assessors_who_differ_need_a_consensus_and_those_who_agree_none():
    both = rob2() + rob2(who=OTHER)
    assert problems(both) == []
    other = rob2({"1.3": "Y"}, who=OTHER)
    found = only(problems(rob2() + other))
    assert (
        "judgement: D1 is not settled (A. Person (made up): 'Low', B. Person (made up): 'Some concerns')"
        in found
    )
    assert "add a row with stage consensus" in found
    settled = row("D1", judgement="Low", stage="consensus", who=f"{WHO} and {OTHER}")
    assert problems(rob2() + other + [settled]) == []


def test_a_third_assessor_is_refused():
    rows = rob2() + rob2(who=OTHER) + rob2(who="C")
    assert "assessor: 'C' is a third; two assess" in only(problems(rows))


def test_a_rule_of_the_review_takes_the_place_of_a_typed_overall():
    rule = {
        "words": "no item missed",
        "lines": [{"at_least": {"no": 1}, "then": "high"}, {"then": "low"}],
    }
    config = CONFIG | {"risk_of_bias": {"overall": {"jbi_case_series_2020": rule}}}
    assert problems(jbi()[:-1], studies=[SERIES], config=config) == []


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        ("jbi", [{"then": "low"}], "risk_of_bias.overall.jbi: there is no such instrument"),
        ("generic", [{"then": "dreadful"}], "'dreadful' is not one of: low, some, high, unclear"),
        ("generic", [{"at_least": {"high": 1}, "then": "high"}], "the last line has a condition"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(name, rule, words):
    config = CONFIG | {"risk_of_bias": {"overall": {name: {"words": "made up", "lines": rule}}}}
    assert words in only(problems(rob2(), config=config))


def test_the_multiverse_cannot_ask_for_judgements_that_are_not_kept():
    option = {"value": {"risk_of_bias": ["low", "moderate"]}}
    config = CONFIG | {"multiverse": {"decisions": {"inclusion": [{"value": "all"}, option]}}}
    assert "'moderate' is not one of: low, some" in only(problems(rob2(), config=config))
    option["value"]["risk_of_bias"] = ["low"]
    assert problems(rob2(), config=config) == []
    assert "is not there" in only(problems([], records=None, config=config))


def test_made_up_ratings_of_every_design_pass_and_are_the_same_each_time():
    rows = made_up_ratings(MANY, seed=4, doubled=0.5, overridden=0.5)
    assert problems(rows, studies=MANY) == []
    assert rows == made_up_ratings(MANY, seed=4, doubled=0.5, overridden=0.5)
    assert rows != made_up_ratings(MANY, seed=5, doubled=0.5, overridden=0.5)


COLUMNS = ("study", "outcome", "instrument", "item", "answer", "judgement", "support", "stage")
WORDS = st.one_of(
    st.sampled_from(
        ["", "Y", "High", "low", "D1", "1.1", "overall", "generic", "consensus", "pain"]
    ),
    st.text(max_size=8),
)
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(COLUMNS), WORDS), max_size=4)
DROPS = st.lists(st.integers(0, 10**6), max_size=3)


@quick(max_examples=60)
@given(changes=CHANGES, drops=DROPS, seed=st.integers(0, 20), twice=st.booleans())
def test_a_spoilt_table_is_told_in_words_or_settles_every_domain(changes, drops, seed, twice):
    rows = made_up_ratings(MANY[:6], seed=seed, doubled=0.5, overridden=0.5)
    for place, column, word in changes:
        rows[place % len(rows)] = rows[place % len(rows)] | {column: word}
    for place in drops:
        del rows[place % len(rows)]
    if twice:
        rows.append(random.Random(seed).choice(rows))
    found = problems(rows, studies=MANY)
    assert all(": " in problem and len(problem) > 20 for problem in found)
    if not found:  # what passes the check is whole: nothing is lost, every domain has its judgement
        judgements = judgement_rows(assessments(rows, instruments=RECORDS, rules={}), MANY)
        assert {one["study"] for one in judgements} == {one["study"] for one in rows}
        assert all(one["judgement"] and one["assessor"] for one in judgements)
