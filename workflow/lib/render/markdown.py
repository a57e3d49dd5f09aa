"""Data as markdown: cells that cannot act as markup, and tables made of cells."""

import html
import re
import unicodedata

from workflow.lib.errors import RenderError

SPACE = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
SURROGATE = re.compile("[\ud800-\udfff]")
ALWAYS = set("\\`*_{}[]<>|&!\"'$@#^~:%")
DOUBLED = set("-=+")  # harmless alone inside a line: "--" and "==" are not
LIST_MARKER = re.compile(r"\w+(?=[.)](?:\s|$))")
SHORTCODE = re.compile(r"\{\{<.*?>\}\}")
LINK = re.compile(r"!?\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^)]*\)|\{[^}]*\})")
ENTITY = re.compile(r"&#?\w+;")
NEEDLESS_ENTITY = re.compile(r"&#(37|39|45|58|60(?=;\d));")  # % ' - : anywhere, < before a digit
RULES = {"left": ":{}", "right": "{}:", "center": ":{}:", None: "{}"}
WIDEST = 48  # characters; a longer column wraps, so its width says nothing more
BOLDER = 2  # letters that a bold word of a header is wider than the same letters in a cell
SHORTCODE_WIDTH = 6  # characters a printed number takes


def visible_text(text: str) -> str:
    """`text` as a reader may see it: one line, no control characters, bidi controls spelled out."""
    text = SPACE.sub(" ", text).strip(" ")
    if text.isprintable():  # none of the characters below is
        return text
    text = BIDI.sub(lambda match: f"\u27e8U+{ord(match[0]):04X}\u27e9", text)
    text = SURROGATE.sub("\ufffd", text)
    return "".join(c for c in text if unicodedata.category(c) != "Cc" and c != "\ufeff")


def escape_markdown(text: str) -> str:
    """`text` as markdown that prints it and does nothing else, in prose or in a table cell.

    Characters that could start markup become numeric entities. A backslash would do for
    pandoc, but Quarto looks for `{{<` and `:::` before it and knows no backslash.
    """
    text = visible_text(str(text)).strip(" ")
    marker = LIST_MARKER.match(text)
    return "".join(
        f"&#{ord(c)};" if _acts(text, i, marker.end() if marker else -1) else c
        for i, c in enumerate(text)
    )


def escape_html(text) -> str:
    """`text` as HTML that prints it and does nothing else."""
    return html.escape(visible_text(str(text)))


def without_entities(text):
    """Markdown without the entities that a number's text does not need outside a page."""
    return NEEDLESS_ENTITY.sub(lambda match: chr(int(match[1])), text)


def _acts(text, i, marker):
    """Whether character `i` of `text` could act as markup; `marker` ends a list number."""
    c = text[i]
    if c in ALWAYS or i == marker:
        return True
    if i == 0:
        return c.isascii() and not c.isalnum()
    if c == ".":
        return "." in (text[i - 1], text[i + 1 : i + 2]) or text[:i].lower().endswith("www")
    return c in DOUBLED and c in (text[i - 1], text[i + 1 : i + 2])


def pipe_table(header, rows, *, align=None, caption=None, label=None) -> str:
    """A pipe table of `header` and `rows`, whose cells are markdown already.

    `align` has one of "left", "right", "center", None per column. `label` is the id
    after "tbl-". The dashes of the rule carry the relative widths: pandoc and Quarto
    use them as soon as a line is longer than a screen.
    """
    align = tuple(align or (None,) * len(header))
    _check_shape(header, rows, align)
    rule = [
        RULES[side].format("-" * width)
        for side, width in zip(align, _widths(header, rows), strict=True)
    ]
    lines = [_line(cells) for cells in (header, rule, *rows)]
    if caption is not None or label is not None:
        attributes = f" {{#tbl-{label}}}" if label else ""
        lines += ["", f": {caption or ''}{attributes}"]
    return "\n".join(lines) + "\n"


def _check_shape(header, rows, align):
    """Raise RenderError if a row or `align` has not one entry per column."""
    wrong = [n for n, row in enumerate(rows, start=1) if len(row) != len(header)]
    if wrong or len(align) != len(header):
        raise RenderError(
            f"pipe_table: {len(header)} columns, but align has {len(align)} entries "
            f"and rows {wrong or 'none'} have another number of cells"
        )


def _line(cells):
    """One line of a pipe table; a line break inside a cell becomes a space."""
    return "| " + " | ".join(SPACE.sub(" ", str(cell)).strip() for cell in cells) + " |"


def _widths(header, rows):
    """Dashes per column: its typical printed width, at least its longest word."""
    return [_width([_printed(cell) for cell in cells]) for cells in zip(header, *rows, strict=True)]


def _width(cells):
    """Width of a column of printed `cells`, its bold header first: the longest; a rare long one counts less."""
    lengths = sorted(len(cell) for cell in cells)
    typical = lengths[int(0.9 * (len(lengths) - 1))]
    bold = max((len(word) + BOLDER for word in cells[0].split()), default=0)
    word = max((len(word) for cell in cells[1:] for word in cell.split()), default=0)
    word = max(bold, word)
    return max(3, min(max(typical, word, lengths[-1] // 3), WIDEST))


def _printed(cell):
    """A cell without its markup, near enough to measure it."""
    cell = SHORTCODE.sub("0" * SHORTCODE_WIDTH, str(cell))
    while cell != (shorter := LINK.sub(r"\g<text>", cell)):
        cell = shorter
    return ENTITY.sub("x", cell).strip()
