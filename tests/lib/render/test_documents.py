"""workflow/lib/render/documents.py: a Word file and a tagged PDF of the sources of the page.

Everything here is made up.
"""

import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfReader

from tests.documents import part, pdf_text, squeezed, word_text, words
from tests.lib.render.conftest import NUMBERS, write_report
from workflow.lib.errors import RenderError
from workflow.lib.render.documents import Document, write_pdf, write_with_quarto, write_word
from workflow.lib.render.markdown import escape_markdown, pipe_table

DOCUMENT = Document('A made-up review: #1 \\ "two"', "Made by a test.")
WRITERS = {"docx": write_word, "pdf": write_pdf}
READ = {"docx": word_text, "pdf": pdf_text}
FORMS = sorted(WRITERS)
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "entity": "&lt;b&gt; & \"quotes\" 'too'",
    "markdown": "**bold** _it_ `code` [a](http://x.org) ![b](c.png) # h",
    "latex": r"\input{/etc/passwd} $\alpha$ \textbf{x} % y",
    "typst": '#import "/etc/passwd": x #panic("no") @smith2017 $x^2$ <label> *a* _b_ = c',
    "typst_comment": "a // b /* c */ d -- e --- f ... g ~ h",
    "raw": "`#panic()`{=typst} ```{=openxml}",
    "shortcode": "{{< num nowhere >}} {{< include x >}}",
    "formula": "=cmd|' /C calc'!A0",
    "openxml": "<w:br/></w:t></w:r> ]]>",
    "brackets": "] } ) #] [ { (",
    "minus": "-5.66 to -0.5 and a-1",
}


@pytest.fixture
def staged(report):
    """The small report with the pixels that Word shows."""
    return with_pixels(report)


