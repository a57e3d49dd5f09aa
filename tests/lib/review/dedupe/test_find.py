"""workflow/lib/review/dedupe: groups, decisions of persons, and no loss, whatever the order."""

import random
from collections import Counter

import pytest

from tests.deduplication_table import DECIDED, LINKED, PRECISION, measured
from tests.lib.review.dedupe.made_up import record
from workflow.lib.review.dedupe.find import find_duplicates

A = record()
B = record(pmid="1")
BEFORE, AFTER = record(pmid="1", year=2018), record(pmid="2", year=2020)
ERRATUM = record("Erratum: Made-up cryoneurolysis for phantom limb pain", pages="300")


def decided(found):
    return {(pair.one, pair.other): (pair.decision, pair.rule) for pair in found.pairs}


def test_a_pair_that_would_join_two_pmids_is_left_to_a_person():
    found = find_duplicates([BEFORE, A, AFTER])
    assert found.roots == (0, 0, 2)
    assert decided(found)[0, 2] == ("different", "other_pmid")
    assert decided(found)[1, 2] == ("uncertain", "group")


def test_a_person_makes_two_records_one_and_one_record_two():
    assert find_duplicates([A, ERRATUM]).roots == (0, 1)
    same = find_duplicates([A, ERRATUM], [(1, 0, "same", "A. Person")])
    assert (same.roots, same.rules) == ((0, 0), (None, "person"))
    apart = find_duplicates([A, B], [(0, 1, "different", "A. Person")])
    assert apart.roots == (0, 1)
    assert decided(apart) == {(0, 1): ("different", "person")}


def test_what_a_person_keeps_apart_no_third_record_joins():
    found = find_duplicates([A, A, B], [(0, 2, "different", "A. Person")])
    assert found.roots[0] != found.roots[2]


def test_an_open_pair_that_a_person_has_decided_is_open_no_more():
    abstract = record(type="Conference Abstract", pages="S1", year=2018)
    paper = record(type="Journal Article")
    assert Counter(p.decision for p in find_duplicates([paper, abstract]).pairs) == {"uncertain": 1}
    for word in ("same", "different"):
        found = find_duplicates([paper, abstract], [(0, 1, word, "A. Person")])
        assert "uncertain" not in {pair.decision for pair in found.pairs}


def test_each_pair_of_groups_is_asked_for_once():
    papers = [
        record(type="Article"),
        record(type="Article", pmid="1"),
        record(type="Article", doi="10.1/a"),
    ]
    abstracts = [record(type="Meeting Abstract", pages="S1", year=2018)] * 2
    found = find_duplicates(papers + abstracts)
    assert len(set(found.roots)) == 2
    assert sum(pair.decision == "uncertain" for pair in found.pairs) == 1


def test_every_record_but_the_first_of_its_group_has_the_rule_that_hid_it():
    found = find_duplicates(
        [A, B, A, record("Something else entirely, and longer", pages="9"), ERRATUM]
    )
    for place, (root, rule) in enumerate(zip(found.roots, found.rules, strict=True)):
        assert root <= place
        assert (rule is None) == (root == place)
        assert found.roots[root] == root


def test_the_order_of_records_does_not_change_who_is_one_with_whom():
    records = [A, B, ERRATUM, record("Another made-up title about yoga and sleep", pages="4", year=2001),
               record("Another made-up title about yoga and slep", pages="4", year=2001)]  # fmt: skip
    usual = grouped(records)
    for seed in range(5):
        shuffled = records[:]
        random.Random(seed).shuffle(shuffled)
        assert grouped(shuffled) == usual


def grouped(records):
    groups = {}
    for one, root in zip(records, find_duplicates(records).roots, strict=True):
        groups.setdefault(root, set()).add(one)
    return sorted(
        map(frozenset, groups.values()), key=lambda group: min(one.title for one in group)
    )


@pytest.mark.parametrize("records", [[], [A], [record("", authors="", journal="", year=None)] * 3])
def test_few_or_empty_records_are_no_trouble(records):
    assert len(find_duplicates(records).roots) == len(records)


def test_thousands_of_equal_records_are_compared_with_their_neighbours_only():
    found = find_duplicates(
        [record(doi="10.1/whole.issue", pages=str(page)) for page in range(3000)]
    )
    assert len(found.pairs) < 40 * 3000


@pytest.mark.parametrize("seed", [11, 12])
def test_precision_and_recall_on_made_up_reviews_stay_above_their_floors(seed):
    found = measured(2500, seed)
    assert found.precision >= PRECISION
    assert found.decided >= DECIDED
    assert found.linked >= LINKED
    assert found.records == 2500 and found.true_pairs > 1500
