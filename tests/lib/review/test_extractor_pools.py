"""workflow/lib/review/extractor_pools.py: a pool or a reason, whatever an extractor has typed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline import read_cells, read_config
from workflow.lib.review.extractor_pools import pools_under, usable
from workflow.scripts.reconcile_extractions import STATS

ROWS, STUDIES, CONFIG = read_cells("extraction"), read_cells("studies"), read_config()
PLACES = ["study", "outcome", "arm", "time_point", "quantity"]
VALUES = [
    "",
    "0",
    "-1",
    "1",
    "100",
    "9" * 400,
    "1e99",
    "-1e99",
    "1e-99",
    "nan",
    "inf",
    "words",
    "1,5",
]


def pools(rows):
    found = pools_under(rows, studies=STUDIES, config=CONFIG, stats=STATS)
    return {pool["analysis"]: pool for pool in found}


def test_rows_that_no_check_lets_pass_are_left_out_and_counted():
    wrong = [dict(ROWS[0]) | {"value": "9" * 400}, dict(ROWS[1]) | {"study": "nobody"}, *ROWS[2:]]
    kept, left_out = usable(wrong, studies=STUDIES, config=CONFIG)
    assert (len(kept), left_out) == (len(ROWS) - 2, 2)


def test_an_extraction_without_rows_has_a_reason_for_each_analysis():
    for pool in pools([]).values():
        assert (pool["k"], bool(pool["reason"])) == (0, True)


def test_an_analysis_that_fails_under_one_extractor_leaves_the_others_their_pools():
    found = pools([row for row in ROWS if row["arm"] == "single"])
    assert found["controlled"]["k"] == 0
    assert found["controlled"]["reason"]
    assert found["primary"]["k"] > 0


TYPED = st.one_of(
    st.tuples(st.integers(0, len(ROWS) - 1), st.just("value"), st.sampled_from(VALUES)),
    st.integers(0, len(ROWS) - 1).flatmap(
        lambda place: st.tuples(
            st.just(place), st.sampled_from(PLACES), st.integers(0, len(ROWS) - 1)
        )
    ),
)


@settings(max_examples=20)
@given(st.lists(TYPED, min_size=1, max_size=8), st.integers(0, len(ROWS)))
def test_whatever_an_extractor_types_each_analysis_has_a_pool_or_a_reason(changes, end):
    rows = [dict(row) for row in ROWS]
    for place, column, text in changes:
        rows[place][column] = ROWS[text][column] if isinstance(text, int) else text
    for pool in pools(rows[:end] or rows).values():
        assert pool["reason"] or pool["k"] > 0
