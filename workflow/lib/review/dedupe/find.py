"""All duplicates among the records of a review, with the reason of each; decisions of persons win."""

from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from workflow.lib.review.dedupe.candidates import candidate_pairs
from workflow.lib.review.dedupe.evidence import CLOSE, SAME, compare, similarities
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
    for a, b, decision, who in decisions:
        one, other = sorted((a, b))
        score = fuzz.ratio(keys[one].title, keys[other].title)
        persons[one, other] = Pair(one, other, decision, "person", round(score, 1), who)
    pairs = list(persons.values())
    for a, b, title, main in _worth_a_look(keys):
        if (a, b) not in persons and (pair := _judged(a, b, keys, title, main)):
            pairs.append(pair)
    roots, rules, pairs = group(keys, pairs)
    return Duplicates(tuple(roots), tuple(rules), tuple(pairs))


def _worth_a_look(keys):
    """(i, j, title, main) of the candidates that share an id, a page or nearly a title."""
    one, other = candidate_pairs(keys)
    title, main = similarities(keys, one, other)
    kept = np.maximum(title, main) >= CLOSE
    for name in ("doi", "pmid", "page"):
        kept |= _shared([getattr(key, name) for key in keys], one, other)
    return zip(*(column[kept].tolist() for column in (one, other, title, main)), strict=True)


def _shared(values, one, other):
    """Whether two records have one value; an empty one is none."""
    numbers = {"": 0}
    values = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=int)
    return (values[one] == values[other]) & (values[one] > 0)


def _judged(a, b, keys, title, main):
    """The pair with its verdict; None where two records only have a block in common."""
    evidence = compare(keys[a], keys[b], title=title, main=main)
    verdict = judge(evidence)
    shared = SAME in (evidence.doi, evidence.pmid)
    if verdict.decision == DIFFERENT and max(title, main) < CLOSE and not shared:
        return None
    if verdict.decision == DIFFERENT and verdict.rule == "alike" and evidence.author != SAME:
        return None
    return Pair(a, b, verdict.decision, verdict.rule, round(max(title, main), 1))
