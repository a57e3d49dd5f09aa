"""workflow/lib/audit/relations/{forest,pooled_line}.py: a published forest plot against its pooled line."""

import csv
import time
from math import exp, log, sqrt

import numpy as np
import pytest

from tests.pipeline import ROOT
from workflow.lib.audit.claims import audit_claims
from workflow.lib.stats.batch.pool import pool_groups
from workflow.lib.stats.pooling import random_effects

TRIALS = ROOT / "tests/reference/metafor/data/dat.bcg.csv"
NAMES = ("estimate", "ci_lb", "ci_ub")
Z = 1.959963984540054
# pooled risk ratio of the 13 trials of BCG: random effects as Colditz et al. 1994 print it (JAMA 271:698),
# equal effects and REML from metafor
PUBLISHED = {
    "DL": ("0.49", "0.34", "0.70"),
    "equal effects": ("0.65", "0.60", "0.71"),
    "REML": ("0.49", "0.34", "0.70"),
}


def trials():
    """(log risk ratio, standard error) of each trial of BCG."""
    with TRIALS.open(encoding="utf-8") as file:
        rows = [
            {k: float(v) for k, v in row.items() if k in ("tpos", "tneg", "cpos", "cneg")}
            for row in csv.DictReader(file)
        ]
    for row in rows:
        a, b, c, d = row["tpos"], row["tneg"], row["cpos"], row["cneg"]
        yield log(a / (a + b) / (c / (c + d))), sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


@pytest.fixture(scope="module")
def plot(claimed):
    """The function (results, pooled texts, words) -> claims of a forest plot, two decimals."""

    def claims(results, pooled, *, scale="log", weights=None, **words):
        back, found = exp if scale == "log" else float, []
        for number, (yi, sei) in enumerate(results):
            ends = (yi, yi - Z * sei, yi + Z * sei)
            texts = {name: f"{back(end):.2f}" for name, end in zip(NAMES, ends, strict=True)}
            texts |= {"weight": f"{weights[number]:.1f}%"} if weights is not None else {}
            found += claimed({"study": f"s{number}", "scale": scale}, **texts)
        line = dict(zip(NAMES, pooled, strict=False)) if isinstance(pooled, tuple) else pooled
        return [*found, *claimed({"scale": scale, **words}, **line)]

    return claims


def pooled_rows(rows):
    return {name: rows[name] for name in NAMES if name in rows}


@pytest.mark.parametrize("model", ["DL", "equal effects"])
def test_the_pool_of_the_bcg_trials_is_reproduced_and_its_model_named(plot, audited, model):
    rows = pooled_rows(audited(plot(list(trials()), PUBLISHED[model])))
    for row in rows.values():
        assert row["verdict"] == "reproduced"
        assert f"{model} gives 0." in row["arithmetic"]
        assert "differs" not in row["arithmetic"]
        assert "claims:s12_ci_ub" in row["basis"].split(";")
    assert ("equal effects" in rows["estimate"]["arithmetic"]) is (model == "equal effects")


def test_q_and_i2_of_the_bcg_trials_are_reproduced_from_their_lines(plot, audited):
    line = dict(zip(NAMES, PUBLISHED["DL"], strict=True)) | {"QE": "152", "I2": "92%", "k": "13"}
    rows = audited(plot(list(trials()), line))
    assert rows["QE"]["verdict"] == rows["I2"]["verdict"] == "reproduced"
    assert rows["k"]["verdict"] == "consistent"


def drawn(k, seed, tau=0.2):
    rng = np.random.default_rng(seed)
    sei = rng.uniform(0.1, 0.4, k)
    return list(zip(rng.normal(0.3, np.sqrt(sei**2 + tau**2)), sei, strict=True))


def fit(results, method="DL", test="z"):
    yi, sei = (np.array(part) for part in zip(*results, strict=True))
    return random_effects(yi, sei**2, method=method, test=test)


def texts_of(found, scale):
    back = exp if scale == "log" else float
    return tuple(f"{back(value):.2f}" for value in (found.beta, found.ci_lb, found.ci_ub))


@pytest.mark.parametrize("scale", ["", "log"])
@pytest.mark.parametrize(
    ("method", "test"), [("EE", "z"), ("DL", "z"), ("REML", "z"), ("DL", "knha"), ("REML", "knha")]
)
def test_no_honest_pooled_line_is_ever_contradicted_and_nearly_all_are_reproduced(
    plot, audited, scale, method, test
):
    seen = []
    for seed in range(10):
        results = drawn(3 + seed % 8, seed)
        found = fit(results, method, test)
        claims = plot(results, texts_of(found, scale), scale=scale, weights=found.weights)
        rows = audited(claims)
        seen += [row["verdict"] for row in pooled_rows(rows).values()]
        weights = {row["verdict"] for name, row in rows.items() if name.endswith("weight")}
        assert weights == {"consistent"}
    assert "contradicted" not in seen
    assert seen.count("reproduced") > 0.95 * len(seen)


