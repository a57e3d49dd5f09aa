"""All duplicates among the records of a review, with the reason of each; decisions of persons win."""

from dataclasses import dataclass

from workflow.lib.review.dedupe.candidates import candidate_pairs
from workflow.lib.review.dedupe.evidence import CLOSE, SAME, beginning, compare, similarity
from workflow.lib.review.dedupe.groups import Pair, group
from workflow.lib.review.dedupe.keys import keys_of
from workflow.lib.review.dedupe.verdict import DIFFERENT, judge


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which records are one work, and every pair that was decided or is open."""

    roots: tuple[int, ...]  # of each record: the place of the first record of its group
    rules: tuple[str | None, ...]  # of each record that stands behind another: why
    pairs: tuple[Pair, ...]


def find_duplicates(records, decisions=()) -> Duplicates:
    """Return the Duplicates among `records`, which are in the order in which one is preferred.

    `decisions` are (one, other, same | different, who) with places of records; they always win.
    """
    keys = [keys_of(record) for record in records]
    persons = {}
    for one, other, decision, who in decisions:
        a, b = min(one, other), max(one, other)
        score = similarity(keys[a], keys[b])
        persons[a, b] = Pair(a, b, decision, "person", round(score, 1), who)
    pairs = list(persons.values())
    for a, b in candidate_pairs(keys):
        if (a, b) not in persons and (pair := _judged(a, b, keys)):
            pairs.append(pair)
    roots, rules, pairs = group(keys, pairs)
    return Duplicates(tuple(roots), tuple(rules), tuple(pairs))


def _judged(a, b, keys):
    """The pair with its verdict; None where two records only have a block in common."""
    one, other = keys[a], keys[b]
    title = similarity(one, other)
    shared = (one.doi and one.doi == other.doi) or (one.pmid and one.pmid == other.pmid)
    page = one.page and one.page == other.page
    main = beginning(one, other) if title < CLOSE else 0.0
    if max(title, main) < CLOSE and not shared and not page:
        return None
    evidence = compare(one, other, title=title, main=main)
    verdict = judge(evidence)
    if verdict.decision == DIFFERENT and max(title, main) < CLOSE and not shared:
        return None
    if verdict.decision == DIFFERENT and verdict.rule == "alike" and evidence.author != SAME:
        return None
    return Pair(a, b, verdict.decision, verdict.rule, round(max(title, main), 1))
