"""The report as a Word file and as a tagged PDF, from the sources of the page, by pandoc and Typst."""

from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import RenderError
from workflow.lib.render.conditional import without_page_only
from workflow.lib.render.includes import SourceText, expand
from workflow.lib.render.pandoc import pandoc
from workflow.lib.render.quarto import made_by_quarto
from workflow.lib.render.settings import authors_of, page_settings, pandoc_options
from workflow.lib.render.shortcodes import fill_numbers
from workflow.lib.render.typeset import typeset
from workflow.lib.render.word_file import finished

HERE = Path(__file__).parent
COMMON = (
    # what a cell says is never raw: neither a block nor a command of another format
    "--from=markdown+table_attributes-raw_attribute-raw_tex",
    f"--lua-filter={HERE / 'documents.lua'}",
    "--citeproc",  # after the filter: it must not see @fig-x
)
REFERENCE = HERE.parents[2] / "report/reference.docx"  # where a review's own report/ has none
QUARTO_FORMS = {"docx": "docx", "pdf": "typst"}


@dataclass(frozen=True, slots=True)
class Document:
    """What stands on every page or in the properties of a document, besides its text."""

    title: str
    note: str = ""  # who made it


def write_word(source: Path, *, numbers: dict, output: Path, document: Document) -> None:
    """Write the Word file of the markdown file `source` to `output`.

    Raises
    ------
    RenderError
        If a number, reference, citation, image or include is unknown, with its place; the file at
        `output` stays as it was.
    """
    source, draft = Path(source), _draft(output)
    expanded, markdown, options = _prepared(source, numbers, document, "docx")
    settings = page_settings(expanded.text, source, "docx")
    style = source.parent / settings.get("reference-doc", "reference.docx")
    options += [f"--reference-doc={(style if style.is_file() else REFERENCE).resolve()}"]
    if document.note:
        markdown += f"\n\n::: {{.absent}}\n{document.note}\n:::\n"
    try:
        options += ["--to=docx", f"--output={draft.resolve()}"]
        pandoc(markdown, options, expanded, source)
        draft.write_bytes(finished(draft.read_bytes()))
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def write_pdf(source: Path, *, numbers: dict, output: Path, document: Document) -> None:
    """Write the PDF of the markdown file `source` to `output`; errors as for `write_word`."""
    source, draft = Path(source), _draft(output)
    expanded, markdown, options = _prepared(source, numbers, document, "typst")
    authors = authors_of(page_settings(expanded.text, source, "typst"))
    options += [
        "--to=typst",
        f"--template={HERE / 'document.typ'}",
        f"--variable=title-text:{_typst_string(document.title)}",
        *(f"--variable=author-texts:{_typst_string(name)}" for name in authors),
        f"--metadata=renderer-note:{document.note}",
    ]
    text = pandoc(markdown, options, expanded, source)
    try:
        draft.write_bytes(typeset(text, source.parent, lambda words: _place(words, expanded)))
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def write_with_quarto(folder: Path, source: str, output: Path, quarto: str) -> None:
    """Have Quarto make the document that the suffix of `output` names, and put it there.

    Raises
    ------
    RenderError
        If Quarto fails or leaves something unresolved.
    """
    form = QUARTO_FORMS[Path(output).suffix.removeprefix(".")]
    made = made_by_quarto(folder, source, quarto, form=form)
    draft = _draft(output)
    draft.write_bytes(made.read_bytes())
    draft.replace(output)


def _prepared(source, numbers, document, form):
    """The expanded source, its markdown with plain numbers, and the options that both formats share."""
    text = without_page_only(source.read_text(encoding="utf-8"))
    expanded = expand(text, source.parent, source.name)
    markdown = fill_numbers(expanded.text, numbers, linked=False, where=expanded.where)
    if not document.title.strip():
        raise RenderError(f"{source.name}: a document needs a title")
    options = [*COMMON, *pandoc_options(expanded.text, source, form=form)]
    options += [f"--metadata=title:{document.title}"]
    return expanded, markdown, options


def _draft(output):
    """A hidden file beside `output`, which is moved there once it is whole."""
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    return output.with_name(f".{output.name}.draft")


def _typst_string(text):
    """`text` as it may stand between the quotes of a Typst string."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _place(words: list[str], expanded: SourceText) -> str | None:
    """Where the first of `words` that the source has stands there."""
    return next(filter(None, map(expanded.find, words)), None)
