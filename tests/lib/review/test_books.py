"""workflow/lib/review/books.py on made up rows of studies, flow and claims."""

import pytest

from tests.pipeline import read_cells
from workflow.lib.review.books import claims_problems, flow_problems, studies_problems

STUDY = {"study": "made_up2020", "role": "pooled", "reason_code": "", "reason": ""}
REVIEW = {"study": "review2024", "role": "review", "reason_code": "", "reason": ""}
BOX = {"box": "studies_included", "value": 5, "reason": "", "source": "s", "quote": "q"}
CLAIM = {"id": "c", "group": "g", "quantity": "estimate", "printed": "1.55", "level": None}
LIMITS = ("ci_lb", "estimate", "ci_ub")


def claims(*changes):
    rows = [CLAIM | change for change in changes]
    return claims_problems(rows, not_a_number=lambda _: "is no number")


def interval(*printed):
    return [
        {"id": name, "quantity": name, "printed": text, "level": 95}
        for name, text in zip(LIMITS, printed, strict=True)
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"role": "narrated", "reason_code": "no_sd", "reason": "no SD"}, None),
        ({"role": "narrated"}, "a study that is narrated needs reason_code and reason"),
        ({"role": "excluded", "reason": "no SD"}, "a study that is excluded needs reason_code"),
        ({"reason_code": "no_sd"}, "only a narrated or excluded study has a reason"),
    ],
)
def test_a_study_that_is_not_pooled_says_why(change, words):
    found = studies_problems([REVIEW, STUDY | change], review="review2024")
    if words is None:
        assert found == []
    else:
        assert words in found[0]
        assert found[0].startswith("studies.csv, row 3 (made_up2020)")


def test_the_review_itself_has_its_row():
    assert "no row for the review 'review2024'" in studies_problems([STUDY], review="review2024")[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"value": 0}, None),
        ({"value": None, "reason": "not printed", "source": "", "quote": ""}, None),
        ({"source": ""}, "a count needs source and quote"),
        ({"quote": ""}, "a count needs source and quote"),
        ({"reason": "not printed"}, "the count is there, so delete the reason"),
        ({"value": None}, "empty without a reason; type the count or say in 'reason' why"),
    ],
)
def test_a_count_has_a_source_and_an_empty_box_a_reason(change, words):
    found = flow_problems([BOX | change])
    assert found == [] if words is None else words in found[0]


def test_a_count_of_zero_needs_its_source_too():
    assert "a count needs source" in flow_problems([BOX | {"value": 0, "source": ""}])[0]


@pytest.mark.parametrize("printed", ["1.55", "-0.4", "0", ".02", "<0.0001", "<.05"])
def test_a_claim_is_a_number_as_printed(printed):
    assert claims({"printed": printed}) == []


@pytest.mark.parametrize("printed", ["high", "6-Feb", "1,234", "1.55*", "\u0665"])
def test_a_claim_that_is_no_number_is_refused_unless_it_is_words(printed):
    assert claims({"printed": printed}) == [
        f"claims.csv, row 2 (c), printed: '{printed}' is no number; accepted for estimate: a number "
        "with its printed digits such as 1.55"
    ]
    assert claims({"printed": printed, "quantity": "words"}) == []


@pytest.mark.parametrize(("printed", "good"), [("0.000", True), ("1", True), ("1.2", False)])
def test_a_claimed_p_value_is_at_most_one(printed, good):
    assert (claims({"quantity": "pval", "printed": printed}) == []) is good


def test_a_claimed_interval_has_a_level_and_contains_its_estimate():
    assert claims(*interval("0.24", "1.55", "2.87")) == []
    assert "level: empty" in claims({"quantity": "ci_lb", "printed": "0.24"})[0]
    for limits in (("1.60", "1.55", "2.87"), ("2.87", "1.55", "0.24"), ("0.24", "3", "2.87")):
        (problem,) = claims(*interval(*limits))
        assert problem.startswith("claims.csv, rows 2, 3, 4 (group g), printed: ci_lb = ")
        assert "are not in order" in problem


def test_a_group_claims_each_quantity_once():
    assert claims({}, {"id": "d"}) == [
        "claims.csv, row 3, quantity: group 'g' has estimate already; delete one, or give it its own "
        "group or study"
    ]


@pytest.mark.parametrize(
    ("quantity", "good", "bad"),
    [
        ("pval", (">0.05", "<0.001", "0.02", "1"), ("ns", "= 0.02")),
        ("percent", ("29%", "28.6", "100"), ("29 %", "-3", "101")),
        ("I2", ("0%", "60"), ("high",)),
        ("fraction", ("4 of 5", "4/5", "0 of 3"), ("4", "5 of 4", "4 in 5")),
        ("k", ("6",), ("6.0", "six")),
        ("items", ("1", "24"), ("0", "1.5")),
        ("QE", ("12.50", "0"), ("-1.2",)),
        ("se", ("0.67",), ("-0.67",)),
        ("zval", ("-2.32",), ("2,32",)),
    ],
)
def test_each_quantity_has_its_form_and_a_refusal_says_which(quantity, good, bad):
    for text in good:
        assert claims({"quantity": quantity, "printed": text}) == [], text
    for text in bad:
        (problem,) = claims({"quantity": quantity, "printed": text})
        assert problem.startswith("claims.csv, row 2 (c), printed: ")
        assert text in problem
        assert quantity in problem


def test_a_ratio_on_the_scale_log_is_above_zero_and_its_limits_are_on_the_same_scale():
    logs = [row | {"scale": "log"} for row in interval("0.50", "0.70", "0.98")]
    assert claims(*logs) == []
    (problem,) = claims(*[row | {"scale": "log"} for row in interval("0", "0.70", "0.98")])
    assert "a ratio is a number above 0" in problem
    (mixed,) = claims(logs[0], logs[1] | {"scale": ""}, logs[2])
    assert "rows 2, 3, 4 (group g), scale: plain and log in one result" in mixed


@pytest.mark.parametrize(
    ("scale", "quantity", "printed", "words"),
    [
        ("z", "estimate", "1.2", "a correlation lies between -1 and 1"),
        ("logit", "estimate", "1", "a proportion lies between 0 and 1"),
        ("reduction", "percent", "100", "a reduction is below 100 percent"),
        ("excess", "estimate", "24", "excess is for quantity percent, not estimate"),
        ("log", "pi_lb", "0", "a ratio is a number above 0"),
    ],
)
def test_what_is_printed_can_be_brought_to_its_scale(scale, quantity, printed, words):
    found = claims({"scale": scale, "quantity": quantity, "printed": printed})
    assert any(words in one for one in found)


def test_each_study_of_a_group_has_its_own_line_and_parts_may_be_several():
    lines = [row | {"study": study} for study in "ab" for row in interval("0.24", "1.55", "2.87")]
    assert claims(*lines, *interval("0.24", "1.55", "2.87")) == []
    assert "group 'g', study 'a', has ci_lb already; delete one" in claims(*lines, lines[0])[0]
    parts = [{"quantity": "part", "printed": text} for text in ("5", "6")]
    assert claims(*parts) == []


def test_the_projects_own_books_have_no_problem():
    assert studies_problems(read_cells("studies"), review="brancaccio2024") == []
    assert flow_problems(read_cells("flow")) == []
    assert claims_problems(read_cells("claims"), not_a_number=str) == []
