"""workflow/lib/review/forest_table.py: the rows of a forest plot in the registry's own texts."""

import pytest

from workflow.lib.review.forest_table import Groups, Wanted, forest_rows, published_results
from workflow.lib.review.forest_words import axis

NAMES = {"a": "a", "b": "b", "c": "c"}


def number(text, value=None, rows=("row",)):
    return {"text": text, "value": value, "rows": list(rows)}


def effect(study, **words):
    return {
        "study": study,
        "slab": study.upper(),
        "role": "candidate",
        "status": "pooled",
        "time_point": "3 months",
        "ni": 20,
        "yi": 1.0,
        "ci_lb": 0.5,
        "ci_ub": 1.5,
        "reason_code": "",
        "point": None,
        **words,
    }


def model(k, test="adhoc", candidates=0):
    fit = {"k": k, "test": test, "method": "REML", "beta": 1.0, "ci_lb": 0.2, "ci_ub": 1.8}
    fit |= {"pi_lb": None, "pi_ub": None, "level": 95.0}
    tests = [fit | {"test": name} for name in ("z", "t", "knha", "adhoc")]
    return {
        "analysis": "primary",
        "fit": fit,
        "tests": tests,
        "roles": {"candidate": candidates, "pooled": k - candidates},
        "unit": "points",
        "measure": "MC",
        "direction": "improvement_positive",
    }


def registry(n_rows=("row",)):
    found = {}
    for name in "abc":
        base = f"study.primary.{name}"
        found |= {f"{base}.{item}": number(item) for item in ("yi", "ci_lb", "ci_ub")}
        found |= {f"{base}.weight": number("50.0%", 50.0), f"{base}.ni": number("20", 20, n_rows)}
    for item in ("beta", "ci_lb", "ci_ub", "k", "tau2", "I2", "QE", "QE_df", "pi_lb", "pi_ub"):
        found[f"pooled.primary.{item}"] = number(item)
    found["pooled.primary.QEp"] = number("<0.001")
    for test in ("z", "t", "knha", "adhoc"):
        for end in ("ci_lb", "ci_ub"):
            found[f"pooled.primary.{test}.{end}"] = number(f"{test} {end}")
    return found


def rows(effects, k, *, test="adhoc", claims=(), candidates=0, n_rows=("row",)):
    chosen = model(k, test, candidates)
    return forest_rows(effects, chosen, registry(n_rows), NAMES, list(claims))


def test_each_study_prints_the_texts_of_the_registry():
    first = rows([effect("a")], 1)[0]
    assert (first["kind"], first["text"]) == ("study", "yi [ci_lb, ci_ub]")
    assert first["detail"] == "candidate, n = 20, 3 months"
    assert (first["weight"], first["weight_text"]) == (50.0, "50.0%")


def test_an_assumed_sample_size_says_so():
    assert "n = 20 (assumed)" in rows([effect("a")], 1, n_rows=())[0]["detail"]
    assert "n =" not in rows([effect("a", ni=None)], 1)[0]["detail"]


@pytest.mark.parametrize("k", [0, 1])
def test_below_two_studies_there_is_no_diamond(k):
    found = rows([effect(name) for name in "ab"[:k]], k)
    assert [row["kind"] for row in found] == ["study"] * k


@pytest.mark.parametrize(
    ("test", "other"),
    [
        ("adhoc", "Wald z"),
        ("knha", "Wald z"),
        ("z", "Knapp-Hartung, ad hoc"),
        ("t", "Knapp-Hartung, ad hoc"),
    ],
)
def test_a_diamond_always_has_the_other_interval_beside_it(test, other):
    found = rows([effect("a"), effect("b")], 2, test=test)
    assert [row["kind"] for row in found] == ["study", "study", "pooled", "comparison", "note"]
    assert found[3]["slab"] == f"The same, {other} interval"
    assert found[3]["text"].startswith("beta [")


def test_a_narrated_study_is_hollow_and_says_why():
    told = effect("c", status="narrated", reason_code="single_patient", point=8.0)
    found = rows([effect("a"), told], 1)[1]
    assert (found["kind"], found["yi"]) == ("narrated", 8.0)
    assert found["text"] == "not pooled: one patient only"


def test_the_published_result_stands_apart_with_its_caution():
    printed = {"estimate": "1.55", "ci_lb": "0.24", "ci_ub": "2.87"}
    caution = rows([effect("a")], 1, claims=[printed], candidates=1)[-1]
    assert (caution["slab"], caution["text"]) == ("Published result", "1.55 [0.24, 2.87]")
    assert caution["detail"] == "its studies are not named"
    confirmed = rows([effect("a", role="pooled")], 1, claims=[printed])[-1]
    assert confirmed["detail"] == ""


