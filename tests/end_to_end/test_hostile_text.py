"""Hostile text in every text column of the raw tables: words on the page, data in the tables, and nothing else."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.browser import Visit, chromium
from tests.hostile import HOSTILE, LONG, Page
from tests.pipeline import RAW, ROOT, Pipeline, read_cells, read_config
from tests.projects.full.make import write
from workflow.commands.in_process import write_cells, write_seal
from workflow.lib.render.markdown import visible_text
from workflow.scripts import render_report

pytestmark = pytest.mark.end_to_end

FULL = ROOT / "tests/projects/full"
WORDS = {  # table -> its columns of words that people type
    "extraction": ("reason", "source", "page", "quote", "note"),
    "studies": ("slab", "reason", "registration", "reference"),
    "claims": ("missing", "sentence", "source", "page", "quote"),
    "flow": ("reason", "source", "page", "quote", "note"),
    "screening": ("database", "note"),
    "risk_of_bias": ("reason", "support", "source", "page"),
    "certainty": ("footnote", "who"),
    "checklist": ("where", "note"),
    "protocol": ("registration",),
    "deviations": ("reason", "who"),
}
NAMES = {  # columns of text that name something in another table, in config.yaml or in a program
    *("id", "study", "outcome", "arm", "time_point", "patient", "quantity", "value", "unit"),
    *("record", "report", "reviewer", "date", "duplicate_of", "instrument", "item", "answer"),
    *(
        "judgement",
        "assessor",
        "analysis",
        "path",
        "counterpart",
        "group",
        "printed",
        "reason_code",
    ),
    *("source_kind", "extractor", "doi", "pmid", "screening.reason"),
}
CORE = ("extraction", "studies", "claims")  # which the first review has as well
UNSEEN = {  # columns that no part of the page prints
    *("extraction.note", "studies.registration", "claims.page", "protocol.registration"),
    *("flow.source", "flow.page", "flow.quote", "flow.note"),  # they stand in the panel
}
DROPPED = re.compile(
    r"^(multiverse|r_tipping|method_search)\b|\.(figures|examine)\b"
)  # no words, much time


def spoiled(table, rows, *, long):
    """(rows with hostile words, mark -> cell): each column gets every kind, equal cells stay equal.

    The 10,000 characters stand in one cell of each column, the last one, because a page repeats words.
    """
    cells = {}
    for column in WORDS[table]:
        found = list(dict.fromkeys(row[column] for row in rows if row.get(column)))
        for place, value in enumerate(found):
            mark = f"{table}.{column}.{place}."
            kinds = HOSTILE[place :: len(found)] or (HOSTILE[place % len(HOSTILE)],)
            cells[mark] = f"{' '.join(kinds)} {mark}"
            rows = [row | ({column: cells[mark]} if row[column] == value else {}) for row in rows]
        if found and long:
            last = max(place for place, row in enumerate(rows) if row.get(column))
            mark = f"{table}.{column}.{len(found)}."
            cells[mark] = f"{LONG} {mark}"
            rows = [
                row | ({column: cells[mark]} if n == last else {}) for n, row in enumerate(rows)
            ]
    return rows, cells


def first(base):
    """The project's own review: raw folder and configuration."""
    return shutil.copytree(RAW, base / "project/data/raw"), read_config()


