"""What a source keeps for the page alone, taken out before a document is made: large tables cost time."""

import re

from workflow.lib.render.regions import blank_code

FENCE = re.compile(r"[ ]{0,3}(?P<colons>:{3,})[ ]*(?P<rest>.*?)[ ]*:*\s*")
PAGE_ONLY = re.compile(r"\{[^{}]*\.content-visible\b[^{}]*\bwhen-format=\"html\"[^{}]*\}")


def without_page_only(text: str) -> str:
    """`text` without what stands in a div {.content-visible when-format="html"}; as many lines.

    The filter formats.lua does the same to what is included; here it is done before that.
    """
    depth, hidden, lines = 0, None, []
    for line, prose in zip(text.split("\n"), blank_code(text).split("\n"), strict=True):
        fence = FENCE.fullmatch(prose)
        opens = bool(fence and fence["rest"])
        if opens:
            depth += 1
            if hidden is None and PAGE_ONLY.fullmatch(fence["rest"]):
                hidden = depth
        lines.append(line if hidden is None else "")
        if fence and not opens:
            hidden = None if hidden == depth else hidden
            depth -= 1
    return "\n".join(lines)
