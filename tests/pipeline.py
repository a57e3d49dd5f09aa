"""The rules of the workflow in their order, in this process: raw tables in, a folder of results out."""

import csv
import shutil
from pathlib import Path

import yaml

from workflow.commands import in_process
from workflow.commands.in_process import write_cells, write_seal
from workflow.commands.in_process_books import judged
from workflow.lib.config import analyses_with
from workflow.lib.files.check import TABLES
from workflow.scripts import check_forensics, draw_bias, draw_flow, draw_forest, write_sentences

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data/raw"


def read_config():
    """The project's own config.yaml."""
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def read_cells(name, folder=RAW):
    """Rows of a raw table as dicts of text."""
    with (Path(folder) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_raw(folder, **tables):
    """A sealed raw folder: the project's own tables, those in `tables` replaced by other rows."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        own = read_cells(name)
        rows = tables.get(name, own)
        columns = dict.fromkeys([*own[0], *(column for row in rows for column in row)])
        write_cells(name, rows, folder, columns=list(columns))
    write_seal(folder)
    return folder


class Pipeline(in_process.Pipeline):
    """One pass over all rules: those that make the numbers, the figures and the sentences."""

    def draw(self):
        """Figures of all analyses that have one, and of the flow."""
        for name in analyses_with(self.config, forest=True):
            given = self.results() | {
                "effects": self.path(f"effects/{name}.csv"),
                "model": self.path(f"models/{name}.json"),
                "claims": self.table("claims"),
                "numbers": self.path("numbers.json"),
            }
            given |= judged(self)
            made = self._figure(f"forest_{name}")
            own = {"analysis": self.config["analyses"][name]}
            self.run(draw_forest, given, made, own | {"outcomes": self.config["outcomes"]})
        self.run(draw_flow, self.results(), self._figure("flow"))
        if judged(self):
            self.draw_bias()

    def draw_bias(self):
        """Lights and summary of risk of bias."""
        model = [self.path(f"models/{self.config['headline']['primary']}.json")]
        given = {"raw": self.table("risk_of_bias"), "model": model} | judged(self)
        summary = self._figure("risk_of_bias_summary")
        made = self._figure("risk_of_bias") | {f"summary_{k}": v for k, v in summary.items()}
        self.run(draw_bias, given, made)

    def _figure(self, name):
        return {
            "svg": self.path(f"figures/{name}.svg"),
            "png": self.path(f"figures/{name}.png"),
            "rows": self.path(f"figures/{name}.csv"),
        }

    def forensics(self):
        """What does not fit among the printed values."""
        made, config = self.path("audit/forensics.csv"), self.config
        params = {name: config[name] for name in ("outcomes", "arms")}
        params["forensics"] = config.get("forensics", {})
        given = {name: self.table(name) for name in ("extraction", "studies")}
        self.run(check_forensics, given, {"forensics": made}, params)
        return made

    def write(self):
        """File name -> text of all sentences, the plain summary among them as summary."""
        given = self.results() | {
            "raw_flow": self.table("flow"),
            "numbers": self.path("numbers.json"),
            "inputs": self.path("inputs.json"),
            "cleaning_log": self.path("prepared/cleaning_log.csv"),
            "checked": self.path("prepared/checked.json"),
            "findings": self.path("tables/findings.csv"),
            "forensics": self.forensics(),
            "prose": [str(path) for path in sorted((ROOT / "report").rglob("*.qmd"))],
        }
        given["books"] = sorted(map(str, (self.folder / "books").glob("*.md")))
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
