"""The outcomes of one comparison of a RevMan 5 file, as they are declared and stored there."""

from dataclasses import dataclass, field, replace

from workflow.lib.files.foreign import (
    Cell,
    Outcome,
    Printed,
    Row,
    Subtotal,
    is_stored,
    number_problem,
    one_line,
    twice,
)
from workflow.lib.files.revman_settings import CONT, DICH, IPD, IV, KINDS, on_logs, settings_of

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
# the test for subgroup differences, an attribute of the outcome; its degrees of freedom are not
# stored (files that RevMan 5.0.23 and 5.2 wrote: docs/books.md)
DIFFERENCES = {"Q": "QM", "P_Q": "QMp", "I2_Q": "I2"}
OF_SPREAD = ("CHI2", "P_CHI2", "I2", "TAU2")  # RevMan prints none of them for a single study
DATA_ATTRIBUTES = {  # what RevMan writes into an element of data
    *("CI_END", "CI_START", "EFFECT_SIZE", "ESTIMABLE", "ESTIMATE", "LOG_CI_END", "LOG_CI_START"),
    *("LOG_EFFECT_SIZE", "MODIFIED", "MODIFIED_BY", "O_E", "ORDER", "SE", "STUDY_ID", "VAR"),
    *("WEIGHT", "EVENTS_1", "EVENTS_2", "TOTAL_1", "TOTAL_2", "MEAN_1", "MEAN_2", "SD_1", "SD_2"),
}
DATA_TAGS = {"FOOTNOTE", "BR"}
SHOWN = ("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2")  # beside effects that do not need them


@dataclass(slots=True)
class Reading:
    """What is collected on the way through one comparison."""

    known: dict  # studies by id
    outcomes: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """An outcome, or one of its subgroups, that is an analysis of its own."""

    element: object  # with the settings
    part: object  # with the results: the same, or a subgroup
    rows: list  # (number of the subgroup, element with data)
    numbers: tuple[int, int, int]
    names: tuple[str, str, str]
    place: str
    subgroups: tuple = ()  # elements, where two or more have an estimate


def outcomes_of(comparison, known) -> Reading:
    """What a COMPARISON element holds; `known` are the studies by id."""
    found = Reading(known)
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
    names = (comparison_name, name)
    subgroups = element.findall(element.tag.replace("OUTCOME", "SUBGROUP"))
    filled = [one for one in subgroups if _data(one)]
    counted = [one for one in filled if one.get("ESTIMABLE") != "NO"]
    found.problems += twice([whole(one.get("NO")) for one in subgroups], place)
    if element.get("TOTALS") == "SUB":
        for one in subgroups:
            yield _subgroup(one, element, (comparison, number), names, place)
        found.notes += _test_without_total(element, counted, place)
        return
    rows = [(0, row) for row in _data(element)]
    rows += [(whole(part.get("NO")), row) for part in subgroups for row in _data(part)]
    if len(counted) < 2 or _data(element):
        rows, filled = [(0, row) for _, row in rows], []
    numbers = (comparison, number, 0)
    yield _Part(element, element, rows, numbers, (*names, ""), place, tuple(filled))


def _data(part):
    """The elements with data of an outcome or a subgroup."""
    return part.findall(f"{part.tag.partition('_')[0]}_DATA")


def _test_without_total(element, counted, place):
    """A note on a stored test between subgroups that are analyses of their own, where there is one."""
    if element.get("SUBGROUP_TEST") != "YES" or len(counted) < 2:
        return []
    stored = ", ".join(f'{name}="{element.get(name)}"' for name in DIFFERENCES if element.get(name))
    why = "the file asks for no total, so its subgroups are analyses of their own"
    return [f"not imported: {place}: the test for subgroup differences ({stored}): {why}"]


def _subgroup(part, element, numbers, names, place):
    """A subgroup of an outcome as an analysis of its own."""
    inner, label = whole(part.get("NO")), one_line(part.findtext("NAME"))
    rows = [(0, row) for row in _data(part)]
    return _Part(
        *(element, part, rows, (*numbers, inner), (*names, label)), _within(place, inner, label)
    )


