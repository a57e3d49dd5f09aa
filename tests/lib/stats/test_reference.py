"""Every reference case of metafor that tests/reference/metafor holds, answered by the library."""

import pytest

from tests.agreement import compared, differences, load, oracle, topics
from tests.deliberate import AT_ZERO, NO_WIDTH, ONE_STUDY, ROUNDING

CASES = [(topic, case) for topic in topics() for case in load(topic)["cases"]]


@pytest.mark.parametrize(
    ("topic", "case"), CASES, ids=lambda x: x if isinstance(x, str) else x["id"]
)
def test_agrees_with_metafor(topic, case):
    wrong = [
        f"{name}: differs by {distance:.2g}, tolerance {allowed:g}"
        for name, distance, allowed, known in compared(topic, case)
        if not (distance <= allowed or known)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("topic", topics())
def test_every_tolerance_and_every_difference_has_a_reason_and_a_case(topic):
    module = oracle(topic)
    ids = {case["id"] for case in load(topic)["cases"]}
    for allowed, reason in getattr(module, "TOLERANCE", {}).values():
        assert 0.0 <= allowed <= 1e-2
        assert len(reason) > 10
    for key, reason in getattr(module, "DIFFERENCES", {}).items():
        assert key in ids or key.rsplit(":", 1)[0] in ids, key
        assert len(reason) > 10


@pytest.mark.parametrize(
    ("found", "expected", "distance"),
    [
        (1.0, 1.0, 0.0),
        (1.1, 1.0, 0.1),
        (None, 1.0, float("inf")),
        (1.0, None, float("inf")),
        (float("nan"), None, 0.0),
        (1e-9, 0.0, 1e-9),
        ([1.0, 1e-9], [1.0, 0.0], 1e-5),
        ([1.0], [1.0, 2.0], float("inf")),
        ({}, {"a": 1.0}, float("inf")),
        ("<", "", float("inf")),
    ],
)
def test_differences_are_relative_and_a_missing_number_is_infinitely_far(found, expected, distance):
    (only,) = {size for _, size in differences(found, expected)} - {0.0} or {0.0}
    assert only == pytest.approx(distance, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "found", "meant"),
    [
        ("tau2", 0.0, 5e-15, {}, True),
        ("tau2", 0.0, 5e-11, {}, False),
        ("tau2", 1e-30, 5e-15, {}, False),
        ("tau2", 0.0, -5e-15, {}, False),
        ("tau2", 0.0, None, {}, False),
        ("tau", 0.0, 7e-8, {}, True),
        ("I2", 0.0, 5e-11, {}, True),
        ("I2", 0.0, 0.1, {}, False),
        ("H2", 1.0, 1.1, {}, False),
        ("tests.z.pi_simple", 0.3, 0.3 + 1e-7, {"tau2": 0.0}, True),
        ("tests.z.pi_simple", 0.3, 0.3 + 1e-7, {"tau2": 0.1}, False),
        ("tests.z.pi_simple", 0.3, 0.31, {"tau2": 0.0}, False),
        ("simple.pi", 0.3, 0.3 + 1e-7, {"simple": {"pi_se": 0.0}}, True),
        ("tests.knha.pval", None, 0.0, {}, True),
        ("tests.knha.pval", None, 0.01, {}, False),
        ("dffits", 0.0, 2e-16, {}, True),
        ("dffits", 0.1, 0.1 + 2e-16, {}, False),
        ("ranef_se", 0.0, 1e-7, {}, True),
        ("ranef", 0.0, 0.01, {}, False),
        ("QE", None, 0.0, {"k": 1}, True),
        ("QE", 0.5, 0.0, {"k": 1}, False),
        ("QE", None, 0.0, {"k": 2}, False),
    ],
)
def test_a_difference_is_meant_only_where_the_numbers_say_so(name, ours, theirs, found, meant):
    rules, smallest_vi = (*AT_ZERO, NO_WIDTH, ROUNDING, ONE_STUDY), 1e-3
    found = {"k": 9} | found
    assert any(rule.excuses(name, ours, theirs, found, smallest_vi) for rule in rules) == meant
