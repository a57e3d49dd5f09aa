"""Made-up data in every state of completeness: each gives a whole report, and true words."""

import copy
import re
from pathlib import Path

import pytest

from tests.made_up import TWO_ARMS, analysis, config_for_made_up, rows_of, studies_of, study_of
from tests.pipeline import completed, pipeline, read_cells, read_config
from workflow.lib.files.tables import read_rows
from workflow.lib.render.shortcodes import fill_numbers, ids_in

CLUMSY = re.compile(r"\b(?:over|In the|of|Of the|All|The) 1 (?:pooled )?studies\b|\bof 1 pooled")


class Report:
    """One made-up review: its registry and its texts, numbers filled in."""

    def __init__(self, made):
        self.made, self.numbers = made, made.numbers()
        made.draw()
        self.raw = made.write()
        self.texts = {
            name: fill_numbers(text, self.numbers, linked=False) for name, text in self.raw.items()
        }

    def forest(self, name):
        return read_rows(self.made.path(f"figures/forest_{name}.csv"), "figure_rows")

    def svg(self, name):
        return Path(self.made.path(f"figures/forest_{name}.svg")).read_text(encoding="utf-8")


def report(folder, **options):
    return Report(pipeline(folder, **options))


def with_roles(role_of):
    """studies.csv with the role that `role_of` gives to each study key."""
    rows = [dict(row) for row in read_cells("studies")]
    for row in (row for row in rows if row["role"] != "review"):
        row["role"] = role_of(row["study"])
        told = row["role"] in ("excluded", "narrated")
        row["reason_code"] = (row["reason_code"] or "made_up") if told else ""
        row["reason"] = (row["reason"] or "made up for a test") if told else ""
    return rows


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    return Report(completed(tmp_path_factory.mktemp("completed") / "p"))


def test_the_pool_of_four_stands_in_the_registry(four):
    assert four.numbers["pooled.primary.k"]["value"] == 4
    assert four.numbers["pooled.primary.k_pooled"]["value"] == 4
    assert four.numbers["pooled.primary.k_candidate"]["value"] == 0
    assert four.numbers["pooled.change.k"]["value"] == 4


def test_the_pool_of_four_stands_in_every_sentence_that_counts(four):
    assert "Pooled over 4 studies" in four.texts["answer"]
    assert "4 studies have numbers that we could use" in four.texts["plain"]
    assert "Pooled over 4 studies" in four.texts["results"]
    assert "Pooled over 4 studies" in four.texts["claims"]
    assert "The 4 studies used here are those of the published pool" in four.texts["status"]
    assert "forest plot of 4 pooled studies" in four.texts["results"]


def test_the_pool_of_four_stands_in_every_table(four):
    tables = four.texts["results"].split("### ")
    primary = next(part for part in tables if "{#sec-primary}" in part)
    effects = primary[: primary.index("tbl-effects-primary")]
    left_out = primary[primary.index("tbl-tests-primary") :]
    for slab in ("Ilfeld et al. 2023", "Prologo et al. 2017", "Made-up study A", "Made-up study B"):
        assert f"| {slab} | pooled |" in effects
        assert f"| {slab} | 3 |" in left_out
        assert slab in four.texts["characteristics"]
    methods = [
        line for line in four.texts["methods"].splitlines() if line.startswith("| `primary`")
    ]
    assert methods[0].endswith("| 4 |")


def test_the_pool_of_four_stands_in_the_forest(four):
    rows = four.forest("primary")
    assert [row["kind"] for row in rows].count("study") == 4
    pooled = next(row for row in rows if row["kind"] == "pooled")
    assert pooled["detail"] == "REML, k = 4"
    svg = four.svg("primary")
    assert "Made-up study A" in svg
    assert "k = 4" in svg


def test_no_text_of_the_completed_review_still_says_candidate(four):
    for name, text in four.texts.items():
        assert "candidate" not in text.lower(), name
    assert "candidate" not in four.svg("primary")


def test_assumptions_that_a_value_has_replaced_leave_the_lineage(four):
    for name, number in four.numbers.items():
        if name.startswith(("pooled.", "study.prologo2017")):
            assert "assumptions:n_prologo2017_follow_up" not in number["basis"], name