def _within(place, number, label):
    return f"{place}, subgroup {number} ({label})"


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
    settings, problems = settings_of(part.element)
    found.problems += [f"{part.place}: {problem}" for problem in problems]
    rows = [_row(one, number, part, found) for number, (_, one) in enumerate(part.rows, 1)]
    rows = [replace(row, subgroup=inner) for row, (inner, _) in zip(rows, part.rows, strict=True)]
    results = _results(part.part, part.place, settings, found)
    subtotals = [_subtotal(one, part.place, settings, found) for one in part.subgroups]
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
            subtotals=tuple(subtotals),
            differences=_differences(part, settings, found),
        )
    )


def _subtotal(element, place, settings, found):
    """What the file says of one subgroup of an outcome."""
    number, label = whole(element.get("NO")), one_line(element.findtext("NAME"))
    place = _within(place, number, label)
    stored = element.get("ESTIMABLE") != "NO"
    results = _results(element, place, settings, found) if stored else ()
    return Subtotal(number, label, results, place)


def _differences(part, settings, found):
    """The stored test between the subgroups, where the file asks for it."""
    if not part.subgroups or part.element.get("SUBGROUP_TEST") != "YES":
        return ()
    tested = _results(part.element, part.place, settings, found, DIFFERENCES)
    counted = [one for one in part.subgroups if one.get("ESTIMABLE") != "NO"]
    df = Printed("df", str(len(counted) - 1), f"subgroups with an estimate: {len(counted)}")
    return (*tested, df) if tested else ()


def _row(element, number, part, found):
    """The data of one study; what cannot be read joins the problems."""
    study = one_line(element.get("STUDY_ID"))
    known = found.known.get(study)
    place = f"{part.place}, study {known.name if known else study}"
    if known is None:
        found.problems.append(
            f"{part.place}, row {number}, STUDY_ID: '{study}' is none of the studies of the file"
        )
    cells, as_log = [], on_logs(part.element)
    for attribute, (quantity, group) in CELLS[part.element.tag].items():
        if attribute in INSTEAD and element.get(attribute) is None:
            attribute = INSTEAD[attribute][0 if as_log else 1]
        text = (element.get(attribute) or "").strip()
        problem = number_problem(text) if text else "is missing"
        if problem:
            found.problems.append(f"{place}, {attribute}: {problem}; a number is expected")
        cells.append(Cell(quantity, group, text, f'{attribute}="{text}"'))
    return Row(study, place, tuple(cells))


def _results(element, place, settings, found, names=RESULTS):
    """The stored results of an element by `names`; none of spread for a single study."""
    results = []
    for attribute, quantity in names.items():
        text = (element.get(attribute) or "").strip()
        alone = attribute in OF_SPREAD and element.get("DF") in (None, "", "0")
        fixed = attribute == "TAU2" and settings["method"] in ("MH", "EE")
        if not text or alone or fixed:
            continue
        if is_stored(text, f"{place}, {attribute}", found):
            results.append(Printed(quantity, text, f'{attribute}="{text}"'))
    return tuple(results)


def _unknown(part):
    """Notes on attributes and elements of the data that are not imported."""
    elements = [row for _, row in part.rows]
    attributes = {name for row in elements for name in row.attrib} - DATA_ATTRIBUTES
    tags = {child.tag for row in elements for child in row} - DATA_TAGS
    names = [*sorted(attributes), *(f"<{tag}>" for tag in sorted(tags))]
    notes = [f"{part.place}: unknown to this reader, not imported: {', '.join(names)}"]
    shown = [name for name in SHOWN if any(row.get(name, "0") != "0" for row in elements)]
    beside = (
        f"{part.place}: shown beside the effects, not analysed, not imported: {', '.join(shown)}"
    )
    alone = KINDS[part.element.tag] == "generic" and shown
    return [*(notes if names else []), *([beside] if alone else [])]
