"""The rules of the workflow in their order, in this process: raw tables in, a folder of results out."""

import csv
import io
import shutil
from pathlib import Path
from types import SimpleNamespace

import yaml

from workflow.lib.config import analyses_with, check_config
from workflow.lib.files.fingerprint import SUMS, seal_text
from workflow.lib.files.tables import read_json
from workflow.scripts import (
    audit_claims,
    check_inputs,
    collect_numbers,
    count_flow,
    draw_flow,
    draw_forest,
    estimate_effects,
    examine_model,
    fit_model,
    narrate_studies,
    prepare_data,
    write_sentences,
)

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data/raw"
TABLES = ("extraction", "studies", "flow", "claims")
LIBRARY = "0123456789abcdef"  # stands for the fingerprint; no number depends on it


class Named(dict):
    """Named files or parameters, by key or by attribute, as Snakemake gives them."""

    def __getattr__(self, name):
        return self[name]


def read_config():
    """The project's own config.yaml."""
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def read_cells(name, folder=RAW):
    """Rows of a raw table as dicts of text."""
    with (Path(folder) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_cells(name, rows, folder, columns=None):
    """Write dicts of text as a raw table; `columns` where there is no row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (Path(folder) / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


def write_raw(folder, **tables):
    """A sealed raw folder: the project's own tables, those in `tables` replaced by other rows."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        own = read_cells(name)
        write_cells(name, tables.get(name, own), folder, columns=list(own[0]))
    (folder / SUMS).write_text(seal_text(folder), encoding="utf-8")
    return folder


class Pipeline:
    """One pass over the rules, from `raw` to `folder`."""

    def __init__(self, raw, folder, config):
        self.raw, self.folder, self.config = Path(raw), Path(folder), config
        self.analyses = sorted(config["analyses"])
        check_config(config)

    def path(self, place):
        return str(self.folder / place)

    def each(self, pattern, analyses=None):
        names = self.analyses if analyses is None else analyses
        return [self.path(pattern.format(name)) for name in names]

    def table(self, name):
        return str(self.raw / f"{name}.csv")

    def run(self, rule, given, made, params=(), wildcards=()):
        """Call one script as its rule would."""
        rule.main(
            SimpleNamespace(
                input=Named(given),
                output=Named(made),
                params=Named({**dict(params), "library": LIBRARY}),
                wildcards=Named(wildcards),
            )
        )

    def numbers(self):
        """id -> record, after all rules up to collect_numbers."""
        self.prepare()
        self.pool()
        self.audit()
        return read_json(self.path("numbers.json"))

    def prepare(self):
        tables = {name: self.table(name) for name in TABLES}
        checked = self.path("prepared/checked.json")
        self.run(check_inputs, tables, {"checked": checked}, {"config": self.config})
        self.run(count_flow, {"flow": self.table("flow")}, {"flow": self.path("tables/flow.csv")})
        parts = ("outcomes", "conversions", "assumptions")
        made = {name: self.path(f"prepared/{name}.csv") for name in ("values", "cleaning_log")}
        params = {name: self.config[name] for name in parts}
        self.run(prepare_data, {"extraction": self.table("extraction")}, made, params)

    def pool(self):
        given = {"values": self.path("prepared/values.csv"), "studies": self.table("studies")}
        params = {name: self.config[name] for name in ("analyses", "outcomes", "conversions")}
        self.run(estimate_effects, given, {"effects": self.each("effects/{}.csv")}, params)
        for name in self.analyses:
            params = {
                "analysis": self.config["analyses"][name],
                "thresholds": self.config["thresholds"],
            }
            made = {
                "model": self.path(f"models/{name}.json"),
                "leave_one_out": self.path(f"robustness/leave_one_out_{name}.csv"),
            }
            given = {"effects": self.path(f"effects/{name}.csv")}
            self.run(fit_model, given, made, params, {"analysis": name})
        self.examine()

    def examine(self):
        """What config.yaml wants to know of each pool besides."""
        for name in analyses_with(self.config, examine=True):
            given = {
                "effects": self.path(f"effects/{name}.csv"),
                "model": self.path(f"models/{name}.json"),
                "studies": self.table("studies"),
            }
            made = {
                "record": self.path(f"robustness/examined_{name}.json"),
                "by_study": self.path(f"robustness/examined_{name}.csv"),
            }
            params = {"analysis": self.config["analyses"][name]}
            self.run(examine_model, given, made, params, {"analysis": name})

    def results(self):
        """What most later rules read."""
        return {
            "studies": self.table("studies"),
            "flow": self.path("tables/flow.csv"),
            "narrated": self.path("tables/narrated.csv"),
            "claims": self.path("audit/claims.csv"),
            "effects": self.each("effects/{}.csv"),
            "models": self.each("models/{}.json"),
            "leave_one_out": self.each("robustness/leave_one_out_{}.csv"),
            "examined": self.each(
                "robustness/examined_{}.json", analyses_with(self.config, examine=True)
            ),
            "extraction": self.table("extraction"),
            "values": self.path("prepared/values.csv"),
        }

    def audit(self):
        before_after = analyses_with(self.config, contrast=False)
        given = self.results() | {"effects": self.each("effects/{}.csv", before_after)}
        self.run(narrate_studies, given, {"narrated": self.path("tables/narrated.csv")})
        given = self.results() | {"claims": self.table("claims")}
        self.run(audit_claims, given, {"claims": self.path("audit/claims.csv")})
        given = self.results() | {
            "raw_flow": self.table("flow"),
            "raw_claims": self.table("claims"),
        }
        made = {name: self.path(f"{name}.json") for name in ("numbers", "manifest")}
        self.run(collect_numbers, given, made, {"config": self.config})

    def draw(self):
        """Figures of all analyses that have one, and of the flow."""
        for name in analyses_with(self.config, forest=True):
            given = self.results() | {
                "effects": self.path(f"effects/{name}.csv"),
                "model": self.path(f"models/{name}.json"),
                "claims": self.table("claims"),
                "numbers": self.path("numbers.json"),
            }
            made = self._figure(f"forest_{name}")
            self.run(draw_forest, given, made, {"outcomes": self.config["outcomes"]})
        self.run(draw_flow, self.results(), self._figure("flow"))

    def _figure(self, name):
        return {
            "svg": self.path(f"figures/{name}.svg"),
            "png": self.path(f"figures/{name}.png"),
            "rows": self.path(f"figures/{name}.csv"),
        }

    def write(self):
        """File name -> text of all sentences, the plain summary among them as summary."""
        given = self.results() | {
            "numbers": self.path("numbers.json"),
            "manifest": self.path("manifest.json"),
            "cleaning_log": self.path("prepared/cleaning_log.csv"),
            "checked": self.path("prepared/checked.json"),
            "prose": [str(path) for path in sorted((ROOT / "report").rglob("*.qmd"))],
        }
        made = {"sentences": self.path("sentences"), "summary": self.path("summary.md")}
        self.run(write_sentences, given, made, {"config": self.config})
        texts = {path.stem: path.read_text() for path in (self.folder / "sentences").glob("*.md")}
        return texts | {"plain": (self.folder / "summary.md").read_text(encoding="utf-8")}


def pipeline(folder, *, config=None, **tables):
    """A Pipeline below `folder` on the project's own raw tables, those in `tables` replaced."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    raw = write_raw(folder / "raw", **tables)
    return Pipeline(raw, folder / "results", config or read_config())


KEYS = {"extraction": "id", "studies": "study", "flow": "box", "claims": "id"}


def merged(folder):
    """Table name -> the project's own rows, those of `folder` put in their place or added."""
    tables = {}
    for name in (name for name in TABLES if (Path(folder) / f"{name}.csv").is_file()):
        key, new = KEYS[name], {row[KEYS[name]]: row for row in read_cells(name, folder)}
        own = [new.pop(row[key], row) for row in read_cells(name)]
        tables[name] = [*own, *new.values()]
    return tables


def completed(folder, **options):
    """A Pipeline on the project's tables, completed with made-up values."""
    return pipeline(folder, **merged(ROOT / "tests/projects/completed_made_up"), **options)


def changed(before, after):
    """Ids of the numbers whose value or text differs, those that only one of the two has included."""
    return {
        name
        for name in before.keys() | after.keys()
        if name not in before
        or name not in after
        or (before[name]["value"], before[name]["text"])
        != (after[name]["value"], after[name]["text"])
    }
