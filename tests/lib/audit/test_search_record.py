"""search_record.py and search_numbers.py: the record of a search, and its numbers with their lineage."""

from pathlib import Path

import pytest

from tests.made_up import HOMOGENEOUS, config_for_made_up, studies_of
from tests.pipeline import pipeline, read_cells, read_config
from workflow.lib.audit.registry import registry
from workflow.lib.audit.search_numbers import method_of, search_numbers
from workflow.lib.audit.search_record import CAUTION, SHOWN
from workflow.lib.files.tables import read_json, read_rows

TARGET = "published_pool"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The pipeline of the first review, run as far as the numbers."""
    made = pipeline(tmp_path_factory.mktemp("search") / "p")
    made.numbers()
    return made


@pytest.fixture(scope="module")
def record(first):
    return read_json(first.path("audit/method_search.json"))


@pytest.fixture(scope="module")
def table(first):
    return read_rows(first.path("audit/method_search.csv"), "universes")


def searching(folder, **search):
    """The pipeline of a made-up review whose claims are the numbers that one universe gives."""
    config = config_for_made_up()
    config["method_search"] = {
        **{
            "target": TARGET,
            "analysis": "primary",
            "methods": ["DL", "REML"],
            "tests": ["z", "knha"],
        },
        **search,
    }
    tables = {"extraction": HOMOGENEOUS, "studies": studies_of(HOMOGENEOUS)}
    return pipeline(folder, config=config, **tables)


def test_none_of_the_declared_universes_reproduces_the_first_review(record, table):
    assert record["matches"] == sum(row["matches"] for row in table) == 0
    assert record["matching"] == []
    assert record["tried"] == record["answered"] == len(table)


def test_the_number_tried_is_the_product_of_what_the_inputs_allow(record):
    search = read_config()["method_search"]
    ways = len(search["r"]) * len(search["correct"]) * len(search["methods"]) * len(search["tests"])
    # SMCC and SMCR: Prologo at three times, Ilfeld and Moesker at one each, all subsets of two or
    # more: 3 + 3 + 1 + 3; SMCRP: no SD of Ilfeld after treatment, so Prologo with Moesker
    assert record["tried"] == (10 + 10 + 3) * ways


def test_the_nearest_universe_is_the_nearest_row_of_the_table(record, table):
    nearest = min(table, key=lambda row: row["distance"])
    assert record["nearest"][0]["universe"] == nearest["universe"]
    assert record["nearest"][0]["distance"] == nearest["distance"]
    distances = [one["distance"] for one in record["nearest"]]
    assert distances == sorted(distances)
    assert len(distances) == SHOWN


def test_a_nearest_universe_misses_by_its_worst_quantity(record):
    for one in record["nearest"]:
        assert one["distance"] == max(one["misses"].values())
        assert set(one["misses"]) == {"estimate", "ci_lb", "ci_ub", "pval", "zval"}


def test_every_decision_is_counted_over_all_universes(record):
    totals = {}
    for row in record["decisions"]:
        totals[row["axis"]] = totals.get(row["axis"], 0) + row["tried"]
    assert set(totals.values()) == {record["tried"]}
    assert {"measure", "r", "correct", "method", "test", "k", "study prologo2017"} <= set(totals)


def test_the_record_says_what_a_match_is_not(record):
    assert record["caution"] == CAUTION
    assert "not evidence of what was done" in CAUTION


def test_percents_that_stand_in_are_named(record, table):
    with_moesker = [row for row in table if "moesker2014" in row["studies"]]
    assert {row["percents"] for row in with_moesker} == {"moesker2014"}
    assert {row["percents"] for row in table} == {"", "moesker2014"}
    slabs = {"moesker2014": "Moesker et al. 2014"}
    assert "Moesker et al. 2014 (percent decreases, " in method_of(record["nearest"][0], slabs)


def claims_of(fit):
    """The claims of the first review with the digits of a pool in place of the published ones."""
    digits = {
        **{"pooled_d": f"{fit['beta']:.3f}", "pooled_d_ci_lb": f"{fit['ci_lb']:.3f}"},
        **{"pooled_d_ci_ub": f"{fit['ci_ub']:.3f}", "pooled_d_p": "<0.001"},
        "pooled_d_z": f"{fit['stat']:.2f}",
    }
    return [
        row | {"printed": digits.get(row["id"], row["printed"])} for row in read_cells("claims")
    ]


def test_a_result_that_a_declared_universe_gives_is_found(tmp_path):
    made = searching(tmp_path / "p")
    made.numbers()
    wanted = read_json(made.path("audit/method_search.json"))["nearest"][0]
    other = pipeline(
        tmp_path / "q",
        config=made.config,
        extraction=HOMOGENEOUS,
        studies=studies_of(HOMOGENEOUS),
        claims=claims_of(wanted),
    )
    numbers = other.numbers()
    found = read_json(other.path("audit/method_search.json"))
    assert found["matches"] >= 1
    assert found["nearest"][0]["matches"]
    assert found["nearest"][0]["universe"] == wanted["universe"]
    assert wanted["universe"] in found["matching"]
    assert numbers["method_search.matches"]["value"] == found["matches"]
    assert numbers["method_search.nearest.1.distance"]["value"] == 0
    stands = numbers["method_search.nearest.1.distance"]["stands"]
    rows = {entry: reason for entry, reason in stands.items() if ":" not in entry}
    assert set(rows.values()) == {"clipped at zero"}


def test_a_review_without_claims_searches_for_nothing(tmp_path):
    made = pipeline(tmp_path / "p", claims=[])
    numbers = made.numbers()
    found = read_json(made.path("audit/method_search.json"))
    assert (found["tried"], found["matches"], found["nearest"], found["target"]) == (0, 0, [], [])
    assert numbers["method_search.tried"]["value"] == 0
    assert read_rows(made.path("audit/method_search.csv"), "universes") == []


def test_a_review_with_one_study_tries_nothing(tmp_path):
    config = config_for_made_up()
    config["method_search"] = {"target": TARGET, "analysis": "primary"}
    rows = [row for row in HOMOGENEOUS if row["study"] == "made_up_p"]
    made = pipeline(tmp_path / "p", config=config, extraction=rows, studies=studies_of(rows))
    assert made.numbers()["method_search.tried"]["value"] == 0


def test_without_a_search_no_number_of_it_exists(tmp_path):
    config = read_config()
    del config["method_search"]
    numbers = pipeline(tmp_path / "p", config=config).numbers()
    assert not [name for name in numbers if name.startswith("method_search")]


def test_counts_rest_on_every_row_and_stand(record):
    numbers = registry(search_numbers(record, read_cells("studies")))
    for name in ("tried", "answered", "matches"):
        number = numbers[f"method_search.{name}"]
        assert number["rows"] == sorted(record["rows"])
        assert set(number["rows"]) <= set(number["stands"])
        assert number["unit"] == "count"


def test_the_nearest_names_its_own_rows_and_the_others_only_decided(record):
    numbers = registry(search_numbers(record, read_cells("studies")))
    own = set(record["nearest"][0]["rows"])
    number = numbers["method_search.nearest.1.beta"]
    assert own
    assert set(number["rows"]) - set(number["stands"]) == own
    members = {f"studies:{study}" for study in record["nearest"][0]["studies"]}
    assert not members & set(number["stands"])
    of_k = numbers["method_search.nearest.1.k"]["stands"]
    assert {reason for entry, reason in of_k.items() if ":" not in entry} == {"refused"}
    assert number["stands"]["claims:pooled_d"] == "refused"
    distance = numbers["method_search.nearest.1.distance"]["stands"]
    missed = record["nearest"][0]["misses"]
    most = max(missed, key=missed.get)
    claims = {f"claims:{one['id']}" for one in record["target"] if one["quantity"] != most}
    assert {entry for entry in distance if entry.startswith("claims:")} == claims
    assert "claims:pooled_d" in number["basis"]
    assert "config:method_search.r" in number["basis"]
    assert "config:analyses.primary" in number["basis"]


def test_the_record_is_the_same_bytes_again(first, tmp_path):
    again = pipeline(tmp_path / "p")
    again.numbers()
    for name in ("method_search.json", "method_search.csv"):
        one, two = (Path(made.path(f"audit/{name}")) for made in (first, again))
        assert one.read_bytes() == two.read_bytes(), name
