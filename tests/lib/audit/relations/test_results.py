"""workflow/lib/audit/relations/results.py: estimate, interval, SE, z, t, chi-squared and p in any subset."""

from itertools import combinations
from math import exp

import numpy as np
import pytest
from scipy import stats

LINE = {
    "estimate": "1.55",
    "se": "0.67",
    "ci_lb": "0.24",
    "ci_ub": "2.86",
    "zval": "2.31",
    "pval": "0.021",
}
GOOD, BAD = {"consistent", "not_checkable"}, "contradicted"


@pytest.mark.parametrize("size", range(1, 7))
def test_every_subset_of_a_sound_line_is_free_of_contradiction(claimed, verdicts, size):
    for names in combinations(LINE, size):
        found = verdicts(claimed(**{name: LINE[name] for name in names}))
        assert set(found.values()) <= GOOD, names


@pytest.mark.parametrize(
    "texts",
    [
        {"zval": "2.32", "pval": "0.2"},
        {"tval": "2.50", "df": "24", "pval": "0.050"},
        {"chi2": "5.99", "df": "2", "pval": "0.01"},
        {"chi2": "7.38", "zval": "2.32"},
        {"estimate": "1.55", "se": "0.57", "zval": "2.32"},
        {"estimate": "1.55", "se": "0.67", "pval": "0.2"},
        {"estimate": "1.55", "ci_lb": "0.24", "zval": "3.32"},
        {"ci_lb": "0.24", "ci_ub": "2.87", "pval": "0.2"},
        {"ci_lb": "0.24", "ci_ub": "2.87", "zval": "3.2"},
        {"ci_lb": "0.24", "ci_ub": "2.87", "se": "0.97"},
        {"estimate": "1.55", "ci_lb": "0.24", "ci_ub": "2.87", "se": "0.97"},
        {"mean": "5.00", "sd": "2.00", "n": "25", "se": "2.00"},
        {"mean": "5.00", "sd": "2.00", "n": "25", "ci_lb": "4.5", "ci_ub": "5.5"},
    ],
)
def test_two_quantities_that_cannot_be_true_together_contradict_each_other(claimed, audited, texts):
    rows = audited(claimed(**texts))
    wrong = [row for row in rows.values() if row["verdict"] == BAD]
    assert len(wrong) > 1
    for row in wrong:
        assert row["missing"].startswith("which of the printed numbers is wrong")
        assert any(character.isdigit() for character in row["arithmetic"])


@pytest.mark.parametrize(
    "texts",
    [
        {"tval": "2.50", "df": "24", "pval": "0.020"},
        {"tval": "2.50", "k": "25", "pval": "0.020"},
        {"estimate": "1.00", "se": "0.40", "df": "24", "tval": "2.50", "pval": "0.020"},
        {"estimate": "1.00", "ci_lb": "0.17", "ci_ub": "1.83", "df": "24", "tval": "2.50"},
        {"estimate": "1.00", "ci_lb": "0.17", "ci_ub": "1.83", "df": "24", "se": "0.40"},
        {"mean": "5.00", "sd": "2.00", "n": "25", "se": "0.40", "ci_lb": "4.17", "ci_ub": "5.83"},
        {"chi2": "5.99", "df": "2", "pval": "0.05"},
        {"chi2": "5.38", "df": "1", "zval": "2.32", "pval": "0.02"},
        {"zval": "-2.32", "pval": "0.02"},
        {"zval": "9.10", "pval": "<0.001"},
        {"zval": "0.50", "pval": ">0.05"},
    ],
)
def test_quantities_that_fit_are_consistent(claimed, verdicts, texts):
    found = verdicts(claimed(**texts))
    assert BAD not in found.values()
    assert {
        found[name] for name in ("tval", "pval", "chi2", "se", "sd", "zval") if name in found
    } == {"consistent"}


