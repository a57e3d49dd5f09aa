"""workflow/lib/config.py: every fault of config.yaml in one message, with what is admissible."""

import copy

import pytest
import yaml

from tests.pipeline import ROOT
from tests.pipeline import read_config as live_config
from workflow.lib.config import analyses_with, check_config
from workflow.lib.config_measures import (
    CORRELATIONS,
    COUNTS,
    COUNTS_OF_TWO,
    OWN_UNITS,
    PROPORTIONS,
    RATIOS,
    TWO_GROUPS,
    VTYPES,
)
from workflow.lib.errors import InputError
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.measures.definition import TWO_ARMS, WHEN

CONFIG = yaml.safe_load((ROOT / "tests/projects/as_collected/config.yaml").read_text("utf-8"))
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
ADMISSIBLE = SCHEMA["properties"]["analyses"]["additionalProperties"]["properties"]
DELETE = object()


def changed(*changes):
    """The project's configuration with (place, value) pairs set, or deleted."""
    config = copy.deepcopy(CONFIG)
    for place, value in changes:
        *path, last = place.split("/")
        part = config
        for key in path:
            part = part[key]
        if value is DELETE:
            del part[last]
        else:
            part[last] = value
    return config


def problems(config):
    with pytest.raises(InputError) as caught:
        check_config(config)
    assert all(problem.startswith("config.yaml: ") for problem in caught.value.problems)
    return [problem.removeprefix("config.yaml: ") for problem in caught.value.problems]


def test_the_projects_own_configuration_is_accepted():
    assert check_config(live_config()) is None
    assert check_config(CONFIG) is None


PRIMARY = "analyses/primary"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("rendrer", "auto", "top level: unknown key 'rendrer'; did you mean 'renderer'?"),
        ("journal", {"colour": "red"}, "journal: unknown key 'colour'"),
        ("journal", {"date": "2026-02-30"}, "journal.date: '2026-02-30' is no day of the calendar"),
        (
            "journal",
            {"date": "soon"},
            "journal.date: 'soon' must be a day in quotes such as 2026-01-31",
        ),
        (
            "journal",
            {"url": "ftp://x"},
            "journal.url: 'ftp://x' must be an address such as https://",
        ),
        ("journal", {"citation_style": "../x"}, "'../x' must be the name of a file in report/csl"),
        ("journal", {"authors": [{"orcid": "1"}]}, "journal.authors.0: key 'name' is missing"),
        ("xyz", 1, "top level: unknown key 'xyz'; admissible: schema_version, review, outcomes"),
        (
            "conversions/skewnes",
            "warn",
            "conversions: unknown key 'skewnes'; did you mean 'skewness",
        ),
        (
            f"{PRIMARY}/model/metod",
            "DL",
            "analyses.primary.model: unknown key 'metod'; did you mean",
        ),
        (
            f"{PRIMARY}/thresold",
            "x",
            "analyses.primary: unknown key 'thresold'; did you mean 'thres",
        ),
        ("outcomes/pain/lo", 0, "outcomes.pain: unknown key 'lo'; did you mean 'low'?"),
        ("renderer", "word", "renderer: 'word' is not one of: auto, quarto, pandoc"),
        (f"{PRIMARY}/model/method", "reml", "'reml' is not one of: EE, FE, DL, HE"),
        (f"{PRIMARY}/model/test", "hksj", "'hksj' is not one of: z, t, knha, adhoc"),
        (f"{PRIMARY}/measure", "ORR", "analyses.primary.measure: 'ORR' is not one of: MD, SMD"),
        (f"{PRIMARY}/roles", ["excluded"], "'excluded' is not one of: pooled, candidate"),
        (f"{PRIMARY}/model/level", 100, "analyses.primary.model.level: 100 must be less than 100"),
        (f"{PRIMARY}/model/level", "95", "analyses.primary.model.level: '95' is not a number"),
        (f"{PRIMARY}/model/level", float("nan"), "level: nan is not a finite number"),
        (f"{PRIMARY}/forest", "yes", "analyses.primary.forest: 'yes' is not a true or false"),
        (f"{PRIMARY}/model", "REML", "analyses.primary.model: 'REML' is not a group of keys"),
        (f"{PRIMARY}/title", DELETE, "analyses.primary: key 'title' is missing"),
        (f"{PRIMARY}/arms", [], "analyses.primary.arms: "),
        ("conversions/r_range_max", 0, "conversions.r_range_max: 0 must be greater than 0"),
        ("outcomes/pain/high", float("inf"), "outcomes.pain.high: inf is not a finite number"),
        ("analyses/My Pool", CONFIG["analyses"]["primary"], "'My Pool' must be lower-case words"),
        (f"{PRIMARY}/outcome", "pains", "'pains' is not in outcomes; did you mean 'pain'?"),
        (
            f"{PRIMARY}/arms",
            ["singel"],
            "analyses.primary.arms: 'singel' is not in arms; did you m",
        ),
        (f"{PRIMARY}/threshold", "two", "analyses.primary.threshold: 'two' is not in thresholds"),
        (f"{PRIMARY}/measure", "SMD", "comparator: SMD compares two groups; name the arms of the"),
        (f"{PRIMARY}/comparator", ["sham"], "comparator: SMCR does not compare two groups; delete"),
        (
            "headline/primary",
            "primry",
            "headline.primary: 'primry' is not in analyses; did you mean",
        ),
        (
            "thresholds/pain_two_points/outcome",
            "x",
            "thresholds.pain_two_points.outcome: 'x' is not",
        ),
        ("outcomes/pain/low", 10, "outcomes.pain: the scale runs from 10 to 10; the lower end"),
        ("outcomes/pain/units", {"NRS": [10, 0]}, "the scale NRS runs from 10 to 0; the lower end"),
        ("assumptions/r_pre_post/value", 1, "r_pre_post.value: a correlation of 1 is not between"),
        (
            "assumptions/n_prologo2017_follow_up/value",
            2.5,
            "value: 2.5 patients; a whole number of",
        ),
        (
            "assumptions/r_pre_post/arm",
            "singel",
            "assumptions.r_pre_post.arm: 'singel' is not in arms",
        ),
        (
            "yardsticks/placebo/ci_lb",
            0.5,
            "yardsticks.placebo: ci_lb 0.5, value 0.44 and ci_ub 0.61",
        ),
    ],
)
def test_a_fault_is_told_with_its_place_its_value_and_what_is_admissible(place, value, words):
    found = problems(changed((place, value)))
    assert any(words in problem for problem in found), found


