"""How often each judgement was given, and how much of a pool's weight stands behind it."""

from workflow.lib.review.bias.instrument import OVERALL, instrument_of
from workflow.lib.review.bias.table import of_outcome

LEVELS = ("low", "some", "high", "critical", "unclear", "none")
NOT_RATED = "not_rated"
UNWEIGHTED = "unweighted"


def weights_of(model):
    """Study -> percent of a pool's weight, in the order of its record."""
    return dict(zip(model["studies"], model["fit"]["weights"], strict=True))


def weight_shares(rows, model):
    """Level -> (percent of the pool's weight, studies), overall; not_rated for the rest; None without a pool."""
    weights = weights_of(model)
    if not weights:
        return None
    rated = of_outcome(rows, model["outcome"])
    found = {level: [0.0, []] for level in (*LEVELS[:-1], NOT_RATED)}
    for study, weight in weights.items():
        level = rated[study][OVERALL]["level"] if study in rated else NOT_RATED
        found[level][0] += weight
        found[level][1].append(study)
    return {level: (min(100.0, total), tuple(who)) for level, (total, who) in found.items()}


def used(rows, instruments):
    """Records of the instruments that rows are judged with, in order of first use."""
    return [instruments[name] for name in dict.fromkeys(row["instrument"] for row in rows)]


def used_words(rows, instruments, rules):
    """Instrument -> its name, version, scope, citation, whose overall rule it has, and remark."""
    found = {}
    for record in used(rows, instruments):
        one = instrument_of(record, rules.get(record["id"]))
        kept = ("name", "version", "scope", "citation", "rule", "remark")
        found[one.id] = {name: getattr(one, name) for name in kept}
    return found


def counted(rows, instruments):
    """How often each admissible judgement was given: one dict per instrument, domain and judgement."""
    found = []
    for record in used(rows, instruments):
        own = [row for row in rows if row["instrument"] == record["id"]]
        for part in instrument_of(record).parts:
            here = [row for row in own if row["domain"] == part.id]
            for judgement in part.judgements:
                given = [row for row in here if row["judgement"] == judgement.id]
                found.append(
                    {"instrument": record["id"], "domain": part.id, "judgement": judgement.id}
                    | {"label": part.label, "words": judgement.label, "level": judgement.level}
                    | {"count": len(given), "total": len(here)}
                    | {"basis": [key for row in here for key in row["basis"].split(";") if key]}
                )
    return found


def domains_of(rows, name):
    """Domain -> label of one instrument, overall last."""
    return {row["domain"]: row["label"] for row in rows if row["instrument"] == name}


def light_rows(rows, instruments):
    """Rows of the traffic-light plot: a block per instrument, its studies in the order of studies.csv."""
    return [
        {"block": f"{record['name']}, {record['version']}"}
        | {name: row[name] for name in ("slab", "outcome", "domain", "label", "level", "words")}
        for record in used(rows, instruments)
        for row in rows
        if row["instrument"] == record["id"]
    ]


def share_rows(rows, instruments, model):
    """Rows of the summary plot: per instrument unweighted, then by the weights of one pool (or None)."""
    found = []
    for record in used(rows, instruments):
        own = [row for row in rows if row["instrument"] == record["id"]]
        k = sum(row["domain"] == OVERALL for row in own)
        block = f"{record['name']}, unweighted (results judged: {k})"
        found += _bars(record, own, block, UNWEIGHTED, lambda row: 1.0)
        found += _weighted(record, own, model) if model else []
    return found


def _weighted(record, own, model):
    """Bars of one instrument by a pool's weights; what it does not judge of the pool is not rated."""
    weights = weights_of(model)
    rated = of_outcome(own, model["outcome"])
    inside = [row for study in weights if study in rated for row in rated[study].values()]
    if not inside:
        return []
    block = f"{record['name']}, weighted by the pool: {model['title']}"
    bars = _bars(record, inside, block, model["analysis"], lambda row: weights[row["study"]])
    rest = [study for study in weights if study not in rated]
    if not rest:
        return bars
    percent = min(100.0, sum(weights[study] for study in rest))
    words = {
        "level": NOT_RATED,
        "words": "Not judged with it",
        "count": len(rest),
        "percent": percent,
    }
    ends = {bar["domain"]: bar for bar in bars}
    return bars + [bar | words for bar in ends.values()]


def _bars(record, rows, block, weights, weigh):
    """One row per domain and judgement that was given, best first; percent of the unweighted total or the pool."""
    total = 100.0 if weights != UNWEIGHTED else None
    found = []
    for domain, label in domains_of(rows, record["id"]).items():
        own = [row for row in rows if row["domain"] == domain]
        whole = total or sum(map(weigh, own))
        for level, words in _order(record, own):
            given = [row for row in own if (row["level"], row["words"]) == (level, words)]
            percent = min(100.0, 100.0 * sum(map(weigh, given)) / whole)
            found.append(
                {"block": block, "instrument": record["id"], "weights": weights, "domain": domain}
                | {"label": label, "level": level, "words": words}
                | {"count": len(given), "percent": percent}
            )
    return found


def _order(record, rows):
    """The judgements that were given, best first, as (level, words)."""
    given = {(row["level"], row["words"]) for row in rows}
    entries = [*record["judgements"], *record["overall"].get("judgements", ())]
    words = dict.fromkeys((entry["level"], entry["label"]) for entry in entries)
    ordered = sorted(words, key=lambda one: LEVELS.index(one[0]))
    return [one for one in ordered if one in given]
