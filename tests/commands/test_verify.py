"""make verify, accept and diff: what they print, write and refuse; made-up numbers, then whole builds."""

import csv
import fcntl
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from workflow.commands import accept, diff, rebuild, verify
from workflow.lib.audit.lock import lock_rows
from workflow.lib.files.lock_files import made_from, read_lock, write_lock
from workflow.lib.files.tables import read_json

ROOT = Path(__file__).parents[2]
BETA = "pooled.made_up.beta"
SOURCES = {
    "data": {"extraction.csv": {"sha256": "0" * 64, "rows": {"a-mean": "1"}}},
    "config": {"analyses.made_up.model.method": "REML"},
    "code": {"workflow/lib/stats": "2"},
    "environment": {"python": "3.11.1"},
}


def number(value):
    text = f"{value:.2f}"
    lineage = {"rows": ["a-mean"], "basis": ["config:analyses.made_up"]}
    return {"value": value, "text": text, "method": "made up", **lineage}


class MadeUp:
    """A review whose clean build gives made-up numbers."""

    def __init__(self, folder):
        self.folder, self.sources = folder, SOURCES
        self.numbers = {BETA: number(1.16), "made_up.other": number(2)}
        (folder / "config.yaml").write_text("schema_version: 1\n")

    def build(self, review, target):
        assert Path(review) == self.folder
        assert target.is_dir()
        return rebuild.Build(self.numbers, self.sources, self.folder / "data/raw")

    def run(self, command, capsys):
        """(exit code, what was printed) of one command."""
        code = 0
        try:
            command.main(["--directory", str(self.folder)])
        except SystemExit as end:
            code = end.code
        text = capsys.readouterr().out
        return (1, f"{text}{code}") if isinstance(code, str) else (code, text)

    def contents(self):
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in self.folder.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def review(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("WHY", raising=False)
    (tmp_path / "review").mkdir()
    found = MadeUp(tmp_path / "review")
    for command in (verify, accept):
        monkeypatch.setattr(command, "build_tree", found.build)
    monkeypatch.setattr(accept, "hold", lambda folder: None)  # this process accepts several times
    return found


def moved(review):
    """The same review after a made-up edit of one row."""
    review.numbers = review.numbers | {BETA: number(1.18)}
    data = {"extraction.csv": {"sha256": "1" * 64, "rows": {"a-mean": "9"}}}
    review.sources = SOURCES | {"data": data}
    return review


def test_an_accepted_review_verifies_and_the_check_writes_nothing(review, capsys):
    assert review.run(accept, capsys)[0] == 0
    before = review.contents()
    assert review.run(verify, capsys) == (0, "Numbers: no number moved; 2 equal.\n")
    assert review.contents() == before


def test_a_moved_number_fails_with_old_new_size_and_cause_and_the_check_writes_nothing(
    review, capsys
):
    review.run(accept, capsys)
    before = review.contents()
    code, text = moved(review).run(verify, capsys)
    assert code == 1
    (row,) = (line for line in text.splitlines() if line.startswith(f"| {BETA}"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [BETA, "1.16", "1.18", "+0.02 (+1.7%)", "data: row a-mean"]
    assert "1 moved; 1 equal" in text
    assert "`make accept`" in text
    assert review.contents() == before


@pytest.mark.parametrize("kind", ["new", "gone"])
def test_a_number_that_only_one_side_has_fails(review, capsys, kind):
    review.run(accept, capsys)
    if kind == "new":
        review.numbers = review.numbers | {"made_up.third": number(3.0)}
    else:
        review.numbers = {BETA: number(1.16)}
    code, text = review.run(verify, capsys)
    assert code == 1
    assert f"1 {kind}; " in text


def test_a_move_with_nothing_changed_is_called_unexplained(review, capsys):
    review.run(accept, capsys)
    review.numbers = {**review.numbers, BETA: number(1.18)}
    code, text = review.run(verify, capsys)
    assert code == 1
    assert "**UNEXPLAINED: 1 of these changed although data, configuration, code and" in text
    assert "| UNEXPLAINED |" in text


def test_accepting_a_move_rewrites_the_lock_and_tells_the_changelog_why(
    review, capsys, monkeypatch
):
    review.run(accept, capsys)
    assert not (review.folder / "CHANGELOG.md").exists()  # at first nothing has moved
    monkeypatch.setenv("WHY", "the row was misread")
    code, text = moved(review).run(accept, capsys)
    assert code == 0
    assert "1.18" in text
    assert read_lock(review.folder)[BETA]["value"] == 1.18
    changelog = (review.folder / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "### Numbers that moved\n\n- 1 moved; 1 equal. the row was misread. Cause:" in changelog
    assert f"  - `{BETA}`: 1.16 -> 1.18, +0.02 (+1.7%)\n" in changelog
    assert review.run(verify, capsys)[0] == 0


def test_accepting_the_same_numbers_renews_what_they_were_made_from_without_an_entry(
    review, capsys
):
    review.run(accept, capsys)
    old = (review.folder / "numbers.lock.csv").read_bytes()
    moved(review).numbers[BETA] = number(1.16)
    review.run(accept, capsys)
    assert (review.folder / "numbers.lock.csv").read_bytes() == old
    assert '"a-mean": "9"' in (review.folder / "numbers.lock.json").read_text()
    assert not (review.folder / "CHANGELOG.md").exists()


@pytest.mark.parametrize("command", [verify, accept])
def test_a_lock_edited_into_nonsense_is_refused_with_its_row_and_stays_as_it_is(
    review, capsys, command
):
    review.run(accept, capsys)
    path = review.folder / "numbers.lock.csv"
    path.write_text(path.read_text().replace("2,2.00", "two,2.00"))
    before = review.contents()
    code, text = moved(review).run(command, capsys)
    assert code == 1
    assert "numbers.lock.csv, row 2, value: 'two' is not a number" in text
    assert review.contents() == before


def test_a_value_typed_into_the_lock_by_hand_is_seen(review, capsys):
    review.run(accept, capsys)
    path = review.folder / "numbers.lock.csv"
    path.write_text(path.read_text().replace("1.16,1.16", "1.17,1.17"))
    code, text = review.run(verify, capsys)
    assert code == 1
    assert "numbers.lock.csv is not the file that was written with numbers.lock.json" in text
    assert "UNEXPLAINED" in text


def test_without_the_record_of_what_it_was_made_from_the_numbers_are_compared_all_the_same(
    review, capsys
):
    review.run(accept, capsys)
    (review.folder / "numbers.lock.json").unlink()
    assert review.run(verify, capsys)[0] == 0
    code, text = moved(review).run(verify, capsys)
    assert code == 1
    assert "numbers.lock.json is missing: no cause can be told" in text
    assert "| not known |" in text


def test_without_a_lock_verify_says_how_to_make_one(review, capsys):
    code, text = review.run(verify, capsys)
    assert code == 1
    assert "there is no lock; `make accept` writes it" in text


@pytest.mark.parametrize("command", [verify, accept])
def test_a_folder_that_is_no_review_is_refused_and_left_as_it_is(command, tmp_path):
    with pytest.raises(SystemExit, match="is no review, for it has no config.yaml"):
        command.main(["--directory", str(tmp_path)])
    assert not list(tmp_path.iterdir())


def test_the_table_joins_the_summary_of_a_github_workflow(review, capsys, monkeypatch, tmp_path):
    review.run(accept, capsys)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    _, text = moved(review).run(verify, capsys)
    assert summary.read_text() == f"before\n## Numbers against numbers.lock.csv\n\n{text}\n"


def test_a_summary_that_github_would_refuse_is_cut_at_a_line(monkeypatch, tmp_path, capsys):
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    verify.tell(["é" * 999] * 1000, "made up")
    assert summary.stat().st_size < 2**20
    assert "see the log of the run" in summary.read_text(encoding="utf-8")
    assert len(capsys.readouterr().out) == 1000 * 1000


def test_a_second_accept_is_refused_while_the_first_one_is_at_work(tmp_path):
    (tmp_path / "config.yaml").write_text("schema_version: 1\n")
    (tmp_path / ".snakemake").mkdir()
    with (tmp_path / ".snakemake/one_run.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="another run is at work in this folder") as end:
            accept.main(["--directory", str(tmp_path)])
    assert "Nothing was accepted." in str(end.value)
    assert not (tmp_path / "numbers.lock.csv").exists()


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("no_such_revision", "git knows no such revision"),
        ("--output=made_up", "git knows no such revision"),
        ("", "which revision"),
    ],
)
def test_a_revision_that_git_does_not_know_is_refused(base, said, tmp_path):
    with pytest.raises(SystemExit, match=said):
        diff.main(["--directory", str(tmp_path), "--", base])


def run(folder, command, *words):
    """A finished command of a copied project."""
    kept = {k: v for k, v in os.environ.items() if k not in ("GITHUB_STEP_SUMMARY", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-m", f"workflow.commands.{command}", *words],
        cwd=folder,
        env=kept | {"WHY": "made up for a test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=200,
        check=False,
    )


def change_cell(folder, row, old, new):
    """Another value in one row of the extraction, sealed."""
    path = folder / "data/raw/extraction.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.startswith(f"{row},"))
    cells = next(csv.reader([lines[place]]))
    assert cells[7] == old
    cells[7] = new
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    path.write_text("".join([*lines[:place], text.getvalue(), *lines[place + 1 :]]), "utf-8")
    seal = [sys.executable, "-m", "workflow.commands.seal", str(folder / "data/raw")]
    subprocess.run(seal, cwd=ROOT, check=True, capture_output=True)


def tree(folder):
    return {
        path.relative_to(folder): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


@pytest.mark.end_to_end
def test_a_changed_cell_fails_with_its_row_as_the_cause_until_it_is_accepted(
    project, built_project
):
    numbers, manifest = (read_json(built_project / path) for path in rebuild.MADE)
    write_lock(project, lock_rows({}, numbers), made_from(project, project, manifest))
    assert read_lock(project).keys() > {"pooled.primary.beta"}
    change_cell(project, "prologo2017-last-decrease", "4.2", "4.3")
    change_cell(project, "prologo2017-last-decrease-lb", "2.8", "2.9")
    change_cell(project, "prologo2017-last-decrease-ub", "5.6", "5.7")
    before = tree(project)
    first = run(project, "verify")
    assert tree(project) == before
    assert first.returncode == 1, first.stdout
    rows = [line for line in first.stdout.splitlines() if line.startswith("| pooled.change.beta")]
    assert rows and rows[0].rstrip(" |").endswith("data: row prologo2017-last-decrease")
    assert "UNEXPLAINED" not in first.stdout
    second = run(project, "accept")
    assert second.returncode == 0, second.stdout
    assert not (project / "results").exists()  # it was built elsewhere
    changelog = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "made up for a test. Cause: data: row prologo2017-last-decrease" in changelog
    third = run(project, "verify")
    assert third.returncode == 0, third.stdout


@pytest.mark.end_to_end
def test_two_revisions_are_compared_and_a_changed_choice_is_the_cause(project):
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@e"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "made up"]):
        subprocess.run([*git, *words], cwd=project, check=True, capture_output=True)
    config = project / "config.yaml"
    text = config.read_text(encoding="utf-8")
    assert text.count("{method: REML, test: adhoc, level: 95}") > 1
    config.write_text(text.replace("test: adhoc, level: 95", "test: adhoc, level: 90", 1), "utf-8")
    before = tree(project)
    found = run(project, "diff", "HEAD")
    assert found.returncode == 0, found.stdout
    assert tree(project) == before
    assert "From HEAD to the files as they are" in found.stdout
    moved = [line for line in found.stdout.splitlines() if line.startswith("| pooled.")]
    assert any(line.startswith("| pooled.primary.ci_lb") for line in moved)
    assert "config: analyses.primary.model.level: 95 -> 90" in found.stdout
    assert all("config: analyses.primary.model.level" in line for line in moved)


def test_the_workflow_of_github_can_be_read_and_rebuilds_what_the_lock_and_the_base_say():
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["venv"]["steps"]
    by_run = {step["run"]: step for step in steps if "run" in step}
    assert by_run["make verify"]["if"] == "${{ !cancelled() }}"  # told even if a test fails
    assert "pull_request" in by_run["make diff"]["if"]
    assert set(by_run["make diff"]["env"]) == {"BASE"}
    assert steps[0]["with"] == {"fetch-depth": 0}  # without it the base is not there