def test_all_faults_are_told_at_once():
    config = changed(
        ("rendrer", "auto"),
        (f"{PRIMARY}/model/method", "reml"),
        (f"{PRIMARY}/model/level", float("nan")),
        ("review/title", DELETE),
    )
    assert len(problems(config)) == 4


def test_all_faults_of_reference_are_told_at_once():
    config = changed(
        ("headline/primary", "x"), (f"{PRIMARY}/outcome", "y"), ("assumptions/r_pre_post/value", 2)
    )
    assert len(problems(config)) == 3


@pytest.mark.parametrize("more", [{}, {"analyses": None}])
def test_an_empty_configuration_says_what_is_missing(more):
    found = problems({"schema_version": 1} | more)
    assert any("key '" in problem and "is missing" in problem for problem in found)


@pytest.mark.parametrize("place", ["analyses", "outcomes", "arms", "review", "headline"])
@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_a_part_of_the_wrong_kind_is_told_and_never_a_crash(place, value):
    assert any(problem.startswith(place) for problem in problems(changed((place, value))))


def test_every_admissible_value_in_the_comments_of_the_configuration_is_in_the_schema():
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    page = (ROOT / "docs/statistics.md").read_text(encoding="utf-8")
    for measure in ADMISSIBLE["measure"]["enum"]:
        assert f"| {measure} |" in page
    for method in ADMISSIBLE["model"]["properties"]["method"]["enum"]:
        assert method in text


def test_what_a_screening_ledger_has_to_satisfy_can_be_declared():
    declared = {"reasons": ["wrong population", "no results"], "screeners": 2}
    assert check_config(changed(("screening", declared))) is None
    wrong = {"reason": [], "reasons": ["twice", "twice"], "screeners": 0}
    found = problems(changed(("screening", wrong)))
    assert any("unknown key 'reason'; did you mean 'reasons'?" in one for one in found)
    assert any(one.startswith("screening.screeners: 0") for one in found)
    assert any(one.startswith("screening.reasons: ") for one in found)


def test_analyses_are_chosen_by_forest_and_by_contrast():
    assert analyses_with(CONFIG) == ["change", "controlled", "primary", "strict"]
    assert analyses_with(CONFIG, forest=True) == ["change", "controlled", "primary"]
    assert analyses_with(CONFIG, contrast=False) == ["change", "primary", "strict"]
    examined = changed(("analyses/primary/examine", {"influence": {}}))
    assert analyses_with(examined, examine=True) == ["primary"]


