"""workflow/lib/figures: traffic lights, their summary, and lights beside the forest plot; made-up judgements."""

import pandas as pd
import pytest

from tests.lib.figures.test_forest import NAMES, draw, row, study, table
from tests.projects.bias_made_up import made_up_ratings
from workflow.lib.errors import TableError
from workflow.lib.figures.bias_summary import draw_bias_summary
from workflow.lib.figures.lights import TONES
from workflow.lib.figures.style import figure_bytes
from workflow.lib.figures.traffic_light import NOTHING_JUDGED, draw_traffic_light
from workflow.lib.files.instruments import read_instruments
from workflow.lib.review.bias.shares import light_rows, share_rows
from workflow.lib.review.bias.table import assessments, judgement_rows, study_lights

RECORDS = read_instruments("nowhere")
DESIGNS = ("randomised_trial", "controlled_study", "case_series", "case_report")


def judged(k, designs=DESIGNS):
    """Judgements of k made-up studies with awkward names."""
    studies = [
        {"study": f"s{n}", "slab": f"{NAMES[n % 8]} {n}" if n % 3 else f"Author {n}"}
        | {"design": designs[n % len(designs)], "role": "pooled"}
        for n in range(k)
    ]
    rows = made_up_ratings(studies, seed=k)
    return judgement_rows(assessments(rows, instruments=RECORDS, rules={}), studies)


def lights(k):
    return pd.DataFrame(light_rows(judged(k), RECORDS))


def shares(k):
    rows = judged(k)
    studies = list(dict.fromkeys(one["study"] for one in rows))
    fit = {"weights": [100 / k] * k}
    model = {
        "analysis": "p",
        "title": "Made up " * 20,
        "outcome": "",
        "studies": studies,
        "fit": fit,
    }
    return pd.DataFrame(share_rows(rows, RECORDS, model))


DRAWN = ((draw_traffic_light, lights), (draw_bias_summary, shares))
BOTH = pytest.mark.parametrize(("drawer", "rows"), DRAWN, ids=["lights", "summary"])


@BOTH
@pytest.mark.parametrize("k", [1, 5, 30, 200])
def test_no_text_overlaps_another_or_leaves_the_canvas(drawer, rows, k, look):
    look(drawer(rows(k))).assert_legible()


@BOTH
def test_two_calls_give_identical_bytes(drawer, rows):
    for kind in ("svg", "png"):
        assert figure_bytes(drawer(rows(5)), kind) == figure_bytes(drawer(rows(5)), kind)


@BOTH
def test_without_judgements_the_figure_says_so(drawer, rows, look):
    assert look(drawer(rows(4).iloc[:0])).words == [NOTHING_JUDGED]


@BOTH
def test_a_missing_column_and_an_unknown_level_are_refused(drawer, rows):
    with pytest.raises(TableError, match="column missing: level"):
        drawer(rows(4).drop(columns="level"))
    with pytest.raises(TableError, match="no light for dreadful"):
        drawer(rows(4).assign(level="dreadful"))


def test_every_study_stands_once_in_the_block_of_its_instrument_in_order(look):
    rows = [
        {"block": block, "slab": slab, "outcome": "", "domain": domain, "label": "x", "words": "y"}
        | {"level": "low"}
        for block, slabs in (("One", ("B", "A")), ("Two", ("C",)))
        for slab in slabs
        for domain in ("D1", "overall")
    ]
    words = look(draw_traffic_light(pd.DataFrame(rows))).words
    shown = [word for word in words if word in ("One", "B", "A", "Two", "C")]
    assert shown == ["One", "B", "A", "Two", "C"]
    assert words.count("Overall") == 2
    with pytest.raises(TableError, match="two lights for one place: A, D1"):
        draw_traffic_light(pd.DataFrame([*rows, rows[2]]))


def test_the_sheet_grows_with_an_instrument_of_many_domains_instead_of_overlapping(look):
    names = [*(f"D{n}" for n in range(1, 40)), "overall"]
    rows = [
        {
            "block": "Made up",
            "slab": NAMES[5],
            "outcome": "pain",
            "domain": name,
            "label": "made up",
        }
        | {"level": list(TONES)[place % 6], "words": ""}
        for place, name in enumerate(names)
    ]
    figure = draw_traffic_light(pd.DataFrame(rows))
    look(figure).assert_legible()
    assert figure.get_size_inches()[0] * 25.4 > 250


def test_the_headings_are_repeated_in_a_long_block(look):
    rows = lights(120)
    words = look(draw_traffic_light(rows[rows["block"].str.startswith("RoB 2")])).words
    assert words.count("D1") == 1  # 30 studies
    rows = pd.DataFrame(light_rows(judged(90, DESIGNS[:1]), RECORDS))
    assert look(draw_traffic_light(rows)).words.count("D1") == 3


