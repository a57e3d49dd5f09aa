"""The auditor's walk: open the report without a network, click a number, read the quote in the paper."""

import csv
import json
import re
import subprocess
import sys

import pytest

from tests.browser import DESK, PHONE, Visit
from tests.chains import TEXT, unpacked
from workflow.lib.render.panel import with_panel

pytestmark = pytest.mark.end_to_end

POOL = "pooled.primary.beta"


def python(folder, *words):
    """What `python <words>` prints in `folder`."""
    run = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def link(number_id):
    """Selector of the first link of a printed number."""
    return f'[data-id="{number_id}"] a >> nth=0'


def focused(page):
    """The id of the number whose link has the focus."""
    return page.evaluate("document.activeElement.closest('[data-id]')?.dataset.id")


@pytest.fixture(scope="module")
def numbers(built_project):
    return json.loads((built_project / "results/numbers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def quotes(built_project):
    """id of a row -> the words of its source."""
    with (built_project / "data/raw/extraction.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["quote"] for row in csv.DictReader(file)}


@pytest.fixture
def panel(page):
    return page.locator("#chain")


def test_a_click_on_a_number_shows_the_quote_in_the_paper_without_a_network(
    visit, page, panel, path, numbers, quotes
):
    assert not panel.is_visible()
    page.click(link(POOL))
    assert panel.is_visible()
    shown = panel.text_content()
    assert str(numbers[POOL]["value"]) in shown
    rows = [row for row in numbers[POOL]["rows"] if row not in numbers[POOL]["stands"]]
    assert len({quotes[row] for row in rows}) > 2
    for row in rows:
        assert f"\u201c{quotes[row]}\u201d" in shown
    first = panel.locator("blockquote").first
    first.scroll_into_view_if_needed()
    assert first.evaluate(
        "(quote) => { const r = quote.getBoundingClientRect();"
        " return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === quote }"
    )
    assert [url for url in visit.asked if not url.startswith("data:")] == [path.resolve().as_uri()]
    assert visit.complaints == []


def test_the_panel_opens_and_closes_by_keyboard_and_gives_the_focus_back(page, panel):
    for key in ("Enter", " "):
        page.focus(link(POOL))
        page.keyboard.press(key)
        assert panel.is_visible(), key
        assert panel.evaluate("(panel) => panel.contains(document.activeElement)")
        page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert focused(page) == POOL
    page.evaluate("document.activeElement.blur()")
    page.locator(link(POOL)).evaluate("(link) => link.click()")  # a click need not focus its link
    page.keyboard.press("Escape")
    assert focused(page) == POOL


def test_the_panel_scrolls_by_keyboard_as_soon_as_it_is_open(browser, path):
    with Visit(browser, path, size=PHONE) as visit:
        visit.page.focus(link(POOL))
        visit.page.keyboard.press("Enter")
        visit.page.keyboard.press("PageDown")
        visit.page.wait_for_function("document.querySelector('#chain .chain-body').scrollTop > 100")


def test_the_panel_is_a_dialog_that_says_what_it_is_about(page, panel, numbers):
    page.click(link(POOL))
    name = f"{numbers[POOL]['text']} {numbers[POOL]['unit']}"
    assert page.get_by_role("dialog", name=name, exact=True).is_visible()
    page.get_by_role("button", name="Close").click()
    assert not panel.is_visible()


def test_every_printed_number_opens_its_own_chain(visit, page, numbers):
    opened = page.evaluate(
        "[...new Set([...document.querySelectorAll('[data-id]')].map((e) => e.dataset.id))].map("
        '(id) => { document.querySelector(`[data-id="${id}"] a, a[data-id="${id}"]`).dispatchEvent('
        "new MouseEvent('click', {bubbles: true, cancelable: true}));"
        " const panel = document.getElementById('chain');"
        " return [id, panel.open, panel.querySelector('header code').textContent,"
        " panel.querySelector('.chain-number').textContent, panel.textContent.length] })"
    )
    assert len(opened) > 100
    for name, is_open, told, text, length in opened:
        assert (is_open, told, text) == (True, name, numbers[name]["text"])
        assert length > 150, name
    assert visit.complaints == []


def test_a_number_in_a_figure_opens_its_chain_as_well(page, panel):
    page.click("#fig-flow svg a >> nth=0")
    assert panel.locator("header code").text_content() == "flow.records_identified"


def test_a_long_list_shows_eight_and_folds_the_rest_with_its_count(page, panel, numbers):
    page.click(link(POOL))
    more = len(set(numbers[POOL]["rows"]) - set(numbers[POOL]["stands"])) - 8
    assert more > 0
    summary = panel.locator("summary", has_text="cells").first
    assert summary.text_content() == f"Show {more} more cells"
    folded = summary.locator("xpath=..").locator("li").first
    before = folded.is_visible()
    summary.click()
    assert (before, folded.is_visible()) == (False, True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_panel_fits_the_window_and_nothing_is_cut_off_sideways(browser, path, size):
    with Visit(browser, path, size=size) as visit:
        panel = visit.page.locator("#chain")
        for number_id in (POOL, "claims.pooled_d.printed", "audit.claims"):
            visit.page.locator(link(number_id)).evaluate("(link) => link.click()")
            panel.evaluate(
                "(panel) => panel.querySelectorAll('details').forEach((d) => d.open = true)"
            )
            box = panel.bounding_box()
            assert box["x"] >= 0 and box["y"] >= 0
            assert box["x"] + box["width"] <= size["width"]
            assert box["y"] + box["height"] <= size["height"]
            wide = panel.evaluate(
                "(panel) => [...panel.querySelectorAll('*')].filter((e) =>"
                " e.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1 ||"
                " e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')"
                ".map((e) => e.className || e.tagName)"
            )
            assert wide == [], number_id
            visit.page.keyboard.press("Escape")


def test_a_click_beside_the_panel_closes_it_and_opens_the_number_that_lies_there(page, panel):
    page.click(link(POOL))
    near = "p:has-text('Before and after.') [data-id='pooled.primary.k'] a"  # left of the panel
    box = page.locator(near).first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert panel.locator("header code").text_content() == "pooled.primary.k"
    page.mouse.click(5, 5)
    assert not panel.is_visible()


def test_a_link_in_the_panel_leads_to_the_row_in_the_table(page, panel):
    page.click(link(POOL))
    panel.locator('a[href^="#provenance-"]').click()
    assert not panel.is_visible()
    assert page.url.endswith(f"#provenance-{POOL}")
    assert page.locator(f'[id="provenance-{POOL}"]').is_visible()


def test_the_panel_is_not_printed(page, panel):
    page.click(link(POOL))
    on_screen = panel.is_visible()
    page.emulate_media(media="print")
    assert (on_screen, panel.is_visible()) == (True, False)


def test_without_javascript_a_click_leads_to_the_row_in_the_table(browser, path):
    with Visit(browser, path, script=False) as visit:
        visit.page.locator(f'.num a[href="#provenance-{POOL}"]').first.click()
        visit.page.wait_for_url(f"**#provenance-{POOL}")
        assert visit.page.locator(f'[id="provenance-{POOL}"]').is_visible()
        assert visit.page.locator("#chain").count() == 0


def test_hostile_quotes_are_shown_word_for_word_and_do_nothing(browser, tmp_path, path):
    hostile = "</script><img src=x onerror='window.hacked = 1'><b>5.0</b> &amp; \u202e <!--"
    html = path.read_text(encoding="utf-8")
    chains = unpacked(json.loads(TEXT.search(html)[1]))
    for cell in chains["cells"]:
        cell.update(dict.fromkeys(("quote", "what", "value", "unit", "source", "note"), hostile))
    chains["numbers"][POOL] |= {"name": hostile, "unit": hostile, "method": "m", "file": hostile}
    chains["methods"]["m"] = [[hostile, hostile]]
    bare = f'<html><body><span class="num" data-id="{POOL}"><a href="#p">1</a></span></body></html>'
    spoiled = tmp_path / "hostile.html"
    spoiled.write_text(with_panel(bare, lambda ids: chains), encoding="utf-8")
    with Visit(browser, spoiled, size=PHONE) as visit:
        visit.page.click(link(POOL))
        panel = visit.page.locator("#chain")
        assert f"\u201c{hostile}\u201d" in panel.text_content()
        assert panel.locator("img, script").count() == 0
        assert visit.page.evaluate("window.hacked") is None


def test_the_panel_and_the_scripts_make_the_page_at_most_half_as_large_again(path):
    html = path.read_text(encoding="utf-8")
    bare = re.sub(
        r'<style>\n/\* The panel.*?</style>|<script type="application/json" id="chains">.*?</script>'
        r"|<script>\n// The panel.*?</script>|<script>\n// What the page.*?</script>",
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
