"""One list of packages: requirements.in, requirements.lock and environment.yml say the same."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text):
    return {normal(name): version for name, version in PIN.findall(text)}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_conda_installs_exactly_the_direct_requirements():
    entries = yaml.safe_load(read("environment.yml"))["dependencies"]
    listed = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    assert pins("\n".join(listed)) == pins(read("requirements.in"))


def test_conda_brings_quarto_and_a_python_that_is_new_enough():
    entries = [
        e for e in yaml.safe_load(read("environment.yml"))["dependencies"] if isinstance(e, str)
    ]
    assert any(entry.startswith("quarto") for entry in entries)
    python = next(entry for entry in entries if entry.startswith("python="))
    assert tuple(map(int, python.partition("=")[2].split("."))) >= (3, 11)


def test_the_lock_holds_every_direct_requirement_at_its_version():
    wanted, locked = pins(read("requirements.in")), pins(read("requirements.lock"))
    assert wanted
    assert {name: locked.get(name) for name in wanted} == wanted


def test_every_line_of_the_lock_has_a_hash_and_none_names_an_address():
    lock = read("requirements.lock")
    for block in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "http" not in lock
