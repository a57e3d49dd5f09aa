"""workflow/commands/import_review.py: a made-up Cochrane review runs with no retyping, and prints RevMan's numbers."""

import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import yaml

from tests.pipeline import Pipeline, read_cells
from tests.projects.cochrane_made_up import package
from tests.projects.revman_made_up import (
    ASPIRIN,
    outcome,
    review,
    whole_review,
)
from tests.projects.sheets_made_up import fill_xlsx
from workflow.commands import import_review, template
from workflow.commands.import_review import chosen, parser
from workflow.commands.in_process import write_cells, write_seal
from workflow.lib.files.revman import read_rm5
from workflow.lib.files.tables import read_rows
from workflow.lib.files.template import write_template

ROOT = Path(__file__).parents[2]


def imported(path, folder, *words):
    import_review.main([str(path), str(folder), *words])
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    found = Pipeline(folder / "data/raw", folder / "results", config)
    found.found = found.numbers()
    return found


@pytest.fixture(scope="module")
def from_revman(tmp_path_factory):
    folder = tmp_path_factory.mktemp("revman")
    path = folder / "made_up.rm5"
    path.write_text(whole_review(), encoding="utf-8")
    return imported(path, folder / "review")


@pytest.fixture(scope="module")
def from_package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cochrane")
    return imported(package(folder / "CD999999.zip"), folder / "review")


@pytest.mark.parametrize("made", ["from_revman", "from_package"])
def test_every_number_that_the_program_stored_is_reproduced(made, request):
    found = request.getfixturevalue(made)
    claims = read_rows(found.path("audit/claims.csv"), "claims_audit")
    others = {row["claim"]: row["verdict"] for row in claims if row["verdict"] != "reproduced"}
    sizes = {"c01_o08_g01_k", "c01_o08_g02_k"}  # beside which no number of ours stands
    expected = sizes if made == "from_package" else set()
    assert others == dict.fromkeys(expected, "consistent")
    assert len(claims) >= 9 * len(found.analyses)


def test_the_aspirin_trials_print_what_is_published_for_them(from_revman):
    """R's meta prints 0.8969 [0.8405; 0.9570], Q 9.95, I2 39.7% for the odds ratio of these trials."""
    printed = {row["id"]: row["printed"] for row in read_cells("claims", from_revman.raw)}
    fields = ("estimate", "ci_lb", "ci_ub", "qe", "df", "i2", "qep")
    found = [printed[f"c01_o01_{field}"] for field in fields]
    assert found == ["0.90", "0.84", "0.96", "9.95", "6", "40", "0.13"]


def test_each_cell_leads_back_to_its_place_and_words_in_the_file(from_revman):
    rows = read_cells("extraction", from_revman.raw)
    row = next(r for r in rows if r["study"] == "MRC-1 1974" and r["quantity"] == "events")
    assert row["quote"] == 'EVENTS_1="49"'
    assert (
        row["page"]
        == "comparison 1 (Aspirin against placebo), outcome 1.1 (Deaths), study MRC-1 1974"
    )
    assert row["source"].startswith("made_up.rm5 (RevMan 5.4, SHA-256 ")
    assert all(row["source"] and row["quote"] for row in rows)


def test_each_analysis_has_the_method_that_the_file_declares(from_revman):
    found = {
        name: (one["measure"], one["model"]["method"])
        for name, one in from_revman.config["analyses"].items()
    }
    assert found == {
        "c01_o01": ("OR", "MH"),
        "c01_o02": ("OR", "DLMH"),
        "c01_o03": ("RR", "MH"),
        "c01_o04": ("RR", "DL"),
        "c01_o05": ("RD", "MH"),
        "c01_o06": ("PETO", "EE"),
        "c02_o01": ("RR", "MH"),
        "c02_o02": ("MD", "EE"),
        "c02_o03": ("SMD", "DL"),
        "c02_o04": ("HR", "EE"),
        "c02_o05": ("HR", "EE"),
        "c02_o06": ("LOR", "DL"),
        **{"c03_o01": ("OR", "MH"), "c03_o02": ("RR", "DLMH"), "c03_o03": ("RR", "DL")},
        **{"c03_o04": ("RD", "MH"), "c03_o05": ("PETO", "EE"), "c03_o06": ("MD", "EE")},
        **{"c03_o07": ("SMD", "DL"), "c03_o08": ("HR", "EE"), "c03_o09": ("HR", "EE")},
    }