def test_claims_on_the_completed_pool_stay_honest_where_the_digits_differ(four):
    audited = {
        row["claim"]: row for row in read_rows(four.made.path("audit/claims.csv"), "claims_audit")
    }
    assert four.numbers["pooled.primary.beta"]["text"] != "1.55"
    estimate = audited["pooled_d"]
    assert estimate["verdict"] == "not_checkable"
    assert "which differs" in estimate["arithmetic"]
    assert "convention" in estimate["missing"]
    assert audited["studies_pooled"]["verdict"] == "not_checkable"
    assert "adds up" in audited["studies_pooled"]["arithmetic"]


def test_a_claim_that_our_digits_equal_is_reproduced(four, tmp_path):
    """Claims made up to print what the made-up pool gives; data stay as they are."""
    claims = [dict(row) for row in read_cells("claims")]
    for row in claims:
        if row["counterpart"]:
            row["printed"] = four.numbers[row["counterpart"]]["text"]
    audit = Report(completed(tmp_path / "p", claims=claims)).made.path("audit/claims.csv")
    verdicts = {row["claim"]: row["verdict"] for row in read_rows(audit, "claims_audit")}
    of_pool = [row["id"] for row in claims if row["counterpart"]]
    assert len(of_pool) == 5
    assert {verdicts[name] for name in of_pool} == {"reproduced"}


def test_a_stated_convention_turns_a_difference_into_a_contradiction(tmp_path):
    claims = [dict(row, convention="stated") for row in read_cells("claims")]
    made = completed(tmp_path / "p", claims=claims)
    made.numbers()
    rows = read_rows(made.path("audit/claims.csv"), "claims_audit")
    assert {row["claim"]: row["verdict"] for row in rows}["pooled_d"] == "contradicted"


def test_no_study_at_all_is_answered_in_words(tmp_path):
    found = report(tmp_path / "p", studies=with_roles(lambda study: "excluded"))
    assert found.numbers["pooled.primary.k"]["value"] == 0
    assert found.numbers["pooled.primary.beta"]["value"] is None
    assert "so there is no result to print" in found.texts["answer"]
    assert "No study that made this comparison has numbers" in found.texts["plain"]
    assert "standard deviations at baseline" not in found.texts["answer"]
    assert "No study could be pooled" in found.svg("primary")
    assert not re.search(r"\bspread between studies to estimate", found.texts["results"])


def test_an_extraction_without_rows_tells_every_study_and_why(tmp_path):
    found = report(tmp_path / "p", extraction=[])
    assert found.numbers["narrated.k"]["value"] == 4
    assert found.texts["narrated"].count(": no value of it has been extracted") == 3
    assert "No study has the data" in found.texts["status"]


def test_one_study_stands_for_itself(tmp_path):
    one = with_roles(lambda study: "pooled" if study == "prologo2017" else "excluded")
    found = report(tmp_path / "p", studies=one)
    assert found.numbers["pooled.primary.k"]["value"] == 1
    assert "One study, no pool: Prologo et al. 2017 stands for itself" in found.texts["answer"]
    assert "The one study used here is among the 4 of the published pool" in found.texts["status"]
    assert "One study has numbers that we could use" in found.texts["plain"]
    assert "forest plot of one study, not a pool" in found.texts["results"]
    assert not any(row["kind"] == "pooled" for row in found.forest("primary"))
    assert not any(CLUMSY.search(text) for text in found.texts.values())


def test_two_studies_always_show_both_intervals(tmp_path):
    found = report(tmp_path / "p")
    for name in ("answer", "results", "claims"):
        for sentence in re.findall(r"Pooled over 2 studies: [^.]*\.\d+[^)]*\)", found.texts[name]):
            assert "by Knapp-Hartung" in sentence
            assert "by Wald" in sentence
    plain = found.texts["plain"]
    assert "The true number may lie anywhere from" in plain
    assert "A less careful method says" in plain
    kinds = [row["slab"] for row in found.forest("primary")]
    assert "The same, Wald z interval" in kinds


def test_without_claims_nothing_is_said_to_be_checked(tmp_path):
    found = report(tmp_path / "p", claims=[])
    assert "No published claims are under audit" in found.texts["claims"]
    assert "What we checked" not in found.texts["plain"]
    assert "As published" not in found.texts["answer"]
    assert found.numbers["audit.claims"]["value"] == 0


