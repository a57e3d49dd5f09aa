"""The page in a real browser: on a desk, on a phone, in the dark, on paper, by keyboard, without script."""

import csv
import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import DESK, PHONE, Visit

pytestmark = pytest.mark.end_to_end

RULES = {  # WCAG 2.2 at levels A and AA, and what axe counts as good practice
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
MOST_BYTES = 3_000_000


def column(page, table, place):
    """Texts of one column of a table, from the top."""
    return page.locator(f"#{table} tbody tr td:nth-child({place})").all_inner_texts()


def violations(page):
    """What axe-core has to say: rule, impact, and the first elements."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found
    ]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_all_folds_tabs_and_the_panel_open(browser, path, size, scheme):
    with Visit(browser, path, size=size, scheme=scheme) as visit:
        page = visit.page
        page.evaluate("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
        page.locator(".tab-label:visible").last.click()
        assert violations(page) == []
        page.locator('[data-id="pooled.primary.beta"] a').first.click()
        assert violations(page) == []


def test_the_page_asks_for_nothing_complains_of_nothing_and_is_small(visit, page, path):
    page.mouse.wheel(0, 4000)
    page.locator("#tbl-claims .sort").first.click()
    page.locator("#tbl-claims .csv").click()
    assert [url for url in visit.asked if not url.startswith(("data:", "blob:"))] == [
        path.resolve().as_uri()
    ]
    assert visit.complaints == []
    assert path.stat().st_size < MOST_BYTES


def test_the_first_screens_give_answer_picture_certainty_and_claim(page):
    """In the order of the page, above the first section."""
    tops = [
        page.locator(selector).first.bounding_box()["y"]
        for selector in (
            ".answer",
            "#fig-forest-primary svg",
            "text=How sure.",
            "text=As published.",
            "#sec-summary",
        )
    ]
    assert tops == sorted(tops)
    assert tops[1] < DESK["height"]
    verdict = page.locator("p:has-text('As published.') .verdict").first
    assert verdict.inner_text() in ("reproduced", "consistent", "contradicted", "not checkable")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_phone_never_scrolls_sideways(browser, path, script):
    with Visit(browser, path, size=PHONE, script=script) as visit:
        visit.page.emulate_media(media="screen")
        box = visit.page.locator("html")
        for opened in (False, True):
            if opened and script:
                visit.page.evaluate(
                    "document.querySelectorAll('details').forEach((fold) => fold.open = true)"
                )
            wide, whole = (
                box.evaluate(f"(e) => e.{name}") for name in ("scrollWidth", "clientWidth")
            )
            assert wide <= whole == PHONE["width"]


def test_the_dark_page_is_dark_and_its_figures_with_it(browser, path):
    shades = {}
    for scheme in ("light", "dark"):
        with Visit(browser, path, scheme=scheme) as visit:
            shades[scheme] = [
                sum(map(int, re.findall(r"\d+", visit.page.locator(name).first.evaluate(
                    "(e) => getComputedStyle(e).backgroundColor"))[:3]))
                for name in ("body", ".figure-scroll")
            ]  # fmt: skip
            filtered = visit.page.locator(".figure-scroll svg").first.evaluate(
                "(e) => getComputedStyle(e).filter"
            )
            assert (filtered == "none") == (scheme == "light")
    assert min(shades["light"]) > 700
    assert max(shades["dark"]) < 100


def test_tabs_change_by_keyboard_and_by_click_with_and_without_script(browser, path):
    for script in (True, False):
        with Visit(browser, path, script=script) as visit:
            page = visit.page
            panels = page.locator(".tabset").last.locator("> .tab-panel")
            tabs = page.locator(".tabset").last.locator("> .tab-button")
            assert [panels.nth(i).is_visible() for i in range(2)] == [True, False]
            tabs.first.focus()
            page.keyboard.press("ArrowDown")
            assert [panels.nth(i).is_visible() for i in range(2)] == [False, True]
            page.locator(".tabset").last.locator("> .tab-label").first.click()
            assert [panels.nth(i).is_visible() for i in range(2)] == [True, False]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_link_into_a_tab_that_is_not_chosen_shows_it(browser, path, script):
    with Visit(browser, path, script=script) as visit:
        target = visit.page.locator("#tbl-effects-change")
        assert not target.is_visible()
        visit.page.goto(f"{path.resolve().as_uri()}#tbl-effects-change")
        assert target.is_visible()


def test_a_table_sorts_by_keyboard_up_down_and_back(page):
    before = column(page, "tbl-provenance", 1)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
    before = column(page, "tbl-provenance", 1)
    head = page.locator("#tbl-provenance th").nth(1)
    seen = []
    for state in ("ascending", "descending", None):
        head.locator("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == state
        assert page.locator("#tbl-provenance [aria-sort]").count() == (state is not None)
        texts = column(page, "tbl-provenance", 2)
        numbers = [
            float(found[0]) for found in (re.match(r"-?\d+\.?\d*", t) for t in texts) if found
        ]
        seen.append(numbers)
    assert seen[0] == sorted(seen[0])
    assert seen[1] == seen[0][::-1]
    assert column(page, "tbl-provenance", 1) == before


def test_words_sort_as_words_and_a_table_under_headings_stays(page):
    page.locator("#tbl-claims th button").first.click()
    texts = column(page, "tbl-claims", 1)
    assert texts == sorted(texts, key=str.casefold)
    assert page.locator("#tbl-domains th button").count() == 0


def test_a_table_downloads_as_the_csv_of_what_it_shows(page):
    with page.expect_download() as saved:
        page.locator("#tbl-claims .csv").click()
    assert saved.value.suggested_filename == "claims.csv"
    rows = list(csv.reader(io.StringIO(saved.value.path().read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["Claim", "Verdict", "Printed", "Arithmetic"]
    assert [row[0] for row in rows[1:]] == column(page, "tbl-claims", 1)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_data_of_a_figure_download_as_the_file_that_was_drawn(browser, path, script):
    with Visit(browser, path, script=script) as visit:
        with visit.page.expect_download() as saved:
            visit.page.locator(".figure-data a").first.click()
        drawn = path.parents[1] / "figures/forest_primary.csv"
        assert saved.value.suggested_filename == drawn.name
        assert saved.value.path().read_bytes() == drawn.read_bytes()


def test_every_figure_is_inline_with_title_and_description(page):
    figures = page.locator("figure svg.figure")
    assert figures.count() == page.locator('figure[id^="fig-"]').count() > 5
    assert page.locator("main img").count() == 0
    for name, words in figures.evaluate_all(
        "(all) => all.map((svg) => [svg.querySelector('title').textContent,"
        " svg.querySelector('desc').textContent])"
    ):
        assert name.startswith("Figure ")
        assert len(words) > 80
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))


def test_the_contents_mark_the_section_that_is_being_read(page):
    for section in ("sec-claims", "sec-methods"):
        page.evaluate(f"document.getElementById('{section}').scrollIntoView()")
        page.wait_for_function(
            f"document.querySelector('.toc [aria-current]')?.getAttribute('href') === '#{section}'"
        )
        assert page.locator(".toc [aria-current]").is_visible()


def test_the_skip_link_comes_first_and_leads_to_the_report(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_it_prints_with_every_tab_and_without_what_only_a_screen_can_do(page):
    page.emulate_media(media="print")
    for panel in page.locator(".tabset").last.locator("> .tab-panel").all():
        assert panel.is_visible()
    for name in (".toc", ".csv", ".skip-link"):
        assert not page.locator(name).first.is_visible()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert 5 < len(re.findall(rb"/Type\s*/Page\b", paper)) < 60
