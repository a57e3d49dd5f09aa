"""workflow/lib/review/certainty/check.py: what is wrong in a table of judgements, all at once."""

from workflow.lib.review.certainty.check import certainty_problems

CONFIG = {"analyses": {"primary": {}, "change": {}}}
GOOD = {
    **{"analysis": "primary", "domain": "imprecision", "judgement": "serious"},
    **{"footnote": "made up", "who": "A. Madeup", "date": "2026-01-31"},
}


def test_a_good_table_has_no_problem():
    assert certainty_problems([GOOD], CONFIG) == []
    assert certainty_problems([], CONFIG) == []


def test_every_problem_is_told_with_row_column_value_and_cure():
    rows = [
        GOOD | {"analysis": "primry"},
        GOOD | {"judgement": "large"},
        GOOD | {"domain": "large_effect", "judgement": "large", "footnote": ""},
        GOOD | {"date": "2026-02-30"},
        GOOD | {"suggested": "serious", "domain": "dose_response", "judgement": "present"},
    ]
    found = certainty_problems(rows, CONFIG)
    assert found == [
        "certainty.csv, row 2 (primry, imprecision), analysis: 'primry' is no analysis of config.yaml; "
        "did you mean 'primary'?",
        "certainty.csv, row 3 (primary, imprecision), judgement: 'large' does not exist in this domain; "
        "admissible: none, serious, very_serious",
        "certainty.csv, row 4 (primary, large_effect), footnote: empty; say why in one or two sentences; "
        "readers see it under the table",
        "certainty.csv, row 5 (primary, imprecision), date: '2026-02-30' is no day of the calendar; "
        "write it as 2026-01-31",
        "certainty.csv, row 6 (primary, dose_response), suggested: 'serious' does not exist in this "
        "domain; admissible: none, present",
    ]
