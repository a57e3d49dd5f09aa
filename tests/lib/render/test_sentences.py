"""Sentences about pools and about the review: true for any k, any test, any state of the books.

All numbers here are made up; `{{< num id >}}` stands where one is printed.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.made_up_facts import Registry, facts, model
from workflow.lib.render import facts as facts_module
from workflow.lib.render import pool_sentences as pool
from workflow.lib.render import review_sentences as review
from workflow.lib.render.answer import answer, in_one_sentence
from workflow.lib.render.candidate_sentence import candidate_sentence
from workflow.lib.render.facts import both_intervals, listed, num, p_words, plural

MODULES = (
    "answer",
    "candidate_sentence",
    "facts",
    "methods_sentences",
    "pieces",
    "pool_sentences",
    "review_sentences",
    "report_tables",
    "audit_tables",
    "summary",
    "abstract",
    "journal",
    "certainty_words",
)
FOLDER = Path(facts_module.__file__).parent
CANDIDATE = {"roles": {"pooled": 0, "candidate": 2}}
PLAIN = {"measure": "COR", "unit": "correlation", "direction": "as_defined"}
MEAN = {"measure": "MN", "unit": "points", "direction": "as_defined"}
CORRELATION = {"measure": "ZCOR", "unit": "Fisher's z", "direction": "as_defined"}


@pytest.mark.parametrize("name", MODULES)
def test_no_digit_is_typed_in_a_sentence(name):
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    skipped = {id(node) for node in _not_prose(tree)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in skipped
        ):
            without_keys = re.sub(r"@[A-Za-z0-9]+", "", node.value)  # of citations
            typed = re.search(r"(?<![A-Za-z_])\d", without_keys)
            assert not typed, f"{name}.py, line {node.lineno}: {node.value!r}"


def _not_prose(tree):
    """Docstrings, format specifications and regular expressions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node
        ):
            yield node.body[0].value
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            yield from ast.walk(node.format_spec)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compile":
            yield from node.args


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_are_read_aloud(words, text):
    assert listed(words) == text


def test_plurals_follow_the_count():
    assert (plural(1, "study", "studies"), plural(0, "study", "studies")) == ("study", "studies")
    assert plural(2, "claim") == "claims"


def test_a_p_value_is_printed_with_its_sign():
    numbers = Registry()
    numbers["a"] = {"value": 0.0001, "text": "<0.001"}
    numbers["b"] = {"value": 0.02, "text": "0.020"}
    numbers["c"] = {"value": None, "text": "the Knapp-Hartung scale is 0"}
    found = facts(model(2), numbers=numbers)
    assert p_words(found, "a") == "p {{< num a >}}"
    assert p_words(found, "b") == "p = {{< num b >}}"
    assert p_words(found, "c") == "p not estimable"


@pytest.mark.parametrize(
    ("test", "first", "second"),
    [
        ("adhoc", "by Knapp-Hartung", "by Wald"),
        ("knha", "without the ad hoc correction", "by Wald"),
        ("z", "by Wald", "by Knapp-Hartung"),
        ("t", "by Wald with t", "by Knapp-Hartung"),
    ],
)
def test_wald_and_knapp_hartung_always_stand_together(test, first, second):
    one = model(2, fit={"test": test})
    own, other = both_intervals(facts(one), one).split("; ")
    assert own.endswith(first)
    assert other.endswith(second)
    assert "% CI " in own
    assert "pval >}}" in own
    assert "pval >}}" in other


@pytest.mark.parametrize(
    ("k", "begins"),
    [
        (0, "No study has the data"),
        (1, "One study, no pool: Made-up 0 stands"),
        (2, "Pooled over"),
        (9, "Pooled over"),
    ],
)
def test_a_pool_is_told_for_any_number_of_studies(k, begins):
    one = model(k)
    assert pool.pooled_sentence(facts(one), one).startswith(begins)


def test_one_study_says_whether_its_interval_is_printed():
    computed, printed = model(1), model(1, own_rows={"ci_lb": ["row"]})
    assert "by Wald" in pool.pooled_sentence(facts(computed), computed)
    assert "as printed" in pool.pooled_sentence(facts(printed), printed)


