"""Numbers of the registry that come from effect sizes, models and leave-one-out tables."""

import re
import unicodedata

from workflow.lib.audit.registry import CLIPPED, COUNT, REFUSED, Number, text_of

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
    value, rows, stands = fit[item], _rows_of(item, model), {}
    reason = dict(fit["reasons"]).get(item, "")
    if kind == "count" or value is None:
        stands = dict.fromkeys(rows, COUNT)
    elif item in AT_ZERO and value == 0 or item == "H2" and value == 1:
        stands = dict.fromkeys(rows, CLIPPED)
    stands |= dict.fromkeys(_decisions(item, model), REFUSED)
    unit = {"": model["unit"], "squared": f"squared {model['unit']}"}.get(unit, unit)
    return Number(
        *(
            number_id,
            value,
            text_of(value, kind, reason),
            unit,
            model["unit"] if not POOLED[item][1] else unit,
        ),
        f"{model['measure']}; {fit['tag']}",
        **made,
        rows=tuple(rows),
        basis=() if item in NO_ROWS else tuple(model["basis"]),
        stands=stands,
    )


def _rows_of(item, model):
    """Extraction rows of one field; with one study the estimate does not rest on the variance."""
    if item in NO_ROWS:
        return []
    if item in model["own_rows"]:
        return model["own_rows"][item]
    one_study = len(model["studies"]) == 1
    if one_study and item in FROM_SIZES:
        return model["yi_rows"]
    if one_study and item in FROM_VARIANCES:
        return model["vi_rows"]
    return list(dict.fromkeys([*model["yi_rows"], *model["vi_rows"]]))


def _decisions(item, model):
    return [] if item in NO_ROWS else model["decision_rows"]


def _role_counts(model, made):
    """How many of the pooled studies are candidates, and how many are confirmed."""
    for role, count in model["roles"].items():
        yield Number(
            *(f"pooled.{model['analysis']}.k_{role}", count, str(count), "studies", "count"),
            f"pooled studies with the role {role}",
            **made,
            rows=tuple(model["yi_rows"]),
            basis=tuple(model["basis"]),
            stands=dict.fromkeys([*model["yi_rows"], *model["decision_rows"]], COUNT),
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
    for row in effects:
        if row["status"] != "pooled":
            continue
        yi_rows, vi_rows = _ids(row["yi_rows"]), _ids(row["vi_rows"])
        basis = _ids(row["basis"])
        limits = {name: _ids(row[f"{name}_rows"]) for name in ("ci_lb", "ci_ub")}
        for item, rows in {"yi": yi_rows, "vi": vi_rows, "sei": vi_rows, **limits}.items():
            kind = "squared" if item == "vi" else "effect"
            yield Number(
                *(
                    f"study.{analysis}.{names[row['study']]}.{item}",
                    row[item],
                    text_of(row[item], kind),
                ),
                *(model["unit"], model["unit"], row["method"]),
                **made,
                rows=rows,
                basis=basis,
            )
    yield from _weights(analysis, names, model)


def _weights(analysis, names, model):
    """Percent weights; they rest on all variances, and through tau2 on all effect sizes."""
    rows = _rows_of("ci_lb", model) if len(model["studies"]) > 1 else ()
    for study, weight in zip(model["studies"], model["fit"]["weights"], strict=True):
        yield Number(
            *(f"study.{analysis}.{names[study]}.weight", weight, text_of(weight, "weight")),
            *("percent", "percent", f"inverse variance; {model['fit']['tag']}"),
            rule="fit_model",
            file=f"results/models/{analysis}.json",
            rows=tuple(rows),
            basis=tuple(model["basis"]),
            stands=dict.fromkeys(model["decision_rows"], REFUSED),
        )


def leave_one_out_numbers(table, model, names):
    """Numbers leave_one_out.<analysis>.<study>.<field>: the pool without that study."""
    analysis, unit = model["analysis"], model["unit"]
    for row in table:
        yi_rows, vi_rows = _ids(row["yi_rows"]), _ids(row["vi_rows"])
        both = tuple(dict.fromkeys(yi_rows + vi_rows))
        one = row["k"] == 1
        for item in ("k", "beta", "ci_lb", "ci_ub", "pval"):
            rows = yi_rows if one and item == "beta" else both
            kind = {"k": "count", "pval": "p"}.get(item, "effect")
            empty = kind == "count" or row[item] is None
            yield Number(
                *(f"leave_one_out.{analysis}.{names[row['without']]}.{item}", row[item]),
                text_of(row[item], kind, "no study left"),
                *({"k": "studies", "pval": "probability"}.get(item, unit), unit, row["method"]),
                rule="fit_model",
                file=f"results/robustness/leave_one_out_{analysis}.csv",
                rows=rows,
                basis=_ids(row["basis"]),
                stands=dict.fromkeys(rows, COUNT) if empty else {},
            )


def _ids(text):
    return tuple(part for part in (text or "").split(";") if part)
