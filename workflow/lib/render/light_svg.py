"""A figure for a page: the same drawing with a third of the bytes, its own ids under a name of its own.

What matplotlib writes is long: a group around each element, coordinates of a millionth of a point,
one style for each of hundreds of equal lines. Here groups that say nothing are opened, digits are cut
to what shows, neighbours of one style share it, and lines of one style become one path.
"""

import re
from html import escape
from xml.etree import ElementTree

# matplotlib's own; a rule would reach every other figure
DROPPED = ("metadata", "style", "title", "desc")
NUMBER = re.compile(r"\.\./report/index\.html(#provenance-[\w.:-]+)")
POINTER = re.compile(r"url\(#([^)]+)\)")
STEP = re.compile(r"([MLQCz])([^MLQCz]*)")
DRAWN = re.compile(r"(?:[MLQC](?:\s+-?[\d.]+(?:e-?\d+)?)+\s*|z\s*)*")  # as matplotlib writes a path
FINE = re.compile(r"-?\d*\.\d{3,}")  # a hundredth of a point is finer than any screen
SHAPE = {"x", "y", "width", "height", "points", "transform"}
NO_TURN = re.compile(r"rotate\(-?0 [^)]*\)")  # a turn by nothing
OWN_LAYER = re.compile(r"(?<![\w-])opacity:")  # is not handed down to children: it makes a layer
MANY_LAYERS = ("opacity", "dasharray")  # a style under which lines that overlap do not look as one


def light_svg(svg: str, key: str) -> tuple[str, str, str]:
    """(viewBox, font, elements) of an SVG; its ids become `key`-1, `key`-2 and so on."""
    root = ElementTree.fromstring(svg)
    box, font = root.get("viewBox", ""), ""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        font = font or _face(element.get("style", ""))
        element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        _cut(element)
    _without_idle_clips(root, box)
    content = _lighter(root)
    names = {name: f"{key}-{place}" for place, name in enumerate(_pointed_at(content), start=1)}
    return box, font, "".join(_written(element, names) for element in content)


def _face(style):
    """The font of a style; empty where it has none."""
    found = re.search(r"font-family: ([^;]*)", style)
    return found[1] if found else ""


def _cut(element):
    """Digits, fonts and furniture of one element, gone."""
    own = element.attrib
    if "d" in own and DRAWN.fullmatch(own["d"]):
        own["d"] = _steps(own["d"])
    for name in SHAPE & own.keys():
        own[name] = NO_TURN.sub("", FINE.sub(lambda match: _text(_hundredths(match[0])), own[name]))
    if "style" in own:
        kept = [part.strip() for part in own["style"].split(";") if "font-family" not in part]
        own["style"] = ";".join(re.sub(r":\s+", ":", part) for part in kept if part)
    for name in ("transform", "style"):
        if not own.get(name, "x"):
            own.pop(name)
    if element.tag == "a":
        _lead_within(own)


def _lead_within(own):
    """A link to a number leads within the page, and opens the panel."""
    own.pop("target", None)
    own["href"] = NUMBER.sub(r"\1", own.get("href", ""))
    if own["href"].startswith("#provenance-"):
        own["data-id"] = own["href"].removeprefix("#provenance-")


def _steps(drawn):
    """A path with steps from point to point instead of places; nothing drifts, the places are cut first."""
    words, x, y, start = [], 0, 0, (0, 0)
    for letter, digits in STEP.findall(drawn):
        if letter == "z":
            words.append("z")
            x, y = start
            continue
        places = list(map(_hundredths, digits.split()))
        moved = [place - (y if n % 2 else x) for n, place in enumerate(places)]
        x, y = places[-2:]
        if letter == "M":
            start = (x, y)
            words.append("M" + _joined(places))
        elif letter == "L" and 0 in moved:
            words.append("h" + _text(moved[0]) if moved[1] == 0 else "v" + _text(moved[1]))
        else:
            words.append(letter.lower() + _joined(moved))
    return "".join(words)


def _hundredths(digits):
    return round(float(digits) * 100)


def _text(hundredths):
    """Hundredths as a number: 50 is .5, -100 is -1."""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{sign}{whole or ''}{decimals}" if whole or rest else "0"


def _joined(numbers):
    return re.sub(r" (?=-)", "", " ".join(map(_text, numbers)))