def with_pixels(report):
    Image.new("RGB", (9, 9), "white").save(report / "figures/forest.png")
    settings = (report / "_quarto.yml").read_text(encoding="utf-8")
    numbered = "  docx: {number-sections: true}\n  typst: {number-sections: true}\n"
    (report / "_quarto.yml").write_text(settings + numbered, encoding="utf-8")
    return report


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The small report as Word file and PDF, for all tests that only read them."""
    staged = with_pixels(write_report(tmp_path_factory.mktemp("made")))
    return {form: write(form, staged, dict(NUMBERS)) for form in FORMS}


def write(form, staged, numbers, prose=None, output=None):
    if prose is not None:
        (staged / "index.qmd").write_text(prose, encoding="utf-8")
    output = output or staged.parent / f"report/report.{form}"
    WRITERS[form](staged / "index.qmd", numbers=numbers, output=output, document=DOCUMENT)
    return output


def refusal(form, staged, numbers, prose):
    with pytest.raises(RenderError) as caught:
        write(form, staged, numbers, prose)
    return str(caught.value)


def head(text):
    return f"---\ntitle: Made up\nbibliography: references.bib\n---\n\n{text}\n"


@pytest.mark.parametrize("form", FORMS)
def test_equal_sources_give_equal_bytes(form, staged, numbers, made):
    assert write(form, staged, numbers).read_bytes() == made[form].read_bytes()
    assert [path.name for path in (staged.parent / "report").iterdir()] == [f"report.{form}"]


@pytest.mark.parametrize("form", FORMS)
def test_the_words_of_the_page_stand_in_the_document(form, made):
    text = READ[form](made[form])
    for expected in (
        'A made-up review: #1 \\ "two"',
        "A. Reviewer",
        "The effect is \u22120.72.",
        "Figure 1: Forest, \u22120.72.",
        "See Figure 1, Table 1, Section 2 and 3; Panel 2.",
        "What this is not",
        "Not causal: \u22120.72.",
        "No title.",
        "First panel.",
        "Second panel.",
        "Follows Smith (2017) and others (Smith 2017, 2).",
        "A footnote.",
        "Table 1: Every number, such as 9.",
        "{{< num nowhere >}}",  # typed as code
        "Made by a test.",
    ):
        assert squeezed(expected) in squeezed(text), expected


@pytest.mark.parametrize("form", FORMS)
def test_what_only_the_page_can_do_is_left_out(form, staged, numbers):
    prose = head(
        '::: {.content-visible when-format="html"}\nClick here.\n\n::: {.callout-note}\nFolded.\n:::\n'
        ":::\n\n"
        '::: {.content-hidden when-format="html"}\nSee the page.\n:::\n\nKept '
        '[now]{.content-hidden unless-format="html"}[never]{.content-visible when-format="html"}.'
    )
    text = READ[form](write(form, staged, numbers, prose))
    assert "Click" not in text
    assert "Folded" not in text
    assert "never" not in text
    assert "See the page. Kept ." in text.replace("Kept.", "Kept .").replace("now", "")


@pytest.mark.parametrize("form", FORMS)
def test_links_that_lead_nowhere_on_paper_are_words(form, staged, numbers):
    prose = head(
        "## One\n\n[]{#sec-one}\n\nSee [here](#sec-one), [row](#row-x), [file](../figures/x.csv), "
        "[there](https://example.org/a) and @sec-one.\n\n## Two {#sec-two}\n\nEnd."
    )
    path = write(form, staged, numbers, prose)
    assert "See here, row, file, there and Section 1." in READ[form](path)
    if form == "docx":
        xml = part(path, "word/document.xml")
        assert re.findall(r'<w:hyperlink w:anchor="([^"]*)"', xml) == ["sec-one", "sec-one"]
        assert xml.count("<w:hyperlink r:id=") == 1


def test_figures_and_tables_of_the_word_file_count_themselves(made):
    xml = part(made["docx"], "word/document.xml")
    assert re.findall(r"<w:instrText[^>]*> (.*?) </w:instrText>", xml) == [
        *("REF ref_fig_forest \\h", "REF ref_tbl_numbers \\h", "REF ref_fig_right \\h"),
        "REF ref_fig_left \\h",
        *["SEQ Figure \\* ARABIC"] * 3,
        "SEQ Table \\* ARABIC",
    ]
    marks = re.findall(r'w:bookmarkStart [^>]*w:name="(ref_\w+)"', xml)
    assert marks == ["ref_fig_forest", "ref_fig_left", "ref_fig_right", "ref_tbl_numbers"]
    ids = re.findall(r'w:bookmarkStart w:id="(\d+)"', xml)
    assert len(ids) == len(set(ids))


def test_the_word_file_has_real_tables_whose_head_repeats(made):
    document = docx.Document(made["docx"])
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Number", "Printed"]
    assert [row.cells[1].text for row in table.rows[1:]] == ["\u22120.72", "9"]
    first, second = (row._tr.trPr for row in table.rows[:2])
    assert first.find(qn("w:tblHeader")) is not None
    assert second.find(qn("w:cantSplit")) is not None
    assert first.find(qn("w:cantSplit")) is not None
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in table.rows[0].cells)
    assert table.style.name == "Table"


def test_a_sign_stays_with_its_number_in_the_word_file(staged, numbers):
    output = write("docx", staged, numbers, head("From **-5.66** to -0.5, not a-1 or 2-3."))
    assert part(output, "word/document.xml").count("<w:noBreakHyphen/>") == 2
    texts = [paragraph.text for paragraph in docx.Document(output).paragraphs]
    assert "From -5.66 to -0.5, not a-1 or 2-3." in [words(text) for text in texts]


def test_the_word_file_uses_the_styles_of_the_reference_document(made):
    used = {p.style.name for p in docx.Document(made["docx"]).paragraphs}
    assert {
        "Title",
        "Heading 1",
        "Image Caption",
        "Table Caption",
        "Callout",
        "Callout Title",
    } <= used
    assert {"Bibliography", "Author", "Remark"} <= used


def test_the_word_file_has_title_authors_language_and_a_fixed_day(made):
    path = made["docx"]
    core = docx.Document(path).core_properties
    assert (core.title, core.language) == (DOCUMENT.title, "en")
    assert core.author == "A. Reviewer; B. Auditor"
    with zipfile.ZipFile(path) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert core.created.year == core.modified.year == 1980


def test_figures_of_the_word_file_have_words_and_pixels(made):
    path = made["docx"]
    xml = part(path, "word/document.xml")
    assert re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', xml) == ["Nine lines", "Left", "Right"]
    with zipfile.ZipFile(path) as file:
        media = [name for name in file.namelist() if name.startswith("word/media/")]
    assert media
    assert all(name.endswith(".png") for name in media)


def test_the_pdf_is_tagged_with_title_language_words_of_figures_and_fonts_within(made):
    reader = PdfReader(made["pdf"])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title == DOCUMENT.title
    assert reader.metadata.author == "A. Reviewer, B. Auditor"
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode("utf-8")
    tags = list(elements(root["/StructTreeRoot"]))
    assert {"/H1", "/P", "/Table", "/TH", "/TD", "/Figure", "/Caption"} <= {
        tag.get("/S") for tag in tags
    }
    figures = [tag for tag in tags if tag.get("/S") == "/Figure"]
    assert [tag["/Alt"] for tag in figures] == ["Nine lines", "Left", "Right"]
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font["/DescendantFonts"]
            described = inner.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described)


def elements(node):
    """Every element of a structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from elements(one)
    elif isinstance(node, dict):
        yield node
        yield from elements(node.get("/K", []))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Word and PDF of one table with all hostile texts, a text with directions, and a very long one."""
    staged = tmp_path_factory.mktemp("hostile") / "_src"
    staged.mkdir()
    texts = HOSTILE | {"bidi": "a\u202eb\u2066c", "long": "x" * 10_000, "words": "no end " * 1_400}
    rows = [[escape_markdown(name), escape_markdown(text)] for name, text in texts.items()]
    prose = pipe_table(["Name", "Text"], rows, caption="All", label="all")
    lines = "\n\n".join(escape_markdown(text) for text in HOSTILE.values())
    (staged / "index.qmd").write_text(
        f"---\ntitle: x\n---\n\n{prose}\n\n{lines}\n", encoding="utf-8"
    )
    paths = {form: write(form, staged, {}) for form in FORMS}
    return paths | {f"text of {form}": squeezed(READ[form](paths[form])) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_text(form, name, hostile):
    read = hostile[f"text of {form}"].translate(CURLED)
    expected = squeezed(HOSTILE[name]).translate(CURLED)
    assert read.count(expected) >= 2, expected


CURLED = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})


@pytest.mark.parametrize("form", FORMS)
def test_directions_are_spelled_out_and_very_long_words_are_whole(form, hostile):
    text = hostile[f"text of {form}"]
    assert "a\u27e8U+202E\u27e9b\u27e8U+2066\u27e9c" in text
    assert re.search("[\u202a-\u202e\u2066-\u2069]", text) is None
    assert sum(map(len, re.findall("x{8,}", text))) == 10_000  # page after page
    assert text.count("noend") >= 1_400


def test_a_very_long_word_stays_within_the_page(hostile):
    places = []
    for page in PdfReader(hostile["pdf"]).pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: places.append(tm[4]))
    assert max(places) < float(page.mediabox.right)


@pytest.mark.parametrize("form", FORMS)
def test_raw_parts_of_the_prose_are_not_carried_out(form, staged, numbers):
    prose = head(
        "Before <b>bold</b> \\LaTeX{} `#panic()`{=typst} after.\n\n<!-- hidden -->\n\nEnd."
    )
    text = READ[form](write(form, staged, numbers, prose))
    assert "Before bold" in text
    assert "hidden" not in text
    assert "#panic()" in text
    assert "End." in text


WIDE = ["Study", "Arm", "Step", "Inputs", "Result", "Formula", "Status"]


def wide_table(rows):
    cells = [
        [f"Made-up study {n}", "arm", "step", *["some longer words " * 3] * 4] for n in range(rows)
    ]
    return head(pipe_table(WIDE, cells, caption="Wide", label="wide") + "\n\nAfter.\n")


@pytest.mark.parametrize(("rows", "turned"), [(3, False), (20, True)])
def test_long_wide_tables_have_turned_pages(staged, numbers, rows, turned):
    prose = wide_table(rows)
    pages = PdfReader(write("pdf", staged, numbers, prose)).pages
    sideways = [page.mediabox.width > page.mediabox.height for page in pages]
    assert any(sideways) == turned
    assert not sideways[0]
    assert not sideways[-1]
    sections = docx.Document(write("docx", staged, numbers, prose)).sections
    wide = [section.page_width > section.page_height for section in sections]
    assert wide == ([False, True, False] if turned else [False])
    assert all("PAGE" in section.footer._element.xml for section in sections)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("prose", "message"),
    [
        ("One.\n\n{{< num nowhere >}}", "index.qmd:8: no number called nowhere"),
        ("One.\n\nSee @fig-none.", "index.qmd:8: unresolved reference @fig-none"),
        ("One.\n\nBy @nobody2020.", "index.qmd:8"),
        ("One.\n\n![A](figures/none.svg){#fig-a}", "index.qmd:8"),
        ("{{< include none.md >}}", "index.qmd:6: include none.md: no such file"),
    ],
)
def test_an_error_names_its_line_and_leaves_the_old_file(form, staged, numbers, prose, message):
    path = staged.parent / f"report/report.{form}"
    path.parent.mkdir()
    path.write_text("of the last run", encoding="utf-8")
    assert message in refusal(form, staged, numbers, head(prose))
    assert path.read_text(encoding="utf-8") == "of the last run"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_broken_figure_is_refused_by_typst_with_its_line(staged, numbers):
    (staged / "figures/broken.svg").write_text("<svg", encoding="utf-8")
    message = refusal("pdf", staged, numbers, head("One.\n\n![A](figures/broken.svg){#fig-a}"))
    assert message.startswith("index.qmd:8: Typst: ")


def test_a_document_without_a_title_is_refused(staged, numbers):
    with pytest.raises(RenderError, match="needs a title"):
        write_pdf(
            staged / "index.qmd", numbers=numbers, output=staged / "x.pdf", document=Document(" ")
        )


def test_a_style_of_the_references_is_followed(staged, numbers):
    style = (
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info>'
        "<title>x</title><id>x</id><updated>2020-01-01T00:00:00+00:00</updated></info>"
        '<citation><layout prefix="[" suffix="]"><text variable="citation-number"/></layout></citation>'
        '<bibliography><layout><text variable="title"/></layout></bibliography></style>'
    )
    (staged / "made.csl").write_text(style, encoding="utf-8")
    (staged / "_metadata.yml").write_text("csl: made.csl\nauthor: [Made Up]\n", encoding="utf-8")
    prose = head("Known [@smith2017].")
    for form in FORMS:
        text = READ[form](write(form, staged, numbers, prose))
        assert "Known [1]." in text
        assert "Made Up" in text


def test_quarto_is_asked_for_both_documents(staged, tmp_path):
    quarto = tmp_path / "quarto"
    quarto.write_text(
        '#!/bin/sh\necho "$*" >> calls\nmkdir -p _site; echo word > _site/index.docx; echo pdf > _site/index.pdf\n'
    )
    quarto.chmod(0o755)
    for form in FORMS:
        output = tmp_path / f"made/report.{form}"
        write_with_quarto(staged, "index.qmd", output, str(quarto))
        assert words(output.read_text()) == {"docx": "word", "pdf": "pdf"}[form]
    calls = (staged / "calls").read_text().splitlines()
    assert calls == ["render index.qmd --to docx", "render index.qmd --to typst"]
