"""Numbers of the registry that come from published claims: as printed, implied, and counted verdicts."""

from dataclasses import asdict

from workflow.lib.audit.claims import ESTIMATE, LIMITS, k_claim, members_of
from workflow.lib.audit.implied import Implied
from workflow.lib.audit.registry import COUNT, Number, decimals, ids_of, text_of

# field of Implied -> kind of text
CLAIMED = {
    "se": "fine",
    "se_lb": "precise",
    "se_ub": "precise",
    "stat_lb": "fine",
    "stat_ub": "fine",
    "p_lb": "precise",
    "p_ub": "precise",
    "mid_lb": "fine",
    "mid_ub": "fine",
    "df": "count",
    "t_p": "fine",
    "t_p_lb": "precise",
    "t_p_ub": "precise",
    "hk_lb": "effect",
    "hk_ub": "effect",
    "hk_pval": "effect",
    "hk_se_max": "fine",
}
RENAMED = {"stat_lb": "z_lb", "stat_ub": "z_ub"}
PRECISE = 4  # decimals
WITHOUT_ESTIMATE = ("se", "se_lb", "se_ub", "mid_lb", "mid_ub")  # from the limits alone
OF_K = ("df", "t_p", "t_p_lb", "t_p_ub", "hk_lb", "hk_ub", "hk_pval", "hk_se_max")
VERDICTS = ("reproduced", "consistent", "contradicted", "not_checkable")
WALD = "from the printed digits; Wald z (Bland and Altman 2011)"
UNDER_T = "from the printed digits; t with k - 1 df (Knapp and Hartung 2003)"
MADE = {"rule": "audit_claims", "file": "results/audit/claims.csv"}


def claim_numbers(claims, groups):
    """claims.<id>.printed, and claims.<group>.<quantity> for what each printed result implies."""
    for claim in claims:
        yield from _printed_numbers(claim)
    for group, found in groups.items():
        yield from _implied_numbers(group, found, claims)


def _printed_numbers(claim):
    """The claimed number in its printed digits, and the level of its interval."""
    name, basis = f"claims.{claim['id']}", (f"claims:{claim['id']}",)
    method = "as printed by the source"
    if claim["quantity"] != "words":
        text = claim["printed"]
        value = float(text.removeprefix("<"))
        about = (f"{name}.printed", value, text, claim["quantity"], "as printed", method)
        yield Number(*about, **MADE, basis=basis)
    if claim["level"] is not None:
        text = f"{claim['level']:g}"
        about = (f"{name}.level", claim["level"], text, "percent", "percent", method)
        yield Number(*about, **MADE, basis=basis)


def _implied_numbers(group, found: Implied, claims):
    fields = asdict(found)
    for item, kind in CLAIMED.items():
        value = fields[item]
        unit = "probability" if "p" in item.split("_") or item == "hk_pval" else "as printed"
        yield Number(
            f"claims.{group}.{RENAMED.get(item, item)}",
            value,
            _text(value, kind, item),
            unit,
            unit,
            UNDER_T if item in OF_K else WALD,
            **MADE,
            basis=_basis(item, group, claims),
        )


def _text(value, kind, item):
    if value is None and item in OF_K:
        return "k is not known"
    precise = kind == "precise" and value is not None
    return decimals(value, PRECISE) if precise else text_of(value, "fine" if precise else kind)


def _basis(item, group, claims):
    """The claims that one implied quantity rests on."""
    members = members_of(group, claims)
    needed = {
        "df": (),
        "hk_se_max": (ESTIMATE,),
        **dict.fromkeys(WITHOUT_ESTIMATE, LIMITS),
    }.get(item, (ESTIMATE, *LIMITS))
    k = k_claim(claims) if item in OF_K else None
    level = ("ci_lb",) if item == "hk_se_max" else ()  # t at the level of the interval
    own = [members[name]["id"] for name in (*needed, *level)]
    return tuple(f"claims:{name}" for name in [*own, *([k["id"]] if k else [])])


def verdict_numbers(audited):
    """audit.claims and audit.<verdict>: how many claims there are, and with which verdict."""
    own = tuple(f"claims:{row['claim']}" for row in audited)
    rows = tuple(dict.fromkeys(part for row in audited for part in ids_of(row["rows"])))
    basis = tuple(part for row in audited for part in ids_of(row["basis"]))
    groups = {
        verdict: [row for row in audited if row["verdict"] == verdict] for verdict in VERDICTS
    }
    yield Number(
        *("audit.claims", len(audited), str(len(audited)), "claims", "count", "count of claims"),
        **MADE,
        basis=own,
    )
    for name, members in groups.items():
        yield Number(
            *(f"audit.{name}", len(members), str(len(members)), "claims", "count"),
            "count of verdicts",
            **MADE,
            rows=rows,
            basis=(*own, *basis),
            stands=dict.fromkeys(rows, COUNT),
        )
