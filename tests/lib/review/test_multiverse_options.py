"""workflow/lib/review/multiverse_options.py: a multiverse that cannot be is refused before the run."""

import pytest

from tests.made_up import HOMOGENEOUS, studies_of
from tests.made_up_multiverse import SEVERAL, decision, declared, option
from workflow.lib.config import check_config
from workflow.lib.errors import InputError
from workflow.lib.review.multiverse_grid import grid
from workflow.lib.review.multiverse_options import (
    ONE_SCALE,
    impossible_of,
    multiverse_problems,
    options_of,
)
from workflow.lib.stats.effects import MEASURES

TABLES = {"extraction": HOMOGENEOUS, "studies": studies_of(HOMOGENEOUS), "claims": []}


def problems(impossible=(), limit=None, **decisions):
    config = declared(impossible, limit=limit, **(decisions or SEVERAL))
    return multiverse_problems(TABLES, config)


def test_a_good_multiverse_has_no_problem():
    check_config(declared(**SEVERAL))
    assert problems() == []


def test_an_unknown_decision_or_value_is_refused_with_the_admissible_ones():
    with pytest.raises(
        InputError, match=r"multiverse.decisions: unknown key 'mesure'; did you mean 'measure'"
    ):
        check_config(declared(mesure=decision("measure")))
    with pytest.raises(
        InputError, match=r"multiverse.decisions.method.1.value: 'RELM' is not one of"
    ):
        check_config(declared(method=decision("method", "RELM")))


def test_an_empty_grid_is_refused():
    with pytest.raises(InputError, match=r"multiverse.decisions.method: .*"):
        check_config(declared(method=[]))


def test_the_primary_analysis_is_among_the_options_and_says_so():
    (found,) = problems(method=[option("DL"), option("EE")])
    assert "none of the options is what the analysis does (REML)" in found
    (found,) = problems(method=[option("REML"), option("EE")])
    assert "REML is what the analysis does, so its relation is primary" in found
    (found,) = problems(method=[option("REML", "primary"), option("EE", "primary")])
    assert "EE is not what the analysis does" in found


def test_an_option_that_stands_twice_is_named():
    (found,) = problems(r=decision("r", 0.5, 0.5))
    assert "multiverse.decisions.r: 0.5 stands twice" in found


def test_estimates_of_different_scales_are_not_put_on_one_axis():
    (found,) = problems(measure=decision("measure", "MC"))
    assert "MC, SMCR are not on one scale" in found


def test_measures_that_may_stand_together_are_standardised_alike():
    for group in ONE_SCALE:
        assert {MEASURES[code].standardised for code in group} == {True}


def test_more_universes_than_the_limit_are_refused_with_their_number():
    (found,) = problems(limit=100)
    assert "864 universes are declared, more than the 100 of multiverse.limit" in found


def test_a_grid_beyond_all_counting_is_refused_without_being_made():
    many = decision("r", *(n / 1000 for n in range(1, 900)))
    (found,) = problems(**SEVERAL | {"r": many, "level": decision("level", *range(1, 90))})
    assert "universes are declared, more than the 200,000" in found


def test_exclusions_that_leave_nothing_or_not_the_primary_are_refused():
    (found,) = problems([{"method": ["REML", "DL", "EE"]}])
    assert "they exclude every universe" in found
    (found,) = problems([{"method": "REML", "test": "adhoc"}])
    assert "they exclude the primary analysis itself" in found


def test_an_exclusion_names_options_that_are_there():
    (found,) = problems([{"method": "SJ"}])
    assert "impossible, entry 1: method has no option SJ; there are: REML, DL, EE" in found


def test_studies_and_time_points_that_no_table_has_are_named():
    found = problems(
        inclusion=decision("inclusion", {"without": ["made_up_pp"]}),
        time_point=decision("time_point", "4 months"),
    )
    assert "'made_up_pp' is not in studies.csv; did you mean 'made_up_p'?" in found[0]
    assert "'4 months' stands in no row of pain" in found[1]


def test_an_exclusion_takes_out_just_its_combinations():
    config = declared([{"method": "EE", "test": ["z", "knha"]}], **SEVERAL)
    options = options_of(config)
    sizes = [len(one) for one in options.values()]
    left = grid(sizes, impossible_of(config, options))
    assert len(left) == 864 - 864 * 2 // 9
    names = list(options)
    method, test = (left.choice[:, names.index(name)] for name in ("method", "test"))
    assert not ((method == 2) & (test > 0)).any()


def test_a_prior_goes_with_the_method_and_test_of_the_analysis_alone():
    prior = decision("prior", {"family": "half_normal", "scale": 0.5})
    config = declared(prior=prior, method=decision("method", "DL"), test=decision("test", "z"))
    options = options_of(config)
    left = grid([len(one) for one in options.values()], impossible_of(config, options))
    assert len(left) == 2 * 2 + 1
