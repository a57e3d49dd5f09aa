"""The made-up review of 3,000 records, run by Snakemake: four exports to flow, lights, certainty, checklist, report."""

import hashlib
import json
import math
import re
import shutil
import subprocess
import sys
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import t

from tests.conftest import copy_sources, snakemake
from tests.pipeline import ROOT, read_cells
from tests.projects.full import tables
from tests.projects.full.make import PRINTED, RECORDS, REMOVED, write
from tests.projects.full.trials import INTERVALS, LAMP, MEDIANS, SHAM

pytestmark = pytest.mark.end_to_end

FOLDER = "tests/projects/full"


class Run:
    """The project with the made-up review in it, after one run."""

    def __init__(self, base):
        self.base, self.folder = base, base / FOLDER
        shutil.copytree(
            ROOT / FOLDER, self.folder, ignore=shutil.ignore_patterns("data", "results", ".*")
        )
        self.truth = write(self.folder)
        self.first = self.snakemake()
        assert self.first.returncode == 0, self.first.stdout
        self.numbers = json.loads(self.read("numbers.json"))
        self.page = self.read("report/index.html")

    def snakemake(self, *words):
        return snakemake(self.base, "--directory", FOLDER, "--quiet", "progress", *words)

    def read(self, place):
        return (self.folder / "results" / place).read_text(encoding="utf-8")

    def value(self, name):
        return self.numbers[name]["value"]

    def explain(self, name):
        command = [sys.executable, "-m", "workflow.commands.explain", name]
        environment = {"PYTHONPATH": str(self.base), "PATH": "/usr/bin:/bin"}
        run = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return Run(copy_sources(tmp_path_factory.mktemp("full") / "project"))


SECTIONS = (
    *(
        "summary",
        "claims",
        "flow",
        "records",
        "screening",
        "studies",
        "narrated",
        "double-extraction",
    ),
    *(
        "risk-of-bias",
        "results",
        "primary",
        "points",
        "adverse",
        "changes",
        "multiverse",
        "correlation",
    ),
    *("certainty", "limits", "methods", "protocol", "retractions", "prisma", "numbers"),
)


def test_every_book_has_its_section_once_and_nothing_is_not_available(run):
    for name in SECTIONS:
        assert run.page.count(f'id="sec-{name}"') == 1, name
    text = re.sub(r"<script.*?</script>|<[^>]*>", " ", run.page, flags=re.DOTALL)
    assert "not available" not in text
    ids = re.findall(r'\sid="([^"]+)"', run.page)
    assert len(ids) == len(set(ids))
    assert len(run.page.encode("utf-8")) < 3_000_000


def test_every_figure_is_in_the_page_and_on_the_disk_in_three_forms(run):
    drawn = {path.stem for path in (run.folder / "results/figures").glob("*.svg")}
    kinds = (
        "leave_one_out",
        "cumulative",
        "funnel",
        "radial",
        "baujat",
        "gosh",
        "bubble",
        "new_study",
    )
    wanted = {f"{kind}_primary" for kind in (*kinds, "forest")}
    wanted |= {
        "flow",
        "risk_of_bias",
        "risk_of_bias_summary",
        "multiverse",
        "tipping",
        "labbe_adverse",
    }
    assert wanted <= drawn
    for name in drawn:
        for ending in ("png", "csv"):
            assert (run.folder / f"results/figures/{name}.{ending}").stat().st_size, name
    assert len(re.findall(r'id="fig-', run.page)) == len(drawn)


def test_the_flow_adds_up_to_what_is_known(run):
    works = set(run.truth.exports.works.values())
    flow = {
        name.removeprefix("flow."): one["value"]
        for name, one in run.numbers.items()
        if name.startswith("flow.")
    }
    assert flow["records_identified"] == RECORDS == len(run.truth.exports.works)
    removed = RECORDS - len(works) + sum(REMOVED.values())
    assert flow["records_removed"] == removed
    assert flow["records_screened"] == len(works) - sum(REMOVED.values())
    passed = {
        stage: {row["record"] for row in run.truth.ledger if row["stage"] == stage}
        for stage in ("title_abstract", "retrieval", "full_text")
    }
    lost, read = passed["retrieval"], passed["full_text"]
    assert len(passed["title_abstract"]) == flow["records_screened"]
    assert (
        flow["reports_sought"]
        == len(lost | read)
        == flow["records_screened"] - flow["records_excluded"]
    )
    assert flow["reports_not_retrieved"] == len(lost)
    assert flow["reports_assessed"] == len(read)
    reports = sum(2 if trial.second else 1 for trial in run.truth.trials)
    assert flow["reports_excluded"] == len(read) - reports
    assert flow["reports_included"] == reports
    assert flow["studies_included"] == len(run.truth.trials)
    assert flow["studies_pooled"] == sum(trial.pooled for trial in run.truth.trials)
    for source in run.truth.exports.sources:
        assert run.value(f"records.{source['source']}.identified") == int(source["expected"])