def test_observed_less_expected_events_are_pooled_as_by_hand(from_revman):
    """Sums of O - E and V are -5 and 25: ln ratio -0.2, SE 0.2; Q = 16/8 + 9/12 + 4/5 - 25/25."""
    fixed, random = (from_revman.found, "c02_o05"), (from_revman.found, "c02_o06")

    def values(numbers, name):
        wanted = ("beta", "se", "ci_lb", "ci_ub", "pval", "QE", "QEp", "I2_Q", "tau2")
        return [numbers[f"pooled.{name}.{one}"]["value"] for one in wanted]

    by_hand = [-0.2, 0.2, -0.591993, 0.191993, 0.317311, 2.55, 0.279431, 21.568627, 0.0]
    assert values(*fixed) == pytest.approx(by_hand, abs=1e-6)
    by_hand = [-0.186488, 0.229742, -0.636775, 0.263798, 0.416946, 2.55, 0.279431, 21.568627]
    assert values(*random) == pytest.approx([*by_hand, 0.55 / 15.68], abs=2e-6)
    printed = {row["id"]: row["printed"] for row in read_cells("claims", from_revman.raw)}
    fields = ("estimate", "ci_lb", "ci_ub", "zval", "pval", "qe", "df", "i2")
    stored = ["0.82", "0.55", "1.21", "1.00", "0.32", "2.55", "2", "22"]
    assert [printed[f"c02_o05_{field}"] for field in fields] == stored


def test_observed_less_expected_counts_of_tables_give_petos_odds_ratio(tmp_path):
    tables = {}
    for study, (a, n1, c, n2) in ASPIRIN.items():
        events, persons = a + c, n1 + n2
        expected = n1 * events / persons
        variance = n1 * n2 * events * (persons - events) / (persons**2 * (persons - 1))
        tables[study] = (a - expected, variance)
    both = [
        outcome("DICH", 1, "Deaths", "PETO", "PETO", ASPIRIN),
        outcome("IPD", 2, "Deaths", "O-E", "PETO", tables, words="Peto Odds Ratio"),
    ]
    path = tmp_path / "x.rm5"
    path.write_text(review(("A", both)), encoding="utf-8")
    found = imported(path, tmp_path / "r").found
    for field in ("beta", "se", "QE"):
        one, other = (found[f"pooled.c01_o0{n}.{field}"]["value"] for n in (1, 2))
        assert one == pytest.approx(other, rel=1e-12)


def test_subgroups_and_the_test_between_them_are_claims_beside_our_numbers(from_revman):
    printed = {row["id"]: row["printed"] for row in read_cells("claims", from_revman.raw)}
    fields = ("g01_estimate", "g02_ci_ub", "g02_qe", "between_qm", "between_df", "between_qmp")
    found = [printed[f"c03_o01_{field}"] for field in (*fields, "between_i2")]
    assert found == ["0.75", "0.98", "5.87", "3.60", "1", "0.06", "72"]  # R metafor: rma.mh, rma
    base = "examined.c03_o01.subgroups"
    assert from_revman.found[f"{base}.QM"]["text"] == "3.60"
    assert from_revman.found[f"{base}.groups.3_1_1_Early.QE_df"]["value"] == 2


def test_a_study_in_two_subgroups_of_an_outcome_has_a_row_in_each(from_revman):
    studies = {row["study"]: row for row in read_cells("studies", from_revman.raw)}
    own = {study: row["c03_o09_subgroup"] for study, row in studies.items()}
    assert own["Elm 2010"] == "3.9.1 Women"
    assert own["Elm 2010 (2)"] == "3.9.2 Men"
    assert own["Alder 2001"] == ""
    assert studies["Elm 2010"]["c03_o08_subgroup"] == "3.8.1 Third 1"


