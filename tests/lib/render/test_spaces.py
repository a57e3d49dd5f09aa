"""workflow/lib/render/spaces.lua: what a line must not part stays together in every format. Numbers are made up."""

import html
import re

import pytest

from tests.documents import part
from tests.lib.render.conftest import write_report
from workflow.lib.render.documents import Document, write_word
from workflow.lib.render.page import render_page
from workflow.lib.render.pandoc import pandoc

HOLD = "\u00a0"
NUMBERS = {
    "level": {"text": "95", "method": "m"},
    "ci_lb": {"text": "-5.66", "method": "m"},
    "small": {"text": "<0.001", "method": "m"},
    "p": {"text": "0.275", "method": "m"},
    "k": {"text": "12", "method": "m"},
}
PROSE = (
    "{{< num k >}} studies; {{< num k >}} points ({{< num level >}}% CI {{< num ci_lb >}} to "
    "{{< num k >}}, p = {{< num p >}}, or p {{< num small >}}) in {{< num k >}} of them, a CI of none. "
    "Number\n\n| [k]{#provenance-k} [l]{#provenance-level} [c]{#provenance-ci_lb} |\n|---|\n"
    "| [s]{#provenance-small} [p]{#provenance-p} |\n"
)
TOLD = "12~studies; 12~points (95%~CI~-5.66 to 12, p~=~0.275, or p~<0.001) in 12 of them, a CI of none."


def held(text):
    """`text` with single blanks, and ~ where a line cannot break."""
    return " ".join(re.sub(r"[ \n\t]+", " ", text).replace(HOLD, "~").split())


@pytest.fixture
def source(tmp_path):
    folder = write_report(tmp_path)
    (folder / "index.qmd").write_text(f"---\ntitle: Made up\n---\n\n{PROSE}", encoding="utf-8")
    return folder / "index.qmd"


def test_the_page_keeps_numbers_with_their_words(source, tmp_path):
    render_page(
        source, numbers=NUMBERS, output=tmp_path / "page.html", renderer_note="made by a test"
    )
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert TOLD in held(html.unescape(re.sub(r"<[^>]+>", "", page)))


def test_the_word_file_keeps_numbers_with_their_words(source, tmp_path):
    write_word(source, numbers=NUMBERS, output=tmp_path / "a.docx", document=Document("Made up"))
    body = part(tmp_path / "a.docx", "word/document.xml").replace("<w:noBreakHyphen/>", "-")
    assert TOLD in held(html.unescape(re.sub(r"<[^>]+>", "", body)))


def test_typst_keeps_numbers_with_their_words(source):
    text = pandoc("p = 0.275 (95% CI -5.66 to 12) in 12 studies", ["--to=typst"], None, source)
    assert "p~=~0.275 (95%~CI~" in text
    assert "in 12~studies" in text
