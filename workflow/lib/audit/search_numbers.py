"""Numbers of the registry that come from a method search: how many were tried, what comes nearest."""

from workflow.lib.audit.registry import CLIPPED, COUNT, Number, deciding, text_of

COUNTS = {
    "tried": "combinations that config.yaml declares",
    "answered": "declared combinations whose pool has an answer",
    "matches": "declared combinations that reproduce every printed digit",
}
NEAREST = {  # field -> (kind of text, unit)
    "k": ("count", "studies"),
    "beta": ("effect", "effect size"),
    "ci_lb": ("effect", "effect size"),
    "ci_ub": ("effect", "effect size"),
    "pval": ("p", "probability"),
    "stat": ("effect", "ratio"),
    "distance": ("ratio", "units of the last printed digit"),
}
MOST_NAMED = 6  # studies of a universe that are named; results/audit/method_search.csv names all
MADE = {"rule": "search_methods", "file": "results/audit/method_search.json"}


def search_numbers(record, studies):
    """method_search.<count> and method_search.nearest.<place>.<field>, nearest first.

    `record` is results/audit/method_search.json; `studies` are rows of studies.csv. A count
    rests on every row and stands; a nearest universe rests on its own rows, and the others only
    decided that none of theirs is nearer.
    """
    rows, claimed = tuple(record["rows"]), _claimed(record)
    for name, words in COUNTS.items():
        basis = record["basis"] if name in ("tried", "answered") else claimed
        yield Number(
            *(f"method_search.{name}", record[name], str(record[name])),
            *("count", "count", words),
            **MADE,
            rows=rows,
            basis=tuple(basis),
            stands=dict.fromkeys(rows, COUNT),
        )
    slabs = {row["study"]: row["slab"] for row in studies}
    for place, universe in enumerate(record["nearest"], 1):
        method = method_of(universe, slabs)
        for field, (kind, unit) in NEAREST.items():
            yield Number(
                *(f"method_search.nearest.{place}.{field}", universe[field]),
                *(text_of(universe[field], kind, "no answer"), unit, unit, method),
                **MADE,
                rows=tuple(universe["rows"]),
                basis=tuple(claimed),
                stands=_stands(field, universe, rows) | _others(field, universe, record),
            )


def _claimed(record):
    """What rests on the printed numbers, too."""
    return [*record["basis"], *(f"claims:{claim['id']}" for claim in record["target"])]


def method_of(universe, slabs):
    """'SMCC, no small-sample correction, r 0.5; REML, z; Made-up 1 (3 months), ...'.

    Of a study whose percent decreases stand in for changes it says so.
    """
    correction = "small-sample correction" if universe["correct"] else "no small-sample correction"
    effect = [universe["measure"], correction]
    if universe["r"] is not None:
        effect.append(f"r {universe['r']:g}")
    pooled = _pooled(universe, slabs)
    return f"{', '.join(effect)}; {universe['method']}, {universe['test']}; {pooled}"


def _pooled(universe, slabs):
    """The studies of a universe with their time points; many at one time are only counted."""
    studies, times = universe["studies"], universe["time_points"]
    if len(studies) > MOST_NAMED and len(set(times)) == 1 and not universe["percents"]:
        return f"{len(studies)} studies ({times[0]})"
    stand_in = dict.fromkeys(universe["percents"], "percent decreases, ")
    return ", ".join(
        f"{slabs.get(study, study)} ({stand_in.get(study, '')}{time})"
        for study, time in zip(studies, times, strict=True)
    )


def _stands(field, universe, rows):
    """Rows that need not move one field of a nearest universe."""
    if universe[field] is None:
        return dict.fromkeys(rows, COUNT)
    if field == "k":  # another number of studies only where another universe is nearer
        return deciding(rows)
    if field == "distance" and universe[field] == 0:
        return dict.fromkeys(rows, CLIPPED)
    return deciding(rows, universe["rows"])


def _others(field, universe, record):
    """Studies and claims that only decided that this universe is among the nearest.

    The distance is the largest miss: it rests on the claim that is missed by most.
    """
    most = max(universe["misses"], key=universe["misses"].get, default="")
    missed = [one["id"] for one in record["target"] if one["quantity"] == most]
    own = [f"claims:{name}" for name in missed if field == "distance"]
    own += [f"studies:{study}" for study in universe["studies"]]
    named = [e for e in _claimed(record) if e.startswith(("claims:", "studies:"))]
    return deciding(named, own)
