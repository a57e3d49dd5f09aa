"""workflow/lib/render/summary.py and certainty_words.py: short, plain, and as sure as a person has said.

All numbers here are made up; `{{< num id >}}` stands where one is printed.
"""

import re

import pytest

from tests.made_up_facts import Registry, facts, model
from tests.pipeline import completed, pipeline
from tests.reading_level import grade, sentences, syllables
from workflow.lib.render.certainty_words import SURE, certainty_sentence, informative_statement
from workflow.lib.render.shortcodes import fill_numbers
from workflow.lib.render.summary import summary

SHORTCODE = re.compile(r"\{\{<.*?>\}\}")
HEADLINE = {"primary": "primary", "points": "points", "controlled": "controlled"}
LEVELS = ("high", "moderate", "low", "very_low")


def limits(**ends):
    values = {}
    for test, (low, high) in ends.items():
        base = f"pooled.primary.{test}." if test != "own" else "pooled.primary."
        values |= {f"{base}ci_lb": low, f"{base}ci_ub": high}
    return Registry(**values)


def rated(level, *models, **words):
    rows = tuple({"analysis": one["analysis"], "certainty": level} for one in models)
    return facts(*models, findings=rows, **words)


def two_groups(k=3, *, beta=1.0, **words):
    """A made-up comparison of two groups with a beta, and its facts' registry."""
    one = model(k, measure="SMD", unit="standard deviations", **words)
    return one, Registry(pooled__primary__beta=beta)


COMPARED = {"analyses": {"primary": {"arms": ["active"], "comparator": ["sham"]}}}


@pytest.mark.parametrize(
    ("word", "count"),
    [("pain", 1), ("number", 2), ("made", 1), ("little", 2), ("2.59", 1), ("amputation", 4)],
)
def test_syllables_are_counted_as_they_are_spoken(word, count):
    assert syllables(word) == count


def test_the_grade_is_that_of_the_published_formula():
    text = "The cat sat on the mat. It was big."
    assert sentences(text) == ["The cat sat on the mat", " It was big"]
    assert grade(text) == pytest.approx(0.39 * 9 / 2 + 11.8 * 9 / 9 - 15.59)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("summary")
    made = {"first": pipeline(folder / "a"), "four": completed(folder / "b")}
    return {name: (one.numbers(), one.write()["plain"]) for name, one in made.items()}


@pytest.mark.parametrize("review", ["first", "four"])
def test_a_patient_can_read_the_summary_of_a_whole_review(written, review):
    text = written[review][1].partition("\n")[2].replace("**", "")
    assert 150 <= len(text.split()) <= 260
    assert grade(text) <= 7.0  # seventh grade; sixth to eighth is what patients' leaflets aim at


def test_every_digit_of_the_summary_is_a_printed_number(written):
    for numbers, text in written.values():
        printed = {number["text"] for number in numbers.values()}
        bare = re.sub(r"et al\. \d{4}", "", text)  # the label of the review
        for found in re.findall(r"(?<![\w.])-?\d[\d.]*\d|(?<![\w.])-?\d", bare):
            assert found in printed, found


@pytest.mark.parametrize("k", [0, 1, 2, 9])
@pytest.mark.parametrize("certainty", [*LEVELS, "not_rated"])
@pytest.mark.parametrize(
    ("unit", "measure", "direction"),
    [
        ("standard deviations at baseline", "SMCR", "improvement_positive"),
        ("points", "MD", "improvement_positive"),
        ("log risk ratio", "RR", "as_defined"),
        ("points", "GEN", "not_stated"),
    ],
)
def test_any_pool_is_told_plainly_and_in_few_words(k, certainty, unit, measure, direction):
    one = model(k, unit=unit, measure=measure, direction=direction)
    found = rated(
        certainty, one, numbers=limits(own=(-1, 2), z=(-1, 2), adhoc=(-1, 2)), config=COMPARED
    )
    text = SHORTCODE.sub("7", summary(found)).replace("**", "")
    assert grade(text) <= 8.0
    assert len(text.split()) <= 220
    assert not re.search(r"\d", SHORTCODE.sub("", summary(found)))


@pytest.mark.parametrize("k", [1, 2, 5])
def test_the_summary_is_careful_where_no_effect_is_possible(k):
    ends = {"own": (-1.0, 2.0), "z": (0.5, 1.5), "adhoc": (-1.0, 2.0)}
    unsure = summary(facts(model(k), numbers=limits(**ends)))
    assert "So it could be better or worse: we cannot tell." in unsure
    assert ("A less careful method" in unsure) == (k > 1)
    assert ("That is too sure with so few studies." in unsure) == (k > 1)
    sure = summary(facts(model(k), numbers=limits(**dict.fromkeys(ends, (0.5, 1.5)))))
    assert "All of that is for the better." in sure
    assert "cannot tell" not in sure


def test_the_summary_says_worse_where_it_got_worse():
    numbers = limits(z=(-2.0, -1.0), adhoc=(-3.0, -0.5))
    assert "All of that is for the worse." in summary(facts(model(2), numbers=numbers))


def test_a_review_without_claims_flow_and_control_still_answers():
    text = summary(facts(model(0), numbers=Registry()))
    assert "**The question.** Does it help" in text
    assert "So we cannot answer the question." in text
    assert "What we checked" not in text
    assert "Against" not in text
    assert "There is nothing yet to be sure of." in text


