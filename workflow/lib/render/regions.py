"""Where a markdown text is not prose: its front matter, code and comments."""

import re

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
COMMENT = r"<!--.*?-->"
FENCED = (
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[^`~\n]*\n"  # opening line with its language
    r"(?:.*?\n)??[ \t>]*(?P=fence)[`~]*[ \t]*$"  # up to a closing line at least as long
)
SPAN = (
    r"(?<![`\\])(?P<ticks>`+)(?!`)"
    r"(?:(?!\n[ \t]*\n).)+?"  # a code span ends with its paragraph
    r"(?<!`)(?P=ticks)(?!`)"
)
CODE = re.compile(f"{COMMENT}|{FENCED}|{SPAN}", re.DOTALL | re.MULTILINE)


def split_front_matter(text: str) -> tuple[str, str]:
    """The YAML block with its fences ("" if there is none) and the rest of `text`."""
    match = FRONT_MATTER.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def blank(pattern: re.Pattern, text: str) -> str:
    """`text` with every match of `pattern` replaced by spaces: same length, same lines."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def blank_code(text: str) -> str:
    """`text` with code spans, fenced code and comments of its body replaced by spaces."""
    header, body = split_front_matter(text)
    return header + blank(CODE, body)
