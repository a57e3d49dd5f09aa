"""Groups of records that are one work: unions of pairs, the surest first, none against a difference."""

from dataclasses import dataclass, replace

from workflow.lib.review.dedupe.verdict import DIFFERENT, SAME, UNCERTAIN

ORDER = {
    "person": 0,
    "pmid": 1,
    "doi": 2,
    "title_place": 3,
    "title_author_year": 4,
    "subtitle": 5,
    "rewording": 6,
}
BY_ID = ("pmid", "doi")  # rules that other ids in a group do not speak against


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, by their places, and what was decided about them."""

    one: int
    other: int
    decision: str  # same, uncertain, different
    rule: str
    score: float  # percent of letters that the titles share
    who: str = ""  # a person, where one decided


class Groups:
    """A union-find of records that refuses to join what is known to be different."""

    def __init__(self, keys):
        """Each record is a group of its own; `keys` have doi and pmid."""
        self.parent = list(range(len(keys)))
        self.pmids = [{one.pmid} if one.pmid else set() for one in keys]
        self.dois = [{one.doi} if one.doi else set() for one in keys]
        self.apart = {}  # root -> roots that a person, or a rule, keeps apart

    def root(self, place):
        """The record that stands for the group of a record."""
        while self.parent[place] != place:
            self.parent[place] = self.parent[self.parent[place]]
            place = self.parent[place]
        return place

    def keep_apart(self, one, other):
        """Note that two records are different."""
        a, b = self.root(one), self.root(other)
        self.apart.setdefault(a, set()).add(b)
        self.apart.setdefault(b, set()).add(a)

    def are_apart(self, one, other):
        """Whether anything keeps the groups of two records apart."""
        return self.root(other) in self.apart.get(self.root(one), ())

    def other_ids(self, one, other):
        """Whether both groups have PMIDs, or both DOIs, and share none."""
        a, b = self.root(one), self.root(other)
        return any(ids[a] and ids[b] and not ids[a] & ids[b] for ids in (self.pmids, self.dois))

    def join(self, one, other):
        """Make one group of two; False if they are one already."""
        a, b = sorted((self.root(one), self.root(other)))
        if a == b:
            return False
        self.parent[b] = a
        self.pmids[a] |= self.pmids[b]
        self.dois[a] |= self.dois[b]
        for enemy in self.apart.pop(b, ()):
            self.apart[enemy].discard(b)
            self.apart[enemy].add(a)
            self.apart.setdefault(a, set()).add(enemy)
        return True


def group(keys, pairs):
    """(root of each record, rule by which each joined or None, all pairs as they ended).

    `pairs` of persons come first and always win; a person's `different` keeps groups apart. A pair
    that would join what is different becomes uncertain, with the rule `group`.
    """
    groups, joined, ended = Groups(keys), [None] * len(keys), []
    for pair in pairs:
        if pair.decision == DIFFERENT and pair.who:
            groups.keep_apart(pair.one, pair.other)
    rules_apart = [pair for pair in pairs if pair.decision == DIFFERENT and not pair.who]
    same = sorted(
        (pair for pair in pairs if pair.decision == SAME),
        key=lambda pair: (ORDER[pair.rule], -pair.score, pair.one, pair.other),
    )
    for pair in [one for one in same if one.who]:
        ended.append(_united(pair, groups, joined))
    for pair in rules_apart:
        if groups.root(pair.one) != groups.root(pair.other):
            groups.keep_apart(pair.one, pair.other)
    for pair in [one for one in same if not one.who]:
        ended.append(_united(pair, groups, joined))
    ended += [pair for pair in pairs if pair.decision != SAME]
    return [groups.root(place) for place in range(len(keys))], joined, _settled(ended, groups)


def _united(pair, groups, joined):
    """The pair after its groups were joined, or uncertain where that must not be."""
    if groups.root(pair.one) == groups.root(pair.other):
        return pair
    refused = groups.are_apart(pair.one, pair.other)
    refused |= pair.rule not in BY_ID and groups.other_ids(pair.one, pair.other)
    if refused and not pair.who:
        return replace(pair, decision=UNCERTAIN, rule="group")
    later = max(groups.root(pair.one), groups.root(pair.other))
    groups.join(pair.one, pair.other)
    joined[later] = pair.rule
    return pair


def _settled(pairs, groups):
    """The pairs without the uncertain ones that others have decided; one for each pair of groups."""
    settled, asked = [], set()
    order = sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))
    decided = {
        frozenset((groups.root(pair.one), groups.root(pair.other)))
        for pair in pairs
        if pair.who and pair.decision == DIFFERENT
    }
    for pair in order:
        if pair.decision == UNCERTAIN:
            roots = frozenset((groups.root(pair.one), groups.root(pair.other)))
            if len(roots) == 1 or roots in decided or roots in asked:
                continue
            asked.add(roots)
        settled.append(pair)
    return sorted(settled, key=lambda pair: (pair.one, pair.other))
