"""The auditor's walk: open the report without a network, click a number, read the quote in the paper."""

import csv
import json
import re
import subprocess
import sys

import pytest

from tests.browser import SKIP, Browser, find_chromium
from workflow.lib.render.panel import with_panel

pytestmark = pytest.mark.end_to_end

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
POOL = "pooled.primary.beta"
PANEL = "document.getElementById('chain')"


def python(folder, *words):
    """What `python <words>` prints in `folder`."""
    run = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def link(number_id):
    """JavaScript: the first link of a printed number."""
    return f"document.querySelector('[data-id=\"{number_id}\"] a')"


def focused():
    """JavaScript: the id of the number whose link has the focus."""
    return "document.activeElement.closest('[data-id]')?.dataset.id"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(SKIP)
    with Browser(chromium, tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def page(built_project):
    return built_project / "results/report/index.html"


@pytest.fixture(scope="module")
def numbers(built_project):
    return json.loads((built_project / "results/numbers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def quotes(built_project):
    """id of a row -> the words of its source."""
    with (built_project / "data/raw/extraction.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["quote"] for row in csv.DictReader(file)}


def test_a_click_on_a_number_shows_the_quote_in_the_paper_without_a_network(
    browser, page, numbers, quotes
):
    browser.open(page, **DESK)
    assert not browser.run(f"{PANEL}.open")
    browser.click(link(POOL))
    assert browser.run(f"{PANEL}.open")
    shown = browser.run(f"{PANEL}.textContent")
    assert str(numbers[POOL]["value"]) in shown
    rows = [row for row in numbers[POOL]["rows"] if row not in numbers[POOL]["stands"]]
    assert len({quotes[row] for row in rows}) > 2
    for row in rows:
        assert f"\u201c{quotes[row]}\u201d" in shown
    first = f"{PANEL}.querySelector('blockquote')"
    browser.run(f"{first}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
    assert browser.run(
        f"(() => {{ const r = {first}.getBoundingClientRect();"
        f" return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === {first} }})()"
    )
    asked = [url for url in browser.requested() if not url.startswith("data:")]
    assert asked == [page.resolve().as_uri()]
    assert browser.complaints() == []


def test_the_panel_opens_and_closes_by_keyboard_and_gives_the_focus_back(browser, page):
    browser.open(page, **DESK)
    for key in ("Enter", " "):
        browser.run(f"{link(POOL)}.focus()")
        browser.press(key)
        assert browser.run(f"{PANEL}.open"), key
        assert browser.run(f"{PANEL}.contains(document.activeElement)")
        browser.press("Escape")
        assert not browser.run(f"{PANEL}.open")
        assert browser.run(focused()) == POOL
    browser.run("document.activeElement.blur()")
    browser.run(f"{link(POOL)}.click()")  # a browser need not focus a link that is clicked
    browser.press("Escape")
    assert browser.run(focused()) == POOL


def test_the_panel_scrolls_by_keyboard_as_soon_as_it_is_open(browser, page):
    browser.open(page, **PHONE)
    browser.run(f"{link(POOL)}.focus()")
    browser.press("Enter")
    browser.press("PageDown")
    browser.wait(f"{PANEL}.querySelector('.chain-body').scrollTop > 100")


def test_the_panel_is_a_dialog_that_says_what_it_is_about(browser, page, numbers):
    browser.open(page, **DESK)
    browser.click(link(POOL))
    assert browser.run(f"{PANEL}.getAttribute('role')") == "dialog"
    label = f"document.getElementById({PANEL}.getAttribute('aria-labelledby')).textContent"
    assert browser.run(label) == f"{numbers[POOL]['text']} {numbers[POOL]['unit']}"
    assert browser.run(f"{PANEL}.querySelector('button').getAttribute('aria-label')") == "Close"
    browser.click(f"{PANEL}.querySelector('button')")
    assert not browser.run(f"{PANEL}.open")


def test_every_printed_number_opens_its_own_chain(browser, page, numbers):
    browser.open(page, **DESK)
    opened = browser.run(
        "[...new Set([...document.querySelectorAll('[data-id]')].map((e) => e.dataset.id))].map("
        '(id) => { document.querySelector(`[data-id="${id}"] a`).click();'
        f" return [id, {PANEL}.open, {PANEL}.querySelector('header code').textContent,"
        f" {PANEL}.querySelector('.chain-number').textContent, {PANEL}.textContent.length] }})"
    )
    assert len(opened) > 100
    for name, is_open, told, text, length in opened:
        assert (is_open, told, text) == (True, name, numbers[name]["text"])
        assert length > 150, name
    assert browser.complaints() == []


def test_a_long_list_shows_eight_and_folds_the_rest_with_its_count(browser, page, numbers):
    browser.open(page, **DESK)
    browser.click(link(POOL))
    more = len(set(numbers[POOL]["rows"]) - set(numbers[POOL]["stands"])) - 8
    assert more > 0
    summary = (
        f"[...{PANEL}.querySelectorAll('summary')].find((s) => s.textContent.includes('cells'))"
    )
    assert browser.run(f"{summary}.textContent") == f"Show {more} more cells"
    folded = f"{summary}.parentElement.querySelector('li').checkVisibility()"
    before = browser.run(folded)
    browser.click(summary)
    assert (before, browser.run(folded)) == (False, True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("number_id", [POOL, "claims.pooled_d.printed", "audit.claims"])
def test_the_panel_fits_the_window_and_nothing_is_cut_off_sideways(browser, page, size, number_id):
    browser.open(page, **size)
    browser.click(link(number_id))
    for fold in range(browser.run(f"{PANEL}.querySelectorAll('details').length")):
        browser.run(f"{PANEL}.querySelectorAll('details')[{fold}].open = true")
    left, top, right, bottom = browser.run(
        f"(() => {{ const r = {PANEL}.getBoundingClientRect();"
        " return [r.left, r.top, r.right, r.bottom] })()"
    )
    assert left >= 0 and top >= 0
    assert right <= size["width"] and bottom <= size["height"]
    wide = (
        f"[...{PANEL}.querySelectorAll('*')].filter((e) =>"
        f" e.getBoundingClientRect().right > {right} + 1 || e.scrollWidth > e.clientWidth + 1 &&"
        " getComputedStyle(e).display !== 'inline').map((e) => e.className || e.tagName)"
    )
    assert browser.run(wide) == []


def test_a_click_beside_the_panel_closes_it_and_opens_the_number_that_lies_there(browser, page):
    browser.open(page, **DESK)
    browser.click(link(POOL))
    browser.click(link("pooled.primary.k"))
    shown = browser.run(f"{PANEL}.querySelector('header code').textContent")
    assert (browser.run(f"{PANEL}.open"), shown) == (True, "pooled.primary.k")
    browser.click_at(5, 5)
    assert not browser.run(f"{PANEL}.open")


def test_a_link_in_the_panel_leads_to_the_row_in_the_table(browser, page):
    browser.open(page, **DESK)
    browser.click(link(POOL))
    browser.click(f"{PANEL}.querySelector('a[href^=\"#provenance-\"]')")
    assert not browser.run(f"{PANEL}.open")
    assert browser.run("location.hash") == f"#provenance-{POOL}"


def test_the_panel_is_not_printed(browser, page):
    browser.open(page, **DESK)
    browser.click(link(POOL))
    visible = f"{PANEL}.checkVisibility()"
    on_screen = browser.run(visible)
    browser.call("Emulation.setEmulatedMedia", media="print")
    on_paper = browser.run(visible)
    browser.call("Emulation.setEmulatedMedia", media="")
    assert (on_screen, on_paper) == (True, False)


def test_without_javascript_a_click_leads_to_the_row_in_the_table(browser, page):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(page, **DESK)
        browser.click(link(POOL))
        browser.wait(f"location.hash === '#provenance-{POOL}'")
        assert browser.run(PANEL) is None
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_hostile_quotes_are_shown_word_for_word_and_do_nothing(browser, tmp_path, page):
    hostile = "</script><img src=x onerror='window.hacked = 1'><b>5.0</b> &amp; \u202e <!--"
    html = page.read_text(encoding="utf-8")
    chains = json.loads(re.search(r'id="chains">(.*?)</script>', html, re.DOTALL)[1])
    for cell in chains["cells"]:
        cell.update(dict.fromkeys(("quote", "what", "value", "unit", "source", "note"), hostile))
    chains["numbers"][POOL].update(name=hostile, unit=hostile, method="m", file=hostile)
    chains["methods"]["m"] = [[hostile, hostile]]
    bare = f'<html><body><span class="num" data-id="{POOL}"><a href="#p">1</a></span></body></html>'
    path = tmp_path / "hostile.html"
    path.write_text(with_panel(bare, lambda ids: chains), encoding="utf-8")
    browser.open(path, **PHONE)
    browser.click(link(POOL))
    assert f"\u201c{hostile}\u201d" in browser.run(f"{PANEL}.textContent")
    assert browser.run(f"{PANEL}.querySelectorAll('img, script').length") == 0
    assert browser.run("window.hacked") is None


def test_the_panel_makes_the_page_at_most_half_as_large_again(page):
    html = page.read_text(encoding="utf-8")
    bare = re.sub(
        r'<style>\n/\* The panel.*?</style>|<script type="application/json" id="chains">.*?</script>'
        r"|<script>\n// The panel.*?</script>",
        "",
        html,
        flags=re.DOTALL,
    )
    assert "chains" not in bare
    assert len(bare) < len(html) <= 1.5 * len(bare)


def test_a_plain_target_prints_the_chain_and_the_command_the_same(
    built_copy, run_snakemake, numbers
):
    run = run_snakemake(built_copy, f"results/explain/{POOL}.md")
    text = (built_copy / f"results/explain/{POOL}.md").read_text(encoding="utf-8")
    assert run.returncode == 0, run.stdout
    assert text in run.stdout
    assert str(numbers[POOL]["value"]) in text
    assert python(built_copy, "-m", "workflow.commands.explain", POOL) == text


def test_an_id_that_does_not_exist_suggests_the_nearest_and_writes_nothing(
    built_copy, run_snakemake
):
    run = run_snakemake(built_copy, "results/explain/pooled.primary.bta.md")
    assert run.returncode != 0
    assert "no number is called 'pooled.primary.bta'; nearest: pooled.primary.beta" in run.stdout
    assert not list((built_copy / "results").glob("explain/*.md"))


def test_explaining_takes_little_of_the_machines_time(built_project):
    command = ("-m", "workflow.commands.explain", POOL)
    code = (
        "import resource, subprocess, sys;"
        f"subprocess.run([sys.executable, *{command!r}], check=True, stdout=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    assert (
        float(python(built_project, "-c", code)) < 1.5
    )  # seconds of processor time; waiting for others does not count
