"""Numbers of the registry that come from published claims: as printed, implied, and counted verdicts."""

from dataclasses import asdict

from workflow.lib.audit.claim_lines import ESTIMATE, LIMITS, k_claim, lines_of
from workflow.lib.audit.implied import Implied
from workflow.lib.audit.registry import COUNT, Number, deciding, decimals, ids_of, text_of
from workflow.lib.audit.rounding import number_in

# field of Implied -> kind of text
CLAIMED = {
    "se": "fine",
    "se_lb": "precise",
    "se_ub": "precise",
    "stat_lb": "fine",
    "stat_ub": "fine",
    "p_lb": "precise_p",
    "p_ub": "precise_p",
    "mid_lb": "fine",
    "mid_ub": "fine",
    "df": "count",
    "t_p": "p",
    "t_p_lb": "precise_p",
    "t_p_ub": "precise_p",
    "hk_lb": "effect",
    "hk_ub": "effect",
    "hk_pval": "coarse_p",
    "hk_se_max": "fine",
}
RENAMED = {"stat_lb": "z_lb", "stat_ub": "z_ub"}
PRECISE = 4  # decimals
DIGITS = {"precise": PRECISE, "precise_p": PRECISE, "coarse_p": 2}  # kind of text -> decimals
WITHOUT_ESTIMATE = ("se", "se_lb", "se_ub", "mid_lb", "mid_ub")  # from the limits alone
ON_SCALE = ("se", "se_lb", "se_ub", "hk_se_max")  # of a ratio: the standard error of its logarithm
ANALYSED = {
    "log": "logarithm of the printed ratio",
    "z": "Fisher's z of the printed correlation",
    "logit": "log odds of the printed proportion",
}
OF_K = ("df", "t_p", "t_p_lb", "t_p_ub", "hk_lb", "hk_ub", "hk_pval", "hk_se_max")
VERDICTS = ("reproduced", "consistent", "contradicted", "not_checkable")
WALD = "from the printed digits; Wald z (Bland and Altman 2011)"
UNDER_T = "from the printed digits; t with k - 1 df (Knapp and Hartung 2003)"
MADE = {"rule": "audit_claims", "file": "results/audit/claims.csv"}


def claim_numbers(claims, groups):
    """claims.<id>.printed, and claims.<group>.<quantity> for what each printed result implies."""
    for claim in claims:
        yield from _printed_numbers(claim)
    lines = {
        line.group: line for line in lines_of(claims) if line.group in groups and not line.study
    }
    k = k_claim(claims)
    for group, found in groups.items():
        yield from _implied_numbers(lines[group], found, k)


def _printed_numbers(claim):
    """The claimed number in its printed digits, and the level of its interval."""
    name, basis = f"claims.{claim['id']}", (f"claims:{claim['id']}",)
    method = "as printed by the source"
    if claim["quantity"] != "words":
        text = claim["printed"]
        value = number_in(text)
        about = (f"{name}.printed", value, text, claim["quantity"], "as printed", method)
        yield Number(*about, **MADE, basis=basis)
    if claim["level"] is not None:
        text = f"{claim['level']:g}"
        about = (f"{name}.level", claim["level"], text, "percent", "percent", method)
        yield Number(*about, **MADE, basis=basis)


def _implied_numbers(line, found: Implied, k):
    """What one printed result implies; `k` is the claim that says how many studies were pooled."""
    fields = asdict(found)
    needed = [
        f"claims:{name}" for name in line.ids(ESTIMATE, *LIMITS)
    ]  # for anything to be implied
    for item in CLAIMED:
        value, unit = fields[item], _unit(item, line)
        basis = _basis(item, line, line.df_claim or k)
        yield Number(
            f"claims.{line.group}.{RENAMED.get(item, item)}",
            value,
            implied_text(item, value),
            unit,
            unit,
            UNDER_T if item in OF_K else WALD,
            **MADE,
            basis=basis,
            stands=deciding(needed, basis),
        )


def _unit(item, line):
    if "p" in item.split("_") or item == "hk_pval":
        return "probability"
    return ANALYSED.get(line.scale, "as printed") if item in ON_SCALE else "as printed"


def implied_text(item, value):
    """How a field of Implied is printed."""
    kind = CLAIMED[item]
    if value is None and item in OF_K:
        return "k is not known"
    if value is None or kind not in DIGITS:
        return text_of(value, "fine" if kind in DIGITS else kind)
    least = 10 ** -DIGITS[kind]
    small = kind.endswith("_p") and value < least
    return f"<{least:.{DIGITS[kind]}f}" if small else decimals(value, DIGITS[kind])


def _basis(item, line, k):
    """The claims that one implied quantity rests on."""
    needed = {
        "df": (),
        "hk_se_max": (ESTIMATE,),
        **dict.fromkeys(WITHOUT_ESTIMATE, LIMITS),
    }.get(item, (ESTIMATE, *LIMITS))
    level = ("ci_lb",) if item == "hk_se_max" else ()  # t at the level of the interval
    of_k = [k["id"]] if k and item in OF_K else []
    return tuple(f"claims:{name}" for name in [*line.ids(*needed, *level), *of_k])


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
