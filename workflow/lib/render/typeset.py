"""Typst text as the bytes of a tagged PDF: no clock, no network, and the fonts that the packages bring.

Libertinus comes with Typst, DejaVu with matplotlib. Only a text with letters that DejaVu lacks (Chinese,
Thai, ...) is set with the fonts of the machine too; where those lack them as well, a box is printed.
"""

import re
from collections.abc import Callable
from pathlib import Path

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

from workflow.lib.errors import RenderError

STANDARD = "ua-1"  # PDF/UA-1: tagged, with title, language and the words of every figure
FONTS = Path(matplotlib.get_data_path()) / "fonts/ttf"  # DejaVu, for what Typst's own lack
LINE = re.compile(
    r"\.typ:(\d+):\d+"
)  # the last one is that of the text, after those of the template
PICTURE = re.compile(r"[^/\s\"]+/[^/\s\"]+\.(?:svg|png)")
WORD = re.compile(r"[^\W_]{4,}(?:[ ][^\W_]{2,})*")
DAY = 315532800  # 1980-01-01, as in the Word file: equal runs give equal bytes


def typeset(text: str, folder: Path, find: Callable[[list[str]], str | None]) -> bytes:
    """The PDF of the Typst `text`, whose images lie in `folder`.

    `find` names the place in the report's source of the first of some words that stands there.

    Raises
    ------
    RenderError
        If Typst refuses the text: its message, with the place in the source where it can be told.
    """
    path = Path(folder) / "document.typ"
    path.write_text(text, encoding="utf-8")
    try:
        return typst.compile(
            str(path),
            root=str(folder),
            font_paths=[str(FONTS)],
            ignore_system_fonts=not needs_other_fonts(text),
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=DAY,
        )
    except typst.TypstError as error:
        raise RenderError(_explain(error, text.split("\n"), find)) from None


def needs_other_fonts(text: str) -> bool:
    """Whether `text` has letters that the fonts of the packages lack."""
    known = FT2Font(str(FONTS / "DejaVuSans.ttf")).get_charmap()
    return any(ord(char) not in known for char in set(text) if not char.isspace())


def _explain(error, lines, find):
    """The message of Typst, its hints, and the place of the picture or the words that it is about."""
    numbers = LINE.findall(error.diagnostic or "")
    line = lines[int(numbers[-1]) - 1].strip() if numbers else ""
    pictures = PICTURE.findall(line) + PICTURE.findall(error.diagnostic or "")
    place = find([*pictures, *sorted(WORD.findall(line), key=len, reverse=True)])
    hints = "".join(f"; {hint}" for hint in error.hints)
    shown = f" (at: {line[:80]})" if line else ""
    return f"{place or 'document.typ'}: Typst: {error.message}{hints}{shown}"
