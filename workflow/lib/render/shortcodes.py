"""A report's markdown with its included files and its numbers filled in."""

import difflib
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from workflow.lib.errors import RenderError
from workflow.lib.render.includes import expand
from workflow.lib.render.markdown import escape_markdown, pipe_table
from workflow.lib.render.regions import FRONT_MATTER, blank_code, split_front_matter

__all__ = ["escape_markdown", "expand_includes", "fill_numbers", "ids_in", "pipe_table"]

SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(?P<name>[\w-]*)\s*(?P<argument>[^<>]*?)\s*>\}\}(?!\})")
SHOWN = re.compile(r"\{(\{\{<[^<>]*>\}\})\}")  # {{{< num x >}}} shows a shortcode
ID = re.compile(r"[\w.:-]+")
HEADING = re.compile(r"[ >]*#{1,6}[ \t]")
OPEN_ATTRIBUTE = re.compile(r"\{[^{}]*=\"[^\"]*\Z")


def expand_includes(text: str, folder: Path) -> str:
    """`text` with every `{{< include path >}}` line replaced by the file in `folder`."""
    return expand(text, Path(folder), "text").text


def ids_in(text: str) -> tuple[str, ...]:
    """The ids of all numbers that `text` prints, in order of first use."""
    found = (match["argument"].strip("\"'") for match in _shortcodes(text, "num"))
    return tuple(dict.fromkeys(found))


def fill_numbers(
    text: str,
    numbers: dict,
    *,
    linked: bool = True,
    where: Callable[[int], str] | None = None,
) -> str:
    """`text` with every `{{< num id >}}` replaced by the printed text of that number.

    With `linked` the number is a link to `#provenance-id`, except in headings and
    attributes, where no link can stand. `where` names the place of a character.

    Raises
    ------
    RenderError
        If ids are unknown or shortcodes malformed; all of them at once.
    """
    _check(text, numbers, where or (lambda offset: f"line {text.count(chr(10), 0, offset) + 1}"))
    header, body = split_front_matter(text)
    return _fill_header(header, numbers, linked) + _fill_body(body, numbers, linked)


def _shortcodes(text, name=None):
    """Matches of all shortcodes outside code; only those called `name`, if given."""
    found = SHORTCODE.finditer(blank_code(text))
    return [match for match in found if name in (None, match["name"])]


def _check(text, numbers, where):
    """Raise one RenderError for all shortcodes in `text` that cannot be filled."""
    places: dict[str, list[str]] = {}
    for match in _shortcodes(text):
        problem = _problem(match, numbers)
        if problem:
            places.setdefault(problem, []).append(where(match.start()))
    if places:
        raise RenderError("\n".join(f"{', '.join(at)}: {what}" for what, at in places.items()))


def _problem(match, numbers):
    """What is wrong with one shortcode, None if nothing is."""
    name, number_id = match["name"], match["argument"].strip("\"'")
    if name == "include":
        return f"{match[0]}: an include stands alone on its line"
    if name != "num" or not ID.fullmatch(number_id):
        return f"{match[0]}: only {{{{< num ID >}}}} and {{{{< include FILE >}}}} are known"
    if number_id in numbers:
        return None
    nearest = difflib.get_close_matches(number_id, numbers, n=3)
    advice = f"nearest: {', '.join(nearest)}" if nearest else f"none of {len(numbers)} is near"
    return f"no number called {number_id}; {advice}"


def _fill_header(header, numbers, linked):
    """Front matter with its numbers; rewritten as YAML, because a link needs quotes."""
    if not _shortcodes(header, "num"):
        return header
    try:
        settings = yaml.safe_load(FRONT_MATTER.match(header)["yaml"])
    except yaml.YAMLError as error:
        raise RenderError(f"front matter is not YAML; quote values with numbers: {error}") from None
    filled = _fill_values(settings, numbers, linked)
    return f"---\n{yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=1e6)}---\n"


def _fill_values(value, numbers, linked):
    """`value` with the numbers of every string inside it filled in."""
    if isinstance(value, str):
        return _fill_body(value, numbers, linked)
    if isinstance(value, list):
        return [_fill_values(item, numbers, linked) for item in value]
    if isinstance(value, dict):
        return {key: _fill_values(item, numbers, linked) for key, item in value.items()}
    return value


def _fill_body(text, numbers, linked):
    """`text` without front matter, with its numbers filled in and shown shortcodes bared."""
    pieces, end = [], 0
    for match in _shortcodes(text, "num"):
        pieces.append(text[end : match.start()])
        plain = not linked or _admits_no_link(text, match.start())
        pieces.append(_printed(match["argument"].strip("\"'"), numbers, plain))
        end = match.end()
    return SHOWN.sub(r"\1", "".join(pieces) + text[end:])


def _admits_no_link(text, offset):
    """Whether `offset` lies in a heading or inside a quoted attribute."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    bare = SHORTCODE.sub("", line)
    return bool(HEADING.match(line) or OPEN_ATTRIBUTE.search(bare))


def _printed(number_id, numbers, plain):
    """Markdown of one number: its text, linked to its provenance unless `plain`."""
    text = escape_markdown(str(numbers[number_id]["text"]))
    if plain:
        return text
    return f'[[{text}](#provenance-{number_id})]{{.num data-id="{number_id}"}}'
