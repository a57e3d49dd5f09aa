"""The choice of the renderer, Quarto behind a stub, and the num extension in Lua."""

import json
import subprocess
from pathlib import Path

import pypandoc
import pytest

from workflow.lib.errors import RenderError
from workflow.lib.render.page import Renderer, find_renderer, render_with_quarto

ROOT = Path(__file__).parents[3]
EXTENSION = ROOT / "report/_extensions/num/num.lua"
GOOD = "<html><body><p id='provenance-a'>fine</p><a href='#provenance-a'>1</a></body></html>"
HARNESS = """
local given = pandoc.json.decode(arg[2], false)
quarto = {
  json = { decode = function(text) return pandoc.json.decode(text, false) end },
  project = { directory = given.folder },
  doc = { is_format = function(name) return name == given.format end },
}
local num = dofile(arg[1]).num
local ids = pandoc.List(given.ids):map(function(id) return pandoc.Inlines(id) end)
local shown = num(ids, {}, {}, given.ids, given.context)
io.write(pandoc.write(pandoc.Pandoc({ pandoc.Plain({ shown }) }), "html", { wrap_text = "none" }))
"""


def fake_quarto(folder, script):
    path = folder / "quarto"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def run(tmp_path, script):
    folder = tmp_path / "_src"
    folder.mkdir(exist_ok=True)
    output = tmp_path / "report/index.html"
    render_with_quarto(folder, "index.qmd", output, fake_quarto(tmp_path, script))
    return output.read_text(encoding="utf-8")


def writes(html):
    return f"mkdir -p _site; cat > _site/index.html <<'END'\n{html}\nEND"


def refusal(tmp_path, script):
    with pytest.raises(RenderError) as caught:
        run(tmp_path, script)
    return str(caught.value)


def test_quartos_page_is_moved_to_the_output(tmp_path):
    assert run(tmp_path, writes(GOOD)).strip() == GOOD


def test_quarto_is_called_in_the_staged_folder_with_the_source(tmp_path):
    run(tmp_path, f'echo "$PWD $*" > {tmp_path}/call\n{writes(GOOD)}')
    assert (tmp_path / "call").read_text().strip() == f"{tmp_path}/_src render index.qmd --to html"


def test_a_failing_quarto_is_refused_with_its_words_without_colours(tmp_path):
    script = "printf '\\033[31mERROR: num: no number called x\\033[0m\\n' >&2; exit 1"
    assert refusal(tmp_path, script) == (
        "quarto render index.qmd failed:\nERROR: num: no number called x"
    )


def test_a_citation_that_quarto_only_warns_of_is_refused(tmp_path):
    script = "echo '[WARNING] Citeproc: citation nobody2020 not found' >&2\n" + writes(GOOD)
    assert "nobody2020" in refusal(tmp_path, script)


def test_an_old_page_in_site_is_not_taken_for_a_new_one(tmp_path):
    run(tmp_path, writes(GOOD))
    assert "made no index.html" in refusal(tmp_path, "exit 0")


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ("<p><strong>?@fig-x</strong></p>", "?@fig-x"),
        ("<p><strong>?var:beta</strong></p>", "?var:beta"),
        ("<p>{{< var x >}}</p>", "{{< var x >}}"),
        ("<a href='#provenance-b'>1</a>", "provenance-b"),
        ("<script src='https://x.org/a.js'></script>", "https://x.org/a.js"),
        ("<link rel='stylesheet' href='//x.org/a.css'>", "//x.org/a.css"),
    ],
)
def test_a_page_that_quarto_left_unresolved_is_refused(tmp_path, html, named):
    assert named in refusal(tmp_path, writes(html))


@pytest.mark.parametrize(
    "html",
    ["<script>a?@b</script>", "<p>{{&lt; quoted &gt;}} ?@fig-x ?var:x</p>", "<!-- ?@fig-x -->"],
)
def test_scripts_comments_and_quoted_data_may_look_unresolved(tmp_path, html):
    assert html in run(tmp_path, writes(html))


def test_a_failure_leaves_the_old_page(tmp_path):
    run(tmp_path, writes(GOOD))
    refusal(tmp_path, writes("<p><strong>?@fig-x</strong></p>"))
    assert (tmp_path / "report/index.html").read_text().strip() == GOOD


def num(tmp_path, *ids, numbers=None, form="html", context="inline"):
    if numbers is not None:
        (tmp_path / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")
    harness = tmp_path / "harness.lua"
    harness.write_text(HARNESS)
    given = {"folder": str(tmp_path), "ids": ids, "format": form, "context": context}
    return subprocess.run(
        [pypandoc.get_pandoc_path(), "lua", harness, EXTENSION, json.dumps(given)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


NUMBERS = {"a.b": {"text": "−0.7 <b>", "method": 'REML "x"'}, "c": {"text": "9", "method": None}}


def test_the_extension_prints_what_the_stand_in_prints(tmp_path):
    assert num(tmp_path, "a.b", numbers=NUMBERS).stdout == (
        '<span class="num" data-id="a.b"><a href="#provenance-a.b">−0.7 &lt;b&gt;</a></span>'
    )


@pytest.mark.parametrize(("form", "context"), [("docx", "inline"), ("html", "text")])
def test_the_extension_prints_plain_text_where_no_link_can_stand(tmp_path, form, context):
    run = num(tmp_path, "c", numbers=NUMBERS, form=form, context=context)
    assert run.stdout == "9"


@pytest.mark.parametrize(
    ("ids", "numbers", "message"),
    [
        (("zz",), NUMBERS, "no number called zz"),
        (("a.b", "c"), NUMBERS, "with one ID"),
        (("c",), None, "no registry at"),
    ],
)
def test_the_extension_stops_the_render(tmp_path, ids, numbers, message):
    run = num(tmp_path, *ids, numbers=numbers)
    assert run.returncode != 0
    assert message in run.stderr


def test_quarto_is_preferred_when_it_is_there(tmp_path):
    quarto = tmp_path / "quarto"
    quarto.write_text("#!/bin/sh\necho 1.10.18\n")
    quarto.chmod(0o755)
    found = find_renderer("auto", lambda name: str(quarto))
    assert found == Renderer("quarto", "1.10.18", str(quarto))


@pytest.mark.parametrize("choice", ["auto", "pandoc"])
def test_pandoc_stands_in_where_there_is_no_quarto(choice):
    found = find_renderer(choice, lambda name: None)
    assert found == Renderer("pandoc", pypandoc.get_pandoc_version(), pypandoc.get_pandoc_path())


def test_a_forced_quarto_that_is_missing_says_what_to_install():
    with pytest.raises(RenderError, match=r"install it.*environment\.yml"):
        find_renderer("quarto", lambda name: None)


def test_an_unknown_renderer_is_refused_with_the_choices():
    with pytest.raises(RenderError, match="auto, quarto, pandoc"):
        find_renderer("word")
