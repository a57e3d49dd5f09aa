"""workflow/lib/render/forensics_table.py: findings first, then what was checked."""

from tests.made_up_facts import facts
from workflow.lib.render.forensics_table import NOTHING, forensics_table


def row(severity, **words):
    made = {
        "check": "sd_for_se",
        "study": "s1",
        "rows": "r1",
        "message": "made up",
        "source": "nobody",
    }
    return made | {"severity": severity} | words


def test_findings_stand_before_the_checks_that_found_nothing():
    text = forensics_table(facts(forensics=[row("passed"), row("warning", message="too small")]))
    assert text.index("too small") < text.index("callout-note")
    assert "| sd for se" in text
    assert NOTHING not in text


def test_without_a_finding_the_page_says_so():
    text = forensics_table(facts(forensics=[row("skipped", message="no item count")]))
    assert text.startswith(NOTHING)
    assert "no item count" in text


def test_hostile_text_in_a_finding_is_harmless():
    text = forensics_table(facts(forensics=[row("note", study="<script>|x")]))
    assert "<script>" not in text
