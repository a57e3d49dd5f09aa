"""The scripts of a collection one after the other: every answer is that of a single fit, nothing bad passes."""

import base64
import hashlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from workflow.commands.in_process import Named
from workflow.lib.audit.readings import printed as printer
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.collection.long_table import parts_of
from workflow.lib.files.collection.parts import part_of
from workflow.lib.files.tables import read_record, read_rows
from workflow.lib.stats.effects import MEASURES, effect_size
from workflow.lib.stats.pooling import random_effects
from workflow.scripts import (
    page_collection,
    pool_collection,
    split_collection,
    summarise_collection,
)

TOLERANCE = 1e-10
MODELS = {
    "fe": {"method": "FE", "test": "z"},
    "dl": {"method": "DL", "test": "t"},
    "reml_hk": {"method": "REML", "test": "knha"},
    "pm": {"method": "PM", "test": "adhoc"},
}
CONFIG = {
    **{"title": "Made up <&>", "measure": "GEN", "level": 95, "models": MODELS},
    **{"primary": "reml_hk", "asymmetry_least": 10, "broken": "refuse", "chunk_rows": 1000},
}
MADE = ("summary", "by_model", "disagreement", "by_review", "distributions", "svg", "png", "table")
FIELDS = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub", "tau2", "se_tau2")
FIELDS += ("tau2_lb", "tau2_ub", "I2", "H2", "QE", "QEp")


