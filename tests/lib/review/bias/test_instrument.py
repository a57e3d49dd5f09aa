"""workflow/lib/review/bias/instrument.py: what the algorithms suggest, against the drawings of RoB 2."""

import copy
from itertools import product

import pytest

from tests.lib.review.bias.cases import RECORDS
from workflow.lib.review.bias.instrument import (
    asked,
    instrument_of,
    instrument_problems,
    suggested,
    suggested_overall,
    unanswered,
)

ROB2 = instrument_of(RECORDS["rob2_2019"])
DOMAINS = {domain.id: domain for domain in ROB2.domains}
YES, NO = ("Y", "PY"), ("N", "PN")


# The drawings of the full guidance document of 22 August 2019, one function each: the reading of
# the flow charts, written apart from the decision tables.
def randomisation(a):
    if a["1.2"] in NO:
        return "high"
    if a["1.2"] == "NI":
        return "high" if a["1.3"] in YES else "some"
    if a["1.1"] in NO:
        return "some"
    return "some" if a["1.3"] in YES else "low"


def deviations(a):
    def context():
        if a["2.1"] in NO and a["2.2"] in NO:
            return 0
        if a["2.3"] in NO:
            return 0
        if a["2.3"] == "NI" or a["2.4"] in NO:
            return 1
        return 1 if a["2.5"] in YES else 2

    def analysis():
        if a["2.6"] in YES:
            return 0
        return 1 if a["2.7"] in NO else 2

    return ("low", "some", "high")[max(context(), analysis())]


def missing(a):
    if a["3.1"] in YES or a["3.2"] in YES or a["3.3"] in NO:
        return "low"
    return "some" if a["3.4"] in NO else "high"


def measurement(a):
    if a["4.1"] in YES or a["4.2"] in YES:
        return "high"
    if a["4.3"] in NO or a["4.4"] in NO:
        return "low" if a["4.2"] in NO else "some"
    return "some" if a["4.5"] in NO else "high"


def selection(a):
    if a["5.2"] in YES or a["5.3"] in YES:
        return "high"
    if "NI" in (a["5.2"], a["5.3"]):
        return "some"
    return "low" if a["5.1"] in YES else "some"


CHARTS = dict(
    zip(DOMAINS, (randomisation, deviations, missing, measurement, selection), strict=True)
)


def every_way(domain):
    """Every way through the questions of a domain; a question that is not asked is NA."""
    ways = [{}]
    for question in domain.questions:
        ways = [
            way | {question.id: answer}
            for way in ways
            for answer in (
                [one for one in question.answers if one != "NA"] if asked(question, way) else ["NA"]
            )
        ]
    return ways


@pytest.mark.parametrize("name", CHARTS)
def test_rob_2_suggests_what_the_drawing_says_on_every_way_through_it(name):
    ways = every_way(DOMAINS[name])
    assert len(ways) >= 75
    for way in ways:
        assert suggested(DOMAINS[name], way) == CHARTS[name](way), way


@pytest.mark.parametrize("name", CHARTS)
def test_without_an_answer_that_is_asked_for_nothing_is_suggested(name):
    domain = DOMAINS[name]
    for way in every_way(domain):
        for question in (one for one, answer in way.items() if answer != "NA"):
            less = {one: answer for one, answer in way.items() if one != question}
            assert question in unanswered(domain, less)
            assert suggested(domain, less) == ""
            break


def test_an_answer_to_a_question_that_is_not_asked_says_nothing():
    way = {"3.1": "Y", "3.2": "N", "3.3": "Y", "3.4": "Y"}
    assert suggested(DOMAINS["D3"], way) == "low"


def test_rob_2_overall_is_the_worst_domain():
    for way in product(("low", "some", "high"), repeat=5):
        worst = max(way, key=("low", "some", "high").index)
        assert suggested_overall(ROB2, list(way)) == worst
    assert suggested_overall(ROB2, ["low"] * 4) == ""


