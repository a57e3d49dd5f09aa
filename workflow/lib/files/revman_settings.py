"""How an outcome of a RevMan 5 file is declared: its measure, its pool, its level, its labels."""

from workflow.lib.files.foreign import given_ratio, number_problem, one_line

DICH, CONT, IV, IPD = "DICH_OUTCOME", "CONT_OUTCOME", "IV_OUTCOME", "IPD_OUTCOME"
KINDS = {DICH: "dichotomous", CONT: "continuous", IV: "generic", IPD: "generic"}
MEASURES = {"RR": "RR", "OR": "OR", "RD": "RD", "PETO_OR": "PETO", "MD": "MD", "SMD": "SMD"}
RATIOS = ("RR", "OR", "PETO", "HR")
POOLS = {  # (METHOD, RANDOM) -> method of config.yaml
    **{("MH", "NO"): "MH", ("MH", "YES"): "DLMH", ("IV", "NO"): "EE", ("IV", "YES"): "DL"},
    ("PETO", "NO"): "EE",
}


def settings_of(element):
    """(settings of the analysis, what is wrong with them)."""
    problems = []
    text = one_line(element.get("EFFECT_MEASURE") or element.findtext("EFFECT_MEASURE"))
    measure = MEASURES.get(text)
    log = on_logs(element)
    if KINDS[element.tag] == "generic":
        measure = given_ratio(text) if log else "GEN"
    elif measure is None:
        problems.append(f"EFFECT_MEASURE '{text}' is none of {', '.join(MEASURES)}")
    pair = (_way(element), element.get("RANDOM", "NO"))
    if pair not in POOLS:
        problems.append(f"METHOD '{pair[0]}' with RANDOM '{pair[1]}' is no pool that RevMan makes")
    level = element.get("CI_TOTAL", "95")
    if number_problem(level) or not 0 < float(level) < 100:
        problems.append(f"CI_TOTAL '{level}' is not a level in percent")
        level = "95"
    labels = (one_line(element.findtext(f"GROUP_LABEL_{group}")) for group in (1, 2))
    experimental, control = labels
    settings = {
        "measure": "PETO" if pair[0] == "PETO" else measure,
        "log": log if KINDS[element.tag] == "generic" else measure in RATIOS,
        "method": POOLS.get(pair, ""),
        "level": float(level),
        "labels": (experimental or "experimental", control or "control"),
        "unit": one_line(element.get("UNITS")),
    }
    return settings, problems


def on_logs(element):
    """Whether the effects are logarithms; (O - E) / V always is one (Deeks & Higgins 2010)."""
    return element.tag == IPD or element.get("LOG_DATA") == "YES"


def _way(element):
    """METHOD; for O - E and V, whatever it is called, the weights are V: inverse variances."""
    return "IV" if element.tag == IPD else element.get("METHOD", "IV")
