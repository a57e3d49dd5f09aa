"""workflow/lib/audit/claim_numbers.py: numbers of claims, each resting on the claims that it needs."""

import pytest

from workflow.lib.audit.claim_numbers import claim_numbers, verdict_numbers
from workflow.lib.audit.claims import implied_groups

POOL = {"estimate": "1.55", "ci_lb": "0.24", "ci_ub": "2.87", "pval": "0.02"}


def claims(**more):
    found = [
        {
            "id": name,
            "group": "pool",
            "quantity": name,
            "printed": text,
            "level": 95.0 if "ci" in name else None,
        }
        for name, text in POOL.items()
    ]
    found += [
        {"id": name, "group": "flow", "quantity": name, "printed": text, "level": None}
        for name, text in more.items()
    ]
    return found


def numbers(rows):
    return {number.id: number for number in claim_numbers(rows, implied_groups(rows))}


def test_printed_numbers_keep_their_digits():
    found = numbers(
        [
            *claims(),
            {"id": "p", "group": "x", "quantity": "pval", "printed": "<0.001", "level": None},
        ]
    )
    assert (found["claims.estimate.printed"].text, found["claims.estimate.printed"].value) == (
        "1.55",
        1.55,
    )
    assert (found["claims.p.printed"].text, found["claims.p.printed"].value) == ("<0.001", 0.001)
    assert found["claims.ci_lb.level"].text == "95"
    assert "claims.estimate.level" not in found


@pytest.mark.parametrize(
    ("item", "needed"),
    [
        ("se", {"ci_lb", "ci_ub"}),
        ("mid_lb", {"ci_lb", "ci_ub"}),
        ("z_lb", {"estimate", "ci_lb", "ci_ub"}),
        ("p_ub", {"estimate", "ci_lb", "ci_ub"}),
        ("df", {"studies_pooled"}),
        ("t_p", {"estimate", "ci_lb", "ci_ub", "studies_pooled"}),
        ("hk_se_max", {"estimate", "ci_lb", "studies_pooled"}),
    ],
)
def test_an_implied_number_names_the_claims_that_it_needs_and_no_other(item, needed):
    found = numbers(claims(studies_pooled="4"))[f"claims.pool.{item}"]
    assert set(found.basis) == {f"claims:{name}" for name in needed}
    others = {"estimate", "ci_lb", "ci_ub"} - needed  # without them nothing would be implied
    assert found.stands == {f"claims:{name}": "refused" for name in others}


def test_without_k_the_numbers_under_t_say_so():
    found = numbers(claims())
    assert (found["claims.pool.df"].value, found["claims.pool.df"].text) == (None, "k is not known")
    assert found["claims.pool.se"].value is not None


def test_an_endless_z_is_printed_as_not_estimable():
    rows = [row | ({"printed": "1.55"} if "ci" in row["id"] else {}) for row in claims()]
    assert numbers(rows)["claims.pool.z_ub"].text == "not estimable"


def test_units_of_implied_numbers_are_told():
    found = numbers(claims(studies_pooled="4"))
    assert found["claims.pool.hk_pval"].unit == found["claims.pool.t_p"].unit == "probability"
    assert found["claims.pool.se"].unit == "as printed"


def test_verdicts_are_counted_and_rest_on_all_claims():
    audited = [
        {"claim": "a", "verdict": "consistent", "rows": "", "basis": ""},
        {"claim": "b", "verdict": "reproduced", "rows": "row-a", "basis": "studies:a"},
    ]
    found = {number.id: number for number in verdict_numbers(audited)}
    texts = {name: number.text for name, number in found.items()}
    assert texts == {
        "audit.claims": "2",
        "audit.reproduced": "1",
        "audit.consistent": "1",
        "audit.contradicted": "0",
        "audit.not_checkable": "0",
    }
    assert found["audit.consistent"].stands == {"row-a": "count"}
    assert "studies:a" in found["audit.contradicted"].basis
    assert found["audit.claims"].basis == ("claims:a", "claims:b")


def test_the_lines_of_single_studies_have_no_implied_numbers():
    rows = claims() + [row | {"id": f"s1_{row['id']}", "study": "s1"} for row in claims()]
    found = numbers(rows)
    assert found.keys() - numbers(claims()).keys() == {
        f"claims.s1_{name}.{part}"
        for name in POOL
        for part in ("printed", "level")
        if part == "printed" or name.startswith("ci_")
    }


def test_the_own_k_of_a_group_comes_before_that_of_the_file():
    own = {"id": "own_k", "group": "pool", "quantity": "k", "printed": "6", "level": None}
    found = numbers([*claims(studies_pooled="4"), own])
    assert found["claims.pool.df"].value == 5
    assert found["claims.pool.df"].basis == ("claims:own_k",)


def test_a_share_and_a_percentage_are_numbers_in_their_printed_form():
    rows = [
        {"id": "a", "group": "x", "quantity": "fraction", "printed": "4 of 5", "level": None},
        {"id": "b", "group": "x", "quantity": "percent", "printed": "29%", "level": None},
    ]
    found = numbers(rows)
    assert (found["claims.a.printed"].value, found["claims.a.printed"].text) == (0.8, "4 of 5")
    assert (found["claims.b.printed"].value, found["claims.b.printed"].text) == (29.0, "29%")


def test_the_standard_error_of_a_ratio_is_that_of_its_logarithm():
    rows = [row | {"scale": "log"} for row in claims()]
    found = numbers(rows)
    assert found["claims.pool.se"].unit == "logarithm of the printed ratio"
    assert found["claims.pool.mid_lb"].unit == "as printed"
