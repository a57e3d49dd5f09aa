"""What the boxes of a PRISMA flow must satisfy: counts that add up, and never more than there were before."""

# (left boxes, relation, right boxes); a box that the diagram does not have counts as none
LAWS = (
    (("records_identified",), "=", ("records_removed", "records_screened")),
    # several records may be about one report, so fewer reports may be sought than records go on
    (("records_screened",), ">=", ("records_excluded", "reports_sought")),
    (("reports_sought",), "=", ("reports_not_retrieved", "reports_assessed")),
    (("other_identified",), ">=", ("other_sought",)),
    (("other_sought",), "=", ("other_not_retrieved", "other_assessed")),
    (
        ("reports_assessed", "other_assessed"),
        *("=", ("reports_excluded", "other_excluded", "reports_included")),
    ),
    # several reports may be about one study
    (("reports_included",), ">=", ("studies_included",)),
    (("previous_reports",), ">=", ("previous_studies",)),
    (("total_reports",), "=", ("previous_reports", "reports_included")),
    (("total_studies",), "=", ("previous_studies", "studies_included")),
)
POOLED = ("studies_pooled", "studies_narrated")
# never more than the one before, whatever is unknown between
FUNNELS = (
    (
        *(("records_identified",), ("records_screened",)),
        *(("reports_sought",), ("reports_assessed",)),
    ),
    (
        *(("records_identified", "other_identified"), ("records_screened", "other_identified")),
        *(("reports_sought", "other_sought"), ("reports_assessed", "other_assessed")),
        *(("reports_included",), ("studies_included",)),
    ),
)


def broken_laws(counts):
    """(boxes, sentence) of each law that fails; `counts` has box -> count, None where it is not known.

    A law that holds whatever the unknown boxes are is not broken.
    """
    whole = "total_studies" if "total_studies" in counts else "studies_included"
    laws = [*LAWS, ((whole,), "=", POOLED)]
    broken = [found for law in laws for found in _broken(counts, *law)]
    broken += [found for funnel in FUNNELS for found in _widening(counts, funnel)]
    if "total_studies" not in counts:
        broken += _widening(counts, (("studies_included",), ("studies_pooled",)))
    return list(dict.fromkeys(broken))


def _broken(counts, left, relation, right):
    """One law: the sum of its known parts against its whole."""
    whole, parts = _known(counts, left), [box for box in right if box in counts]
    known = [box for box in parts if counts[box] is not None]
    if whole is None or not known:
        return
    total, part = sum(whole.values()), sum(counts[box] for box in known)
    if relation == "=" and _known(counts, right):
        if part != total:
            yield (*whole, *known), f"{_sum(counts, whole)} is not {_sum(counts, known)}"
    elif part > total:
        words = f"{_sum(counts, known)} {_verb(known)} more than {_sum(counts, whole)}"
        yield (*whole, *known), words


def _widening(counts, funnel):
    """Boxes of a funnel that hold more than the ones before them."""
    levels = [found for level in funnel if (found := _known(counts, level))]
    for before, after in zip(levels, levels[1:], strict=False):
        if sum(after.values()) > sum(before.values()):
            words = f"{_sum(counts, after)} {_verb(after)} more than {_sum(counts, before)}"
            yield (*before, *after), words


def _known(counts, boxes):
    """box -> count; None if one is not known. The boxes of other methods need not be there."""
    found = {box: counts.get(box) for box in boxes if box in counts or not box.startswith("other_")}
    return found if found and None not in found.values() else None


def _sum(counts, boxes):
    """'records_removed 20 + records_screened 100'."""
    return " + ".join(f"{box} {counts[box]}" for box in boxes)


def _verb(boxes):
    return "is" if len(boxes) == 1 else "are"