def test_a_forest_plot_of_an_import_has_its_subgroups(from_revman, tmp_path):
    config = from_revman.config["analyses"]["c03_o02"]
    assert config["forest"] == {"subgroups": "subgroups"}
    assert config["examine"] == {
        "subgroups": {"procedure": "subgroups", "by": "c03_o02_subgroup"},
    }
    from_revman.draw()
    rows = read_rows(from_revman.path("figures/forest_c03_o02.csv"), "figure_rows")
    assert [row["slab"] for row in rows if row["kind"] == "heading"] == [
        "3.2.1 Early",
        "3.2.2 Late",
    ]
    assert [row["kind"] for row in rows].count("subtotal") == 2
    assert rows[-1]["slab"] == "Test for subgroup differences: Chi² = 3.22, df = 1, p = 0.073"


def test_hartung_and_knapps_subgroups_are_compared_as_review_manager_does(from_package):
    config = from_package.config["analyses"]["c01_o08"]["examine"]["subgroups"]
    assert config == {"procedure": "subgroups", "by": "c01_o08_subgroup", "between": "chi2"}
    assert from_package.found["examined.c01_o08.subgroups.QM_df2"]["value"] is None


def test_a_study_without_any_event_is_told_and_not_pooled(from_revman):
    rows = read_rows(from_revman.path("effects/c02_o01.csv"), "effects")
    assert {row["study"]: row["status"] for row in rows}["Cedar 2007"] == "narrated"
    assert from_revman.found["pooled.c02_o01.k"]["value"] == 3


def test_a_changed_cell_is_contradicted_by_what_the_program_stored(from_revman, tmp_path):
    raw = Path(shutil.copytree(from_revman.raw, tmp_path / "raw"))
    rows = read_cells("extraction", raw)
    for row in rows:
        if (
            row["study"] == "ISIS-2 1988"
            and row["quantity"] == "events"
            and row["arm"] == "control"
        ):
            row["value"] = "1270"
    write_cells("extraction", rows, raw)
    write_seal(raw)
    found = Pipeline(raw, tmp_path / "results", from_revman.config)
    found.numbers()
    claims = {r["claim"]: r for r in read_rows(found.path("audit/claims.csv"), "claims_audit")}
    assert claims["c01_o01_estimate"]["verdict"] == "contradicted"
    assert claims["c02_o01_estimate"]["verdict"] == "reproduced"


def test_studies_twice_in_one_outcome_keep_both_rows(tmp_path):
    twice = outcome("DICH", 1, "Deaths", "OR", "MH", ASPIRIN)
    first = next(line for line in twice.splitlines() if "DICH_DATA" in line)
    path = tmp_path / "twice.rm5"
    path.write_text(review(("A", [twice.replace(first, f"{first}\n{first}")])), encoding="utf-8")
    import_review.main([str(path), str(tmp_path / "r")])
    keys = {row["study"] for row in read_cells("extraction", tmp_path / "r/data/raw")}
    assert {"MRC-1 1974", "MRC-1 1974 (2)"} <= keys


def test_one_comparison_or_outcome_can_be_chosen(tmp_path):
    path = tmp_path / "x.rm5"
    path.write_text(whole_review(), encoding="utf-8")
    foreign = read_rm5(path)
    one = chosen(foreign, parser().parse_args(["f", "r", "--outcome", "2.3"]))
    assert [o.names[1] for o in one.outcomes] == ["Score, standardised"]
    some = chosen(foreign, parser().parse_args(["f", "r", "--comparison", "2"]))
    assert len(some.outcomes) == 6


def test_a_wish_for_what_is_not_there_names_what_is(tmp_path, capsys):
    path = tmp_path / "x.rm5"
    path.write_text(whole_review(), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"no such analysis; there are 1\.1, 1\.2"):
        import_review.main([str(path), str(tmp_path / "r"), "--outcome", "9.9"])
    assert not (tmp_path / "r").exists()
    assert capsys.readouterr().out == ""


