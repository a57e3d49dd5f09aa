"""workflow/lib/audit/explain.py and chain_page.py: from a printed number down to the cells and their quotes."""

import re
import subprocess
import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline import ROOT, completed, read_cells
from workflow.commands.explain import outdated
from workflow.lib.audit import glossary
from workflow.lib.audit.chain_page import chain_page
from workflow.lib.audit.explain import Evidence, explain, outline
from workflow.lib.audit.spans import spans, unspan
from workflow.lib.errors import TableError
from workflow.lib.files.check import read_raw
from workflow.lib.files.tables import read_json, read_rows

HEAVY = ("numpy", "pandas", "scipy", "matplotlib")


def schema(name):
    return yaml.safe_load((ROOT / f"workflow/schemas/{name}.schema.yaml").read_text("utf-8"))


def cell(name, study="a2020", **words):
    """A made-up row of the extraction."""
    empty = dict.fromkeys(("time_point", "patient", "unit", "reason", "page", "quote", "note"), "")
    made = {"arm": "single", "quantity": "mean", "value": "5.0", "source": "Made-up journal"}
    return {"id": name, "study": study, **empty, **made, **words}


def number(**words):
    """A made-up record of the registry."""
    about = {"value": 1.2345678, "text": "1.23", "unit": "points", "scale": "points"}
    made = {"method": "MC; REML, adhoc, t(1)", "rule": "fit_model", "file": "results/x.json"}
    return {**about, **made, "rows": [], "basis": [], "stands": {}, **words}


def study(name, slab, **words):
    about = {"design": "single_arm", "role": "candidate", "reason": ""}
    return {"study": name, "slab": slab, **about, **words}


def step(rows, **words):
    place = {"study": "a2020", "arm": "single", "time_point": "baseline"}
    made = {"step": "SD from interval", "inputs": "n = 21", "formula": "half the width / t"}
    found = {"source": "Handbook", "output": "sd", "value": 2.25, "status": "used", "message": ""}
    return {**place, **made, **found, "rows": rows, **words}


CONFIG = {
    "analyses": {"primary": {"title": "Made-up change", "model": {"method": "REML", "level": 95}}},
    "assumptions": {"r": {"quantity": "r", "value": 0.5, "reason": "not printed", "source": "HB"}},
    "outcomes": {"pain": {"label": "pain", "low": 0, "units": {"VAS": [0, 10]}}},
    "conversions": {"skewness": "warn"},
}


def evidence(numbers, **tables):
    given_tables = {
        "extraction": [cell("a-1"), cell("a-2"), cell("b-1", "b2021")],
        "studies": [study("a2020", "A et al. 2020"), study("b2021", "B et al. 2021")],
        "claims": [],
        "flow": [],
        "cleaning_log": [],
        "manifest": {
            "config": CONFIG,
            "inputs": {"data/raw/extraction.csv": "ab12"},
            "library": "f",
        },
    }
    return Evidence(numbers=numbers, **given_tables | tables)


def page(made, **tables):
    return chain_page(explain(["x.y"], evidence({"x.y": made}, **tables)), "x.y")


@given(st.sets(st.integers(0, 60)))
def test_spans_can_be_read_back(places):
    assert unspan(spans(places)) == sorted(places)


def test_spans_are_short_for_neighbours():
    assert spans([5, 0, 1, 2, 7, 8]) == "0-2 5 7-8"


def test_the_page_opens_with_printed_and_full_value_and_says_how_it_was_made():
    text = page(number(rows=["a-1"]))
    assert text.index("**1.23** points (full precision 1.2345678)") < text.index("## How it was")
    for words in (
        "REML: variance between studies by restricted maximum likelihood",
        "t(1): t distribution, degrees of freedom: 1",
        "rule `fit_model`, script `workflow/scripts/fit_model.py`, value in `results/x.json`",
        "library fingerprint `f`",
        "input `data/raw/extraction.csv`, SHA-256 ab12",
    ):
        assert words in text


def test_a_number_without_value_says_so():
    assert "**one study** points (there is no value)" in page(number(value=None, text="one study"))


def test_each_cell_is_told_with_its_quote_source_page_and_remark():
    rows = [cell("a-1", quantity="mean_ci_lb", quote="from 5.0", page="p. 7", note="look again")]
    text = page(number(rows=["a-1"]), extraction=rows)
    assert "A et al. 2020:" in text
    assert "- mean, lower limit of its interval (single): **5.0**  `a-1`" in text
    for line in ("“from 5.0”", "source: Made-up journal, p. 7", "note: look again"):
        assert f"  - {line}" in text