def test_a_t_without_degrees_of_freedom_says_nothing_of_p(claimed, verdicts):
    assert verdicts(claimed(tval="2.50", pval="0.9")) == {
        "tval": "not_checkable",
        "pval": "not_checkable",
    }


def test_a_one_sided_p_is_named(claimed, audited):
    row = audited(claimed(zval="2.32", pval="0.0102"))["pval"]
    assert (row["verdict"], "one-sided" in row["missing"]) == (BAD, True)


RATIO = {"estimate": "0.70", "ci_lb": "0.50", "ci_ub": "0.98", "pval": "0.04"}


def test_a_ratio_needs_the_scale_log(claimed, verdicts):
    assert set(verdicts(claimed({"scale": "log"}, **RATIO)).values()) == GOOD
    assert set(verdicts(claimed(**RATIO)).values()) == {BAD}


def test_the_se_of_a_ratio_is_that_of_its_logarithm(claimed, verdicts):
    logs = {"scale": "log"}
    assert verdicts(claimed(logs, **RATIO | {"se": "0.17"}))["se"] == "consistent"
    assert verdicts(claimed(logs, **RATIO | {"se": "0.12"}))["se"] == BAD


def test_cut_off_digits_are_tried_before_a_contradiction_is_called(claimed, audited):
    row = audited(claimed(zval="2.32", pval="0.01"))["pval"]  # p = 0.0199 at the least
    assert (row["verdict"], row["digits"]) == ("consistent", "truncated")
    assert row["arithmetic"].endswith("agrees only if digits were cut off instead of rounded")
    stated = audited(claimed({"digits": "rounded"}, zval="2.32", pval="0.01"))["pval"]
    assert (stated["verdict"], stated["digits"]) == (BAD, "rounded")
    cut = audited(claimed({"digits": "truncated"}, zval="2.32", pval="0.01"))["pval"]
    assert cut["verdict"] == "consistent"
    assert "only if" not in cut["arithmetic"]


@pytest.mark.parametrize("scale", ["", "log"])
@pytest.mark.parametrize("reading", ["rounded", "truncated"])
def test_no_sound_result_is_ever_contradicted(claimed, verdicts, scale, reading):
    """Drawn results, printed with two digits by rounding or by cutting off."""
    rng, back = np.random.default_rng(7), exp if scale else float

    def text(value, digits=2):
        return f"{value:.{digits}f}" if reading == "rounded" else _cut(value, digits)

    for _ in range(150):
        estimate, se = rng.normal(0, 0.5), rng.uniform(0.1, 0.6)
        z = estimate / se
        ends = {
            "estimate": estimate,
            "ci_lb": estimate - 1.959964 * se,
            "ci_ub": estimate + 1.959964 * se,
        }
        texts = {name: text(back(value)) for name, value in ends.items()}
        if scale and float(texts["ci_lb"]) == 0:
            continue
        texts |= {"zval": text(z), "se": text(se), "pval": text(2 * stats.norm.sf(abs(z)), 3)}
        found = verdicts(claimed({"scale": scale}, **texts))
        assert BAD not in found.values(), texts


def _cut(value, digits):
    whole = int(abs(value) * 10**digits)
    return f"{'-' if value < 0 else ''}{whole / 10**digits:.{digits}f}"


def test_the_number_of_pooled_studies_of_the_group_comes_before_that_of_the_file(
    one_claim, audited
):
    line = [one_claim(name, text) for name, text in LINE.items() if name not in ("se", "zval")]
    line[-1]["printed"] = "0.033"  # t with 3 df; by z it is 0.020, with 29 df 0.022
    other = one_claim("studies_pooled", "30", group="flow")
    assert audited([*line, other])["pval"]["verdict"] == BAD
    own = one_claim("k", "4")
    assert audited([*line, other, own])["pval"]["verdict"] == "consistent"
    two = one_claim("studies_pooled", "4", group="flow2", name="again")
    assert audited([*line, other, two])["pval"]["verdict"] == BAD  # which of the two is not known