@pytest.mark.parametrize("known", [False, True], ids=["no boxes", "empty boxes"])
def test_without_flow_counts_no_source_is_named_for_them(known, tmp_path):
    empty = {"value": "", "source": "", "quote": "", "page": "", "reason": "made up: unknown"}
    rows = [row | empty for row in read_cells("flow")] if known else []
    found = report(tmp_path / "p", flow=rows)
    assert "No counts of records and studies are reported." in found.texts["flow"]
    assert "transcribed" not in found.texts["flow"]
    assert " found " not in found.texts["plain"].split("**What we found")[0]


def test_without_a_controlled_study_the_report_says_so(tmp_path):
    rows = [row for row in read_cells("extraction") if row["arm"] != "active vs sham"]
    found = report(tmp_path / "p", extraction=rows)
    assert (
        "No study that compares the treatment with sham has readable data" in found.texts["answer"]
    )
    assert found.numbers["pooled.controlled.k"]["value"] == 0


def test_a_headline_of_the_primary_analysis_alone_is_enough(tmp_path):
    config = read_config() | {"headline": {"primary": "primary"}}
    found = report(tmp_path / "p", config=config)
    assert "Against sham" not in found.texts["answer"] + found.texts["plain"]
    assert "standard deviations at baseline" in found.texts["plain"]


def turned(config):
    other = copy.deepcopy(config)
    other["outcomes"]["pain"]["improvement"] = "increase"
    return other


MEASURES = ("MC", "SMCC", "SMCR", "SMCRH", "SMCRP")
CONTRASTS = ("MD", "SMD", "SMDH", "PPC")


def many_analyses():
    """Every measure on the made-up studies with two arms."""
    config = config_for_made_up()
    config["analyses"] = {name.lower(): analysis(name) for name in MEASURES}
    config["analyses"] |= {name.lower(): analysis(name, comparator=["sham"]) for name in CONTRASTS}
    config["headline"] = {"primary": "smd", "points": "md", "controlled": "ppc"}
    for key in (
        "method_search",
        "multiverse",
        "r_tipping",
    ):  # they name an analysis that is not here
        config.pop(key)
    return config


@pytest.fixture(scope="module")
def two_arms(tmp_path_factory):
    tables = {"extraction": TWO_ARMS, "studies": studies_of(TWO_ARMS, design="randomised_trial")}
    folder, config = tmp_path_factory.mktemp("two_arms"), many_analyses()
    return tuple(
        report(folder / name, config=one, **tables)
        for name, one in (("p", config), ("turned", turned(config)))
    )


def test_every_measure_is_printed_whole(two_arms):
    found, _ = two_arms
    for name in (*MEASURES, *CONTRASTS):
        assert found.numbers[f"pooled.{name.lower()}.k"]["value"] == 2, name
    for name, text in found.raw.items():
        assert set(ids_in(text)) <= set(found.numbers), name
    assert not any(CLUMSY.search(text) for text in found.texts.values())


def test_differences_are_not_called_changes(two_arms):
    found, _ = two_arms
    assert "**The pool.**" in found.texts["answer"]
    assert "less pain with the treatment than without" in found.texts["answer"]
    assert "The average difference was" in found.texts["plain"]
    assert "has no comparison group" not in found.texts["limits"]
    assert "2 trials compared the treatment with sham" in found.texts["limits"]


def test_a_scale_on_which_more_is_better_turns_every_sign(two_arms):
    less, more = two_arms
    for name in (*MEASURES, *CONTRASTS):
        base = f"pooled.{name.lower()}"
        value = {
            key: (less.numbers[key]["value"], more.numbers[key]["value"]) for key in less.numbers
        }
        assert value[f"{base}.beta"][1] == pytest.approx(-value[f"{base}.beta"][0]), name
        assert value[f"{base}.ci_lb"][1] == pytest.approx(-value[f"{base}.ci_ub"][0]), name
        assert value[f"{base}.se"][1] == pytest.approx(value[f"{base}.se"][0]), name
    assert "more pain with the treatment than without" in more.texts["answer"]
    assert "means more pain than without the treatment" in more.texts["plain"]


def test_a_single_score_turns_its_sign_with_the_scale(tmp_path):
    config = turned(read_config())
    found = report(tmp_path / "p", config=config)
    hollow = [row for row in found.forest("change") if row["kind"] == "narrated" and row["yi"]]
    assert [row["yi"] for row in hollow] == [-8.0]


