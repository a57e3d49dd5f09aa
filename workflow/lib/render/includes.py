"""The text of a report with its included files, and where each line of it came from."""

import re
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import RenderError
from workflow.lib.render.regions import blank_code

INCLUDE = re.compile(r"\s*\{\{<\s*include\s+(?P<path>\S+)\s*>\}\}\s*")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A markdown text whose lines remember the file and the line they were typed in."""

    text: str
    origins: tuple[tuple[str, int], ...]  # (file, line) of each line of text

    def where(self, offset: int) -> str:
        """The place of character `offset` as "file:line"."""
        name, line = self.origins[self.text.count("\n", 0, offset)]
        return f"{name}:{line}"

    def find(self, token: str) -> str | None:
        """The place of the first `token` as "file:line", None if it does not occur."""
        offset = self.text.find(token)
        return None if offset < 0 else self.where(offset)


def expand(text: str, folder: Path, source: str) -> SourceText:
    """`text` of the file `source` with every `{{< include path >}}` replaced by the file.

    Paths are relative to `folder`, at every depth, as in Quarto.

    Raises
    ------
    RenderError
        If included files are missing or include themselves; all of them at once.
    """
    problems: list[str] = []
    pairs = list(_lines(text, (source,), folder, problems))
    if problems:
        raise RenderError("\n".join(problems))
    return SourceText("\n".join(line for line, _ in pairs), tuple(origin for _, origin in pairs))


def _lines(text, chain, folder, problems):
    """Each line of the expanded text with its origin; `chain` is the path of files to here."""
    for number, (line, prose) in enumerate(
        zip(text.split("\n"), blank_code(text).split("\n"), strict=True), start=1
    ):
        include = INCLUDE.fullmatch(prose)
        if include is None:
            yield line, (chain[-1], number)
            continue
        name = include["path"].strip("\"'")
        problem = _refusal(name, chain, folder)
        if problem:
            problems.append(f"{chain[-1]}:{number}: include {name}: {problem}")
            continue
        content = (folder / name).read_text(encoding="utf-8")
        yield from _lines(content.rstrip("\n"), (*chain, name), folder, problems)
        yield "", (chain[-1], number)  # a blank line ends the included block, as in Quarto


def _refusal(name, chain, folder):
    """Why the file `name` cannot be included here, None if it can."""
    if name in chain:
        return f"the file includes itself ({' > '.join((*chain, name))})"
    if not (folder / name).is_file():
        return f"no such file; the path is relative to the folder of {chain[0]}"
    return None