@pytest.mark.parametrize(
    ("improvement", "measure", "words"),
    [
        ("decrease", "SMCR", "means less pain after treatment than before"),
        ("increase", "SMCR", "means more pain after treatment than before"),
        ("decrease", "MD", "means less pain with the treatment than without"),
        ("increase", "GEN", "means more pain with the treatment than without"),
    ],
)
def test_the_sign_is_told_in_the_words_of_the_outcome(improvement, measure, words):
    outcomes = {"outcomes": {"pain": {"label": "pain", "improvement": improvement}}}
    one = model(2, measure=measure)
    assert words in pool.sign_sentence(facts(one, config=outcomes), one)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_a_sign_that_is_not_stated_favours_nobody(k):
    one = model(k, measure="GEN", direction="not_stated")
    text = pool.sign_sentence(facts(one), one)
    assert ("favouring neither" in text) == (k == 1)
    assert ("must not be read" in text) == (k > 1)
    assert "positive number" not in text


def limits(**ends):
    """A registry with the limits of pooled.primary under z and adhoc."""
    values = {}
    for test, (low, high) in ends.items():
        base = f"pooled.primary.{test}." if test != "own" else "pooled.primary."
        values |= {f"{base}ci_lb": low, f"{base}ci_ub": high}
    return Registry(**values)


@pytest.mark.parametrize(
    ("z", "adhoc", "words"),
    [
        ((0.1, 2.2), (-5.7, 8.0), "do not settle whether there is a change"),
        ((0.1, 2.2), (0.05, 2.3), "Both intervals exclude zero."),
        ((-2.2, -0.1), (-2.3, -0.05), "Both intervals exclude zero."),
        ((-0.1, 2.2), (-5.7, 8.0), "Both intervals include zero."),
        ((0.0, 2.2), (-0.1, 2.3), "Both intervals include zero."),
    ],
)
def test_two_intervals_are_read_together(z, adhoc, words):
    one = model(2)
    assert words in pool.reading_sentence(facts(one, numbers=limits(z=z, adhoc=adhoc)), one)


@pytest.mark.parametrize(("own", "word"), [((0.1, 1.0), "excludes"), ((-0.1, 1.0), "includes")])
def test_one_interval_is_read_alone(own, word):
    one = model(1)
    assert (
        pool.reading_sentence(facts(one, numbers=limits(own=own)), one)
        == f"Its interval {word} zero."
    )
    assert pool.reading_sentence(facts(model(0)), model(0)) == ""


@pytest.mark.parametrize(
    ("k", "fit", "words", "absent"),
    [
        (1, {}, "fewer than two studies", "tau"),
        (2, {}, "shown and not read", "share one"),
        (4, {}, "shown and not read", "share one"),
        (5, {}, "prediction interval", "not read"),
        (3, {"se_tau2": None, "pi_lb": None}, "share one true effect", "prediction"),
        (3, {"pi_lb": None}, "Spread between studies", "prediction"),
    ],
)
def test_spread_is_told_as_far_as_there_is_any(k, fit, words, absent):
    one = model(k, fit=fit)
    text = pool.heterogeneity_sentence(facts(one), one)
    assert words in text
    assert absent not in text


def test_no_study_has_no_spread_to_speak_of():
    assert pool.heterogeneity_sentence(facts(model(0)), model(0)) == ""


def test_a_probability_is_printed_or_its_absence_explained():
    found = {"key": "two", "value": 0.57, "reason": None}
    many, few = model(6, probability=found), model(2, probability=found)
    assert "not read" not in pool.threshold_sentence(facts(many), many)
    assert "shown and not read" in pool.threshold_sentence(facts(few), few)
    none = model(1, probability=found | {"value": None, "reason": "one study"})
    assert pool.threshold_sentence(facts(none), none).endswith("cannot be given: one study.")
    assert pool.threshold_sentence(facts(model(2)), model(2)) == ""


def test_a_correlation_leaves_an_association_open():
    one = model(3, **CORRELATION)
    found = facts(one, numbers=limits(z=(0.1, 2.2), adhoc=(-5.7, 8.0)))
    assert "do not settle whether there is an association" in pool.reading_sentence(found, one)


