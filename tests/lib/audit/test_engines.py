"""workflow/lib/audit/engines.py: three programs side by side, each gap with its reason."""

import pytest

from workflow.lib.audit.engines import (
    AS_PRINTED,
    QUANTITIES,
    engine_lines,
    engine_rows,
    fits_of,
    skipped_lines,
)
from workflow.lib.stats.pooling import random_effects

YI, VI = [0.3, 0.9, 0.1], [0.02, 0.1, 0.05]
VERSIONS = {"metafor": "3.8", "R": "4.2", "statsmodels": "0.15"}


def model_of(name, yi, vi, own_rows=(), **options):
    options = {"method": "REML", "test": "adhoc", "level": 95.0, **options}
    fit = random_effects(yi, vi, **options)
    fields = {field: getattr(fit, field) for field in (*QUANTITIES, *options)}
    return {"analysis": name, "fit": fields, "own_rows": dict.fromkeys(own_rows, [])}


def effects_of(yi, vi):
    pooled = [{"status": "pooled", "yi": y, "vi": v} for y, v in zip(yi, vi, strict=True)]
    return [*pooled, {"status": "narrated", "yi": None, "vi": None}]


def fits(yi=YI, vi=VI, **words):
    model = model_of("main", yi, vi, **words)
    return fits_of([model], {"main": effects_of(yi, vi)}, random_effects)


def table(fits, metafor=None, statsmodels=None):
    nothing = [({}, {"": "not run"})] * len(fits)
    found = {"metafor": metafor or nothing, "statsmodels": statsmodels or nothing}
    return list(engine_rows(fits, found, VERSIONS))


def test_beside_the_configured_fit_stand_those_that_all_programs_have():
    ways = [(fit["fit"], fit["method"], fit["test"]) for fit in fits()]
    assert ways == [
        ("configured", "REML", "adhoc"),
        ("shared", "DL", "z"),
        ("shared", "PM", "knha"),
    ]


def test_a_configured_fit_that_all_have_stands_once():
    ways = [(fit["method"], fit["test"]) for fit in fits(method="DL", test="z")]
    assert ways == [("DL", "z"), ("PM", "knha")]


@pytest.mark.parametrize("k", [0, 1])
def test_without_two_studies_there_is_only_the_configured_fit(k):
    assert [fit["fit"] for fit in fits(YI[:k], VI[:k])] == ["configured"]


def test_a_difference_is_theirs_minus_ours():
    (row,) = [
        row
        for row in table(fits(), [({"beta": 1.0}, {"": ""})] * 3)
        if row["quantity"] == "beta" and row["fit"] == "configured"
    ]
    assert row["metafor_difference"] == 1.0 - row["ours"]
    assert row["metafor_reason"] == ""
    assert row["statsmodels_difference"] is None
    assert row["statsmodels_reason"] == "not run"
    assert (row["metafor_version"], row["r_version"], row["statsmodels_version"]) == (
        *("3.8", "4.2", "0.15"),
    )


def test_every_gap_has_a_reason():
    for row in table(fits(), [({"beta": 1.0}, {"": ""})] * 3, [({}, {"se": "no se"})] * 3):
        for engine in ("metafor", "statsmodels"):
            if row["ours"] is not None:
                assert row[engine] is not None or row[f"{engine}_reason"], row


def test_a_reason_beside_a_number_is_kept():
    rows = table(fits(), statsmodels=[({"tau2": -0.1}, {"tau2": "not cut off"})] * 3)
    row = next(row for row in rows if row["quantity"] == "tau2")
    assert (row["statsmodels"], row["statsmodels_reason"]) == (-0.1, "not cut off")


def test_what_the_source_prints_is_not_compared():
    one = fits(YI[:1], VI[:1], own_rows=["ci_lb"])
    rows = {row["quantity"]: row for row in table(one, [({"ci_lb": 0.1, "ci_ub": 0.2}, {"": ""})])}
    assert rows["ci_lb"]["metafor"] is None
    assert rows["ci_lb"]["metafor_reason"] == AS_PRINTED
    assert rows["ci_ub"]["metafor"] == 0.2


def test_a_quantity_that_nobody_has_is_no_row():
    quantities = {row["quantity"] for row in table(fits(YI[:1], VI[:1]))}
    assert "tau2" not in quantities
    assert {"k", "beta", "se"} <= quantities


def test_an_analysis_without_studies_says_so_and_nothing_else():
    rows = table(fits([], []))
    assert [(row["quantity"], row["ours"]) for row in rows] == [("k", 0)]


def test_the_table_in_words_has_a_heading_per_fit_and_each_reason_once():
    lines = engine_lines(table(fits()))
    text = "\n".join(lines)
    assert "main: REML, adhoc, k = 3 (configured)" in text
    assert text.count("not run") == 1
    assert [line for line in lines if line.startswith("  beta")]


def test_a_program_that_did_nothing_is_skipped_in_one_clear_line():
    found = {"metafor": [({}, {"": "R is not there"})] * 2, "statsmodels": [({"k": 2.0}, {})] * 2}
    assert skipped_lines(found) == ["metafor is skipped: R is not there"]
    assert skipped_lines({"metafor": [], "statsmodels": []}) == []