def printed_groups(trial):
    """(n, mean, SD) of both arms at the last follow-up, from the digits that the trial prints."""
    for name in (LAMP, SHAM):
        arm = trial.arms[name]
        n, (mean, sd) = arm.n, arm.after[-1]
        if trial.place in MEDIANS:
            q1, q3 = (round(mean + sign * NormalDist().inv_cdf(0.75) * sd, 1) for sign in (-1, 1))
            weight = 0.7 + 0.39 / n  # Luo et al. 2018
            width = 2 * NormalDist().inv_cdf((0.75 * n - 0.125) / (n + 0.25))  # Wan et al. 2014
            mean, sd = weight * (q1 + q3) / 2 + (1 - weight) * mean, (q3 - q1) / width
        elif trial.place in INTERVALS:
            half = t.ppf(0.975, n - 1) * sd / math.sqrt(n)
            low, high = round(mean - half, 1), round(mean + half, 1)
            sd = math.sqrt(n) * (high - low) / (2 * t.ppf(0.975, n - 1))
        yield n, mean, sd


def hedges(trial):
    """(g, variance) of Hedges 1981, less pain with the lamp positive."""
    (n, mean, sd), (n_c, mean_c, sd_c) = printed_groups(trial)
    m = n + n_c - 2
    pooled = math.sqrt(((n - 1) * sd**2 + (n_c - 1) * sd_c**2) / m)
    j = math.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / math.sqrt(m / 2)
    g = j * (mean_c - mean) / pooled
    return g, 1 / n + 1 / n_c + g**2 / (2 * (n + n_c))


def reml(yi, vi):
    """(beta, se, tau2) that maximise the restricted likelihood, by search."""

    def cost(tau2):
        w = 1 / (vi + tau2)
        beta = (w @ yi) / w.sum()
        return np.log(vi + tau2).sum() + np.log(w.sum()) + w @ (yi - beta) ** 2

    tau2 = minimize_scalar(cost, bounds=(0, 5), method="bounded", options={"xatol": 1e-10}).x
    w = 1 / (vi + tau2)
    return (w @ yi) / w.sum(), 1 / math.sqrt(w.sum()), tau2


def test_the_pool_is_that_of_an_independent_computation(run):
    effects = [hedges(trial) for trial in run.truth.trials if trial.pooled]
    yi, vi = map(np.array, zip(*effects, strict=True))
    beta, _, tau2 = reml(yi, vi)
    assert run.value("pooled.primary.k") == len(yi)
    # the search ends within 1e-8 of tau2; beta moves less
    assert run.value("pooled.primary.tau2") == pytest.approx(tau2, abs=1e-6)
    assert run.value("pooled.primary.beta") == pytest.approx(beta, abs=1e-6)
    w = 1 / (vi + tau2)
    hartung = max(1, (w @ (yi - beta) ** 2) / (len(yi) - 1))
    half = t.ppf(0.975, len(yi) - 1) * math.sqrt(hartung / w.sum())
    assert run.value("pooled.primary.ci_lb") == pytest.approx(beta - half, abs=1e-6)


def test_the_verdicts_on_the_published_review_are_mixed(run):
    verdicts = ("reproduced", "consistent", "contradicted", "not_checkable")
    counts = {name: run.value(f"audit.{name}") for name in verdicts}
    assert sum(counts.values()) == run.value("audit.claims") == len(tables.claim_rows(PRINTED))
    assert min(counts.values()) > 0


def test_the_retracted_trial_is_named_beside_the_answer(run):
    trial = run.truth.trials[tables.RETRACTED]
    answer = run.page[: run.page.index('id="sec-summary"')]
    assert "Retracted or doubted" in answer
    assert f"{trial.slab} (retracted)" in re.sub(r"\s+", " ", answer).replace("\xa0", " ")
    inputs = json.loads(run.read("inputs.json"))["inputs"]
    assert "data/raw/retraction_watch.csv" in inputs


def test_a_number_of_each_new_table_tells_what_it_rests_on(run):
    study = run.truth.trials[0].study
    for name, words in {
        "pooled.primary.beta": f"{study}-lamp-12weeks-mean",
        "rob.rob2_2019.k": "risk_of_bias",
        "double_extraction.cells.all": "extraction_a",
        "screening.title_abstract.kappa": "screening",
        "records.identified": "records",
        "certainty.primary.participants": f"{study}-lamp-12weeks-n",
    }.items():
        assert words in run.explain(name), name


def test_deviation_checklist_and_certainty_are_told(run):
    assert "analyses.primary.model.method" in run.read("books/checklist.md")
    rated = {
        row["analysis"]: row["certainty"]
        for row in read_cells("findings", run.folder / "results/tables")
    }
    assert rated["primary"] == rated["adverse"] == "low"
    assert rated["points"] == "not_rated"


def test_a_second_run_has_nothing_to_do_and_a_new_one_makes_the_same_numbers(run):
    assert "Nothing to be done" in snakemake(run.base, "--directory", FOLDER).stdout
    before = hashlib.sha256(run.read("numbers.json").encode()).hexdigest()
    again = run.snakemake("--force", "results/numbers.json")
    assert again.returncode == 0, again.stdout
    assert hashlib.sha256(run.read("numbers.json").encode()).hexdigest() == before


def test_the_made_up_tables_are_the_same_bytes_each_time(run, tmp_path):
    write(tmp_path)
    seal = "data/raw/SHA256SUMS"
    assert (tmp_path / seal).read_bytes() == (run.folder / seal).read_bytes()
