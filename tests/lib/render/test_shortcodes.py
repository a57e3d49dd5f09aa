"""workflow/lib/render/shortcodes.py: numbers and included files in the prose of the report."""

import pytest

from workflow.lib.errors import RenderError
from workflow.lib.render.includes import expand
from workflow.lib.render.shortcodes import expand_includes, fill_numbers, ids_in

NUMBERS = {
    "pooled.primary.beta": {"text": "−0.72", "method": 'REML, "knha" | 95 %'},
    "pooled.primary.k": {"text": "9", "method": None},
    "hostile": {"text": "<script>x</script> | *y* {{< num pooled.primary.k >}}", "method": "m"},
}
BETA = '[[−0.72](#provenance-pooled.primary.beta)]{.num data-id="pooled.primary.beta"}'


def refusal(text, **options):
    with pytest.raises(RenderError) as caught:
        fill_numbers(text, NUMBERS, **options)
    return str(caught.value)


def test_a_number_becomes_a_link_to_its_provenance():
    assert fill_numbers("d = {{< num pooled.primary.beta >}}.", NUMBERS) == f"d = {BETA}."


def test_unlinked_numbers_are_their_text_alone():
    text = "d = {{< num pooled.primary.beta >}}."
    assert fill_numbers(text, NUMBERS, linked=False) == "d = −0.72."


@pytest.mark.parametrize(
    "text",
    [
        "# Head {{< num pooled.primary.k >}}",
        '![c](x.svg){fig-alt="of {{< num pooled.primary.k >}} studies"}',
    ],
)
def test_no_link_stands_in_a_heading_or_an_attribute(text):
    assert fill_numbers(text, NUMBERS) == text.replace("{{< num pooled.primary.k >}}", "9")


def test_a_caption_before_an_attribute_block_keeps_its_link():
    text = '![{{< num pooled.primary.beta >}}](x.svg){fig-alt="words"}'
    assert fill_numbers(text, NUMBERS) == f'![{BETA}](x.svg){{fig-alt="words"}}'


@pytest.mark.parametrize(
    "text",
    [
        "`{{< num nowhere >}}`",
        "``a ` {{< num nowhere >}}``",
        "```\n{{< num nowhere >}}\n```",
        "~~~~ {.bash}\n```\n{{< num nowhere >}}\n~~~~",
        "> ```\n> {{< num nowhere >}}\n> ```",
        "<!-- {{< num nowhere >}} -->",
    ],
)
def test_shortcodes_in_code_and_comments_stay_literal(text):
    assert fill_numbers(text, NUMBERS) == text
    assert ids_in(text) == ()


def test_a_backtick_in_the_front_matter_does_not_open_code_in_the_body():
    text = "---\ntitle: a ` b\n---\n{{< num pooled.primary.k >}} `x`\n"
    assert ids_in(text) == ("pooled.primary.k",)


def test_three_braces_show_a_shortcode():
    assert fill_numbers("{{{< num x >}}}", NUMBERS) == "{{< num x >}}"


def test_ids_come_in_order_of_first_use():
    text = "{{< num b >}} {{<num a>}} {{< num b >}} {{< num 'c' >}} {{< include d >}}"
    assert ids_in(text) == ("b", "a", "c")


def test_numbers_in_the_front_matter_leave_valid_yaml():
    filled = fill_numbers(
        '---\ntitle: "A: {{< num pooled.primary.beta >}}"\nauthor: [x, y]\n---\nText\n', NUMBERS
    )
    assert filled.startswith("---\ntitle: 'A: [[−0.72](#provenance-pooled.primary.beta)]")
    assert filled.endswith("author:\n- x\n- y\n---\nText\n")


def test_front_matter_without_numbers_is_left_as_typed():
    text = "---\ntitle:   A\nx: {y: 1}\n---\nText"
    assert fill_numbers(text, NUMBERS) == text


def test_front_matter_that_is_not_yaml_is_refused_with_advice():
    assert "quote" in refusal("---\ntitle: {{< num pooled.primary.k >}}\n---\n")


def test_hostile_text_of_a_number_is_not_filled_again_and_is_no_markup():
    filled = fill_numbers("| {{< num hostile >}} |", NUMBERS)
    assert "<script" not in filled
    assert "*y*" not in filled
    assert "{{<" not in filled
    assert filled.count("|") == 2


def test_all_unknown_ids_are_listed_at_once_with_place_and_nearest():
    message = refusal("a\n{{< num pooled.primary.bta >}}\n{{< num zz >}} {{< num zz >}}")
    assert message.splitlines() == [
        "line 2: no number called pooled.primary.bta; "
        "nearest: pooled.primary.beta, pooled.primary.k",
        "line 3, line 3: no number called zz; none of 3 is near",
    ]


@pytest.mark.parametrize(
    "text", ["{{< num >}}", "{{< num a b >}}", "{{< var x >}}", "{{< num a(b) >}}"]
)
def test_a_malformed_or_foreign_shortcode_is_refused(text):
    assert "only {{< num ID >}} and {{< include FILE >}} are known" in refusal(text)


def test_an_include_inside_a_line_is_refused():
    assert "stands alone on its line" in refusal("See {{< include x.md >}}.")


def test_includes_are_nested_and_relative_to_the_report(tmp_path):
    (tmp_path / "sentences").mkdir()
    (tmp_path / "sentences/a.md").write_text("A\n{{< include sentences/b.md >}}\n")
    (tmp_path / "sentences/b.md").write_text("B {{< num pooled.primary.k >}}\n")
    text = expand_includes("first\n\n{{< include sentences/a.md >}}\n\nlast\n", tmp_path)
    assert text == "first\n\nA\nB {{< num pooled.primary.k >}}\n\n\n\nlast\n"


def test_an_include_in_code_stays_literal(tmp_path):
    text = "```\n{{< include nowhere.md >}}\n```\n"
    assert expand_includes(text, tmp_path) == text


def test_all_missing_and_circular_includes_are_listed_with_their_place(tmp_path):
    (tmp_path / "a.md").write_text("x\n{{< include a.md >}}\n")
    text = "{{< include gone.md >}}\n\n{{< include a.md >}}\n"
    with pytest.raises(RenderError) as caught:
        expand(text, tmp_path, "index.qmd")
    assert str(caught.value).splitlines() == [
        "index.qmd:1: include gone.md: no such file; "
        "the path is relative to the folder of index.qmd",
        "a.md:2: include a.md: the file includes itself (index.qmd > a.md > a.md)",
    ]


def test_an_unknown_id_in_an_included_file_is_reported_with_that_file(tmp_path):
    (tmp_path / "a.md").write_text("one\ntwo {{< num nope >}}\n")
    expanded = expand("x\n\n{{< include a.md >}}\n", tmp_path, "index.qmd")
    assert refusal(expanded.text, where=expanded.where).startswith("a.md:2: no number called nope")
