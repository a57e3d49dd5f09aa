"""workflow/lib/figures/flow.py: the PRISMA 2020 diagram; a missing count is never a zero."""

import pandas as pd
import pytest

from workflow.lib.errors import TableError
from workflow.lib.figures.flow import (
    COUNTED,
    NOTHING_KNOWN,
    TRANSCRIBED,
    describe_flow,
    draw_flow,
    names_of_boxes,
)
from workflow.lib.figures.flow_boxes import KEYS, WITH_REPORTS
from workflow.lib.figures.style import figure_bytes

NAN = float("nan")
COLUMNS = ["box", "label", "n", "text", "detail"]
NEW = tuple(  # what a new review of databases and registers draws
    key
    for key in KEYS
    if not key.startswith(("previous", "other", "total")) and key != "reports_included"
)
OTHER = tuple(key for key in KEYS if not key.startswith(("previous", "total")))
KNOWN = {"records_identified": 200, "studies_included": 5, "studies_pooled": 4}
KNOWN |= {"studies_narrated": 1}
FULL = dict(zip(NEW, [1204, 311, 893, 700, 193, 12, 181, 176, 5, 4, 1], strict=True))
WHOLE = {key: 1000 + place for place, key in enumerate(KEYS)}
SHAPES = {
    "new": NEW,
    "other methods": OTHER,
    "update": [k for k in KEYS if not k.startswith("other")],
}
SHAPES |= {"update with other methods": KEYS}


def boxes(counts, keys=NEW, *, origin="counted", **details):
    rows = [
        (key, f"Label of {key}", counts.get(key, NAN), str(counts.get(key, "not reported")), "")
        for key in keys
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["origin"] = [origin if key in counts else "not_reported" for key in keys]
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
    assert sheet.words.count("not reported") == len(NEW) - len(KNOWN)
    assert not any(word in {"0", "n = 0", "nan", "n = nan"} for word in sheet.words)
    for key in NEW:
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
    frames = [sheet.artist(f"{key}-reported").get_bbox() for key in NEW]
    for i, a in enumerate(frames):
        for b in frames[i + 1 :]:
            assert a.xmax <= b.xmin or b.xmax <= a.xmin or a.ymax <= b.ymin or b.ymax <= a.ymin
    sheet.assert_legible()
    assert b"<script" not in sheet.svg
    for text, place in sheet.places(150).items():
        if text.get_rotation() == 0 and text.get_text() != COUNTED:
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
        (NEW, 10),  # five down, four aside, one fork
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


REASONS = "\n".join(
    f"a reason that takes {'many ' * i}words (n = {4711 + i})" for i in range(0, 60, 5)
)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("counts", [WHOLE, {}], ids=["all known", "nothing known"])
def test_every_shape_of_the_template_is_legible(shape, counts, look):
    huge = {key: n * 10**6 for key, n in counts.items()}
    table = boxes(huge, SHAPES[shape], reports_excluded=REASONS, other_excluded=REASONS)
    sheet = look(draw_flow(table))
    sheet.assert_legible(100)
    drawn = {
        name.rpartition("-")[0].removesuffix("-not") for name in sheet.names if "reported" in name
    }
    assert drawn == set(SHAPES[shape]) - set(WITH_REPORTS.values())
    for key in counts and SHAPES[shape]:
        assert f"n = {huge[key]}" in sheet.words


def test_a_long_reason_is_cut_and_its_count_is_not(look):
    said = " ".join(look(draw_flow(boxes(FULL, reports_excluded=REASONS))).words)
    for i in range(0, 60, 5):
        assert f"(n = {4711 + i})" in said
    assert "…" in said
    hung = [
        one
        for one in look(draw_flow(boxes(FULL, reports_excluded=REASONS))).words
        if one[:1] == "\u2002"
    ]
    assert hung, "second lines of a reason are set in"


@pytest.mark.parametrize(
    ("shape", "arrows"),
    [("new", 10), ("other methods", 15), ("update", 12), ("update with other methods", 17)],
)
def test_each_shape_has_the_arrows_of_the_template(shape, arrows):
    figure = draw_flow(boxes(WHOLE, SHAPES[shape]))
    found = figure.findobj(lambda artist: artist.get_gid() == "arrow")
    assert len(found) == arrows
    for arrow in found:
        corners = arrow._path_original.vertices
        steps = corners[1:] - corners[:-1]
        assert (abs(steps) < 1e-9).any(axis=1).all(), "an arrow runs aslant"


def test_other_methods_have_their_own_columns_under_a_heading(look):
    sheet = look(draw_flow(boxes(WHOLE, OTHER)))
    assert {"Databases and registers", "Other methods"} <= set(sheet.words)
    frames = [sheet.artist(f"{key}-reported").get_bbox() for key in
              ("reports_sought", "reports_not_retrieved", "other_sought", "other_not_retrieved")]  # fmt: skip
    assert [a.xmax < b.xmin for a, b in zip(frames, frames[1:], strict=False)] == [True] * 3
    assert "Other methods" not in look(draw_flow(boxes(WHOLE))).words


def test_studies_and_their_reports_share_a_box_each_with_its_count(look):
    known = dict.fromkeys(["studies_included"], 5)
    sheet = look(draw_flow(boxes(known, ["studies_included", "reports_included"])))
    assert "studies_included-reported" in sheet.names
    assert not any(name.startswith("reports_included") for name in sheet.names)
    assert {"n = 5", "not reported"} <= set(sheet.words)


@pytest.mark.parametrize(
    ("origin", "counts", "words"),
    [
        ("counted", FULL, [COUNTED]),
        ("transcribed", FULL, [TRANSCRIBED]),
        ("transcribed", {}, []),
    ],
)
def test_the_foot_says_where_the_counts_come_from(origin, counts, words, look):
    foot = [one for one in look(draw_flow(boxes(counts, origin=origin))).words if "ount" in one]
    assert foot == words


def test_transcribed_counts_among_counted_ones_are_named():
    table = boxes(WHOLE, KEYS)
    table.loc[table["box"] == "previous_studies", "origin"] = "transcribed"
    words = describe_flow(table)
    assert words.endswith("Transcribed from the published text: label of previous_studies.")


def test_the_description_has_every_box_its_count_and_its_details():
    words = describe_flow(boxes(KNOWN, OTHER, records_identified="A (n = 1)\nB (n = 199)"))
    assert "Label of records_identified: 200 (A (n = 1), B (n = 199))." in words
    assert "Label of records_excluded: not reported." in words
    assert "Other methods: Label of other_sought: not reported." in words
    assert len(names_of_boxes(boxes(KNOWN, OTHER))) == len(OTHER)


def test_a_box_leads_where_its_link_says_and_others_lead_nowhere(look):
    target = "../report/index.html#provenance-flow.records_screened"
    sheet = look(draw_flow(boxes(FULL), links={"records_screened": target}))
    (link,) = sheet.root.iter("{http://www.w3.org/2000/svg}a")
    assert link.get("{http://www.w3.org/1999/xlink}href") == target
    area = sheet.artist("link-records_screened").get_bbox()
    frame = sheet.artist("records_screened-reported").get_bbox()
    assert (area.x0, area.xmax) == (frame.x0, frame.xmax)


def test_links_change_nothing_that_is_seen():
    links = dict.fromkeys(NEW, "elsewhere")
    plain, linked = draw_flow(boxes(FULL)), draw_flow(boxes(FULL), links=links)
    assert figure_bytes(plain, "png") == figure_bytes(linked, "png")
