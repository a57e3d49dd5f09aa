"""workflow/lib/review/forest_table.py: the rows of a forest plot in the registry's own texts."""

import pytest

from workflow.lib.review.forest_table import forest_rows, published_results
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
    assert found["text"] == "not pooled: single patient"


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
