"""Names of records: the same whatever the order of an export, so that decisions stay with them."""

from collections import defaultdict


def named(exports):
    """(record name, source, record) of all records, in the order of `exports` (source -> records).

    A name is the source and the database's own number, else a sum of the content. Records of one
    export that share a number are told apart by -2, -3 in the order of their contents.
    """
    found = []
    for source, records in exports.items():
        bases = [record.accession or f"x{record.sum()}" for record in records]
        found += zip(
            _told_apart(bases, records, source), [source] * len(bases), records, strict=True
        )
    return found


def _told_apart(bases, records, source):
    places = defaultdict(list)
    for place, base in enumerate(bases):
        places[base].append(place)
    names = [f"{source}:{base}" for base in bases]
    for twins in (twins for twins in places.values() if len(twins) > 1):
        order = sorted(twins, key=lambda place: records[place].sum())
        for number, place in enumerate(order[1:], 2):
            names[place] = f"{names[place]}-{number}"
    return names