def test_printed_numbers_of_one_arm_alone_are_not_said_to_compare_groups():
    one = model(3, measure="GEN", unit="points")
    alone = facts(one, config={"analyses": {"primary": {"arms": ["active"]}}})
    told = pool.sign_sentence(alone, one)
    assert told.startswith("A positive number means less pain; it is that of one group")
    assert "without a comparison" in in_one_sentence(alone, one)
    against = facts(one, config={"analyses": {"primary": {"arms": ["active vs sham"]}}})
    assert "with the treatment than without" in pool.sign_sentence(against, one)


@pytest.mark.parametrize("measure", ["MD", "RR"])
def test_more_of_an_outcome_is_said_without_of(measure):
    unit = {"MD": "days", "RR": "log risk ratio"}[measure]
    one = model(3, measure=measure, unit=unit, direction="as_defined")
    assert " means more pain in the first group" in pool.sign_sentence(facts(one), one)


@pytest.mark.parametrize(
    ("k", "candidates", "words"),
    [
        (1, 1, "The one study used here is a candidate"),
        (2, 2, "studies used here are candidates"),
        (3, 1, "is a candidate: openly readable"),
        (3, 2, "are candidates: openly readable"),
    ],
)
def test_candidates_are_counted_in_grammar(k, candidates, words):
    one = model(k, candidates=candidates)
    text = candidate_sentence(facts(one), one)
    assert words in text
    assert ("are not all openly named" in text) == (candidates < k)


@pytest.mark.parametrize(
    ("k", "published", "words"),
    [
        (4, 4, "are those of the published pool."),
        (1, 1, "is that of the published pool."),
        (3, 4, "have no data here that this analysis could use."),
        (5, 4, "are named as part of the published pool."),
        (1, None, "The one study used here is named as part of the published pool."),
    ],
)
def test_confirmed_studies_are_compared_with_the_published_count(k, published, words):
    one, numbers = model(k), Registry()
    numbers["flow.studies_pooled"] = {"value": published, "text": str(published)}
    text = candidate_sentence(facts(one, numbers=numbers), one)
    assert text.endswith(words)
    assert "candidate" not in text


def controlled(k, **words):
    return model(k, "controlled", measure="GEN", unit="points", **words)


HEADLINE = {"primary": "primary", "points": "points", "controlled": "controlled"}


@pytest.mark.parametrize(
    ("k", "words"),
    [
        (0, "No study that compares the treatment with sham"),
        (1, "One study compared"),
        (3, "studies compared"),
    ],
)
def test_the_controlled_evidence_is_told_for_any_number(k, words):
    found = facts(model(2), controlled(k), headline=HEADLINE)
    assert words in pool.controlled_sentence(found)


def test_trials_are_called_trials():
    found = facts(model(2), controlled(1), headline=HEADLINE)
    found.studies[0]["design"] = "randomised_trial"
    assert pool.controlled_sentence(found).startswith("One trial compared")


def test_points_and_control_stand_beside_the_primary_pool_only():
    points = model(2, "points", measure="MC", unit="points")
    found = facts(model(2), points, controlled(1), headline=HEADLINE)
    text = pool.paragraph(found, found.models["primary"])
    assert num("pooled.points.beta") in text
    assert num("pooled.controlled.beta") in text
    assert num("pooled.controlled.beta") not in pool.paragraph(found, points)


def test_what_is_left_out_is_named_with_its_reason():
    one = model(1)
    rows = [{"study": "s1", "status": "narrated", "reason": "no spread is printed"}]
    text = pool.left_out_sentence(facts(one, effects={"primary": rows}), one)
    assert text == "Not pooled: Made-up 1 (no spread is printed)."


def claim(quantity, verdict="consistent", printed="1.55", missing=""):
    return {
        "claim": quantity,
        "source": "doi:10.0/made.up",
        "group": "pool",
        "quantity": quantity,
        "verdict": verdict,
        "printed": printed,
        "missing": missing,
        "counterpart": "pooled.primary.beta" if quantity == "estimate" else "",
    }


