"""workflow/lib/audit/guards.py: each guard-rail fires on a made-up pool, and stays quiet beside it."""

import re

import pytest
import yaml

from tests.pipeline import ROOT
from workflow.lib.audit.guards import GUARDS, Situation, fired, guards_of


def row(study="a", vi=0.1, design="randomised_trial", rows="a-1"):
    return {
        "study": study,
        "arm": "single",
        "vi": vi,
        "design": design,
        "yi_rows": rows,
        "vi_rows": rows,
    }


def situation(
    pooled, *, wald=(0.1, 0.9), hartung=(0.1, 0.9), prediction=(0.05, 1.0), values=(), measure="SMD"
):
    test = dict(zip(("ci_lb", "ci_ub"), hartung, strict=True))
    fit = {
        "k": len(pooled),
        "tau2": 0.0,
        **test,
        **dict(zip(("pi_lb", "pi_ub"), prediction, strict=True)),
    }
    tests = [{"test": "z", "ci_lb": wald[0], "ci_ub": wald[1]}, {"test": "adhoc", **test}]
    return Situation(
        {"analysis": "x", "measure": measure, "fit": fit, "tests": tests},
        tuple(pooled),
        tuple(values),
    )


ALONE = row("g", design="single_arm")
MANY = [row(name) for name in "abcdef"]
SKEWED = {"study": "a", "arm": "single", "skewed": True, "rows": "a-1"}
CASES = {
    "uncontrolled": (situation([*MANY, ALONE], measure="SMCR"), situation([*MANY, ALONE])),
    "few_studies": (situation(MANY[:4]), situation(MANY[:5])),
    "intervals_disagree": (situation(MANY, hartung=(-0.1, 1.1), prediction=(None, None)), situation(MANY)),
    "prediction_includes_zero": (situation(MANY, prediction=(-0.2, 1.3)), situation(MANY)),
    "dominant_study": (situation([row(vi=0.01), *MANY]), situation(MANY)),
    "skewed_medians": (situation(MANY, values=[SKEWED]), situation(MANY, values=[SKEWED | {"skewed": False}])),
}  # fmt: skip


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_fires_where_it_should_and_not_beside_it(name):
    fires, quiet = CASES[name]
    assert fired(fires) == (name,)
    assert name not in fired(quiet)


def test_a_prediction_interval_that_contains_no_pool_s_zero_stays_quiet_where_the_mean_includes_it():
    assert "prediction_includes_zero" not in fired(
        situation(MANY, wald=(-1, 1), hartung=(-1, 1), prediction=(-2, 2))
    )


def test_of_two_studies_none_is_called_dominant():
    assert "dominant_study" not in fired(situation([row(vi=0.001), row("b")]))


def test_skewed_medians_that_no_effect_rests_on_do_not_count():
    elsewhere = SKEWED | {"rows": "z-9"}
    assert "skewed_medians" not in fired(situation(MANY, values=[elsewhere]))


def test_an_empty_pool_has_no_guard():
    assert fired(situation([])) == ()


def test_the_numbers_that_a_guard_qualifies_carry_its_name():
    found = guards_of(CASES["few_studies"][0])
    assert found["pooled.x.beta"] == found["pooled.x.tau2"] == ["few_studies"]
    assert "pooled.x.k" not in found


@pytest.mark.parametrize("name", GUARDS)
def test_every_guard_has_words_without_digits_and_a_source_that_is_listed(name):
    guard = GUARDS[name]
    assert not re.search(r"\d", guard.words)
    entries = (ROOT / "report/references.bib").read_text(encoding="utf-8")
    assert re.search(rf"@article{{{guard.citation},", entries)


def test_the_schema_of_the_registry_knows_every_guard():
    schema = yaml.safe_load((ROOT / "workflow/schemas/numbers.schema.yaml").read_text())
    known = schema["additionalProperties"]["properties"]["guards"]["items"]["enum"]
    assert known == list(GUARDS)
