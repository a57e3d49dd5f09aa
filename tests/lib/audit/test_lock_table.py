"""workflow/lib/audit/lock_table.py: the words of the lock; made-up numbers."""

from workflow.lib.audit.lock import Change, Comparison, Difference
from workflow.lib.audit.lock_table import changelog_with, report_lines, verdict

ROW = "data: row a-mean"
MOVED = Change("pooled.made_up.beta", "moved", "1.16", "1.18", "+0.02 (+1.7%)", (ROW,))
NEW = Change("made_up.new", "new", "", "3", "", ("code: workflow/lib/stats",))
GONE = Change("made_up.gone", "gone", "4", "", "", ())
ALL = Comparison(7, (GONE, MOVED, NEW), ())
FOUND = (
    Difference("data", "a-mean", "extraction.csv", "1", "2"),
    Difference("config", "analyses.made_up.model.method", "", "REML", "DL"),
)
CHANGELOG = """# Changelog

## Unreleased

- Something.

### Decisions

- One.

## 0.1

- Old.
"""


def table(lines):
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines
        if line.startswith("|") and "---" not in line
    ]


def test_every_change_has_its_row_with_old_new_size_and_cause():
    assert table(report_lines(ALL, FOUND)) == [
        ["number", "old", "new", "size", "cause"],
        ["made_up.gone", "4", "(gone)", "", "UNEXPLAINED"],
        ["pooled.made_up.beta", "1.16", "1.18", "+0.02 (+1.7%)", ROW],
        ["made_up.new", "(new)", "3", "", "code: workflow/lib/stats"],
    ]


def test_the_columns_of_the_table_stand_below_each_other():
    lines = [line for line in report_lines(ALL, FOUND) if line.startswith("|")]
    assert len({line.rindex(" | ") for line in lines if "---" not in line}) == 1


def test_unexplained_changes_are_told_loudly_and_with_what_to_do():
    text = "\n".join(report_lines(ALL, FOUND))
    assert "**UNEXPLAINED: 1 of these changed although data, configuration, code" in text
    assert "UNEXPLAINED" not in "\n".join(report_lines(Comparison(7, (MOVED,), ()), FOUND))


def test_what_differs_is_listed_with_the_values_of_configuration_keys():
    lines = report_lines(ALL, FOUND)
    assert "- data: row a-mean" in lines
    assert "- config: analyses.made_up.model.method: REML -> DL" in lines


def test_cells_replace_the_rows_of_their_table_where_they_are_known():
    cell = "extraction.csv, a-mean, value: '1' -> '2'"
    lines = report_lines(ALL, FOUND, [cell])
    assert f"- {cell}" in lines
    assert "- data: row a-mean" not in lines


def test_no_change_is_one_sentence():
    assert report_lines(Comparison(7, (), ()), FOUND) == [
        "Numbers: no number moved; 7 equal.",
        "",
    ]
    assert verdict(ALL) == "1 moved, 1 new, 1 gone; 7 equal"


def test_a_bar_or_a_line_end_in_a_text_does_not_break_the_table():
    change = Change("made_up", "moved", "a|b", "a\nb", "", (ROW,))
    lines = report_lines(Comparison(0, (change,), ()), FOUND)
    assert table(lines)[1][1:3] == ["a\\|b", "a b"]


def test_many_causes_are_counted():
    causes = tuple(f"data: row {n}" for n in range(9))
    change = Change("made_up", "moved", "1", "2", "", causes)
    (row,) = table(report_lines(Comparison(0, (change,), ()), FOUND))[1:]
    assert row[-1] == "data: row 0, row 1, row 2, row 3, row 4 and 4 more"


def test_an_accepted_move_stands_in_the_first_section_of_the_changelog_and_nowhere_else():
    text = changelog_with(CHANGELOG, ALL, "a transcription error")
    head, _, tail = text.partition("## 0.1")
    assert head.startswith(CHANGELOG.partition("## 0.1")[0].rstrip("\n"))
    assert tail == "\n\n- Old.\n"
    entry = head.partition("### Numbers that moved\n\n")[2]
    assert entry.startswith("- 1 moved, 1 new, 1 gone; 7 equal. a transcription error. Cause: ")
    assert "  - `pooled.made_up.beta`: 1.16 -> 1.18, +0.02 (+1.7%)\n" in entry
    assert "UNEXPLAINED: 1." in entry


def test_a_later_entry_stands_above_the_earlier_one_below_one_heading():
    first = changelog_with(CHANGELOG, Comparison(7, (MOVED,), ()))
    second = changelog_with(first, Comparison(8, (NEW,), ()))
    assert second.count("### Numbers that moved") == 1
    assert second.index("1 new; 8 equal") < second.index("1 moved; 7 equal")
    assert second.index("1 moved; 7 equal") < second.index("## 0.1")


def test_a_review_without_a_changelog_gets_one():
    text = changelog_with("", Comparison(7, (MOVED,), ()))
    assert text.startswith("# Changelog\n\n## Unreleased\n\n### Numbers that moved\n\n- 1 moved")


def test_an_entry_of_many_moves_names_the_first_and_counts_the_rest():
    text = changelog_with("", Comparison(0, (MOVED,) * 30, ()))
    assert text.count("`pooled.made_up.beta`") == 20
    assert "  - and 10 more: see the diff of numbers.lock.csv" in text
