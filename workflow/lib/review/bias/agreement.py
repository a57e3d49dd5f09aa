"""What two assessors said of the same results, as square tables of counts."""

UNORDERED = ("unclear", "none")  # levels that are not a matter of more or less


def agreement_tables(found):
    """Instrument -> (ids of the judgements, how many of them are ordered, k x k counts of pairs).

    Rows are the assessor whose name comes first, columns the other; domains only, as overall
    follows from them. Instruments without a result that two have judged are left out.
    """
    tables = {}
    for one in found:
        if len(one.ratings) != 2:
            continue
        codes, ordered = _codes(one.instrument)
        counts = tables.setdefault(
            one.instrument.id, (codes, ordered, [[0] * len(codes) for _ in codes])
        )[2]
        first, second = sorted(one.ratings, key=lambda rating: rating.assessor)
        for domain in one.instrument.domains:
            pair = one.own(first, domain), one.own(second, domain)
            counts[codes.index(pair[0])][codes.index(pair[1])] += 1
    return tables


def _codes(instrument):
    """Ids of all judgements of the domains, those that are ordered first, and how many these are."""
    entries = {one.id: one for domain in instrument.domains for one in domain.judgements}
    ordered = [one.id for one in entries.values() if one.level not in UNORDERED]
    ordered = ordered if len(ordered) > 2 else []  # yes and no alone have no order to speak of
    return tuple([*ordered, *(name for name in entries if name not in ordered)]), len(ordered)
