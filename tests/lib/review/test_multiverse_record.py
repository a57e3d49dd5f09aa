"""workflow/lib/review/multiverse_record.py and the effects behind it: what a made-up multiverse says."""

import numpy as np
import pytest

from tests.made_up import HOMOGENEOUS, rows_of, studies_of, study_of
from tests.made_up_multiverse import PRIMARY, SEVERAL, decision, made
from tests.pipeline import pipeline
from workflow.lib.review.multiverse_effects import included
from workflow.lib.review.multiverse_record import multiverse_columns, multiverse_record
from workflow.lib.stats.multiverse import summary


@pytest.fixture(scope="module")
def several():
    return made()


def record(multiverse, **beyond):
    return multiverse_record(multiverse, summary, beyond, np.ones(len(multiverse.grid), dtype=int))


def rows_where(multiverse, **choices):
    columns = multiverse_columns(multiverse)
    keep = np.ones(len(multiverse.grid), dtype=bool)
    for name, value in choices.items():
        keep &= np.array([one == value for one in columns[name]])
    return keep, columns


def test_the_primary_universe_is_the_primary_analysis(several, tmp_path):
    config = several.config | {"multiverse": None}
    del config["multiverse"]
    config["headline"] = {"primary": "primary"}
    config["analyses"] = {"primary": config["analyses"]["primary"]}
    config.pop("method_search")
    run = pipeline(
        tmp_path / "p",
        config=config,
        extraction=HOMOGENEOUS,
        studies=studies_of(HOMOGENEOUS),
        claims=[],
    )
    numbers = run.numbers()
    place = record(several)["primary"] - 1
    columns = multiverse_columns(several)
    assert columns["relation"][place] == "primary"
    for name in ("beta", "se", "ci_lb", "ci_ub", "pval", "tau2"):
        expected = numbers[
            f"pooled.primary.{name}" if name in ("beta", "tau2") else f"pooled.primary.adhoc.{name}"
        ]
        assert columns[name][place] == pytest.approx(expected["value"], rel=1e-10), name


def test_r_moves_the_variance_of_what_is_assumed_and_never_a_reported_one(several):
    usual = {"measure": "SMCR", "method": "EE", "test": "z", "level": "95", "correct": "true"}
    se = {}
    for conversion in ("luo_wan", "no_medians"):  # the study with medians is the one that assumes
        for r in ("0", "0.8"):
            own, columns = rows_where(several, r=r, conversion=conversion, **usual)
            (place,) = np.flatnonzero(own)
            se[conversion, r] = columns["se"][place]
            assert columns["k"][place] == (3 if conversion == "luo_wan" else 2)
    assert se["luo_wan", "0.8"] < se["luo_wan", "0"]
    assert se["no_medians", "0.8"] == se["no_medians", "0"]


def test_the_relation_of_a_universe_is_the_worst_of_its_options(several):
    worst, columns = rows_where(several, measure="SMCC", r="0.8")
    assert {columns["relation"][n] for n in np.flatnonzero(worst)} == {"non_equivalent"}
    middle, _ = rows_where(several, measure="SMCR", r="0.8")
    assert {columns["relation"][n] for n in np.flatnonzero(middle)} == {"uncertain"}


def test_counts_add_up_and_comparable_pools_leave_the_non_equivalent_out(several):
    found = record(several)
    assert found["universes"] == found["pooled"] + found["single"] + found["not_estimable"] == 864
    everything, comparable = found["groups"]
    assert everything["universes"] == found["pooled"]
    assert comparable["universes"] == sum(
        relation != "non_equivalent" and k > 1
        for relation, k in zip(
            *(multiverse_columns(several)[n] for n in ("relation", "k")), strict=True
        )
    )
    for group in found["groups"]:
        shares = {one["statement"]: one for one in group["statements"]}
        inside = sum(
            shares[name]["holds"]
            for name in ("interval_above_zero", "interval_below_zero", "interval_includes_zero")
        )
        assert inside == shares["positive"]["asked"] == group["universes"]


def test_the_published_estimate_has_its_place_and_yardsticks_their_shares():
    claim = {
        "id": "c",
        "group": "published",
        "quantity": "estimate",
        "printed": "1.20",
        "scale": "",
    }
    multiverse = made(claims=[claim])
    multiverse = type(multiverse)(
        *(getattr(multiverse, name) for name in ("config", "options", "grid", "effects", "pools")),
        {"id": "c", "printed": "1.20", "value": 1.2},
    )
    found = record(multiverse, placebo=1.0)
    beta = multiverse.pools.values["beta"][multiverse.pooled]
    assert found["groups"][0]["published"]["below"] == int((beta < 1.2).sum())
    shares = {one["statement"]: one["holds"] for one in found["groups"][0]["statements"]}
    assert shares["beyond_placebo"] == int((beta > 1.0).sum())


def test_a_universe_without_a_pool_stays_as_a_row_with_its_reason():
    alone = rows_of("made_up_p", "single", "baseline", n="20", mean="7.0", sd="1.5")
    alone += rows_of("made_up_p", "single", "3 months", n="20", mean="4.9", sd="2.0")
    multiverse = made(alone, conversion=decision("conversion", "no_medians"))
    found, columns = record(multiverse), multiverse_columns(multiverse)
    assert (found["pooled"], found["single"]) == (0, 2)
    assert all("one study" in reason for reason in columns["reason"])
    assert found["groups"][0]["estimates"]["median"] is None
    assert found["variance"] is None


def test_rows_of_time_points_that_no_pool_uses_only_decided():
    rows = [*HOMOGENEOUS, *rows_of("made_up_p", "single", "1 month", n="20", mean="5.5", sd="2.0")]
    multiverse = made(rows, method=decision("method", "DL"))
    assert not [row for row in multiverse.effects.rows if "1month" in row]
    both = made(rows, time_point=decision("time_point", "shortest"))
    assert [row for row in both.effects.rows if "1month" in row]


def test_inclusion_follows_role_design_names_and_risk_of_bias():
    studies = [
        study_of("a"),
        study_of("b", design="randomised_trial"),
        study_of("c", role="candidate"),
    ]
    roles = ["pooled", "candidate"]
    assert included("all", studies, roles) == {"a", "b", "c"}
    assert included({"roles": ["pooled"]}, studies, roles) == {"a", "b"}
    assert included({"designs": ["randomised_trial"]}, studies, roles) == {"b"}
    assert included({"without": ["a", "c"]}, studies, roles) == {"b"}
    assert included({"risk_of_bias": ["low"]}, studies, roles, {"a": "low", "b": "high"}) == {"a"}


def test_what_is_not_declared_is_as_in_the_analysis(several):
    columns = multiverse_columns(several)
    assert set(columns["time_point"]) == {PRIMARY["time_point"]}
    assert set(columns["prior"]) == {"none"}
    assert len(several.grid) == np.prod([len(one) for one in SEVERAL.values()])
