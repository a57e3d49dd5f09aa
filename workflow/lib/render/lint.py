"""Digits that somebody typed into prose, where a `{{< num ID >}}` should stand."""

import re
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.errors import RenderError
from workflow.lib.render.regions import CODE, blank, split_front_matter

PROSE_KEYS = ("title", "subtitle", "abstract", "description")
KEY = re.compile(r"(?P<name>[\w-]+):")
LOCATOR = r"(?:pp?|chap|sec|fig|vol|no|para)\.\s*\d[\d\u2013, -]*"
MARKUP = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"\{+<[^<>]*>\}+",  # shortcodes
        r"(?<=\])\((?:[^()]|\([^()]*\))*\)",  # targets of links and images
        r"^[ ]{0,3}\[(?!\^)[^\]]+\]:\s+\S.*$",  # definitions of links
        r"\[\^[^\]\s]+\]",  # footnote marks
        rf"@\{{[^}}]*\}}|@\w(?:[\w:.#$%&+?<>~/-]*\w)?(?:,\s*{LOCATOR}|\s*\[{LOCATOR}\])?",
        r"<?\bhttps?://[^\s>)]+>?",
        r"\b10\.\d{4,9}/[^\s<>\"]+",  # DOIs
        r"</?[A-Za-z][^<>]*>",
        r"(?<=[^\W\d])[*_]*(?:\^\d\^|~\d~)",  # I^2^: part of a symbol, not a number
    )
)
ATTRIBUTES = re.compile(r"\{(?=[#.=]|[\w-]+=)[^{}]*\}")
PROSE_VALUE = re.compile(r"\b(?:title|alt|fig-alt|fig-cap|tbl-cap)=\"(?P<value>[^\"]*)\"")
MATH = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$(?=\S)[^$\n]+?(?<=\S)\$(?!\d)", re.DOTALL)
MATH_GROUP = re.compile(r"\{[^{}]*\}")
MATH_RESULT = re.compile(r"\d*\.\d+|(?:[=<>]|\\approx|\\leq?|\\geq?)\s*[-+]?\d+")
LIST_ITEM = re.compile(r"[ \t>]*(?:\(?\d{1,3}[.)]|[-*+])\s")
LIST_NUMBER = re.compile(r"[ \t>]*\(?\d{1,3}[.)](?=\s)")
NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,:/]\d+)*(?:\s?%)?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One typed number: where it stands, the number and the line around it."""

    source: str
    line: int
    column: int  # from 1
    text: str
    excerpt: str


def typed_numbers(text: str, *, source: str, allowed: frozenset[str]) -> list[Finding]:
    """Every number typed in the prose of `text`, in reading order.

    Not prose: code, comments, shortcodes, citations, identifiers, link targets, list
    numbers, symbols such as I^2^, formulas without results, front matter other than
    title, subtitle, abstract and description. `allowed` are whole words or phrases
    that contain digits but state no number, such as "PRISMA 2020".
    """
    prose = _without_allowed(_prose(text), allowed)
    lines = text.split("\n")
    return [
        Finding(source, number, match.start() + 1, match[0], _excerpt(lines[number - 1], match))
        for number, line in enumerate(prose.split("\n"), start=1)
        for match in NUMBER.finditer(line)
    ]


def _prose(text):
    """`text` with everything that is not prose replaced by spaces, line by line as long."""
    header, body = split_front_matter(text)
    body = ATTRIBUTES.sub(_prose_values, blank(MARKUP[0], blank(CODE, body)))
    text = _prose_of_header(header) + MATH.sub(_math_results, body)
    for pattern in MARKUP:
        text = blank(pattern, text)
    return _without_list_numbers(text)


def _prose_of_header(header):
    """Front matter with all but the values of prose keys replaced by spaces."""
    kept, lines = False, []
    for line in header.split("\n"):
        key = KEY.match(line)
        start = key.end() if key else 0
        if key or line.startswith(("---", "...")):
            kept = bool(key) and key["name"] in PROSE_KEYS
        lines.append(" " * start + line[start:] if kept else " " * len(line))
    return "\n".join(lines)


def _prose_values(match):
    """An attribute block of which only the values that a reader sees remain."""
    return _only(match[0], [value.span("value") for value in PROSE_VALUE.finditer(match[0])])


def _math_results(match):
    """A formula of which only decimals and numbers after a relation sign remain."""
    bare = match[0]
    while (inner := blank(MATH_GROUP, bare)) != bare:
        bare = inner
    spans = [found.span() for found in MATH_RESULT.finditer(bare)]
    decimals = [found.span() for found in re.finditer(r"\d*\.\d+", match[0])]
    return _only(match[0], spans + decimals)


def _only(text, spans):
    """`text` with everything outside `spans` replaced by spaces; line breaks stay."""
    kept = {i for start, end in spans for i in range(start, end)}
    return "".join(c if c == "\n" or i in kept else " " for i, c in enumerate(text))


def _without_list_numbers(text):
    """`text` without the numbers of ordered lists: they open a paragraph or follow an item."""
    lines, in_list = [], True
    for line in text.split("\n"):
        lines.append(blank(LIST_NUMBER, line) if in_list and LIST_NUMBER.match(line) else line)
        in_list = not line.strip() or bool(LIST_ITEM.match(line))
    return "\n".join(lines)


def _without_allowed(text, allowed):
    """`text` with the whole words of `allowed` replaced by spaces, the longest first."""
    for words in sorted(allowed, key=len, reverse=True):
        phrase = r"\s+".join(re.escape(word) for word in words.split())
        text = blank(re.compile(rf"(?<!\w){phrase}(?!\w)"), text)
    return text


def _excerpt(line, match, around=30):
    """The part of `line` around a match."""
    start, end = max(0, match.start() - around), match.end() + around
    return ("…" if start else "") + line[start:end].strip() + ("…" if end < len(line) else "")


def refuse_typed_numbers(folder: Path) -> None:
    """Nothing, if no .qmd in `folder` has a typed number outside its `allowed_words.txt`.

    Raises
    ------
    RenderError
        With file, line, column and number of every finding.
    """
    words = folder / "allowed_words.txt"
    allowed = words.read_text(encoding="utf-8").splitlines() if words.is_file() else []
    found = [
        finding
        for path in sorted(folder.rglob("*.qmd"))
        for finding in typed_numbers(
            path.read_text(encoding="utf-8"),
            source=path.relative_to(folder).as_posix(),
            allowed=frozenset(word for word in allowed if word),
        )
    ]
    if found:
        lines = (
            f"{f.source}:{f.line}:{f.column}: typed number {f.text}: {f.excerpt}" for f in found
        )
        cure = "print it with {{< num ID >}}, or add the whole word to report/allowed_words.txt"
        raise RenderError("\n".join([*lines, cure]))
