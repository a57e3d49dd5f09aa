"""workflow/lib/render/panel.py: the chains in the page, inert, whole, and from nowhere else."""

import json
import re
from pathlib import Path

import pytest

from tests.chains import TEXT, records, unpacked
from workflow.lib.errors import RenderError
from workflow.lib.render.page import render_page, render_with_quarto
from workflow.lib.render.panel import columns, inert_json, with_panel

LIB = Path(__file__).parents[3] / "workflow/lib/render"
HOSTILE = "</script><script src='https://evil.example/x.js'></script><!-- {{< num x >}} \u2028 & \\"
PAGE = (
    '<html><body><p><span class="num" data-id="a.b"><a href="#provenance-a.b">1</a></span> and '
    '<span class="num" data-id="a.b"><a href="#provenance-a.b">1</a></span>, '
    '<span class="num" data-id="c"><a href="#provenance-c">2</a></span></p>'
    '<p id="provenance-a.b"></p><p id="provenance-c"></p><pre>&lt;/body></pre></body></html>'
)


def explain(ids):
    """Made-up chains; a text of each is hostile."""
    return {"numbers": {name: {"text": "1", "name": HOSTILE} for name in ids}}


def chains_in(html):
    """The chains as panel.js unpacks them."""
    assert len(TEXT.findall(html)) == 1
    return unpacked(json.loads(TEXT.search(html)[1]))


def test_the_chains_of_the_printed_numbers_stand_at_the_end_of_the_body_each_once():
    html = with_panel(PAGE, explain)
    assert list(chains_in(html)["numbers"]) == ["a.b", "c"]
    bare = re.sub(r' data-id="[^"]*"', "", PAGE)  # the script sets it from the link
    assert html.startswith(bare.removesuffix("</body></html>"))
    assert html.endswith("</script>\n</body></html>")


def test_hostile_text_cannot_leave_the_json_and_comes_back_as_it_was():
    text = inert_json({"quote": HOSTILE})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {"quote": HOSTILE}
    html = with_panel(PAGE, explain)
    assert html.count("</script>") == 3
    assert chains_in(html)["numbers"]["c"]["name"] == HOSTILE


def test_records_stand_as_columns_in_which_what_is_said_often_is_said_once():
    def same(ids):
        return {"numbers": {name: {"text": name, "file": "results/made_up.json"} for name in ids}}

    found = json.loads(TEXT.search(with_panel(PAGE, same))[1])["numbers"]
    assert found["text"] == ["a.b", "c"]
    assert found["file"] == {"of": ["results/made_up.json"], "at": [0, 0]}
    kept = [{"a": 1, "b": {"x": []}}, {"a": None, "b": "t" * 20}, {"a": 1, "b": "t" * 20}]
    assert records(columns(kept)) == kept


def test_a_page_that_prints_no_number_has_no_panel():
    html = "<html><body>words</body></html>"
    assert with_panel(html, explain) == html


def test_a_page_without_the_end_of_a_body_is_refused():
    with pytest.raises(RenderError, match="has no </body>"):
        with_panel('<p data-id="a.b">1</p>', explain)


def test_a_chain_that_is_not_json_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        with_panel(PAGE, lambda ids: {"numbers": {}, "value": float("nan")})


def test_the_script_sets_texts_and_never_markup_and_asks_for_nothing():
    script = "".join((LIB / name).read_text(encoding="utf-8") for name in ("panel.js", "page.js"))
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch("):
        assert word not in script
    for name in ("panel.js", "page.js", "panel.css"):
        text = (LIB / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|//\w+\.|url\(|@import|XMLHttp", text), name


def test_pandocs_page_has_the_panel_and_is_the_same_each_time(report, numbers):
    output = report.parent / "report/index.html"
    pages = []
    for _ in range(2):
        render_page(
            report / "index.qmd", numbers=numbers, output=output, renderer_note="n", explain=explain
        )
        pages.append(output.read_text(encoding="utf-8"))
    assert set(chains_in(pages[0])["numbers"]) == set(numbers)
    assert pages[0] == pages[1]


def test_quartos_page_has_the_panel_too(tmp_path):
    folder, command = tmp_path / "_src", tmp_path / "quarto"
    folder.mkdir()
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    command.write_text(f"#!/bin/sh\nmkdir -p _site; cp {tmp_path}/page.html _site/index.html\n")
    command.chmod(0o755)
    output = tmp_path / "report/index.html"
    render_with_quarto(folder, "index.qmd", output, str(command), explain=explain)
    assert list(chains_in(output.read_text(encoding="utf-8"))["numbers"]) == ["a.b", "c"]


def test_without_javascript_each_number_still_leads_to_its_row():
    html = with_panel(PAGE, explain)
    assert re.findall(r'class="num"><a href="#provenance-([^"]+)"', html) == ["a.b", "a.b", "c"]
