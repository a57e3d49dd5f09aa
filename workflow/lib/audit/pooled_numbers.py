"""Numbers of the registry that come from effect sizes, models and leave-one-out tables."""

import re
import unicodedata

from workflow.lib.audit.registry import CLIPPED, COUNT, REFUSED, Number, ids_of, text_of

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
FROM_SIZES, FROM_VARIANCES = {"beta"}, {"se"}  # with one study: what rests on what
NO_ROWS = {"level"}
STUDY = {  # field of an effect row -> (kind of text, column with its rows)
    "yi": ("effect", "yi_rows"),
    "vi": ("squared", "vi_rows"),
    "sei": ("effect", "vi_rows"),
    "ci_lb": ("effect", "ci_lb_rows"),
    "ci_ub": ("effect", "ci_ub_rows"),
}
AT_ZERO = {"tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q"}


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
    value, rows = fit[item], _rows_of(item, model)
    if _equal_effects(model) and _is_idle(item, fit, model):
        rows = model["vi_rows"]
    reason = dict(fit["reasons"]).get(item, "")
    own_unit = {"": model["unit"], "squared": f"squared {model['unit']}"}.get(unit, unit)
    return Number(
        *(number_id, value, text_of(value, kind, reason)),
        *(own_unit, own_unit if unit else model["unit"]),
        f"{model['measure']}; {fit['tag']}",
        **made,
        rows=tuple(rows),
        basis=_of_config(model) if item in NO_ROWS else tuple(model["basis"]),
        stands=_decisions(item, model) | _stands(item, rows, fit, model),
    )


def _stands(item, rows, fit, model):
    """Rows that need not move this field: it is a count, missing, or at the end of its range."""
    value = fit[item]
    if POOLED[item][0] == "count" or value is None:
        return dict.fromkeys(rows, COUNT)
    if (item in AT_ZERO and value == 0) or (item == "H2" and value == 1):
        return dict.fromkeys(rows, CLIPPED)
    idle = _is_idle(item, fit, model) and not _equal_effects(model)
    return dict.fromkeys(_idle_effects(model), CLIPPED) if idle else {}


def _equal_effects(model):
    """Whether tau2 is zero by the method, not by the data."""
    return model["fit"]["method"] in ("EE", "MH")


def _is_idle(item, fit, model):
    """Whether this field has nothing of the effect sizes, because tau2 is zero.

    The standard error of the ad hoc test is then the Wald one, as long as its scale is one.
    """
    if not _at_zero(model):
        return False
    wald = next(one["se"] for one in model["tests"] if one["test"] == "z")
    return item == "se_tau2" or (item == "se" and fit["test"] != "knha" and fit["se"] == wald)


def _at_zero(model):
    """Whether tau2 of several studies is zero."""
    return len(model["studies"]) > 1 and model["fit"]["tau2"] == 0


def _idle_effects(model):
    """Rows of effect sizes that no variance rests on: idle in a variance where tau2 is zero."""
    return [row for row in model["yi_rows"] if row not in model["vi_rows"]]


def _of_config(model):
    return (f"config:analyses.{model['analysis']}",)


def _rows_of(item, model):
    """Extraction rows of one field; with one study the estimate does not rest on the variance."""
    if item in NO_ROWS or (item == "tau2" and _equal_effects(model)):
        return []
    if item in model["own_rows"]:
        return model["own_rows"][item]
    one_study = len(model["studies"]) == 1
    if one_study and item in FROM_SIZES:
        return model["yi_rows"]
    if one_study and item in FROM_VARIANCES:
        return model["vi_rows"]
    return _all_rows(model)


def _all_rows(model):
    return list(dict.fromkeys([*model["yi_rows"], *model["vi_rows"]]))


def _decisions(item, model):
    """Rows that only decided which studies are pooled, and how."""
    return {} if item in NO_ROWS else dict.fromkeys(model["decision_rows"], REFUSED)


def _role_counts(model, made):
    """How many of the pooled studies are candidates, and how many are confirmed."""
    rows = _all_rows(model)
    for role, count in model["roles"].items():
        yield Number(
            *(f"pooled.{model['analysis']}.k_{role}", count, str(count), "studies", "count"),
            f"pooled studies with the role {role}",
            **made,
            rows=tuple(rows),
            basis=tuple(model["basis"]),
            stands=dict.fromkeys(model["decision_rows"], REFUSED) | dict.fromkeys(rows, COUNT),
        )


def _probabilities(model, made):
    """Probability that the true effect, or the mean, exceeds the threshold."""
    found, name = model["probability"], model["analysis"]
    rows = _rows_of("ci_lb", model)
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
            stands=dict.fromkeys(model["decision_rows"], REFUSED)
            | (dict.fromkeys(rows, COUNT) if value is None else {}),
        )


def effect_numbers(effects, model, names):
    """Numbers study.<analysis>.<study>.<field> of the pooled studies of one analysis."""
    analysis = model["analysis"]
    made = {"rule": "estimate_effects", "file": f"results/effects/{analysis}.csv"}
    for row in (row for row in effects if row["status"] == "pooled"):
        base = f"study.{analysis}.{names[row['study']]}"
        for item, (kind, column) in STUDY.items():
            yield Number(
                *(f"{base}.{item}", row[item], text_of(row[item], kind)),
                *(model["unit"], model["unit"], row["method"]),
                **made,
                rows=ids_of(row[column]),
                basis=(*_of_config(model), *ids_of(row["basis"])),
                stands=dict.fromkeys(ids_of(row["decision_rows"]), REFUSED),
            )
        if row["ni"]:
            yield Number(
                *(f"{base}.ni", row["ni"], str(row["ni"]), "patients", "count"),
                "patients in the analysis",
                **made,
                rows=ids_of(row["ni_rows"]),
                basis=tuple(
                    part for part in ids_of(row["basis"]) if not part.startswith("config:")
                ),
                stands=dict.fromkeys(ids_of(row["decision_rows"]), REFUSED),
            )
    yield from _weights(analysis, names, model)


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
    rows = _all_rows(model) if len(model["studies"]) > 1 else ()
    idle = dict.fromkeys(_idle_effects(model), CLIPPED) if _at_zero(model) else {}
    if _equal_effects(model) and rows:
        rows, idle = model["vi_rows"], {}
    return {
        "rows": tuple(rows),
        "basis": tuple(model["basis"]),
        "stands": _decisions("weight", model) | idle,
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
                **_left_lineage(item, value, row),
            )


def _left_lineage(item, value, row):
    """Rows, basis and what stands of one field of the pool without one study."""
    yi_rows, vi_rows = ids_of(row["yi_rows"]), ids_of(row["vi_rows"])
    both = tuple(dict.fromkeys(yi_rows + vi_rows))
    rows = yi_rows if row["k"] == 1 and item == "beta" else both
    stands = dict.fromkeys(ids_of(row["decision_rows"]), REFUSED)
    if item == "k" or value is None:
        stands |= dict.fromkeys(rows, COUNT)
    return {"rows": rows, "basis": ids_of(row["basis"]), "stands": stands}