def test_scores_that_rise_are_told_as_an_increase(tmp_path):
    rows = [*rows_of("made_up_z", "single", "baseline", unit="0-10", n="1", score="0")]
    rows += rows_of("made_up_z", "single", "1 week", unit="0-10", score="6")
    reason = {"reason_code": "single_patient", "reason": "made up: one patient"}
    studies = studies_of([]) + [study_of("made_up_z", role="narrated", **reason)]
    found = report(tmp_path / "p", extraction=rows, studies=studies, config=config_for_made_up())
    assert "from 0 to 6 (1 week), an increase of 6 points in one patient" in found.texts["narrated"]


def test_differences_of_unknown_sign_are_not_pooled_into_words(tmp_path):
    rows = [dict(row) for row in read_cells("extraction")]
    rows += rows_of(
        "made_up_y",
        "active vs sham",
        "4 months",
        unit="NRS 0-10",
        difference="1.0",
        difference_ci_lb="0.2",
        difference_ci_ub="1.8",
        direction="decrease_positive",
    )
    studies = [*read_cells("studies"), study_of("made_up_y", design="randomised_trial")]
    found = report(tmp_path / "p", extraction=rows, studies=studies)
    assert found.numbers["pooled.controlled.k"]["value"] == 2
    assert "so this pool must not be read" in found.texts["answer"]
    assert "less pain with" not in found.texts["answer"]


def test_a_scale_of_one_hundred_is_brought_to_ten(tmp_path):
    config = config_for_made_up()
    config["outcomes"]["pain"]["units"]["VAS 0-100"] = [0, 100]
    rows = rows_of("made_up_w", "single", "baseline", unit="VAS 0-100", n="20", mean="70", sd="15")
    rows += rows_of("made_up_w", "single", "3 months", unit="VAS 0-100", n="20", mean="40", sd="20")
    found = report(tmp_path / "p", extraction=rows, studies=studies_of(rows), config=config)
    assert found.numbers["pooled.change.beta"]["value"] == pytest.approx(3.0)
    assert found.numbers["reported.made_up_w-single-baseline-mean"]["text"] == "70"
    assert "70 on VAS 0-100 is 7 on 0-10" in found.texts["cleaning_log"]


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_every_configured_test_has_the_other_interval_beside_it(test, tmp_path):
    config = read_config()
    config["analyses"]["primary"]["model"]["test"] = test
    config.pop("multiverse")  # its primary universe is that of another test
    found = report(tmp_path / "p", config=config)
    slabs = [row["slab"] for row in found.forest("primary")]
    beside = "Knapp-Hartung, ad hoc" if test in ("z", "t") else "Wald z"
    assert f"The same, {beside} interval" in slabs
    assert "by Wald" in found.texts["answer"]
    assert "by Knapp-Hartung" in found.texts["answer"]


def test_equal_effects_say_that_no_spread_is_estimated(tmp_path):
    config = read_config()
    config["analyses"]["change"]["model"] = {"method": "EE", "test": "z", "level": 90}
    found = report(tmp_path / "p", config=config)
    assert "All studies are taken to share one true effect" in found.texts["results"]
    assert "cannot be given" in found.texts["results"]
    assert "(90% CI" in found.texts["results"]


def test_an_interval_that_is_printed_at_another_level_is_not_taken_over(tmp_path):
    config = read_config()
    config["analyses"]["controlled"]["model"]["level"] = 90
    found = report(tmp_path / "p", config=config)
    low = found.numbers["pooled.controlled.ci_lb"]["value"]
    assert low == pytest.approx(-0.1 - 1.644854 * 1.7 / (2 * 1.959964), abs=1e-5)
    assert "by Wald)" in found.texts["answer"].split("**Against sham.**")[1]


def test_the_plain_summary_is_short_and_free_of_markup(tmp_path, four):
    first = report(tmp_path / "p")
    for found in (first, four):
        words = found.texts["plain"].split()
        assert 150 <= len(words) <= 280
        assert not re.search(r"&#|\{\{|\[@", found.texts["plain"])


def test_wherever_the_primary_pool_stands_points_and_sham_stand_beside_it(tmp_path):
    found = report(tmp_path / "p")
    places = ["answer", "claims", "results"]
    for place in places:
        text = found.raw[place]
        assert "pooled.primary.beta" in text
        assert "pooled.change.beta" in text
        assert "pooled.controlled.beta" in text
    section = found.raw["results"].split("### ")[1]
    assert {"pooled.primary.beta", "pooled.change.beta", "pooled.controlled.beta"} <= set(
        ids_in(section)
    )
