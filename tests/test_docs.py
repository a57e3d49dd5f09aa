"""The documents say what is true: their commands run, their paths exist, their answer is the last one."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks import scale_page
from tests import deduplication_table
from tests.agreement import load, topics
from workflow.commands import catalogue
from workflow.lib.config import check_config
from workflow.lib.config_collection import check_collection
from workflow.lib.render.lint import typed_numbers

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
CITATION_NUMBERS = ("cff-version", "version", "date-released")  # the keys that are numbers
DOCS = [
    *("README.md", "CONTRIBUTING.md", "data/raw/README.md", "data/raw/COMPLETING.md"),
    *(
        "docs/agreement.md",
        "docs/statistics.md",
        "docs/books.md",
        "docs/deduplication.md",
        "docs/tutorial.md",
    ),
    "docs/scale.md",
    "docs/module.md",
    "docs/living-review.md",
]


def commands(name):
    """Command lines of the bash blocks of a document, without comments."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = "\n".join(BLOCKS.findall(text)).splitlines()
    return [bare for line in lines if (bare := line.partition("  #")[0].strip()) and bare[0] != "#"]


def make_targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w-]+):.*## ", makefile, re.MULTILINE))


@pytest.mark.parametrize("name", DOCS)
def test_every_make_command_in_the_documents_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([\w-]+)", text, re.MULTILINE))
    assert named, f"{name} names no command"
    assert named <= make_targets()


