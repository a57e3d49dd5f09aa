"""Hostile text in every book that is not one of the main tables: words on a page, data in a table, nothing else."""

import csv
import html
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.hostile import HOSTILE, LONG, Page
from tests.made_up_exports import EXPORTS
from workflow.commands.in_process import Named, write_cells
from workflow.lib.render.collection_page import index_page, meta_page
from workflow.lib.render.double_extraction_section import double_extraction_section
from workflow.lib.render.gallery import differences, entry, table
from workflow.lib.render.gallery import page as gallery_page
from workflow.lib.render.history_section import history_section
from workflow.lib.render.markdown import visible_text
from workflow.lib.render.page import render_page
from workflow.lib.render.records_section import MOST_OPEN, records_section
from workflow.lib.render.shortcodes import ids_in
from workflow.scripts import remove_duplicates

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M 0 0 L 9 9"/></svg>'
KINDS = [*HOSTILE, LONG]
PAIR = ("record_a", "record_b", "title_a", "title_b", "place_a", "place_b", "reason")
CELL = ("arm", "time_point", "patient", "a", "b", "consensus", "who", "when", "why")
MODEL = {
    **{"analysis": "primary", "title": "t", "measure": "RR", "unit": "log risk ratio"},
    "fit": {"method": "REML", "k": 3},
}
PRINTED = {
    f"pooled.primary.{name}": {"text": name}
    for name in ("level", "beta_exp", "ci_lb_exp", "ci_ub_exp")
}


class Cells(dict):
    """Hostile words by the cell that they stand in: what should be seen of each."""

    def put(self, name, kind):
        """Hostile words for the cell `name`, which they name at their end."""
        self[name] = f"{kind} {name}."
        return self[name]

    def unseen(self, text):
        """Cells that a text does not show word for word."""
        return [
            name for name, cell in self.items() if " ".join(visible_text(cell).split()) not in text
        ]


def spoiled(cells, base, columns, kinds=KINDS):
    """One row for each kind of hostile words: that kind in every one of the columns."""
    return [
        {name: cells.put(f"{base}.{name}.{n}", kind) for name in columns}
        for n, kind in enumerate(kinds)
    ]


def records(cells):
    """The section on records: hostile sources, pairs and persons."""
    sources = [
        row | {"source": f"s{n}", "kind": "database", "date": "2024-01-01"}
        for n, row in enumerate(
            spoiled(cells, "sources", ("database", "platform", "file", "strategy"))
        )
    ]
    formats = {
        row["source"]: (cells.put(f"format.{n}", KINDS[n]), "utf-8")
        for n, row in enumerate(sources)
    }
    pairs = [
        row | {"decision": "uncertain", "score": 90 - n, "rule": f"r{n}", "who": ""}
        for n, row in enumerate(spoiled(cells, "pairs", PAIR, KINDS[-MOST_OPEN:]))
    ]
    who = [{"decision": "same", "score": 1, "rule": f"q{n}", "who": cells.put(f"who.{n}", kind),
            "reason": cells.put(f"rule.{n}", kind)} for n, kind in enumerate(KINDS)]  # fmt: skip
    return records_section(sources, formats, {"rule": [one["rule"] for one in who]}, pairs + who)


def double(cells):
    """The section on two extractions: hostile cells, decisions, labels and titles."""
    rows = [
        row | {"study": f"x{n}", "quantity": "mean", "column": "value", "found": "differ",
               "decision": "other", "row_a": "r", "row_b": "r"}
        for n, row in enumerate(spoiled(cells, "cells", CELL))
    ]  # fmt: skip
    slabs = {f"x{n}": cells.put(f"slab.{n}", kind) for n, kind in enumerate(KINDS)}
    titles = {f"p{n}": cells.put(f"title.{n}", kind) for n, kind in enumerate(KINDS)}
    pools = [{"analysis": name, "extraction": "a", "k": 0, "unit": ""} for name in titles]
    what = [cells.put(f"what.{n}", kind) for n, kind in enumerate(KINDS)]
    agreement = [{"statistic": "icc", "value": None, "what": one} for one in what]
    return double_extraction_section(rows, agreement, pools, ids={}, titles=titles, slabs=slabs)


