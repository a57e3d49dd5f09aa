"""A collection through Snakemake: skipped by name, refused whole, made again only where something changed."""

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = """\
title: Made-up collection
table: long.csv
measure: MD
level: 95
models: {fe: {method: FE, test: z}, reml_hk: {method: REML, test: knha}}
primary: reml_hk
asymmetry_least: 10
broken: skip
chunk_rows: 1000
"""
COLUMNS = ("review", "comparison", "outcome", "subgroup", "study")
NUMBERS = ("mean_e", "sd_e", "n_e", "mean_c", "sd_c", "n_c")
pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A made-up collection of 300 meta-analyses of 5 studies each, one of them with a broken row."""
    folder = tmp_path_factory.mktemp("collection")
    with (folder / "long.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*COLUMNS, *NUMBERS])
        for n in range(1500):
            group, study = divmod(n, 5)
            texts = [f"R{group // 10}", "a, b", f"O{group % 10}", "", f"s{study}"]
            numbers = [5 + n % 7 / 10, 1 + n % 3 / 10, 20 + n % 11, 5.5 - n % 5 / 10, 1.7, 22]
            writer.writerow([*texts, *numbers])
    text = (folder / "long.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    text[750] = text[750].replace(",1.7,", ",1;7,")
    (folder / "long.csv").write_text("".join(text), encoding="utf-8")
    (folder / "collection.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def collect(run_snakemake, folder):
    def run(*words):
        return run_snakemake(ROOT, "-s", "workflow/collection.smk", "--directory", folder, *words)

    return run


def rows(folder, name):
    with (folder / f"results/collection/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_collection_is_made_read_made_again_and_refused(folder, collect):
    run = collect()
    assert run.returncode == 0, run.stdout
    assert len(list((folder / "results/collection/pools").iterdir())) == 2
    (skipped,) = rows(folder, "skipped")
    (broken,) = rows(folder, "broken_rows")
    assert (broken["row"], broken["column"], broken["value"]) == ("751", "sd_c", "1;7")
    assert (skipped["review"], skipped["outcome"], skipped["rows"]) == ("R14", "O9", "747-751")
    metas = rows(folder, "meta_analyses")
    assert len(metas) == 299

    page = f"results/collection/pages/{metas[0]['id']}.html"
    assert collect(page).returncode == 0
    assert f"rows {metas[0]['rows']} of long.csv" in (folder / page).read_text(encoding="utf-8")
    assert "Nothing to be done" in collect().stdout

    before = (folder / "results/collection/summary.csv").read_bytes()
    config = CONFIG.replace("broken: skip", "broken: refuse")
    (folder / "collection.yaml").write_text(config, encoding="utf-8")
    run = collect()
    assert run.returncode != 0
    assert "long.csv, row 751, sd_c: '1;7' is not a number" in run.stdout
    assert "Traceback" not in run.stdout
    assert (folder / "results/collection/summary.csv").read_bytes() == before


def test_a_wrong_configuration_is_refused_with_all_its_problems(folder, collect):
    config = CONFIG.replace("broken: skip", "broken: maybe").replace("level: 95", "level: 950")
    (folder / "collection.yaml").write_text(config + "extra: 1\n", encoding="utf-8")
    run = collect()
    assert run.returncode != 0
    for words in ("broken: 'maybe' is not one of: refuse, skip", "level: 950", "key 'extra'"):
        assert words in run.stdout
