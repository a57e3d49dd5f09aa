"""Numbers of the registry that are not pooled: reported, prepared, counted, claimed, assumed."""

from dataclasses import asdict

from workflow.lib.audit.implied import Implied
from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.audit.registry import COUNT, ORDER, Number, decimals, text_of

# quantities of values.csv that the report may print -> kind of text
PREPARED = {
    "mean_decrease": "points",
    "mean": "points",
    "sd": "points",
    "sd_change": "points",
    "sd_change_if_paired": "points",
    "r_if_paired": "effect",
    "r_if_paired_lb": "effect",
    "r_if_paired_ub": "effect",
    "difference_se": "fine",
}
NARRATED = {
    "before": ("score", "points"),
    "after": ("score", "points"),
    "decrease": ("score", "points"),
    "percent_decrease": ("percent", "percent"),
    "sd_percent": ("weight", "percent"),
    "median_percent": ("percent", "percent"),
    "n": ("count", "patients"),
}
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
    "hk_lb": "effect",
    "hk_ub": "effect",
    "hk_pval": "effect",
    "hk_se_max": "fine",
}
VERDICTS = ("reproduced", "consistent", "contradicted", "not_checkable")
WALD = "from the printed digits; Wald z (Bland and Altman 2011)"
UNDER_T = "from the printed digits; t with k - 1 df (Knapp and Hartung 2003)"


def reported_numbers(rows):
    """reported.<row id>: every number of the extraction, in its printed digits."""
    for row in rows:
        try:
            value = float(row["value"])
        except ValueError:
            continue
        unit = row["unit"] or row["quantity"]
        yield Number(
            *(
                f"reported.{row['id']}",
                value,
                row["value"],
                unit,
                row["quantity"],
                "as printed by the source",
            ),
            *("check_inputs", "data/raw/extraction.csv", (row["id"],)),
        )


def prepared_numbers(values, names):
    """prepared.<study>.<arm>.<time point>.<quantity> of converted and derived values."""
    arms, times = keys(row["arm"] for row in values), keys(row["time_point"] for row in values)
    outcomes = keys(row["outcome"] for row in values)
    for row in values:
        kind = PREPARED.get(row["quantity"])
        if kind is None or row["origin"] == "reported":
            continue
        place = (
            names[row["study"]],
            outcomes[row["outcome"]],
            arms[row["arm"]],
            times[row["time_point"]],
        )
        yield Number(
            *(
                f"prepared.{'.'.join(place)}.{row['quantity']}",
                row["value"],
                text_of(row["value"], kind),
            ),
            *(row["unit"], "points", row["method"], "prepare_data", "results/prepared/values.csv"),
            *(_split(row["rows"]), _split(row["basis"])),
        )


def narrated_numbers(rows, names):
    """narrated.<study>.<field> of studies that are told and not pooled, and their count."""
    made = {"rule": "narrate_studies", "file": "results/tables/narrated.csv"}
    for row in rows:
        for item, (kind, unit) in NARRATED.items():
            if row.get(item) is None:
                continue
            own = {"before": "before_rows", "after": "after_rows", "n": "n_rows"}.get(item, "rows")
            ids = _split(row[own])
            yield Number(
                *(
                    f"narrated.{names[row['study']]}.{item}",
                    row[item],
                    text_of(row[item], kind),
                    unit,
                    unit,
                ),
                *("as printed" if item in ("before", "after", "n") else "from printed values",),
                **made,
                rows=ids,
                basis=(f"studies:{row['study']}",),
                stands=dict.fromkeys(ids, ORDER) if item == "median_percent" else {},
            )
    basis = tuple(f"studies:{row['study']}" for row in rows)
    ids = tuple(dict.fromkeys(part for row in rows for part in _split(row["rows"])))
    yield Number(
        *("narrated.k", len(rows), str(len(rows)), "studies", "count", "count of narrated studies"),
        **made,
        rows=ids,
        basis=basis,
        stands=dict.fromkeys(ids, COUNT),
    )


def role_numbers(studies):
    """studies.<role>: how many studies have that role."""
    for role in ("pooled", "candidate", "narrated", "excluded"):
        own = [row["study"] for row in studies if row["role"] == role]
        yield Number(
            *(
                f"studies.{role}",
                len(own),
                str(len(own)),
                "studies",
                "count",
                f"count of role {role}",
            ),
            *("check_inputs", "data/raw/studies.csv", (), tuple(f"studies:{name}" for name in own)),
        )