def test_only_whole_published_results_of_this_pool_are_drawn():
    def claim(group, quantity, counterpart=""):
        return {"group": group, "quantity": quantity, "printed": "1.0", "counterpart": counterpart}

    target = "pooled.primary.beta"
    whole = [
        claim("one", q, target if q == "estimate" else "") for q in ("estimate", "ci_lb", "ci_ub")
    ]
    half = [claim("two", "estimate", target), claim("two", "ci_lb")]
    other = [claim("three", "estimate", "pooled.change.beta")]
    assert published_results([*whole, *half, *other], target) == [
        {"estimate": "1.0", "ci_lb": "1.0", "ci_ub": "1.0"}
    ]


@pytest.mark.parametrize(
    ("source", "slab"),
    [
        ("documentation of the metadat data set x", "Result in the documentation"),
        ("test suite of y", "Result in the test suite"),
        ("Made up 2020", "Published result"),
    ],
)
def test_a_result_that_is_only_retold_is_not_called_published(source, slab):
    target, parts = "pooled.primary.beta", ("estimate", "ci_lb", "ci_ub")
    claims = [
        {
            "group": "one",
            "quantity": part,
            "printed": "1.0",
            "counterpart": target,
            "source": source,
        }
        for part in parts
    ]
    drawn = rows([effect("a")], 1, claims=published_results(claims, target))[-1]
    assert drawn["slab"] == slab


@pytest.mark.parametrize(
    ("improvement", "favours"),
    [("decrease", ("more pain", "less pain")), ("increase", ("less pain", "more pain"))],
)
def test_the_better_side_is_on_the_right(improvement, favours):
    words = axis(model(2), {"label": "pain", "improvement": improvement})
    assert words["favours"] == favours
    assert words["axis_label"] == "MC in points (improvement positive)"


def test_no_side_is_favoured_where_the_sign_is_not_stated():
    words = axis(
        model(1) | {"direction": "not_stated"}, {"label": "pain", "improvement": "decrease"}
    )
    assert words["favours"] is None
    assert "meaning not stated" in words["axis_label"]


def test_a_published_ratio_is_drawn_as_its_logarithm_and_printed_as_it_is():
    group = {"estimate": "0.50", "ci_lb": "0.25", "ci_ub": "1.00", "scale": "log"}
    found = rows([effect("a"), effect("b")], 2, claims=[group])
    drawn = next(row for row in found if row["slab"] == "Published result")
    assert (drawn["yi"], drawn["ci_ub"]) == (pytest.approx(-0.6931472), 0.0)
    assert drawn["text"] == "0.50 [0.25, 1.00]"
    assert drawn["detail"].startswith("as printed, a ratio")


RATIO = {"unit": "log risk ratio", "measure": "RR", "direction": "as_defined"}
PAIN = {"label": "pain", "improvement": "decrease"}


def as_ratios(found):
    """The registry with the ratio of every effect beside its logarithm."""
    ends = ("yi", "beta", "ci_lb", "ci_ub", "pi_lb", "pi_ub")
    ratios = {
        f"{i}_exp": number(f"{n['text']} ratio") for i, n in found.items() if i.endswith(ends)
    }
    return found | ratios


def drawn(k=2, preset="house", **words):
    made = model(k) | RATIO
    made["fit"] |= {"pi_lb": -1.0, "pi_ub": 2.0, "df": 1.0}
    numbers = as_ratios(registry()) | words.pop("numbers", {})
    for item in ("stat", "pval"):
        numbers[f"pooled.primary.{item}"] = number(item)
    numbers["pooled.primary.df"] = number("1", 1.0)
    effects = [effect(name) for name in "ab"]
    return forest_rows(effects, made, numbers, NAMES, [], Wanted(preset=preset, **words))


def test_logarithms_are_drawn_and_their_ratios_are_printed():
    study, *_ = drawn()
    assert study["yi"] == 1.0
    assert study["text"] == "yi ratio [ci_lb ratio, ci_ub ratio]"
    pooled, other, prediction = drawn()[2:5]
    assert pooled["text"] == "beta ratio [ci_lb ratio, ci_ub ratio]"
    assert other["text"] == "beta ratio [z ci_lb ratio, z ci_ub ratio]"
    assert prediction["text"] == "[pi_lb ratio, pi_ub ratio]"