def made_up(groups=40, seed=3):
    """Columns of a made-up long table of `groups` meta-analyses of 1 to 25 studies."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 26, groups)
    group = np.repeat(np.arange(groups), sizes)
    vi = np.exp(rng.standard_normal(len(group)) - 2)
    yi = rng.standard_normal(len(group)) * np.sqrt(vi + 0.2)
    study = [f"study {n}" for size in sizes for n in range(size)]
    return {
        "review": [f"review {n // 4}" for n in group],
        **{"comparison": ["a, b"] * len(group), "outcome": [f"outcome {n % 4}" for n in group]},
        **{"subgroup": [None] * len(group), "study": study},
        **{"yi": yi.tolist(), "vi": vi.tolist(), "note": ["ignored"] * len(group)},
    }


class Run:
    """The scripts of a collection in a folder of their own."""

    def __init__(self, folder, columns, config):
        self.folder, self.config = folder, CONFIG | config
        self.table = folder / "long.parquet"
        if columns is not None:
            parquet.write_table(pa.table(columns), self.table)
        self.made = Named(
            {name: str(folder / name) for name in ("source", "broken", "skipped", "index", *MADE)}
        )

    def smk(self, given, made, **more):
        params = Named(config=self.config, parts=self.parts)
        return SimpleNamespace(input=Named(given), output=Named(made), params=params, **more)

    def split(self):
        self.parts = parts_of(self.table, self.config["chunk_rows"])
        for name in ("parts", "meta_analyses", "pools"):
            self.made[name] = [str(self.folder / name / f"{part}.parquet") for part in self.parts]
        split_collection.main(self.smk({"table": str(self.table)}, self.made))
        return self

    def all(self):
        self.split()
        for names in zip(*(self.made[n] for n in ("parts", "meta_analyses", "pools")), strict=True):
            own = dict(zip(("part", "meta_analyses", "pools"), names, strict=True))
            pool_collection.main(self.smk({"part": own.pop("part")}, own))
        summarise_collection.main(self.smk(self.made, self.made))
        return self

    def page(self, name):
        place = part_of(name, len(self.parts))
        given = {n: self.made[n][place] for n in ("meta_analyses", "pools")}
        given |= {"part": self.made.parts[place], "source": self.made.source}
        output = {"page": str(self.folder / "page.html")}
        page_collection.main(self.smk(given, output, wildcards=SimpleNamespace(id=name)))
        return (self.folder / "page.html").read_text(encoding="utf-8")

    def rows(self, name):
        return [row for path in self.made[name] for row in parquet.read_table(path).to_pylist()]


@pytest.fixture(autouse=True)
def beside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the log of broken rows is seen from the working directory


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return Run(tmp_path_factory.mktemp("run"), made_up(), {"chunk_rows": 100}).all()


def of_group(columns, row):
    """Places of the rows of one meta-analysis in the long table."""
    return [
        place
        for place, (review, outcome) in enumerate(
            zip(columns["review"], columns["outcome"], strict=True)
        )
        if (review, outcome) == (row["review"], row["outcome"])
    ]


def test_every_answer_of_every_model_is_that_of_a_single_fit(run):
    columns, metas = made_up(), {row["id"]: row for row in run.rows("meta_analyses")}
    assert len(run.parts) > 3
    assert len(metas) == 40
    for pool in run.rows("pools"):
        places = of_group(columns, metas[pool["id"]])
        yi, vi = (np.array(columns[name])[places] for name in ("yi", "vi"))
        one = random_effects(yi, vi, **MODELS[pool["model"]])
        assert pool["k"] == one.k
        for name in FIELDS:
            ours, single = pool[name], getattr(one, name)
            if ours is None or single is None:
                assert ours is single is None, (pool["model"], name)
            else:
                assert ours == pytest.approx(single, rel=TOLERANCE, abs=TOLERANCE), name


def test_every_meta_analysis_names_its_rows_and_the_file_by_its_sum(run):
    columns, named = made_up(), []
    for row in run.rows("meta_analyses"):
        rows = []
        for part in row["rows"].split():
            first, _, last = part.partition("-")
            rows += range(int(first), int(last or first) + 1)
        assert [one - 1 for one in rows] == of_group(columns, row)
        named += rows
    assert sorted(named) == list(range(1, len(columns["yi"]) + 1))
    source = read_record(run.made.source, "collection_source")
    assert source["sha256"] == hashlib.sha256(run.table.read_bytes()).hexdigest()
    assert source["ignored"] == ["note"]
    assert (source["meta_analyses"], source["skipped"]) == (40, 0)


def test_one_part_or_many_and_any_order_of_the_rows_give_the_same_answers(run, tmp_path):
    order = np.random.default_rng(1).permutation(len(made_up()["yi"]))
    mixed = {name: [values[i] for i in order] for name, values in made_up().items()}
    one = Run(tmp_path, mixed, {}).all()
    assert len(one.parts) == 1
    expected = {(row["id"], row["model"]): row for row in run.rows("pools")}
    found = {(row["id"], row["model"]): row for row in one.rows("pools")}
    assert expected.keys() == found.keys()
    for key, row in found.items():
        for name in FIELDS:
            if row[name] is not None:
                assert row[name] == pytest.approx(expected[key][name], rel=1e-8, abs=1e-10)
    summaries = [read_rows(each.made.summary, "collection_summary") for each in (run, one)]
    for a, b in zip(*summaries, strict=True):
        values = [np.nan if row["value"] is None else row["value"] for row in (a, b)]
        assert values[0] == pytest.approx(values[1], rel=1e-8, abs=1e-10, nan_ok=True), a[
            "quantity"
        ]


def test_the_page_of_all_stands_without_scripts_and_that_of_one_names_its_rows(run):
    text = (run.folder / "index").read_text(encoding="utf-8")
    assert "Made up &lt;&amp;&gt;" in text
    assert text.count('<td class="name">') == 40
    assert "http" not in text.replace("http://www.w3.org", "")
    meta = max(run.rows("meta_analyses"), key=lambda row: row["k"])
    page = run.page(meta["id"])
    assert f"rows {meta['rows']} of " in page
    for name, model in MODELS.items():
        assert f"{name} ({model['method']}, {model['test']})" in page
    with pytest.raises(InputError, match="no meta-analysis of this collection has this id"):
        run.page("0" * 16)
    alone = next(row for row in run.rows("meta_analyses") if row["k"] == 1)
    assert "one study" in run.page(alone["id"])


COUNTS = {
    "event_e": [4.0, 119.0, 30.0, 62.0],
    "n_e": [123.0, 306.0, 231.0, 13598.0],
    "event_c": [11.0, 141.0, 29.0, 248.0],
    "n_c": [139.0, 309.0, 220.0, 12867.0],
}  # made up
MEANS = {
    **{
        "mean_e": [5.0, 6.1, 4.4, 5.2],
        "sd_e": [1.0, 1.2, 0.8, 1.1],
        "n_e": [20.0, 31.0, 15.0, 44.0],
    },
    **{
        "mean_c": [5.5, 6.0, 5.1, 5.9],
        "sd_c": [1.1, 1.0, 0.9, 1.3],
        "n_c": [21.0, 30.0, 16.0, 40.0],
    },
}  # made up


def four(numbers, **more):
    """A long table of one meta-analysis of four made-up studies."""
    texts = dict.fromkeys(("review", "comparison", "outcome", "subgroup"), ["x"] * 4)
    return texts | {"study": ["a", "b", "c", "d"]} | numbers | more


@pytest.mark.parametrize(
    ("measure", "numbers", "options"),
    [
        ("RR", COUNTS, {}),
        ("OR", COUNTS, {"add": 0.5, "to": "all"}),
        ("MD", MEANS, {}),
        ("SMD", MEANS, {"vtype": "UB"}),
    ],
)
def test_effects_of_counts_and_means_are_those_of_single_calls(tmp_path, measure, numbers, options):
    run = Run(tmp_path, four(numbers), {"measure": measure, "effects": options}).all()
    arrays = {name: np.array(values) for name, values in numbers.items()}
    effects = effect_size(measure, **arrays, **options)
    one = random_effects(effects.yi, effects.vi, **MODELS["reml_hk"])
    (meta,) = run.rows("meta_analyses")
    assert meta["measure"] == measure
    for name in ("beta", "se", "tau2", "I2", "pi_lb"):
        assert meta[name] == pytest.approx(getattr(one, name), rel=TOLERANCE, abs=TOLERANCE)


def test_ratios_are_read_as_ratios_on_the_pages(tmp_path):
    run = Run(tmp_path, four(COUNTS), {"measure": "RR"}).all()
    (meta,) = run.rows("meta_analyses")
    page = run.page(meta["id"])
    drawn = base64.b64decode(page.partition("image/svg+xml;base64,")[2].partition('"')[0]).decode()
    assert "Risk ratio on a logarithmic axis" in drawn
    printed = printer("log risk ratio")(meta["beta"])
    assert printed in page
    assert printed in (tmp_path / "index").read_text(encoding="utf-8")
    assert page_collection.axis_of(MEASURES["MD"]) == "Mean difference (units of the outcome)"


def test_a_column_of_measures_pools_each_meta_analysis_by_its_own(tmp_path):
    rows = {name: [*values, *[None] * 4] for name, values in COUNTS.items()}
    means = {name: [*[None] * 4, *values] for name, values in MEANS.items()}
    both = rows | means | {"n_e": COUNTS["n_e"] + MEANS["n_e"], "n_c": COUNTS["n_c"] + MEANS["n_c"]}
    texts = {name: ["x"] * 8 for name in ("review", "comparison", "subgroup")}
    texts |= {"outcome": ["dead"] * 4 + ["pain"] * 4, "study": list("abcdabcd")}
    table = texts | both | {"measure": ["RR"] * 4 + ["MD"] * 4}
    run = Run(tmp_path, table, {"measure": "column"}).all()
    metas = {row["measure"]: row for row in run.rows("meta_analyses")}
    for measure, numbers in (("RR", COUNTS), ("MD", MEANS)):
        effects = effect_size(measure, **{name: np.array(v) for name, v in numbers.items()})
        one = random_effects(effects.yi, effects.vi, **MODELS["reml_hk"])
        assert metas[measure]["beta"] == pytest.approx(one.beta, rel=TOLERANCE)


BAD = {
    "a variance of 0": ({"vi": [1.0, 0.0, 1.0, 1.0]}, "row 2, vi: '0.0' cannot be"),
    "a variance below 0": ({"vi": [1.0, -2.0, 1.0, 1.0]}, "row 2, vi: '-2.0' cannot be"),
    "not a number": ({"yi": [1.0, float("nan"), 1.0, 1.0]}, "row 2, yi"),
    "no number": ({"yi": [1.0, None, 1.0, 1.0]}, "row 2, yi: '' is empty"),
    "infinite": ({"yi": [1.0, float("inf"), 1.0, 1.0]}, "row 2, yi: 'inf'"),
    "a text": ({"yi": ["1", "one", "1", "1"]}, "row 2, yi: 'one' is not a number"),
    "beyond any unit": ({"yi": [1.0, 1e31, 1.0, 1.0]}, "row 2, yi: '1e+31' is not between"),
    "a study twice": ({"study": ["a", "a", "c", "d"]}, "row 2, study: 'a' stands already in row 1"),
    "no study": ({"study": ["a", " ", "c", "d"]}, "row 2, study: '' is empty"),
    "no review": ({"review": ["", "", "", ""]}, "row 1, review: '' is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_row_refuses_the_run_with_its_place_and_leaves_nothing(tmp_path, name):
    change, message = BAD[name]
    table = four({"yi": [1.0, 2.0, 3.0, 4.0], "vi": [1.0] * 4}, **change)
    run = Run(tmp_path, table, {})
    with pytest.raises(InputError) as refused:
        run.split()
    assert f"{run.table}, {message}" in str(refused.value)
    assert "broken: skip" in refused.value.problems[-1]
    assert not any((tmp_path / one).exists() for one in ("source", "broken", "skipped"))
    assert read_rows(split_collection.BROKEN, "collection_broken")


@pytest.mark.parametrize("name", sorted(set(BAD) - {"no review"}))
def test_a_broken_row_in_the_middle_skips_its_meta_analysis_by_name_and_no_other(tmp_path, name):
    change, message = BAD[name]
    bad = four({"yi": [1.0, 2.0, 3.0, 4.0], "vi": [1.0] * 4}, **change)
    good = four({"yi": [1.0, 2.0, 3.0, 4.0], "vi": [1.0] * 4}, outcome=["good"] * 4)
    if isinstance(bad["yi"][0], str):
        good["yi"] = list(map(str, good["yi"]))
    table = {key: good[key][:2] + bad[key] + good[key][2:] for key in bad}
    run = Run(tmp_path, table, {"broken": "skip"}).all()
    (skipped,) = read_rows(run.made.skipped, "collection_skipped")
    assert (skipped["outcome"], skipped["k"], skipped["rows"]) == ("x", 4, "3-6")
    assert skipped["reason"].startswith("row 4, ")
    (broken,) = read_rows(run.made.broken, "collection_broken")
    assert (broken["row"], broken["id"]) == (4, skipped["id"])
    (meta,) = run.rows("meta_analyses")
    assert (meta["outcome"], meta["k"], meta["rows"]) == ("good", 4, "1-2 7-8")
    summary = {
        (row["quantity"], row["statistic"]): row["value"]
        for row in read_rows(run.made.summary, "collection_summary")
    }
    assert summary["skipped", "count"] == summary["broken_rows", "count"] == 1
    (review,) = read_rows(run.made.by_review, "collection_reviews")
    assert (review["meta_analyses"], review["skipped"]) == (1, 1)


def test_a_collection_of_which_every_meta_analysis_is_skipped_says_so(tmp_path):
    table = four({"yi": [1.0] * 4, "vi": [0.0] * 4})
    run = Run(tmp_path, table, {"broken": "skip"}).all()
    assert run.rows("meta_analyses") == []
    (row,) = read_rows(run.made.by_review, "collection_reviews")
    assert (row["meta_analyses"], row["skipped"]) == (0, 1)


def test_all_problems_of_all_parts_are_told_at_once(tmp_path):
    table = made_up()
    for place in (0, 150, 300):
        table["vi"][place] = 0.0
    with pytest.raises(InputError) as refused:
        Run(tmp_path, table, {"chunk_rows": 50}).split()
    rows = [text.partition(", row ")[2].partition(",")[0] for text in refused.value.problems]
    assert rows == ["1", "151", "301", ""]


@pytest.mark.parametrize(
    ("change", "config", "message"),
    [
        ({"vi": None}, {}, "column 'vi' is missing"),
        ({"outcome": None}, {}, "column 'outcome' is missing"),
        ({}, {"measure": "XX"}, "measure: 'XX' is none"),
        ({}, {"measure": "column"}, "column 'measure' is missing"),
        ({}, {"measure": "RR"}, "column 'event_e' is missing"),
    ],
)
def test_columns_and_measures_that_do_not_fit_refuse_the_run(tmp_path, change, config, message):
    table = four({"yi": [1.0] * 4, "vi": [1.0] * 4}) | change
    table = {name: values for name, values in table.items() if values is not None}
    with pytest.raises(InputError, match=message):
        Run(tmp_path, table, config).split()


@pytest.mark.parametrize("config", [{}, {"broken": "skip"}])
def test_an_empty_table_is_refused(tmp_path, config):
    table = {name: pa.array([], kind) for name, kind in zip(
        ("review", "comparison", "outcome", "subgroup", "study", "yi", "vi"),
        [pa.string()] * 5 + [pa.float64()] * 2, strict=True,
    )}  # fmt: skip
    with pytest.raises(InputError, match="has no rows"):
        Run(tmp_path, table, config).split()


def test_a_standard_error_stands_for_the_variance(tmp_path):
    table = four({"yi": [1.0, 2.0, 3.0, 4.5], "sei": [0.5, 0.4, 0.3, 0.2]})
    (meta,) = Run(tmp_path, table, {}).all().rows("meta_analyses")
    vi = np.square(table["sei"])
    one = random_effects(table["yi"], vi, **MODELS["reml_hk"])
    assert meta["beta"] == pytest.approx(one.beta, rel=TOLERANCE)
    with pytest.raises(InputError, match="row 2, sei: '0.0' cannot"):
        Run(tmp_path, table | {"sei": [0.5, 0.0, 0.3, 0.2]}, {}).split()


def test_a_column_that_the_measure_does_not_take_may_say_anything(tmp_path):
    table = four(COUNTS, measure=["RR"] * 4, r=["strong", "", "weak", "none"])
    (meta,) = Run(tmp_path, table, {"measure": "column"}).all().rows("meta_analyses")
    assert meta["k"] == 4


def test_fewer_parts_than_before_leave_no_file_of_the_earlier_run(tmp_path):
    Run(tmp_path, made_up(), {"chunk_rows": 100}).all()
    page = tmp_path / "pages/0123456789abcdef.html"
    page.parent.mkdir()
    page.write_text("of an earlier run", encoding="utf-8")
    run = Run(tmp_path, made_up(), {"chunk_rows": 300}).all()
    for name in ("parts", "meta_analyses", "pools"):
        assert sorted((tmp_path / name).iterdir()) == sorted(map(Path, run.made[name]))
    assert not page.exists()
    assert not (tmp_path / ".drafts").exists()


def test_a_table_that_is_wrong_throughout_is_refused_without_reading_on(tmp_path, monkeypatch):
    monkeypatch.setattr(split_collection, "MOST", 10)
    table = made_up() | {"vi": [0.0] * len(made_up()["vi"])}
    with pytest.raises(InputError) as refused:
        Run(tmp_path, table, {"chunk_rows": 100}).split()
    assert len(refused.value.problems) == 51


CELLS = st.one_of(st.none(), st.floats(), st.text(max_size=5), st.integers(-3, 3))


@given(st.integers(0, 3), st.sampled_from(["review", "study", "outcome", "yi", "vi"]), CELLS)
def test_whatever_stands_in_a_cell_the_row_is_used_or_named(tmp_path_factory, place, column, cell):
    table = four({"yi": ["1", "2", "3", "4"], "vi": ["1"] * 4})
    changed = list(table[column])
    changed[place] = None if cell is None else str(cell).encode("utf-8", "replace").decode()
    table[column] = changed
    run = Run(tmp_path_factory.mktemp("cell"), table, {"broken": "skip"})
    try:
        run.split()
    except ReviewError as error:
        assert str(run.table) in str(error)
        return
    used = {row for path in run.made.parts for row in parquet.read_table(path)["row"].to_pylist()}
    skipped = read_rows(run.made.skipped, "collection_skipped")
    left_out = {
        row
        for one in skipped
        for part in one["rows"].split()
        for row in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)
    }
    assert used | left_out == {1, 2, 3, 4}
    assert not used & left_out
