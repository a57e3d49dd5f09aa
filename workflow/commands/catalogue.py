"""Write the tables of effect measures and procedures into docs/statistics.md, from the registries."""

import inspect
import re
from pathlib import Path

from workflow.lib.files.tables import write_text
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.examine.catalogue import GROUPS

PAGE = Path(__file__).parents[2] / "docs/statistics.md"
TABLE = re.compile(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", re.DOTALL)


def measures() -> str:
    """Markdown table of all effect measures."""
    rows = [
        [
            *(one.code, one.label, " ".join(f"`{name}`" for name in one.inputs), one.scale),
            *(one.transform, one.direction, one.source),
        ]
        for one in MEASURES.values()
    ]
    header = ["Code", "Measure", "Inputs", "Scale of yi", "Transform", "Sign", "Source"]
    return _table(header, rows)


def procedures() -> str:
    """Markdown table of all procedures under `examine`."""
    rows = [
        [f"`{one.name}`", one.label, _options(one.function), one.source]
        for group in GROUPS
        for one in group
    ]
    return _table(["Name", "Procedure", "Options", "Source"], rows)


def _options(function) -> str:
    """Options with their defaults; what has none must be given."""
    parameters = inspect.signature(function).parameters.values()
    named = [one for one in parameters if one.kind is one.KEYWORD_ONLY]
    return ", ".join(
        f"`{one.name}`" if one.default is one.empty else f"`{one.name}: {_yaml(one.default)}`"
        for one in named
    )


def _yaml(value) -> str:
    """A default as config.yaml would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "none"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)


def _table(header, rows) -> str:
    """A pipe table; a bar in a cell is made harmless."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(
        f"| {' | '.join(str(c).replace('|', '&#124;') for c in line)} |\n" for line in lines
    )


TABLES = {"measures": measures, "procedures": procedures}


def page() -> str:
    """docs/statistics.md with its tables made anew."""
    return TABLE.sub(_filled, PAGE.read_text(encoding="utf-8"))


def _filled(match) -> str:
    """A table between its marks."""
    name = match[1]
    return f"<!-- {name} -->\n{TABLES[name]()}<!-- /{name} -->"


def main() -> None:
    """Rewrite the tables."""
    write_text(page(), PAGE)
    print(f"{PAGE.name} lists {len(MEASURES)} measures and {sum(map(len, GROUPS))} procedures")


if __name__ == "__main__":
    main()
