"""The outcomes of one comparison of a RevMan 5 file, as they are declared and stored there."""

from dataclasses import dataclass, field

from workflow.lib.files.foreign import (
    Cell,
    Outcome,
    Printed,
    Row,
    given_ratio,
    is_endless,
    number_problem,
    one_line,
)

DICH, CONT, IV, IPD = "DICH_OUTCOME", "CONT_OUTCOME", "IV_OUTCOME", "IPD_OUTCOME"
KINDS = {DICH: "dichotomous", CONT: "continuous", IV: "generic", IPD: "generic"}
CELLS = {  # attribute -> (quantity of extraction.csv, group)
    DICH: {
        **{"EVENTS_1": ("events", "e"), "TOTAL_1": ("n", "e")},
        **{"EVENTS_2": ("events", "c"), "TOTAL_2": ("n", "c")},
    },
    CONT: {
        **{"MEAN_1": ("mean", "e"), "SD_1": ("sd", "e"), "TOTAL_1": ("n", "e")},
        **{"MEAN_2": ("mean", "c"), "SD_2": ("sd", "c"), "TOTAL_2": ("n", "c")},
    },
    IV: {"ESTIMATE": ("difference", "both"), "SE": ("difference_se", "both")},
    IPD: {"O_E": ("o_minus_e", "both"), "VAR": ("o_minus_e_var", "both")},
}
INSTEAD = {"ESTIMATE": ("LOG_EFFECT_SIZE", "EFFECT_SIZE")}  # on logs, and plain
RESULTS = {  # attribute -> quantity of claims.csv
    **{"EFFECT_SIZE": "estimate", "CI_START": "ci_lb", "CI_END": "ci_ub", "Z": "zval"},
    **{"P_Z": "pval", "CHI2": "QE", "DF": "df", "P_CHI2": "QEp", "I2": "I2", "TAU2": "tau2"},
}
OF_SPREAD = ("CHI2", "P_CHI2", "I2", "TAU2")  # RevMan prints none of them for a single study
DATA_ATTRIBUTES = {  # what RevMan writes into an element of data
    *("CI_END", "CI_START", "EFFECT_SIZE", "ESTIMABLE", "ESTIMATE", "LOG_CI_END", "LOG_CI_START"),
    *("LOG_EFFECT_SIZE", "MODIFIED", "MODIFIED_BY", "O_E", "ORDER", "SE", "STUDY_ID", "VAR"),
    *("WEIGHT", "EVENTS_1", "EVENTS_2", "TOTAL_1", "TOTAL_2", "MEAN_1", "MEAN_2", "SD_1", "SD_2"),
}
DATA_TAGS = {"FOOTNOTE", "BR"}
SHOWN = ("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2")  # beside effects that do not need them
MEASURES = {"RR": "RR", "OR": "OR", "RD": "RD", "PETO_OR": "PETO", "MD": "MD", "SMD": "SMD"}
RATIOS = ("RR", "OR", "PETO", "HR")
POOLS = {  # (METHOD, RANDOM) -> method of config.yaml
    **{("MH", "NO"): "MH", ("MH", "YES"): "DLMH", ("IV", "NO"): "EE", ("IV", "YES"): "DL"},
    ("PETO", "NO"): "EE",
}


@dataclass(slots=True)
class Reading:
    """What is collected on the way through one comparison."""

    known: dict  # studies by id
    subtotals: bool = False  # whether those beside a total become analyses, too
    outcomes: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """An outcome, or one of its subgroups, that is an analysis of its own."""

    element: object  # with the settings
    part: object  # with the results: the same, or a subgroup
    rows: list  # elements with data
    numbers: tuple[int, int, int]
    names: tuple[str, str, str]
    place: str


def outcomes_of(comparison, known, *, subtotals=False) -> Reading:
    """What a COMPARISON element holds; `known` are the studies by id."""
    found = Reading(known, subtotals)
    number, name = whole(comparison.get("NO")), one_line(comparison.findtext("NAME"))
    for element in comparison:
        if element.tag in KINDS:
            for part in _parts(element, number, name, found):
                _analysis(part, found)
    return found


def whole(text) -> int:
    """A number of a comparison or an outcome; 0 where there is none."""
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0


def _parts(element, comparison, comparison_name, found):
    """The analyses of one outcome: itself, its subgroups, or none with the reason in the notes."""
    number, name = whole(element.get("NO")), one_line(element.findtext("NAME"))
    place = f"comparison {comparison} ({comparison_name}), outcome {comparison}.{number} ({name})"
    reason = _not_pooled(element)
    if reason:
        found.notes.append(f"not imported: {place}: {reason}")
        return
    data = element.tag.replace("OUTCOME", "DATA")
    subgroups = element.findall(element.tag.replace("OUTCOME", "SUBGROUP"))
    names = (comparison_name, name)
    own = [_subgroup(one, element, (comparison, number), names, place) for one in subgroups]
    if element.get("TOTALS") == "SUB":
        yield from own
        return
    rows = [row for part in (element, *subgroups) for row in part.findall(data)]
    yield _Part(element, element, rows, (comparison, number, 0), (*names, ""), place)
    if found.subtotals:
        yield from own
    elif subgroups:
        told = f"its {len(subgroups)} subtotals are left out; SUBTOTALS=1 imports them, too"
        found.notes.append(f"{place}: pooled as a whole; {told}")


