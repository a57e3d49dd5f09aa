"""Which changes of a decision in config.yaml are tried: every leaf, changed to what else it could be."""

import copy
import json

from workflow.lib.audit.perturbation.change import NEW, PLACE, TEXT, VALUE, Change, nudged, others

GONE = "taken away"


def decision_changes(config, schema, references):
    """Changes of every leaf of `config`, one at a time.

    `schema` is that of config.yaml; `references` maps the name of a key to the values that its
    leaf can have (studies, arms, analyses, ...).
    """
    for path, value in _leaves(config):
        rule = _rule(schema, config, path)
        for kind, other in _contents(path, value, rule, references):
            yield _change(config, path, kind, value, other)


def _leaves(node, path=()):
    """(path, value) of whatever has nothing below it; a list of words is one leaf."""
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _leaves(value, (*path, key))
        return
    if isinstance(node, list):
        numbers = [place for place, one in enumerate(node) if isinstance(one, int | float)]
        yield from (((*path, place), node[place]) for place in numbers)
    yield path, node


def _rule(schema, config, path):
    """The schema of one leaf; {} where there is none."""
    rule = schema
    for depth, key in enumerate(path):
        if path[depth - 1 : depth] == ("examine",):
            entry = config["analyses"][path[1]]["examine"][key]
            procedures = schema["$defs"]["procedures"]["properties"]
            rule = procedures.get((entry or {}).get("procedure", key), {})
        else:
            more = rule.get("items") if isinstance(key, int) else rule.get("additionalProperties")
            rule = rule.get("properties", {}).get(key, more or {})
        while "$ref" in rule:
            rule = {**_at(schema, rule["$ref"]), **{k: v for k, v in rule.items() if k != "$ref"}}
    return rule


def _at(schema, reference):
    for part in reference.removeprefix("#/").split("/"):
        schema = schema[part]
    return schema


def _contents(path, value, rule, references):
    """(kind, other value) of one leaf."""
    key = path[-1]
    if isinstance(value, bool) and "enum" not in rule:
        yield VALUE, not value
    elif isinstance(value, list):
        for member in value:
            yield VALUE, [one for one in value if one != member]
    elif isinstance(value, dict) or value is None:
        yield VALUE, GONE
    elif "enum" in rule:
        yield from ((VALUE, other) for other in others(value, rule["enum"]))
    elif isinstance(value, int | float):
        yield from ((VALUE, _number(text)) for text in nudged(str(value)))
    elif key in references or path[0] == "headline":
        known = references[key if key in references else "headline"]
        yield from ((PLACE, other) for other in others(value, known))
        yield PLACE, NEW
    else:
        yield TEXT, f"{value} {NEW}".strip()


def _number(text):
    return float(text) if "." in text else int(text)


def _change(config, path, kind, value, other):
    own = path[0] == "assumptions" and len(path) > 1
    words = ".".join(map(str, path))
    names = (f"assumptions:{path[1]}",) if own else (f"config:{words}",)
    return Change(
        names,
        f"config.yaml, {words}",
        "config",
        _shown(value),
        _shown(other),
        kind,
        (path,) if other is GONE else (path, other),
    )


def _shown(value):
    return value if isinstance(value, str) else json.dumps(value)


def with_decision(config, change):
    """The configuration with a change made."""
    path, *other = change.edit
    config = place = copy.deepcopy(config)
    for key in path[:-1]:
        place = place[key]
    if other:
        place[path[-1]] = other[0]
    else:
        del place[path[-1]]
    return config
