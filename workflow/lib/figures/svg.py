"""What an SVG tells a reader who does not see it: title, description, and the name of each link."""

import re
from collections.abc import Mapping
from html import escape

LINK = re.compile(r'(<g id="link-([^"]+)">\s*<a xlink:href="[^"]*")')
ROOT = re.compile(r"<svg\b[^>]*(?=>)")


def described(svg: bytes, *, title: str, description: str, links: Mapping[str, str]) -> bytes:
    """The SVG with a title, a description, and a name for each link (box -> name).

    Notes
    -----
    The root is a document, not an image: an image would hide its links from assistive technology.
    """
    text = svg.decode("utf-8")
    spoken = ' role="graphics-document document" aria-labelledby="title description"'
    head = f'<title id="title">{_safe(title)}</title>\n <desc id="description">{_safe(description)}</desc>'
    text = ROOT.sub(lambda match: match[0] + spoken, text, count=1)
    place = text.index(">", text.index("<svg")) + 1
    text = f"{text[:place]}\n {head}{text[place:]}"
    return LINK.sub(lambda found: _named(found, links), text).encode("utf-8")


def _named(found: re.Match, links: Mapping[str, str]) -> str:
    """The opening of a link with its name; its area is clicked although nothing of it is painted."""
    name = links.get(found[2])
    label = f' aria-label="{_safe(name)}"' if name else ""
    return f'{found[1]} pointer-events="all"{label}'


def _safe(text: str) -> str:
    return escape(text, quote=True)
