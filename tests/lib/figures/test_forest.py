"""workflow/lib/figures/forest.py: every row is there, legible, and drawn as what it is."""

import math
import sys

import numpy as np
import pandas as pd
import pytest

from workflow.lib.errors import TableError
from workflow.lib.figures.forest import NOTHING_POOLED, draw_forest
from workflow.lib.figures.forest_looks import LOOKS, look_of
from workflow.lib.figures.style import ACCENT, PAPER, SECOND, figure_bytes

NAN = float("nan")
COLUMNS = ["kind", "slab", "detail", "yi", "ci_lb", "ci_ub", "weight", "text", "weight_text"]
COLUMNS += ["spread", "df"]
HEADS = ("Study", "Mean difference [95% CI]", "Weight (%)")
NAMES = [
    "<script>alert(1)</script>",
    "$x_1$ & $y$",
    '=SUM(A1) | "quoted"',
    "王小明 2019",
    "محمد العلي 2021",
    "A multicentre randomised controlled trial of the long term effects of something that "
    "takes more than two lines to say, 2022",
    "x" * 120,
    "Öztürk & García-López 2013",
]


def row(kind, slab="", **cells):
    empty = {"detail": "", "text": "", "weight_text": ""}
    return {"yi": NAN, "ci_lb": NAN, "ci_ub": NAN, "weight": NAN, **empty} | {
        "kind": kind,
        "slab": slab,
        **cells,
    }


def study(slab, yi, ci_lb, ci_ub, weight=NAN, **cells):
    text = f"{yi:.2f} [{ci_lb:.2f}, {ci_ub:.2f}]"
    numbers = {"yi": yi, "ci_lb": ci_lb, "ci_ub": ci_ub, "weight": weight}
    shown = "" if math.isnan(weight) else f"{weight:.1f}"
    return row("study", slab, text=text, weight_text=shown, **numbers, **cells)


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def draw(rows, **changes):
    settings = {"axis_label": "Change (points)", "favours": ("worse", "better"), "columns": HEADS}
    return draw_forest(rows, **(settings | changes))


def many(k):
    """k studies with awkward names and every other kind of row after them."""
    rng = np.random.default_rng(20)
    yi, half = rng.normal(0.4, 0.5, k), rng.uniform(0.2, 1.2, k)
    names = [NAMES[i % 8] if i % 7 < 3 else f"Author {i}" for i in range(k)]
    rows = [
        study(name, y, y - h, y + h, 100 / k, detail="candidate; n = 21; single arm" * (i % 3))
        for i, (name, y, h) in enumerate(zip(names, yi, half, strict=True))
    ]
    return table(
        row("heading", "Pooled studies"),
        *rows,
        POOLED,
        row("comparison", "Published", yi=0.3, ci_lb=0.1, ci_ub=0.5, text="0.30 [0.10, 0.50]"),
        row("prediction", "Prediction interval", ci_lb=-1.0, ci_ub=1.8, text="[-1.00, 1.80]"),
        row("note", "Heterogeneity: tau² = 0.12, I² = 54%, Q = 30.1, p = 0.002"),
        row("heading", "Narrated studies and a heading that is too long for its column, " * 2),
        row("narrated", "Case report", text="not pooled: one patient, " * 8),
        row(
            "narrated", "No spread", yi=0.9, text="0.90 (no SD reported in the paper or elsewhere)"
        ),
        row("note", "Hollow squares are narrated and not pooled. " * 9),
    )


def grouped(k):
    """k studies with awkward names in two subgroups, and the predicted distribution."""
    rows = many(k).to_dict("records")
    studies = [one for one in rows if one["kind"] == "study"]
    rest = [one for one in rows if one["kind"] not in ("study", "prediction")][1:]
    half = (k + 1) // 2
    parts = []
    for name, own in (("A", studies[:half]), ("B", studies[half:])):
        total = row(
            "subtotal", f"Subtotal {name}", yi=0.3, ci_lb=0.1, ci_ub=0.5, text="0.30 [0.10, 0.50]"
        )
        parts += [row("heading", f"Subgroup {name}"), *own, total | {"detail": f"k = {len(own)}"}]
    return table(*parts, PREDICTED, *rest)