def test_a_published_result_is_printed_as_far_as_it_goes():
    alone = facts(model(2), claims=[claim("estimate")]).published()
    assert review.printed_result(alone) == "{{< num claims.estimate.printed >}}"
    with_p = facts(
        model(2), claims=[claim("estimate"), claim("pval", printed="<0.001")]
    ).published()
    assert "(p {{< num claims.pval.printed >}})" in review.printed_result(with_p)
    whole = [claim(name) for name in ("estimate", "ci_lb", "ci_ub", "pval", "zval")]
    text = review.printed_result(facts(model(2), claims=whole).published())
    assert "% CI" in text
    assert "z = " in text
    assert "z = " not in review.printed_result(
        facts(model(2), claims=whole).published(), short=True
    )


def test_an_implied_p_is_told_once_where_both_limits_print_the_same():
    base = "claims__pool__"
    values = {f"{base}{name}": 1.0 for name in ("se", "se_lb", "se_ub", "z_lb", "z_ub", "df")}
    values |= {f"{base}p_lb": "<0.0001", f"{base}p_ub": "<0.0001", f"{base}hk_pval": 0.5}
    claims = [claim(name) for name in ("estimate", "ci_lb", "ci_ub")]
    wide = Registry(**values | {f"{base}p_lb": "0.01"})
    text = review.claims_sentence(facts(model(0), claims=claims, numbers=Registry(**values)))
    assert "and p {{< num claims.pool.p_ub >}} under a Wald z" in text
    text = review.claims_sentence(facts(model(0), claims=claims, numbers=wide))
    low, high = ("{{< num claims.pool." + end + " >}}" for end in ("p_lb", "p_ub"))
    assert f"and p from {low} to {high} under a Wald z" in text


def test_a_result_that_only_a_documentation_prints_is_not_put_in_the_mouth_of_the_review():
    printed = claim("estimate") | {"source": "documentation of the metadat data set dat.bcg"}
    text = answer(facts(model(2), claims=[printed]))
    assert "As printed in the documentation of the metadat data set dat.bcg: {{< num" in text


def test_a_proportion_is_told_as_such_and_tests_nothing():
    one = model(3, measure="PLO", unit="log odds", direction="as_defined")
    text = pool.paragraph(facts(one), one)
    assert "proportion {{< num pooled.primary.beta_ilogit >}}" in text
    assert "It is the proportion itself (PLO), not a comparison." in text
    assert "true proportion in a new setting" in text
    assert "pval" not in text.partition("Spread between studies")[0]
    assert "interval" not in pool.reading_sentence(facts(one), one)


def test_a_correlation_is_told_as_such_beside_zero():
    one = model(3, measure="ZCOR", unit="Fisher's z", direction="as_defined")
    text = pool.paragraph(facts(one), one)
    assert "correlation {{< num pooled.primary.beta_ztor >}}" in text
    assert "above zero both rise together" in text
    assert "Both intervals exclude zero." in text


@pytest.mark.parametrize(
    ("analysis", "words"),
    [
        (
            {"arms": ["active"], "comparator": ["sham"]},
            "in the first group (active) than in the second (sham).",
        ),
        ({"arms": ["active vs sham"]}, "in the first group than in the second (active vs sham)."),
        ({"arms": ["active"]}, "or above zero on its scale where there is one group."),
    ],
)
def test_the_groups_that_are_compared_are_named(analysis, words):
    one = model(3, measure="MD", unit="days", direction="as_defined")
    told = pool.sign_sentence(facts(one, config={"analyses": {"primary": analysis}}), one)
    assert told.endswith(words)


@pytest.mark.parametrize(
    ("verdict", "word"), [("contradicted", "because"), ("not_checkable", "missing")]
)
def test_an_estimate_that_is_not_confirmed_says_why_or_what_is_missing(verdict, word):
    text = answer(facts(model(2), claims=[claim("estimate", verdict, missing="made-up reason")]))
    badge = f"[{verdict.replace('_', ' ')}]{{.verdict .verdict-{verdict}}}"
    assert f"Verdict on the estimate: {badge}; {word}: made-up reason." in text