def _without_idle_clips(root, box):
    """Clips that are as large as the sheet clip nothing: without them."""
    sheet = [float(part) for part in box.split()] or [0, 0, 0, 0]
    idle = {
        f"url(#{clip.get('id')})"
        for clip in root.iter("clipPath")
        if [one.tag for one in clip] == ["rect"] and _covers(clip[0], sheet)
    }
    for element in root.iter():
        if element.get("clip-path") in idle:
            element.attrib.pop("clip-path")


def _covers(rect, sheet):
    """Whether a rectangle has the whole sheet in it, to a hundredth of a point."""
    x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    right, bottom = sheet[0] + sheet[2], sheet[1] + sheet[3]
    return (
        x <= sheet[0]
        and y <= sheet[1]
        and x + width >= right - 0.01
        and y + height >= bottom - 0.01
    )


def _lighter(elements):
    """Elements with groups that say nothing opened, lines of one style joined, styles shared."""
    opened = []
    for element in elements:
        if element.tag in DROPPED or (element.tag == "path" and not element.get("d")):
            continue
        if element.tag not in ("g", "a", "defs"):
            opened.append(element)
            continue
        content = _lighter(element)
        own = {name: value for name, value in element.attrib.items() if name != "id"}
        if element.tag == "g" and not own:
            opened += content
        elif content:
            element[:] = content
            opened.append(element)
    return _sharing(_merged(opened))


def _merged(elements):
    """Neighbours as one, where that looks the same: lines of one style, groups of one clip."""
    found = []
    for element in elements:
        before = found[-1] if found else None
        if before is None or not _alike(before, element):
            found.append(element)
        elif element.tag == "path":
            before.set("d", before.get("d") + element.get("d"))
        else:
            before[:] = _merged([*before, *element])
    return found


def _alike(one, other):
    own, its = ({k: v for k, v in e.attrib.items() if k not in ("d", "id")} for e in (one, other))
    style = own.get("style", "")
    if one.tag != other.tag or own != its or OWN_LAYER.search(style):
        return False
    if one.tag == "g":
        return set(own) <= {"clip-path", "style"}
    lines = one.tag == "path" and "fill:none" in style
    return lines and "id" not in one.attrib and not any(word in style for word in MANY_LAYERS)


def _sharing(elements):
    """Elements with each run of one style in a group that has it."""
    found, run = [], []
    for element in [*elements, None]:
        style = element is not None and element.get("style")
        if run and style == run[0].get("style"):
            run.append(element)
            continue
        found += _grouped(run)
        run = []
        if style and not OWN_LAYER.search(style) and element.tag in ("path", "use", "text"):
            run = [element]
        elif element is not None:
            found.append(element)
    return found


def _grouped(run):
    if len(run) < 2:
        return run
    group = ElementTree.Element("g", {"style": run[0].get("style")})
    for element in run:
        element.attrib.pop("style")
    group[:] = run
    return [group]


def _pointed_at(elements):
    """Ids that something points at, each once, in their order."""
    found: dict[str, None] = {}
    for root in elements:
        for element in root.iter():
            words = " ".join(element.attrib.values())
            found |= dict.fromkeys(POINTER.findall(words))
            if element.tag != "a" and element.get("href", "").startswith("#"):
                found |= {element.get("href")[1:]: None}
    return list(found)


def _written(element, names):
    """An element as text; ids that nothing points at are left out, and so is what only they name."""
    own = dict(element.attrib)
    name = own.pop("id", None)
    if name in names:
        own["id"] = names[name]
    elif element.tag == "clipPath":
        return ""
    if element.tag != "a" and own.get("href", "").startswith("#"):
        own["href"] = f"#{names[own['href'][1:]]}"
    words = "".join(
        f' {key}="{escape(POINTER.sub(lambda found: f"url(#{names[found[1]]})", value))}"'
        for key, value in own.items()
    )
    inner = "".join(_written(child, names) + _words(child.tail) for child in element)
    inner = _words(element.text) + inner
    if element.tag == "defs" and not inner:
        return ""
    return f"<{element.tag}{words}>{inner}</{element.tag}>" if inner else f"<{element.tag}{words}/>"


def _words(text):
    """Words between tags; the blanks that only set tags apart are gone."""
    return escape(text, quote=False) if text and text.strip() else ""