def test_a_folder_with_something_in_it_is_never_written_over(tmp_path):
    path = tmp_path / "x.rm5"
    path.write_text(whole_review(), encoding="utf-8")
    (tmp_path / "r").mkdir()
    (tmp_path / "r/mine.txt").write_text("mine")
    with pytest.raises(SystemExit, match="not empty"):
        import_review.main([str(path), str(tmp_path / "r")])
    assert [p.name for p in (tmp_path / "r").iterdir()] == ["mine.txt"]


def test_nothing_is_left_behind_where_a_value_is_impossible(tmp_path):
    path = tmp_path / "x.rm5"
    bad = whole_review().replace('EVENTS_1="49"', 'EVENTS_1="-4"')
    path.write_text(bad, encoding="utf-8")
    with pytest.raises(SystemExit, match="events = -4"):
        import_review.main([str(path), str(tmp_path / "deep/r")])
    assert not list((tmp_path / "deep").iterdir())


def test_many_analyses_are_counted_in_jobs(tmp_path, capsys):
    path = tmp_path / "many.rm5"
    many = [outcome("DICH", n, f"Deaths {n}", "OR", "MH", ASPIRIN) for n in range(1, 23)]
    path.write_text(review(("A", many)), encoding="utf-8")
    import_review.main([str(path), str(tmp_path / "r")])
    assert "22 analyses need 44 jobs" in capsys.readouterr().out


def filled(folder, tables):
    """The template, filled in."""
    write_template(folder / "t.xlsx")
    return fill_xlsx(folder / "t.xlsx", folder / "filled.xlsx", tables)


NAMES = ("extraction", "studies", "flow", "claims")


def test_filled_sheets_become_the_raw_tables_of_a_new_review_that_passes_its_check(
    tmp_path, capsys
):
    tables = {name: read_cells(name) for name in NAMES}
    import_review.main([str(filled(tmp_path, tables)), str(tmp_path / "r")])
    assert "Now: snakemake" in capsys.readouterr().out
    assert read_cells("extraction", tmp_path / "r/data/raw") == tables["extraction"]
    assert sorted(p.name for p in (tmp_path / "r").iterdir()) == ["config.yaml", "data"]


def test_cells_that_are_there_change_only_on_request_and_are_shown_before(tmp_path, capsys):
    tables = {name: read_cells(name) for name in NAMES}
    import_review.main([str(filled(tmp_path, tables)), str(tmp_path / "r")])
    before = (tmp_path / "r/data/raw/extraction.csv").read_bytes()
    tables["extraction"][0]["value"] = "22"
    again = [str(filled(tmp_path, tables)), str(tmp_path / "r")]
    with pytest.raises(SystemExit) as refused:
        import_review.main(again)
    assert "extraction.csv, prologo2017-n, value: '21' -> '22'" in str(refused.value)
    assert "add REPLACE=1" in str(refused.value)
    assert (tmp_path / "r/data/raw/extraction.csv").read_bytes() == before
    capsys.readouterr()
    import_review.main([*again, "--replace"])
    assert "'21' -> '22'" in capsys.readouterr().out
    assert not [p for p in (tmp_path / "r/data").iterdir() if p.name != "raw"]


def test_an_empty_sheet_of_the_template_empties_no_table(tmp_path, capsys):
    tables = {name: read_cells(name) for name in NAMES}
    import_review.main([str(filled(tmp_path, tables)), str(tmp_path / "r")])
    before = {name: read_cells(name, tmp_path / "r/data/raw") for name in NAMES}
    row = {"checklist": "main", "item": "3", "where": "page 2", "note": ""}
    again = [str(filled(tmp_path, {"checklist": [row]})), str(tmp_path / "r")]
    import_review.main([*again, "--replace"])
    assert "gone" not in capsys.readouterr().out
    assert {name: read_cells(name, tmp_path / "r/data/raw") for name in NAMES} == before
    assert read_cells("checklist", tmp_path / "r/data/raw") == [row]
    with pytest.raises(SystemExit, match="no sheet has a row"):
        import_review.main([str(filled(tmp_path, {})), str(tmp_path / "r")])


