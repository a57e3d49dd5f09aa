"""Every reference case of metafor 5.1-12 that tests/reference/metafor holds, answered by the library."""

import pytest

from tests.agreement import compared, differences, load, oracle, topics

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
