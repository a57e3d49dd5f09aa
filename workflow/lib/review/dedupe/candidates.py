"""Pairs of records that may be one: neighbours in blocks that share an id, words or pages.

Each record is in a fixed number of blocks and is compared with a fixed number of neighbours in
each, so that the work grows with the number of records and not with its square.
"""

from collections import Counter, defaultdict

FIRST, LAST = 5, 5  # words of a title that make a block
RARE = 3  # rarest words of a title, two of which make a block
NEAR, NEAR_ID = 5, 25  # neighbours of a record in a block, in the order of titles


def candidate_pairs(keys):
    """Pairs (i, j) with i < j of places in `keys`, each once, in order."""
    size, pairs = len(keys), set()
    common = Counter(word for one in keys for word in set(one.words))
    for blocks, near in ((_id_blocks(keys), NEAR_ID), (_word_blocks(keys, common), NEAR)):
        for places in blocks.values():
            if len(places) > 1:
                _join(places, keys, near, pairs, size)
    return [divmod(pair, size) for pair in sorted(pairs)]


def _join(places, keys, near, pairs, size):
    """Add the neighbours in one block, in the order of their titles."""
    if len(places) > 2:
        places = sorted(places, key=lambda place: keys[place].title)
    for at, one in enumerate(places):
        for other in places[at + 1 : at + 1 + near]:
            if one != other:
                pairs.add(min(one, other) * size + max(one, other))


def _id_blocks(keys):
    blocks = defaultdict(list)
    for place, one in enumerate(keys):
        if one.doi:
            blocks[one.doi].append(place)
        if one.pmid:
            blocks[one.pmid].append(place)
    return blocks


def _word_blocks(keys, common):
    blocks = defaultdict(list)
    for place, one in enumerate(keys):
        for name in _names(one, common):
            blocks[name].append(place)
    return blocks


def _names(one, common):
    """The blocks of one record."""
    words = one.words
    names = [("first", words[:FIRST]), ("last", words[-LAST:])] if words else []
    rare = sorted(set(words), key=lambda word: (common[word], word))[:RARE]
    names += [(a, b) for at, a in enumerate(rare) for b in rare[at + 1 :]]
    if one.page and one.volume:
        names.append(("place", one.volume, one.page))
    if one.families and one.page:
        names.append(("author", one.families[0][:5], one.page))
    if one.families and one.year:
        names.append(("year", one.families[0], one.initial, one.year))
    return names
