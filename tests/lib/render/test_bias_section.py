"""workflow/lib/render/bias_section.py: true words for any judgements, every number by its id."""

import re

import pytest

from tests.projects.bias_made_up import made_up_ratings
from workflow.lib.audit.bias_numbers import bias_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.files.instruments import read_instruments
from workflow.lib.render.bias_section import bias_section
from workflow.lib.render.shortcodes import ids_in
from workflow.lib.review.bias.agreement import agreement_tables
from workflow.lib.review.bias.shares import counted, used_words
from workflow.lib.review.bias.table import assessments, judgement_rows, remarks
from workflow.lib.stats.weighted_kappa import weighted_kappa

RECORDS = read_instruments("nowhere")
DESIGNS = ("randomised_trial", "controlled_study", "case_series", "case_report", "single_arm")


def section(k=10, seed=1, change=None, **options):
    studies = [
        {"study": f"s{n}", "slab": f"Study {n}", "design": DESIGNS[n % 5], "role": "pooled"}
        for n in range(k)
    ]
    raw = [(change or dict)(row) for row in made_up_ratings(studies, seed=seed, **options)]
    found = assessments(raw, instruments=RECORDS, rules={})
    rows, tables = judgement_rows(found, studies), agreement_tables(found)
    kappas = {name: weighted_kappa(t, ordered=n) for name, (_, n, t) in tables.items()}
    counts = counted(rows, RECORDS)
    numbers = registry(bias_numbers(counts, {}, kappas))
    told = {"rows": rows, "counts": counts, "remarks": remarks(rows, RECORDS), "pools": {}}
    text = bias_section(numbers, records=used_words(rows, RECORDS, {}), **told)
    return text, numbers, rows


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 2, 12])
def test_every_printed_number_exists(k, seed):
    text, numbers, _ = section(k, seed, doubled=0.5, overridden=0.5)
    assert set(ids_in(text)) <= set(numbers)
    assert "None" not in text


def test_overridden_judgements_are_listed_with_suggestion_reason_and_name():
    text, _, rows = section(20, 3, overridden=3.0)
    found = [row for row in rows if row["overridden"]]
    assert found
    for row in found:
        assert f"{row['slab']}, {row['domain']} " in text
    assert "instead of Low: made up&#58; a reason that a person would give" in text
    assert "M&#46; A. Deup" in text


def test_nothing_overridden_is_said_too():
    assert "No person judged otherwise than an algorithm suggests." in section(overridden=0)[0]


def test_agreement_is_told_where_two_have_judged_and_nowhere_else():
    assert "Two assessors gave the same judgement" in section(doubled=1)[0]
    assert "Two assessors" not in section(doubled=0)[0]


def test_each_instrument_says_its_version_and_whose_rule_judges_overall():
    text = section(5)[0]
    assert "**RoB 2** (22 August 2019; " in text
    assert "Overall judgement: algorithm of the instrument." in text
    assert "(2020; case series; " in text
    assert "Overall judgement: judged by a person." in text


def test_quotes_stand_in_a_callout_that_opens():
    text, _, rows = section(5)
    callout = re.search(r'::: \{\.callout-note collapse="true"\}\n## .*?\n:::', text, re.S)[0]
    assert callout.count("made up for a test; no report says this") >= len(rows) - 5


@pytest.mark.parametrize("nasty", ["| {{< num x >}} |", "<script>", "::: {.a}", "`$x$`", "\u202ex"])
def test_names_and_quotes_cannot_act_as_markup(nasty):
    def spoil(row):
        return row | {"support": row["support"] and nasty, "assessor": f"{row['assessor']} {nasty}"}

    text, numbers, _ = section(5, change=spoil)
    assert set(ids_in(text)) <= set(numbers)
    assert "<script" not in text
    assert "\u202e" not in text
    assert text.count(":::") == 6  # two links to data and one note
