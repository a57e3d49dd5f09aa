"""workflow/lib/render/checklist_section.py: protocol, retractions, checklists; and the warning beside the answer."""

from workflow.lib.render.checklist_section import (
    checklist_section,
    protocol_part,
    retractions_part,
    warning,
)
from workflow.lib.review.checklist import OF_THE_SECTION

ITEM = {
    **{"checklist": "main", "item": "5", "topic": "Eligibility", "asks": "which studies"},
    **{"status": "open", "where": "", "note": "nothing says it"},
}
KEPT = {
    "path": "a.b",
    "planned": "1",
    "used": "1",
    "status": "kept",
    "reason": "",
    "who": "",
    "decided": "",
}


def study(slab, status, role="pooled", notices=""):
    return {"slab": slab, "role": role, "status": status, "notices": notices}


def protocol(rows, kept=("protocol",), registration="MADE-UP-1"):
    return protocol_part(
        registration=registration, compared=rows, sums=("ab12", "2025-03-01"), kept=kept
    )


def test_without_a_protocol_the_registration_stands_in_one_line():
    text = protocol([], kept=())
    assert text.startswith("Registered as MADE-UP-1; its decisions are not readable here")
    assert "\n" not in text
    assert protocol([], kept=(), registration="").startswith("No registration is named;")


def test_a_protocol_is_printed_with_its_sum_its_day_and_its_deviations():
    changed = KEPT | {"status": "changed", "used": "[x]"}
    text = protocol(
        [KEPT, changed, changed | {"reason": "made up", "who": "A", "decided": "2026-01-31"}]
    )
    assert "`ab12`" in text
    assert "2025-03-01" in text
    assert "| `a.b` | 1 | &#91;x&#93; | used otherwise | no reason given |" in text
    assert "made up (A, 2026-01-31)" in text
    assert "deviations}" not in protocol([KEPT])


def test_studies_are_told_by_what_the_snapshot_says_about_them():
    rows = [study("A", "retraction", notices="Retraction, 2020"), study("B", "not_listed")]
    text = retractions_part([*rows, study("C", "cannot_be_checked")], "2026-01-31")
    assert "| A | pooled | **retracted** | Retraction, 2020 |" in text
    assert "Not listed in it: B." in text
    assert "neither DOI nor PubMed id: C." in text
    assert "{#tbl-retractions}" not in retractions_part(rows[1:], "2026-01-31")


def test_only_an_included_study_that_is_retracted_or_doubted_warns_beside_the_answer():
    rows = [
        study("A", "retraction", "narrated"),
        study("B", "correction"),
        study("C", "expression_of_concern"),
        study("D", "retraction", "excluded"),
        study("E", "retraction", "review"),
    ]
    text = warning(rows, "2026-01-31")
    assert "A (retracted); C (expression of concern)." in text
    assert text.startswith("::: {.callout-warning}")
    assert warning(rows[1:2] + rows[3:], "2026-01-31") == ""


def test_items_link_to_their_part_or_say_what_is_missing():
    answered = ITEM | {"item": "16a", "status": "answered", "where": "sec-flow", "note": ""}
    stated = ITEM | {"item": "25", "status": "stated", "where": "#sec-x;a form", "note": "made up"}
    kept = {"registration": "", "compared": [], "sums": ("", ""), "kept": ()}
    anchors = {"sec-flow": "Flow", "sec-x": "X"}
    text = checklist_section([ITEM, answered, stated], anchors, kept, ([], "2026-01-31"))
    assert "[open]{.item-open} | nothing says it |" in text
    assert "[answered]{.item-answered} | [Flow](#sec-flow) |" in text
    assert "[X](#sec-x), a form; made up |" in text
    for anchor, title in OF_THE_SECTION.items():
        assert f"### {title} {{#{anchor}}}" in text
    without = checklist_section([ITEM], anchors, kept, None)
    assert "sec-retractions" not in without, "another part of the report names what is not kept"
