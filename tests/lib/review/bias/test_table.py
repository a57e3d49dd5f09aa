"""workflow/lib/review/bias/table.py: what stands, who said so and why; lights and columns for other rules."""

import pytest

from tests.lib.review.bias.cases import (
    JBI,
    OTHER,
    RECORDS,
    WHO,
    judged,
    problems,
    rob2,
    row,
    settled,
    study,
)
from workflow.lib.files.schemas import table_problems
from workflow.lib.review.bias.table import (
    assessments,
    judged_columns,
    judgement_rows,
    lights_note,
    overall_levels,
    remarks,
    study_columns,
    study_lights,
)

BOTH = f"{WHO} and {OTHER}"
SYMBOLS = {"low": "+", "some": "-", "high": "x", "critical": "!", "unclear": "?", "none": ""}


def table(rows, studies):
    assert problems(rows, studies=studies) == []
    return judgement_rows(assessments(rows, instruments=RECORDS, rules={}), studies)


def test_an_accepted_suggestion_stands_under_the_name_of_whoever_answered():
    found = settled(rob2())
    assert {one["judgement"] for one in found.values()} == {"low"}
    assert not any(one["overridden"] for one in found.values())
    assert found["D1"]["assessor"] == found["overall"]["assessor"] == WHO
    assert found["D1"]["answers"] == "1.1=Y;1.2=Y;1.3=N"
    assert found["D1"]["basis"].split(";")[0] == f"risk_of_bias:s1//1.1/{WHO}/independent"


def test_a_judgement_other_than_suggested_stands_with_reason_name_and_suggestion():
    words = {"judgement": "High", "reason": "the trial stopped early", "support": "stopped early"}
    found = settled(rob2() + [row("D5", **words)])
    assert (found["D5"]["suggested"], found["D5"]["judgement"]) == ("low", "high")
    assert found["D5"]["overridden"]
    assert found["D5"]["reason"] == "the trial stopped early"
    assert (
        found["overall"]["judgement"] == "high"
    )  # it follows from the judgement, not the suggestion
    assert not found["overall"]["overridden"]


def test_overall_can_be_raised_where_some_concerns_add_up():
    answers = {"1.3": "Y", "5.1": "N"}
    words = {"judgement": "High", "reason": "concerns in two domains"}
    found = settled(rob2(answers) + [row("overall", **words)])
    assert (found["overall"]["suggested"], found["overall"]["judgement"]) == ("some", "high")
    assert found["overall"]["overridden"]


def test_a_consensus_on_a_domain_stands_for_both_and_names_who_settled_it():
    consensus = row("D1", judgement="Some concerns", stage="consensus", who=BOTH, reason="baseline")
    found = settled(rob2() + rob2({"1.2": "N"}, who=OTHER) + [consensus])
    assert found["D1"]["judgement"] == "some"
    assert found["D1"]["assessor"] == BOTH
    assert found["D2"]["assessor"] == f"{WHO}, {OTHER}"
    assert found["overall"]["judgement"] == "some"


def test_who_settled_one_answer_stands_beside_the_assessors():
    consensus = row("1.2", answer="Y", stage="consensus", who="C. Third")
    found = settled(rob2() + rob2({"1.2": "N"}, who=OTHER) + [consensus])
    assert found["D1"]["judgement"] == "low"
    assert found["D1"]["assessor"] == f"{WHO}, {OTHER}, settled by C. Third"
    assert found["D2"]["assessor"] == f"{WHO}, {OTHER}"


def test_a_consensus_on_an_answer_settles_the_domain_by_its_algorithm():
    consensus = row("1.2", answer="N", stage="consensus", who=BOTH)
    found = settled(rob2() + rob2({"1.2": "N"}, who=OTHER) + [consensus])
    assert (found["D1"]["suggested"], found["D1"]["judgement"]) == ("high", "high")
    assert "1.2=N" in found["D1"]["answers"]


def test_yes_and_probably_yes_are_no_difference():
    found = settled(rob2() + rob2({"1.1": "PY", "2.1": "PN"}, who=OTHER))
    assert found["overall"]["judgement"] == "low"


