"""Verdicts on published claims, each with its arithmetic.

reproduced      recomputed to the printed digits from other rows than the claim's own sentence
consistent      the values that the printed digits stand for can all be true together
contradicted    they cannot
not_checkable   nothing else says it; `missing` tells what would
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from workflow.lib.audit.claim_lines import implied_of, lines_of
from workflow.lib.audit.ours import beside, own_counts
from workflow.lib.audit.registry import decimals
from workflow.lib.audit.relations.counts import count_relations
from workflow.lib.audit.relations.forest import plot_of, pools_of
from workflow.lib.audit.relations.heterogeneity import heterogeneity_relations
from workflow.lib.audit.relations.means import mean_relations
from workflow.lib.audit.relations.pooled_line import forest_relations, group_relations
from workflow.lib.audit.relations.results import result_relations
from workflow.lib.audit.rounding import READINGS, printed
from workflow.lib.audit.scales import ON_SCALE, as_printed

COUNTS = ("records_identified", "studies_included", "studies_pooled", "studies_narrated")
NOTHING_ELSE = "another place that says it"
CONVENTION = "how the source computed it, for it does not state its convention"
CUT_OFF = "agrees only if digits were cut off instead of rounded"
JOIN = ";"
TOLD_OTHERWISE = (*ON_SCALE, "percent")  # quantities that may be printed on another scale
STRENGTH = ("contradicted", "reproduced", "consistent", "not_checkable")


@dataclass(frozen=True, slots=True)
class Finding:
    """What all comparisons of one claim say."""

    verdict: str
    arithmetic: str = ""
    missing: str = ""
    rows: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    digits: str = ""  # rounded, truncated; empty where nothing depends on it


def audit_claims(claims, *, ours, flow, narrated, pool_groups=None):
    """Rows of results/audit/claims.csv, one per claim and in its order.

    `claims` are text rows of claims.csv; `ours` maps a counterpart's id to Ours; `flow` maps a box
    to its (count, origin); `narrated` are the studies with that role; `pool_groups` is that
    of stats.batch.pool, with which the lines of forest plots are pooled again.
    """
    related, counts = _related(claims, pool_groups), own_counts(claims)
    own = [beside(claim, ours, counts) for claim in claims]
    return [
        _row(claim, _finding(claim, related, one, (flow, narrated)))
        for claim, one in zip(claims, own, strict=True)
    ]


def implied_groups(claims):
    """group -> Implied, for each group that prints an estimate with its interval."""
    return {line.group: implied_of(line) for line in lines_of(claims) if line.named}


def _finding(claim, related, ours, counts):
    """The finding on one claim, by its kind; `ours` stands beside it, or None."""
    if claim["quantity"] in COUNTS:
        return _count(claim, *counts)
    if claim["quantity"] == "words":
        return Finding("not_checkable", "", claim["missing"])
    return _against_ours(claim, ours, _merged(claim, related[claim["id"]]))


def _related(claims, pool_groups):
    """id of a claim -> (relation, reading) of every comparison that decides on it."""
    found, groups = defaultdict(list), defaultdict(list)
    for line in lines_of(claims):
        groups[line.group].append(line)
        _keep(found, *_best_reading(line, _relations_of_line))
    plots = []
    for lines in groups.values():
        pooled = next((line for line in lines if not line.study), None)
        studies = [line for line in lines if line.study]
        if len(studies) > 1:
            _keep(found, *_best_reading(pooled or studies[0], _GroupRelations(pooled, studies)))
            plots += [(pooled, studies)] if pooled else []
    if pool_groups is not None:
        _keep_plots(found, plots, pool_groups)
    return found


class _GroupRelations:
    """group_relations of one group, as a function of the line that tells the reading."""

    def __init__(self, pooled, studies):
        """Keep the lines of the group."""
        self._pooled, self._studies = pooled, studies

    def __call__(self, line):
        """The comparisons under the reading of `line`."""
        return group_relations(*_read(self._pooled, self._studies, line.reading))


def _read(pooled, studies, reading):
    """The lines of a group under one reading."""
    return pooled and pooled.read(reading), [line.read(reading) for line in studies]


def _keep_plots(found, plots, pool_groups):
    """Add the comparisons of forest plots: by rounding, then the contradicted ones by cutting off."""
    first = {}
    for reading in READINGS:
        whole = {
            place: plot
            for place, (pooled, studies) in enumerate(plots)
            if (place in first or reading == READINGS[0])
            and (plot := plot_of(*_read(pooled, studies, reading))) is not None
        }
        pools = pools_of(list(whole.values()), pool_groups)
        for (place, plot), own in zip(whole.items(), pools, strict=True):
            relations = list(forest_relations(plot, own))
            readings = plot.pooled.readings()
            if reading not in readings:
                first.setdefault(place, None)
            elif not _is_contradicted(relations):
                first.pop(place, None)
                _keep(found, relations, reading)
            else:
                first[place] = first.get(place) or (relations, reading)
    for kept in filter(None, first.values()):
        _keep(found, *kept)


def _is_contradicted(relations):
    return any(one.verdict == "contradicted" for one in relations)


def _keep(found, relations, reading):
    for one in relations:
        for target in one.targets:
            found[target].append((one, reading))


def _relations_of_line(line):
    """Every comparison within one line."""
    for relations in (result_relations, heterogeneity_relations, count_relations, mean_relations):
        yield from relations(line)


def _best_reading(line, relations):
    """(relations, reading): by rounding, or by cut-off digits where only that leaves no contradiction."""
    tried = []
    for reading in line.readings():
        found = list(relations(line.read(reading)))
        if not _is_contradicted(found):
            return found, reading
        tried.append((found, reading))
    return tried[0]


def _merged(claim, related):
    """All comparisons of one claim as one finding: a contradiction wins."""
    if not related:
        return Finding("not_checkable", "", claim["missing"])
    verdicts = {one.verdict for one, _ in related}
    verdict = next((name for name in STRENGTH if name in verdicts), "not_checkable")
    said = dict.fromkeys(one.arithmetic for one, _ in related)
    missing = next(
        (one.missing for one, _ in related if one.verdict == verdict and one.missing), ""
    )
    cut = any(reading != READINGS[0] for _, reading in related)
    if cut and verdict in ("consistent", "reproduced") and claim.get("digits") != READINGS[1]:
        said[CUT_OFF] = None
    return Finding(
        verdict,
        "; ".join(filter(None, said)),
        missing or claim["missing"],
        basis=tuple(dict.fromkeys(part for one, _ in related for part in one.basis)),
        digits=related[0][1] if verdict != "not_checkable" else "",
    )


def _row(claim, finding):
    known = finding.verdict in ("reproduced", "consistent")
    return {
        "claim": claim["id"],
        **{
            name: claim[name]
            for name in ("group", "quantity", "sentence", "printed", "counterpart")
        },
        **{name: claim[name] for name in ("quote", "source")},
        "study": claim.get("study") or "",
        "verdict": finding.verdict,
        "arithmetic": finding.arithmetic,
        "missing": "" if known else finding.missing or NOTHING_ELSE,
        "rows": JOIN.join(finding.rows),
        "basis": JOIN.join(finding.basis),
        "digits": finding.digits,
    }


def _count(claim, flow, narrated):
    """A count: against our own count where records are open, else only its arithmetic."""
    box, number = claim["quantity"], printed(claim["printed"]).value
    n, origin = flow.get(box, (None, "not_reported"))
    if n is None:
        return Finding("not_checkable", "", claim["missing"], basis=(f"flow:{box}",))
    words = "counted from the records" if origin == "counted" else "in the flow"
    said = f"{words}: {{flow.{box}}}"
    if n != number:
        return Finding("contradicted", said, claim["missing"], basis=(f"flow:{box}",))
    if origin == "counted":
        return Finding("reproduced", said, basis=(f"flow:{box}",))
    return _sum(claim, flow, narrated)


def _sum(claim, flow, narrated):
    """Included = pooled + narrated. Fewer narrated studies than that are merely not all known."""
    own = (f"flow:{claim['quantity']}",)
    included, pooled = (
        flow.get(box, (None, ""))[0] for box in ("studies_included", "studies_pooled")
    )
    if claim["quantity"] not in COUNTS[1:] or None in (included, pooled):
        return Finding("not_checkable", "", claim["missing"], basis=own)
    basis = tuple(dict.fromkeys((*own, "flow:studies_included", "flow:studies_pooled")))
    basis += tuple(f"studies:{study}" for study in narrated)
    said = (
        "{flow.studies_included} included, {flow.studies_pooled} pooled, {studies.narrated} known "
        "to be narrated"
    )
    rest = included - pooled - len(narrated)
    adds_up = "adds up" if rest == 0 else "the other narrated ones are not known here"
    if rest < 0:
        return Finding("contradicted", f"{said}: does not add up", claim["missing"], basis=basis)
    return Finding("not_checkable", f"{said}: {adds_up}", claim["missing"], basis=basis)


def _where(claim):
    """Where our value is on another scale than the print."""
    plain = (claim.get("scale") or "plain") == "plain" or claim["quantity"] not in TOLD_OTHERWISE
    return "" if plain else " on the scale of the analysis"


def _digits(claim, value):
    """Our value as the claim would print it."""
    return decimals(as_printed(claim, value), printed(claim["printed"]).decimals)


def _words(claim, ours, *, same):
    """How our number compares, told with as many digits as the claim has."""
    if not ours.comparable:
        return "not from the same studies"
    if same:
        return f"which prints the same: {claim['printed']}"
    return f"which differs: {_digits(claim, ours.value)}"


def _against_ours(claim, ours, so_far):
    """Compare with the regenerated number, where it is made from the claim's own studies."""
    if ours is None or ours.value is None:
        return so_far
    same = printed(claim["printed"]).holds(as_printed(claim, ours.value))
    beside = f"regenerated: {{{ours.id}}}{_where(claim)}, {_words(claim, ours, same=same)}"
    said = "; ".join(filter(None, (so_far.arithmetic, beside)))
    verdict, missing = so_far.verdict, so_far.missing
    if ours.comparable and verdict != "contradicted":
        if same:
            verdict, missing = "reproduced", ""
        elif claim["convention"] == "stated":
            verdict = "contradicted"
            missing = claim["missing"] or "why the regenerated number differs"
        else:
            missing = CONVENTION
    basis = tuple(dict.fromkeys((*so_far.basis, *ours.basis)))
    return replace(
        so_far, verdict=verdict, arithmetic=said, missing=missing, rows=ours.rows, basis=basis
    )
