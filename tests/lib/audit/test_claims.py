"""workflow/lib/audit/claims.py: each verdict, for each kind of claim, with its arithmetic."""

import pytest

from workflow.lib.audit.claims import NOTHING_ELSE, audit_claims, implied_groups
from workflow.lib.audit.ours import Ours, ours_from_models

FLOW = {
    "records_identified": (200, "transcribed"),
    "studies_included": (5, "transcribed"),
    "studies_pooled": (4, "transcribed"),
}
POOL = {"estimate": "1.55", "ci_lb": "0.24", "ci_ub": "2.87", "pval": "0.02", "zval": "2.32"}


def claim(quantity, text, **words):
    return {
        "id": quantity,
        "group": "pool",
        "quantity": quantity,
        "printed": text,
        "level": 95 if quantity.startswith("ci_") else None,
        "counterpart": f"pooled.primary.{quantity}",
        "convention": "not_stated",
        "missing": "made up: the data",
        "sentence": "A made-up claim.",
        "source": "made up",
        "quote": "made up",
        **words,
    }


def pool(**texts):
    return [claim(name, text) for name, text in (POOL | texts).items() if text]


def audit(claims, *, ours=None, flow=None, narrated=("a",)):
    rows = audit_claims(
        claims, ours=ours or {}, flow=FLOW if flow is None else flow, narrated=narrated
    )
    assert [row["claim"] for row in rows] == [one["id"] for one in claims]
    return {row["claim"]: row for row in rows}


def verdicts(claims, **words):
    return {name: row["verdict"] for name, row in audit(claims, **words).items()}


def count(quantity, number, **words):
    return claim(quantity, number, group="flow", counterpart="", **words)


PUBLISHED = [*pool(), count("studies_pooled", "4")]


def test_the_published_line_is_consistent_and_its_estimate_not_checkable():
    assert verdicts(PUBLISHED) == {
        "estimate": "not_checkable",
        "ci_lb": "consistent",
        "ci_ub": "consistent",
        "pval": "consistent",
        "zval": "consistent",
        "studies_pooled": "not_checkable",
    }


def test_a_consistent_claim_misses_nothing_and_a_not_checkable_one_says_what():
    rows = audit(PUBLISHED)
    assert rows["zval"]["missing"] == ""
    assert rows["estimate"]["missing"] == "made up: the data"
    assert audit([claim("words", "high", missing="")])["words"]["missing"] == NOTHING_ELSE


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2.29", "consistent"),  # 2.294 is among [2.285, 2.295)
        ("2.33", "consistent"),  # 2.327 is among [2.325, 2.335)
        ("2.28", "contradicted"),
        ("2.34", "contradicted"),
        ("2.3", "consistent"),
    ],
)
def test_z_agrees_as_far_as_the_digits_allow(text, verdict):
    assert verdicts(pool(zval=text))["zval"] == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("0.02", "consistent"),
        ("<0.05", "consistent"),
        ("<0.001", "contradicted"),
        ("0.2", "contradicted"),
    ],
)
def test_p_agrees_as_far_as_the_digits_allow(text, verdict):
    assert verdicts(pool(pval=text))["pval"] == verdict


def test_a_p_that_only_t_explains_is_consistent_and_says_so():
    rows = audit([*pool(pval="0.033", zval=""), count("studies_pooled", "4")])
    wald, t = rows["pval"]["arithmetic"].split("; ")
    assert rows["pval"]["verdict"] == "consistent"
    assert (wald.rpartition(": ")[2], t.rpartition(": ")[2]) == ("inconsistent", "consistent")


def test_without_k_nothing_is_said_of_t():
    assert " t interval" not in audit(pool())["pval"]["arithmetic"]


def test_a_small_p_of_a_strong_effect_is_consistent():
    rows = verdicts(pool(estimate="1.55", ci_lb="1.24", ci_ub="1.86", pval="<0.001", zval="9.8"))
    assert rows["pval"] == rows["zval"] == "consistent"


