"""Tables of the report: one row per thing, numbers by id, data cells harmless."""

import re

import pytest

from tests.made_up_facts import Registry, facts, model
from workflow.lib.render import audit_tables
from workflow.lib.render import report_tables as tables


def test_claims_print_numbers_by_id_and_words_as_they_are():
    rows = [
        {
            "claim": "d",
            "quantity": "estimate",
            "sentence": "A *made-up* claim.",
            "printed": "1.55",
            "verdict": "not_checkable",
            "arithmetic": "regenerated: {pooled.primary.I2_Q}",
            "missing": "the data",
        },
        {
            "claim": "w",
            "quantity": "words",
            "sentence": "Words.",
            "printed": "high | low",
            "verdict": "consistent",
            "arithmetic": "",
            "missing": "",
        },
    ]
    text = tables.claims_table(facts(model(2), claims=rows))
    assert "{{< num claims.d.printed >}}" in text
    assert "regenerated: {{< num pooled.primary.I2_Q >}}; missing: the data" in text
    assert "[not checkable]{.verdict .verdict-not_checkable}" in text
    assert "high &#124; low" in text
    assert "*made-up*" not in text
    assert tables.claims_table(facts(model(2))) == "No published claims are under audit.\n"


def effect(study, status="pooled"):
    return {"study": study, "status": status, "role": "pooled", "time_point": "3 months"}


def test_studies_have_one_row_each_with_their_size():
    numbers = Registry()
    numbers["study.primary.s0.ni"] = {"value": 20, "text": "20", "rows": ["row"]}
    numbers["study.primary.s1.ni"] = {"value": 21, "text": "21", "rows": []}
    effects = {"primary": [effect("s0"), effect("s1"), effect("s2"), effect("s3", "narrated")]}
    text = tables.studies_table(facts(model(3), numbers=numbers, effects=effects), model(3))
    assert "| {{< num study.primary.s0.ni >}} |" in text
    assert "| {{< num study.primary.s1.ni >}} (assumed) |" in text
    assert "| not given |" in text
    assert "Made-up 3" not in text
    assert tables.studies_table(facts(model(0)), model(0)) == ""


@pytest.mark.parametrize(("k", "lines"), [(0, 0), (1, 0), (2, 4), (9, 4)])
def test_the_table_of_tests_needs_a_pool(k, lines):
    one = model(k, tests=[{"test": test} for test in ("z", "t", "knha", "adhoc")])
    assert tables.tests_table(one).count("pooled.primary.beta") == lines


def left(study, k, other="z"):
    return {"without": study, "k": k, "other_test": other}


def test_each_left_out_pool_prints_both_intervals():
    found = facts(model(3), leave_one_out={"primary": [left("s0", 2)]})
    text = tables.leave_one_out_table(found, model(3))
    assert "{{< num leave_one_out.primary.s0.ci_lb >}}" in text
    assert "{{< num leave_one_out.primary.s0.z.ci_lb >}}" in text
    assert "Knapp-Hartung, ad hoc, from" in text
    assert "Wald, normal, to" in text


def test_one_study_that_is_left_has_only_its_wald_interval():
    found = facts(model(2), leave_one_out={"primary": [left("s0", 1)]})
    line = tables.leave_one_out_table(found, model(2)).splitlines()[2]
    assert line.count("none") == 2
    assert line.index("none") < line.index("leave_one_out.primary.s0.ci_lb")
    wald = model(2, fit={"test": "z"})
    found = facts(wald, leave_one_out={"primary": [left("s0", 1, "adhoc")]})
    line = tables.leave_one_out_table(found, wald).splitlines()[2]
    assert line.index("leave_one_out.primary.s0.ci_lb") < line.index("none")


def narrated(kind, **words):
    row = {
        "study": "s0",
        "kind": kind,
        "design": "case_report",
        "reason_code": "made_up",
        "reason": "made up",
        "sd_percent": None,
    }
    return row | words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (narrated("score"), "in one patient"),
        (narrated("percent"), "mean decrease {{< num narrated.s0.percent_decrease >}} |"),
        (narrated("percent", sd_percent=3.0), "median {{< num narrated.s0.median_percent >}}"),
        (narrated("none"), "no single number"),
    ],
)
def test_told_studies_report_what_they_have(row, words):
    text = tables.narrated_table(facts(model(0), narrated=[row]))
    assert words in text
    assert "made\\_up" not in text
    assert "made_up" not in text


