"""The chain behind one number as a page of Markdown, top down, for a person who reads it in a terminal."""

import re

from workflow.lib.audit.spans import unspan

# what would start or end markup where it stands; the rest is left readable
ACTIVE = re.compile(r"([\\`*|]|(?<!\w)_|_(?!\w)|\](?=[(\[{:]))")
MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
KEPT = "kept whole in `results/inputs.json`"
ENTITIES = {"<": "&lt;", "&": "&amp;"}
PARTS = (  # kind of a part -> heading
    ("assumptions", "Assumptions"),
    ("config", "Decisions in config.yaml"),
    ("claims", "Printed claims"),
    ("flow", "Counts of the flow"),
    ("other", "Other grounds"),
)


def chain_page(chains, number_id):
    """Markdown of the chain of `number_id`, one of the numbers of `chains` (see explain.explain)."""
    number = chains["numbers"][number_id]
    sections = (
        _opening(number_id, number, chains),
        _making(number, chains),
        _section("Studies", _studies(number, chains)),
        _section("Cells of the extraction", _by_study(number["cells"], chains)),
        _section("Conversions of these cells", _steps(number, chains)),
        *(_section(title, _parts(kind, number, chains)) for kind, title in PARTS),
        _section("Looked at, but need not move the number", _stands(number, chains)),
    )
    return "\n\n".join(filter(None, sections)) + "\n"


def _plain(text):
    """`text` as Markdown that prints it and does nothing else."""
    text = ACTIVE.sub(r"\\\1", " ".join(str(text).split()))
    return MARKUP.sub(lambda match: ENTITIES[match[0]], text)


def _code(text):
    """`text` as a code span."""
    return f"`{' '.join(str(text).split()).replace('`', chr(0x2BC))}`"


def _section(title, lines):
    """A heading with its lines, or nothing."""
    return "\n".join([f"## {title}", "", *lines]) if lines else ""


def _opening(number_id, number, chains):
    full = "there is no value" if number["value"] is None else f"full precision {number['value']!r}"
    about = chains["analyses"].get(number["analysis"], {}).get("title", "")
    name = "; ".join(filter(None, (number["name"], about)))
    said = f"**{_plain(number['text'])}** {_plain(number['unit'])} ({full})"
    return "\n\n".join(filter(None, (f"# {_code(number_id)}", _plain(name), said)))


def _making(number, chains):
    script = f"workflow/scripts/{number['rule']}.py"
    sums = [
        f"- input {_code(path)}, {f'SHA-256 {total}' if total else KEPT}"
        for path, total in (chains["inputs"][place] for place in unspan(number["inputs"]))
    ]
    terms = chains["methods"][number["method"]]
    told = [f"  - {_plain(piece)}: {_plain(words)}" for piece, words in terms]
    if [piece for piece, _ in terms] == [number["method"]]:  # one term says it all
        told = [f"  - {_plain(terms[0][1])}"]
    lines = [
        f"- method: {_plain(number['method'])}",
        *told,
        f"- rule {_code(number['rule'])}, script {_code(script)}, value in {_code(number['file'])}",
        f"- library fingerprint {_code(chains['library'])} (workflow/lib and workflow/schemas)",
    ]
    return _section("How it was made", lines + sums)


def _studies(number, chains):
    """Studies with cells, then those whose role alone was read."""
    used = [_study(place, number, chains) for place in unspan(number["studies"])]
    roles = [
        f"{_study(place, number, chains)}; no cell of it, only its role was read"
        for place in unspan(number["roles"])
    ]
    return used + roles


def _study(place, number, chains):
    study = chains["studies"][place]
    found = chains["analyses"].get(number["analysis"], {}).get("estimates", {}).get(str(place))
    words = f"- {_plain(study['label'])} ({study['design']}; {_plain(study['role'])})"
    words += f"; {_plain(study['reason'])}" if study["reason"] else ""
    return words + (_estimate(*found) if found and place in unspan(number["studies"]) else "")


def _estimate(effect, low, high, weight):
    return f": effect {_plain(effect)} ({_plain(low)} to {_plain(high)}), weight {_plain(weight)}"


def _by_study(places, chains):
    """Cells below the label of their study."""
    labels, lines, last = {s["study"]: s["label"] for s in chains["studies"]}, [], None
    for place in unspan(places):
        cell = chains["cells"][place]
        if cell["study"] != last:
            last = cell["study"]
            lines += ["", f"{_plain(labels.get(last, last))}:", ""]
        lines += _cell(cell)
    return lines[1:]


def _cell(cell):
    """What a cell is, its printed value, the quote with its source, and the remark of its reader."""
    value = f"**{_plain(cell['value'])}** {_plain(cell['unit'])}" if cell["value"] else "unknown"
    lines = [f"- {_plain(cell['what'])}: {value} {_code(cell['row'])}"]
    lines += [f"  - \u201c{_plain(cell['quote'])}\u201d"] if cell["quote"] else []
    for key in ("source", "reason", "note"):
        lines += [f"  - {key}: {_plain(cell[key])}"] if cell[key] else []
    return lines


def _steps(number, chains):
    """Steps of the cleaning log with their formulas and what came out."""
    lines = []
    for step in (chains["steps"][place] for place in unspan(number["steps"])):
        value = "nothing" if step["value"] is None else f"{step['value']:.6g}"
        lines.append(
            f"- {_plain(step['place'])}: {_plain(step['step'])}, {_code(step['formula'])} "
            f"({_plain(step['source'])})"
        )
        lines.append(
            f"  - {_plain(step['inputs'])} \u2192 {_plain(step['output'])} = {value} ({step['status']})"
        )
        lines += [f"  - {_plain(step['message'])}"] if step["message"] else []
    return lines


def _parts(kind, number, chains):
    """Assumptions, settings, claims or boxes with their reasons, quotes and sources."""
    lines = []
    for part in (chains["parts"][place] for place in unspan(number["parts"])):
        if part["kind"] != kind:
            continue
        lines.append(f"- {_code(part['name'])}: {_plain(part['says'])}")
        lines += [f"  - \u201c{_plain(part['quote'])}\u201d"] if part.get("quote") else []
        for key in ("reason", "source"):
            lines += [f"  - {key}: {_plain(part[key])}"] if part.get(key) else []
    return lines


def _stands(number, chains):
    """Cells that need not move the number, below the reason."""
    lines = []
    for reason, places in number["stands"].items():
        rows = [_code(chains["cells"][place]["row"]) for place in unspan(places)]
        lines.append(f"- {reason}: {chains['stands'].get(reason, '')}")
        lines += [f"  - {row}" for row in rows]
    return lines
