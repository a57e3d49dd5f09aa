"""workflow/lib/render/collection_page.py: the searchable table, with and without its script, in a browser."""

import re

import pytest

from tests.browser import PHONE, Visit, chromium
from workflow.lib.render.collection_page import SIZE, index_page, meta_page

WORDS = {
    "lead": "Lead",
    "table": "All",
    "whole": "x.csv",
    "made": "Made",
    "name": "One",
    "note": "N",
}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def listing(count, *, ids=True):
    return {
        "names": [[f"Review {n // 10}" for n in range(count)], [f"<b>{n}" for n in range(count)]],
        "heads": ["k", "p"],
        "numbers": [[str(n) for n in range(count)], [""] * count],
        "ids": [f"{n:016x}" for n in range(count)] if ids else [],
    }


def made(count, **more):
    return index_page("A <title>", [("k", "5")], listing(count, **more), (SVG, "alt"), WORDS)


def test_without_scripts_the_first_rows_stand_there_and_nothing_of_a_text_is_markup():
    text = made(120)
    assert text.count('<td class="name">') == SIZE
    assert f"1 to {SIZE} of 120" in text
    assert "<title>A &lt;title&gt;</title>" in text
    assert "<b>" not in text
    assert not re.search(r'(src|href)="(http|//)', text)


def test_an_empty_table_and_one_without_pages_of_its_own_are_pages_too():
    assert "1 to 0 of 0" in made(0)
    assert "pages/" not in re.sub(r"<script>.*</script>", "", made(3, ids=False), flags=re.DOTALL)


def test_the_page_of_one_escapes_what_others_wrote():
    parts = {"facts": [("<i>", "&")], "figure": (SVG, '"'), "source": "<s>"}
    text = meta_page("<x>", "<y>", parts | {"tables": [("<h>", ["<a>"], [["<c>"]], "<n>")]})
    for tag in ("<i>", "<s>", "<x>", "<y>", "<h>", "<a>", "<c>", "<n>"):
        assert tag not in text


@pytest.mark.parametrize("ids", [True, False])
def test_words_find_rows_and_pages_are_turned(tmp_path, ids):
    (tmp_path / "index.html").write_text(made(120, ids=ids), encoding="utf-8")
    with chromium() as browser, Visit(browser, tmp_path / "index.html", size=PHONE) as visit:
        page, told = visit.page, visit.page.locator("#told")
        rows, find = page.locator("table.listed tbody tr"), page.locator("#find")
        find.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert rows.count() == SIZE
        for _ in range(2):
            page.click("#next")
        assert (rows.count(), told.text_content()) == (20, "101 to 120 of 120")
        assert page.locator("#next").is_disabled()
        find.fill("REVIEW 7")
        count = sum("7" in f"{n // 10} {n}" for n in range(120))  # each word in any text of a row
        assert told.text_content() == f"1 to {count} of {count}"
        find.fill("review 7 <b>73")
        assert page.locator("td.name").first.text_content() == "Review 7<b>73"
        find.fill("nothing like it")
        assert (rows.count(), told.text_content()) == (0, "0 to 0 of 0")
        assert visit.complaints == []
        assert [url for url in visit.asked if not url.startswith(("file:", "data:"))] == []
