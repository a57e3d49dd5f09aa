"""Check of `method_search` in config.yaml against the tables: what it names must be there."""

from workflow.lib.review.choices import _nearest

SEARCHABLE = (  # claimed quantities that a pool gives
    *("estimate", "ci_lb", "ci_ub", "pval", "zval", "tval", "se", "k"),
    *("tau2", "I2", "H2", "QE", "QEp"),
)
PLACE = "config.yaml: method_search"


def search_problems(tables, config):
    """Claims, studies and time points that the search names and no table has, one sentence each."""
    search = config.get("method_search")
    if search is None:
        return []
    analysis = config["analyses"][search["analysis"]]
    return [
        *_target_problems(tables["claims"], search["target"]),
        *_study_problems(tables["studies"], search.get("subsets", "all"), analysis),
        *_time_problems(tables["extraction"], search.get("time_points", []), analysis),
    ]


def _target_problems(claims, target):
    """The target must be a group with an estimate or ids of claims, each of another quantity."""
    place, known = f"{PLACE}.target", [claim["id"] for claim in claims]
    if not claims:  # a review without claims has nothing to search for
        return []
    if isinstance(target, str):
        groups = dict.fromkeys(claim["group"] for claim in claims)
        own = [claim for claim in claims if claim["group"] == target and not claim.get("study")]
        own = [claim for claim in own if claim["quantity"] in SEARCHABLE]
        if target not in groups:
            return [f"{place}: no claim has the group '{target}'{_nearest(target, list(groups))}"]
        if not own:
            return [f"{place}: no claim of the group '{target}' is {_searchable()}"]
        return _twice(place, own)
    unknown = [one for one in target if one not in known]
    if unknown:
        return [f"{place}: no claim is called '{one}'{_nearest(one, known)}" for one in unknown]
    own = [claim for claim in claims if claim["id"] in target]
    return [
        f"{place}: '{claim['id']}' is {claim['quantity']}, and a search needs {_searchable()}"
        for claim in own
        if claim["quantity"] not in SEARCHABLE
    ] or _twice(place, own)


def _searchable():
    return f"one of: {', '.join(SEARCHABLE)}"


def _twice(place, claims):
    """Two printed numbers of one quantity: no pool gives both."""
    seen = {}
    for claim in claims:
        seen.setdefault(claim["quantity"], []).append(claim["id"])
    return [
        f"{place}: {', '.join(ids)} are all {quantity}; list the ids of one result"
        for quantity, ids in seen.items()
        if len(ids) > 1
    ]


def _study_problems(studies, subsets, analysis):
    """Declared subsets must be of studies that the analysis may pool."""
    if subsets == "all":
        return []
    known = [row["study"] for row in studies if row["role"] in analysis["roles"]]
    names = dict.fromkeys(study for subset in subsets for study in subset)
    return [
        f"{PLACE}.subsets: '{name}' is no study with a role that the analysis pools"
        f"{_nearest(name, known)}"
        for name in names
        if name not in known
    ]


def _time_problems(extraction, times, analysis):
    """A time point as printed must stand in a row of the outcome."""
    rules = ("longest", "shortest", "each")
    known = sorted({r["time_point"] for r in extraction if r["outcome"] == analysis["outcome"]})
    return [
        f"{PLACE}.time_points: '{time}' stands in no row of {analysis['outcome']} in extraction.csv"
        f"{_nearest(time, known)}"
        for time in times
        if time not in (*rules, *known)
    ]
