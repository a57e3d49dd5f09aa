"""workflow/lib/figures/flow.py: the PRISMA 2020 diagram; a missing count is never a zero."""

import pandas as pd
import pytest

from workflow.lib.errors import TableError
from workflow.lib.figures.flow import NOTHING_KNOWN, draw_flow
from workflow.lib.figures.flow_boxes import KEYS
from workflow.lib.figures.style import figure_bytes

NAN = float("nan")
COLUMNS = ["box", "label", "n", "text", "detail"]
KNOWN = {"records_identified": 200, "studies_included": 5, "studies_pooled": 4}
KNOWN |= {"studies_narrated": 1}
FULL = dict(zip(KEYS, [1204, 311, 893, 700, 193, 12, 181, 176, 5, 4, 1], strict=True))


def boxes(counts, keys=KEYS, **details):
    rows = [
        (key, f"Label of {key}", counts.get(key, NAN), str(counts.get(key, "not reported")), "")
        for key in keys
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(detail=[details.get(key, "") for key in keys])


@pytest.mark.parametrize("format", ["svg", "png"])
def test_two_calls_give_identical_bytes(format):
    table = boxes(KNOWN)
    assert figure_bytes(draw_flow(table), format) == figure_bytes(draw_flow(table), format)


def test_every_box_has_its_words_and_its_count(look):
    words = look(draw_flow(boxes(FULL))).words
    for key, n in FULL.items():
        assert f"Label of {key}" in words
        assert f"n = {n}" in words


def test_a_count_that_is_not_reported_is_said_and_dashed_and_never_zero(look):
    sheet = look(draw_flow(boxes(KNOWN)))
    assert sheet.words.count("not reported") == len(KEYS) - len(KNOWN)
    assert not any(word in {"0", "n = 0", "nan", "n = nan"} for word in sheet.words)
    for key in KEYS:
        name = f"{key}-{'reported' if key in KNOWN else 'not-reported'}"
        assert (sheet.artist(name).get_linestyle() in {"-", "solid"}) == (key in KNOWN)
    grey = next(t for t in sheet.figure.axes[0].texts if t.get_text() == "not reported")
    assert grey.get_fontstyle() == "italic"


def test_an_empty_text_does_not_hide_that_a_count_is_missing(look):
    table = boxes({}, ["records_screened"]).assign(text="")
    assert "not reported" in look(draw_flow(table)).words


def test_a_count_of_zero_that_was_reported_is_a_zero(look):
    sheet = look(draw_flow(boxes(FULL | {"reports_not_retrieved": 0})))
    assert "n = 0" in sheet.words
    assert "reports_not_retrieved-reported" in sheet.names


@pytest.mark.parametrize("counts", [KNOWN, FULL, {}])
def test_no_text_overlaps_another_or_leaves_the_canvas(counts, look):
    reasons = "\n".join(
        f"A reason with many words, and then some more words (n = {i})" * 2 for i in range(9)
    )
    look(draw_flow(boxes(counts, reports_excluded=reasons))).assert_legible()


def test_words_stay_inside_their_box_and_boxes_apart(look):
    label = "王小明 <script> $x$ " * 20
    sheet = look(draw_flow(boxes(FULL, reports_excluded="x" * 150).assign(label=label)))
    frames = [sheet.artist(f"{key}-reported").get_bbox() for key in KEYS]
    for i, a in enumerate(frames):
        for b in frames[i + 1 :]:
            assert a.xmax <= b.xmin or b.xmax <= a.xmin or a.ymax <= b.ymin or b.ymax <= a.ymin
    sheet.assert_legible()
    assert b"<script" not in sheet.svg
    for text, place in sheet.places(150).items():
        if text.get_rotation() == 0:
            at = place.transformed(sheet.figure.axes[0].transData.inverted())
            assert any(a.x0 < at.xmin and at.xmax < a.x1 and a.containsy(at.y0) for a in frames)


def test_the_canvas_is_180_mm_wide_and_grows_with_the_details():
    short, tall = draw_flow(boxes(FULL)), draw_flow(boxes(FULL, reports_excluded="a\n" * 20))
    assert short.get_figwidth() * 25.4 == pytest.approx(180)
    assert tall.get_figheight() > short.get_figheight()


def test_only_boxes_in_the_table_are_drawn_with_their_phases(look):
    sheet = look(draw_flow(boxes(FULL, ["records_identified", "studies_included"])))
    assert {"Identification", "Included"} <= set(sheet.words)
    assert "Screening" not in sheet.words
    assert {name for name in sheet.names if name.endswith("reported")} == {
        "records_identified-reported",
        "studies_included-reported",
    }


@pytest.mark.parametrize(
    ("keys", "arrows"),
    [
        (KEYS, 10),  # five down, four aside, one fork
        (["studies_included", "studies_narrated"], 1),
        (["records_identified", "reports_excluded", "studies_included"], 2),
        (["reports_excluded"], 0),
    ],
)
def test_arrows_join_the_boxes_that_are_there(keys, arrows, look):
    figure = draw_flow(boxes(FULL, keys))
    assert len(figure.findobj(lambda artist: artist.get_gid() == "arrow")) == arrows


def test_pooled_and_narrated_stand_under_included(look):
    sheet = look(draw_flow(boxes(FULL)))
    included, pooled, narrated = (
        sheet.artist(f"studies_{name}-reported").get_bbox()
        for name in ("included", "pooled", "narrated")
    )
    assert included.ymax < pooled.ymin  # y grows downwards
    assert pooled.ymin == pytest.approx(narrated.ymin)
    assert pooled.x0 == pytest.approx(included.x0)
    assert narrated.xmin > pooled.xmax


def test_every_line_of_a_detail_is_printed(look):
    detail = "Duplicates (n = 300)\nAutomation tools (n = 11)"
    words = look(draw_flow(boxes(FULL, records_removed=detail))).words
    assert set(detail.splitlines()) <= set(words)


def test_an_empty_table_says_so(look):
    assert look(draw_flow(boxes({}, []))).words == [NOTHING_KNOWN]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"box": "records_lost"}, r"row 1 \('records_lost'\): not a box of the diagram"),
        ({"n": -3}, "n is -3; give a whole number"),
        ({"n": 2.5}, "n is 2.5; give a whole number"),
        ({"n": "many"}, "n is 'many'; give a whole number"),
        ({"n": NAN, "text": "0"}, "text is '0' but n is empty"),
        ({"n": 5, "text": "not reported"}, "n is 5 but text is 'not reported'"),
    ],
)
def test_a_count_that_is_not_what_it_says_is_refused(cells, message):
    table = boxes(FULL, ["records_screened"]).astype(object).assign(**cells)
    with pytest.raises(TableError, match=message):
        draw_flow(table)


def test_a_box_that_stands_twice_is_refused():
    with pytest.raises(TableError, match="box 'records_screened' stands twice"):
        draw_flow(boxes(FULL, ["records_screened"] * 2))


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="flow: column missing: text"):
        draw_flow(boxes(FULL).drop(columns="text"))