def test_robins_i_v2_has_classification_before_selection_and_no_deviations():
    one, two = (instrument_of(RECORDS[name]) for name in ("robins_i_2016", "robins_i_v2"))
    labels = [{d.id: d.label for d in instrument.domains} for instrument in (one, two)]
    assert labels[0]["D2"] == labels[1]["D3"] == "Selection of participants"
    assert labels[0]["D3"] == labels[1]["D2"] == "Classification of interventions"
    assert (len(labels[0]), len(labels[1])) == (7, 6)
    assert "Deviations from intended interventions" in labels[0].values()
    assert "Deviations from intended interventions" not in labels[1].values()


def test_robins_i_v2_never_calls_confounding_low_and_suggests_no_domain():
    instrument = instrument_of(RECORDS["robins_i_v2"])
    assert "low" not in [one.id for one in instrument.domains[0].judgements]
    assert all(suggested(domain, {}) == "" for domain in instrument.domains)
    best = ["low_except", *["low"] * 5]
    assert suggested_overall(instrument, best) == "low_except"
    assert suggested_overall(instrument, [*best[:-1], "serious"]) == "serious"


@pytest.mark.parametrize(
    ("judgements", "expected"),
    [
        (["low"] * 7, "low"),
        (["low"] * 6 + ["moderate"], "moderate"),
        (["moderate"] * 6 + ["ni"], "ni"),
        (["ni"] * 6 + ["serious"], "serious"),
        (["serious"] * 6 + ["critical"], "critical"),
    ],
)
def test_robins_i_of_2016_follows_its_table_of_the_overall_judgement(judgements, expected):
    assert suggested_overall(instrument_of(RECORDS["robins_i_2016"]), judgements) == expected


@pytest.mark.parametrize(("name", "items"), [("case_series", 10), ("case_report", 8)])
def test_jbi_checklists_have_their_items_and_no_score(name, items):
    instrument = instrument_of(RECORDS[f"jbi_{name}_2020"])
    assert [domain.id for domain in instrument.domains] == [f"Q{n}" for n in range(1, items + 1)]
    assert suggested_overall(instrument, ["yes"] * items) == ""


def test_a_rule_of_the_review_counts_items():
    lines = [{"at_least": {"no": 2}, "then": "high"}, {"at_least": {"no": 1}, "then": "some"}]
    rule = {"words": "two items not met", "lines": [*lines, {"then": "low"}]}
    instrument = instrument_of(RECORDS["jbi_case_report_2020"], rule)
    found = [suggested_overall(instrument, ["no"] * n + ["yes"] * (8 - n)) for n in (0, 1, 2, 8)]
    assert found == ["low", "some", "high", "high"]
    assert "two items not met" in instrument.rule


@pytest.mark.parametrize("name", RECORDS)
def test_every_instrument_of_the_workflow_names_nothing_that_it_does_not_have(name):
    assert instrument_problems(RECORDS[name], name) == []


def changed(**paths):
    """RoB 2 with parts replaced: domains__0__algorithm=..."""
    record = copy.deepcopy(RECORDS["rob2_2019"])
    for path, value in paths.items():
        *way, last = path.split("__")
        place = record
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[int(last) if last.isdigit() else last] = value
    return record


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"domains__0__algorithm": [[{"when": {"9.9": ["Y"]}, "then": "low"}]]}, "9.9"),
        ({"domains__0__algorithm": [[{"when": {"1.1": ["X"]}, "then": "low"}]]}, "'X'"),
        ({"domains__0__algorithm": [[{"when": {"1.1": ["Y"]}, "then": "dreadful"}]]}, "dreadful"),
        ({"domains__1__questions__2__asked": [{"1.1": ["Y"]}]}, "'1.1' is not one of"),
        ({"domains__0__questions__0__answers": ["Y", "MAYBE"]}, "MAYBE"),
        ({"domains__0__judgements": ["low", "worse"]}, "worse"),
        ({"domains__1__id": "D1"}, "'d1' is there twice"),
        ({"overall__algorithm": [{"at_least": {"high": 1}, "then": "high"}]}, "end with a line"),
        (
            {"overall__algorithm": [{"at_least": {"bad": 1}, "then": "high"}, {"then": "low"}]},
            "'bad'",
        ),
    ],
)
def test_an_instrument_that_names_what_it_does_not_have_is_refused(change, word):
    found = instrument_problems(changed(**change), "instruments/mine.yaml")
    assert any(word in problem for problem in found), found
    assert all(problem.startswith("instruments/mine.yaml, ") for problem in found)
