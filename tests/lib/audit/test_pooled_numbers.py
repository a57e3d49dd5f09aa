"""workflow/lib/audit/pooled_numbers.py: numbers of pools with rows, basis and what stands."""

from dataclasses import asdict

import pytest

from workflow.lib.audit.pooled_numbers import (
    effect_numbers,
    key,
    keys,
    leave_one_out_numbers,
    model_numbers,
)
from workflow.lib.stats import pooling


def model(yi, vi, *, method="REML", test="adhoc", **words):
    fit = pooling.random_effects(yi, vi, method=method, test=test)
    names = [f"s{number}" for number in range(len(yi))]
    return {
        "analysis": "change",
        "measure": "MC",
        "unit": "points",
        "fit": asdict(fit),
        "tests": [asdict(one) for one in pooling.all_tests(yi, vi, method=method)],
        "roles": {"pooled": len(yi), "candidate": 0},
        "probability": None,
        "studies": names,
        "yi_rows": [f"{name}-yi" for name in names],
        "vi_rows": [f"{name}-vi" for name in names],
        "decision_rows": ["decided"],
        "own_rows": {},
        "yi_basis": ["assumptions:both"],
        "basis": [
            "config:analyses.change",
            *(f"studies:{name}" for name in names),
            "assumptions:both",
            "assumptions:r",
        ],
        **words,
    }


def numbers(made):
    return {number.id: number for number in model_numbers(made)}


SPREAD = ([1.0, 3.0, 5.0], [0.2, 0.3, 0.2])
ALIKE = ([1.0, 1.1, 1.2], [0.2, 0.3, 0.2])


def test_a_pool_rests_on_all_effects_and_variances():
    found = numbers(model(*SPREAD))["pooled.change.beta"]
    assert set(found.rows) == {f"s{n}-{kind}" for n in range(3) for kind in ("yi", "vi")}
    assert found.stands == {"decided": "refused"}
    assert found.basis[0] == "config:analyses.change"


def test_counts_stand_and_the_level_rests_on_the_analysis_alone():
    found = numbers(model(*SPREAD))
    assert set(found["pooled.change.k"].stands.values()) == {"count", "refused"}
    level = found["pooled.change.level"]
    assert (level.rows, level.basis, level.text) == ((), ("config:analyses.change",), "95")


def test_tau2_at_zero_stands_for_every_row_and_above_zero_for_none():
    alike, spread = numbers(model(*ALIKE)), numbers(model(*SPREAD))
    for item in ("tau2", "tau2_lb", "I2", "H2"):
        stands = alike[f"pooled.change.{item}"].stands
        assert len([row for row in stands if ":" not in row and row != "decided"]) == 6, item
        assert stands["assumptions:r"] == "clipped at zero"
        assert alike[f"pooled.change.{item}"].stands["s0-yi"] == "clipped at zero"
    assert spread["pooled.change.tau2"].stands == {"decided": "refused"}


@pytest.mark.parametrize(
    ("item", "stands"),
    [
        ("z.se", True),
        ("t.se", True),
        ("adhoc.se", True),
        ("knha.se", False),
        ("se_tau2", True),
        ("beta", False),
    ],
)
def test_at_tau2_zero_a_wald_error_does_not_move_with_the_effects(item, stands):
    found = numbers(model(*ALIKE))[f"pooled.change.{item}"].stands
    assert ("s0-yi" in found) is stands
    assert "s0-vi" not in found


def test_under_equal_effects_the_effects_are_not_named_where_they_do_nothing():
    found = numbers(model(*SPREAD, method="EE"))
    assert found["pooled.change.tau2"].rows == ()
    assert "s0-yi" not in found["pooled.change.z.se"].rows
    assert "s0-yi" in found["pooled.change.z.ci_lb"].rows
    assert "config:analyses.change" not in found["pooled.change.tau2"].stands
    assert not any("clipped at zero" in number.stands.values() for number in found.values())


def test_the_ad_hoc_error_moves_where_its_scale_is_above_one():
    found = numbers(model(*SPREAD, method="EE"))["pooled.change.adhoc.se"]
    assert "s0-yi" in found.rows
    assert "s0-yi" not in found.stands


def test_one_study_has_its_own_rows_and_no_spread():
    found = numbers(model([1.0], [0.2]))
    beta, se = found["pooled.change.beta"], found["pooled.change.se"]
    assert (beta.rows, se.rows) == (("s0-yi",), ("s0-vi",))
    assert beta.stands == dict.fromkeys(("decided", "s0-vi", "assumptions:r"), "refused")
    assert se.stands == dict.fromkeys(("decided", "s0-yi"), "refused")
    tau2 = found["pooled.change.tau2"]
    assert (tau2.value, tau2.text) == (None, "one study: needs at least two")
    assert tau2.stands["s0-yi"] == "count"


def test_a_study_that_gives_no_value_only_had_its_role_read():
    made = model(*SPREAD)
    made["basis"].append("studies:out")
    stands = numbers(made)["pooled.change.beta"].stands
    assert stands == {"decided": "refused", "studies:out": "refused"}


def test_the_error_of_tau2_of_two_studies_by_reml_does_not_rest_on_their_variances():
    found = numbers(model([1.0, 3.0], [0.2, 0.3]))["pooled.change.se_tau2"]
    other = numbers(model([1.0, 3.0], [0.25, 0.3]))["pooled.change.se_tau2"]
    assert found.value == pytest.approx(other.value, rel=1e-9)
    assert {e for e, reason in found.stands.items() if reason == "cancels"} == {
        *("s0-vi", "s1-vi", "assumptions:r"),
    }
    three = numbers(model(*SPREAD))["pooled.change.se_tau2"]
    assert "cancels" not in three.stands.values()


