"""Numbers of the registry that come from effect sizes, models and leave-one-out tables."""

import re
import unicodedata

from workflow.lib.audit.pooled_lineage import (
    NO_ROWS,
    all_rows,
    at_zero,
    decisions,
    equal_effects,
    idle_effects,
    of_config,
    only_of_variances,
    rows_of,
    standing,
    unused_studies,
)
from workflow.lib.audit.registry import CANCELS, CLIPPED, COUNT, Number, deciding, ids_of, text_of

# field of Pooled -> (kind of text, unit; "" = the unit of beta)
POOLED = {
    "k": ("count", "studies"),
    "beta": ("effect", ""),
    "se": ("effect", ""),
    "stat": ("effect", "ratio"),
    "df": ("count", "degrees of freedom"),
    "pval": ("p", "probability"),
    "ci_lb": ("effect", ""),
    "ci_ub": ("effect", ""),
    "pi_lb": ("effect", ""),
    "pi_ub": ("effect", ""),
    "tau2": ("squared", "squared"),
    "se_tau2": ("squared", "squared"),
    "tau2_lb": ("squared", "squared"),
    "tau2_ub": ("squared", "squared"),
    "I2": ("percent", "percent"),
    "I2_Q": ("percent", "percent"),
    "H2": ("ratio", "ratio"),
    "QE": ("effect", "squared ratio"),
    "QE_df": ("count", "degrees of freedom"),
    "QEp": ("p", "probability"),
    "level": ("score", "percent"),
}
BY_TEST = ("se", "stat", "df", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub")
STUDY = {  # field of an effect row -> (kind of text, column with its rows)
    "yi": ("effect", "yi_rows"),
    "vi": ("squared", "vi_rows"),
    "sei": ("effect", "vi_rows"),
    "ci_lb": ("effect", "ci_lb_rows"),
    "ci_ub": ("effect", "ci_ub_rows"),
}


def key(text):
    """A piece of an id: lower-case ASCII letters, digits and _, for any study name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    bare = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    return bare or "x" + text.encode("utf-8").hex()[:12]


def keys(texts):
    """text -> key, with a number behind keys that would be the same."""
    found = {}
    for text in dict.fromkeys(texts):
        base = candidate = key(text)
        count = 2
        while candidate in found.values():
            candidate, count = f"{base}_{count}", count + 1
        found[text] = candidate
    return found


def model_numbers(model):
    """Numbers pooled.<analysis>.<field> of one model record, and .<test>.<field> for each test."""
    name, fit = model["analysis"], model["fit"]
    made = {"rule": "fit_model", "file": f"results/models/{name}.json"}
    for item in POOLED:
        yield _pooled(f"pooled.{name}.{item}", item, fit, model, made)
    for variant in model["tests"]:
        for item in BY_TEST:
            yield _pooled(f"pooled.{name}.{variant['test']}.{item}", item, variant, model, made)
    yield from _role_counts(model, made)
    if model["probability"]:
        yield from _probabilities(model, made)


def _pooled(number_id, item, fit, model, made):
    """One field of a fit as a number, with its lineage."""
    kind, unit = POOLED[item]
    value, rows = fit[item], rows_of(item, fit, model)
    reason = dict(fit["reasons"]).get(item, "")
    own_unit = {"": model["unit"], "squared": f"squared {model['unit']}"}.get(unit, unit)
    return Number(
        *(number_id, value, text_of(value, kind, reason)),
        *(own_unit, own_unit if unit else model["unit"]),
        f"{model['measure']}; {fit['tag']}",
        **made,
        rows=tuple(rows),
        basis=of_config(model) if item in NO_ROWS else tuple(model["basis"]),
        stands=decisions(item, rows, model) | standing(item, rows, fit, model),
    )


def _role_counts(model, made):
    """How many of the pooled studies are candidates, and how many are confirmed."""
    rows = all_rows(model)
    for role, count in model["roles"].items():
        yield Number(
            *(f"pooled.{model['analysis']}.k_{role}", count, str(count), "studies", "count"),
            f"pooled studies with the role {role}",
            **made,
            rows=tuple(rows),
            basis=tuple(model["basis"]),
            stands=deciding(model["decision_rows"], rows) | dict.fromkeys(rows, COUNT),
        )


def _probabilities(model, made):
    """Probability that the true effect, or the mean, exceeds the threshold."""
    found, name = model["probability"], model["analysis"]
    rows = rows_of("ci_lb", model["fit"], model)
    basis = (*model["basis"], f"config:thresholds.{found['key']}")
    for item, words in (("value", "true effect in a new setting"), ("mean_value", "mean effect")):
        value = found[item]
        suffix = "" if item == "value" else "_mean"
        yield Number(
            *(f"pooled.{name}.prob_beyond{suffix}", value),
            *(text_of(value, "probability", found["reason"] or ""), "probability", "probability"),
            f"{words} above {found['threshold']:g}; {found['tag'] or 'not estimable'}",
            **made,
            rows=tuple(rows),
            basis=basis,
            stands=decisions("ci_lb", rows, model)
            | (dict.fromkeys(rows, COUNT) if value is None else {}),
        )


def effect_numbers(effects, model, names):
    """Numbers study.<analysis>.<study>.<field> of the pooled studies of one analysis."""
    analysis = model["analysis"]
    made = {"rule": "estimate_effects", "file": f"results/effects/{analysis}.csv"}
    for row in (row for row in effects if row["status"] == "pooled"):
        base = f"study.{analysis}.{names[row['study']]}"
        basis = (*of_config(model), *ids_of(row["basis"]))
        for item, (kind, column) in STUDY.items():
            yield Number(
                *(f"{base}.{item}", row[item], text_of(row[item], kind)),
                *(model["unit"], model["unit"], row["method"]),
                **made,
                rows=ids_of(row[column]),
                basis=basis,
                stands=_study_decisions(row, ids_of(row[column]))
                | deciding(
                    only_of_variances(basis, ids_of(row["yi_basis"])) if item == "yi" else ()
                ),
            )
        if row["ni"]:
            yield Number(
                *(f"{base}.ni", row["ni"], str(row["ni"]), "patients", "count"),
                "patients in the analysis",
                **made,
                rows=ids_of(row["ni_rows"]),
                basis=basis,
                stands=_study_decisions(row, ids_of(row["ni_rows"])),
            )
    yield from _weights(analysis, names, model)


def _study_decisions(row, own):
    """Rows without which the study would have no effect size, and that are not behind this field."""
    names = ("decision_rows", "yi_rows", "vi_rows", "ni_rows")
    return deciding([one for name in names for one in ids_of(row[name])], own)


def _weights(analysis, names, model):
    """Percent weights; they rest on all variances, and through tau2 on all effect sizes."""
    lineage = weight_lineage(model)
    for study, weight in zip(model["studies"], model["fit"]["weights"], strict=True):
        yield Number(
            *(f"study.{analysis}.{names[study]}.weight", weight, text_of(weight, "weight")),
            *("percent", "percent", f"inverse variance; {model['fit']['tag']}"),
            rule="fit_model",
            file=f"results/models/{analysis}.json",
            **lineage,
        )


def weight_lineage(model):
    """Rows, basis and what stands of a weight of one pool."""
    rows = all_rows(model) if len(model["studies"]) > 1 else ()
    idle = dict.fromkeys(idle_effects(model), CLIPPED) if at_zero(model) else {}
    if not rows:  # the weight of one study over their sum, which is itself
        own = f"config:analyses.{model['analysis']}"
        idle |= {entry: CANCELS for entry in model["basis"] if entry == own}
    if equal_effects(model) and rows:
        rows, idle = model["vi_rows"], {}
    return {
        "rows": tuple(rows),
        "basis": tuple(model["basis"]),
        "stands": decisions("beta" if not rows else "weight", rows, model) | idle,
    }


def leave_one_out_numbers(table, model, names):
    """Numbers leave_one_out.<analysis>.<study>.<field>: the pool without that study."""
    analysis, unit = model["analysis"], model["unit"]
    for row in table:
        fields = {item: row[item] for item in ("k", "beta", "ci_lb", "ci_ub", "pval")}
        fields |= {f"{row['other_test']}.{end}": row[f"other_{end}"] for end in ("ci_lb", "ci_ub")}
        for item, value in fields.items():
            kind = {"k": "count", "pval": "p"}.get(item, "effect")
            yield Number(
                *(f"leave_one_out.{analysis}.{names[row['without']]}.{item}", value),
                text_of(value, kind, "no study left"),
                *({"k": "studies", "pval": "probability"}.get(item, unit), unit, row["method"]),
                rule="fit_model",
                file=f"results/robustness/leave_one_out_{analysis}.csv",
                **_left_lineage(item, value, row, model),
            )


def _left_lineage(item, value, row, model):
    """Rows, basis and what stands of one field of the pool without one study.

    What only the study left out rests on decided that there is such a pool.
    """
    yi_rows, vi_rows = ids_of(row["yi_rows"]), ids_of(row["vi_rows"])
    both = tuple(dict.fromkeys(yi_rows + vi_rows))
    rows = yi_rows if row["k"] == 1 and item == "beta" else both
    basis, alone = ids_of(row["basis"]), row["k"] == 1 and item == "beta"
    idle = only_of_variances(basis, ids_of(row["yi_basis"])) if alone else ()
    stands = deciding([*ids_of(row["decision_rows"]), *all_rows(model)], rows)
    stands |= unused_studies(model) | deciding([*model["basis"]], basis) | deciding(idle)
    if item == "k" or value is None:
        stands |= dict.fromkeys(rows, COUNT)
    return {"rows": rows, "basis": basis, "stands": stands}