RISK = {"measure": "RR", "comparator": ["sham"]}


def counted(method="MH", measure="RR"):
    own = CONFIG["analyses"]["change"] | RISK | {"measure": measure}
    own |= {"model": {"method": method, "test": "z", "level": 95}}
    return changed(("analyses/change", own), ("analyses/change/threshold", DELETE))


@pytest.mark.parametrize("method", ["MH", "DLMH"])
def test_counts_are_pooled_by_methods_of_counts(method):
    assert check_config(counted(method)) is None
    assert problems(counted(method, "MD")) == [
        f"analyses.change.model.method: {method} pools counts; MD is not OR, RR, RD"
    ]


def test_a_search_varies_pools_of_effects_only():
    config = counted()
    config["method_search"] = {
        "target": "published_pool",
        "analysis": "change",
        "methods": ["DLMH"],
    }
    assert problems(config) == [
        "method_search.analysis: 'change' pools counts (MH); name one that pools effects",
        "method_search.methods: DLMH pools counts; only methods that pool effects can be varied",
    ]


def test_an_outcome_may_have_no_scale_but_no_half_of_one():
    none = changed(*((f"outcomes/pain/{name}", DELETE) for name in ("low", "high", "units")))
    assert check_config(none) is None
    half = changed(("outcomes/pain/low", DELETE))
    assert problems(half)[0].startswith("outcomes.pain: low, high and units belong together")


def test_a_change_needs_to_know_which_direction_is_good():
    found = problems(changed(("outcomes/pain/improvement", "not_stated")))
    assert "analyses.primary.measure: SMCR is a change or of one group" in found[0]
    assert all("controlled" not in problem for problem in found)


def test_the_options_of_each_measure_are_those_of_the_library():
    several = {code: one.vtypes for code, one in MEASURES.items() if len(one.vtypes) > 1}
    assert several == VTYPES
    assert {code for code, one in MEASURES.items() if one.counts} == COUNTS
    assert {code for code, one in MEASURES.items() if one.counts in TWO_ARMS} == COUNTS_OF_TWO
    assert set(ADMISSIBLE["vtype"]["enum"]) == {"LS"}.union(*VTYPES.values())
    assert set(ADMISSIBLE["to"]["enum"]) == set(WHEN)


def test_measures_with_two_groups_are_those_with_inputs_of_two_arms():
    assert {
        code for code, one in MEASURES.items() if any(name.endswith("_c") for name in one.inputs)
    } == TWO_GROUPS


def counts(**options):
    """The primary analysis as a comparison of counts."""
    words = {"measure": "OR", "arms": ["active"], "comparator": ["sham"], **options}
    return changed(*((f"{PRIMARY}/{key}", value) for key, value in words.items()))


@pytest.mark.parametrize("options", [{"to": "if0all"}, {"vtype": "AV"}, {"to": "all", "add": 1}])
def test_options_about_all_studies_of_an_analysis_are_admissible(options):
    assert check_config(counts(**options)) is None


def test_options_that_a_measure_does_not_have_are_told():
    found = problems(changed((f"{PRIMARY}/vtype", "AV"), (f"{PRIMARY}/to", "all")))
    assert found == [
        "analyses.primary.vtype: SMCR has no variance AV; admissible: LS, LS2",
        "analyses.primary.to: SMCR is not made of counts; delete the key",
    ]
    (found,) = problems(changed((f"{PRIMARY}/measure", "PR"), (f"{PRIMARY}/drop00", True)))
    assert "drop00: PR does not compare the counts of two groups" in found


@pytest.mark.parametrize(("key", "value"), [("vtype", "AV"), ("to", "if0all")])
def test_a_search_cannot_take_effects_that_all_studies_make_together(key, value):
    config = counts(**{key: value})
    assert check_config(config) is None
    config["method_search"] = {"target": "x", "analysis": "primary"}
    (found,) = problems(config)
    assert f"method_search.analysis: analyses.primary has {key} {value}" in found


def test_what_the_books_name_must_exist_and_have_a_meaning():
    own = {"alpha": 0.05, "analyses": {"primry": {"sd": 1.0}}}
    found = problems(changed(("certainty", own)))
    assert found == [
        "certainty: alpha and power belong together; give all of them, or none",
        "certainty.analyses.primry: sd and sd_source belong together; give all of them, or none",
    ]
    named = problems(changed(("certainty", {"analyses": {"primry": {}}})))
    words = "certainty.analyses.primry: 'primry' is not in analyses; did you mean 'primary'?"
    assert named == [words]
    undated = problems(changed(("retractions", {"snapshot": "31.1.2026"})))
    assert undated[0].startswith("retractions.snapshot: '31.1.2026' is no day of the calendar")