def history(cells):
    """The section on updates: hostile reasons."""
    rows = [{"why": cells.put(f"why.{n}", kind)} for n, kind in enumerate(KINDS)]
    return history_section(SimpleNamespace(history=rows))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """(cells, page) of one render of all sections."""
    folder, cells = tmp_path_factory.mktemp("hostile"), Cells()
    (folder / "figures").mkdir()
    (folder / "figures/history.svg").write_bytes(SVG)
    parts = [section(cells) for section in (records, double, history)]
    ids = dict.fromkeys(name for part in parts for name in ids_in(part))
    targets = " ".join(f"[x]{{#provenance-{name}}}" for name in ids)
    text = "\n\n".join(["---\ntitle: Made up\n---", *parts, "## Numbers", targets])
    (folder / "index.qmd").write_text(text, encoding="utf-8")
    numbers = {name: {"text": "7", "method": "m"} for name in ids}
    output = folder / "out/index.html"
    render_page(folder / "index.qmd", numbers=numbers, output=output, renderer_note="n")
    return cells, Page(output.read_text(encoding="utf-8"))


def harmless(page, scripts=0):
    """Whether no hostile words became an element, an attribute or an address."""
    found = {"img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    assert page.tags.count("script") == scripts
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert not [value for name, value in page.attributes
                if name in ("href", "src") and re.match(r"javascript:|https?:", value)]  # fmt: skip
    return found


def test_records_double_extraction_and_history_show_every_cell_word_for_word(rendered):
    cells, page = rendered
    assert len(cells) > 250
    assert cells.unseen(page.text) == []
    assert harmless(page) == set()


def made_entry(cells, n, kind):
    """A review of the gallery whose words are hostile."""
    claim = {"verdict": "contradicted", "missing": cells.put(f"missing.{n}", f"The {kind}")}
    claim |= {name: cells.put(f"{name}.{n}", kind) for name in ("sentence", "printed")}
    review = {name: cells.put(f"{name}.{n}", kind) for name in ("title", "question")}
    model = MODEL | {"title": cells.put(f"pool.{n}", kind)}
    words = {"config": {"review": review}, "model": model, "claims": [claim], "numbers": PRINTED}
    return entry(f"review{n}", **words, label=cells.put(f"label.{n}", kind))


def test_the_gallery_shows_hostile_words_as_words():
    cells = Cells()
    entries = [made_entry(cells, n, kind) for n, kind in enumerate(KINDS)]
    page = Page(gallery_page(entries, {one.name: SVG for one in entries}))
    assert cells.unseen(page.text) == []
    assert harmless(page) == {"img"}  # the forest plots
    assert page.tags.count("img") == page.tags.count("article") == len(KINDS)


def test_the_gallery_in_markdown_keeps_its_rows_and_its_words(tmp_path):
    cells = Cells()
    entries = [made_entry(cells, n, kind) for n, kind in enumerate(KINDS)]
    source = tmp_path / "index.qmd"
    text = re.sub(
        r"\]\(\.\./reviews/[^)]*\)", "](#x)", f"{table(entries)}\n\n{differences(entries)}"
    )
    source.write_text(f"## T {{#x}}\n\n{text}", encoding="utf-8")
    render_page(source, numbers={}, output=tmp_path / "out.html", renderer_note="n")
    page = Page((tmp_path / "out.html").read_text(encoding="utf-8"))
    seen = Cells({k: v for k, v in cells.items() if not k.startswith(("title", "label"))})
    straight = re.sub("[\u2018\u2019]", "'", page.text)  # pandoc sets type, a forge does not
    straight = straight.replace("\u2014", "---").replace("\u2013", "--").replace("\u2026", "...")
    assert seen.unseen(straight) == []
    assert harmless(page) == set()
    assert page.tags.count("li") - page.tags.count("tr") == -1  # a row for each, and the heading


def test_the_pages_of_a_collection_show_hostile_words_as_words():
    cells = Cells()
    names = [[cells.put(f"{column}.{n}", kind) for n, kind in enumerate(KINDS)] for column in "ab"]
    listing = {"names": names, "heads": [cells.put("head", KINDS[0])], "ids": []}
    listing["numbers"] = [[cells.put(f"number.{n}", kind) for n, kind in enumerate(KINDS)]]
    words = {name: "w" for name in ("lead", "table", "whole", "made", "name", "note")}
    facts = [
        (cells.put(f"label.{n}", kind), cells.put(f"fact.{n}", kind))
        for n, kind in enumerate(KINDS)
    ]
    text = index_page(cells.put("title", KINDS[1]), facts, listing, (SVG, KINDS[0]), words)
    assert cells.unseen(Page(text).text) == []
    assert harmless(Page(text), scripts=2) == {"img"}

    cells = Cells()
    tables = [("h", ["a", "b"], [[cells.put(f"{c}.{n}", kind) for c in "ab"]], cells.put(f"note.{n}", kind))
              for n, kind in enumerate(KINDS)]  # fmt: skip
    parts = {
        "facts": [],
        "figure": (SVG, KINDS[1]),
        "tables": tables,
        "source": cells.put("s", LONG),
    }
    page = Page(meta_page(cells.put("title", KINDS[0]), cells.put("lead", KINDS[5]), parts))
    assert cells.unseen(page.text) == []
    assert harmless(page) == {"img"}


LINES = [kind for kind in HOSTILE if kind.isascii()]  # bidirectional controls: see test below
SHAPES = {  # how a title is written in each format; what XML and CSV need to keep it a title
    **dict.fromkeys(("pubmed.nbib", "embase.ris", "cochrane.ris", "wos.txt"), str),
    **dict.fromkeys(("embase.csv", "cochrane.csv", "zotero.csv"), lambda t: t.replace('"', '""')),
    **dict.fromkeys(
        ("pubmed.xml", "endnote.xml"),
        lambda t: t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    ),
}
OLD = "A made-up case"
SOURCE = {
    **{"database": "d", "platform": "p", "kind": "database", "date": "2024-01-01"},
    **{"strategy": "made up", "expected": "2", "note": ""},
}


@pytest.fixture(scope="module")
def removed(tmp_path_factory):
    """What remove_duplicates makes of hostile exports: (records, pairs, section, title of each source)."""
    base, titles, sources = tmp_path_factory.mktemp("exports"), {}, []
    (base / "records").mkdir()
    for place, (name, shape) in enumerate(SHAPES.items()):
        for n, kind in enumerate([*LINES, LONG.strip()]):
            source = f"s{place}_{n}"
            titles[source] = kind
            own = f"{source}.{name.rpartition('.')[2]}"
            text = EXPORTS[name].replace(f"{OLD}.", shape(kind)).replace(OLD, shape(kind))
            (base / "records" / own).write_text(text, encoding="utf-8")
            sources.append(SOURCE | {"source": source, "file": own})
    write_cells("sources", sources, base)
    paths = {name: str(base / f"out/{name}.csv") for name in ("records", "pairs", "uncertain")}
    paths |= {"numbers": str(base / "out/n.json"), "section": str(base / "out/s.md")}
    given = Named({"sources": str(base / "sources.csv")})
    remove_duplicates.main(SimpleNamespace(input=given, output=Named(paths), params=Named()))
    with Path(paths["records"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), titles


def test_every_hostile_title_of_an_export_is_data_in_the_table_of_records(removed):
    rows, titles = removed
    found = {source: [row["title"] for row in rows if row["source"] == source] for source in titles}
    lost = {}
    for source, title in titles.items():
        bare = re.sub("</?b>", "", title)  # databases print titles with tags and entities
        kept = " ".join(html.unescape(bare).split())
        if not any(kept in one for one in found[source]):
            lost[source] = (title[:60], [one[:80] for one in found[source]])
    assert lost == {}
