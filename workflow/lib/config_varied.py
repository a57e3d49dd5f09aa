"""Check of what pools an analysis in other ways, too: the method search, the multiverse, the tipping point."""

from workflow.lib.config_measures import COUNT_METHODS, TWO_GROUPS

VARIED = ("multiverse", "r_tipping", "method_search")
OF_ALL_STUDIES = {"vtype": ("AV", "AV2", "AVHO"), "to": ("if0all",)}  # effects of one set


def varied_problems(config, unknown):
    """One sentence for each problem; `unknown(place, name, known, group)` yields one for a name."""
    for key, check in {"method_search": _search_problems, "r_tipping": _tipping_problems}.items():
        if key in config:
            yield from check(config[key], config["analyses"], unknown)
    for key in (key for key in VARIED if key in config):
        yield from _together_problems(key, config[key]["analysis"], config["analyses"])
    yield from _count_problems(config)
    yield from _weights_problems(config["analyses"])


def _together_problems(place, name, analyses):
    """Effects that all studies of an analysis make together cannot be made of some of them."""
    for key, values in OF_ALL_STUDIES.items():
        value = analyses.get(name, {}).get(key)
        if value in values:
            words = f"analyses.{name} has {key} {value}, which makes effects of all its studies together"
            yield f"{place}.analysis: {words}; here subsets are pooled: name an analysis without it"


def _count_problems(config):
    """What varies a pool needs effects; a pool of counts cannot be varied that way."""
    for key in (key for key in VARIED if key in config):
        name = config[key]["analysis"]
        own = config["analyses"].get(name, {}).get("model", {}).get("method")
        if own in COUNT_METHODS:
            yield f"{key}.analysis: '{name}' pools counts ({own}); name one that pools effects"
    declared = config.get("multiverse", {}).get("decisions", {}).get("method", [])
    found = [("multiverse.decisions.method", option["value"]) for option in declared]
    found += [
        ("method_search.methods", m) for m in config.get("method_search", {}).get("methods", [])
    ]
    for place, method in found:
        if method in COUNT_METHODS:
            yield f"{place}: {method} pools counts; only methods that pool effects can be varied"


def _weights_problems(analyses):
    """Weights of a supposed selection: one for each step, and steps that rise to 1."""
    for name, analysis in analyses.items():
        for key, options in analysis.get("examine", {}).items():
            if options.get("procedure", key) != "selection_sensitivity":
                continue
            for number, one in enumerate(options.get("weights", ()), start=1):
                place = f"analyses.{name}.examine.{key}.weights.{number} ('{one['label']}')"
                steps, delta = one["steps"], one["delta"]
                if len(steps) != len(delta):
                    yield f"{place}: {len(steps)} steps, but {len(delta)} delta; give as many"
                if steps != sorted(set(steps)) or steps[-1] != 1:
                    yield f"{place}: steps {steps} must rise, and the last must be 1"


def _tipping_problems(tipping, analyses, unknown):
    """The correlation is varied upwards, for an analysis that is there."""
    yield from unknown("r_tipping.analysis", tipping["analysis"], analyses, "analyses")
    if not tipping["from"] < tipping["to"]:
        yield f"r_tipping.to: {tipping['to']} must be above from ({tipping['from']})"


def _search_problems(search, analyses, unknown):
    """A search names an analysis, and measures that this analysis has the arms for."""
    place, name = "method_search", search["analysis"]
    yield from unknown(f"{place}.analysis", name, analyses, "analyses")
    for measure in search.get("measures", []):
        if measure in TWO_GROUPS and "comparator" not in analyses.get(name, {}):
            words = f"{measure} compares two groups, and analyses.{name} names no comparator"
            yield f"{place}.measures: {words}"
