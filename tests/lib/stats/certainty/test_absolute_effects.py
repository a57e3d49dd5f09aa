"""workflow/lib/stats/certainty/absolute_effects.py against the Cochrane Handbook's worked examples."""

from math import ceil, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.certainty.absolute_effects import FORMULAS, absolute_effect

RISKS = st.floats(0.001, 0.9)


def per_thousand(measure, control_risk, estimate, lower, upper):
    logs = {"beta": log(estimate), "ci_lb": log(lower), "ci_ub": log(upper)}
    return absolute_effect(measure, control_risk, **logs)


@pytest.mark.parametrize(
    ("control_risk", "ratio", "printed"),
    [  # Cochrane Handbook, table of compression stockings in airline passengers (14.1)
        (0.010, (0.10, 0.04, 0.26), (1, 0, 3)),
        (0.030, (0.10, 0.04, 0.26), (3, 1, 8)),
        (0.013, (0.45, 0.18, 1.13), (6, 2, 15)),
    ],
)
def test_risk_ratios_give_the_risks_that_the_handbook_prints(control_risk, ratio, printed):
    found = per_thousand("RR", control_risk, *ratio)
    assert tuple(map(round, (found.risk, found.risk_lb, found.risk_ub))) == printed


def test_an_odds_ratio_gives_the_difference_that_the_handbook_prints():
    found = per_thousand("OR", 0.3, 0.73, 0.6, 0.9)  # Handbook 5.1, 12.5.4.3: 62 fewer per 1000
    assert round(found.difference) == -62
    assert ceil(1000 / -found.difference) == 17  # and the number needed to treat


def test_an_odds_ratio_of_stockings_gives_the_reported_risk():
    # a control risk of 16 percent and an odds ratio of 0.25: 4 to 5 percent, a difference of 1 in 9
    found = per_thousand("OR", 0.16, 0.25, 0.2, 0.3)
    assert round(1000 / -found.difference) == 9


@given(RISKS, st.floats(-3, 1))  # beyond, so few survive that the logarithm loses digits
def test_the_hazard_ratio_is_that_of_the_logarithms_of_survival(control_risk, beta):
    found = absolute_effect("HR", control_risk, beta=beta, ci_lb=beta, ci_ub=beta)
    ratio = log(1 - found.risk / 1000) / log(1 - control_risk)
    assert log(ratio) == pytest.approx(beta, abs=1e-9)


@given(st.sampled_from(sorted(FORMULAS)), RISKS)
def test_no_effect_is_no_difference(measure, control_risk):
    found = absolute_effect(measure, control_risk, beta=0.0, ci_lb=0.0, ci_ub=0.0)
    assert found.difference == pytest.approx(0, abs=1e-9)
    assert found.risk == pytest.approx(found.assumed)


@given(RISKS, st.floats(-2, 0))
def test_for_rare_events_all_ratios_say_the_same(control_risk, beta):
    rare = control_risk / 1e4
    risks = [
        absolute_effect(one, rare, beta=beta, ci_lb=beta, ci_ub=beta).risk
        for one in ("RR", "OR", "HR")
    ]
    assert max(risks) == pytest.approx(min(risks), rel=1e-3)


def test_a_risk_above_all_persons_is_refused_with_its_reason():
    with pytest.raises(NotEstimable, match="assumed risk of 400 per 1000 with this RR"):
        per_thousand("RR", 0.4, 2.0, 1.5, 3.0)


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as refusal:
        absolute_effect("SMD", 1.0, beta=0, ci_lb=0, ci_ub=0)
    assert len(refusal.value.problems) == 2
