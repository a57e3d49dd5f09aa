"""workflow/lib/audit/relations/heterogeneity.py: I2 and H2 from Q and the number of studies."""

import pytest


@pytest.mark.parametrize(
    ("Q", "k", "I2", "good"),
    [
        ("12.50", "6", "60%", True),
        ("12.50", "6", "60.0", True),
        ("12.5", "6", "60", True),
        ("12.50", "6", "70%", False),
        ("12.50", "7", "60%", False),
        ("3.10", "6", "0%", True),  # Q below df
        ("3.10", "6", "38%", False),
        ("152.23", "13", "92.12", True),  # the trials of BCG: Q = 152.233
        ("152.23", "13", "92", True),
    ],
)
def test_i2_follows_from_q_and_k(claimed, audited, Q, k, I2, good):
    rows = audited(claimed(QE=Q, k=k, I2=I2))
    assert {row["verdict"] for row in rows.values()} == {"consistent" if good else "contradicted"}
    assert ("tau2 instead of Q" in rows["I2"]["missing"]) is not good


def test_p_of_q_h2_and_the_degrees_of_freedom_are_compared(claimed, verdicts):
    good = verdicts(claimed(QE="12.50", df="5", k="6", QEp="0.03", H2="2.50"))
    assert set(good.values()) == {"consistent"}
    bad = verdicts(claimed(QE="12.50", df="6", k="6"))
    assert (bad["df"], bad["k"]) == ("contradicted", "contradicted")
    assert verdicts(claimed(QE="12.50", df="5", QEp="0.30"))["QEp"] == "contradicted"
    assert verdicts(claimed(QE="12.50", df="5", H2="1.50"))["H2"] == "contradicted"


def test_a_chi_squared_of_heterogeneity_may_stand_for_q(claimed, verdicts):
    assert verdicts(claimed(chi2="12.50", df="5", I2="60%"))["I2"] == "consistent"


@pytest.mark.parametrize(
    "texts", [{"I2": "60%"}, {"QE": "12.50", "I2": "60%"}, {"QE": "0.00", "k": "1", "I2": "0"}]
)
def test_without_q_or_degrees_of_freedom_nothing_is_said(claimed, verdicts, texts):
    assert set(verdicts(claimed(**texts)).values()) == {"not_checkable"}