def _subgroup(part, element, numbers, names, place):
    """A subgroup of an outcome as an analysis of its own."""
    inner, label = whole(part.get("NO")), one_line(part.findtext("NAME"))
    rows = part.findall(element.tag.replace("OUTCOME", "DATA"))
    here = f"{place}, subgroup {inner} ({label})"
    return _Part(element, part, rows, (*numbers, inner), (*names, label), here)


def _not_pooled(element):
    """Why an outcome is not an analysis here; empty if it is one."""
    if element.get("TOTALS") == "NO":
        return "the file asks for no total (TOTALS=NO)"
    if element.get("SWAP_EVENTS") == "YES":
        return "it counts those without the event (SWAP_EVENTS=YES), which are not in the file"
    return ""


def _analysis(part, found):
    """Add one analysis, or what is wrong with it."""
    if not part.rows:
        found.notes.append(f"not imported: {part.place}: no studies in it")
        return
    if part.part.get("ESTIMABLE") == "NO":
        found.notes.append(f"not imported: {part.place}: RevMan calls it not estimable")
        return
    settings, problems = _settings(part.element)
    found.problems += [f"{part.place}: {problem}" for problem in problems]
    rows = [_row(one, number, part, found) for number, one in enumerate(part.rows, 1)]
    results = _results(part, settings, found)
    found.notes += _unknown(part)
    if problems:
        return
    comparison, number, subgroup = part.numbers
    found.outcomes.append(
        Outcome(
            comparison=comparison,
            number=number,
            subgroup=subgroup,
            names=part.names,
            kind=KINDS[part.element.tag],
            test="z",
            **settings,
            rows=tuple(rows),
            results=results,
            place=part.place,
        )
    )


def _settings(element):
    """(settings of the analysis, what is wrong with them)."""
    problems = []
    text = one_line(element.get("EFFECT_MEASURE") or element.findtext("EFFECT_MEASURE"))
    measure = MEASURES.get(text)
    log = _on_logs(element)
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


def _on_logs(element):
    """Whether the effects are logarithms; (O - E) / V always is one (Deeks & Higgins 2010)."""
    return element.tag == IPD or element.get("LOG_DATA") == "YES"


def _way(element):
    """METHOD; for O - E and V, whatever it is called, the weights are V: inverse variances."""
    return "IV" if element.tag == IPD else element.get("METHOD", "IV")


def _row(element, number, part, found):
    """The data of one study; what cannot be read joins the problems."""
    study = one_line(element.get("STUDY_ID"))
    known = found.known.get(study)
    place = f"{part.place}, study {known.name if known else study}"
    if known is None:
        found.problems.append(
            f"{part.place}, row {number}, STUDY_ID: '{study}' is none of the studies of the file"
        )
    cells, on_logs = [], _on_logs(part.element)
    for attribute, (quantity, group) in CELLS[part.element.tag].items():
        if attribute in INSTEAD and element.get(attribute) is None:
            attribute = INSTEAD[attribute][0 if on_logs else 1]
        text = (element.get(attribute) or "").strip()
        problem = number_problem(text) if text else "is missing"
        if problem:
            found.problems.append(f"{place}, {attribute}: {problem}; a number is expected")
        cells.append(Cell(quantity, group, text, f'{attribute}="{text}"'))
    return Row(study, place, tuple(cells))


def _results(part, settings, found):
    """The stored results of an analysis; none of spread for a single study."""
    results = []
    for attribute, quantity in RESULTS.items():
        text = (part.part.get(attribute) or "").strip()
        alone = attribute in OF_SPREAD and part.part.get("DF") in (None, "", "0")
        fixed = attribute == "TAU2" and settings["method"] in ("MH", "EE")
        if not text or alone or fixed:
            continue
        if is_endless(text):
            found.notes.append(f"{part.place}, {attribute}: '{text}' is no finite number; left out")
            continue
        if number_problem(text):
            found.problems.append(f"{part.place}, {attribute}: {number_problem(text)}")
            continue
        results.append(Printed(quantity, text, f'{attribute}="{text}"'))
    return tuple(results)


def _unknown(part):
    """Notes on attributes and elements of the data that are not imported."""
    attributes = {name for row in part.rows for name in row.attrib} - DATA_ATTRIBUTES
    tags = {child.tag for row in part.rows for child in row} - DATA_TAGS
    names = [*sorted(attributes), *(f"<{tag}>" for tag in sorted(tags))]
    notes = [f"{part.place}: unknown to this reader, not imported: {', '.join(names)}"]
    shown = [name for name in SHOWN if any(row.get(name, "0") != "0" for row in part.rows)]
    beside = (
        f"{part.place}: shown beside the effects, not analysed, not imported: {', '.join(shown)}"
    )
    alone = KINDS[part.element.tag] == "generic" and shown
    return [*(notes if names else []), *([beside] if alone else [])]
