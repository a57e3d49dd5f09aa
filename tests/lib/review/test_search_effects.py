"""workflow/lib/review/search_effects.py: the effect sizes of a search are those of the analyses."""

import pytest

from tests.made_up import HOMOGENEOUS, MADE_UP, config_for_made_up, rows_of, studies_of
from tests.pipeline import read_cells, read_config
from workflow.lib.review.prepare import prepare
from workflow.lib.review.search_effects import Means, Setting, supply
from workflow.lib.review.selection import select
from workflow.lib.review.values import value_rows
from workflow.lib.stats import conversions
from workflow.lib.stats.effects import MEASURES, effect_size, effect_sizes

MEANS = Means(conversions, MEASURES, effect_sizes)
PERCENTS = [
    {
        "id": f"made_up_w-{number}",
        "study": "made_up_w",
        "arm": "single",
        "time_point": "3 months",
        "quantity": "percent_decrease",
        "value": value,
        "unit": "%",
        **MADE_UP,
        "patient": str(number),
    }
    for number, value in enumerate(["100", "80", "60", "10"], 1)
]
PERCENTS += rows_of("made_up_w", "single", "3 months", n="4")
ROWS = [*HOMOGENEOUS, *PERCENTS]


def found(rows=ROWS, studies=None, **search):
    config = config_for_made_up()
    config["method_search"] = {"analysis": "primary", "target": "any", **search}
    return supply(rows, studies or studies_of(rows), config, MEANS, config["method_search"])


@pytest.mark.parametrize("measure", ["SMCC", "SMCR", "SMCRH", "SMCRP", "MC"])
@pytest.mark.parametrize("correct", [True, False])
def test_effect_sizes_are_those_of_an_analysis_with_the_same_choices(measure, correct):
    config = config_for_made_up()
    analysis = config["analyses"]["primary"] | {"measure": measure}
    values = value_rows(prepare(ROWS, config=config, convert=conversions))
    inputs = MEASURES[measure].inputs
    chosen = select(values, analysis, inputs=inputs, improvement="decrease", skewness="warn")
    made = found(measures=[measure], correct=[correct]).settings[Setting(measure, None, correct)]
    usable = [one for one in chosen if not one.reason_code]
    assert [one.study for one in made] == [one.study for one in usable]
    for one, own in zip(made, usable, strict=True):
        alone = effect_size(measure, correct=correct, **own.inputs)
        assert (one.yi, one.vi) == (float(alone.yi[0]), float(alone.vi[0]))
        assert set(one.rows) == {*own.yi_rows, *own.vi_rows}


def test_each_r_stands_in_for_the_assumption_and_never_for_a_reported_one():
    made = found(measures=["SMCR"], r=[0.1, 0.9]).settings
    low, high = ({one.study: one for one in made[Setting("SMCR", r, True)]} for r in (0.1, 0.9))
    assert low["made_up_s"].vi > high["made_up_s"].vi
    assert low["made_up_q"] == high["made_up_q"]
    assert low["made_up_s"].yi == high["made_up_s"].yi


def test_no_candidate_rests_on_the_assumption_that_it_replaces():
    varied = found(r=[0.1])
    fixed = found()
    assert "assumptions:r_pre_post" in fixed.basis
    assert not [part for part in varied.basis if part.startswith("assumptions:")]


def test_percents_stand_in_for_changes_only_where_asked_for_and_nothing_else_is_there():
    setting = Setting("SMCC", None, False)
    without = found(measures=["SMCC"], correct=[False]).settings[setting]
    assert "made_up_w" not in {one.study for one in without}
    joined = found(measures=["SMCC"], correct=[False], percents="as_change").settings[setting]
    (own,) = [one for one in joined if one.percents]
    assert own.study == "made_up_w"
    # (100 + 80 + 60 + 10) / 4 = 62.5; SD = sqrt((37.5^2 + 17.5^2 + 2.5^2 + 52.5^2) / 3) = 38.6221
    assert own.yi == pytest.approx(62.5 / 38.6221, rel=1e-5)
    assert set(own.rows) == {row["id"] for row in PERCENTS}
    assert [one for one in joined if not one.percents] == list(without)


def test_percents_do_not_join_a_measure_in_points():
    made = found(measures=["MC"], percents="as_change").settings[Setting("MC", None, True)]
    assert not [one for one in made if one.percents]


def test_percents_of_increases_are_turned_where_more_is_better():
    config = config_for_made_up()
    config["outcomes"]["pain"]["improvement"] = "increase"
    config["method_search"] = {"analysis": "primary", "target": "any", "measures": ["SMCC"]}
    config["method_search"]["percents"] = "as_change"
    made = supply(ROWS, studies_of(ROWS), config, MEANS, config["method_search"]).settings[
        Setting("SMCC", None, True)
    ]
    assert all(one.yi < 0 for one in made)


def test_every_follow_up_of_the_first_review_is_a_candidate():
    config = read_config()
    rows, search = read_cells("extraction"), config["method_search"]
    made = supply(rows, read_cells("studies"), config, MEANS, search)
    for setting, candidates in made.settings.items():
        times = [one.time_point for one in candidates if one.study == "prologo2017"]
        assert times == ["7 days", "45 days", "last follow-up (mean 194 days)"], setting
    assert len(made.settings) == 3 * 4 * 2


def test_studies_that_the_analysis_does_not_pool_give_no_candidate():
    rows = [*HOMOGENEOUS, *rows_of("made_up_x", "single", "baseline", n="9", mean="5", sd="1")]
    rows += rows_of("made_up_x", "single", "3 months", n="9", mean="4", sd="1")
    studies = studies_of(rows)
    studies[-1] = studies[-1] | {"role": "narrated", "reason_code": "other", "reason": "made up"}
    names = {one.study for made in found(rows, studies).settings.values() for one in made}
    assert "made_up_x" not in names


def test_all_rows_and_studies_are_named():
    made = found(measures=["SMCC", "SMCRP"], percents="as_change")
    for candidates in made.settings.values():
        for one in candidates:
            assert set(one.rows) <= set(made.rows)
    assert {part for part in made.basis if part.startswith("studies:made_up")} == {
        f"studies:{study}" for study in ("made_up_p", "made_up_q", "made_up_s", "made_up_w")
    }


def test_without_values_there_is_no_candidate():
    made = found([], studies_of(HOMOGENEOUS))
    assert set(made.settings.values()) == {()}
    assert made.rows == ()
