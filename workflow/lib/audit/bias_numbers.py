"""Numbers of the registry on risk of bias: counts, shares of a pool's weight, agreement of assessors."""

from workflow.lib.audit.pooled_numbers import weight_lineage
from workflow.lib.audit.registry import COUNT, Number, text_of

MADE = {"rule": "count_bias", "file": "results/books/risk_of_bias.json"}
ALL = "risk_of_bias:rows"  # all rows of the table
MOST = 60  # rows of risk_of_bias.csv that a number names one by one
AGREEMENT = {  # field of a weighted kappa -> (kind of text, unit)
    "n": ("count", "count"),
    "percent": ("percent", "percent"),
    "kappa": ("effect", "kappa"),
    "ci_lb": ("effect", "kappa"),
    "ci_ub": ("effect", "kappa"),
}


def bias_numbers(counts, shares, agreement):
    """rob.<instrument>.<domain>.<judgement>, rob.<analysis>.weight.<light>, rob.<instrument>.agreement.<field>.

    `counts` are dicts of one instrument, domain and judgement each; `shares` maps an analysis to
    (its model, light -> (percent, studies)); `agreement` maps an instrument to a weighted kappa.
    """
    for one in counts:
        yield _count(one)
    for instrument, total, basis in _totals(counts):
        words = "results judged with this instrument"
        yield _plain(f"rob.{instrument}.k", total, words, basis)
    for name, (model, levels) in shares.items():
        for level, (percent, studies) in levels.items():
            yield _share(f"rob.{name}.weight.{level}", percent, studies, model)
    for instrument, kappa in agreement.items():
        for field, (kind, unit) in AGREEMENT.items():
            yield Number(
                *(f"rob.{instrument}.agreement.{field}", getattr(kappa, field)),
                *(text_of(getattr(kappa, field), kind, kappa.reason), unit, unit),
                f"{kappa.tag}; judgements of domains by two assessors",
                **MADE,
                basis=(ALL,),
            )


def _totals(counts):
    """(instrument, results judged, basis) of each instrument."""
    overall = {one["instrument"]: one for one in counts if one["domain"] == "overall"}
    return [(name, one["total"], one["basis"]) for name, one in overall.items()]


def _count(one):
    name = f"rob.{one['instrument']}.{one['domain']}.{one['judgement']}"
    words = f"count of the judgement '{one['words']}' in {one['domain']} ({one['label']})"
    return _plain(name, one["count"], words, one["basis"])


def _plain(name, count, words, basis):
    kept = tuple(basis)
    if len(kept) > MOST:
        kept = (ALL,)
    return Number(name, count, str(count), "count", "count", words, **MADE, basis=kept)


def _share(name, percent, studies, model):
    """The share of a pool's weight at one light; whole or empty, no cell of the extraction moves it."""
    lineage = weight_lineage(model)
    if not studies or len(studies) == len(model["studies"]):
        lineage["stands"] = lineage["stands"] | dict.fromkeys(lineage["rows"], COUNT)
    basis = (*lineage.pop("basis"), ALL)
    tag = f"share of the weight; inverse variance; {model['fit']['tag']}"
    text = text_of(percent, "weight")
    return Number(name, percent, text, "percent", "percent", tag, **MADE, basis=basis, **lineage)