@pytest.mark.parametrize(
    ("k", "words", "numbers", "text"),
    [
        (0, {}, {}, "No study that can be read says what the treatment does to pain."),
        (2, {}, {"z": (0.1, 2), "adhoc": (-5, 8)}, "do not settle whether pain is less after"),
        (2, {}, {"z": (0.1, 2), "adhoc": (0.2, 3)}, "studies, pain was less after"),
        (2, {}, {"z": (-2, -1), "adhoc": (-3, -1)}, "studies, pain was more after"),
        (1, {}, {"": (-1, 1)}, "The one study does not settle whether pain is less"),
        (1, {"measure": "SMD"}, {"": (1, 2)}, "In the one study, pain was less with"),
        (1, CANDIDATE, {"": (-1, 1)}, "The one study that can be read does not settle whether"),
        (2, CANDIDATE, {"z": (1, 2), "adhoc": (1, 2)}, "studies that can be read, pain was less"),
        (1, {"direction": "not_stated"}, {}, "does not say which group the difference favours"),
        (2, {"direction": "not_stated"}, {}, "do not say which group the difference favours"),
        (2, {"direction": "as_defined", "unit": "log ratio"}, {"z": (1, 2), "adhoc": (1, 2)}, "have more pain in"),
        (1, {"direction": "as_defined", "unit": "log ratio"}, {"": (-1, 2)}, "does not settle whether pain differs"),
        (1, {"direction": "as_defined", "unit": "log odds"}, {}, "gives a number for pain, without a comparison"),
        (2, MEAN, {"z": (-1, 2), "adhoc": (-1, 2)}, "give a number for pain, without a comparison"),
        (0, MEAN, {}, "No study that can be read has a number for pain."),
        (2, PLAIN, {"z": (1, 2), "adhoc": (1, 2)}, "find more pain with more cold"),
        (1, CORRELATION, {"": (1, 2)}, "The one study finds more pain with more cold water."),
        (2, CORRELATION, {"z": (-2, -1), "adhoc": (-2, -1)}, "find less pain with more"),
        (2, CORRELATION, {"z": (-2, 1), "adhoc": (-2, 1)}, "do not settle whether cold water and pain go"),
    ],
)  # fmt: skip
def test_the_answer_is_one_plain_sentence_for_every_pool(k, words, numbers, text):
    made = Registry(pooled__primary__beta=next((low for low, _ in numbers.values()), 1.0))
    for name, (low, high) in numbers.items():
        base = ".".join(filter(None, ("pooled.primary", name)))
        made[f"{base}.ci_lb"] = made["x"] | {"value": low}
        made[f"{base}.ci_ub"] = made["x"] | {"value": high}
    one = model(k, **words)
    sentence = in_one_sentence(facts(one, numbers=made), one)
    assert text in sentence
    assert sentence.count(".") - sentence.count("pooled.primary.k") * 2 == 1


def test_how_sure_names_the_person_who_rated_or_says_that_nobody_did():
    row = {"analysis": "primary", "certainty": "not_rated", "start": "very_low", "who": ""}
    text = answer(facts(model(2), findings=[row]))
    assert (
        "No person has rated the certainty. By GRADE such studies start at **very low**, the"
        in text
    )
    text = answer(facts(model(2), findings=[row | {"start": "high"}]))
    assert "down: {{< num certainty.primary.suggested_down >}}" in text
    text = answer(facts(model(2), findings=[row | {"certainty": "low", "who": "A <b>"}]))
    assert "**low**, rated by A &#60;b&#62;" in text


def told(kind, **words):
    row = {"study": "s0", "kind": kind, "time_point": "1 week", "n": 1, "reason": "made up"}
    return row | words


def test_a_rise_is_an_increase_and_a_zero_before_has_no_percentage():
    numbers = Registry(narrated__s0__increase=3.0)
    text = review.narrated_sentences(facts(model(0), numbers=numbers, narrated=[told("score")]))
    assert "an increase of {{< num narrated.s0.increase >}} points in one patient." in text
    assert " or " not in text


def test_percentages_name_their_patients_in_grammar():
    rows = [told("percent", n=5)]
    assert "patients" in review.narrated_sentences(facts(model(0), narrated=rows))
    assert "patients" not in review.narrated_sentences(facts(model(0), narrated=[told("percent")]))


def test_a_study_without_numbers_is_told_with_its_reason():
    text = review.narrated_sentences(facts(model(0), narrated=[told("none")]))
    assert text == "**Told, not pooled.** Made-up 0: made up."
    assert review.narrated_sentences(facts(model(0))) == ""
