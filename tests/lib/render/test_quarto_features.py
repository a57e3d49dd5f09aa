"""The prose uses of Quarto only what its handbook describes and the stand-in knows, and says so in docs/formats.md."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
REPORT = ROOT / "report"
DOCS = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
TABLE = DOCS[DOCS.index("## What it uses of Quarto") :].partition("\n## ")[0]
KNOWN = {  # feature, as docs/formats.md names it -> what it looks like in a line of prose
    "include": r"\{\{< include sentences/[a-z_]+\.md >\}\}",
    "num": r"\{\{< num [\w.:-]+ >\}\}",
    "callout": r'::: \{\.callout-(?:note|tip|warning|important|caution)(?: collapse="(?:true|false)")?\}',
    "tabset": r"::: \{\.panel-tabset\}",
    "content-visible": r'::: \{\.content-(?:visible|hidden) when-format="html"\}',
    "refs": r"::: \{#refs\}",
    "end of a div": r":::",
    "heading": r"#{2,4} [^{}]+(?:\{#sec-[\w-]+\}|\{\.unnumbered\})?",
}
LINE = re.compile("|".join(f"(?:{one})" for one in KNOWN.values()))
INLINE = re.compile(  # what a paragraph may have: code, words, numbers, references to fig, tbl and sec
    rf"`[^`{{}}]*`|{KNOWN['num']}|@(?:fig|tbl|sec)-[\w-]+|\[-?@[\w;@ -]+\]|\*+[\w ]+\*+|[^`{{}}<>@$^~|\\\[\]]"
)
SETTINGS = {  # key of _quarto.yml -> admissible values
    "project": {"type": ("default",), "output-dir": ("_site",)},
    "lang": ("en",),
    "engine": ("markdown",),
    "html": {
        **{"theme": ("default",), "css": ("style.css",), "toc": (True,), "toc-depth": (3,)},
        **{"toc-title": ("Contents",), "number-sections": (True,), "embed-resources": (True,)},
        "html-math-method": ("mathml",),
    },
    "docx": {
        **{"reference-doc": ("reference.docx",), "number-sections": (True,)},
        "filters": (["figures.lua"],),
    },
    "typst": {
        **{"papersize": ("a4",), "toc": (True,), "toc-depth": (1,), "number-sections": (True,)},
    },
}
API = {  # function of Quarto that num.lua calls -> the version that brought it
    **{"quarto.doc.is_format": "1.2", "quarto.json.decode": "1.2", "quarto.doc.input_file": "1.2"},
    "quarto.project.directory": "1.2",
}


def unknown(text):
    """Lines of a .qmd that use something else, with their numbers."""
    header, body = re.fullmatch(r"(---\n.*?\n---\n)?(.*)", text, re.DOTALL).groups()
    start = (header or "").count("\n") + 1
    lines = enumerate(body.split("\n"), start)
    return [
        f"{n}: {line}" for n, line in lines if not LINE.fullmatch(line) and INLINE.sub("", line)
    ]


@pytest.mark.parametrize("path", sorted(REPORT.rglob("*.qmd")), ids=lambda path: path.name)
def test_the_prose_uses_nothing_else(path):
    assert unknown(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        *("```{python}", "```{=html}", "<b>x</b>", "::: {.column-margin}", "::: {layout-nrow=2}"),
        *("{{< var x >}}", "{{< include ../x.md >}}", "$$x$$", "See @eq-x.", "![c](x.png)", "| a |"),
        *("::: {.callout-note appearance=\"simple\"}", "# One {#x}", "[x]{.mark}", "`{r} 1 + 1`"),
        '::: {.content-visible when-meta="x"}',
    ],
)  # fmt: skip
def test_what_is_not_agreed_is_told_with_its_line(line):
    assert unknown(f"---\ntitle: t\n---\n\nWords.\n{line}") == [f"6: {line}"]


def test_front_matter_and_settings_are_those_of_the_handbook():
    header = (REPORT / "index.qmd").read_text(encoding="utf-8").split("---")[1]
    assert set(yaml.safe_load(header)) == {"subtitle", "bibliography"}
    found = yaml.safe_load((REPORT / "_quarto.yml").read_text(encoding="utf-8"))
    found |= found.pop("format")
    assert set(found) == set(SETTINGS)
    for name, value in found.items():
        if not isinstance(value, dict):
            assert value in SETTINGS[name], name
            continue
        assert set(value) == set(SETTINGS[name]), name
        assert all(one in SETTINGS[name][key] for key, one in value.items()), name


def test_files_that_the_settings_name_are_there():
    for name in ("style.css", "reference.docx", "figures.lua", "references.bib"):
        assert (REPORT / name).is_file()


def test_the_extension_asks_for_the_version_that_has_what_it_calls():
    lua = (REPORT / "_extensions/num/num.lua").read_text(encoding="utf-8")
    called = set(re.findall(r"\bquarto\.\w+\.\w+", lua))
    assert called == set(API)
    needed = yaml.safe_load((REPORT / "_extensions/num/_extension.yml").read_text(encoding="utf-8"))
    least = tuple(map(int, re.search(r">=(\d+)\.(\d+)", needed["quarto-required"]).groups()))
    assert max(tuple(map(int, one.split("."))) for one in API.values()) <= least
    assert "args, _, _, _, context" in lua
    assert least >= (1, 5)  # the fifth argument, the context, came with 1.5
    assert needed["contributes"] == {"shortcodes": ["num.lua"]}


def test_every_feature_stands_in_the_handbooks_table():
    rows = [
        line.split(" | ")
        for line in TABLE.splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    told = {row[0].strip("| `") for row in rows[1:]}
    assert set(KNOWN) - {"end of a div", "heading"} <= told
    assert {f"format: {name}" for name in ("html", "docx", "typst")} <= told
    for row in rows[1:]:
        assert re.fullmatch(r"`docs/[\w/-]+`(?:, `docs/[\w/-]+`)* \|", row[-1]), row