def test_rows_that_need_not_move_the_number_stand_apart_with_the_reason():
    text = page(number(rows=["a-1", "a-2"], stands={"a-2": "refused"}))
    cells, _, stands = text.partition("## Looked at, but need not move the number")
    assert "`a-1`" in cells and "`a-2`" not in cells
    assert "These cells only decided what could be used" in stands and "`a-2`" in stands


def test_studies_whose_role_alone_was_read_are_told_apart():
    text = page(number(rows=["a-1"], basis=["studies:a2020", "studies:b2021"]))
    assert re.search(r"- A et al\. 2020 \(single arm; candidate: [^\n]*\)\n", text)
    assert "B et al. 2021" in text and text.count("only its role was read") == 1


def test_a_pool_tells_the_effect_and_the_weight_of_each_study():
    numbers = {"pooled.primary.beta": number(rows=["a-1", "b-1"], basis=["studies:b2021"])}
    for item, text in (("yi", "2.00"), ("ci_lb", "1.00"), ("ci_ub", "3.00"), ("weight", "60.0%")):
        numbers[f"study.primary.a2020.{item}"] = number(text=text)
    text = chain_page(explain(["pooled.primary.beta"], evidence(numbers)), "pooled.primary.beta")
    assert "pooled effect; Made-up change" in text
    assert "effect 2.00 (1.00 to 3.00), weight 60.0%" in text
    assert text.count("weight ") == 1  # b2021 has no estimate of its own


def test_conversions_are_those_that_take_nothing_but_cells_of_the_number():
    log = [step("a-1;a-2"), step("a-1;b-1", output="mean"), step("", output="assumed")]
    text = page(number(rows=["a-1", "a-2"]), cleaning_log=log)
    assert "n = 21 → sd = 2.25 (used)" in text
    assert "→ mean" not in text and "→ assumed" not in text


def test_a_printed_number_has_no_conversions():
    made = number(rows=["a-1"], rule="check_inputs")
    assert "## Conversions" not in page(made, cleaning_log=[step("a-1")])


def test_assumptions_settings_claims_and_boxes_are_told_with_reason_quote_and_source():
    claim = {"id": "d", "sentence": "The effect.", "printed": "1.55", "level": 95.0}
    box = {"box": "studies_pooled", "value": 0, "reason": ""}
    origin = {"source": "doi:10.1/x", "page": "abstract", "quote": "none of them was pooled"}
    basis = ["assumptions:r", "config:outcomes.pain", "config:conversions.skewness"]
    text = page(
        number(basis=[*basis, "claims:d", "flow:studies_pooled", "config:conversions.other"]),
        claims=[claim | origin],
        flow=[box | origin],
    )
    for words in (
        "`assumptions:r`: r = 0.5\n  - reason: not printed\n  - source: HB",
        "`config:outcomes.pain`: label: pain; low: 0; units: VAS 0 to 10",
        "`config:conversions.skewness`: skewness: warn",
        "`config:conversions.other`: other: not set",
        "`claims:d`: The effect. Printed: 1.55 (level 95 percent)\n  - “none of them was pooled”",
        "`flow:studies_pooled`: studies pooled: 0",
        "source: doi:10.1/x, abstract",
    ):
        assert words in text


def test_a_box_without_a_count_tells_the_reason():
    box = {"box": "records_screened", "value": None, "reason": "the full text would say"}
    empty = dict.fromkeys(("source", "page", "quote"), "")
    text = page(number(basis=["flow:records_screened"]), flow=[box | empty])
    assert "records screened: not reported\n  - reason: the full text would say" in text


def test_a_ground_of_an_unknown_kind_is_told_by_its_name():
    text = page(number(basis=["screening:records_screened"]))
    assert "## Other grounds\n\n- `screening:records_screened`: records screened" in text


def test_hostile_text_prints_and_does_nothing_in_the_page():
    quote = "<script>alert(1)</script> [x](http://e.org) *b* `c` | &lt; a_b\n# head"
    text = page(number(rows=["a-1"]), extraction=[cell("a-1", quote=quote)])
    assert (
        "“&lt;script>alert(1)&lt;/script> [x\\](http://e.org) \\*b\\* \\`c\\` \\| &amp;lt; a_b # head”"
        in text
    )