@pytest.mark.parametrize("preset", ["bmj", "jama"])
def test_a_journal_writes_an_interval_in_brackets_of_its_own(preset):
    assert drawn(preset=preset)[0]["text"] == "yi ratio (ci_lb ratio to ci_ub ratio)"
    assert drawn(preset=preset)[2]["slab"] == "Total (95%\u00a0CI)"


def test_revman_tells_heterogeneity_and_the_test_of_the_effect_in_its_own_words():
    note = drawn(preset="revman")[-1]["slab"]
    assert note.startswith("Heterogeneity: Tau² = tau2; Chi² = QE, df = QE_df (P <0.001); I² = I2.")
    assert note.endswith("Test for overall effect: T = stat (P = pval)")


def test_the_distribution_of_a_prediction_has_its_scale():
    prediction = drawn(spread=0.4)[4]
    assert (prediction["slab"], prediction["spread"], prediction["df"]) == (
        "Prediction distribution",
        0.4,
        1.0,
    )
    assert "spread" not in drawn()[4]


GROUPS = Groups(
    "examined.primary.design", {"a": "one_arm", "b": "trial"}, {"one_arm": "one", "trial": "two"}
)
OF_GROUPS = {
    f"examined.primary.design.groups.{key}.{item}{end}": number(f"{key} {item}", 0.5)
    for key in ("one", "two")
    for item in ("beta", "ci_lb", "ci_ub")
    for end in ("", "_exp")
}


def test_each_subgroup_stands_under_its_heading_and_above_its_own_pool():
    tests = {
        "": number("1.88"),
        "_df1": number("1"),
        "_df2": number("11", 11),
        "p": number("0.198"),
    }
    between = {f"examined.primary.design.QM{end}": one for end, one in tests.items()}
    found = drawn(groups=GROUPS, numbers=OF_GROUPS | between)
    assert [row["kind"] for row in found[:6]] == ["heading", "study", "subtotal"] * 2
    assert (found[0]["slab"], found[1]["slab"]) == ("one arm", "A")
    assert (found[2]["text"], found[2]["detail"]) == ("one beta [one ci_lb, one ci_ub]", "k = 1")
    assert found[-1]["slab"] == "Test for subgroup differences: F = 1.88, df = 1, 11, p = 0.198"


def test_subgroups_that_could_not_be_estimated_say_so():
    found = drawn(groups=GROUPS)
    assert "subtotal" not in [row["kind"] for row in found]
    assert found[-1]["slab"] == "Subgroups: not estimable from these studies"


def test_the_axis_of_ratios_is_named_by_the_ratio_and_says_what_lies_on_its_sides():
    words = axis(model(2) | RATIO, PAIN)
    assert words["axis_label"] == "Risk ratio (RR), logarithmic axis"
    assert words["favours"] == ("less pain", "more pain")
    assert words["columns"][1] == "Risk ratio [95%\u00a0CI]"


@pytest.mark.parametrize(
    ("preset", "improvement", "favours"),
    [
        ("revman", "decrease", ("Favours treatment", "Favours control")),
        ("bmj", "increase", ("Favours control", "Favours treatment")),
        ("jama", "decrease", ("Favors treatment", "Favors control")),
    ],
)
def test_a_journal_says_whom_a_side_favours(preset, improvement, favours):
    words = axis(model(2) | RATIO, PAIN | {"improvement": improvement}, preset)
    assert words["favours"] == favours
    difference = model(2) | {"measure": "MD", "direction": "improvement_positive"}
    assert axis(difference, PAIN, preset)["favours"][1].endswith("treatment")
    assert axis(model(2), PAIN, preset)["favours"] == ("more pain", "less pain")


def test_what_compares_no_groups_has_no_line_of_no_effect():
    odds = model(2) | {"unit": "log odds", "measure": "PLO", "direction": "as_defined"}
    words = axis(odds, PAIN)
    assert (words["null"], words["favours"]) == (None, None)
    assert words["axis_label"] == "Proportion (PLO), axis of log odds"


def test_a_retracted_study_says_so_in_its_label_pooled_or_not():
    told = effect("b", status="narrated", reason_code="no_sd")
    wanted = Wanted(marks={"a": "retracted", "b": "expression of concern"})
    effects = [effect("a"), told, effect("c")]
    found = forest_rows(effects, model(2), registry(), NAMES, [], wanted)
    labels = [row["slab"] for row in found if row["kind"] in ("study", "narrated")]
    assert labels == ["A (retracted)", "C", "B (expression of concern)"]


def test_why_a_study_is_not_pooled_is_said_in_words():
    found = rows([effect("a", status="narrated", reason_code="no_sd")], 0)
    assert found[0]["text"] == "not pooled: no standard deviation reported"