def test_the_weights_of_one_model_and_the_pool_of_none_contradict_each_other(plot, audited):
    results = drawn(8, 3, tau=0.5)
    random = fit(results, "DL")
    moved = tuple(f"{float(text) + 0.07:.2f}" for text in texts_of(random, ""))
    rows = pooled_rows(audited(plot(results, moved, scale="", weights=random.weights)))
    assert {row["verdict"] for row in rows.values()} == {"contradicted"}
    assert "the printed weights are those of DL" in rows["estimate"]["arithmetic"]


def test_a_pool_by_an_unknown_model_is_not_checkable_unless_the_model_is_stated(plot, audited):
    results = drawn(8, 3, tau=0.5)
    moved = tuple(f"{float(text) + 0.07:.2f}" for text in texts_of(fit(results), ""))
    row = audited(plot(results, moved, scale=""))["estimate"]
    assert (row["verdict"], row["missing"].startswith("the model of the pool")) == (
        "not_checkable",
        True,
    )
    assert row["arithmetic"].count("differs") == 5
    stated = audited(plot(results, moved, scale="", convention="stated"))["estimate"]
    assert stated["verdict"] == "contradicted"


def test_a_pooled_estimate_outside_all_studies_is_contradicted(plot, audited):
    row = audited(plot(drawn(5, 1), ("3.00", "2.80", "3.20"), scale=""))["estimate"]
    assert row["verdict"] == "contradicted"
    assert "the estimate lies outside those of the studies" in row["arithmetic"]


def test_an_estimate_may_be_reproduced_while_its_limits_are_not(plot, audited):
    results = drawn(6, 2)
    beta = texts_of(fit(results), "")[0]
    wide = (beta, f"{float(beta) - 0.9:.2f}", f"{float(beta) + 0.9:.2f}")
    rows = pooled_rows(audited(plot(results, wide, scale="", convention="stated")))
    assert rows["estimate"]["verdict"] == "reproduced"
    assert rows["ci_lb"]["verdict"] == rows["ci_ub"]["verdict"] == "contradicted"


def test_lines_that_are_not_all_typed_are_not_pooled(plot, audited):
    line = dict(zip(NAMES, PUBLISHED["DL"], strict=True)) | {"k": "14"}
    row = audited(plot(list(trials()), line))["estimate"]
    assert "printed lines" not in row["arithmetic"]
    few = audited(plot(list(trials()), line | {"k": "12"}))["k"]
    assert (few["verdict"], few["arithmetic"]) == (
        "contradicted",
        "13 study lines are printed, k is 12",
    )


@pytest.mark.parametrize("k", [0, 1, 2])
def test_few_studies_do_not_stop_the_audit(plot, audited, k):
    rows = audited(plot(drawn(k, 1), ("0.30", "0.10", "0.50"), scale=""))
    assert rows["estimate"]["verdict"] in ("not_checkable", "reproduced", "contradicted")


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ("an interval without width", ("0.30", "0.30", "0.30")),
        ("a study without limits", ("0.30",)),
    ],
)
def test_lines_that_cannot_be_pooled_are_left_alone(plot, claimed, audited, change, texts):
    odd = claimed({"study": "odd"}, **dict(zip(NAMES, texts, strict=False)))
    rows = audited([*plot(drawn(4, 1), ("0.30", "0.10", "0.50"), scale=""), *odd])
    assert "printed lines" not in rows["estimate"]["arithmetic"], change


@pytest.mark.parametrize(("last", "verdict"), [("33.3", "consistent"), ("30.3", "contradicted")])
def test_weights_add_up_to_a_hundred(one_claim, audited, last, verdict):
    weights = [
        one_claim("weight", text, study=f"s{n}") for n, text in enumerate(("33.3", "33.3", last))
    ]
    rows = audited(weights)
    assert {row["verdict"] for row in rows.values()} == {verdict}
    total = one_claim("weight", "96.9", name="total_weight")
    assert (audited([*weights, total])["s0_weight"]["verdict"] == "consistent") is (last == "30.3")


def test_a_plot_of_hundreds_of_studies_is_pooled_too(plot, audited):
    results = drawn(400, 1)
    row = audited(plot(results, texts_of(fit(results), ""), scale=""))["estimate"]
    assert row["verdict"] == "reproduced"


def test_ten_thousand_claims_take_less_than_two_seconds(plot):
    claims = []
    for group in range(230):
        results = drawn(14, group)
        one = plot(results, texts_of(fit(results), ""), scale="")
        claims += [row | {"id": f"g{group}_{row['id']}", "group": f"g{group}"} for row in one]
    assert len(claims) > 10_000
    start = time.process_time()
    audit_claims(claims, ours={}, flow={}, narrated=(), pool_groups=pool_groups)
    assert time.process_time() - start < 2.0  # 1.0 s here; the processor's time, not the clock's
