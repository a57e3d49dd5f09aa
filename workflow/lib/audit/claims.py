"""Verdicts on published claims, each with its arithmetic.

reproduced      recomputed to the printed digits from other rows than the claim's own sentence
consistent      the values that the printed digits stand for can all be true together
contradicted    they cannot
not_checkable   nothing else says it; `missing` tells what would
"""

from dataclasses import dataclass

from workflow.lib.audit.implied import implied
from workflow.lib.audit.rounding import meets, printed, prints_as

COUNTS = ("records_identified", "studies_included", "studies_pooled", "studies_narrated")


@dataclass(frozen=True, slots=True)
class Ours:
    """A regenerated number that stands beside a claim."""

    id: str
    value: float | None
    comparable: bool  # made from the very studies that the claim is about


def audit_claims(claims, *, ours, flow, narrated):
    """Rows of results/audit/claims.csv, one per claim and in its order.

    `claims` are text rows of claims.csv; `ours` maps a counterpart's id to Ours; `flow` maps a box
    to its (count, origin); `narrated` is the number of studies with that role.
    """
    groups = implied_groups(claims)
    rows = []
    for claim in claims:
        if claim["quantity"] in COUNTS:
            verdict, arithmetic, missing = _count(claim, flow, narrated)
        elif claim["quantity"] == "words":
            verdict, arithmetic, missing = "not_checkable", "", claim["missing"]
        else:
            verdict, arithmetic, missing = _statistic(claim, groups, claims)
            verdict, arithmetic, missing = _against_ours(
                claim, ours.get(claim["counterpart"]), (verdict, arithmetic, missing)
            )
        rows.append(_row(claim, verdict, arithmetic, missing))
    return rows


def implied_groups(claims):
    """group -> Implied, for each group that prints an estimate with its interval."""
    k = next((int(c["printed"]) for c in claims if c["quantity"] == "studies_pooled"), None)
    found = {}
    for group in dict.fromkeys(claim["group"] for claim in claims):
        members = _members(group, claims)
        if {"estimate", "ci_lb", "ci_ub"} <= set(members):
            three = (printed(members[name]["printed"]) for name in ("estimate", "ci_lb", "ci_ub"))
            level = float(members["ci_lb"]["level"])
            found[group] = implied(*three, level=level, k=k)
    return found


def _members(group, claims):
    return {claim["quantity"]: claim for claim in claims if claim["group"] == group}


def _row(claim, verdict, arithmetic, missing):
    return {
        "claim": claim["id"],
        **{
            name: claim[name]
            for name in ("group", "quantity", "sentence", "printed", "counterpart")
        },
        **{name: claim[name] for name in ("quote", "source")},
        "verdict": verdict,
        "arithmetic": arithmetic,
        "missing": "" if verdict in ("reproduced", "consistent") else missing,
    }


def _count(claim, flow, narrated):
    """A count: against our own count where records are open, else only its arithmetic."""
    n, origin = flow.get(claim["quantity"], (None, "not_reported"))
    number = int(float(claim["printed"]))
    if origin == "counted":
        verdict = "reproduced" if n == number else "contradicted"
        return verdict, f"counted from the records: {{flow.{claim['quantity']}}}", claim["missing"]
    included, pooled = (
        flow.get(box, (None, ""))[0] for box in ("studies_included", "studies_pooled")
    )
    part_of_sum = claim["quantity"] in COUNTS[1:] and None not in (included, pooled)
    if not part_of_sum:
        return "not_checkable", "", claim["missing"]
    adds_up = included == pooled + narrated
    sum_words = "{flow.studies_included} included = {flow.studies_pooled} pooled + {studies.narrated} narrated"
    arithmetic = f"{sum_words}: {'adds up' if adds_up else 'does not add up'}"
    return "not_checkable" if adds_up else "contradicted", arithmetic, claim["missing"]


def _statistic(claim, groups, claims):
    """An estimate, limit, z or p against the rest of its own result."""
    group, number = claim["group"], printed(claim["printed"])
    if group not in groups or claim["quantity"] == "estimate":
        return "not_checkable", "", claim["missing"]
    check = {"zval": _z, "pval": _p, "ci_lb": _limit, "ci_ub": _limit}[claim["quantity"]]
    agrees, arithmetic = check(number, groups[group], group, _members(group, claims))
    return "consistent" if agrees else "contradicted", arithmetic, ""


def _z(number, found, group, _):
    text = f"estimate over SE gives {{claims.{group}.z_lb}} to {{claims.{group}.z_ub}}"
    return meets(number, found.stat_lb, found.stat_ub), text


def _p(number, found, group, _):
    """p under z; under t(k - 1) the same interval implies another p."""
    text = f"a Wald z interval gives {{claims.{group}.p_lb}} to {{claims.{group}.p_ub}}"
    wald, t = meets(number, found.p_lb, found.p_ub), False
    if found.df is not None:
        t = meets(number, found.t_p_lb, found.t_p_ub)
        verdict = "also consistent" if t else "inconsistent"
        text += f"; a t interval with {{claims.{group}.df}} df would give {{claims.{group}.t_p}}: {verdict}"
    return wald or t, text


def _limit(_, found, group, members):
    """The interval must be centred on its estimate, and agree with z where z is printed."""
    estimate = printed(members["estimate"]["printed"])
    agrees = meets(estimate, found.mid_lb, found.mid_ub)
    text = f"the middle of the interval is {{claims.{group}.mid_lb}} to {{claims.{group}.mid_ub}}"
    if "zval" in members:
        z = printed(members["zval"]["printed"])
        agrees = agrees and meets(z, found.stat_lb, found.stat_ub)
        text += f"; its SE {{claims.{group}.se}} agrees with z" if agrees else "; z disagrees"
    return agrees, text


def _against_ours(claim, ours, so_far):
    """Compare with the regenerated number, where it is made from the claim's own studies."""
    verdict, arithmetic, missing = so_far
    if ours is None or ours.value is None:
        return so_far
    beside = f"regenerated: {{{ours.id}}}"
    arithmetic = f"{arithmetic}; {beside}" if arithmetic else beside
    if not ours.comparable or verdict == "contradicted":
        return verdict, arithmetic, missing
    if prints_as(ours.value, printed(claim["printed"])):
        return "reproduced", arithmetic, ""
    if claim["convention"] == "stated":
        return "contradicted", arithmetic, ""
    return verdict, arithmetic, "how the source computed it: the convention is not stated"


def ours_from_models(models, *, pooled):
    """id -> Ours for the fields of every pool.

    A pool is comparable with the published one if none of its studies is a mere candidate and it
    has as many studies as the source pooled (`pooled`; None if that is not known).
    """
    found = {}
    for model in models:
        same = not model["roles"]["candidate"] and model["fit"]["k"] == pooled
        for item, value in model["fit"].items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                name = f"pooled.{model['analysis']}.{item}"
                found[name] = Ours(name, value, same)
    return found