def test_ratios_are_read_beside_one():
    one = model(3, measure="RR", unit="log risk ratio", direction="as_defined")
    numbers = limits(z=(0.2, 0.4), adhoc=(0.1, 0.5))
    text = summary(facts(one, numbers=numbers, config=COMPARED))
    assert (
        "A number above one means more pain in the first group (active) than in the second (sham)."
        in text
    )
    assert "All of that is above one." in text
    assert "pooled.primary.beta_exp" in text
    assert "pooled.primary.adhoc.ci_lb_exp" in text


def test_a_correlation_is_told_as_two_things_that_rise_together():
    one = model(3, measure="ZCOR", unit="Fisher's z", direction="as_defined")
    text = summary(facts(one))
    assert "The average correlation was" in text
    assert "A number above zero means that the two rise together." in text


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ({"measure": "MN", "unit": "points"}, "uncertain about pain."),
        ({"measure": "ZCOR", "unit": "Fisher's z"}, "about how cold water and pain go together."),
        ({"measure": "RR", "unit": "log risk ratio"}, "the effect of cold water on pain."),
    ],
)
def test_what_is_very_uncertain_is_an_effect_only_where_groups_are_compared(words, about):
    one = model(3, direction="as_defined", **words)
    assert certainty_sentence(rated("very_low", one), one).partition(" A person")[0].endswith(about)


def test_a_proportion_of_one_group_is_no_comparison():
    one = model(3, measure="PR", unit="proportion", direction="as_defined")
    text = summary(facts(one))
    assert "Nothing is compared here." in text
    assert "cannot tell" not in text
    assert informative_statement(facts(one), one, "high") == ""


def test_the_controlled_evidence_is_what_certainty_is_told_of():
    points = model(2, "points", measure="MC", unit="points")
    control = model(1, "controlled", measure="GEN", unit="points")
    rows = ({"analysis": "controlled", "certainty": "low"},)
    text = summary(facts(model(2), points, control, headline=HEADLINE, findings=rows))
    assert "Cold water may reduce pain." in text
    assert "One study compared the treatment with sham." in text


def test_a_rating_of_the_primary_pool_counts_where_the_answer_in_points_has_none():
    points = model(2, "points", measure="MD", unit="points")
    rows = [{"analysis": "primary", "certainty": "very_low"}]
    text = summary(facts(model(2), points, headline=HEADLINE, findings=rows))
    assert "very uncertain about the effect of cold water" in text
    assert "Nobody" not in text


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("high", "Cold water reduces pain by a large amount."),
        ("moderate", "Cold water probably reduces pain by a large amount."),
        ("low", "Cold water may reduce pain by a large amount."),
        ("very_low", "The evidence is very uncertain about the effect of cold water on pain."),
    ],
)
def test_the_wording_is_that_of_grade(level, words):
    one, numbers = two_groups()
    found = rated(level, one, numbers=numbers, config=COMPARED)
    assert certainty_sentence(found, one) == (
        f"{words} A person has judged how sure we can be: {SURE[level]}."
    )


@pytest.mark.parametrize(
    ("beta", "improvement", "words"),
    [
        (0.6, "decrease", "Cold water reduces pain."),
        (-0.6, "decrease", "Cold water increases pain."),
        (0.6, "increase", "Cold water increases pain."),
        (0.3, "decrease", "Cold water reduces pain slightly."),
        (0.1, "decrease", "Cold water makes little or no difference to pain."),
        (-0.1, "decrease", "Cold water makes little or no difference to pain."),
    ],
)
def test_direction_and_size_follow_the_registry(beta, improvement, words):
    one, numbers = two_groups(beta=beta)
    outcomes = {"outcomes": {"pain": {"label": "pain", "improvement": improvement}}}
    found = facts(one, numbers=numbers, config=COMPARED | outcomes)
    assert informative_statement(found, one, "high") == words


@pytest.mark.parametrize(("beta", "little"), [(1.9, True), (2.0, False), (-2.5, False)])
def test_a_threshold_of_the_review_decides_what_is_little(beta, little):
    one = model(3, measure="MD", unit="points")
    config = {
        "analyses": {"primary": {"comparator": ["sham"], "threshold": "two"}},
        "thresholds": {"two": {"value": 2.0, "citation": "made_up"}},
    }
    found = facts(one, numbers=Registry(pooled__primary__beta=beta), config=config)
    assert ("little or no difference" in informative_statement(found, one, "low")) == little
    assert ("less than the smallest change" in summary(found)) == little


def test_a_change_is_never_told_as_an_effect():
    one = model(3)
    for level in ("high", "moderate", "low"):
        words = informative_statement(facts(one), one, level)
        assert words.startswith("After cold water, pain ")
        assert words.endswith(" lower than before.")


def test_what_nobody_has_rated_is_said_to_be_so():
    text = summary(facts(model(2)))
    assert "Nobody has yet judged how sure we can be of this result." in text
    assert not re.search(r"may reduce|probably|very uncertain", text)


def test_numbers_in_the_summary_all_have_an_id():
    one, numbers = two_groups()
    found = rated("low", one, numbers=numbers, config=COMPARED)
    assert not SHORTCODE.search(fill_numbers(summary(found), Known(numbers), linked=False))


class Known(dict):
    """A registry that knows every number."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __contains__(self, name):
        return True

    def __getitem__(self, name):
        return self.numbers[name]
