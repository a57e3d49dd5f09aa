"""workflow/lib/render/source_check.py: what a report names and does not have, with file and line."""

import pytest

from workflow.lib.errors import RenderError
from workflow.lib.render.includes import expand
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.page import render_page, render_with_quarto
from workflow.lib.render.source_check import refuse_unresolved

WRONG = """\
---
title: T
bibliography: references.bib
---

{{< include sentences/main.md >}}

See @fig-forest, @Tbl-x and @sec-none; also [-@fig-gone] and `@fig-code`.

![A [caption]](figures/gone.svg){#fig-forest}

As @smith2017, -@nobody and [see @who1999, p. 2; @smith2017]. Mail a@b.org.

# Head {#sec-head}

@sec-head, <https://x.org/@someone>

```
@fig-code ![x](gone.png) @code
```
"""


def problems(report, text):
    (report / "index.qmd").write_text(text, encoding="utf-8")
    expanded = expand(text, report, "index.qmd")
    try:
        refuse_unresolved(expanded, report / "index.qmd")
    except RenderError as error:
        return str(error).splitlines()
    return []


def test_everything_that_is_missing_is_named_with_its_file_and_line_at_once(report):
    (report / "sentences/main.md").write_text("One.\n\nSee @tbl-inside.\n", encoding="utf-8")
    assert problems(report, WRONG) == [
        "sentences/main.md:3: unresolved reference @tbl-inside",
        "index.qmd:8: unresolved reference @Tbl-x",
        "index.qmd:8: unresolved reference @sec-none",
        "index.qmd:8: unresolved reference @fig-gone",
        "index.qmd:10: image figures/gone.svg: no such file; the path is relative to the report",
        "index.qmd:12: citation nobody is not in references.bib",
        "index.qmd:12: citation who1999 is not in references.bib",
    ]


def test_a_report_in_order_has_no_problems(report):
    assert problems(report, (report / "index.qmd").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("word", ["@fig-x", "[@who]", "![x](gone.png)", "a @b"])
def test_words_of_data_name_nothing(report, word):
    assert problems(report, f"{escape_markdown(word)}\n") == []


def test_both_renderers_refuse_before_they_begin(report, numbers):
    (report / "index.qmd").write_text("Text.\n\n@fig-gone {{< num nowhere >}}\n", encoding="utf-8")
    for call in (
        lambda: render_page(
            report / "index.qmd", numbers=numbers, output=report / "x.html", renderer_note=""
        ),
        lambda: render_with_quarto(
            report, "index.qmd", report / "x.html", "no quarto", numbers=numbers
        ),
    ):
        with pytest.raises(RenderError, match=r"index\.qmd:3: no number called nowhere"):
            call()
    (report / "index.qmd").write_text("Text.\n\n@fig-gone\n", encoding="utf-8")
    with pytest.raises(RenderError, match=r"index\.qmd:3: unresolved reference @fig-gone"):
        render_with_quarto(report, "index.qmd", report / "x.html", "no quarto", numbers=numbers)
