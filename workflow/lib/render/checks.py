"""What must not be in a finished page: unresolved marks, dead anchors, remote files."""

import re
from collections.abc import Callable

HIDDEN = re.compile(
    r"<(script|style|code|pre)\b(?P<tag>[^>]*)>.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE
)
# Quarto's marks are strong, so data may say the same; a shortcode that it does not know stays raw,
# one in data is escaped: {{&lt;
UNRESOLVED = re.compile(r"(?<=<strong>)\?(?:@\w+-|(?:var|meta|env):)[\w:.-]+|\{\{<[^<>]*>\}\}")
ANCHOR = re.compile(r"""\shref=["']#((?:provenance|fig|tbl|sec)-[^"']+)["']""")
ID = re.compile(r"""\sid=["']([^"']+)["']""")
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed|object|link)\b[^>]*?"""
    r"""\s(?:src|href|data|srcset)=["']((?:https?:)?//[^"']+)""",
    re.IGNORECASE,
)


def page_problems(html: str, find: Callable[[str], str | None]) -> list[str]:
    """All that is wrong with a finished page; `find` names the place of a word in the source."""
    prose = HIDDEN.sub("", html)
    ids = set(ID.findall(html))
    problems = [f"unresolved: {mark}" for mark in _unique(UNRESOLVED, prose)]
    for anchor in _unique(ANCHOR, prose):
        if anchor not in ids:
            word = anchor.removeprefix("provenance-")
            problems.append(f"{find(word) or 'page'}: nothing on the page has the id {anchor}")
    return problems + [f"the page loads {url} from elsewhere" for url in _unique(LOADED, html)]


def _unique(pattern, text):
    """Distinct matches of `pattern` in order of appearance."""
    return list(dict.fromkeys(pattern.findall(text)))
