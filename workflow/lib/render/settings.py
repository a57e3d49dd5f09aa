"""Pandoc's options from `_quarto.yml` and the front matter, as Quarto reads them."""

from pathlib import Path

import yaml

from workflow.lib.errors import RenderError
from workflow.lib.render.regions import FRONT_MATTER

CLOCK = ("today", "now", "last-modified")
HANDED_ON = ("bibliography", "csl", "lang", "toc-title", "reference-section-title")


def pandoc_options(text: str, source: Path, *, form: str = "html") -> list[str]:
    """Command line options for the page of `source`, whose markdown is `text`, or for another `form`."""
    settings = page_settings(text, source, form)
    if str(settings.get("date", "")) in CLOCK:
        raise RenderError(f"{source.name}: date: write the day; a page must not depend on a clock")
    options = [
        f"--toc={_flag(settings, 'toc')}",
        f"--toc-depth={settings.get('toc-depth', 3)}",
        f"--number-sections={_flag(settings, 'number-sections')}",
        f"--metadata=link-citations:{_flag(settings, 'link-citations', default=True)}",
    ]
    shared = source.with_name("_metadata.yml")  # its title is Markdown, which --metadata is not
    options += [f"--metadata-file={shared.name}"] if shared.exists() else []
    if not settings.get("title"):
        options.append(f"--metadata=pagetitle:{settings.get('pagetitle', source.stem)}")
    options += [
        f"--metadata={name}:{item}" for name in HANDED_ON for item in as_list(settings.get(name))
    ]
    options += [f"--metadata=author:{name}" for name in authors_of(settings)]
    return options + [f"--css={_existing(css, source)}" for css in as_list(settings.get("css"))]


def authors_of(settings: dict) -> list[str]:
    """Names of the authors in `settings`."""
    return [name for name in as_list(settings.get("author")) if isinstance(name, str)]


def page_settings(text: str, source: Path, form: str = "html") -> dict:
    """Settings of `_quarto.yml` and `_metadata.yml` beside `source`, then the page's own.

    Those of the format `form` (html, docx, typst) come on top of each.
    """
    beside = [source.parent / name for name in ("_quarto.yml", "_metadata.yml")]
    shared = [_mapping(one.read_text(encoding="utf-8"), one.name) for one in beside if one.exists()]
    header = FRONT_MATTER.match(text)
    own = _mapping(header["yaml"] or "", source.name) if header else {}
    settings = {}
    for part in (*shared, own):
        settings |= _flat(part, form)
    return settings


def _flat(settings, form):
    """`settings` with those of the format `form` on top, without the project's."""
    formats = settings.get("format")
    own = formats.get(form) if isinstance(formats, dict) else None
    return settings | (own if isinstance(own, dict) else {})


def _mapping(text, name):
    """The mapping that the YAML `text` of the file `name` holds."""
    try:
        settings = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise RenderError(f"{name}: not YAML: {error}") from None
    if not isinstance(settings, dict):
        raise RenderError(f"{name}: the settings must be `key: value` lines")
    return settings


def _flag(settings, name, *, default=False):
    """The boolean setting `name` in pandoc's spelling."""
    return "true" if settings.get(name, default) else "false"


def as_list(value):
    """A setting that may be missing, one value or a list, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _existing(css, source):
    """The stylesheet `css`, which must lie beside `source`."""
    if not (source.parent / css).is_file():
        raise RenderError(f"{source.name}: css: no file {css} beside it")
    return css
