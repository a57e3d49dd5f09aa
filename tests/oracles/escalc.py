"""How the library answers the reference cases of escalc."""

import numpy as np

from workflow.lib.stats.effects import MEASURES, effect_sizes
from workflow.lib.stats.measures.change import variance_of_change

_COARSE = (
    "metafor maximises numerically and stops near 1e-5; ours solves Pearson's equation to 1e-15"
)
DIFFERENCES = {"escalc/dat.bcg/RTET": _COARSE, "escalc/dat.bcg/ZTET": _COARSE}
GROUPS = {
    "m1i": "mean_e",
    "sd1i": "sd_e",
    "n1i": "n_e",
    "m2i": "mean_c",
    "sd2i": "sd_c",
    "n2i": "n_c",
}
STATISTICS = {"di": "d", "ti": "t", "pi": "p", "fi": "f", "sei": "sei", "yi": "yi", "vi": "vi"}
PERSON_TIME = {"x1i": "event_e", "t1i": "time_e", "x2i": "event_c", "t2i": "time_c"}
MODELS = {"ri": "r", "r2i": "r2", "ni": "n", "mi": "predictors", **STATISTICS}
ALPHAS = {"ai": "alpha", "mi": "items", "ni": "n"}
ONE_MEAN = {"mi": "mean", "sdi": "sd", "ni": "n"}
CHANGE = {"m1i": "mean_post", "sd1i": "sd_post", "m2i": "mean_pre", "sd2i": "sd_pre"}
OPTIONS = ("correct", "vtype", "add", "to", "drop00")


def answer(case, reference):
    """yi, vi and ni of one case under this library's names; None where there is none."""
    columns = reference.table(case["dataset"].split(":")[0])
    args = {name: values(column, columns) for name, column in case["args"].items()}
    if case.get("rows"):
        args = {name: x[np.array(case["rows"]) - 1] for name, x in args.items()}
    options = {name: case["opts"][name] for name in OPTIONS if name in case.get("opts", {})}
    found = effect_sizes(case["measure"], **inputs(case["measure"], args), **options)
    answers = {"yi": list(found.yi), "vi": list(found.vi)}
    if "ni" in case["expected"]:
        answers["ni"] = list(found.ni)
    return answers


def values(column, columns):
    """A column of the data, or the values themselves."""
    found = columns[column] if isinstance(column, str) else column
    return np.atleast_1d(np.array(found, dtype=float))


def inputs(code, args):
    """Inputs of a measure from metafor's arguments."""
    measure = MEASURES[code]
    if measure.counts in ("tables", "pairs", "margins"):
        return of_tables(measure, args)
    if measure.counts == "proportions":
        return {"event": args["xi"], "n": args["ni"] if "ni" in args else args["xi"] + args["mi"]}
    if measure.counts:
        names = PERSON_TIME | {"xi": "event", "ti": "time"}
    elif "mean_change" in measure.inputs or "sd_post" in measure.inputs:
        return of_change(measure, args)
    elif "alpha" in measure.inputs:
        names = ALPHAS
    elif "r" in measure.inputs or "r2" in measure.inputs:
        names = MODELS
    elif "mean" in measure.inputs or "sd" in measure.inputs:
        names = ONE_MEAN
    else:
        names = GROUPS | STATISTICS | {"ai": "cles"}
    known = {names[name]: x for name, x in args.items() if name in names}
    takes = (*measure.inputs, *(one.name for one in measure.instead))
    return {name: x for name, x in known.items() if name in takes}


def of_tables(measure, args):
    """Events of two groups, of pairs, or of the margins of pairs."""
    a, c = args["ai"], args["ci"]
    n_e = args["n1i"] if "n1i" in args else a + args["bi"]
    n_c = args["n2i"] if "n2i" in args else c + args["di"]
    if measure.counts == "pairs":
        names = ("event_both", "event_e_only", "event_c_only", "event_neither")
        return dict(zip(names, (a, n_e - a, c, n_c - c), strict=True))
    if measure.counts == "margins":
        phi = {"r": args["ri"]} if "ri" in args else {}
        both = {"p_both": args["pi"]} if "pi" in args else {}
        return {"event_e": a, "event_c": c, "n": n_e} | phi | both
    return {"event_e": a, "n_e": n_e, "event_c": c, "n_c": n_c}


def of_change(measure, args):
    """Change from metafor's two measurements; sd1i is the SD that standardises, whichever time."""
    known = {CHANGE[name]: x for name, x in args.items() if name in CHANGE}
    known |= {STATISTICS[name]: x for name, x in args.items() if name in STATISTICS}
    known |= {"n": args["ni"]} | ({"r": args["ri"]} if "ri" in args else {})
    if "mean_change" in measure.inputs and "m1i" in args:
        known["mean_change"] = args["m1i"] - args["m2i"]
        known["sd_pre"] = args.get("sd1i")
        known["sd_post"] = args.get("sd2i")
    if "sd_change" in measure.inputs and "sd2i" in args:
        known["sd_change"] = np.sqrt(variance_of_change(args["sd1i"], args["sd2i"], args["ri"]))
    takes = (*measure.inputs, *(one.name for one in measure.instead))
    return {name: x for name, x in known.items() if name in takes}
