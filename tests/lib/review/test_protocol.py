"""workflow/lib/review/protocol.py: decisions, their sum, and where the configuration as used differs."""

import copy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline import read_config
from tests.projects import certainty_made_up as made_up
from workflow.lib.review.protocol import (
    compared,
    decisions,
    last_day,
    protocol_problems,
    protocol_rows,
    same,
    sum_of,
    written,
)

CONFIG = read_config()
ROWS = protocol_rows(CONFIG, date="2025-03-01", registration="MADE-UP-1")
METHOD = "analyses.primary.model.method"


def status_of(rows):
    return {row["path"]: row["status"] for row in rows}


def planned(**changes):
    return made_up.protocol(CONFIG, changes=changes)


def test_a_protocol_of_the_configuration_as_it_is_has_no_deviation():
    assert set(status_of(compared(ROWS, CONFIG, [])).values()) == {"kept"}
    assert protocol_problems(ROWS, [], CONFIG) == []


def test_words_and_the_renderer_are_no_decisions():
    paths = decisions(CONFIG)
    assert METHOD in paths
    assert "headline.primary" in paths
    assert not [path for path in paths if path.endswith((".title", ".reason", ".quote"))]
    assert "renderer" not in paths


def test_a_changed_decision_is_a_deviation_with_its_reason_or_without():
    rows = made_up.protocol(CONFIG, changes={METHOD: "DL"})
    bare = next(row for row in compared(rows, CONFIG, []) if row["path"] == METHOD)
    assert (bare["status"], bare["planned"], bare["used"], bare["reason"]) == (
        "changed",
        "DL",
        "REML",
        "",
    )
    said = compared(rows, CONFIG, made_up.deviations([METHOD]))
    assert next(row["reason"] for row in said if row["path"] == METHOD) == made_up.SAID


def test_an_analysis_that_the_protocol_does_not_name_was_added():
    rows = [row for row in ROWS if not row["path"].startswith("analyses.strict")]
    assert status_of(compared(rows, CONFIG, []))["analyses.strict"] == "added"
    assert "added" not in status_of(compared([], CONFIG, [])).values()


def test_a_procedure_an_outcome_or_an_assumption_that_the_protocol_does_not_name_was_added():
    config = copy.deepcopy(CONFIG)
    config["analyses"]["primary"].setdefault("examine", {})["late_subgroups"] = {"by": "design"}
    config["outcomes"]["late"] = copy.deepcopy(next(iter(config["outcomes"].values())))
    found = status_of(compared(ROWS, config, []))
    late = {path for path, status in found.items() if status == "added"}
    assert late == {"analyses.primary.examine.late_subgroups", "outcomes.late"}
    assert protocol_problems(ROWS, made_up.deviations(sorted(late)), config) == []


def test_what_was_planned_as_none_and_has_entries_now_has_changed_and_is_no_unknown_key():
    row = {"path": "thresholds", "value": "{}", "date": "2025-03-01", "registration": ""}
    config = copy.deepcopy(CONFIG) | {"thresholds": {"mid": {"outcome": "pain", "value": 1.5}}}
    (found,) = compared([row], config, [])
    assert (found["status"], found["used"]) == ("changed", "{mid.outcome: pain, mid.value: 1.5}")
    assert protocol_problems([row], [], config) == []


def test_a_group_may_be_planned_in_one_row():
    model = CONFIG["analyses"]["primary"]["model"]
    row = {"path": "analyses.primary.model", "value": written(model)}
    row |= {"date": "2025-03-01", "registration": ""}
    statuses = status_of(compared([row], CONFIG, []))
    assert statuses["analyses.primary.model"] == "kept"
    row["value"] = written(model | {"method": "DL"})
    assert status_of(compared([row], CONFIG, []))["analyses.primary.model"] == "changed"


def test_a_decision_that_was_dropped_needs_somebody_who_says_so():
    config = copy.deepcopy(CONFIG)
    del config["analyses"]["primary"]["correct"]
    path = "analyses.primary.correct"
    (problem,) = protocol_problems(ROWS, [], config)
    assert problem.startswith(
        f"protocol.csv, row {[row['path'] for row in ROWS].index(path) + 2}, path: '{path}'"
    )
    assert "say so in deviations.csv" in problem
    own = made_up.deviations([path])
    assert protocol_problems(ROWS, own, config) == []
    assert status_of(compared(ROWS, config, own))[path] == "dropped"


def test_a_misspelt_path_gets_the_nearest():
    rows = [ROWS[0] | {"path": "analyses.primary.model.metod"}]
    (problem,) = protocol_problems(rows, [], CONFIG)
    assert f"did you mean '{METHOD}'?" in problem


def test_a_later_row_amends_an_earlier_one():
    rows = [*ROWS, {"path": METHOD, "value": "PM", "date": "2025-06-01", "registration": "v2"}]
    found = next(row for row in compared(rows, CONFIG, []) if row["path"] == METHOD)
    assert (found["status"], found["planned"], found["amended"]) == ("changed", "PM", 1)
    assert last_day(rows) == "2025-06-01"


def test_a_reason_without_a_deviation_is_refused_and_one_beyond_the_configuration_is_not():
    own = made_up.deviations([METHOD, "other.search", "nowhere"])
    first, second = protocol_problems(ROWS, own, CONFIG)
    assert "is used as the protocol has it" in first
    assert "'nowhere' is neither a decision" in second
    assert status_of(compared(ROWS, CONFIG, own))["other.search"] == "other"


@pytest.mark.parametrize(
    "text", ["[a, b", "2025-99-99", "!!python/name:os.system", "[" * 3000, "!!bool x"]
)
def test_a_value_that_is_no_yaml_is_told_and_never_run(text):
    (problem,) = protocol_problems([ROWS[0] | {"value": text}], [], CONFIG)
    assert problem.startswith("protocol.csv, row 2, value: ")


def test_the_sum_depends_on_decisions_and_days_and_not_on_their_order():
    assert sum_of(ROWS) == sum_of(ROWS[::-1])
    assert sum_of(ROWS) != sum_of([ROWS[0] | {"value": "1"}, *ROWS[1:]])
    assert sum_of(ROWS) != sum_of([ROWS[0] | {"date": "2025-03-02"}, *ROWS[1:]])
    assert len(sum_of(ROWS)) == 64


def test_values_are_the_same_by_meaning():
    assert same(95, 95.0)
    assert same(["a", 1], ["a", 1.0])
    assert not same(1, True)
    assert not same(["a"], ["a", "b"])


LEAVES = st.one_of(
    st.booleans(),
    st.integers(-99, 99),
    st.floats(-9, 9),
    st.text(max_size=30),
    st.just({}),
    st.none(),
)


@given(st.one_of(LEAVES, st.lists(LEAVES, max_size=4)))
def test_a_written_value_reads_as_itself(value):
    text = written(value)
    assert "\n" not in text.strip() or isinstance(value, str | list)
    assert same(yaml.safe_load(text), value) or yaml.safe_load(text) == value
