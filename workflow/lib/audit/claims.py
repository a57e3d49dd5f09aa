"""Verdicts on published claims, each with its arithmetic.

reproduced      recomputed to the printed digits from other rows than the claim's own sentence
consistent      the values that the printed digits stand for can all be true together
contradicted    they cannot
not_checkable   nothing else says it; `missing` tells what would
"""

from dataclasses import dataclass

from workflow.lib.audit.implied import implied
from workflow.lib.audit.rounding import meets, printed

COUNTS = ("records_identified", "studies_included", "studies_pooled", "studies_narrated")
ESTIMATE, LIMITS = "estimate", ("ci_lb", "ci_ub")
NOTHING_ELSE = "another place that says it"
CONVENTION = "how the source computed it, for it does not state its convention"
JOIN = ";"


@dataclass(frozen=True, slots=True)
class Ours:
    """A regenerated number that stands beside a claim."""

    id: str
    value: float | None
    comparable: bool  # made from the very studies that the claim is about
    rows: tuple[str, ...] = ()  # extraction rows that a verdict on it would rest on
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one comparison says."""

    verdict: str
    arithmetic: str = ""
    missing: str = ""
    rows: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()


def audit_claims(claims, *, ours, flow, narrated):
    """Rows of results/audit/claims.csv, one per claim and in its order.

    `claims` are text rows of claims.csv; `ours` maps a counterpart's id to Ours; `flow` maps a box
    to its (count, origin); `narrated` is the number of studies with that role.
    """
    groups = implied_groups(claims)
    return [
        _row(claim, _finding(claim, claims, groups, ours, (flow, narrated))) for claim in claims
    ]


def _finding(claim, claims, groups, ours, counts):
    """The finding on one claim, by its kind."""
    if claim["quantity"] in COUNTS:
        return _count(claim, *counts)
    if claim["quantity"] == "words":
        return Finding("not_checkable", "", claim["missing"])
    beside = ours.get(claim["counterpart"])
    return _against_ours(claim, beside, _statistic(claim, groups, claims))


def implied_groups(claims):
    """group -> Implied, for each group that prints an estimate with its interval."""
    found, counted = {}, k_claim(claims)
    k = int(printed(counted["printed"]).value) if counted else None
    for group in dict.fromkeys(claim["group"] for claim in claims):
        members = members_of(group, claims)
        if {ESTIMATE, *LIMITS} <= set(members):
            three = (printed(members[name]["printed"]) for name in (ESTIMATE, *LIMITS))
            level = float(members["ci_lb"]["level"])
            found[group] = implied(*three, level=level, k=k)
    return found


def k_claim(claims):
    """The claim that says how many studies were pooled, or None."""
    return next((claim for claim in claims if claim["quantity"] == "studies_pooled"), None)


def members_of(group, claims):
    """quantity -> claim of one group."""
    return {claim["quantity"]: claim for claim in claims if claim["group"] == group}


def _row(claim, finding):
    known = finding.verdict in ("reproduced", "consistent")
    return {
        "claim": claim["id"],
        **{
            name: claim[name]
            for name in ("group", "quantity", "sentence", "printed", "counterpart")
        },
        **{name: claim[name] for name in ("quote", "source")},
        "verdict": finding.verdict,
        "arithmetic": finding.arithmetic,
        "missing": "" if known else finding.missing or NOTHING_ELSE,
        "rows": JOIN.join(finding.rows),
        "basis": JOIN.join(finding.basis),
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
    said = (
        "{flow.studies_included} included, {flow.studies_pooled} pooled, {studies.narrated} known "
        "to be narrated"
    )
    rest = included - pooled - narrated
    adds_up = "adds up" if rest == 0 else "the other narrated ones are not known here"
    if rest < 0:
        return Finding("contradicted", f"{said}: does not add up", claim["missing"], basis=basis)
    return Finding("not_checkable", f"{said}: {adds_up}", claim["missing"], basis=basis)


def _statistic(claim, groups, claims):
    """An estimate, limit, z or p against the rest of its own result."""
    group, quantity = claim["group"], claim["quantity"]
    if group not in groups:
        return Finding("not_checkable", "", claim["missing"])
    members = {name: printed(c["printed"]) for name, c in members_of(group, claims).items()}
    check = {"zval": _z, "pval": _p, ESTIMATE: _middle}.get(quantity, _limit)
    agrees, arithmetic = check(members, groups[group], f"claims.{group}")
    if not agrees:
        return Finding("contradicted", arithmetic, "which of the printed numbers is wrong")
    if quantity == ESTIMATE:  # its own interval is no second source for it
        return Finding("not_checkable", arithmetic, claim["missing"])
    return Finding("consistent", arithmetic)


def _z(members, found, base):
    text = f"estimate over SE gives {{{base}.z_lb}} to {{{base}.z_ub}}"
    return meets(members["zval"], found.stat_lb, found.stat_ub), text


def _p(members, found, base):
    """p under z; under t(k - 1) the same interval implies another p."""
    p, words = members["pval"], {True: "consistent", False: "inconsistent"}
    wald, t = meets(p, found.p_lb, found.p_ub), False
    text = f"a Wald z interval gives {{{base}.p_lb}} to {{{base}.p_ub}}: {words[wald]}"
    if found.df is not None:
        t = meets(p, found.t_p_lb, found.t_p_ub)
        span = f"{{{base}.t_p_lb}} to {{{base}.t_p_ub}}"
        text += f"; a t interval with {{{base}.df}} df would give {span}: {words[t]}"
    return wald or t, text


def _middle(members, found, base):
    """A symmetric interval is centred on its estimate."""
    agrees = meets(members[ESTIMATE], found.mid_lb, found.mid_ub)
    words = "agrees with the estimate" if agrees else "is not the estimate"
    return agrees, f"the middle of the interval, {{{base}.mid_lb}} to {{{base}.mid_ub}}, {words}"


def _limit(members, found, base):
    """The interval must be centred on its estimate, and agree with z where z is printed."""
    agrees, text = _middle(members, found, base)
    if "zval" in members:
        fits = meets(members["zval"], found.stat_lb, found.stat_ub)
        words = "agrees" if fits else "disagrees"
        agrees, text = agrees and fits, f"{text}; its SE, {{{base}.se}}, {words} with z"
    return agrees, text


def _against_ours(claim, ours, so_far):
    """Compare with the regenerated number, where it is made from the claim's own studies."""
    if ours is None or ours.value is None:
        return so_far
    same = printed(claim["printed"]).holds(ours.value)
    words = "which prints the same" if same else "which differs"
    if not ours.comparable:
        words = "not from the same studies"
    beside = f"regenerated: {{{ours.id}}}, {words}"
    said = "; ".join(filter(None, (so_far.arithmetic, beside)))
    verdict, missing = so_far.verdict, so_far.missing
    if ours.comparable and verdict != "contradicted":
        if same:
            verdict, missing = "reproduced", ""
        elif claim["convention"] == "stated":
            verdict, missing = "contradicted", "why the regenerated number differs"
        else:
            missing = CONVENTION
    return Finding(verdict, said, missing, ours.rows, ours.basis)


def ours_from_models(models, *, pooled):
    """id -> Ours for the fields of every pool, those under each test included.

    A pool is comparable with the published one if none of its studies is a mere candidate and it
    has as many studies as the source pooled (`pooled`; None if that is not known). A verdict rests
    on the rows of a pool only if its roles would allow a comparison.
    """
    found = {}
    for model in models:
        confirmed = not model["roles"]["candidate"]
        same = confirmed and model["fit"]["k"] == pooled
        lineage = _lineage(model) if confirmed else ((), ())
        fits = {"": model["fit"]} | {f"{one['test']}.": one for one in model["tests"]}
        for prefix, fit in fits.items():
            for item, value in fit.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    name = f"pooled.{model['analysis']}.{prefix}{item}"
                    found[name] = Ours(name, value, same, *lineage)
    return found


def _lineage(model):
    rows = dict.fromkeys([*model["yi_rows"], *model["vi_rows"], *model["decision_rows"]])
    return tuple(rows), ("flow:studies_pooled", *model["basis"])
