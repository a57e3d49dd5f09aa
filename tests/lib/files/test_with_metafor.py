"""workflow/lib/files/with_metafor.py: R's answers, or a clear reason for each fit that has none."""

import os
import sys
from itertools import product

import pytest

from workflow.lib.files.with_metafor import R_CODE, Task, with_metafor
from workflow.lib.stats.pooling import random_effects

YI, VI = (0.3, 0.9, 0.1, 0.55), (0.02, 0.1, 0.05, 0.03)
TASK = Task(YI, VI, "REML", "knha", 95.0)


def stand_in(folder, code):
    """A program that is called as Rscript is, with its script and its folder as last arguments."""
    path = folder / "Rscript"
    path.write_text(
        f"#!{sys.executable}\nimport pathlib, sys, time\nfolder = sys.argv[-1]\n{code}\n"
    )
    path.chmod(0o755)
    return str(path)


def test_without_r_every_task_has_the_reason_and_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    found = with_metafor([TASK, TASK])
    assert found.values == ({}, {})
    assert len(found.reasons) == 2
    assert "Rscript is not on the PATH: apt-get install r-cran-metafor" in found.reasons[0]
    assert found.versions == {}


def test_without_the_package_the_reason_names_it(tmp_path):
    found = with_metafor([TASK], command=stand_in(tmp_path, "sys.exit(3)"))
    assert "R has no package metafor" in found.reasons[0]


def test_what_r_says_when_it_fails_is_the_reason(tmp_path):
    found = with_metafor([TASK], command=stand_in(tmp_path, "sys.exit('Error in made up\\n call')"))
    assert found.reasons == ("R failed: Error in made up call",)


def test_r_that_does_not_finish_is_stopped(tmp_path):
    found = with_metafor([TASK], command=stand_in(tmp_path, "time.sleep(60)"), timeout=0.5)
    assert found.reasons == ("R did not finish within 0.5 s",)


def test_r_sees_numbers_and_codes_only(tmp_path):
    seen = tmp_path / "seen"
    code = f"""
place = pathlib.Path(folder)
text = "".join(p.name + ":" + p.read_text() + "|" for p in sorted(place.iterdir()))
pathlib.Path({str(seen)!r}).write_text(text)
for name in ("fits", "reasons", "versions"):
    (place / (name + ".csv")).write_text("a,b,c\\n" if name == "fits" else "a,b\\n")
"""
    with_metafor(
        [Task((0.1, 1 / 3), (0.2, 1e-9), "DL", "z", 90.0)], command=stand_in(tmp_path, code)
    )
    assert seen.read_text() == (
        "1.csv:yi,vi\n0.1,0.2\n0.3333333333333333,1e-09\n|"
        "tasks.csv:place,method,test,level\n1,DL,z,90.0\n|"
    )


def test_no_task_evaluates_text_in_r():
    code = R_CODE.read_text(encoding="utf-8")
    assert "eval(" not in code
    assert "parse(" not in code
    assert "system" not in code


@pytest.fixture(scope="module")
def metafor():
    """with_metafor, where R has metafor."""
    found = with_metafor([TASK])
    if found.reasons[0]:
        pytest.skip(f"R metafor is not here: {found.reasons[0]}")
    return with_metafor


def test_metafor_and_this_library_agree(metafor):
    methods = ("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "PM", "EB")
    ways = list(product(methods, ("z", "t", "knha", "adhoc")))
    found = metafor([Task(YI, VI, *way, 90.0) for way in ways])
    assert not any(found.reasons)
    for (method, test), values in zip(ways, found.values, strict=True):
        ours = random_effects(YI, VI, method=method, test=test, level=90.0)
        for name, value in values.items():
            # 1e-7: metafor stops its search for tau2, and for its limits, at what was asked: 1e-12
            # of tau2, but near a flat likelihood less of it is left
            assert value == pytest.approx(getattr(ours, name), rel=1e-7, abs=1e-9), (
                method,
                test,
                name,
            )
        assert {"beta", "se", "ci_lb", "ci_ub", "pval", "QE"} <= set(values)
    assert set(found.versions) == {"metafor", "R"}


def test_a_wide_interval_of_tau2_is_followed_to_its_end(metafor):
    (values,) = metafor([Task((0.0, 4.0), (0.05, 0.2), "REML", "z", 95.0)]).values
    ours = random_effects((0.0, 4.0), (0.05, 0.2), method="REML", test="z", level=95.0)
    assert ours.tau2_ub > 100
    assert values["tau2_ub"] == pytest.approx(ours.tau2_ub, rel=1e-7)


def test_one_task_that_fails_leaves_the_others(metafor):
    found = metafor([Task((), (), "REML", "z", 95.0), TASK, Task(YI, VI, "NONE", "z", 95.0)])
    assert [bool(reason) for reason in found.reasons] == [True, False, True]
    assert found.reasons[0].startswith("metafor: ")
    assert found.values[1]["k"] == 4


def test_a_single_study_is_answered(metafor):
    (values,) = metafor([Task((0.3,), (0.02,), "REML", "adhoc", 95.0)]).values
    assert values["beta"] == 0.3
    assert "tau2" not in values
