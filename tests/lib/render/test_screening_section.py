"""workflow/lib/render/screening_section.py: true words for any ledger, every number by its id."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lib.review.made_up_ledger import ledger, votes
from tests.projects.screening_made_up import ledger_row, made_up_ledger
from workflow.lib.audit.registry import registry
from workflow.lib.audit.screening_numbers import based, reason_ids, screening_numbers
from workflow.lib.render.screening_section import screening_section
from workflow.lib.render.shortcodes import ids_in
from workflow.lib.review.screening_summary import summary
from workflow.lib.stats.kappa import cohen_kappa


def section(rows):
    pairs, conflicts, reasons, stages = summary(rows, agreement=cohen_kappa)
    ids = reason_ids(reasons)
    text = screening_section(list(based(pairs)), conflicts, reasons, stages=stages, ids=ids)
    return text, registry(screening_numbers(pairs, reasons, stages))


def test_two_screeners_are_told_with_agreement_conflicts_and_reasons():
    text, _ = section(ledger())
    assert "records were decided on, each by two people or more" in text
    assert "Cohen's kappa {{< num screening.title_abstract.kappa >}} ({{< num" in text
    assert (
        "{{< num screening.full_text.decided.conflicts >}} conflicts went to an adjudicator" in text
    )
    assert "| C, 2024-03-01 |" in text
    assert "| wrong design | {{< num screening.reasons.wrong_design >}} |" in text


def test_one_screener_or_a_team_has_no_agreement_and_the_text_says_so():
    rows = [ledger_row("x", "title_abstract", "A", "exclude")]
    rows.append(ledger_row("y", "title_abstract", "team", "exclude", role="team"))
    text, _ = section(rows)
    assert "by one person, " in text
    assert "jointly, without single votes; " in text
    assert "Agreement: not available" in text
    assert "kappa" not in text


def test_an_interval_that_does_not_exist_is_its_reason_once():
    rows = [row for name in "xyz" for row in votes(name, "title_abstract", ("exclude", "exclude"))]
    text, numbers = section(rows)
    assert "Cohen's kappa {{< num screening.title_abstract.kappa >}}." in text
    assert numbers["screening.title_abstract.kappa"]["text"].startswith("not estimable")
    rows += votes("w", "title_abstract", ("include", "include"))
    text, _ = section(rows)
    assert "its interval is {{< num screening.title_abstract.ci_lb >}}." in text


@given(st.integers(0, 1000), st.integers(0, 60))
def test_every_printed_number_exists_and_no_digit_is_typed(seed, count):
    text, numbers = section(made_up_ledger([f"r{i}" for i in range(count)], [], seed=seed))
    assert set(ids_in(text)) <= set(numbers)
    said = re.sub(r"\{\{<.*?>\}\}|&#\d+;|\|.*\||`[^`]*`", "", text)
    assert not re.search(r"\d", said), said


@pytest.mark.parametrize("nasty", ["a | b", "{{< num x >}}", "<script>", "*x*"])
def test_names_and_reasons_cannot_act_as_markup(nasty):
    rows = [
        *votes("r1", "full_text", ("exclude", "include"), reason=""),
        ledger_row("r1", "full_text", "C", "exclude", reason=nasty, role="adjudicator", note=nasty),
    ]
    text, _ = section(rows)
    assert nasty not in text
    lines = [line for line in text.splitlines() if line.startswith("| Full texts | r1")]
    assert all(line.count("|") == 7 for line in lines)