def test_without_told_studies_the_table_says_so_and_claims_nothing_more():
    assert tables.narrated_table(facts(model(0))) == "No study stands apart from the pools.\n"


def test_provenance_links_rows_and_escapes_texts():
    numbers = Registry()
    numbers["pooled.primary.beta"] = {
        "text": "<0.001",
        "unit": "points",
        "method": "REML, *made up*",
        "rule": "fit_model",
        "file": "results/models/primary.json",
        "rows": ["row-a", "row-b"],
        "basis": ["studies:a", "`evil`"],
    }
    text = audit_tables.provenance_table(facts(model(2), numbers=numbers), ["pooled.primary.beta"])
    row = re.search(r'<tr id="provenance-pooled.primary.beta">.*</tr>', text)[0]
    assert "<code>pooled.primary.beta</code>" in row
    assert '<a href="#row-row-a"><code>row-a</code></a> <a href="#row-row-b">' in row
    assert "&lt;0.001 (points)" in row
    assert "REML, *made up*; rule <code>fit_model</code>" in row  # HTML knows no markdown
    assert "evil" not in text


def test_sources_print_values_by_id_and_reasons_where_there_are_none():
    base = {"study": "s0", "arm": "single", "time_point": "baseline", "page": "", "quote": ""}
    rows = [
        base
        | {"id": "a", "quantity": "mean", "value": "2.0", "source": "made up", "reason": ""}
        | {"unit": "cm"},
        base | {"id": "b", "quantity": "sd", "value": "", "source": "", "reason": "not printed"},
        base | {"id": "c", "quantity": "pairing", "value": "paired", "source": "x", "reason": ""},
    ]
    numbers = {"reported.a": {"value": 2.0, "text": "2.0"}}
    text = audit_tables.sources_table(facts(model(0), numbers=numbers, extraction=rows))
    assert "| [{{< num reported.a >}} (cm)]{#provenance-reported.a} | made up |" in text
    assert "| unknown | not printed |" in text
    assert "| paired | x |" in text


def test_assumptions_are_listed_or_said_to_be_absent():
    none = {"assumptions": {}}
    assert tables.assumptions_table(facts(model(0), config=none)) == "No assumption was needed.\n"
    item = {"quantity": "r", "value": 0.5, "reason": "made up", "source": ""}
    text = tables.assumptions_table(facts(model(0), config={"assumptions": {"r_made_up": item}}))
    assert "| `r_made_up` | {{< num assumption.r_made_up >}} | all studies |" in text


def test_a_claim_in_the_lineage_links_to_its_quote():
    claim = {"claim": "z", "printed": "2.32", "source": "made up", "quote": "z = 2.32, <made up>"}
    number = {"rows": [], "basis": ["claims:z", "flow:records_identified"]}
    link, plain = (
        '<a href="#claim-z"><code>claims:z</code></a>',
        "<code>flow:records_identified</code>",
    )
    assert audit_tables._rests_on(number) == f"{link}, {plain}"
    text = audit_tables.quotes_table(facts(model(2), claims=[claim]))
    assert "[`z`]{#claim-z}" in text
    assert "&#60;made up" in text


def test_a_number_that_rests_on_very_many_cells_names_the_registry():
    number = {"rows": [f"row-{i}" for i in range(25)], "basis": []}
    text = audit_tables._rests_on(number)
    assert text.count('href="#row-') == 1
    assert text.endswith("and 24 more")


def test_a_retracted_study_says_so_in_every_table_of_studies():
    rows = [effect("s0"), effect("s1")]
    told = [narrated("none", study="s1")]
    own = facts(model(2), effects={"primary": rows}, narrated=told, marks={"s1": "retracted"})
    for text in (tables.studies_table(own, model(2)), tables.narrated_table(own)):
        assert "| Made-up 1 (**retracted**) |" in text
    assert "| Made-up 0 |" in tables.studies_table(own, model(2))
