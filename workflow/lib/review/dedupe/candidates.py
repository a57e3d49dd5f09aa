"""Pairs of records that may be one: neighbours in blocks that share an id, words or pages.

Each record is in a fixed number of blocks and is compared with a fixed number of neighbours in
each, so that the work grows with the number of records and not with its square.
"""

from collections import Counter

import numpy as np

FIRST, LAST = 5, 5  # words of a title that make a block
RARE = 3  # rarest words of a title, two of which make a block
NEAR, NEAR_ID = 5, 25  # neighbours of a record in a block, in the order of titles


def candidate_pairs(keys):
    """Two arrays (i, j) with i < j of places in `keys`, each pair once, in order."""
    size = len(keys)
    titles = np.empty(size, dtype=int)  # the place of each in the order of titles
    titles[sorted(range(size), key=lambda place: keys[place].title)] = np.arange(size)
    common = Counter(word for one in keys for word in set(one.words))
    ids = [{one.doi, one.pmid} - {""} for one in keys]
    words = [_names(one, common) for one in keys]
    pairs = np.concatenate([*_neighbours(ids, titles, NEAR_ID), *_neighbours(words, titles, NEAR)])
    pairs.sort()  # and leave repetitions out: numpy.unique takes thirty times as long
    return np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], size)


def _neighbours(names, titles, near):
    """The pairs i * size + j of records that stand near each other in a block.

    `names` are those of the blocks of each record, `titles` its place in the order of titles.
    """
    numbers = {}
    blocks = np.array(
        [numbers.setdefault(a, len(numbers)) for one in names for a in one], dtype=int
    )
    places = np.repeat(np.arange(len(names)), np.array(list(map(len, names)), dtype=int))
    order = np.lexsort((titles[places], blocks))
    blocks, places = blocks[order], places[order]
    for step in range(1, near + 1):
        one, other = places[:-step], places[step:]
        pair = np.minimum(one, other) * len(names) + np.maximum(one, other)
        yield pair[(blocks[:-step] == blocks[step:]) & (one != other)]


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
