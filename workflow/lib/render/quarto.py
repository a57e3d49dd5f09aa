"""One file that Quarto makes of a report's source, or what Quarto complained about."""

import re
from pathlib import Path

from workflow.lib.errors import RenderError
from workflow.lib.render.pandoc import run_in

SUFFIXES = {"html": ".html", "docx": ".docx", "typst": ".pdf"}
COMPLAINT = re.compile(
    r"citation \S+ not found|unable to resolve|could not fetch|not found in path", re.IGNORECASE
)


def made_by_quarto(folder: Path, source: str, quarto: str, *, form: str = "html") -> Path:
    """The file that `quarto render` makes of `source` in the staged `folder`; `form` as in _quarto.yml.

    Raises
    ------
    RenderError
        If Quarto fails, warns of something unresolved, or makes no file.
    """
    made = Path(folder) / "_site" / Path(source).with_suffix(SUFFIXES[form])
    made.unlink(missing_ok=True)  # a file of an earlier run is no result of this one
    run = run_in([quarto, "render", source, "--to", form], folder)
    if run.returncode != 0:
        raise RenderError(f"quarto render {source} failed:\n{_tail(run.stderr or run.stdout)}")
    complaints = [line for line in run.stderr.splitlines() if COMPLAINT.search(line)]
    if complaints:  # Quarto warns of these and goes on
        raise RenderError(f"quarto render {source}:\n{_tail(chr(10).join(complaints))}")
    if not made.is_file():
        raise RenderError(f"quarto render {source} made no {made.name} in {made.parent.name}")
    return made


def _tail(text, lines=20):
    """The last `lines` lines of `text`, without terminal colours."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(plain.strip().splitlines()[-lines:])
