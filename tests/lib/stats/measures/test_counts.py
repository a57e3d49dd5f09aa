"""Measures of counts: two by two tables, pairs, rates and proportions, with zero cells everywhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.effects import MEASURES, effect_size, effect_sizes

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=25)
REL = 1e-9  # closed forms
TABLES = [code for code, one in MEASURES.items() if one.counts == "tables"]
RATES = [code for code, one in MEASURES.items() if one.counts == "rates of two groups"]
PAIRS = [code for code, one in MEASURES.items() if one.counts == "pairs"]
LIMITED = {"PHI", "ZPHI", "RTET", "ZTET"}  # nothing is added, and they have no value at a margin
CELL = st.integers(1, 60)


def table(a, b, c, d):
    return {"event_e": a, "n_e": a + b, "event_c": c, "n_c": c + d}


def rates(a, s, c, t):
    return {"event_e": a, "time_e": s, "event_c": c, "time_c": t}


@LAW
@given(cells=st.tuples(CELL, CELL, CELL, CELL))
@pytest.mark.parametrize("code", TABLES)
def test_swapping_the_groups_turns_the_sign(code, cells):
    there, back = (effect_size(code, **table(*x)) for x in (cells, (*cells[2:], *cells[:2])))
    assert back.yi[0] == pytest.approx(-there.yi[0], rel=REL, abs=1e-12)
    assert back.vi[0] == pytest.approx(there.vi[0], rel=1e-8)


@LAW
@given(cells=st.tuples(CELL, CELL, CELL, CELL))
@pytest.mark.parametrize(
    "code", ["OR", "PETO", "OR2D", "OR2DN", "PHI", "ZPHI", "YUQ", "YUY", "RTET"]
)
def test_rows_and_columns_of_a_table_may_change_places(code, cells):
    a, b, c, d = cells
    rows, columns = effect_size(code, **table(a, b, c, d)), effect_size(code, **table(a, c, b, d))
    assert columns.yi[0] == pytest.approx(rows.yi[0], rel=REL, abs=1e-12)
    assert columns.vi[0] == pytest.approx(rows.vi[0], rel=1e-8)


@LAW
@given(cells=st.tuples(CELL, CELL, CELL, CELL))
@pytest.mark.parametrize("code", RATES)
def test_swapping_the_groups_turns_the_sign_of_rates(code, cells):
    there, back = (effect_size(code, **rates(*x)) for x in (cells, (*cells[2:], *cells[:2])))
    assert back.yi[0] == pytest.approx(-there.yi[0], rel=REL, abs=1e-12)
    assert back.vi[0] == pytest.approx(there.vi[0], rel=REL)


def test_rare_events_have_the_same_risk_odds_and_rate_ratio():
    cells = (7, 9_999_993, 12, 9_999_988)
    odds, risk = (effect_size(code, **table(*cells)) for code in ("OR", "RR"))
    rate = effect_size("IRR", **rates(7, 1e7, 12, 1e7))
    assert odds.yi[0] == pytest.approx(risk.yi[0], rel=2e-6)  # the risks are 1e-6
    assert (rate.yi[0], rate.vi[0]) == pytest.approx((risk.yi[0], risk.vi[0]), rel=2e-6)


@pytest.mark.parametrize("code", [code for code in TABLES if code not in LIMITED])
@pytest.mark.parametrize(
    "cells", [(0, 50, 3, 47), (3, 47, 0, 50), (50, 0, 47, 3), (0, 50, 0, 50), (50, 0, 50, 0)]
)
def test_a_zero_cell_is_estimable_with_the_default_correction(code, cells):
    found = effect_size(code, **table(*cells))
    assert np.isfinite(found.yi[0])
    assert found.vi[0] > 0.0
    if cells[0] == cells[2]:
        assert found.yi[0] == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize("code", sorted(LIMITED))
def test_correlations_of_a_table_without_events_have_no_value(code):
    found = effect_sizes(code, **table(0, 50, 0, 50))
    assert (found.yi, found.vi) == ((None,), (None,))
    with pytest.raises(NotEstimable, match=f"row 0: {code} is nan"):
        effect_size(code, **table(0, 50, 0, 50))


@pytest.mark.parametrize("code", ["RR", "OR", "PBIT", "OR2D", "YUQ", "YUY"])
def test_without_a_correction_a_zero_cell_has_no_ratio(code):
    found = effect_sizes(code, to="none", **table(np.array([0, 5]), 50, 3, 47))
    assert (found.yi[0], found.vi[0]) == (None, None)
    assert "option add" in found.reasons[0]
    assert found.reasons[1] is None
    assert found.yi[1] is not None


def test_where_a_correction_goes():
    cells = table(np.array([0, 5]), np.array([10, 5]), 3, 7)
    by_hand = effect_size(
        "OR", to="none", **table(np.array([0.5, 5.5]), np.array([10.5, 5.5]), 3.5, 7.5)
    )
    plain = effect_size("OR", to="none", **{name: np.ravel(x)[-1] for name, x in cells.items()})
    assert effect_size("OR", **cells).yi == pytest.approx([by_hand.yi[0], plain.yi[0]], rel=REL)
    assert effect_size("OR", to="all", **cells).yi == pytest.approx(by_hand.yi, rel=REL)
    assert effect_size("OR", to="if0all", **cells).yi == pytest.approx(by_hand.yi, rel=REL)
    others = {name: np.ravel(x)[-1] for name, x in cells.items()}
    assert effect_size("OR", to="if0all", **others).yi[0] == pytest.approx(plain.yi[0], rel=REL)


@pytest.mark.parametrize("cells", [(0, 50, 0, 40), (50, 0, 40, 0)])
def test_studies_without_information_can_be_left_out(cells):
    found = effect_sizes("RR", drop00=True, **table(*cells))
    assert (found.yi, found.vi) == ((None,), (None,))
    assert found.reasons == ("no event, or nothing but events, in both groups (option drop00)",)
    assert effect_sizes("IRR", drop00=True, **rates(0, 5, 0, 6)).yi == (None,)
    assert effect_sizes("IRR", drop00=True, **rates(0, 5, 1, 6)).reasons == (None,)


@pytest.mark.parametrize("code", RATES)
@pytest.mark.parametrize("events", [(0, 3), (3, 0), (0, 0)])
def test_rates_without_events_are_estimable_with_the_default_correction(code, events):
    found = effect_size(code, **rates(events[0], 10.0, events[1], 10.0))
    assert np.isfinite(found.yi[0])
    assert np.sign(found.yi[0]) == np.sign(events[0] - events[1])


@pytest.mark.parametrize("code", ["PR", "PLN", "PLO", "PRZ", "PAS", "PFT"])
@pytest.mark.parametrize("event", [0, 1])
def test_one_person_with_or_without_the_event_has_a_proportion(code, event):
    found = effect_size(code, event=event, n=1)
    assert np.isfinite(found.yi[0])
    assert found.vi[0] > 0.0


@pytest.mark.parametrize("code", ["IR", "IRLN", "IRS", "IRFT"])
def test_a_rate_without_events_is_estimable(code):
    assert effect_size(code, event=0, time=12.5).vi[0] > 0.0


@LAW
@given(event=st.integers(1, 40), n=st.integers(41, 200))
def test_proportions_of_the_others_are_mirrored(event, n):
    for code, middle in (("PLO", 0.0), ("PRZ", 0.0), ("PAS", np.pi / 4), ("PFT", np.pi / 4)):
        one, other = effect_size(code, event=event, n=n), effect_size(code, event=n - event, n=n)
        assert one.yi[0] - middle == pytest.approx(middle - other.yi[0], rel=REL, abs=1e-12)
        assert one.vi[0] == pytest.approx(other.vi[0], rel=REL)


@LAW
@given(cells=st.tuples(CELL, CELL, CELL, CELL))
@pytest.mark.parametrize("code", PAIRS)
def test_swapping_the_conditions_of_pairs_turns_the_sign(code, cells):
    names = ("event_both", "event_e_only", "event_c_only", "event_neither")
    a, b, c, d = cells
    there = effect_size(code, **dict(zip(names, (a, b, c, d), strict=True)))
    back = effect_size(code, **dict(zip(names, (a, c, b, d), strict=True)))
    assert back.yi[0] == pytest.approx(-there.yi[0], rel=REL, abs=1e-12)
    assert back.vi[0] == pytest.approx(there.vi[0], rel=1e-8)


def test_margins_with_the_phi_of_the_pairs_give_the_marginal_odds_ratio():
    a, b, c, d = 20, 9, 4, 17
    known = effect_size("MPOR", event_both=a, event_e_only=b, event_c_only=c, event_neither=d)
    margins = {"event_e": a + b, "event_c": a + c, "n": a + b + c + d}
    phi = (a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    for given_phi in ({"r": phi}, {"p_both": a / (a + b + c + d)}):
        found = effect_size("MPORM", **margins, **given_phi)
        assert (found.yi[0], found.vi[0]) == pytest.approx((known.yi[0], known.vi[0]), rel=REL)


def test_a_phi_that_the_margins_do_not_allow_has_no_variance():
    found = effect_sizes("MPORM", event_e=9, event_c=1, n=10, r=0.9)
    assert found.yi[0] is not None
    assert found.vi == (None,)
    assert "do not allow this r" in found.reasons[0]


def test_more_events_than_persons_are_refused_with_their_row():
    with pytest.raises(InputError, match=r"row 1: event_e is 12: more than n_e \(10\)"):
        effect_size("OR", event_e=[2, 12], n_e=10, event_c=1, n_c=10)


def test_agrees_with_metafor_3_8_on_zero_cells():
    # metafor 3.8; 5.1 has the same formulas. Tables (0, 50, 3, 47), (0, 50, 0, 50), (20, 0, 10, 10)
    a, b, c, d = (np.array(x) for x in ((0, 0, 20), (50, 50, 0), (3, 0, 10), (47, 50, 10)))
    expected = {
        "RR": ([-1.945910149055313, 0, 0.66904962898088471],
               [2.2464985994397759, 3.9607843137254903, 0.04878048780487805]),
        "OR": ([-2.0071537742960324, 0, 3.7135720667043066],
               [2.3265688974912528, 4.0396039603960396, 2.2392566782810688]),
        "RD": ([-0.058823529411764712, 0, 0.47619047619047616],
               [0.0014436378165260722, 0.00038069822315700601, 0.013011553827880358]),
        "AS": ([-0.24746706317044775, 0, 0.78539816339744817], [0.01, 0.01, 0.025]),
        "PETO": ([-1.5459183673469388, 0, 2.404692082111437],
                 [1.0306122448979591, 4, 0.48093841642228741]),
        "PBIT": ([-0.84767700547668179, 0, 1.9807523966472784],
                 [0.34907228344592889, 0.55479825560972706, 0.42648022016803866]),
    }  # fmt: skip
    for code, (yi, vi) in expected.items():
        found = effect_size(code, **table(a, b, c, d))
        assert found.yi == pytest.approx(np.array(yi), rel=1e-12, abs=1e-15), code
        assert found.vi == pytest.approx(np.array(vi), rel=1e-12), code


@pytest.mark.parametrize(
    ("code", "yi", "vi"),  # metafor 3.8 on pairs (5, 95, 10, 90); 5.1 has the same formulas
    [("MPRR", 1.8971199848858813, 0.07), ("MPOR", 2.5123056239761148, 0.099279279279279278),
     ("MPRD", 0.425, 0.001721875), ("MPORC", 2.2512917986064949, 0.11052631578947369),
     ("MPPETO", 1.6190476190476191, 0.038095238095238099)],
)  # fmt: skip
def test_pairs_agree_with_metafor_3_8(code, yi, vi):
    names = ("event_both", "event_e_only", "event_c_only", "event_neither")
    found = effect_size(code, **dict(zip(names, (5, 95, 10, 90), strict=True)))
    assert (found.yi[0], found.vi[0]) == pytest.approx((yi, vi), rel=1e-12)