POOLED = row("pooled", "Random effects", yi=0.4, ci_lb=0.2, ci_ub=0.6, text="0.40 [0.20, 0.60]")
PAIR = (study("Roberts 2017", 1.75, 0.97, 2.54, 43), study("Lee 2020", 0.68, 0.4, 0.95, 57))
PREDICTED = row("prediction", "Prediction", yi=0.4, ci_lb=-1.0, ci_ub=1.8, text="[-1.00, 1.80]")
PREDICTED |= {"spread": 0.5, "df": 5.0}
KNAPP_HARTUNG = row("pooled", "Knapp-Hartung", yi=1.2, ci_lb=-5.7, ci_ub=8.0, text="1.20")


@pytest.mark.parametrize("format", ["svg", "png"])
def test_two_calls_give_identical_bytes(format):
    assert figure_bytes(draw(many(4)), format) == figure_bytes(draw(many(4)), format)


@pytest.mark.parametrize("k", [1, 4, 30, 200])
def test_no_text_overlaps_another_or_leaves_the_canvas(k, look):
    look(draw(many(k))).assert_legible()


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("preset", LOOKS)
@pytest.mark.parametrize("k", [1, 2, 4, 30])
def test_no_preset_lets_texts_overlap(k, preset, log, look):
    sheet = look(draw(grouped(k), look=look_of(preset, marks="log" if log else "plain")))
    sheet.assert_legible()
    assert {"Subtotal A", "Prediction"} <= set(sheet.words)


@pytest.mark.parametrize("preset", LOOKS)
def test_two_hundred_studies_stay_apart_in_every_preset(preset, look):
    look(draw(grouped(200), look=look_of(preset))).assert_legible()


def test_a_plot_of_many_pages_has_its_axis_at_both_ends(look):
    assert "axis-above" in look(draw(many(200))).names
    assert "axis-above" not in look(draw(many(4))).names


@pytest.mark.parametrize(
    ("preset", "order"),
    [
        ("house", ["axis", "estimate", "weight"]),
        ("revman", ["weight", "estimate", "axis"]),
        ("bmj", ["axis", "weight", "estimate"]),
        ("jama", ["estimate", "axis", "weight"]),
    ],
)
def test_a_preset_has_its_own_order_of_columns(preset, order, look):
    sheet = look(draw(table(*PAIR), look=look_of(preset)))
    places = {text.get_text(): text.get_position()[0] for text in sheet.figure.axes[0].texts}
    x = {"estimate": places["1.75 [0.97, 2.54]"], "weight": places["43.0"]}
    x["axis"] = float(np.mean(sheet.artist("axis").get_xdata()))
    assert sorted(x, key=x.get) == order


def test_a_preset_has_its_own_colours(look):
    squares = {
        preset: look(draw(table(*PAIR, POOLED), look=look_of(preset))).artist("study-0-square")
        for preset in LOOKS
    }
    colours = {preset: square.get_facecolor()[:3] for preset, square in squares.items()}
    assert len(set(colours.values())) == 4
    assert colours["bmj"] == pytest.approx([0x6B / 255, 0x58 / 255, 0xA6 / 255])


def test_an_unknown_preset_is_refused_by_name():
    with pytest.raises(TableError, match="preset 'lancet' is not one of house, revman, bmj, jama"):
        look_of("lancet")


RANGES = [(0.05, 20.0), (0.8, 1.3), (0.97, 1.02), (1e-3, 1e4), (2.0, 9.0), (1e-9, 1e12), (0.4, 0.5)]


