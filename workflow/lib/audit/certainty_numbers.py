"""Numbers of the summary of findings: certainty.<analysis>.<field>."""

from math import exp

from workflow.lib.audit.pooled_lineage import unused_studies
from workflow.lib.audit.registry import COUNT, Number, deciding, decimals, ids_of, text_of

MADE = {"rule": "rate_certainty", "file": "results/tables/findings.csv"}
PER = "per 1000 persons"
WEIGHTS = ("weight_low", "weight_some", "weight_high", "weight_unjudged")
RISKS = ("assumed", "risk", "risk_lb", "risk_ub", "difference", "difference_lb", "difference_ub")
OF_EFFECT = ("decision_rows", "ni_rows", "yi_rows", "vi_rows")  # without them it is not pooled
ENDS = ("", "_lb", "_ub")
FIT = {"": "beta", "_lb": "ci_lb", "_ub": "ci_ub"}


def certainty_numbers(findings, models, effects, judged):
    """Numbers of all analyses.

    `findings` are rows of the summary of findings; `models` and `effects` are by analysis; `judged`
    are rows of data/raw/certainty.csv.
    """
    for row in findings:
        name = row["analysis"]
        own = [one for one in judged if one["analysis"] == name]
        yield from _sizes(row, models[name], effects[name])
        yield from _effects(row, models[name])
        yield from _suggested(row, models[name])
        yield from _levels(row, own)
    rated = sum(row["certainty"] != "not_rated" for row in findings)
    basis = tuple(f"config:analyses.{row['analysis']}" for row in findings)
    basis += ("certainty:rows",) if judged else ()
    for what, count in (("rated", rated), ("analyses", len(findings))):
        yield Number(
            *(f"certainty.{what}", count, str(count), "analyses", "count", "count of analyses"),
            **MADE,
            basis=basis,
        )


def _sizes(row, model, effects):
    """Persons, events and the optimal information size."""
    name = row["analysis"]
    pooled = [one for one in effects if one["status"] == "pooled"]
    sized = [part for one in pooled for part in ids_of(one["ni_rows"])]
    rows = [part for one in pooled for part in ids_of(one["yi_rows"])]
    basis = tuple(dict.fromkeys(part for one in effects for part in ids_of(one["basis"])))
    basis += (f"config:analyses.{name}",)
    every = [part for one in effects for column in OF_EFFECT for part in ids_of(one[column])]
    known = [
        ("participants", row["participants"], "persons", "sum of the pooled studies", sized),
        ("events", row["events"], "events", "sum of the pooled studies", rows),
    ]
    for field, value, unit, method, own in known:
        if value is not None:
            yield Number(
                *(f"certainty.{name}.{field}", value, str(value), unit, "count", method),
                **MADE,
                rows=tuple(own),
                basis=basis,
                stands=deciding(every, own),
            )
    if row["ois"] is not None:
        yield Number(
            *(f"certainty.{name}.ois", row["ois"], str(row["ois"]), "persons", "count"),
            row["ois_tag"],
            **MADE,
            rows=tuple(rows) if _from_studies(row) else (),
            basis=_settings(model),
            stands=dict.fromkeys(rows, COUNT) if _from_studies(row) else {},
        )


def _from_studies(row):
    """Whether the assumed risk is that of the control groups."""
    return (row["risk_source"] or "").startswith("median")


def _settings(model):
    """What config.yaml decides on the certainty of one analysis."""
    name = model["analysis"]
    found = (f"config:analyses.{name}", "config:certainty")
    probability = model.get("probability")  # it names the threshold of the analysis
    return (*found, f"config:thresholds.{probability['key']}") if probability else found


def _effects(row, model):
    """The effect as it is read: a ratio, points, persons per 1000."""
    name, lineage = row["analysis"], _of_pool(model)
    fit = model["fit"]
    if model["unit"].startswith("log ") and fit["beta"] is not None:
        yield from _line(name, "ratio", [_exp(fit[FIT[end]]) for end in ENDS], model, "ratio")
    if row["sd"] is not None and fit["beta"] is not None:
        values = [_times(fit[FIT[end]], row["sd"]) for end in ENDS]
        yield from _line(name, "points", values, model, "points")
    for field in RISKS:
        if row[field] is not None:
            own = (
                {"basis": _settings(model)}
                if field == "assumed" and not _from_studies(row)
                else lineage
            )
            yield Number(
                *(f"certainty.{name}.{field}", row[field], _persons(row[field]), PER, PER),
                f"absolute effect from {model['measure']}; assumed risk: {row['risk_source']}",
                **MADE,
                **own | {"basis": (*own["basis"], *_settings(model))},
            )


def _line(name, field, values, model, kind):
    """A value and its two limits; `values` in the order of ENDS."""
    lineage = _of_pool(model)
    method = f"{model['measure']}; {model['fit']['tag']}"
    for end, value in zip(ENDS, values, strict=True):
        yield Number(
            *(f"certainty.{name}.{field}{end}", value, text_of(value, kind), kind, kind, method),
            **MADE,
            **lineage | {"basis": (*lineage["basis"], *_settings(model))},
        )


def _exp(value):
    return None if value is None else exp(value)


def _times(value, factor):
    return None if value is None else value * factor


def _persons(value):
    """Whole persons; fewer than one in 1000 with a decimal."""
    return decimals(value, 0 if abs(value) >= 1 or value == 0 else 1)


def _of_pool(model):
    """What every number of a pool rests on."""
    rows = dict.fromkeys([*model["yi_rows"], *model["vi_rows"]])
    return {
        "rows": tuple(rows),
        "basis": tuple(model["basis"]),
        "stands": deciding(model["decision_rows"], rows) | unused_studies(model),
    }


def _suggested(row, model):
    """What the suggestions rest on, and how many levels they come to."""
    name, lineage = row["analysis"], _of_pool(model)
    idle = dict.fromkeys(lineage["rows"], COUNT) | lineage["stands"]
    for field in WEIGHTS:
        if row[field] is not None:
            whole = (
                min(row[field], 100 - row[field]) < 1e-9
            )  # nobody or everybody: no weight matters
            yield Number(
                *(f"certainty.{name}.{field}", row[field], text_of(row[field], "percent")),
                *("percent", "percent", "share of the weights of the pool"),
                **MADE,
                **lineage
                | {"basis": (*lineage["basis"], "risk_of_bias:rows")}
                | ({"stands": idle} if whole else {}),
            )
    if row["egger_pval"] is not None:
        yield Number(
            *(f"certainty.{name}.egger_pval", row["egger_pval"], text_of(row["egger_pval"], "p")),
            *("probability", "probability", "regression test, lm, sei, t"),
            **MADE,
            **lineage,
        )
    count = row["suggested_down"]
    yield Number(
        *(f"certainty.{name}.suggested_down", count, str(count), "levels", "count"),
        "sum of the suggestions",
        **MADE,
        **lineage | {"stands": idle, "basis": (*lineage["basis"], *_settings(model))},
    )


def _levels(row, judged):
    """How many domains a person has judged."""
    basis = tuple(f"certainty:{one['analysis']}/{one['domain']}" for one in judged)
    basis += (f"config:analyses.{row['analysis']}",)
    yield Number(
        *(f"certainty.{row['analysis']}.judged", len(judged), str(len(judged)), "domains"),
        *("count", "count of judgements"),
        **MADE,
        basis=basis,
    )
