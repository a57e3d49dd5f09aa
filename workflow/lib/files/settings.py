"""A configuration as a person typed it, in YAML: read whole, or refused with file, line and what to do."""

from pathlib import Path

import yaml

from workflow.lib.errors import InputError
from workflow.lib.files.schemas import LOADER
from workflow.lib.files.text import decoded

KINDS = {"int": "number", "float": "number", "bool": "yes or no", "null": "nothing"}
KINDS |= {"timestamp": "day", "seq": "list", "map": "group of keys"}
SAVE_AS = "save the file as UTF-8 and try again"
QUOTED = "in quotes, if it has a colon, quotes or a bracket in it"


def read_settings(path):
    """The keys and values of the YAML file at `path`, as a dict.

    Raises
    ------
    InputError
        If it is missing, not UTF-8, empty, no YAML, or has a key twice or one that is no text; every
        key is listed. YAML itself would keep the last of two values, and say nothing.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError([f"{path}: there is no such file; name the folder of a review"])
    text = decoded(path.read_bytes(), path, SAVE_AS)
    try:
        tree = yaml.compose(text, Loader=LOADER)
        problems = list(_key_problems(path, tree, set()))
        settings = None if problems else yaml.load(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise InputError([_unreadable(path, text, error)]) from None
    if tree is None:
        problems.append(
            f"{path}: there is no key in it; restore the file, or begin with `make new`"
        )
    elif not isinstance(tree, yaml.MappingNode):
        problems.append(f"{path}, line {_line(tree)}: is no group of keys; write `key: value`")
    if problems:
        raise InputError(problems)
    return settings


def _key_problems(path, node, seen):
    """Keys that stand twice in one group, or are no text, anywhere below `node`."""
    if node is None or id(node) in seen:  # an alias is the node that it stands for
        return
    seen.add(id(node))
    first = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        place, name = f"{path}, line {_line(key)}", key.value
        kind = KINDS.get(key.tag.rpartition(":")[2])
        if kind:
            shown = f"'{name}'" if isinstance(name, str) else "here"
            yield f"{place}: the key {shown} is a {kind} to YAML; begin it with a letter, or put it in quotes"
        elif name in first:
            yield f"{place}: key '{name}' stands already in line {first[name]}; delete one of them"
        else:
            first[name] = _line(key)
        yield from _key_problems(path, value, seen)
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _key_problems(path, item, seen)


def _line(node):
    return node.start_mark.line + 1


def _unreadable(path, text, error):
    """Where YAML gives up, what stands there, and the usual cures."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that YAML does not allow; its place is counted in characters
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        return f"{path}, line {line}: a character that no text file should have; delete it"
    lines = text.splitlines() or [""]
    number = min(mark.line, len(lines) - 1)
    shown = lines[number].strip()[:60]
    if "\t" in lines[number]:
        return f"{path}, line {number + 1}: '{shown}' has a tab; indent with spaces"
    words = f"it or the line before lacks a colon or its indent; a text stands {QUOTED}"
    return f"{path}, line {number + 1}: '{shown}' is no YAML ({error.problem}); {words}"