def test_thresholds_of_a_ratio_are_ratios():
    own = {"analyses": {"primary": {"thresholds": [-0.3, 1.25]}}}
    ratio = [("certainty", own), (f"{PRIMARY}/measure", "RR"), (f"{PRIMARY}/comparator", ["sham"])]
    (found,) = problems(changed(*ratio))
    assert found.startswith("certainty.analyses.primary.thresholds: -0.3; a ratio must be greater")
    assert check_config(changed(("certainty", own))) is None


@pytest.mark.parametrize(
    ("measure", "wrong", "words"),
    [("PLO", 1.2, "a proportion must lie"), ("ZCOR", -1.0, "a correlation must lie")],
)
def test_thresholds_of_proportions_and_correlations_are_such(measure, wrong, words):
    own = {"analyses": {"primary": {"thresholds": [wrong, 0.2]}}}
    with pytest.raises(InputError) as refused:
        check_config(changed(("certainty", own), (f"{PRIMARY}/measure", measure)))
    said = f"certainty.analyses.primary.thresholds: {wrong}; {words}"
    assert [one for one in refused.value.problems if said in one]


def test_the_measures_that_are_read_as_correlations_or_proportions_are_those_on_such_a_scale():
    scales = {name: measure.scale for name, measure in MEASURES.items()}
    assert {name for name, scale in scales.items() if scale == "Fisher's z"} == CORRELATIONS
    assert {name for name, scale in scales.items() if scale == "log odds"} == PROPORTIONS


def test_the_measures_that_are_read_as_ratios_are_those_on_a_logarithm():
    logs = {code for code, one in MEASURES.items() if one.scale.startswith("log ")}
    assert logs - {"ABT"} == RATIOS  # ABT is a logarithm, but of no ratio


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": 10, "se": 0.2}, "analyses.primary.examine.one: give one of n, se, not several"),
        ({"n": 0}, "analyses.primary.examine.one.n: 0 must be at least 1"),
    ],
)
def test_a_new_study_has_a_size_or_a_standard_error(options, words):
    wanted = {"one": {"procedure": "new_study", **options}}
    assert any(words in told for told in problems(changed(("analyses/primary/examine", wanted))))


def test_weights_of_a_selection_have_a_step_each():
    weights = [{"label": "mine", "steps": [0.5, 0.2], "delta": [1, 0.5, 0.2]}]
    wanted = {"selection_sensitivity": {"weights": weights}}
    found = "\n".join(problems(changed(("analyses/primary/examine", wanted))))
    assert "examine.selection_sensitivity.weights.1 ('mine'): 2 steps, but 3 delta" in found
    assert "steps [0.5, 0.2] must rise, and the last must be 1" in found


@pytest.mark.parametrize(
    ("forest", "words"),
    [
        ({}, "analyses.primary.forest: {} should be non-empty"),
        ({"preset": "lancet"}, "forest.preset: 'lancet' is not one of: house, revman, bmj, jama"),
        ({"preest": "bmj"}, "forest: unknown key 'preest'; did you mean 'preset'?"),
        (
            {"subgroups": "design"},
            "forest.subgroups: no examination of subgroups is called 'design'",
        ),
    ],
)
def test_a_forest_plot_is_wanted_in_known_ways(forest, words):
    assert any(words in told for told in problems(changed(("analyses/primary/forest", forest))))


def test_a_forest_plot_takes_the_subgroups_of_an_examination():
    wanted = changed(
        ("analyses/primary/forest", {"subgroups": "design", "preset": "bmj"}),
        ("analyses/primary/examine", {"design": {"procedure": "subgroups", "by": "design"}}),
    )
    assert check_config(wanted) is None
    assert "primary" in analyses_with(wanted, forest=True)


def test_a_unit_of_the_reviews_own_is_for_effects_without_one():
    found = problems(changed(("analyses/primary/unit", "days")))
    assert any("analyses.primary.unit: SMCR has its own unit" in one for one in found)
    assert any("analyses.primary.unit: effects on an outcome with a scale" in one for one in found)


def test_the_measures_that_may_have_a_unit_are_those_in_units_of_the_outcome():
    own = {
        name for name, one in MEASURES.items() if one.scale in ("units of the outcome", "as given")
    }
    assert own == OWN_UNITS