def flow_numbers(boxes):
    """flow.<box>: counts of the flow diagram; a box that is not reported has no value."""
    for box in boxes:
        method = {"derived": "included minus pooled", "transcribed": "as printed by the source"}
        yield Number(
            *(f"flow.{box['box']}", box["n"], box["text"], "records or studies", "count"),
            method.get(box["origin"], box["origin"].replace("_", " ")),
            *("count_flow", "results/tables/flow.csv", ()),
            tuple(f"flow:{name}" for name in _split(box["basis"])),
        )


def claim_numbers(claims, groups):
    """claims.<id>.printed, and claims.<group>.<quantity> for what each printed result implies."""
    made = {"rule": "audit_claims", "file": "results/audit/claims.csv"}
    for claim in claims:
        if claim["quantity"] == "words":
            continue
        value = float(claim["printed"].removeprefix("<"))
        yield Number(
            *(
                f"claims.{claim['id']}.printed",
                value,
                claim["printed"],
                claim["quantity"],
                "as printed",
            ),
            "as printed by the source",
            **made,
            basis=(f"claims:{claim['id']}",),
        )
        if claim["level"] is not None:
            yield Number(
                *(f"claims.{claim['id']}.level", claim["level"], f"{claim['level']:g}", "percent"),
                *("percent", "as printed by the source"),
                **made,
                basis=(f"claims:{claim['id']}",),
            )
    for group, found in groups.items():
        members = tuple(f"claims:{claim['id']}" for claim in claims if claim["group"] == group)
        yield from _implied_numbers(group, found, members, made)


def _implied_numbers(group, found: Implied, basis, made):
    fields = asdict(found)
    for item, kind in CLAIMED.items():
        value = fields[item]
        text = "k is not known" if value is None else _claim_text(value, kind)
        name = {"stat_lb": "z_lb", "stat_ub": "z_ub"}.get(item, item)
        method = UNDER_T if item.startswith(("t_", "hk_", "df")) else WALD
        unit = "probability" if "p" in item.split("_") else "as printed"
        yield Number(f"claims.{group}.{name}", value, text, unit, unit, method, **made, basis=basis)


def _claim_text(value, kind):
    return decimals(value, 4) if kind == "precise" else text_of(value, kind)


def verdict_numbers(audited):
    """audit.claims and audit.<verdict>: how many claims there are, and with which verdict."""
    made = {"rule": "audit_claims", "file": "results/audit/claims.csv"}
    groups = {
        verdict: [row for row in audited if row["verdict"] == verdict] for verdict in VERDICTS
    }
    for name, rows in {"claims": audited, **groups}.items():
        yield Number(
            *(f"audit.{name}", len(rows), str(len(rows)), "claims", "count", "count of verdicts"),
            **made,
            basis=tuple(f"claims:{row['claim']}" for row in audited),
        )


def config_numbers(config):
    """assumption.<id>, threshold.<id>, yardstick.<id>.<field>: numbers that config.yaml decides."""
    made = ("check_inputs", "config.yaml", ())
    for name, item in config["assumptions"].items():
        text, basis = f"{item['value']:g}", (f"assumptions:{name}",)
        yield Number(
            *(
                f"assumption.{name}",
                item["value"],
                text,
                item["quantity"],
                item["quantity"],
                "assumed",
            ),
            *(*made, basis),
        )
    for name, item in config["thresholds"].items():
        text, basis = f"{item['value']:g}", (f"config:thresholds.{name}",)
        yield Number(
            *(
                f"threshold.{name}",
                item["value"],
                text,
                "points",
                "points",
                f"cited: {item['citation']}",
            ),
            *(*made, basis),
        )
    for name, item in config["yardsticks"].items():
        for part in ("value", "ci_lb", "ci_ub"):
            yield Number(
                *(
                    f"yardstick.{name}.{part}",
                    item[part],
                    text_of(item[part], "effect"),
                    "SD",
                    "standardised",
                ),
                *(f"cited: {item['citation']}", *made, (f"config:yardsticks.{name}",)),
            )


def outcome_numbers(config):
    """scale.<outcome>.<end>: the ends of the common scale of each outcome."""
    for name, outcome in config["outcomes"].items():
        for end in ("low", "high"):
            yield Number(
                *(
                    f"scale.{name}.{end}",
                    outcome[end],
                    f"{outcome[end]:g}",
                    "points",
                    "points",
                    "declared",
                ),
                *("check_inputs", "config.yaml", (), (f"config:outcomes.{name}",)),
            )


def _split(text):
    return tuple(part for part in (text or "").split(";") if part)