def test_a_field_that_is_printed_rests_on_its_own_rows():
    made = model([1.0], [0.2], own_rows={"ci_lb": ["row-lb"]})
    found = numbers(made)["pooled.change.ci_lb"]
    assert found.rows == ("row-lb",)
    assert found.stands == dict.fromkeys(("decided", "s0-yi", "s0-vi"), "refused")


def test_no_study_prints_its_reason_everywhere():
    found = numbers(model([], []))
    assert found["pooled.change.beta"].text == "no study"
    assert found["pooled.change.k"].text == "0"


def test_probabilities_rest_on_their_threshold():
    value = {"value": 0.57, "mean_value": 0.61, "threshold": 2, "tag": "t(1)", "reason": None}
    made = model(*SPREAD, probability=value | {"key": "two_points"})
    found = numbers(made)
    assert found["pooled.change.prob_beyond"].text == "57%"
    assert "config:thresholds.two_points" in found["pooled.change.prob_beyond_mean"].basis
    missing = {"value": None, "mean_value": None, "tag": None, "reason": "one study"}
    none = numbers(model([1.0], [0.2], probability=value | missing | {"key": "two_points"}))
    assert none["pooled.change.prob_beyond"].text == "one study"


def effect(study, status="pooled", **words):
    return {
        "study": study,
        "status": status,
        "method": "MC",
        **dict.fromkeys(("yi", "vi", "sei", "ci_lb", "ci_ub"), 1.0),
        "ni": 20,
        "yi_rows": "row-yi",
        "vi_rows": "row-vi",
        "ci_lb_rows": "row-yi;row-vi",
        "ci_ub_rows": "row-yi;row-vi",
        "ni_rows": "row-n",
        "decision_rows": "row-d",
        "yi_basis": "config:outcomes.pain",
        "basis": "studies:s0;config:outcomes.pain;assumptions:r",
        **words,
    }


def of_studies(made, effects):
    found = effect_numbers(effects, made, {name: name for name in made["studies"]})
    return {number.id: number for number in found}


def test_numbers_of_a_study_rest_on_its_rows_and_on_the_analysis():
    found = of_studies(model([1.0], [0.2]), [effect("s0"), effect("out", status="narrated")])
    assert found["study.change.s0.yi"].rows == ("row-yi",)
    assert found["study.change.s0.yi"].basis[0] == "config:analyses.change"
    assert found["study.change.s0.vi"].stands == dict.fromkeys(
        ("row-d", "row-yi", "row-n"), "refused"
    )
    assert found["study.change.s0.yi"].stands["assumptions:r"] == "refused"
    assert found["study.change.s0.ni"].basis == found["study.change.s0.yi"].basis
    assert (found["study.change.s0.ni"].text, found["study.change.s0.ni"].rows) == (
        "20",
        ("row-n",),
    )
    assert not any(name.startswith("study.change.out") for name in found)


def test_a_study_without_a_size_has_no_size():
    found = of_studies(model([1.0], [0.2]), [effect("s0", ni=None)])
    assert "study.change.s0.ni" not in found


def test_weights_rest_on_all_studies_and_idle_effects_stand_at_tau2_zero():
    effects = [effect(f"s{n}") for n in range(3)]
    spread = of_studies(model(*SPREAD), effects)["study.change.s0.weight"]
    assert "s2-yi" in spread.rows
    assert spread.stands == {"decided": "refused"}
    alike = of_studies(model(*ALIKE), effects)["study.change.s0.weight"]
    assert alike.stands["s2-yi"] == "clipped at zero"
    alone = of_studies(model([1.0], [0.2]), effects[:1])["study.change.s0.weight"]
    assert alone.rows == ()
    assert set(alone.stands) == {
        *("decided", "s0-yi", "s0-vi", "assumptions:r", "config:analyses.change"),
    }


def left(k, **words):
    empty = k == 0
    values = {name: None if empty else 1.0 for name in ("beta", "ci_lb", "ci_ub", "pval")}
    return {
        "without": "s0",
        "k": k,
        **values,
        "other_test": "z",
        "other_ci_lb": values["ci_lb"],
        "other_ci_ub": values["ci_ub"],
        "method": "made up",
        "yi_rows": "row-yi",
        "vi_rows": "row-vi",
        "decision_rows": "row-d",
        "yi_basis": "assumptions:both",
        "basis": "config:analyses.change;studies:s0;studies:s1;studies:s2;assumptions:both",
        **words,
    }


@pytest.mark.parametrize(("k", "rows"), [(1, ("row-yi",)), (2, ("row-yi", "row-vi"))])
def test_a_left_out_pool_rests_on_what_is_left_and_on_decisions(k, rows):
    found = {n.id: n for n in leave_one_out_numbers([left(k)], model(*SPREAD), {"s0": "s0"})}
    base = "leave_one_out.change.s0"
    assert found[f"{base}.beta"].rows == rows
    stands = found[f"{base}.beta"].stands
    assert stands["row-d"] == stands["s0-yi"] == stands["assumptions:r"] == "refused"
    assert not set(rows) & set(stands)
    assert "assumptions:both" not in stands
    assert found[f"{base}.k"].stands["row-yi"] == "count"
    assert found[f"{base}.z.ci_lb"].value == 1.0


def test_where_no_study_is_left_the_text_says_so():
    found = {n.id: n for n in leave_one_out_numbers([left(0)], model([1.0], [0.2]), {"s0": "s0"})}
    assert found["leave_one_out.change.s0.beta"].text == "no study left"


def test_keys_are_plain_and_never_the_same():
    assert key("Müller et al. 2020") == "muller_et_al_2020"
    assert key("研究").startswith("x")
    assert keys(["A b", "a-b", "A b"]) == {"A b": "a_b", "a-b": "a_b_2"}