def test_the_rule_of_a_review_judges_jbi_items_and_a_person_may_judge_otherwise():
    lines = [{"at_least": {"no": 1}, "then": "high"}, {"then": "low"}]
    rules = {"jbi_case_series_2020": {"words": "made up", "lines": lines}}
    studies = [study(design="case_series")]
    items = {name: "Yes" for name in JBI if name != "overall"} | {"Q5": "No"}
    rows = judged(items, "jbi_case_series_2020")
    assert settled(rows, studies, rules)["overall"]["judgement"] == "high"
    own = row("overall", instrument="jbi_case_series_2020", judgement="Low", reason="one item")
    found = settled([*rows, own], studies, rules)["overall"]
    assert (found["suggested"], found["judgement"], found["overridden"]) == ("high", "low", True)


def test_the_table_fits_its_schema_and_keeps_the_order_of_the_studies():
    studies = [study("b"), study("a")]
    rows = table(rob2(study="a") + rob2(study="b"), studies)
    assert [one["study"] for one in rows] == ["b"] * 6 + ["a"] * 6
    assert table_problems("x", "bias_judgements", list(rows[0]), rows) == []


def test_an_instrument_on_another_design_is_a_remark():
    studies = [study(design="single_arm"), study("s2")]
    rows = table(rob2() + rob2(study="s2"), studies)
    assert remarks(rows, RECORDS) == [
        "S1 has the design single arm; RoB 2 is made for: randomised trial."
    ]


def test_a_judgement_of_the_outcome_wins_over_that_of_the_study():
    rows = table(rob2() + rob2({"4.1": "Y"}, outcome="pain"), [study()])
    assert overall_levels(rows, "pain") == {"s1": "high"}
    assert overall_levels(rows, "sleep") == {"s1": "low"}


def test_lights_are_those_of_the_studies_that_are_shown_in_any_order_and_number():
    studies = [study("a"), study("b"), study("c")]
    rows = table(rob2({"1.2": "N"}, study="a") + rob2(study="b"), studies)
    low = "D1=low;D2=low;D3=low;D4=low;D5=low;overall=low"
    assert study_lights(rows, "pain", {"c", "b"}) == {"b": low}
    assert study_lights(rows, "pain", {"b", "a"})["a"].startswith("D1=high;D2=low")
    assert study_lights(rows, "pain", {"c"}) == {}


def test_domains_of_different_instruments_never_stand_in_one_column():
    studies = [study("a"), study("b", "controlled_study")]
    v2 = {"D1": "low_except", **{f"D{n}": "low" for n in range(2, 7)}}
    rows = table(rob2(study="a") + judged(v2, "robins_i_v2", study="b"), studies)
    assert study_lights(rows, "pain", {"a", "b"}) == {"a": "overall=low", "b": "overall=low"}
    assert study_lights(rows, "pain", {"b"})["b"].startswith("D1=low;D2=low")


def test_the_note_under_the_forest_says_what_columns_and_signs_mean():
    rows = table(rob2({"5.1": "N"}), [study()])
    (note,) = lights_note(rows, "pain", study_lights(rows, "pain", {"s1"}), SYMBOLS)
    said = note["slab"].replace("\u00a0", " ")
    assert said.startswith("Risk of bias (RoB 2): D1 Randomisation process; D2 ")
    assert said.endswith("; + Low; - Some concerns")
    assert lights_note(rows, "pain", {}, SYMBOLS) == []


def test_columns_for_moderators_have_every_study_those_not_judged_included():
    studies = [study("a"), study("b")]
    rows = table(rob2({"1.2": "N"}, study="a"), studies)
    first, second = study_columns(studies, rows, "pain")
    assert (first["rob_overall"], first["rob_d1"], first["rob_d2"]) == ("High", "High", "Low")
    assert {second["rob_overall"], second["rob_d1"]} == {"not rated"}


@pytest.mark.parametrize("rows", [rob2() + [row("D2", judgement="low"), row("overall")], []])
def test_the_columns_that_can_be_named_are_known_from_the_raw_table(rows):
    assert judged_columns(rows) == (["rob_overall", "rob_d2"] if rows else [])
