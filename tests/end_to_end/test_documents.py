"""Page, Word file and PDF of one run: the same numbers in all three, all of them those of the registry."""

import re
from collections import Counter

import docx
import pytest
from pypdf import PdfReader

from tests.documents import page_text, pdf_text, squeezed, word_text
from workflow.lib.files.tables import read_json
from workflow.lib.render.conditional import without_page_only
from workflow.lib.render.includes import expand
from workflow.lib.render.shortcodes import ids_in
from workflow.lib.render.typeset import needs_other_fonts

pytestmark = pytest.mark.end_to_end

READ = {"index.html": page_text, "report.docx": word_text, "report.pdf": pdf_text}
SHORTCODE = re.compile(r"\{\{<\s*num\s+(\S+?)\s*>\}\}")
NUMBER = re.compile(r"(?<![\w.])[-<]?\d+(?:\.\d+)?")
HEADING = re.compile(r"^(#+) (.+?) \{#(sec-[\w-]+)\}$", re.MULTILINE)
MARKUP = re.compile(r"[*`\[\]@\\_^~<>{}&#;'\"|]")
MARK = 0xE000  # first of the characters that stand for a number while a line is split


@pytest.fixture(scope="module")
def texts(built_project):
    folder = built_project / "results/report"
    return {name: read(folder / name) for name, read in READ.items()}


@pytest.fixture(scope="module")
def source(built_project):
    """The text of the report as all three formats print it, with the ids of its numbers."""
    folder = built_project / "results/report/_documents"
    text = without_page_only((folder / "index.qmd").read_text(encoding="utf-8"))
    return expand(text, folder, "index.qmd").text


@pytest.fixture(scope="module")
def numbers(built_project):
    return read_json(built_project / "results/numbers.json")


def phrases(source, numbers):
    """(ids, printed phrase) of every piece of text between markup that has numbers."""
    for line in source.split("\n"):
        ids = SHORTCODE.findall(line)
        for place in range(len(ids)):
            line = SHORTCODE.sub(chr(MARK + place), line, count=1)
        for piece in MARKUP.split(line):
            own = {
                char: ids[ord(char) - MARK] for char in piece if 0 <= ord(char) - MARK < len(ids)
            }
            printed = {ord(char): numbers[name]["text"] for char, name in own.items()}
            if own:
                yield list(own.values()), piece.translate(printed)


@pytest.mark.parametrize("name", READ)
def test_every_number_of_the_sources_is_printed_with_its_text_and_among_its_words(
    name, texts, source, numbers
):
    read, met = squeezed(texts[name]), set()
    for ids, phrase in phrases(source, numbers):
        assert squeezed(phrase) in read, (ids, phrase)
        met |= set(ids)
    assert met == set(ids_in(source))
    assert len(met) > 400


def test_each_number_is_printed_as_often_in_each_document(texts, source, numbers):
    printed = Counter(
        text for name in SHORTCODE.findall(source) for text in NUMBER.findall(numbers[name]["text"])
    )
    for name, text in texts.items():
        found = Counter(NUMBER.findall(text))
        if name != "report.pdf":  # narrow columns of a PDF break a long number
            assert not printed - found, (name, printed - found)


def test_documents_print_no_number_that_the_page_does_not_print(texts, built_project):
    page = set(NUMBER.findall(texts["index.html"]))
    body = texts["report.docx"]
    paragraphs = docx.Document(built_project / "results/report/report.docx").paragraphs
    heads = [one.text for one in paragraphs if one.style.name.startswith("Heading")]
    own = re.findall(
        r"(?:Figure|Table|Section) \d+(?:\.\d+)*", body
    )  # a tab of the page has no number
    own += [found[0] for head in heads if (found := re.match(r"\d+(?:\.\d+)*", head))]
    allowed = page | {number for words in own for number in NUMBER.findall(words)}
    assert set(NUMBER.findall(body)) <= allowed


def test_sections_have_the_same_numbers_in_all_three(texts, source):
    level, counts = 2, [0, 0, 0]
    for marks, title, _ in HEADING.findall(source):
        depth = len(marks) - level
        if depth > 1 or "{" in title:
            continue
        counts[depth] += 1
        counts[depth + 1 :] = [0] * len(counts[depth + 1 :])
        numbered = f"{'.'.join(map(str, counts[: depth + 1]))} {title}"
        for name, text in texts.items():
            assert squeezed(numbered) in squeezed(text), (name, numbered)


def test_the_pdf_is_tagged_and_needs_no_font_of_the_machine(built_project, source):
    reader = PdfReader(built_project / "results/report/report.pdf")
    assert "pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data().decode("utf-8")
    assert reader.metadata.title == "Cryoneurolysis for phantom limb pain"
    assert not needs_other_fonts(source)


def test_nothing_in_the_pdf_runs_over_the_edge(built_project):
    for page in PdfReader(built_project / "results/report/report.pdf").pages:
        places = []
        page.extract_text(visitor_text=lambda text, cm, tm, font, size, to=places: to.append(tm[4]))
        assert max(places) < float(page.mediabox.right) - 20


def test_the_word_file_has_the_tables_and_figures_of_the_sources(built_project, source):
    document = docx.Document(built_project / "results/report/report.docx")
    assert len(document.tables) == len(re.findall(r"\{#tbl-", source))
    assert len(document.inline_shapes) == len(re.findall(r"\{#fig-", source))


def test_the_box_says_how_to_cite_this_version(texts, built_project):
    lock = read_json(built_project / "numbers.lock.json")["numbers"]
    for text in texts.values():
        assert "How to cite this version" in text
        assert squeezed(lock) in squeezed(text)
