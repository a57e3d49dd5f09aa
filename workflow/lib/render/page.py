"""The report as one self-contained HTML page, by Quarto or by its stand-in pandoc."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import RenderError
from workflow.lib.render.checks import page_problems
from workflow.lib.render.embed import self_contained
from workflow.lib.render.includes import SourceText, expand
from workflow.lib.render.pandoc import pandoc, pandoc_path
from workflow.lib.render.panel import with_panel
from workflow.lib.render.quarto import made_by_quarto
from workflow.lib.render.settings import pandoc_options
from workflow.lib.render.shortcodes import fill_numbers
from workflow.lib.render.source_check import refuse_unresolved

HERE = Path(__file__).parent
PAGE = (
    "--from=markdown+table_attributes",
    "--to=html5",
    "--mathml",
    "--syntax-highlighting=none",
    f"--template={HERE / 'template.html'}",
    f"--lua-filter={HERE / 'standin.lua'}",
    "--citeproc",  # after the filter: it must not see @fig-x
)
INSTALL_QUARTO = (
    "Quarto is not on the PATH; install it (`conda env create -f environment.yml` brings it, "
    "or its own installer from quarto.org), or set the renderer to auto or pandoc"
)


@dataclass(frozen=True, slots=True)
class Renderer:
    """The program that makes the page: its name, version and the command to call."""

    name: str  # "quarto" or "pandoc"
    version: str
    command: str


def find_renderer(choice: str, path_lookup: Callable[[str], str | None] = shutil.which) -> Renderer:
    """The renderer for `choice`: quarto, pandoc, or auto (quarto where there is one)."""
    if choice not in ("auto", "quarto", "pandoc"):
        raise RenderError(f"renderer: {choice!r} is not one of auto, quarto, pandoc")
    quarto = path_lookup("quarto") if choice != "pandoc" else None
    if quarto:
        return Renderer("quarto", _first_line(quarto, "--version"), quarto)
    if choice == "quarto":
        raise RenderError(INSTALL_QUARTO)
    own = pandoc_path()
    return Renderer("pandoc", _first_line(own, "--version").removeprefix("pandoc "), own)


def render_page(
    source: Path,
    *,
    numbers: dict,
    output: Path,
    renderer_note: str,
    explain: Callable[[list[str]], dict] | None = None,
) -> None:
    """Write the page of the markdown file `source` to `output` with pandoc.

    `numbers` is the registry, id -> {"text", "method", ...}; `renderer_note` is the
    sentence of the footer that says who made the page; `explain` gives the chains that a
    click on a number shows (see panel.py). The page at `output` changes only if everything
    went well.

    Raises
    ------
    RenderError
        If a number, reference, citation, image or include is unknown, with its place.
    """
    source = Path(source)
    expanded, markdown = _checked(source, numbers)
    options = pandoc_options(expanded.text, source)
    options = [*PAGE, *options, f"--metadata=renderer-note:{renderer_note}"]
    page = self_contained(pandoc(markdown, options, expanded, source), source.parent)
    _publish(with_panel(page, explain) if explain else page, output, expanded)


def render_with_quarto(
    folder: Path,
    source: str,
    output: Path,
    quarto: str,
    *,
    numbers: dict | None = None,
    explain: Callable[[list[str]], dict] | None = None,
) -> None:
    """Render `source` in the staged `folder` with Quarto and write its page to `output`.

    `numbers` and `explain` are those of `render_page`; with `numbers`, what the report names and
    does not have is refused with its line before Quarto begins.

    Raises
    ------
    RenderError
        If Quarto fails, or succeeds but leaves a reference or variable unresolved.
    """
    if numbers is not None:
        _checked(Path(folder) / source, numbers)
    page = made_by_quarto(folder, source, quarto)
    html = self_contained(page.read_text(encoding="utf-8"), Path(folder))
    _publish(with_panel(html, explain) if explain else html, output, None)


def _checked(source: Path, numbers: dict) -> tuple[SourceText, str]:
    """The report with its included files, and the same with its numbers; refused with places."""
    expanded = expand(source.read_text(encoding="utf-8"), source.parent, source.name)
    markdown = fill_numbers(expanded.text, numbers, where=expanded.where)
    refuse_unresolved(expanded, source)
    return expanded, markdown


def _publish(html: str, output: Path, expanded: SourceText | None) -> None:
    """Check `html` and put it at `output` in one step; an old page survives a failure."""
    problems = page_problems(html, expanded.find if expanded else lambda token: None)
    if problems:
        raise RenderError("\n".join(problems))
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = output.with_name(f".{output.name}.draft")
    draft.write_text(html, encoding="utf-8")
    draft.replace(output)


def _first_line(command, option):
    """First line that `command option` prints."""
    run = subprocess.run([command, option], capture_output=True, encoding="utf-8", check=False)
    return (run.stdout.splitlines() or ["unknown"])[0].strip()
