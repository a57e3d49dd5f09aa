"""workflow/lib/render/flow_section.py: where the counts of the flow come from, and each of them once."""

from types import SimpleNamespace

import pytest

from workflow.lib.render.flow_section import (
    flow_sentence,
    flow_table,
    flow_words,
    is_drawn,
)
from workflow.lib.render.shortcodes import ids_in


def box(name, origin, n=None, detail="", reason=""):
    return {
        **{"box": name, "label": name.capitalize(), "origin": origin, "n": n, "detail": detail},
        **{"text": "not reported" if n is None else str(n), "reason": reason},
    }


def facts(*boxes, sources=()):
    """Made-up facts; the first source is that of box a, the second that of box b, and so on."""
    raw = [{"box": name, "source": one} for name, one in zip("abcd", sources, strict=False)]
    return SimpleNamespace(flow=list(boxes), raw_flow=raw)


@pytest.mark.parametrize(
    ("boxes", "words", "absent"),
    [
        ([], "No counts of records and studies are reported.", "Not reported"),
        ([box("a", "not_reported")], "No counts of records", "Not reported"),
        ([box("a", "transcribed", 5), box("b", "not_reported")], "Not reported: b.", "decisions"),
        (
            [box("a", "counted", 5)],
            "made from the records and decisions of this review",
            "ranscribed",
        ),
        (
            [box("a", "counted", 5), box("b", "transcribed", 2)],
            "of this review. Transcribed from the published text: b.",
            "not open",
        ),
        ([box("studies_narrated", "derived", 1)], "is the difference", "Not reported"),
        ([box("total_studies", "derived", 9)], "No counts", "is the difference"),
    ],
)
def test_the_flow_says_where_its_counts_come_from(boxes, words, absent):
    text = flow_sentence(facts(*boxes))
    assert words in text
    assert absent not in text


def test_counts_of_a_data_set_are_not_said_to_be_those_of_the_paper():
    one = box("a", "transcribed", 5)
    text = flow_sentence(facts(one, sources=["documentation of the data set x", ""]))
    assert "transcribed from the documentation of the data set x, which does not tell how" in text
    both = flow_sentence(facts(one, sources=["documentation of the data set x", "Made up 2020"]))
    assert "transcribed from the published text" in both


def test_one_count_is_not_worth_a_diagram():
    one, none = box("a", "transcribed", 5), box("b", "not_reported")
    assert not is_drawn(facts(one, none))
    assert is_drawn(facts(one, none, box("c", "derived", 2)))


def test_boxes_of_other_methods_are_told_apart_from_those_with_the_same_label():
    text = flow_sentence(facts(box("a", "counted", 1), box("other_sought", "not_reported")))
    assert "Not reported: other_sought (other methods)." in text
    assert "a 1, other_sought (other methods) not reported" in flow_words(
        facts(box("a", "counted", 1), box("other_sought", "not_reported"))
    )


def test_the_table_has_every_count_as_a_number_with_its_details_and_its_origin():
    text = flow_table(
        facts(
            box("a", "counted", 3, detail="X (n = 1)\nY | Z (n = 2)"),
            box("b", "not_reported", reason="the paper does not say"),
        )
    )
    assert set(ids_in(text)) == {"flow.a", "flow.b"}
    assert "X (n = 1); Y &#124; Z (n = 2)" in text
    assert "| the paper does not say |" in text
    assert "counted from the records and decisions" in text


def test_the_table_names_the_source_of_each_transcribed_count():
    boxes = (box("a", "transcribed", 3), box("b", "transcribed", 2), box("c", "derived", 1))
    text = flow_table(facts(*boxes, sources=["Made up 2020", "documentation of x|y", "Z 2000"]))
    assert "| transcribed from Made up 2020 |" in text
    assert "| transcribed from documentation of x&#124;y |" in text
    assert "| follows from other boxes |" in text
    assert "| transcribed from the published text |" in flow_table(
        facts(box("a", "transcribed", 3))
    )


def test_without_boxes_there_is_no_table():
    assert flow_table(facts()) == ""