def test_the_legend_says_what_each_sign_stands_for(look):
    words = look(draw_traffic_light(lights(60))).words
    assert any("Low" in word and "Yes" in word for word in words)
    assert any("High" in word and "Serious" in word for word in words)


def luminance(colour):
    """Relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_sign_stands_out_from_its_light_and_no_two_lights_share_a_sign():
    signed = [tone for tone in TONES.values() if tone.symbol]
    assert len({tone.symbol for tone in signed}) == len(signed) == 5
    for tone in signed:
        assert contrast(tone.fill, tone.ink) >= 3, tone  # WCAG 2.2, 1.4.11


@pytest.mark.parametrize("percent", [40.0, 101.0])
def test_a_bar_never_exceeds_its_axis(percent):
    bar = {"block": "b", "domain": "D1", "label": "x", "words": "Low", "level": "low"}
    rows = pd.DataFrame([bar | {"percent": percent}, bar | {"level": "high", "percent": 10.0}])
    if percent > 100:
        with pytest.raises(TableError, match="more than 100 percent: D1 in b"):
            draw_bias_summary(rows)
    else:
        assert draw_bias_summary(rows).get_size_inches()[0] * 25.4 == pytest.approx(180)


def forest(k, designs=DESIGNS[:1], heads=("Study", "Estimate", "Weight")):
    """A forest plot of k studies, every sixth of them narrated, with lights."""
    judgements = judged(k, designs)
    studies = dict.fromkeys((one["study"], one["slab"]) for one in judgements)
    lit = study_lights(judgements, "", {name for name, _ in studies})
    rows = [
        row("narrated", slab, text="not pooled: one patient", lights=lit[name])
        if n % 6 == 5
        else study(slab, 0.1 * n, 0.1 * n - 1, 0.1 * n + 1, 100 / k, lights=lit[name])
        for n, (name, slab) in enumerate(studies)
    ]
    rows.append(row("pooled", "Pool", yi=0.4, ci_lb=0.2, ci_ub=0.6, text="0.40", lights=""))
    rows.append(row("note", "Risk of bias: D1 Randomisation process; + Low; " * 4, lights=""))
    return draw(pd.DataFrame(rows), columns=heads)


@pytest.mark.parametrize("k", [1, 5, 30, 200])
@pytest.mark.parametrize("designs", [DESIGNS[:1], DESIGNS[2:3], DESIGNS])
def test_a_forest_plot_with_lights_is_legible_at_any_size(k, designs, look):
    look(forest(k, designs)).assert_legible()


def test_lights_widen_the_sheet_and_leave_the_plot_as_it_is():
    plain = draw(table(study("a", 1, 0, 2), study("b", 1, 0, 2)))
    lit = pd.DataFrame(
        [study("a", 1, 0, 2, lights="D1=low;overall=high"), study("b", 1, 0, 2, lights="")]
    )
    wide = draw(lit)
    assert plain.get_size_inches()[0] * 25.4 == pytest.approx(180)
    assert wide.get_size_inches()[0] > plain.get_size_inches()[0]
    assert wide.get_size_inches()[1] == plain.get_size_inches()[1]


def test_a_light_stands_at_the_height_of_its_own_row_narrated_ones_too(look):
    rows = [
        study("a", 1, 0, 2, lights="overall=low"),
        study("b", 1, 0, 2, lights=""),
        study("c", 1, 0, 2, lights="overall=high"),
        row("narrated", "d", text="one patient", lights="overall=critical"),
    ]
    sheet = look(draw(pd.DataFrame(rows)))
    discs = {one: sheet.artist(f"lights-{one}") for one in ("low", "high", "critical")}
    circles = {one: disc.get_paths()[0].get_extents() for one, disc in discs.items()}
    heights = {one: (box.y0 + box.y1) / 2 for one, box in circles.items()}
    squares = [sheet.artist(f"study-{n}-square").get_xy()[:, 1] for n in (0, 1, 2)]
    middle = [(corners.min() + corners.max()) / 2 for corners in squares]
    assert heights["low"] == pytest.approx(middle[0], abs=0.01)
    assert heights["high"] == pytest.approx(middle[2], abs=0.01)
    assert heights["critical"] > heights["high"]


def test_lights_without_column_heads_have_their_own(look):
    assert {"D1", "Overall"} <= set(look(forest(3, heads=())).words)


@pytest.mark.parametrize("cell", ["D1", "D1=", "=low", "D1=dreadful"])
def test_lights_that_cannot_be_read_are_refused(cell):
    with pytest.raises(TableError, match="forest"):
        draw(pd.DataFrame([study("a", 1, 0, 2, lights=cell)]))
