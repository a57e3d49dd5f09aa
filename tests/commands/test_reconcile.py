"""workflow/commands/reconcile.py and the rule behind it, on the first review with a made-up second extractor."""

import csv
import json

import pytest

from tests.pipeline import Pipeline, read_cells, read_config, write_raw
from tests.projects.double_extraction_made_up import decision, second_extraction
from workflow.commands import reconcile
from workflow.commands.in_process import write_cells, write_seal
from workflow.lib.errors import InputError
from workflow.lib.files.tables import read_rows
from workflow.lib.render.shortcodes import ids_in
from workflow.scripts import reconcile_extractions
from workflow.scripts.check_inputs import check_review

OWN = {row["id"]: row for row in read_cells("extraction")}
CHANGED = "prologo2017-7d-mean"
MISSING = "prologo2017-45d-mean"


@pytest.fixture
def review(tmp_path):
    """A review with two extractions: one value differs, one row is missing, one number has other digits."""
    raw = write_raw(tmp_path / "data/raw")
    rows = list(OWN.values())
    b = second_extraction(
        rows, differ={CHANGED: "4.5"}, decimals={"prologo2017-n"}, missing={MISSING}
    )
    write_cells("extraction_a", rows, raw)
    write_cells("extraction_b", b, raw)
    write_seal(raw)
    return tmp_path


def decide(review, *rows):
    write_cells("adjudication", list(rows), review / "data/raw")
    write_seal(review / "data/raw")


def both():
    return decision(OWN[CHANGED], "a", why="7-day score"), decision(OWN[MISSING], "a")


def test_open_conflicts_stop_the_review_and_are_named(review):
    with pytest.raises(InputError) as refused:
        check_review(review / "data/raw", read_config())
    assert "prologo2017, pain, single, 7 days, mean, value: A has '5.4', B has '4.5'" in str(
        refused.value
    )
    assert str(refused.value).count("open conflict") == 2


def test_the_command_writes_a_proposal_and_an_open_list_and_leaves_the_table_alone(review, capsys):
    before = (review / "data/raw/extraction.csv").read_bytes()
    with pytest.raises(SystemExit) as ended:
        reconcile.main(["--directory", str(review)])
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "open: prologo2017, pain, single, 7 days, mean, value: A: 5.4 | B: 4.5" in said
    assert (review / "data/raw/extraction.csv").read_bytes() == before
    with (review / "reconciliation/adjudication_open.csv").open(newline="") as file:
        assert [row["quantity"] for row in csv.DictReader(file)] == ["mean", "mean"]


def test_a_list_in_which_somebody_has_typed_is_not_written_over(review, capsys):
    with pytest.raises(SystemExit):
        reconcile.main(["--directory", str(review)])
    path = review / "reconciliation/adjudication_open.csv"
    with path.open(newline="") as file:
        rows = [row | {"decision": "a"} for row in csv.DictReader(file)]
    write_cells("adjudication_open", rows, path.parent)
    typed = path.read_bytes()
    with pytest.raises(SystemExit, match="has decisions in it"):
        reconcile.main(["--directory", str(review)])
    assert path.read_bytes() == typed
    capsys.readouterr()


def test_decisions_close_the_conflicts_and_the_proposal_is_the_table(review, capsys):
    decide(review, *both())
    check_review(review / "data/raw", read_config())
    with pytest.raises(SystemExit) as ended:
        reconcile.main(["--directory", str(review)])
    assert ended.value.code == 0
    assert "is what was agreed and adjudicated" in capsys.readouterr().out
    proposed = read_cells("extraction_proposed", review / "reconciliation")
    assert [(r["id"], r["value"]) for r in proposed] == [
        (r["id"], r["value"]) for r in OWN.values()
    ]


@pytest.fixture
def made(review):
    """Folder of what the rule makes of the adjudicated review."""
    decide(review, *both())
    found = Pipeline(review / "data/raw", review / "results", read_config())
    raw = ("extraction", "extraction_a", "extraction_b", "adjudication", "studies")
    outputs = {
        "cells": found.path("reconciliation.csv"),
        "agreement": found.path("extraction_agreement.csv"),
        "pools": found.path("extractor_pools.csv"),
        "numbers": found.path("double_extraction.json"),
        "section": found.path("double_extraction.md"),
    }
    given = {name: found.table(name) for name in raw}
    found.run(reconcile_extractions, given, outputs, {"config": read_config()})
    found.pipeline_numbers = found.numbers()
    return found


def test_the_pool_of_the_consensus_is_the_pool_of_the_pipeline(made):
    pools = read_rows(made.path("extractor_pools.csv"), "extractor_pools")
    for row in (row for row in pools if row["extraction"] == "consensus" and row["k"]):
        for field in ("k", "beta", "ci_lb", "ci_ub"):
            own = made.pipeline_numbers[f"pooled.{row['analysis']}.{field}"]["value"]
            assert row[field] == pytest.approx(own, rel=1e-12), (row["analysis"], field)


def test_the_pool_of_b_is_another_where_b_lacks_the_last_score(made):
    pools = {
        (row["analysis"], row["extraction"]): row
        for row in read_rows(made.path("extractor_pools.csv"), "extractor_pools")
    }
    assert pools["change", "a"]["beta"] == pools["change", "consensus"]["beta"]
    assert {row["rows_left_out"] for row in pools.values()} == {0}


def test_every_number_of_the_section_is_in_the_registry(made):
    numbers = json.loads((made.folder / "double_extraction.json").read_text())
    section = (made.folder / "double_extraction.md").read_text()
    known = numbers.keys() | made.pipeline_numbers.keys()
    assert set(ids_in(section)) <= known
    assert numbers["double_extraction.cells.differ"]["value"] == 1
    assert numbers["double_extraction.cells.same_number"]["value"] == 1
    assert numbers["double_extraction.cells.adjudicated"]["value"] == 2
    assert "7-day score" in section


def test_a_value_that_no_check_lets_pass_is_left_out_of_the_pool_of_its_extractor(review):
    raw = review / "data/raw"
    b = second_extraction(list(OWN.values()), differ={CHANGED: "54"}, decimals=(), missing=())
    write_cells("extraction_b", b, raw)
    decide(review, decision(OWN[CHANGED], "a"))
    found = Pipeline(raw, review / "results", read_config())
    from workflow.lib.review.extractor_pools import pools_under

    pools = pools_under(
        read_cells("extraction_b", raw),
        studies=read_cells("studies", raw),
        config=read_config(),
        stats=reconcile_extractions.STATS,
    )
    assert {pool["rows_left_out"] for pool in pools} == {1}
    assert found.raw == raw
