"""workflow/lib/review/tipping.py: the correlation at which a made-up conclusion flips."""

from functools import partial

import numpy as np
import pytest
from scipy.optimize import brentq

from tests.made_up import config_for_made_up, rows_of, studies_of
from workflow.lib.review.tipping import correlations, flips, pooled_at, tipping_record, tipping_rows
from workflow.lib.stats.effects import effect_size
from workflow.scripts.trace_correlation import pooler

ALONE = [
    *rows_of("made_up_p", "single", "baseline", n="8", mean="6.0", sd="2.0"),
    *rows_of("made_up_p", "single", "3 months", n="8", mean="5.0", sd="2.2"),
]
REPORTED = [
    *rows_of("made_up_q", "single", "baseline", n="30", mean="6.9", sd="1.6"),
    *rows_of("made_up_q", "single", "3 months", n="30", mean="4.9", sd="2.1", r="0.4"),
    *rows_of("made_up_s", "single", "baseline", n="40", mean="7.0", sd="1.5"),
    *rows_of("made_up_s", "single", "3 months", n="40", mean="4.9", sd="1.9", r="0.6"),
]


def pools(rows, measure="MC"):
    config = config_for_made_up()
    config["analyses"]["primary"]["measure"] = measure
    config["r_tipping"] = {"analysis": "primary", "from": 0, "to": 0.95}
    tables = (rows, studies_of(rows))
    return config, partial(pooled_at, tables, config, "primary", pooler=pooler())


def test_the_correlations_run_from_end_to_end_by_hundredths():
    assert correlations(0, 0.95)[:3] == [0.0, 0.01, 0.02]
    assert (len(correlations(0, 0.95)), correlations(0, 0.95)[-1]) == (96, 0.95)
    assert correlations(-0.2, 0.2)[20] == 0.0


def test_each_pool_is_the_effect_size_with_that_correlation():
    _, again = pools(ALONE, "SMCR")
    found, _ = again(("z",), [0.0, 0.3, 0.9])
    for place, r in enumerate((0.0, 0.3, 0.9)):
        alone = effect_size("SMCR", mean_change=1.0, sd_pre=2.0, n=8.0, r=r)
        assert found["z"]["beta"][place] == pytest.approx(float(alone.yi[0]), rel=1e-12)
        half = found["z"]["ci_ub"][place] - found["z"]["beta"][place]
        assert half == pytest.approx(1.959963984540054 * float(alone.vi[0]) ** 0.5, rel=1e-9)


def test_a_flip_is_where_the_limit_crosses_zero():
    config, again = pools(ALONE)
    rs = correlations(0, 0.95)
    record, found = tipping_record(config, [], rs, again)
    variance = lambda r: (2.0**2 + 2.2**2 - 2 * r * 2.0 * 2.2) / 8  # noqa: E731
    expected = brentq(lambda r: 1.0 - 1.959963984540054 * variance(r) ** 0.5, 0.0, 0.95)
    (flip,) = record["flips"]["z"]
    assert flip["r"] == pytest.approx(expected, abs=1e-5)
    assert flip["excludes"] is True
    assert record["ends"]["z"]["low"]["excludes"] is False
    assert len(tipping_rows(found, rs)) == 2 * len(rs)


def test_reported_correlations_are_never_varied():
    config, again = pools(REPORTED, "SMCC")
    record, found = tipping_record(config, [], correlations(0, 0.95), again)
    assert np.ptp(found["adhoc"]["beta"]) == 0.0
    assert record["flips"] == {"adhoc": [], "z": []}
    assert record["assumed"] is None


def test_no_flip_is_seen_in_an_interval_that_does_not_exist():
    nothing = {"ci_lb": np.full(3, np.nan), "ci_ub": np.full(3, np.nan)}
    assert flips(nothing, [0.0, 0.1, 0.2], None) == []
