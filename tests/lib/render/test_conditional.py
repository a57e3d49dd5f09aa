"""workflow/lib/render/conditional.py: what is for the page alone goes, the lines stay where they are."""

import pytest

from workflow.lib.render.conditional import without_page_only

PAGE = '::: {.content-visible when-format="html"}'


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"a\n{PAGE}\nb\n:::\nc", "a\n\n\n\nc"),
        (f"{PAGE}\n::: {{.callout-note}}\nb\n:::\nd\n:::\nc", "\n\n\n\n\n\nc"),
        (f"::: {{.other}}\n{PAGE}\nb\n:::\nc\n:::", "::: {.other}\n\n\n\nc\n:::"),
        (f"::::: {{.other}} :::::\n{PAGE}\nb\n:::\n:::::", "::::: {.other} :::::\n\n\n\n:::::"),
    ],
)
def test_a_div_for_the_page_goes_with_all_that_it_holds(text, kept):
    assert without_page_only(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        '::: {.content-hidden when-format="html"}\nb\n:::',
        '::: {.content-visible when-format="docx"}\nb\n:::',
        f"```\n{PAGE}\nb\n:::\n```\nc",
        "::: note\nb\n:::\nc",
        "a :::\n:::: \nb",
    ],
)
def test_all_else_stays(text):
    assert without_page_only(text) == text
