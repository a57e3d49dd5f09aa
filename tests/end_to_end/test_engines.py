"""The rule compare_engines: on demand, with R where it is there, and with a clear line where it is not."""

import csv
import os
import shutil
import sys
from pathlib import Path

import pytest

from workflow.lib.files.with_metafor import Task, with_metafor

pytestmark = pytest.mark.end_to_end

TARGET = "results/audit/engines.csv"
CLOSE = 1e-7  # of a value: metafor's own stopping rules


def rows_of(folder):
    with (folder / TARGET).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_metafor_agrees_with_every_pool_of_the_first_review(built_copy, run_snakemake):
    (reason,) = with_metafor([Task((0.1, 0.2), (0.1, 0.1), "REML", "z", 95.0)]).reasons
    if reason:
        pytest.skip(f"R metafor is not here: {reason}")
    run = run_snakemake(built_copy, TARGET)
    assert run.returncode == 0, run.stdout
    rows = rows_of(built_copy)
    compared = [row for row in rows if row["metafor_difference"]]
    assert {row["quantity"] for row in compared} >= {
        "beta",
        "se",
        "ci_lb",
        "tau2",
        "tau2_ub",
        "pi_ub",
    }
    for row in compared:
        size = max(1.0, abs(float(row["ours"])))
        assert abs(float(row["metafor_difference"])) < CLOSE * size, row
    both = [row for row in rows if row["statsmodels_difference"] and row["quantity"] == "beta"]
    assert {row["method"] for row in both} == {"DL", "PM"}
    assert "primary: REML, adhoc, k = 2 (configured)" in run.stdout
    assert "statsmodels has no estimator REML of tau2" in run.stdout
    assert "skipped" not in run.stdout


def test_without_r_the_rule_says_so_and_compares_with_statsmodels(
    built_copy, run_snakemake, monkeypatch, tmp_path
):
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("bash", "sh", "env", "uname", "cat", "ps", "which"):
        if shutil.which(name):
            (bare / name).symlink_to(shutil.which(name))
    assert not any((Path(sys.executable).parent / name).exists() for name in ("R", "Rscript"))
    monkeypatch.setenv("PATH", os.fspath(bare))
    run = run_snakemake(built_copy, TARGET)
    assert run.returncode == 0, run.stdout
    assert (
        "metafor is skipped: Rscript is not on the PATH: apt-get install r-cran-metafor"
        in run.stdout
    )
    rows = rows_of(built_copy)
    assert not any(row["metafor"] for row in rows)
    assert any(row["statsmodels_difference"] for row in rows)
    assert {row["metafor_version"] for row in rows} == {""}


def test_a_full_run_does_not_ask_for_the_second_engine(built_project):
    assert not (built_project / TARGET).exists()
    assert (built_project / "results/audit/method_search.json").exists()