def test_an_interval_off_its_centre_contradicts_the_limits_and_the_estimate():
    rows = audit(pool(ci_ub="3.87", zval="", pval=""))
    assert {row["verdict"] for row in rows.values()} == {"contradicted"}
    assert "is not the estimate" in rows["ci_lb"]["arithmetic"]
    assert "which of the printed numbers is wrong" in rows["estimate"]["missing"]


def test_a_contradicted_z_is_named_beside_a_centred_interval():
    rows = audit(pool(zval="4.00"))
    assert rows["ci_lb"]["verdict"] == rows["zval"]["verdict"] == "contradicted"
    assert "agrees with the estimate" in rows["ci_lb"]["arithmetic"]
    assert rows["ci_lb"]["arithmetic"].endswith("disagrees with z")
    assert rows["estimate"]["verdict"] == "not_checkable"


@pytest.mark.parametrize("quantity", ["zval", "pval", "ci_lb", "ci_ub"])
def test_a_group_without_its_estimate_cannot_be_checked(quantity):
    rows = verdicts([claim(quantity, POOL[quantity])])
    assert rows == {quantity: "not_checkable"}


def test_words_are_never_checkable():
    assert verdicts([claim("words", "high heterogeneity")])["words"] == "not_checkable"


def test_equal_limits_and_a_missing_k_do_not_crash():
    assert (
        verdicts(pool(ci_lb="1.55", ci_ub="1.55", zval="", pval="<0.001"))["pval"] == "consistent"
    )
    assert implied_groups([]) == {}
    assert audit([]) == {}


def ours(value, **words):
    return {
        "pooled.primary.estimate": Ours(
            "pooled.primary.beta", value, **{"comparable": True} | words
        )
    }


def test_our_digits_from_the_same_studies_reproduce_the_claim():
    row = audit(pool(), ours=ours(1.5549, rows=("row-a",), basis=("studies:a",)))["estimate"]
    assert (row["verdict"], row["missing"]) == ("reproduced", "")
    assert "which prints the same" in row["arithmetic"]
    assert (row["rows"], row["basis"]) == ("row-a", "studies:a")


@pytest.mark.parametrize(("value", "verdict"), [(1.545, "reproduced"), (1.555, "not_checkable")])
def test_the_edge_of_the_printed_digits_is_half_open(value, verdict):
    assert audit(pool(), ours=ours(value))["estimate"]["verdict"] == verdict


def test_other_digits_are_a_contradiction_only_where_the_convention_is_stated():
    row = audit(pool(), ours=ours(1.40))["estimate"]
    assert (row["verdict"], "convention" in row["missing"]) == ("not_checkable", True)
    stated = [one | {"convention": "stated"} for one in pool()]
    assert audit(stated, ours=ours(1.40))["estimate"]["verdict"] == "contradicted"


def test_other_studies_are_shown_beside_and_decide_nothing():
    row = audit(pool(), ours=ours(1.55, comparable=False))["estimate"]
    assert row["verdict"] == "not_checkable"
    assert row["arithmetic"].endswith("{pooled.primary.beta}, not from the same studies")


def test_a_claim_that_contradicts_itself_is_not_rescued_by_our_digits():
    assert audit(pool(ci_ub="3.87"), ours=ours(1.55))["estimate"]["verdict"] == "contradicted"


def test_a_regenerated_number_without_a_value_says_nothing():
    assert audit(pool(), ours=ours(None))["estimate"]["rows"] == ""


@pytest.mark.parametrize(
    ("included", "narrated", "verdict", "words"),
    [
        (5, 1, "not_checkable", "adds up"),
        (5, 0, "not_checkable", "not known here"),
        (5, 3, "contradicted", "does not add up"),
    ],
)
def test_a_transcribed_count_is_only_checked_in_its_sum(included, narrated, verdict, words):
    claims = [count("studies_included", str(included))]
    names = [f"s{number}" for number in range(narrated)]
    row = audit(claims, narrated=names)["studies_included"]
    assert row["verdict"] == verdict
    assert row["arithmetic"].endswith(words)
    boxes = {"flow:studies_included", "flow:studies_pooled"}
    assert set(row["basis"].split(";")) == {*boxes, *(f"studies:{name}" for name in names)}


