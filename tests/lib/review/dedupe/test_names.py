"""workflow/lib/review/dedupe/names.py and decisions.py: names that stay, and decisions that fit them."""

import random

from tests.lib.review.dedupe.made_up import record
from workflow.lib.files.exports.read import Export
from workflow.lib.review.dedupe.decisions import decisions_problems
from workflow.lib.review.dedupe.names import named

RECORDS = [
    record(accession="7"),
    record("Another title", accession="7"),
    record("Another title", accession="8"),
    record("A title without a number"),
    record("Another without one", line=90),
]


def test_names_stay_when_an_export_comes_in_another_order():
    usual = {name: one.title for name, _, one in named({"embase": RECORDS})}
    assert len(usual) == len(RECORDS)
    for seed in range(5):
        shuffled = RECORDS[:]
        random.Random(seed).shuffle(shuffled)
        assert {name: one.title for name, _, one in named({"embase": shuffled})} == usual


def test_a_name_is_the_source_and_the_number_or_a_sum_of_the_content():
    names = [name for name, _, _ in named({"a": RECORDS, "b": RECORDS[:1]})]
    assert {"a:7", "a:7-2", "a:8", "b:7"} < set(names)
    assert sum(name.startswith("a:x") for name in names) == 2


def row(a, b, decision="same"):
    return {"record_a": a, "record_b": b, "decision": decision}


def problems(*rows):
    exports = {
        "e": Export("RIS", "utf-8", tuple(record(accession=str(n)) for n in range(1, 6)), ())
    }
    return decisions_problems(list(rows), exports)


def test_decisions_that_fit_have_no_problem():
    assert problems(row("e:1", "e:2"), row("e:2", "e:3"), row("e:1", "e:4", "different")) == []
    assert decisions_problems([], None) == []


def test_decisions_on_records_that_are_not_there_are_refused():
    (problem,) = problems(row("e:1", "e:99"))
    assert problem.startswith("duplicates.csv, row 2, record_b: no record is called 'e:99'; ")
    assert "no sources.csv" in decisions_problems([row("e:1", "e:2")], None)[0]


def test_a_pair_stands_once_and_has_two_records():
    assert problems(row("e:1", "e:1")) == [
        "duplicates.csv, row 2, record_b: 'e:1' is record_a itself"
    ]
    assert "stands already in row 2" in problems(row("e:1", "e:2"), row("e:2", "e:1"))[0]


def test_decisions_that_contradict_each_other_are_named():
    (problem,) = problems(row("e:1", "e:2"), row("e:3", "e:2"), row("e:1", "e:3", "different"))
    assert problem == (
        "duplicates.csv, row 4, decision: different, but rows 2, 3 make the two records the same; "
        "correct one of them"
    )