def named_ratio(name):
    """The ratio that a tick names: 0.5, or 10 with a raised power."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    plain = name.translate(raised)
    return float(name) if plain == name else 10.0 ** int(plain[2:])


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_ticks_of_ratios_are_round_ratios_at_their_logarithms(low, high, look):
    ends = math.log(low), math.log(high)
    rows = table(study("wide", sum(ends) / 2, *ends))
    figure = draw(rows, null=None, look=look_of(marks="log"))
    sheet = look(figure)
    sheet.assert_legible()
    axis = sheet.artist("axis").get_xdata()
    named = [t for t in figure.axes[0].texts if abs(t.get_fontsize() - 7.5) < 0.01]
    assert 1 <= len(named) <= 12
    if low <= 1.0 <= high:
        assert "1" in {t.get_text() for t in named}
    places = [(t.get_position()[0], math.log(named_ratio(t.get_text()))) for t in named]
    if len(places) > 2:  # equal distances on paper are equal ratios
        (x0, v0), *_, (x1, v1) = places
        assert all(abs((x - x0) / (x1 - x0) - (v - v0) / (v1 - v0)) < 1e-6 for x, v in places)
    assert all(min(axis) <= t.get_position()[0] <= max(axis) for t in named)


def test_a_distribution_is_a_hill_with_its_top_over_the_pool(look):
    rows = table(*PAIR, POOLED, PREDICTED)
    sheet = look(draw(rows))
    hill = sheet.artist("prediction-3-distribution").get_xy()
    diamond = sheet.artist("pooled-2-diamond").get_xy()
    top = hill[np.argmin(hill[:, 1]), 0]
    assert top == pytest.approx(diamond[np.argmin(diamond[:, 1]), 0], abs=1.0)  # a step of the hill
    assert "prediction-3-bar" in sheet.names
    assert "prediction-3-distribution" not in look(draw(table(*PAIR, POOLED))).names


@pytest.mark.parametrize("cells", [{"spread": 0.0}, {"spread": -1.0}, {"df": 0.0}])
def test_a_distribution_without_width_is_refused(cells):
    with pytest.raises(TableError, match="must be above 0"):
        draw(table(*PAIR, PREDICTED | cells))


@pytest.mark.parametrize("dpi", [72, 200])
def test_the_texts_stay_apart_at_other_resolutions(dpi, look):
    look(draw(many(9))).assert_legible(dpi)


def test_the_label_and_the_numbers_of_every_study_are_in_the_svg(look):
    rows = [study(f"Author {i}", i, i - 1, i + 1, 10, detail=f"n = {i}") for i in range(30)]
    words = look(draw(table(*rows))).words
    for cells in rows:
        for column in ("slab", "detail", "text", "weight_text"):
            assert cells[column] in words


@pytest.mark.parametrize("name", NAMES[:5])
def test_a_hostile_name_is_escaped_text(name, look):
    sheet = look(draw(table(study(name, 1, 0, 2))))
    assert name in sheet.words
    assert b"<script" not in sheet.svg


@pytest.mark.parametrize("name", NAMES[5:7])
def test_a_long_name_takes_two_lines_and_an_ellipsis(name, look):
    words = look(draw(table(study(name, 1, 0, 2)), columns=())).words
    first, second = words[words.index(next(w for w in words if name.startswith(w))) :][:2]
    assert second.endswith("…")
    assert name.replace(" ", "").startswith((first + second[:-1]).replace(" ", ""))


def test_the_canvas_is_180_mm_wide_and_grows_with_the_rows():
    sizes = [draw(many(k)).get_size_inches() * 25.4 for k in (1, 4, 30, 200)]
    assert [width for width, _ in sizes] == pytest.approx([180] * 4)
    heights = [height for _, height in sizes]
    assert heights == sorted(set(heights))
    assert heights[3] - heights[2] > 170 * 4  # at least 4 mm for each further row


def test_a_figure_leaves_no_global_state():
    draw(many(1))
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


def test_the_area_of_a_square_is_proportional_to_the_weight(look):
    sheet = look(draw(table(study("a", 1, -9, 9, 80), study("b", 1, -9, 9, 20))))
    sides = [np.ptp(sheet.artist(f"study-{i}-square").get_xy()[:, 0]) for i in (0, 1)]
    assert sides[0] / sides[1] == pytest.approx(2)


def test_a_study_without_an_interval_is_hollow(look):
    sheet = look(draw(table(PAIR[0], row("study", "No spread", yi=1.0))))
    assert "study-1-hollow" in sheet.names
    assert "study-1-interval" not in sheet.names


def test_an_interval_shorter_than_its_square_is_drawn_on_it_in_white(look):
    sheet = look(draw(table(study("a", 1, 0.99, 1.01, 50), study("b", 5, 1, 9, 50))))
    assert sheet.artist("study-0-interval").get_color() == PAPER
    assert (
        sheet.artist("study-0-interval").get_zorder() > sheet.artist("study-0-square").get_zorder()
    )


def test_a_narrated_study_with_an_estimate_is_a_hollow_square_on_the_axis(look):
    narrated = row("narrated", "Garcia", yi=1.75, ci_lb=1.0, ci_ub=3.0, text="1.75")
    sheet = look(draw(table(*PAIR, narrated)))
    mark = sheet.artist("narrated-2-hollow")
    assert mark.get_facecolor() == (1, 1, 1, 1)
    studied = sheet.artist("study-0-square").get_xy()[:-1, 0]
    assert mark.get_xy()[:-1, 0].mean() == pytest.approx(studied.mean())
    assert "narrated-2-interval" not in sheet.names


def test_a_narrated_study_without_an_estimate_stands_in_the_gutter_with_its_reason(look):
    narrated = row("narrated", "Case report", text="not pooled: one patient")
    sheet = look(draw(table(*PAIR, narrated)))
    mark = sheet.artist("narrated-2-hollow").get_xy()
    name = next(t for t in sheet.figure.axes[0].texts if t.get_text() == "Case report")
    assert mark[:, 0].max() < name.get_position()[0]
    assert "not pooled: one patient" in sheet.words


def test_summaries_are_told_apart_by_colour_and_filling(look):
    sheet = look(draw(many(4)))
    pooled, comparison = sheet.artist("pooled-5-diamond"), sheet.artist("comparison-6-diamond")
    as_hex = "#{:02X}{:02X}{:02X}".format
    colours = [tuple(round(255 * c) for c in m.get_edgecolor()[:3]) for m in (pooled, comparison)]
    assert [as_hex(*c) for c in colours] == [ACCENT, SECOND]
    assert comparison.get_facecolor() == (1, 1, 1, 1)
    assert {"prediction-7-bar", "prediction-7-end-left", "prediction-7-end-right"} <= sheet.names


def test_a_diamond_reaches_from_bound_to_bound_with_its_estimate_at_the_widest(look):
    pooled = row("pooled", "All", yi=1.0, ci_lb=0.0, ci_ub=4.0)
    corners = look(draw(table(study("a", 1, 0, 4), pooled))).artist("pooled-1-diamond").get_xy()
    left, right = corners[:, 0].min(), corners[:, 0].max()
    top = corners[corners[:, 1].argmin()]
    assert (top[0] - left) / (right - left) == pytest.approx(0.25)


def test_an_interval_far_wider_than_the_studies_gets_arrow_heads(look):
    prediction = row("prediction", "Prediction", ci_lb=-9.0, ci_ub=2.0)
    sheet = look(draw(table(*PAIR, KNAPP_HARTUNG, prediction)))
    assert {"pooled-2-arrow-left", "pooled-2-arrow-right", "prediction-3-arrow-left"} <= sheet.names
    assert "prediction-3-end-left" not in sheet.names
    assert "prediction-3-end-right" in sheet.names
    assert not any(name.startswith("study") and "arrow" in name for name in sheet.names)
    interval = sheet.artist("study-0-interval").get_xdata()
    assert np.ptp(interval) > 10, "the studies are not flattened, mm"


def test_an_arrow_head_ends_on_the_axis(look):
    sheet = look(draw(table(*PAIR, KNAPP_HARTUNG)))
    left, right = sheet.artist("axis").get_xdata()
    assert sheet.artist("pooled-2-arrow-left").get_xy()[:, 0].min() >= left
    assert sheet.artist("pooled-2-arrow-right").get_xy()[:, 0].max() <= right


def test_an_interval_that_is_not_extreme_is_shown_whole(look):
    wide = row("pooled", "All", yi=1.2, ci_lb=-2.0, ci_ub=4.0)
    assert not any("arrow" in name for name in look(draw(table(*PAIR, wide))).names)


def test_one_study_that_dwarfs_the_others_is_cut_and_not_they(look):
    rows = [study(f"s{i}", 0.1 * i, 0.1 * i - 0.3, 0.1 * i + 0.3) for i in range(5)]
    sheet = look(draw(table(*rows, study("tiny", 0.2, -90, 90))))
    assert {"study-5-arrow-left", "study-5-arrow-right"} <= sheet.names
    assert np.ptp(sheet.artist("study-0-interval").get_xdata()) > 5


def test_infinite_bounds_are_cut(look):
    pooled = row("pooled", "All", yi=1.0, ci_lb=-math.inf, ci_ub=math.inf)
    assert "pooled-1-arrow-left" in look(draw(table(PAIR[0], pooled))).names


def test_the_line_of_no_effect_stands_at_the_null(look):
    sheet = look(draw(table(study("a", 0, -1, 1)), null=0.0))
    x = sheet.artist("null").get_xdata()[0]
    assert x == pytest.approx(np.mean(sheet.artist("axis").get_xdata()))
    assert "null" not in look(draw(table(study("a", 0, -1, 1)), null=None)).names


def test_directions_are_printed_only_when_they_are_stated(look):
    words = look(draw(table(*PAIR))).words
    assert {"← worse", "better →"} <= set(words)
    words = look(draw(table(*PAIR), favours=None)).words
    assert not any("→" in word or "←" in word for word in words)


@pytest.mark.parametrize("scale", [1e-6, 1e6, 123456789])
def test_ticks_are_apart_on_any_scale(scale, look):
    look(draw(table(study("a", scale, 0.9 * scale, 1.1 * scale)))).assert_legible()


def test_the_studies_alone_without_null_or_interval_still_have_an_axis(look):
    sheet = look(draw(table(row("study", "a", yi=3.0)), null=None))
    assert "axis" in sheet.names
    sheet.assert_legible()


def test_studies_of_which_none_has_an_estimate_are_not_pooled(look):
    assert NOTHING_POOLED in look(draw(table(row("study", "a", text="no estimate")))).words


def test_without_studies_the_sentence_stands_for_the_axis_and_the_narrated_are_listed(look):
    rows = table(
        row("narrated", "Case report", text="not pooled: one patient"),
        row("narrated", "Garcia", yi=1.1, text="1.10 (no SD)"),
    )
    sheet = look(draw(rows))
    assert NOTHING_POOLED in sheet.words
    assert {"Case report", "not pooled: one patient", "Garcia", "1.10 (no SD)"} <= set(sheet.words)
    assert {"narrated-0-hollow", "narrated-1-hollow"} <= sheet.names
    assert not {"axis", "null"} & sheet.names
    sheet.assert_legible()


def test_without_rows_the_sentence_stands_alone(look):
    sheet = look(draw(table()))
    assert sheet.words == [NOTHING_POOLED]


def test_headings_are_printed_over_the_columns_and_may_be_left_out(look):
    assert {"Study", "Weight", "(%)"} <= set(look(draw(table(*PAIR))).words)
    assert "Study" not in look(draw(table(*PAIR), columns=())).words
    with pytest.raises(TableError, match="4 column headings"):
        draw(table(*PAIR), columns=("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"yi": 3.0}, r"row 2 \('bad'\): the interval \[0, 1\] does not contain yi 3"),
        ({"kind": "total"}, r"row 2 \('bad'\): kind 'total' is not one of study"),
        ({"ci_ub": NAN}, r"row 2 \('bad'\): only one of ci_lb and ci_ub"),
        ({"yi": NAN, "ci_lb": 2.0}, r"row 2 \('bad'\): the interval \[2, 1\] does not contain"),
        ({"yi": math.inf}, r"row 2 \('bad'\): yi is infinite"),
        ({"weight": -1.0}, r"row 2 \('bad'\): weight -1 is not a percentage"),
        ({"yi": "1,5"}, r"row 2 \('bad'\): yi is '1,5'; give a number or leave it empty"),
    ],
)
def test_a_row_that_cannot_be_drawn_honestly_is_refused_by_name(cells, message):
    bad = study("bad", 0.5, 0, 1) | cells
    with pytest.raises(TableError, match=message):
        draw(table(PAIR[0], bad))


def test_all_problems_are_reported_at_once():
    rows = table(study("one", 5, 0, 1), study("two", 6, 0, 1))
    with pytest.raises(TableError, match=r"(?s)'one'.*'two'"):
        draw(rows)


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="column missing: detail, weight_text"):
        draw(table(*PAIR).drop(columns=["detail", "weight_text"]))


def test_a_bound_that_equals_its_estimate_up_to_the_last_bit_is_accepted():
    draw(table(study("exact", 0.1 + 0.2, 0.3, 0.3)))


def test_the_index_of_the_table_does_not_matter():
    rows = many(4)
    shuffled = rows.set_axis([7] * len(rows))
    assert figure_bytes(draw(shuffled), "svg") == figure_bytes(draw(rows), "svg")


def test_the_axis_keeps_its_room_beside_the_longest_words(look):
    long = "many words that take room " * 5
    wordy = study(long, 1, 0, 2, detail=long) | {"text": long, "weight_text": long}
    sheet = look(draw(table(wordy), columns=(long, long, long), favours=(long, long)))
    assert np.ptp(sheet.artist("axis").get_xdata()) > 30  # mm
    sheet.assert_legible()
