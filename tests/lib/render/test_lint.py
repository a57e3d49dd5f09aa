"""workflow/lib/render/lint.py: a number in prose comes from the registry or is found."""

import pytest

from workflow.lib.errors import RenderError
from workflow.lib.render.lint import Finding, refuse_typed_numbers, typed_numbers

ALLOWED = frozenset({"PRISMA 2020", "ROBINS-I V2", "CRD42020000001", "I2"})


def found(text):
    return [f.text for f in typed_numbers(text, source="x.qmd", allowed=ALLOWED)]


@pytest.mark.parametrize(
    "text",
    [
        "No digits here.",
        "{{< num pooled.primary.beta2 >}} and {{<num a1>}} and {{{< num b2 >}}}",
        "{{< include sentences/part1.md >}}",
        "`x = 1` and ``2 ` 3``",
        "```python\nx = 1\n```",
        "<!-- 12 studies -->",
        "[@viechtbauer2005; @knapp2003, p. 33] and -@smith2017 [pp. 3-4]",
        "# Method {#sec-x1 .class2}",
        "[text](http://x.org/2020) and <https://x.org/1> and https://x.org/2",
        "![caption](figure1.svg){#fig-x1 width=50%}",
        "[ref]: https://x.org/1",
        "A note.[^1]",
        "doi 10.1002/jrsm.1234",
        "We followed PRISMA 2020 and ROBINS-I V2; registered as CRD42020000001; I2 is large.",
        "We followed PRISMA\n2020.",
        "1. first\n2. second\n\n   10) third",
        "*I*^2^, I^2^ and H~2~",
        r"$I^2$ and $\hat\tau^2 = \frac{1}{2} \sum_{i=1}^{k} x_i$",
        '<span id="x1">text</span>',
        "---\ndate: 2025-01-01\nbibliography: refs2.bib\ntoc-depth: 3\n---\ntext",
    ],
)
def test_what_states_no_number_is_not_found(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Across 9 studies", ["9"]),
        ("an effect of −0.72 (95 % CI -1.04 to 1,284)", ["−0.72", "95 %", "-1.04", "1,284"]),
        ("| a | 12 |", ["12"]),
        ("# 3 findings {#sec-x1}", ["3"]),
        ("![of 5 studies](f1.svg){#fig-x1}", ["5"]),
        ('![c](f.svg){#fig-x fig-alt="of 6 studies"}', ["6"]),
        ('::: {.callout-note title="7 studies"}', ["7"]),
        ("[8 studies](x1.html)", ["8"]),
        ("[^1]: a note of 2 words", ["2"]),
        ("the year was\n2020. It", ["2020"]),
        ("1. item with 6", ["6"]),
        ("PRISMA 2020a", ["2020"]),
        ("PRISMA 2009", ["2009"]),
        (r"$\tau^2 = 0.11$ and $k = 9$", ["0.11", "9"]),
        ("---\ntitle: Of 9\nabstract: |\n  and 10\n  words\ndate: 2025-01-01\n---\n", ["9", "10"]),
        ("a number ٣ in another script", ["٣"]),
        ("`unclosed 4", ["4"]),
    ],
)
def test_a_typed_number_is_found(text, numbers):
    assert found(text) == numbers


def test_a_finding_says_where_it_is():
    text = "---\ntitle: x\n---\n\nWe found 12 of them.\n"
    (finding,) = typed_numbers(text, source="index.qmd", allowed=ALLOWED)
    assert finding == Finding("index.qmd", 5, 10, "12", "We found 12 of them.")


def test_a_long_line_is_cut_around_the_number():
    (finding,) = typed_numbers("word " * 30 + "7" + " word" * 30, source="x", allowed=ALLOWED)
    assert finding.excerpt.startswith("…")
    assert "7" in finding.excerpt
    assert len(finding.excerpt) < 70


def test_a_typed_number_in_a_folder_below_is_refused_with_its_place(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "index.qmd").write_text("Nothing here.\n", encoding="utf-8")
    (tmp_path / "parts/one.qmd").write_text("It fell by 2.5 points.\n", encoding="utf-8")
    with pytest.raises(RenderError, match="parts/one.qmd:1:12: typed number 2.5"):
        refuse_typed_numbers(tmp_path)