@pytest.mark.parametrize("name", DOCS)
def test_every_link_and_every_named_path_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    folder = (ROOT / name).parent
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (folder / target).exists(), target
    for path in re.findall(r"`((?:workflow|data|tests|report)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_help_lists_every_command():
    run = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make ([\w-]+)", run.stdout, re.MULTILINE)) == make_targets()


@pytest.mark.end_to_end
def test_the_audit_commands_of_the_readme_run_as_written(built_project):
    lines = [line for line in commands("README.md") if line.startswith(("python3 -c", "grep"))]
    assert len(lines) == 2
    for line in lines:
        run = subprocess.run(line, shell=True, cwd=built_project, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert "prologo2017-last-decrease" in run.stdout


def test_another_review_starts_with_the_commands_of_the_tutorial():
    own = [line for line in commands("README.md") if "my-review" in line]
    assert own[0] == commands("docs/tutorial.md")[0]
    assert set(own) <= set(commands("docs/tutorial.md"))


@pytest.mark.end_to_end
def test_the_tutorial_runs_as_written(project):
    installed(project / ".venv")
    said = [run_line(line, project) for line in commands("docs/tutorial.md")]
    begun, _, sealed, report, chain, accepted = said
    assert "fill in next" in begun
    assert "extraction.csv: changed" in sealed  # cell by cell where the folder is under git
    assert "fill in next" in report
    assert "Primary pool: " in report
    assert "EXAMPLE: the words of the paper around the value" in chain
    assert "numbers.lock.csv" in accepted
    review = project / "reviews/my-review"
    page = (review / "results/report/index.html").read_text(encoding="utf-8")
    assert "This report holds example data" in page
    assert "holds example data" in (review / "results/summary.md").read_text(encoding="utf-8")
    assert not (project / "results").exists()


@pytest.mark.end_to_end
def test_the_commands_of_the_living_review_run_as_written(project):
    installed(project / ".venv")
    run_line(commands("docs/tutorial.md")[0], project)  # the review that the page speaks of
    sealed, updated = [run_line(line, project) for line in commands("docs/living-review.md")]
    assert "reviews/my-review/data/raw" in sealed
    assert "history.csv" in updated
    history = (project / "reviews/my-review/history.csv").read_text(encoding="utf-8")
    assert history.splitlines()[-1].endswith("search of March")


def installed(folder):
    """An environment as `make` leaves it, made of the one that runs the tests."""
    folder.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != ".installed":
            (folder / path.name).symlink_to(path)
    (folder / ".installed").touch()


def run_line(line, folder):
    """What a command line of a document prints; it must succeed."""
    run = subprocess.run(
        line,
        **{"shell": True, "cwd": folder, "stdin": subprocess.DEVNULL, "text": True},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "check": False},
    )
    assert run.returncode == 0, f"{line}\n{run.stdout}"
    return run.stdout


@pytest.mark.end_to_end
def test_the_answer_and_the_figure_in_the_readme_are_those_of_the_last_run(built_copy):
    shutil.copyfile(ROOT / "README.md", built_copy / "README.md")
    subprocess.run(
        [sys.executable, "-m", "workflow.commands.readme"],
        cwd=built_copy,
        check=True,
        capture_output=True,
    )
    assert (built_copy / "README.md").read_text(encoding="utf-8") == README
    for name in ("docs/forest_primary.svg",):
        assert (built_copy / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.end_to_end
def test_the_terminal_ends_with_what_was_made_and_the_headline(built_project):
    command = [sys.executable, "-m", "workflow.commands.headline"]
    run = subprocess.run(command, cwd=built_project, capture_output=True, text=True, check=True)
    for words in (
        "results/report/index.html",
        "renderer: ",
        "Primary pool: ",
        "Against sham: ",
        "Published: ",
    ):
        assert words in run.stdout


def test_the_citation_file_can_be_read_and_no_number_is_typed_into_its_words():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "title", "authors", "license"} <= set(citation)
    said = {key: value for key, value in citation.items() if key not in CITATION_NUMBERS}
    text = yaml.safe_dump(said, allow_unicode=True)
    assert typed_numbers(text, source="CITATION.cff", allowed=frozenset()) == []


def test_every_row_that_the_completing_page_names_is_there():
    text = (ROOT / "data/raw/COMPLETING.md").read_text(encoding="utf-8")
    table = (ROOT / "data/raw/extraction.csv").read_text(encoding="utf-8").splitlines()
    ids = [line.partition(",")[0] for line in table]
    for name in re.findall(r"`((?:prologo2017|ilfeld2023|moesker2014)-[\w*-]+)`", text):
        pattern = re.escape(name).replace(r"\*", r"[\w-]*")
        assert any(re.fullmatch(pattern, row) for row in ids), name


def test_the_tables_of_measures_and_procedures_are_those_of_the_library():
    assert catalogue.page() == (ROOT / "docs/statistics.md").read_text(encoding="utf-8")


def test_the_python_of_the_statistics_page_runs_as_written():
    (code,) = re.findall(r"^```python\n(.*?)^```", catalogue.page(), re.MULTILINE | re.DOTALL)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "REML, knha" in run.stdout


def test_the_configuration_of_the_statistics_page_is_admissible():
    blocks = re.findall(r"^```yaml\n(.*?)^```", catalogue.page(), re.MULTILINE | re.DOTALL)
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    primary = yaml.safe_load(blocks[0])["analyses"]["primary"] | yaml.safe_load(blocks[1])
    config["analyses"]["primary"] |= primary
    check_config(config)


def test_the_agreement_page_counts_every_reference_case():
    text = (ROOT / "docs/agreement.md").read_text(encoding="utf-8")
    counted = dict(re.findall(r"^\| (\w+) \| (\d+) \|", text, re.MULTILINE))
    assert counted == {topic: str(len(load(topic)["cases"])) for topic in topics()}


def test_the_scale_page_prints_what_was_measured():
    text = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
    assert scale_page.filled(text) == text
    rows = scale_page.read("collection")
    assert [int(row["meta_analyses"]) for row in rows if not row["limit_s"]] == [
        *(1_000, 10_000, 100_000, 1_000_000)
    ]


def test_the_collection_of_the_scale_page_is_admissible():
    text = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    check_collection(yaml.safe_load(block))


def test_the_deduplication_page_prints_what_the_rules_reach():
    text = (ROOT / "docs/deduplication.md").read_text(encoding="utf-8")
    own = text.partition(deduplication_table.START)[2].partition(deduplication_table.END)[0]
    assert own == deduplication_table.table()
    said = (deduplication_table.PRECISION, deduplication_table.DECIDED, deduplication_table.LINKED)
    assert "below {}, {} and {}.".format(*said) in text
