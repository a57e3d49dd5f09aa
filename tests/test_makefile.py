"""The Makefile hands on what a user gives as it was given: quotes, spaces and signs of the shell stay text."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STUB = '#!/bin/sh\nprintf "%s\\n" "$@"\n'
NASTY = [
    'a"; touch made; "',
    "`touch made`",
    "a; touch made",
    "two words",
    "a'b",
    "-x",
    "../up",
    "*",
]


@pytest.fixture
def project(tmp_path):
    """A folder with the Makefile, whose python and snakemake print the words that they get."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("python", "snakemake"):
        (programs / name).write_text(STUB)
        (programs / name).chmod(0o755)
    (tmp_path / ".venv/.installed").touch()
    return tmp_path


def words(folder, *given):
    """The words that the command of `make given...` gets."""
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    run = subprocess.run(
        ["make", *given], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("value", NASTY)
def test_a_value_stays_one_word_and_no_shell_runs_what_is_in_it(project, value):
    before = sorted(project.iterdir())
    assert words(project, "new", f"NAME={value}", f"MEASURE={value}")[2:] == [
        f"--measure={value}",
        "--",
        value,
    ]
    assert words(project, "explain", f"ID={value}", f"REVIEW={value}")[2:] == [value, value]
    assert words(project, "template", f"FILE={value}")[-1] == value
    assert words(project, "verify-lineage", f"TABLE={value}")[-2:] == ["--table", value]
    assert words(project, "diff", f"BASE={value}", f"HEAD={value}")[-3:] == ["--", value, value]
    assert words(project, "collection", f"FOLDER={value}", f"ID={value}")[-1] == (
        f"results/collection/pages/{value}.html"
    )
    assert sorted(project.iterdir()) == before


def test_what_is_not_given_is_no_word(project):
    assert words(project, "new", "NAME=mine") == [
        "-m",
        "workflow.commands.new_review",
        "--",
        "mine",
    ]
    assert words(project, "diff", "BASE=main")[-2:] == ["--", "main"]
    assert words(project, "explain", "ID=pooled.primary.beta")[2:] == ["pooled.primary.beta", "./"]
    assert words(project, "template")[-1] == "extraction_template.xlsx"


def test_lists_of_names_are_words_of_their_own(project):
    assert words(project, "gallery", "ONLY=one two")[2:] == ["one", "two"]
    given = words(
        project, "import-screening", "TOOL=rayyan", "FILES=a.csv b.csv", "STAGE=full_text"
    )
    assert given[2:] == ["rayyan", "a.csv", "b.csv", "--directory", "./", "--stage", "full_text"]


def test_make_itself_runs_nothing_that_it_is_given(project):
    given = "$(shell touch x) $(info a) $HOME"
    assert words(project, "new", f"NAME={given}")[-1] == given
    assert not (project / "x").exists()


@pytest.mark.parametrize(
    ("own", "cache"),
    [
        ({"HOME": "/dev/null"}, "{project}/.venv/cache"),
        ({"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null/x"}, "{project}/.venv/cache"),
        ({"HOME": "/dev/null", "XDG_CACHE_HOME": "{project}/a $b"}, "{project}/a $b"),
        ({"HOME": "{project}/home"}, "{project}/home/.cache"),
    ],
)
def test_programs_keep_their_files_where_they_can_be_written(project, own, cache):
    program = project / ".venv/bin/snakemake"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$XDG_CACHE_HOME"\n')
    environment = {name: text.format(project=project) for name, text in own.items()}
    run = subprocess.run(
        ["make", "bundle"],
        **{"cwd": project, "env": {"PATH": os.environ["PATH"]} | environment},
        **{"capture_output": True, "text": True, "check": True},
    )
    assert run.stdout == cache.format(project=project) + "\n"
