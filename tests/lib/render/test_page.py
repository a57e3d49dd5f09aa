"""workflow/lib/render/page.py: the page that pandoc makes in place of Quarto."""

import json
import re
from html import escape
from html.parser import HTMLParser

import pytest

from workflow.lib.errors import RenderError
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.page import render_page

NOTE = "Made by pandoc <3>, standing in for Quarto."


class Page(HTMLParser):
    """Elements of a page as (tag, attributes), and its text without scripts and styles."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.text, self._muted = [], "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._muted = tag in ("style", "script")

    def handle_endtag(self, tag):
        self._muted = False

    def handle_data(self, data):
        self.text += "" if self._muted else data

    def all(self, name, **wanted):
        return [a for tag, a in self.elements if tag == name and wanted.items() <= a.items()]

    @property
    def words(self):
        return " ".join(self.text.replace("\u00a0", " ").split())


def render(report, numbers, prose=None, note=NOTE):
    output = report.parent / "report" / "index.html"
    if prose is not None:
        (report / "index.qmd").write_text(prose, encoding="utf-8")
    render_page(report / "index.qmd", numbers=numbers, output=output, renderer_note=note)
    return output.read_text(encoding="utf-8")


def refusal(report, numbers, prose):
    with pytest.raises(RenderError) as caught:
        render(report, numbers, prose)
    return str(caught.value)


@pytest.fixture
def page(report, numbers):
    return Page(render(report, numbers))


def test_the_same_input_gives_the_same_bytes(report, numbers):
    assert render(report, numbers) == render(report, numbers)


def test_the_folder_does_not_show_in_the_page(report, numbers):
    assert str(report.parent) not in render(report, numbers)


def test_the_page_loads_nothing_from_elsewhere(report, numbers):
    page = Page(render(report, numbers))
    for tag, attributes in page.elements:
        if tag in ("script", "img", "link", "iframe"):
            source = attributes.get("src") or attributes.get("href") or ""
            assert source.startswith("data:"), (tag, source)
    assert not page.all("link")
    assert not page.all("script")


def test_every_link_inside_the_page_has_its_target(page):
    ids = {a["id"] for _, a in page.elements if "id" in a}
    targets = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    assert set(targets) <= ids
    assert "provenance-pooled.primary.beta" in targets


def test_no_id_occurs_twice(page):
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_a_number_is_a_span_with_its_id(page):
    spans = page.all("span", **{"class": "num", "data-id": "pooled.primary.beta"})
    assert len(spans) == 5  # abstract, sentence, figure caption, callout, table cell


def test_the_title_has_its_number_and_the_window_title_is_plain(report, numbers):
    html = render(report, numbers)
    assert "<title>Effect in 9 studies</title>" in html
    assert re.search(r'<h1 class="title">Effect in <span class="num"', html)


def test_headings_and_contents_hold_numbers_as_plain_text(report, numbers):
    html = render(report, numbers)
    nav = re.search(r"<nav.*?</nav>", html, re.DOTALL)[0]
    assert "The answer of 9" in Page(nav).words
    assert "#provenance" not in nav


def test_contents_have_the_title_of_the_settings_and_omit_callouts_and_tabs(report, numbers):
    nav = Page(re.search(r"<nav.*?</nav>", render(report, numbers), re.DOTALL)[0])
    assert nav.words == "In this report 1 The answer of 9 2 Methods 2.1 Numbers References"


def test_the_page_can_switch_contents_and_section_numbers_off(report, numbers):
    prose = "---\ntitle: T\ntoc: false\nformat: {html: {number-sections: false}}\n---\n"
    html = render(report, numbers, prose + "# Head {#sec-x}\n\nSee @sec-x.\n")
    assert "<nav" not in html
    assert "header-section-number" not in html
    assert '<a href="#sec-x" class="xref">Head</a>' in html


def test_references_are_numbered_links(page):
    assert "See Figure 1, Table 1, Section 2 and 3; Panel 2." in page.words, page.words
    assert [a["href"] for a in page.all("a", **{"class": "xref"})] == [
        "#fig-forest", "#tbl-numbers", "#sec-methods", "#fig-right", "#fig-left",
    ]  # fmt: skip


def test_figures_have_number_caption_and_alternative_text(report, numbers):
    html = render(report, numbers)
    figure = Page(re.search(r'<figure id="fig-forest".*?</figure>', html, re.DOTALL)[0])
    assert figure.words == "Forest, −0.72.".join(("Figure 1: ", "Nine lines Figure 1: ", ""))
    (drawn,) = figure.all("svg")
    assert (drawn["role"], drawn["viewbox"]) == ("img", "0 0 9 9")
    assert figure.all("title", id=drawn["aria-labelledby"])
    assert figure.all("desc", id=drawn["aria-describedby"])


def test_a_table_stands_in_its_own_box_below_its_caption(report, numbers):
    html = render(report, numbers)
    table = re.search(r'<figure id="tbl-numbers".*?</figure>', html, re.DOTALL)[0]
    assert Page(table).words.startswith("Table 1: Every number, such as 9. Number Printed")
    assert (
        table.index("figcaption")
        < table.index('<div class="table-scroll">')
        < table.index("<table")
    )


def test_a_grid_keeps_its_columns(page):
    (grid,) = page.all("div", **{"class": "layout-grid"})
    assert grid["style"] == "--columns: 2"


def test_callouts_have_title_and_kind(report, numbers):
    html = render(report, numbers)
    assert '<div role="note" class="callout callout-important">' in html
    assert re.search(r'callout-title">\s*What this is not\s*</div>', html)
    assert re.search(r'callout-title">\s*Tip\s*</div>', html)


def test_a_collapsed_callout_is_a_closed_fold(report, numbers):
    html = render(report, numbers)
    assert re.search(
        r'<details class="callout callout-note"><summary class="callout-title">\s*'
        r"How to <em>read</em> it\s*</summary>",
        html,
    )


def test_a_tabset_is_a_group_of_radio_buttons_with_the_first_one_chosen(page):
    buttons = page.all("input", type="radio")
    assert [b["id"] for b in buttons] == ["tabset-1-1", "tabset-1-2"]
    assert ["checked" in b for b in buttons] == [True, False]
    assert [a["for"] for a in page.all("label", **{"class": "tab-label"})] == [
        b["id"] for b in buttons
    ]
    assert "All First panel. Some Second panel." in page.words


def test_citations_footnotes_and_formulas_work(page):
    assert "Follows Smith (2017) and others (Smith 2017, 2)." in page.words
    assert "Smith, Ann. 2017." in page.words
    assert page.all("math")
    assert page.all("a", role="doc-noteref")


def test_a_shortcode_in_code_is_printed_as_typed(page):
    assert "{{< num nowhere >}}" in page.text


def test_the_footer_says_who_made_the_page(page):
    assert page.words.endswith(NOTE)


def test_hostile_text_of_a_number_is_printed_and_does_nothing(report, numbers):
    hostile = '<script>alert(1)</script> | [x](http://x.org) {{< num a >}} "'
    numbers["pooled.primary.k"] = {"text": hostile, "method": hostile}
    page = Page(render(report, numbers))
    assert not page.all("script")
    assert not [a for a in page.all("a") if "x.org" in a.get("href", "")]
    assert hostile in page.words


def test_an_unresolved_reference_is_refused_with_its_line(report, numbers):
    message = refusal(report, numbers, "---\ntitle: T\n---\n\nSee @fig-gone\nand @tbl-gone.\n")
    assert message.splitlines() == [
        "index.qmd:5: unresolved reference @fig-gone",
        "index.qmd:6: unresolved reference @tbl-gone",
    ]


def test_an_unknown_citation_is_refused_with_its_line(report, numbers):
    prose = "---\ntitle: T\nbibliography: references.bib\n---\n\nSee @nobody2020.\n"
    assert refusal(report, numbers, prose).startswith("index.qmd:6: ")
    assert "nobody2020" in refusal(report, numbers, prose)


def test_a_missing_image_is_refused_with_its_line(report, numbers):
    message = refusal(report, numbers, "---\ntitle: T\n---\n\n![c](figures/gone.svg){#fig-x}\n")
    assert message.startswith("index.qmd:5: ")
    assert "figures/gone.svg" in message


def test_a_number_without_provenance_is_refused(report, numbers):
    message = refusal(
        report, numbers, "---\ntitle: T\n---\n\nIt is {{< num pooled.primary.k >}}.\n"
    )
    assert message == "index.qmd:5: nothing on the page has the id provenance-pooled.primary.k"


@pytest.mark.parametrize(
    "prose",
    [
        "![c](https://x.org/a.png)",
        '<img src="//x.org/a.png">',
        '<link rel="stylesheet" href="https://x.org/a.css">',
        '```{=html}\n<script src="https://x.org/a.js"></script>\n```',
    ],
)
def test_files_from_elsewhere_are_refused_before_they_are_fetched(report, numbers, prose):
    assert "x.org" in refusal(report, numbers, f"---\ntitle: T\n---\n\n{prose}\n")


def test_two_elements_with_one_label_are_refused(report, numbers):
    figure = "![c](figures/forest.svg){#fig-x}\n\n"
    assert "@fig-x" in refusal(report, numbers, "---\ntitle: T\n---\n\n" + figure * 2)


def test_an_unknown_layout_is_refused(report, numbers):
    prose = '---\ntitle: T\n---\n\n::: {layout="[[1,2]]"}\nx\n:::\n'
    assert "use layout-ncol" in refusal(report, numbers, prose)


def test_a_missing_bibliography_or_stylesheet_is_refused(report, numbers):
    prose = "---\ntitle: T\nbibliography: gone.bib\n---\n\nSee @a.\n"
    assert "gone.bib" in refusal(report, numbers, prose)
    prose = "---\ntitle: T\ncss: gone.css\n---\n"
    assert "gone.css" in refusal(report, numbers, prose)


def test_a_date_that_depends_on_the_clock_is_refused(report, numbers):
    assert "clock" in refusal(report, numbers, "---\ntitle: T\ndate: today\n---\n")


def test_settings_that_are_not_yaml_are_refused_by_name(report, numbers):
    (report / "_quarto.yml").write_text("a: [")
    assert refusal(report, numbers, "x").startswith("_quarto.yml: not YAML")


def test_a_failure_leaves_the_old_page_and_no_draft(report, numbers):
    before = render(report, numbers)
    refusal(report, numbers, "---\ntitle: T\n---\n\n@fig-gone\n")
    output = report.parent / "report"
    assert (output / "index.html").read_text(encoding="utf-8") == before
    assert [path.name for path in output.iterdir()] == ["index.html"]


def test_a_page_without_front_matter_is_titled_by_its_file(report, numbers):
    assert "<title>index</title>" in render(report, numbers, "Text.\n")


def test_a_page_without_a_title_of_its_own_has_that_of_the_review_as_words(report, numbers):
    source = report / "index.qmd"
    text = re.sub(r'title: ".*"\n', "", source.read_text(encoding="utf-8"), count=1)
    source.write_text(text, encoding="utf-8")
    words = "A *made-up* review: <b> {{< num x >}}"
    (report / "_metadata.yml").write_text(json.dumps({"title": escape_markdown(words)}))
    html = render(report, numbers)
    assert f'<h1 class="title">{escape(words, quote=False)}</h1>' in html
    assert f"<title>{escape(words, quote=False)}</title>" in html


def test_tables_are_numbered_as_they_are_read_whatever_they_are_made_of(report, numbers):
    source, table = report / "index.qmd", "\n\n| a |\n|---|\n| b |\n\n: {} {{#tbl-{}}}\n\n"
    div = "\n::: {#tbl-div}\n\n```{=html}\n<table></table>\n```\n\nof HTML\n\n:::\n"
    more = f"{table.format('first', 'f')}{div}{table.format('last', 'l')}See @tbl-div and @tbl-l."
    source.write_text(source.read_text(encoding="utf-8") + more, encoding="utf-8")
    words = Page(render(report, numbers)).words.replace("\u00a0", " ")
    for told in ("Table 2: first", "Table 3: of HTML", "Table 4: last", "See Table 3 and Table 4."):
        assert told in words
