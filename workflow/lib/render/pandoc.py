"""One call of pandoc, the stand-in for Quarto, and its complaints with file and line."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pypandoc

from workflow.lib.errors import RenderError
from workflow.lib.render.includes import SourceText

# what a format leaves out, and what no line parts; before any other filter
FILTERS = ("formats.lua", "spaces.lua")
COMMON = (
    *("--standalone", "--wrap=none", "--fail-if-warnings"),
    *(f"--lua-filter={Path(__file__).parent / name}" for name in FILTERS),
)
ORIGIN = re.compile(r"^\[WARNING\] (?:Scripting warning at \S+ line \d+ column \d+: )?")
TOKEN = re.compile(r"@[\w:.-]*\w|(?<=resource )\S+|(?<=image )\S+|(?<=citation )\S+|'[^']+'")
EPOCH = "315532800"  # 1980-01-01, the first day of a zip file: equal runs give equal bytes


def pandoc_path() -> str:
    """Where pandoc is: the one that comes with pypandoc_binary, or a newer one."""
    try:
        return pypandoc.get_pandoc_path()
    except OSError:
        raise RenderError(
            "pandoc is missing; install it with pip install pypandoc_binary"
        ) from None


def pandoc(markdown: str, options: list[str], expanded: SourceText, source: Path) -> str:
    """What pandoc prints for `markdown`, the filled-in text of `source`.

    Raises
    ------
    RenderError
        If pandoc fails or warns, each complaint with the place of the word it is about.
    """
    with tempfile.TemporaryDirectory() as empty:  # no user's own pandoc defaults
        command = [pandoc_path(), f"--data-dir={empty}", *COMMON, *options]
        run = run_in(command, source.parent, markdown)
    if run.returncode != 0:
        raise RenderError(_explain(run.stderr, expanded, source))
    return run.stdout


def run_in(command, folder, text=None):
    """The finished process of `command` run in `folder` with `text` as its input."""
    # Pandoc reads names of folders by the locale: LANG=C would have no letters but English ones.
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command,
        cwd=folder,
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=environment,
    )


def _explain(stderr: str, expanded: SourceText, source: Path) -> str:
    """Pandoc's complaints, each with the place of the word it complains about."""
    complaints = re.split(r"^(?=\[\w+\]|Error|Failing)", stderr, flags=re.MULTILINE)
    found = [" ".join(c.split()) for c in complaints if c.strip()]
    found = [c for c in dict.fromkeys(found) if not c.startswith(("Failing", "[INFO]"))]
    return "\n".join(f"{_place(c, expanded) or source.name}: {ORIGIN.sub('', c)}" for c in found)


def _place(complaint: str, expanded: SourceText) -> str | None:
    """Where the word that `complaint` names stands in the source, if it does."""
    for token in TOKEN.findall(complaint):
        token = token.rstrip(":")
        stem = token.removesuffix(".png")  # drawn as SVG too, and named so in the source
        for word in (token.strip("'"), f"@{token}", f"{stem}.svg"):
            if place := expanded.find(word):
                return place
    return None