def test_the_raw_tables_stay_where_the_new_ones_cannot_take_their_place(tmp_path, monkeypatch):
    tables = {name: read_cells(name) for name in NAMES}
    import_review.main([str(filled(tmp_path, tables)), str(tmp_path / "r")])
    raw, rename = tmp_path / "r/data/raw", Path.rename
    before = sorted(path.read_bytes() for path in raw.iterdir())

    def fails(path, target):
        if path.name == "raw" and path.parent.name.startswith(".raw-"):
            raise PermissionError(13, "made up")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    tables["extraction"][0]["value"] = "22"
    with pytest.raises(SystemExit, match="cannot be written"):
        import_review.main([str(filled(tmp_path, tables)), str(tmp_path / "r"), "--replace"])
    assert sorted(path.read_bytes() for path in raw.iterdir()) == before


def test_what_a_run_would_still_refuse_is_told_after_sheets_are_imported(tmp_path, capsys):
    tables = {name: read_cells(name) for name in NAMES}
    tables["extraction"][0]["arm"] = "another arm"
    import_review.main([str(filled(tmp_path, tables)), str(tmp_path / "r")])
    said = capsys.readouterr().out
    assert "Still to do before it runs:" in said
    assert "'another arm' is not in config.yaml" in said


def test_a_template_offers_the_outcomes_arms_and_units_of_the_review(tmp_path, capsys):
    template.main(["--directory", str(ROOT), "--file", str(tmp_path / "t.xlsx")])
    lists = openpyxl.load_workbook(tmp_path / "t.xlsx")["lists"]
    found = {cell.value for row in lists.iter_rows() for cell in row}
    assert {"pain", "sham", "VAS 0-10"} <= found
    with pytest.raises(SystemExit, match="is there"):
        template.main(["--directory", str(ROOT), "--file", str(tmp_path / "t.xlsx")])
    with pytest.raises(SystemExit, match="there is no such file"):
        template.main(["--directory", str(tmp_path), "--file", str(tmp_path / "u.xlsx")])
    capsys.readouterr()


OFFERED = {  # column -> one of its entries, for the first review
    **{(name, "arm"): "sham" for name in ("extraction_a", "extraction_b", "adjudication")},
    **{(name, "outcome"): "pain" for name in ("extraction_b", "adjudication", "risk_of_bias")},
    **{("extraction_a", "unit"): "VAS 0-10", ("adjudication", "quantity"): "mean"},
    **{("risk_of_bias", "instrument"): "rob2_2019", ("certainty", "analysis"): "primary"},
    ("checklist", "item"): "10a",
}


def test_the_sheets_of_the_other_books_offer_what_the_review_has_too(tmp_path, capsys):
    template.main(["--directory", str(ROOT), "--file", str(tmp_path / "t.xlsx")])
    capsys.readouterr()
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for (name, column), entry in OFFERED.items():
        letter = next(one.column_letter for one in book[name][1] if one.value == column)
        checks = book[name].data_validations.dataValidation
        formula = next((one.formula1 for one in checks if f"{letter}2" in one.sqref), None)
        assert formula, f"{name}.{column} has no drop-down"
        cells = book["lists"][formula.removeprefix("=lists!").replace("$", "")]
        cells = cells if isinstance(cells, tuple) else ((cells,),)
        assert entry in [one.value for (one,) in cells], f"{name}.{column}"


@pytest.mark.end_to_end
def test_an_imported_review_runs_with_one_command(tmp_path, run_snakemake):
    path = tmp_path / "x.rm5"
    path.write_text(whole_review(), encoding="utf-8")
    command = [sys.executable, "-m", "workflow.commands.import_review", str(path)]
    words = [str(tmp_path / "r"), "--outcome", "1.1"]
    subprocess.run([*command, *words], cwd=ROOT, check=True, capture_output=True)
    run = run_snakemake(ROOT, "--directory", str(tmp_path / "r"))
    assert run.returncode == 0, run.stdout
    page = (tmp_path / "r/results/report/index.html").read_text(encoding="utf-8")
    assert "Aspirin against placebo: Deaths" in page