def test_an_id_that_does_not_exist_suggests_the_nearest():
    numbers = {"pooled.primary.beta": number(), "pooled.primary.se": number()}
    with pytest.raises(TableError, match=r"'pooled.primary.bta'; nearest: pooled.primary.beta"):
        outline("pooled.primary.bta", evidence(numbers))
    with pytest.raises(TableError, match="none of 2 is near"):
        outline("§§§§", evidence(numbers))


def test_every_code_that_a_table_may_hold_has_words():
    codes = schema("extraction")["properties"]["quantity"]["enum"]
    coded = [code for code in codes if "_" in code or len(code) <= 3]
    assert len(coded) > 30
    assert not [code for code in coded if code not in glossary.QUANTITIES]
    model = schema("config")["properties"]["analyses"]["additionalProperties"]["properties"][
        "model"
    ]
    for key in ("method", "test"):
        assert set(model["properties"][key]["enum"]) <= set(glossary.TERMS)
    record = schema("numbers")["additionalProperties"]["properties"]
    assert set(record["stands"]["additionalProperties"]["enum"]) <= set(glossary.STANDS)
    assert set(schema("studies")["properties"]["role"]["enum"]) == set(glossary.ROLES)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Evidence of a whole pass over the made-up completed review."""
    made = completed(tmp_path_factory.mktemp("explain") / "p")
    made.numbers()
    return Evidence(
        numbers=read_json(made.path("numbers.json")),
        extraction=read_raw(made.table("extraction"), "extraction"),
        studies=read_raw(made.table("studies"), "studies"),
        claims=read_raw(made.table("claims"), "claims"),
        flow=read_raw(made.table("flow"), "flow"),
        cleaning_log=read_rows(made.path("prepared/cleaning_log.csv"), "cleaning_log"),
        manifest=read_json(made.path("inputs.json")),
    )


def test_every_number_of_a_run_has_a_chain_with_all_its_rows_and_parts(run):
    chains = explain(run.numbers, run)
    for name, record in run.numbers.items():
        told = chains["numbers"][name]
        found = [told["cells"], *told["stands"].values()]
        rows = [chains["cells"][place]["row"] for text in found for place in unspan(text)]
        assert sorted(rows) == record["rows"], name
        parts = [chains["parts"][place]["name"] for place in unspan(told["parts"])]
        studies = [
            f"studies:{chains['studies'][place]['study']}"
            for place in unspan(told["studies"]) + unspan(told["roles"])
        ]
        assert set(record["basis"]) <= {*parts, *studies}, name
        assert told["inputs"] or not (record["rows"] or record["basis"]), name


def test_the_chain_of_a_pool_reaches_the_words_of_the_papers(run):
    text = chain_page(explain(["pooled.primary.beta"], run), "pooled.primary.beta")
    quotes = {row["id"]: row["quote"] for row in run.extraction}
    rows = run.numbers["pooled.primary.beta"]["rows"]
    assert len(rows) > 8
    readable = text.replace("\\", "")
    for row in rows:
        assert f"`{row}`" in text
        assert " ".join(quotes[row].split()) in readable
    assert read_cells("studies")[1]["slab"] in text


def test_most_methods_of_the_pools_are_in_words(run):
    tags = {n["method"] for n in run.numbers.values() if n["rule"] == "fit_model"}
    assert [tag for tag in tags if not glossary.method_words(tag) and tag != "no study"] == [
        tag for tag in tags if tag.startswith("pooled studies with the role")
    ]


def test_explaining_imports_none_of_the_heavy_libraries():
    code = (
        "import sys, workflow.commands.explain, workflow.scripts.explain_number;"
        f"print(sorted(set({HEAVY}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_results_are_outdated_when_a_table_the_configuration_or_the_library_changes(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("a: 2\n")
    found = outdated({"inputs": {"data/raw/x.csv": "0"}, "config": {"a": 1}, "library": "0"})
    assert found == ["data/raw/x.csv", "config.yaml", "workflow/lib or workflow/schemas"]


def test_a_row_of_an_optional_table_is_told_with_its_quote_and_where_it_was_read():
    row = {"id": "a-1", "domain": "D1", "judgement": "low", "items": 3, "reason": ""}
    row |= {"quote": "sealed envelopes", "source": "A 2020", "page": "p. 3"}
    made = number(basis=["lights:a-1", "lights:all rows"])
    text = page(made, books={"lights": {"a-1": row}})
    assert "id: a-1; domain: D1; judgement: low; items: 3" in text
    assert "sealed envelopes" in text
    assert "A 2020, p. 3" in text
    assert "all rows" in text
