"""workflow/envs: the conda environment of a single rule has the packages of requirements.in at their versions."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = sorted((ROOT / "workflow/envs").glob("*.yaml"))
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_an_environment_of_a_rule_has_packages_at_the_versions_that_were_tested(path):
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    listed = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    wanted = PIN.findall((ROOT / "requirements.in").read_text(encoding="utf-8"))
    assert len(listed) == len(PIN.findall("\n".join(listed)))
    assert set(PIN.findall("\n".join(listed))) <= set(wanted)
    assert {"numpy", "scipy", "statsmodels", "jsonschema", "pyyaml"} <= {
        name for name, _ in PIN.findall("\n".join(listed))
    }


def test_the_second_engine_has_r_and_metafor():
    entries = yaml.safe_load((ROOT / "workflow/envs/metafor.yaml").read_text(encoding="utf-8"))
    names = {re.split(r"[=<>]", one)[0] for one in entries["dependencies"] if isinstance(one, str)}
    assert {"python", "r-base", "r-metafor"} <= names
