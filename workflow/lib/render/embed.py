"""A page that needs no other file: its style, its figures as inline SVG, their data as downloads."""

import base64
import html
import mimetypes
import re
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree

from workflow.lib.errors import RenderError
from workflow.lib.render.light_svg import light_svg

STYLE = re.compile(r'<link rel="stylesheet" href="([^":]+)"\s*/?>')
IMAGE = re.compile(r"<img\b[^>]*>")
DATA = re.compile(r'<a\b[^>]*?href="(?:\.\./)?(figures/[^"]+\.csv)"[^>]*>')
ATTRIBUTE = r'\s{}="([^"]*)"'
SVG_DATA = "data:image/svg+xml;base64,"
CAPTION = re.compile(r"(?:(?!<img\b|</figure>).)*?<figcaption[^>]*>(.*?)</figcaption>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def self_contained(page: str, folder: Path) -> str:
    """`page` with the files of `folder` that it names put into it.

    Figures become inline SVG with a title (their caption) and a description (their alternative
    text), so that words in them can be found, copied and enlarged, and links in them lead within the
    page; a link to the rows of a figure becomes a download that needs neither network nor script.

    Raises
    ------
    RenderError
        If files are missing; all of them at once.
    """
    names = [*STYLE.findall(page), *filter(None, map(_file_of, IMAGE.findall(page)))]
    names += map(unquote, DATA.findall(page))
    gone = [name for name in dict.fromkeys(names) if not (folder / name).is_file()]
    if gone:
        raise RenderError("\n".join(f"the page needs {name}, which is not there" for name in gone))
    page = STYLE.sub(lambda match: f"<style>\n{_text(folder / match[1])}</style>", page)
    page = DATA.sub(lambda match: _download(folder / unquote(match[1])), page)
    drawn: list[str] = []  # names of the figures so far: each id of the page occurs once
    return IMAGE.sub(lambda match: _image(match, folder, drawn), page)


def _file_of(tag):
    """The file that an image is read from; None for one that is in the page already."""
    source = _attribute(tag, "src")
    return None if source.startswith("data:") else unquote(source)


def _image(match, folder, drawn):
    """The image as inline SVG, or with its bytes where it is something else."""
    tag, name = match[0], _file_of(match[0])
    if name is None:
        source = _attribute(tag, "src")
        if not source.startswith(SVG_DATA):
            return tag
        svg = base64.b64decode(source.removeprefix(SVG_DATA)).decode("utf-8")
        name = f"figure-{len(drawn) + 1}.svg"
    elif not name.endswith(".svg"):
        return tag.replace(_attribute(tag, "src"), _data_uri(folder / name))
    else:
        svg = _text(folder / name)
    stem = re.sub(r"\W", "-", Path(name).stem)
    key = stem if stem not in drawn else f"{stem}-{len(drawn) + 1}"
    drawn.append(key)
    words = html.unescape(_attribute(tag, "alt"))
    caption = CAPTION.match(match.string, match.end())
    title = " ".join(html.unescape(TAG.sub("", caption[1])).split()) if caption else words
    return inline_svg(svg, key, title=title, description=words)


def inline_svg(svg: str, key: str, *, title: str, description: str) -> str:
    """`svg` for a page: named, described, and lighter; its own ids begin with `key`.

    Raises
    ------
    RenderError
        If it is not XML.
    """
    try:
        box, font, elements = light_svg(svg, key)
    except ElementTree.ParseError as error:
        raise RenderError(f"figure {key} is no SVG: {error}; draw it again") from None
    role = "group" if "<a " in elements else "img"  # what is one image has nothing to click in it
    size = f' viewBox="{box}"' if box else ""
    letters = f' font-family="{font}"' if font else ""  # all words of a figure have one face
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{size} class="figure" role="{role}" '
        f'aria-labelledby="{key}-title" aria-describedby="{key}-desc" stroke-linejoin="round" '
        f'stroke-linecap="butt"{letters}><title id="{key}-title">{html.escape(title)}</title>'
        f'<desc id="{key}-desc">{html.escape(description)}</desc>{elements}</svg>'
    )


def _download(path):
    """The opening tag of a link that saves `path`."""
    return f'<a class="download" download="{html.escape(path.name)}" href="{_data_uri(path)}">'


def _data_uri(path):
    """The bytes of a file as an address."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind == "text/csv":  # mostly digits, which need no code of three bytes for two
        return f"data:text/csv;charset=utf-8,{quote(_text(path), safe=',.:;/ ()=+')}"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _attribute(tag, name):
    """The value of one attribute of a tag as it is written, empty where there is none."""
    found = re.search(ATTRIBUTE.format(name), tag)
    return found[1] if found else ""


def _text(path):
    return Path(path).read_text(encoding="utf-8")