def full(base):
    """The made-up review with every book."""
    write(base / "clean")
    raw = shutil.copytree(base / "clean/data/raw", base / "project/data/raw")
    return raw, yaml.safe_load((FULL / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=[first, full], ids=["first", "full"])
def run(request, tmp_path_factory):
    """(folder of the results, mark -> hostile cell) of a review, its words replaced."""
    base = tmp_path_factory.mktemp("hostile")
    raw, config = request.param(base)
    cells = {}
    for table in WORDS:
        rows = read_cells(table, raw) if (raw / f"{table}.csv").is_file() else []
        rows = [row for row in rows if not DROPPED.search(row.get("path", ""))]
        if rows:
            rows, own = spoiled(table, rows, long=request.param is first or table not in CORE)
            cells |= own
            write_cells(table, rows, raw)
    write_seal(raw)
    for name in filter(DROPPED.search, list(config)):
        config.pop(name)
    for analysis in config["analyses"].values():
        for name in ("figures", "examine"):
            analysis.pop(name, None)
    made = Pipeline(raw, base / "project/results", config)
    made.numbers()
    made.draw()
    made.write()
    render(made, base / "project")
    return base / "project/results", cells


def render(made, folder):
    """The page, as the rule makes it."""
    given = made.results() | {
        "numbers": made.path("numbers.json"),
        "sentences": made.path("sentences"),
        "prose": sorted(str(path) for path in (ROOT / "report").rglob("*") if path.is_file()),
        "inputs": made.path("inputs.json"),
        "raw_claims": made.table("claims"),
        "raw_flow": made.table("flow"),
        "book_tables": [made.table(name) for name in WORDS if Path(made.table(name)).is_file()],
        "cleaning_log": made.path("prepared/cleaning_log.csv"),
        "flow": str(folder / "results/figures/flow.svg"),  # its folder has all figures
    }
    page = {"page": made.path("report/index.html")}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # figures are staged from the folder of the run
        made.run(render_report, given, page, {"config": made.config | {"renderer": "pandoc"}})


@pytest.fixture(scope="module")
def page(run):
    return Page((run[0] / "report/index.html").read_text(encoding="utf-8"))


def test_every_column_of_words_is_tried():
    for table, columns in WORDS.items():
        schema = yaml.safe_load((ROOT / f"workflow/schemas/{table}.schema.yaml").read_text())
        text = {
            name
            for name, rules in schema["properties"].items()
            if "string" in rules.get("type", ()) and "enum" not in rules
        }
        named = {name for name in text if {name, f"{table}.{name}"} & NAMES}
        assert text - named == set(columns), table


def test_every_hostile_cell_is_words_on_the_page(run, page):
    _, cells = run
    seen = set()
    for mark, cell in cells.items():
        shown = " ".join(visible_text(cell).split())
        if mark in page.text:
            assert shown in page.text, mark
            seen.add(mark.rpartition(".")[0].rpartition(".")[0])
    tried = {mark.rpartition(".")[0].rpartition(".")[0] for mark in cells}
    assert tried - seen <= UNSEEN


def test_no_hostile_cell_makes_an_element_an_attribute_or_a_link(page):
    assert page.tags.count("script") == 3  # the chains, the panel, the page's own
    assert not {"img", "iframe", "object", "embed", "form", "link", "base"} & set(page.tags)
    for name, value in page.attributes:
        assert not name.startswith("on"), name
        if name in ("href", "src"):
            assert value.startswith(("#", "data:text/csv", "https://doi.org/")), value


def test_the_panel_and_the_tables_keep_every_cell_as_it_was_typed(run):
    folder, cells = run
    html = (folder / "report/index.html").read_text(encoding="utf-8")
    chains = json.loads(re.search(r'id="chains">(.*?)</script>', html, re.DOTALL)[1])
    texts = [*strings(chains)]
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [cell for row in csv.reader(file) for cell in row]
    kept = set()
    for text in texts:
        for mark in re.findall(r"\b[a-z_]+\.[a-z_]+\.\d+\.", text):
            if mark in cells:
                assert cells[mark] in text, mark
                kept.add(mark)
    assert len(kept) > 50


def strings(value):
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def test_a_browser_runs_nothing_of_it_and_the_phone_does_not_scroll_sideways(run):
    with chromium() as browser, Visit(browser, run[0] / "report/index.html") as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach((f) => f.open = true)")
        visit.page.locator("#tbl-claims .sort").first.click()
        visit.page.locator('[data-id="pooled.primary.beta"] a').first.click()
        assert visit.page.evaluate("window.hacked") is None
        assert visit.complaints == []
        visit.page.set_viewport_size({"width": 360, "height": 740})
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
        with visit.page.expect_download() as saved:
            visit.page.locator("#chain .chain-close").click()
            visit.page.locator("#tbl-sources .csv").click()
        text = saved.value.path().read_text(encoding="utf-8-sig")
        assert "=cmd|' /C calc'!A0" in text
