"""The profile for Slurm and the test on a real one, as far as they can be looked at without a cluster."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.test_house_rules import ALL_RULES

ROOT = Path(__file__).parents[1]
PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text(encoding="utf-8"))
HERE = yaml.safe_load((ROOT / "profiles/default/config.yaml").read_text(encoding="utf-8"))
SCRIPT = ROOT / "tests/cluster/run.sh"


def test_every_rule_that_the_profile_names_exists():
    rules = {name for _, name, _ in ALL_RULES}
    assert set(PROFILE["groups"]) <= rules
    assert set(PROFILE["set-resources"]) <= rules


def test_every_group_says_how_many_jobs_share_a_submission():
    assert set(PROFILE["groups"].values()) == set(PROFILE["group-components"])


def test_the_profile_keeps_what_the_default_one_needs():
    assert {key: PROFILE[key] for key in ("rerun-incomplete", "nolock")} == {
        key: HERE[key] for key in ("rerun-incomplete", "nolock")
    }


@pytest.mark.end_to_end
def test_snakemake_accepts_the_profile_and_groups_the_review_without_a_circle(
    built_project, run_snakemake
):
    words = ("--workflow-profile", "profiles/slurm", "--dry-run", "--forceall")
    run = run_snakemake(built_project, *words)
    assert run.returncode == 0, run.stdout
    assert "group jobs" in run.stdout or "rule fit_model" in run.stdout


def test_the_test_on_a_real_slurm_is_a_script_that_bash_can_read():
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)
    assert SCRIPT.stat().st_mode & 0o111
    text = SCRIPT.read_text(encoding="utf-8")
    assert re.search(r"trap stop EXIT", text)
    assert "pkill" not in text
    assert "killall" not in text
