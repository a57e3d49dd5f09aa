"""workflow/lib/audit/bias_numbers.py: ids, texts and lineage; made-up counts and pools."""

from dataclasses import dataclass

from workflow.lib.audit.bias_numbers import MOST, bias_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.files.schemas import record_problems

MODEL = {
    "analysis": "primary",
    "studies": ["a", "b"],
    "fit": {"method": "REML", "tau2": 0.2, "tag": "REML, z"},
    "yi_rows": ["y1", "y2"],
    "vi_rows": ["v1", "v2"],
    "decision_rows": ["d1"],
    "own_rows": {},
    "basis": ["config:analyses.primary"],
}


@dataclass(frozen=True)
class Kappa:
    n: int = 10
    percent: float = 80.0
    kappa: float | None = 0.61
    ci_lb: float | None = 0.2
    ci_ub: float | None = 0.9
    tag: str = "linearly weighted kappa, Wald interval"
    reason: str = ""


def count(domain="D1", judgement="low", count=3, rows=2):
    return {
        **{"instrument": "rob2_2019", "domain": domain, "label": "Made up", "judgement": judgement},
        **{"words": "Low", "level": "low", "count": count, "total": 4},
        "basis": [f"risk_of_bias:s{n}//D1/A/independent" for n in range(rows)],
    }


def numbers(counts=(), shares=(), agreement=()):
    found = registry(bias_numbers(list(counts), dict(shares), dict(agreement)))
    assert record_problems("x", "numbers", found) == []
    return found


def test_a_count_names_its_rows_one_by_one_or_says_how_many_there_are():
    found = numbers([count(), count("overall", rows=MOST + 1)])
    assert found["rob.rob2_2019.D1.low"]["text"] == "3"
    assert found["rob.rob2_2019.D1.low"]["basis"] == count()["basis"]
    assert found["rob.rob2_2019.overall.low"]["basis"] == ["risk_of_bias:rows"]
    assert found["rob.rob2_2019.k"]["value"] == 4


def test_a_share_rests_on_what_the_weights_rest_on_and_a_whole_or_empty_one_stands():
    levels = {"low": (60.0, ("a",)), "high": (40.0, ("b",)), "some": (0.0, ())}
    found = numbers(shares={"primary": (MODEL, levels)})
    share = found["rob.primary.weight.low"]
    assert share["text"] == "60.0%"
    assert share["rows"] == ["d1", "v1", "v2", "y1", "y2"]
    assert share["stands"] == {"d1": "refused"}
    assert share["basis"] == ["config:analyses.primary", "risk_of_bias:rows"]
    assert found["rob.primary.weight.some"]["stands"]["y1"] == "count"


def test_a_kappa_that_does_not_exist_prints_its_reason():
    found = numbers(agreement={"rob2_2019": Kappa()})
    assert found["rob.rob2_2019.agreement.kappa"]["text"] == "0.61"
    lost = Kappa(kappa=None, ci_lb=None, ci_ub=None, reason="not estimable: one category")
    found = numbers(agreement={"rob2_2019": lost})
    assert found["rob.rob2_2019.agreement.kappa"]["text"] == "not estimable: one category"
    assert found["rob.rob2_2019.agreement.kappa"]["value"] is None
