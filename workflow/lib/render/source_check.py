"""What a report names and does not have: references, figures and citations, each with its file and line."""

import re
from pathlib import Path

from workflow.lib.errors import RenderError
from workflow.lib.render.includes import SourceText
from workflow.lib.render.regions import blank_code
from workflow.lib.render.settings import as_list, page_settings

REFERENCE = re.compile(r"(?<![\w\\])@([Ff]ig|[Tt]bl|[Ss]ec)(-[\w:.-]*\w)")
CITATION = re.compile(
    r"(?<![\w\\/])@(?!(?:fig|tbl|sec)-)([A-Za-z_](?:[\w:.#$%&+?~/-]*\w)?)", re.IGNORECASE
)
IMAGE = re.compile(r"\]\((?!\w+:|//)([^()\s]+\.(?:svg|png|jpe?g|gif))\)", re.IGNORECASE)
LABEL = re.compile(r"\{[^{}]*#((?:fig|tbl)-[\w:.-]+)|^#+ .*\{[^{}]*#(sec-[\w:.-]+)", re.MULTILINE)
ENTRY = re.compile(r"^\s*@\w+\s*\{\s*([^,\s]+)", re.MULTILINE)


def refuse_unresolved(text: SourceText, source: Path) -> None:
    """Refuse what the report `source`, whose whole text is `text`, names and does not have.

    Both renderers would complain, each in its own way and mostly without a line; this comes before
    them. Text from data has no `@` and no link: it is escaped (see markdown.py).

    Raises
    ------
    RenderError
        If there is anything; all of it at once, in the order of the text.
    """
    prose = blank_code(text.text)
    found = sorted(
        {*_references(prose), *_images(prose, source.parent), *_citations(prose, source)}
    )
    if found:
        lines = dict.fromkeys(f"{text.where(offset)}: {problem}" for offset, problem in found)
        raise RenderError("\n".join(lines))


def _references(prose):
    """(offset, problem) of each reference to a figure, table or section that is not labelled."""
    labels = {name for match in LABEL.finditer(prose) for name in match.groups() if name}
    for match in REFERENCE.finditer(prose):
        if match[1].lower() + match[2] not in labels:
            yield match.start(), f"unresolved reference {match[0]}"


def _images(prose, folder):
    """(offset, problem) of each image that is no file."""
    for match in IMAGE.finditer(prose):
        if not (folder / match[1]).is_file():
            yield (
                match.start(),
                f"image {match[1]}: no such file; the path is relative to the report",
            )


def _citations(prose, source):
    """(offset, problem) of each citation that no bibliography of the report has."""
    files = as_list(page_settings(prose, source).get("bibliography"))
    texts = [
        path.read_text(encoding="utf-8")
        for path in (source.parent / name for name in files)
        if path.is_file()
    ]
    known = {key for one in texts for key in ENTRY.findall(one)}
    if len(texts) < len(files):
        return  # the renderer names the file
    where = ", ".join(files) or "a bibliography, which this report does not name"
    for match in CITATION.finditer(prose):
        if match[1] not in known:
            yield match.start(), f"citation {match[1]} is not in {where}"