def test_a_count_that_the_flow_transcribes_differently_is_contradicted():
    row = audit([count("studies_included", "6")])["studies_included"]
    assert (row["verdict"], row["arithmetic"]) == (
        "contradicted",
        "in the flow: {flow.studies_included}",
    )


@pytest.mark.parametrize(("number", "verdict"), [("200", "reproduced"), ("201", "contradicted")])
def test_a_counted_flow_reproduces_or_contradicts(number, verdict):
    flow = {"records_identified": (200, "counted")}
    row = audit([count("records_identified", number)], flow=flow)["records_identified"]
    assert row["verdict"] == verdict
    assert row["arithmetic"] == "counted from the records: {flow.records_identified}"


def test_records_have_no_sum_and_an_unknown_box_says_nothing():
    assert audit([count("records_identified", "200")])["records_identified"]["arithmetic"] == ""
    row = audit([count("studies_included", "5")], flow={})["studies_included"]
    assert (row["verdict"], row["arithmetic"]) == ("not_checkable", "")


def model(candidates=0, k=4):
    fit = {"k": k, "beta": 1.55, "method": "REML", "ci_lb": 0.1, "weights": [25.0]}
    return {
        "analysis": "primary",
        "fit": fit,
        "tests": [fit | {"test": "z", "ci_lb": 0.24}],
        "roles": {"candidate": candidates, "pooled": k - candidates},
        "yi_rows": ["row-a"],
        "vi_rows": ["row-b"],
        "decision_rows": ["row-c"],
        "basis": ["studies:a"],
    }


def test_every_number_of_a_pool_can_stand_beside_a_claim_under_each_test():
    found = ours_from_models([model()], pooled=4)
    assert found["pooled.primary.beta"].comparable
    assert found["pooled.primary.z.ci_lb"].value == 0.24
    assert found["pooled.primary.beta"].rows == ("row-a", "row-b", "row-c")
    assert "pooled.primary.method" not in found


@pytest.mark.parametrize(
    ("candidates", "k", "pooled"),
    [(1, 4, 4), (0, 3, 4), (0, 4, None)],
    ids=["candidate", "k", "unknown"],
)
def test_a_pool_of_other_studies_is_not_comparable(candidates, k, pooled):
    found = ours_from_models([model(candidates, k)], pooled=pooled)["pooled.primary.beta"]
    assert not found.comparable
    assert bool(found.rows) == (candidates == 0)


def test_a_result_that_prints_its_own_df_is_compared_with_a_pool_of_that_many_studies():
    line = [*pool(), claim("df", "6"), claim("QE", "9.9")]
    same, other = ours(1.55, comparable=False, k=7), ours(1.55, comparable=True, k=4)
    assert audit(line, ours=same)["estimate"]["verdict"] == "reproduced"
    found = audit(line, ours=other)["estimate"]
    assert (found["verdict"], "not from the same studies" in found["arithmetic"]) == (
        "not_checkable",
        True,
    )


def test_a_z_that_is_printed_without_its_sign_is_compared_by_its_size():
    line = pool(estimate="-0.11", ci_lb="-0.17", ci_ub="-0.05", pval="<0.001", zval="3.60")
    own = {"pooled.primary.zval": Ours("pooled.primary.stat", -3.601, True)}
    row = audit(line, ours=own)["zval"]
    assert row["verdict"] == "reproduced"
    assert "printed without its sign" in row["arithmetic"]
    signed = [one | {"printed": "-9.20"} if one["quantity"] == "zval" else one for one in line]
    assert audit(signed)["zval"]["verdict"] == "contradicted"


def test_a_range_of_p_whose_ends_print_the_same_is_told_once():
    far = audit(pool(estimate="0.67", ci_lb="0.47", ci_ub="0.87", pval="<0.001", zval=""))
    assert far["pval"]["arithmetic"].startswith("a Wald z interval gives {claims.pool.p_ub}: ")
    near = audit(PUBLISHED)["pval"]["arithmetic"]
    assert near.startswith("a Wald z interval gives {claims.pool.p_lb} to {claims.pool.p_ub}: ")
